"""Folders of Hugging Face: their transformers run as they are, and a folder is trusted no more than a file."""

import json
import os
import sys
from types import SimpleNamespace

import pytest
import torch
from checkpoint_files import clip, logits
from peers import TINY, drawn, saved, timesformer, transformers

from vizcore.algorithms.attribution.token_maps import token_maps
from vizcore.models.checkpoints import hub, open_hub
from vizcore.runtime.capture import gradients_of, watching

pytestmark = pytest.mark.usefixtures("one_thread")

SQUARE = {key: TINY[key] for key in ("hidden_size", "num_hidden_layers", "num_attention_heads", "image_size")}
IMAGE = SQUARE | {"patch_size": 8, "num_labels": 5}
VIVIT = SQUARE | {"intermediate_size": 48, "num_frames": 4, "tubelet_size": [2, 8, 8], "num_labels": 5}
JEPA = {"crop_size": 32, "patch_size": 8, "frames_per_clip": 4, "hidden_size": 24, "num_hidden_layers": 2,
        "num_attention_heads": 2, "pred_hidden_size": 24, "pred_num_attention_heads": 2, "pred_num_hidden_layers": 1,
        "num_pooler_layers": 1, "num_labels": 5}  # fmt: skip
NETS = {  # kind: its config, its class with a head, its class without one, T', tokens in front of the patches
    "vivit": ("VivitConfig", VIVIT, "VivitForVideoClassification", "VivitModel", 2),
    "vjepa2": ("VJEPA2Config", JEPA, "VJEPA2ForVideoClassification", "VJEPA2Model", 2),
    "dinov2": ("Dinov2Config", IMAGE, "Dinov2ForImageClassification", "Dinov2Model", 8),
    "dinov2_with_registers": ("Dinov2WithRegistersConfig", IMAGE, "Dinov2WithRegistersForImageClassification",
                              "Dinov2WithRegistersModel", 8),
    "vit": ("ViTConfig", IMAGE | {"intermediate_size": 48}, "ViTForImageClassification", "ViTModel", 8),
}  # fmt: skip


def net_of(kind, headed=True):
    package = transformers()
    config, settings, with_head, without, _ = NETS[kind]
    return drawn(getattr(package, with_head if headed else without)(getattr(package, config)(**settings)))


def expected(kind, net, video, headed):
    """What the net says of a video by itself: of an image net, the mean over frames."""
    pictures = video.transpose(1, 2)
    with torch.no_grad():
        if kind in ("vivit", "vjepa2"):
            given = net(pictures)
            tokens = None if headed else given.last_hidden_state
            descriptor = None if headed else tokens[:, 0] if kind == "vivit" else tokens.mean(1)
            return given.logits if headed else descriptor.norm(dim=1, keepdim=True)
        frames = [net(picture) for picture in pictures.unbind(1)]
    if headed:
        return torch.stack([frame.logits for frame in frames]).mean(0)
    return torch.stack([frame.last_hidden_state[:, 0] for frame in frames]).mean(0).norm(dim=1, keepdim=True)


@pytest.mark.parametrize("headed", [True, False], ids=["head", "no head"])
@pytest.mark.parametrize("kind", NETS)
def test_a_folder_says_what_the_net_says_by_itself(kind, headed, tmp_path):
    net = net_of(kind, headed)
    row = open_hub(saved(net, tmp_path))
    video = clip(row)
    wanted = expected(kind, net, video, headed)
    assert wanted.abs().max() > 0.1
    torch.testing.assert_close(logits(row.load(), row), wanted, rtol=1e-4, atol=1e-4)
    numbered = tuple(f"class {k}" for k in range(5))
    assert row.classes == (numbered if headed else ("length of the descriptor (this net has no classes)",))


@pytest.mark.parametrize("kind", NETS)
def test_its_layers_are_those_of_the_encoder_and_can_be_laid_out(kind, tmp_path):
    row = open_hub(saved(net_of(kind), tmp_path))
    assert len(row.layers) == 2
    net = row.load()
    with watching(net, row.layers, gradients=True) as captured:
        score = net(clip(row)[:1])[0, 0]
    found = gradients_of(score, captured)
    for layer in row.layers:
        assert token_maps(captured[layer], row.frames, row.grid).shape == (NETS[kind][-1], 4, 4, 24)
        assert found[layer].shape == captured[layer].shape
        assert found[layer].abs().sum() > 0


def test_a_folder_in_half_precision_is_computed_in_32_bits(tmp_path):
    row = open_hub(saved(net_of("dinov2").half(), tmp_path))
    assert {weight.dtype for weight in row.load().parameters()} == {torch.float32}


def test_pictures_are_prepared_as_the_folder_says(tmp_path):
    folder = saved(net_of("vivit"), tmp_path)
    preparation = {"do_rescale": True, "rescale_factor": 1 / 127.5, "offset": True, "image_mean": [0.5] * 3,
            "image_std": [0.5, 0.5, 0.25]}  # fmt: skip
    (folder / "preprocessor_config.json").write_text(json.dumps(preparation))
    row = open_hub(folder)
    pixel = 200.0
    theirs = [
        (pixel / 127.5 - 1 - mean) / std for mean, std in zip(preparation["image_mean"], preparation["image_std"])
    ]
    assert [(pixel / 255 - mean) / std for mean, std in zip(row.mean, row.std)] == pytest.approx(theirs)


def test_an_image_net_whose_places_stretch_takes_the_size_that_its_folder_prepares(tmp_path):
    net = net_of("dinov2")
    folder = saved(net, tmp_path)
    (folder / "preprocessor_config.json").write_text(json.dumps({"crop_size": {"height": 48, "width": 48}}))
    row = open_hub(folder)
    assert (row.size, row.grid) == (48, (6, 6))
    video = clip(row)
    torch.testing.assert_close(logits(row.load(), row), expected("dinov2", net, video, True), rtol=1e-4, atol=1e-4)


def test_a_net_that_can_do_with_fewer_frames_is_shown_fewer_and_its_row_says_so(tmp_path):
    package = transformers()
    net = drawn(package.VJEPA2Model(package.VJEPA2Config(**JEPA | {"frames_per_clip": 64})))
    row = open_hub(saved(net, tmp_path))
    assert row.frames == 16
    assert row.origin.endswith("shown 16 frames of 64")
    video = clip(row)
    torch.testing.assert_close(logits(row.load(), row), expected("vjepa2", net, video, False), rtol=1e-4, atol=1e-4)


# --- what is refused


def changed(folder, **words):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | words))
    return folder


def refused(folder, sentence):
    with pytest.raises(ValueError, match=sentence) as error:
        open_hub(folder)
    assert "\n" not in str(error.value)


def test_code_in_a_folder_is_not_run(tmp_path):
    folder, marker = saved(net_of("dinov2"), tmp_path), tmp_path / "it-ran"
    code = f"import os\nos.system('touch {marker}')\nclass Net: pass\nclass Config: pass\n"
    (folder / "modeling.py").write_text(code)
    changed(folder, auto_map={"AutoConfig": "modeling.Config", "AutoModel": "modeling.Net"})
    open_hub(folder).load()  # the same net, from its weights
    refused(changed(folder, model_type="stranger"), "known kind.*dinov2.*got stranger")
    assert not marker.exists()


def test_settings_outside_the_list_are_not_seen(tmp_path):
    folder = changed(saved(net_of("dinov2"), tmp_path), quantization_config={"load_in_4bit": True},
                     attn_implementation="stranger/kernels", _attn_implementation="stranger/kernels")  # fmt: skip
    assert open_hub(folder).load().net.config._attn_implementation in ("sdpa", "eager")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"num_hidden_layers": 10**9}, "num_hidden_layers from 0 to 128"),
        ({"num_hidden_layers": 3}, "weights that the config.json describes"),
        ({"hidden_size": 30000}, "config.json"),
        ({"patch_size": 7}, "patches divide"),
        ({"patch_size": "8"}, "patches divide"),
        ({"image_size": [32, 40]}, "square"),
        ({"hidden_act": "nonsense"}, "config.json that describes a net"),
        ({"mlp_ratio": float("nan")}, "mlp_ratio"),
    ],
)
def test_settings_that_do_not_fit_are_refused(words, sentence, tmp_path):
    refused(changed(saved(net_of("dinov2"), tmp_path), **words), sentence)


def test_weights_that_do_not_fit_are_refused_with_name_and_shapes(tmp_path):
    from safetensors.torch import load_file, save_file

    path = saved(net_of("dinov2"), tmp_path) / "model.safetensors"
    state = load_file(path)
    save_file(state | {"classifier.weight": torch.zeros(5, 50)}, path)
    refused(tmp_path, r"classifier\.weight of shape \(5, 48\), got \(5, 50\)")
    save_file({name: tensor for name, tensor in state.items() if name != "dinov2.layernorm.bias"}, path)
    refused(tmp_path, r"dinov2\.layernorm\.bias, got none")
    path.write_bytes(path.read_bytes()[:500])
    refused(tmp_path, "cut off or damaged")
    path.unlink()
    refused(tmp_path, "want weights.*got 0 files")


def test_weights_of_torch_are_read_as_tensors_alone(tmp_path):
    marker, net = tmp_path / "it-ran", net_of("dinov2")
    saved(net, tmp_path)
    (tmp_path / "model.safetensors").unlink()
    torch.save(net.state_dict(), tmp_path / "pytorch_model.bin")
    row = open_hub(tmp_path)
    torch.testing.assert_close(logits(row.load(), row), expected("dinov2", net, clip(row), True), rtol=1e-4, atol=1e-4)

    class Payload:
        def __reduce__(self):
            return os.system, (f"touch {marker}",)

    torch.save({"weight": Payload()}, tmp_path / "pytorch_model.bin")
    refused(tmp_path, "posix.system")
    with pytest.raises(ValueError, match=r"posix\.system"):
        row.load()
    assert not marker.exists()


@pytest.mark.parametrize("words", ["", "[]", '{"model_type":', "[" * 10**5])
def test_a_config_that_cannot_be_read_is_refused(words, tmp_path):
    (tmp_path / "config.json").write_text(words)
    refused(tmp_path, "config.json")


def test_a_timesformer_of_other_sums_is_refused(tmp_path):
    saved(timesformer(), tmp_path)
    refused(changed(tmp_path, hidden_act="relu"), "gelu, got relu")
    refused(changed(tmp_path, hidden_act="gelu", layer_norm_eps=1e-3), "layer_norm_eps 1e-6")


# --- by id


@pytest.mark.parametrize("source", ["../../no-such", "no-such-folder", "a/b/c", "a" * 5000, "https://hub/x"])
def test_what_is_neither_a_folder_nor_an_id_is_refused(source):
    refused(source, "want a folder, or an id on the hub")


def test_without_the_hubs_package_or_transformers_the_sentence_says_what_to_install(tmp_path, monkeypatch):
    folder = saved(net_of("dinov2"), tmp_path)
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    refused("facebook/dinov2-small", "huggingface-hub.*pip install -r requirements-hub.txt")
    monkeypatch.setitem(sys.modules, "transformers", None)
    refused(folder, "transformers.*pip install -r requirements-hub.txt")


def offered(folder, asked, size=1000, error=None):
    """A stand-in for huggingface_hub, which would need the network."""

    def info(repository, **_):
        if error:
            raise error
        names = ["config.json", "model.safetensors", "pytorch_model.bin", "onnx/model.safetensors", "modeling.py"]
        return SimpleNamespace(siblings=[SimpleNamespace(rfilename=name, size=size) for name in names])

    def download(repository, **options):
        asked.append(options)
        if error:
            raise error
        return str(folder)

    return SimpleNamespace(HfApi=lambda: SimpleNamespace(model_info=info), snapshot_download=download)


def test_of_an_id_only_the_words_and_one_kind_of_weights_are_fetched(tmp_path, monkeypatch):
    folder, asked = saved(net_of("dinov2"), tmp_path), []
    monkeypatch.setitem(sys.modules, "huggingface_hub", offered(folder, asked))
    row = open_hub("facebook/dinov2-small")
    assert row.title.startswith("facebook dinov2-small: DINOv2")
    assert asked[0]["allow_patterns"] == ["config.json", *hub.PREPARATIONS, "model.safetensors"]


def test_a_hub_that_cannot_be_reached_or_a_model_too_large_is_a_sentence(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setitem(sys.modules, "huggingface_hub", offered(tmp_path, asked, error=OSError("no\nroute")))
    refused("facebook/dinov2-small", "the hub was not reached")
    assert asked[0]["local_files_only"]  # it might have been here already
    monkeypatch.setitem(sys.modules, "huggingface_hub", offered(tmp_path, asked, size=10**11))
    refused("facebook/dinov2-small", "100000000000 bytes")
    assert len(asked) == 1  # nothing was fetched
