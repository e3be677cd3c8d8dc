"""A row for each form that people bring: how it is read, and good files of it, all of which open."""

import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FRAMES = "take\n" * 9 + "stir\n" * 12
SEGMENTS = "tier,start,stop,label\n" + "".join(f"hands,{k}.5,{k + 1}.25,take {k}\n" for k in range(0, 40, 2))
JSON_SEGMENTS = {"unit": "seconds", "tiers": {"a": [{"start": 0, "stop": 1.5, "label": "take"}], "b": []}}
ELAN = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="t2"
TIME_VALUE="1500"/></TIME_ORDER><TIER TIER_ID="hands"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1"
TIME_SLOT_REF1="t1" TIME_SLOT_REF2="t2"><ANNOTATION_VALUE>take</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
</TIER></ANNOTATION_DOCUMENT>"""
BOXES = "".join(f"vid,{900 + k},0.1,0.2,0.5,0.75,{k % 80 + 1},0.{k % 9 + 1}\n" for k in range(60))
ACTIONS = "".join(f'label {{ name: "do {k}" label_id: {k} label_type: PERSON_MOVEMENT }}\n' for k in range(1, 20))
HEADER = b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
TENSORS = len(HEADER).to_bytes(8, "little") + HEADER + bytes(4)  # of safetensors
SERIES = "x,y\n" + "".join(f"{k / 7:.3f},{k % 5}\n" for k in range(40))


@dataclass(frozen=True)
class Seeds:
    """One row of FORMS."""

    read: Callable[[Path], Any]  # what a page or the command line does with such a file
    good: Callable[[], Mapping[str, bytes]]  # {file name: content}; each opens


def labels(path: Path) -> Any:
    from vizcore.features.segmentation.pipeline_files import read_set

    return read_set(path)


def one_file(path: Path) -> Any:
    """A file of labels, of whichever kind its name says."""
    from vizcore.formats import label_files, segment_files

    content = path.read_bytes()
    if path.suffix in (".csv", ".tsv", ".json", ".eaf"):
        return segment_files.read_segments(content, path.name)
    readers = {"mapping.txt": label_files.read_mapping, "test.bundle": label_files.read_bundle}
    return readers.get(path.name, label_files.read_labels)(content, path.name)


def boxes(path: Path) -> Any:
    from vizcore.formats.ava_files import read_ava_csv, read_excluded

    return read_excluded(path) if "excluded" in path.name else read_ava_csv(path)


def actions(path: Path) -> Any:
    from vizcore.formats.action_lists import read_label_map

    return read_label_map(path)


def numbers(path: Path) -> Any:
    from vizcore.features.alignment.pipeline_series import read_series
    from vizcore.formats.feature_files import read_features

    return read_features(path) if "features" in path.name else read_series(path)


def checkpoint(path: Path) -> Any:
    from vizcore.models.checkpoints.rows import open_rows

    return open_rows(path)


def settings(path: Path) -> Any:
    """The config.json of a folder of Hugging Face."""
    from vizcore.models.checkpoints.folder import read_folder

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config.json").write_bytes(path.read_bytes())
        (Path(folder) / "model.safetensors").write_bytes(TENSORS)
        return read_folder(Path(folder), "net")


def report(path: Path) -> Any:
    from vizcore.features.report import export_json, export_session

    return (export_session if "session" in path.name else export_json).opened(path.read_bytes())


def lesson(path: Path) -> Any:
    from vizcore.features.lessons.reading import read_lesson

    return read_lesson(path)


def truth(path: Path) -> Any:
    from vizcore.synthetic.truth import load_truth

    return load_truth(path)


def video(path: Path) -> Any:
    from vizcore.video import probe, read_frames

    info = probe(path)
    return info, read_frames(path, sorted({0, info.frames // 2, info.frames - 1}), (32, 32))


def _zip(files: Mapping[str, str]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return whole.getvalue()


def _npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def _sets() -> dict[str, bytes]:
    plain = {"groundTruth/a.txt": FRAMES, "model/a.txt": FRAMES, "mapping.txt": "0 take\n1 stir\n"}
    timed = {"groundTruth/a.csv": SEGMENTS, "model/a.json": json.dumps(JSON_SEGMENTS), "splits/test.bundle": "a.txt\n"}
    return {"labels.zip": _zip(plain), "timed.zip": _zip(timed)}


def _label_files() -> dict[str, bytes]:
    texts = {"a.txt": FRAMES, "mapping.txt": "0 take\n1 stir\n", "test.bundle": "a.txt\nb.txt\n", "a.csv": SEGMENTS}
    texts |= {"recognition": "### Recognized sequence: ###\n" + " ".join(["take"] * 9 + ["stir"] * 12) + "\n"}
    return {
        name: text.encode() for name, text in (texts | {"a.json": json.dumps(JSON_SEGMENTS), "a.eaf": ELAN}).items()
    }


def _tables() -> dict[str, bytes]:
    found = {"boxes.csv": BOXES.encode(), "excluded.csv": b"vid,902\nvid,0903\n"}
    return found | {"boxes.csv.gz": gzip.compress(BOXES.encode(), mtime=0)}


def _numbers() -> dict[str, bytes]:
    random = np.random.default_rng(0)
    found = {"series.csv": SERIES.encode(), "series.npy": _npy(random.normal(size=(40, 3)))}
    return found | {"features.npy": _npy(random.normal(size=(2, 3, 4, 5)).astype(np.float32))}


@cache
def _checkpoints() -> dict[str, bytes]:
    import torch
    from safetensors.torch import save

    from tests.checkpoint_files import tiny

    torch.manual_seed(0)
    state = {name: tensor.contiguous() for name, tensor in tiny().state_dict().items()}
    found = {"net.safetensors": save(state, {"heads": "1", "mode": "factorized"})}
    for name, zipped in (("net.pth", True), ("older.pth", False)):
        file = io.BytesIO()
        torch.save({"state_dict": state, "heads": 1}, file, _use_new_zipfile_serialization=zipped)
        found[name] = file.getvalue()
    return found


def _reports() -> dict[str, bytes]:
    from vizcore.features.report.export_json import report_zip
    from vizcore.features.report.export_session import Session, Upload, session_zip
    from vizcore.runtime.recording.section import Figure, Picture, Report, Section, Words

    picture = cv2.imencode(".png", np.zeros((4, 4, 3), np.uint8))[1].tobytes()
    plot = json.dumps({"data": [{"type": "scatter", "x": [0, 1], "y": [1, 2]}], "layout": {}})
    blocks = Words("text", "What moves"), Figure(plot, "A line"), Picture("image/png", picture, "Nothing")
    section = Section("Matching", "matching", (("clip", "parade"),), "2026-01-01T00:00:00+00:00", blocks)
    whole = Report("Try", (section,))
    session = Session("matching", {"matching": (("clip", "parade"),)}, uploads=(Upload("table", "a.csv", "0"),))
    return {"report.zip": report_zip(whole), "session.zip": session_zip(session, whole)}


def _lessons() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((ROOT / "assets" / "lessons").glob("*.toml"))[:2]}


def _truths() -> dict[str, bytes]:
    from vizcore.runtime.clip_library import CLIPS

    return {"throw.truth.npz": (CLIPS / "throw.truth.npz").read_bytes()}


def _videos() -> dict[str, bytes]:
    from tests.encoding import encode

    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, codec, how in (
            ("a.mp4", "libx264", {}),
            ("b.mkv", "ffv1", {}),
            ("c.avi", "mpeg4", {}),
            ("d.gif", "gif", {"pix_fmt": "rgb8"}),
        ):
            encode(Path(folder) / name, list(range(8)), codec=codec, **how)
            found[name] = (Path(folder) / name).read_bytes()
    return found


FORMS = {
    "label sets": Seeds(labels, _sets),
    "label files": Seeds(one_file, _label_files),
    "boxes": Seeds(boxes, _tables),
    "lists of actions": Seeds(actions, lambda: {"actions.pbtxt": ACTIONS.encode()}),
    "numbers": Seeds(numbers, _numbers),
    "checkpoints": Seeds(checkpoint, _checkpoints),
    "settings": Seeds(
        settings, lambda: {"config.json": json.dumps({"model_type": "timesformer", "image_size": 24}).encode()}
    ),
    "reports": Seeds(report, _reports),
    "lessons": Seeds(lesson, _lessons),
    "ground truth": Seeds(truth, _truths),
    "videos": Seeds(video, _videos),
}
