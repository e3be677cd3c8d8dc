"""Our VideoMAE is the published one: its table, its logits beside Hugging Face's, its encoder without the decoder."""

import math

import pytest
import torch
from checkpoint_files import clip, logits, written
from peers import REAL, answers, as_far_as_rounding, saved, tensors_of, transformers, videomae, videomae_by_authors

from vizcore.models.checkpoints import open_checkpoint, open_hub
from vizcore.models.nets.videomae import VideoMAE, sine_table
from vizcore.runtime.attention_rows import attention_rows
from vizcore.runtime.capture import watching

pytestmark = pytest.mark.usefixtures("one_thread")

SMALL = {"frames": 4, "size": 32, "patch": 8, "width": 24, "depth": 2, "heads": 2, "classes": 5, "inner": 40}
METADATA = {"frames": "4", "size": "32", "heads": "2"}


def test_the_table_is_sines_and_cosines_in_turn():
    table = sine_table(7, 6)
    for place in range(7):
        for j in range(6):
            angle = place / 10000 ** (2 * (j // 2) / 6)
            assert table[place, j].item() == pytest.approx((math.cos if j % 2 else math.sin)(angle), abs=1e-6)


@pytest.mark.parametrize("pooled", [True, False], ids=["mean of all", "first token"])
@pytest.mark.parametrize("biases", [True, False])
def test_a_small_one_has_the_logits_of_hugging_faces(pooled, biases, tmp_path):
    net = videomae(use_mean_pooling=pooled, qkv_bias=biases, intermediate_size=40)
    row = open_checkpoint(written(tmp_path / "net.safetensors", tensors_of(net), **METADATA))
    assert (row.frames, row.size, row.grid) == (4, 32, (4, 4))
    as_far_as_rounding(logits(row.load(), row), answers(net, clip(row)))


@pytest.mark.parametrize("pooled", [True, False], ids=["mean of all", "first token"])
def test_the_authors_names_open_the_same_net(pooled, tmp_path):
    net = videomae(use_mean_pooling=pooled)
    torch.save({"module": videomae_by_authors(net), "epoch": 1, **{k: int(v) for k, v in METADATA.items()}},
               tmp_path / "ssv2.pth")  # fmt: skip
    row = open_checkpoint(tmp_path / "ssv2.pth")
    as_far_as_rounding(logits(row.load(), row), answers(net, clip(row)))


def test_the_older_names_of_hugging_faces_biases_open_the_same_net(tmp_path):
    net = videomae()
    state = {
        name.replace("query.bias", "q_bias").replace("value.bias", "v_bias"): tensor
        for name, tensor in tensors_of(net).items()
    }
    row = open_checkpoint(written(tmp_path / "net.safetensors", state, **METADATA))
    as_far_as_rounding(logits(row.load(), row), answers(net, clip(row)))


def test_blocks_of_the_published_base_size_have_the_logits_of_hugging_faces(tmp_path):
    net = videomae(spread=0.05, num_labels=400, num_frames=16, num_hidden_layers=2, **REAL)
    row = open_checkpoint(written(tmp_path / "net.safetensors", tensors_of(net)))
    assert row.origin.endswith("with 12 heads, as is usual for 768 channels, for 16 frames of 224 px, as published")
    video = clip(row)[:1]
    assert video.shape == (1, 3, 16, 224, 224)
    with torch.no_grad():
        as_far_as_rounding(row.load()(video), answers(net, video))


def test_a_folder_of_hugging_face_opens_as_our_net(tmp_path):
    net = videomae(layer_norm_eps=0.5)  # an eps so large that another one would be seen
    row = open_hub(saved(net, tmp_path))
    assert isinstance(row.load(), VideoMAE)
    as_far_as_rounding(logits(row.load(), row), answers(net, clip(row)))


def test_of_an_autoencoder_the_encoder_is_taken(tmp_path):
    package, net = transformers(), videomae()
    state = tensors_of(package.VideoMAEForPreTraining(net.config.__class__(**net.config.to_dict() | {
        "decoder_hidden_size": 12, "decoder_num_attention_heads": 2, "decoder_num_hidden_layers": 1,
        "decoder_intermediate_size": 24, "use_mean_pooling": False})))  # fmt: skip
    row = open_checkpoint(written(tmp_path / "net.safetensors", state, **METADATA))
    assert logits(row.load(), row).shape == (2, 1)
    assert row.classes == ("length of the descriptor (this net has no classes)",)


def test_biases_of_another_length_are_refused_by_name(tmp_path):
    state = videomae_by_authors(videomae())
    state["blocks.1.attn.q_bias"] = torch.zeros(5)
    with pytest.raises(ValueError, match=r"blocks\.1\.attn\.qkv\.bias of shape \(72,\)"):
        open_checkpoint(written(tmp_path / "net.safetensors", state, **METADATA))


def test_every_place_to_look_gives_tubelets_and_every_row_of_attention_sums_to_one():
    net = VideoMAE(**SMALL).eval()
    names = [f"blocks.{k}.{step}" for k in range(2) for step in ("entry", "space", "exit")]
    with torch.no_grad(), watching(net, [*names, "blocks.1.attention.query", "blocks.1.attention.key"]) as captured:
        net(torch.randn(2, 3, 4, 32, 32))
    assert {captured[name].shape for name in names} == {(2, 2, 16, 24)}
    rows = attention_rows(captured["blocks.1.attention.query"], captured["blocks.1.attention.key"], [0, 31])
    torch.testing.assert_close(rows.sum(-1), torch.ones(2, 2, 2))


def test_a_tubelet_is_seen_where_and_when_it_is():
    net = VideoMAE(**SMALL).eval()
    torch.nn.init.zeros_(net.table)
    video = torch.zeros(1, 3, 4, 32, 32)
    video[:, :, 2, 9, 17] = 1.0  # tubelet 1 of time, row 1, column 2
    with torch.no_grad(), watching(net, ["blocks.0.entry"]) as captured:
        net(video)
    patches = captured["blocks.0.entry"][0]
    differs = (patches - patches[0, 0]).abs().amax(-1) > 0
    assert differs.nonzero().tolist() == [[1, 1 * 4 + 2]]


@pytest.mark.parametrize("wrong", [{"frames": 5}, {"size": 30}, {"heads": 5}])
def test_sizes_that_do_not_divide_are_refused(wrong):
    with pytest.raises(ValueError, match="divide"):
        VideoMAE(**SMALL | wrong)


def test_a_video_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"want a video \(B, 3, 4, 32, 32\)"):
        VideoMAE(**SMALL)(torch.zeros(1, 3, 8, 32, 32))
