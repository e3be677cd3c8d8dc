"""A file that is no checkpoint, or a hostile one, is refused in one sentence, and nothing in it is ever run."""

import json
import os
import pickle
import struct
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import torch
from checkpoint_files import tiny, written

from vizcore.models.checkpoints import open_checkpoint, opening
from vizcore.models.checkpoints.fitting import refuse_giants
from vizcore.runtime.engine import Engine

pytestmark = pytest.mark.usefixtures("read_here")


def refusal(path, **options):
    """The sentence with which a file is refused: one line that names the file and says what was wanted and got."""
    with pytest.raises(ValueError, match=r"want .*got") as refused:
        open_checkpoint(path, **options)
    sentence = str(refused.value)
    assert path.name in sentence
    assert "\n" not in sentence
    assert len(sentence) < 400
    return sentence


@pytest.mark.parametrize("prefix", [b"", None], ids=["as an archive", "bare"])
def test_a_malicious_pickle_is_refused_and_does_not_run(prefix, tmp_path):
    marker, path = tmp_path / "it-ran", tmp_path / "net.pth"

    class Payload:
        def __reduce__(self):
            return os.system, (f"touch {marker}",)

    if prefix is None:
        path.write_bytes(pickle.dumps({"state_dict": Payload()}))
    else:
        torch.save({"state_dict": {"weight": torch.zeros(1)}, "extra": Payload()}, path)
    sentence = refusal(path)
    assert "save_file" in sentence
    assert ("posix.system" in sentence) == (prefix is not None)
    assert not marker.exists()
    pickle.loads(pickle.dumps(Payload()))
    assert marker.exists()  # the payload would have worked


def test_an_older_torch_pickle_that_asks_for_a_program_does_not_run_either(tmp_path):
    marker, path = tmp_path / "it-ran", tmp_path / "net.pth"

    class Payload:
        def __reduce__(self):
            return os.system, (f"touch {marker}",)

    torch.save([Payload()], path, _use_new_zipfile_serialization=False)
    assert "posix.system" in refusal(path)
    assert not marker.exists()


def test_a_tensor_of_another_shape_is_named_with_both_shapes(tmp_path):
    state = tiny().state_dict() | {"blocks.1.mlp.0.weight": torch.zeros(7, 64)}
    sentence = refusal(written(tmp_path / "net.safetensors", state))
    assert all(part in sentence for part in ("blocks.1.mlp.0.weight", "(256, 64)", "(7, 64)"))


def test_a_missing_and_a_foreign_tensor_are_named(tmp_path):
    state = tiny().state_dict()
    state.pop("blocks.1.time_out.bias")
    assert "blocks.1.time_out.bias of shape (64,)" in refusal(written(tmp_path / "less.safetensors", state))
    more = tiny().state_dict() | {"blocks.1.adapter": torch.zeros(2, 2)}
    assert "blocks.1.adapter of shape (2, 2)" in refusal(written(tmp_path / "more.safetensors", more))


@pytest.mark.parametrize("at", [9, 200, -1])
def test_a_safetensors_file_cut_off_anywhere_is_refused(at, tmp_path):
    path = written(tmp_path / "net.safetensors", tiny().state_dict())
    path.write_bytes(path.read_bytes()[:at])
    assert "cut off or damaged" in refusal(path)


@pytest.mark.parametrize("at", [70, -100])
def test_a_torch_file_cut_off_anywhere_is_refused(at, tmp_path):
    for zipped in (True, False):
        path = tmp_path / "net.pth"
        torch.save(tiny().state_dict(), path, _use_new_zipfile_serialization=zipped)
        path.write_bytes(path.read_bytes()[:at])
        assert "cut off or damaged" in refusal(path)


def test_a_header_that_lies_about_its_length_or_its_tensors_is_refused(tmp_path):
    path = tmp_path / "net.safetensors"
    for length in (2**40, 2**63):
        path.write_bytes(struct.pack("<Q", length) + b"{" + b" " * 100)
        assert f"{length} bytes long" in refusal(path)
    header = json.dumps({"w": {"dtype": "F32", "shape": [10**9, 10**9], "data_offsets": [0, 4]}}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"0000")
    assert "cut off or damaged" in refusal(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "0 bytes"), (b"Dear sir or madam, " * 9, "begins with b'Dear sir"), (b"{}", "begins with")],
)
def test_an_empty_file_and_a_text_are_refused(content, sentence, tmp_path):
    path = tmp_path / "net.safetensors"
    path.write_bytes(content)
    assert sentence in refusal(path)


def test_a_file_beyond_the_limit_is_not_even_read(tmp_path, monkeypatch):
    path = written(tmp_path / "net.safetensors", tiny().state_dict())
    monkeypatch.setattr(opening, "LIMIT_BYTES", 1000)
    assert f"{path.stat().st_size} bytes" in refusal(path)


def test_more_tensors_than_any_net_has_are_refused_before_one_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "MANY", 3)
    state = {str(k): torch.zeros(1) for k in range(4)}
    assert "at most 3 tensors, got 4" in refusal(written(tmp_path / "net.safetensors", state))
    torch.save(state, tmp_path / "net.pth")
    assert "at most 3 tensors, got 4" in refusal(tmp_path / "net.pth")


def test_an_archive_that_unfolds_into_more_than_it_holds_is_refused(tmp_path):
    honest, bomb = tmp_path / "honest.pth", tmp_path / "bomb.pth"
    torch.save(tiny().state_dict(), honest)
    with zipfile.ZipFile(honest) as source, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(entry.filename, source.read(entry))
    assert "unfolds" in refusal(bomb)
    with zipfile.ZipFile(bomb, "w") as target:
        target.writestr("letter.txt", "hello")
    assert "without data.pkl" in refusal(bomb)


def test_tensors_that_claim_more_than_the_file_holds_are_refused(tmp_path):
    path = tmp_path / "net.pth"
    torch.save({"weight": torch.zeros(1).expand(10**6, 10**6)}, path)
    assert "claim" in refusal(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"a": torch.zeros(2), "b": "words"}, "a str as 'b'"),
        ({"a": torch.zeros(3).to_sparse()}, "asks for torch._utils._rebuild_sparse_tensor, which was not run"),
        ([torch.zeros(2)], "list"),
        ({}, "dict"),
        ({"module.a": torch.zeros(1), "a": torch.zeros(1)}, "'a' twice"),
    ],
)
def test_anything_but_tensors_by_name_is_refused(content, sentence, tmp_path):
    torch.save(content, tmp_path / "net.pth")
    assert sentence in refusal(tmp_path / "net.pth")


def test_a_dict_that_holds_itself_ends(tmp_path):
    content = {"epoch": 1}
    content["model"] = content
    torch.save(content, tmp_path / "net.pth")
    refusal(tmp_path / "net.pth")


def test_an_unknown_net_is_refused_with_the_known_ones_and_its_first_tensors(tmp_path):
    sentence = refusal(written(tmp_path / "net.safetensors", {"fc.weight": torch.zeros(2, 2), "gate": torch.zeros(1)}))
    assert all(word in sentence for word in ("TimeSformer", "VideoMAE", "ResNet-20", "fc.weight", "gate"))


def test_a_net_whose_pictures_would_fill_the_memory_is_refused(tmp_path):
    state = tiny().state_dict() | {"time_table": torch.zeros(10**5, 64)}
    assert "100000 frames" in refusal(written(tmp_path / "net.safetensors", state))


@pytest.mark.parametrize(("frames", "size", "patches"), [(513, 32, 1), (1, 2049, 1), (8, 32, 2**12 + 1)])
def test_frames_pixels_and_patches_have_each_a_limit(frames, size, patches):
    refuse_giants(512, 2048, 64, "net")
    with pytest.raises(ValueError, match=f"got {frames} frames of {size} px with {patches} patches"):
        refuse_giants(frames, size, patches, "net")


def test_a_layer_that_does_not_exist_is_refused_with_its_neighbours(tmp_path):
    row = open_checkpoint(written(tmp_path / "net.safetensors", tiny().state_dict()))
    engine = Engine("cpu")
    try:
        frames = np.zeros((3, 24, 24, 3), np.uint8)
        with pytest.raises(ValueError, match=r"want a module.*blocks\.1\.exit.*got 'blocks\.1\.exist'"):
            engine.run(row, frames, at=["blocks.1.exist"])
        broken = replace(row, build=lambda: open_checkpoint(tmp_path / "gone.pth"))
        with pytest.raises(ValueError, match="no file"):
            engine.run(replace(broken, name="broken"), frames)
        assert engine.run(row, frames).logits.shape == (5,)  # and the engine goes on
    finally:
        engine.close()
