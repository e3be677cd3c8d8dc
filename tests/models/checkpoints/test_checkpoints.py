"""A checkpoint that somebody brings opens as a model: whatever wraps it, with the logits that it had."""

import hashlib
import json

import numpy as np
import pytest
import torch
from checkpoint_files import clip, logits, tiny, written

from vizcore.models import LOCALIZERS, PATCH_MODELS
from vizcore.models.checkpoints import open_checkpoint, open_rows
from vizcore.models.nets.temporal_vit import MODES
from vizcore.models.weights import FOLDER, names
from vizcore.runtime.capture import watching
from vizcore.runtime.engine import Engine

pytestmark = pytest.mark.usefixtures("one_thread")

TRAINED = [
    name for name in PATCH_MODELS if name in names() and not PATCH_MODELS[name].embedding and name not in LOCALIZERS
]


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_of_ours_comes_back_with_its_logits(mode, tmp_path):
    net = tiny(mode, seed=5)
    row = open_checkpoint(written(tmp_path / "net.safetensors", net.state_dict(), mode=mode, frames="3"))
    assert row.name.endswith(f"-{mode}")
    assert torch.equal(logits(row.load(), row), logits(net, row))
    assert (row.frames, row.size, row.grid, len(row.classes)) == (3, 24, (3, 3), 5)
    assert row.version == hashlib.sha256((tmp_path / "net.safetensors").read_bytes()).hexdigest()


@pytest.mark.parametrize("name", TRAINED)
def test_a_net_that_this_project_ships_is_recognised_with_all_that_its_card_tells(name, tmp_path):
    shipped, row = PATCH_MODELS[name], open_checkpoint(FOLDER / f"{name}.safetensors", "upload")
    for part in ("frames", "size", "grid", "layers", "classes", "mean", "std", "version"):
        assert getattr(row, part) == getattr(shipped, part), part
    assert row.name.endswith(name.rpartition("-")[2])
    assert torch.equal(logits(row.load(), row), logits(shipped.load(), row))


@pytest.mark.parametrize("zipped", [True, False], ids=["archive", "older pickle"])
@pytest.mark.parametrize(
    "wrap", [lambda s: s, lambda s: {"epoch": 3, "state_dict": s}, lambda s: {"model": {"net": s}}]
)
@pytest.mark.parametrize("prefix", ["", "module.", "module.backbone."])
def test_torch_files_of_every_wrapping_hold_the_same_net_whatever_they_are_called(zipped, wrap, prefix, tmp_path):
    net, path = tiny(), tmp_path / "holiday.jpg"
    state = {prefix + name: tensor for name, tensor in net.state_dict().items()}
    torch.save(wrap(state), path, _use_new_zipfile_serialization=zipped)
    row = open_checkpoint(path)
    assert torch.equal(logits(row.load(), row), logits(net, row))


def test_half_precision_is_computed_in_32_bits(tmp_path):
    net = tiny()
    row = open_checkpoint(written(tmp_path / "half.safetensors", {k: v.half() for k, v in net.state_dict().items()}))
    loaded = row.load()
    assert {weight.dtype for weight in loaded.parameters()} == {torch.float32}
    net.load_state_dict({name: tensor.half().float() for name, tensor in net.state_dict().items()})
    assert torch.equal(logits(loaded, row), logits(net, row))


def test_time_attention_opens_aligned_as_well_and_identity_is_the_bridge_between_the_two(tmp_path):
    plain, aligned = open_rows(written(tmp_path / "net.safetensors", tiny().state_dict()))
    assert (plain.load().mode, aligned.load().mode) == ("factorized", "ata")
    assert plain.version == aligned.version
    assert plain.name != aligned.name
    net = aligned.load()
    net.method = "identity"
    assert torch.equal(logits(net, aligned), logits(plain.load(), plain))
    assert not torch.equal(logits(aligned.load(), aligned), logits(plain.load(), plain))


def test_the_engine_runs_a_row_that_is_in_no_table(tmp_path):
    row = open_checkpoint(written(tmp_path / "net.safetensors", tiny().state_dict()))
    assert row.name not in PATCH_MODELS
    engine = Engine("cpu")
    try:
        frames = np.random.default_rng(0).integers(0, 256, (5, 30, 40, 3), np.uint8)
        captured = engine.run(row, frames, at=row.layers, target="top")
    finally:
        engine.close()
    assert captured.activations[row.layers[-1]].shape == (1, 3, 9, 64)
    assert captured.logits.shape == (5,)
    assert captured.grads[row.layers[0]].abs().sum() > 0


def test_every_layer_of_a_row_runs_and_gives_a_tensor_of_its_own(tmp_path):
    for row in open_rows(written(tmp_path / "net.safetensors", tiny().state_dict())):
        net = row.load()
        with torch.no_grad(), watching(net, row.layers) as captured:
            net(clip(row))
        assert list(captured) == list(row.layers)
        assert len({tensor.data_ptr() for tensor in captured.values()}) == len(captured)


def test_classes_and_heads_are_read_from_the_file_where_it_tells_them(tmp_path):
    net = tiny(width=24, heads=3)
    metadata = {"classes": json.dumps(["run", "<b>jump</b>", "3", "4", "5"]), "heads": "3"}
    row = open_checkpoint(written(tmp_path / "net.safetensors", net.state_dict(), **metadata))
    assert row.classes[0] == "run"
    assert "<" not in row.classes[1]
    assert torch.equal(logits(row.load(), row), logits(net, row))
    untold = written(tmp_path / "untold.safetensors", net.state_dict())
    assert torch.equal(logits(open_checkpoint(untold, heads=3).load(), row), logits(net, row))
    with pytest.raises(ValueError, match=r"how many heads 24 channels.*heads="):
        open_checkpoint(untold)


def test_heads_that_were_assumed_are_admitted(tmp_path):
    row = open_checkpoint(written(tmp_path / "net.safetensors", tiny().state_dict()))
    assert row.classes == tuple(f"class {k}" for k in range(5))
    assert "1 head, as is usual for 64 channels" in row.origin


def test_a_file_name_cannot_write_markup(tmp_path):
    path = written(tmp_path / "net.safetensors", tiny().state_dict())
    row = open_checkpoint(path, "../a/<img src=x onerror=run()>[link](http:x)\n`code`.pth")
    assert not set(row.title + row.origin) & set("<>[]/`\n")


def test_a_net_without_a_head_tells_the_length_of_its_descriptor_and_says_so(tmp_path):
    net = tiny()
    state = {name: tensor for name, tensor in net.state_dict().items() if not name.startswith("head.")}
    row = open_checkpoint(written(tmp_path / "net.safetensors", state))
    net.head = torch.nn.Identity()
    assert torch.equal(logits(row.load(), row)[:, 0], logits(net, row).norm(dim=1))
    assert row.classes == ("length of the descriptor (this net has no classes)",)


def test_a_file_that_changed_since_it_was_opened_is_not_loaded(tmp_path):
    path = written(tmp_path / "net.safetensors", tiny(seed=1).state_dict())
    row = open_checkpoint(path)
    assert row.counted().parameters == sum(weight.numel() for weight in tiny().parameters())
    written(path, tiny(seed=2).state_dict())
    with pytest.raises(ValueError, match="changed since"):
        row.load()
    path.unlink()
    with pytest.raises(ValueError, match="there is no file"):
        row.load()
