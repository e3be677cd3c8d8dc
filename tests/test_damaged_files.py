"""Archives and settings that are damaged, or packed in a way of their own, end in a sentence and in nothing else."""

import json
import random
import struct
import zipfile

import pytest
from checkpoint_files import tiny, written

from vizcore.features.segmentation.pipeline_files import read_set
from vizcore.models.checkpoints.families import one
from vizcore.models.checkpoints.folder import read_folder
from vizcore.runtime.clip_library import CLIPS
from vizcore.synthetic.truth import load_truth

LABELS = {"groundTruth/a.txt": "take\n" * 9, "model/a.txt": "take\n" * 9, "mapping.txt": "0 take\n"}


def zipped(path, how=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, text in LABELS.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize("how", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_labels_packed_in_a_way_of_their_own_are_refused(how, tmp_path):
    assert read_set(zipped(tmp_path / "labels.zip")).model_names == ("model",)
    with pytest.raises(ValueError, match="want a ZIP that can be unpacked, got one with this fault"):
        read_set(zipped(tmp_path / "labels.zip", how))


def test_labels_whose_list_points_outside_their_file_are_refused(tmp_path):
    path = zipped(tmp_path / "labels.zip")
    content = bytearray(path.read_bytes())
    ending = content.rindex(b"PK\5\6")
    (begins,) = struct.unpack_from("<L", content, ending + 16)
    struct.pack_into("<L", content, ending + 16, begins + 500)  # so the parts lie before the file's first byte
    path.write_bytes(content)
    with pytest.raises(ValueError, match="want a ZIP that can be unpacked, got one with this fault"):
        read_set(path)
    with pytest.raises(FileNotFoundError):
        read_set(tmp_path / "nothing.zip")


@pytest.mark.parametrize("source", ["labels", "truth"])
def test_bytes_that_are_changed_give_what_is_there_or_a_sentence(source, tmp_path):
    whole = zipped(tmp_path / "a.zip").read_bytes()
    whole = whole if source == "labels" else (CLIPS / "throw.truth.npz").read_bytes()
    path, read, drawn = tmp_path / "changed", {"labels": read_set, "truth": load_truth}[source], random.Random(0)
    refused, rounds = 0, 200
    for _ in range(rounds):
        changed = bytearray(whole)
        for _ in range(drawn.randint(1, 6)):
            changed[drawn.choice([drawn.randrange(len(whole)), -drawn.randint(1, 700) % len(whole)])] = drawn.randrange(
                256
            )
        path.write_bytes(changed)
        try:
            read(path)
        except ValueError:
            refused += 1
    assert rounds // 4 < refused


def test_a_truth_that_is_something_else_is_refused_by_name(tmp_path):
    path = tmp_path / "clip.truth.npz"
    path.write_bytes(b"no archive")
    with pytest.raises(ValueError, match=r"want what Truth\.save wrote, got clip\.truth\.npz"):
        load_truth(path)
    with pytest.raises(FileNotFoundError):
        load_truth(tmp_path / "none.truth.npz")


@pytest.mark.parametrize("side", [[[]], [], {}, [[4], [4]], "4", 4.0, True, [4, True], None, [4, 5], -4, 10**9])
def test_a_setting_that_is_no_number_tells_nothing(side, tmp_path):
    assert one(side) == 0
    assert one([4, 4]) == one((4,)) == one(4) == 4
    written(tmp_path / "model.safetensors", tiny().state_dict())
    told = {"model_type": "timesformer", "num_attention_heads": side, "image_size": side, "num_frames": side}
    (tmp_path / "config.json").write_text(json.dumps(told))
    assert not {"heads", "size", "frames"} & read_folder(tmp_path, "net").metadata.keys()
