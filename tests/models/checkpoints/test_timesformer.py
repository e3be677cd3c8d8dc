"""A public TimeSformer becomes our factorized net, with the logits of Hugging Face's, and aligns without training."""

import pytest
import torch
from checkpoint_files import clip, logits, written
from peers import REAL, TIMESFORMER_AUTHORS, answers, as_far_as_rounding, by_authors, saved, tensors_of, timesformer

from vizcore.models.checkpoints import open_checkpoint, open_hub_rows, open_rows

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("attention", ["divided_space_time", "joint_space_time"])
@pytest.mark.parametrize("naming", ["theirs", "authors"])
def test_a_small_one_has_the_logits_of_hugging_faces(attention, naming, tmp_path):
    net = timesformer(attention)
    state = tensors_of(net) if naming == "theirs" else by_authors(tensors_of(net), TIMESFORMER_AUTHORS)
    state = {f"model.{name}": tensor for name, tensor in state.items()}
    torch.save({"epoch": 14, "model_state": state, "cfg": "TRAIN:"}, tmp_path / "k400.pyth")
    row = open_checkpoint(tmp_path / "k400.pyth", heads=2)
    assert (row.frames, row.size, row.grid) == (4, 32, (4, 4))
    as_far_as_rounding(logits(row.load(), row), answers(net, clip(row)))


def test_one_of_the_real_size_has_the_logits_of_hugging_faces(tmp_path):
    net = timesformer(spread=0.05, num_frames=8, num_labels=400, num_hidden_layers=2, **REAL)
    row = open_checkpoint(written(tmp_path / "net.safetensors", tensors_of(net)))
    video = clip(row)[:1]
    assert video.shape == (1, 3, 8, 224, 224)
    with torch.no_grad():
        as_far_as_rounding(row.load()(video), answers(net, video))


def test_alignment_is_switched_on_without_training(tmp_path):
    plain, aligned = open_rows(written(tmp_path / "net.safetensors", tensors_of(timesformer())), heads=2)
    net = aligned.load()
    as_they_are = logits(plain.load(), plain)
    assert (logits(net, aligned) - as_they_are).abs().max() > 1e-3  # it aligns, and that changes what it says
    net.method = "identity"
    assert torch.equal(logits(net, aligned), as_they_are)


def test_a_folder_tells_heads_classes_and_preparation(tmp_path):
    net = timesformer(id2label={k: f"deed {k}" for k in range(5)})
    (saved(net, tmp_path) / "preprocessor_config.json").write_text(
        '{"image_mean": [0.1, 0.2, 0.3], "image_std": [0.5, 0.5, 0.25], "do_normalize": true}'
    )
    plain, aligned = open_hub_rows(tmp_path, "mine")
    as_far_as_rounding(logits(plain.load(), plain), answers(net, clip(plain)))
    assert plain.classes == tuple(f"deed {k}" for k in range(5))
    assert plain.mean == pytest.approx((0.1, 0.2, 0.3))
    assert plain.std == pytest.approx((0.5, 0.5, 0.25))
    assert plain.title.startswith("mine: TimeSformer")
    assert plain.origin == "your checkpoint mine"  # nothing was assumed
    assert aligned.load().mode == "ata"


def test_a_tensor_that_does_not_fit_is_named_as_the_file_names_it(tmp_path):
    state = by_authors(tensors_of(timesformer()), TIMESFORMER_AUTHORS)
    state["blocks.1.temporal_fc.weight"] = torch.zeros(3, 24)
    with pytest.raises(ValueError, match=r"blocks\.1\.temporal_fc\.weight of shape \(24, 24\), got \(3, 24\)"):
        open_checkpoint(written(tmp_path / "net.safetensors", state), heads=2)
    state["pos_embed"] = torch.zeros(1, 18, 24)
    with pytest.raises(ValueError, match=r"square of patches.*got 17"):
        open_checkpoint(written(tmp_path / "net.safetensors", state), heads=2)


def test_one_that_sees_no_time_is_not_taken_for_one_that_does(tmp_path):
    state = tensors_of(timesformer("space_only"))
    with pytest.raises(ValueError, match="attention over time"):
        open_checkpoint(written(tmp_path / "net.safetensors", state), heads=2)
