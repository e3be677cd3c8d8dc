"""A new thing is a row: one of each kind is added to a copy of the tree, in the files that ARCHITECTURE.md names.

Each then works on its page, on the command line and in Python, all by itself.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

OPERATOR = """OPERATORS = {
    "half": Operator(
        "Half NL", (r"F = \\tfrac12 A Z W",), (("½ A Z ", None), ("W1", 0)), "softmax", direct.half,
        (p.Response(((0.0, 0.5),)),), learnt="nl",
    ),
"""
HALF = '''

def half(graph: Graph, z: Tensor, weights: Weights) -> Tensor:
    """A Z W / 2."""
    return times(graph.apply(z), weights.out[0]) / 2
'''
CAM = """CAMS = {
    "loudest": Cam("Loudest channel", "max over c of |x|", False, "nobody", lambda x, g, pool: x.abs().amax(-1)),
"""
DESCRIPTOR = '''

def mean_colour(frames: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """(T, N, 3): the mean colour of each patch, about mid-grey."""
    return pixels(frames, grid)[..., -3:]


DESCRIPTORS = {
    "mean colour": Descriptor(mean_colour, "the mean colour of the patch"),
'''
METRIC = """METRICS = {
    "first": Metric("first frame", of_video=lambda predicted, truth, background: 100.0 * (predicted[0] == truth[0])),
"""
FORMAT = """from vizcore.formats.lines import read_lines

FORMATS = {  # in the order in which they are tried; the last takes whatever is left
    "lines": Format("lines of start, stop, label", (".lines",), lambda start: start.startswith(b"#lines"), read_lines),
"""
READER = '''"""Segments as lines of seconds: "#lines", then "0.0 1.5 take"."""

from vizcore.formats.timed_segments import SegmentFile, TimedSegment


def read_lines(content: bytes, file: str) -> SegmentFile:
    """Read them."""
    rows = [line.split(maxsplit=2) for line in content.decode().splitlines()[1:]]
    found = [TimedSegment(float(a), float(b), label, f"line {k}") for k, (a, b, label) in enumerate(rows, 2)]
    return SegmentFile(file, {"segments": tuple(found)}, "seconds")
'''
NET = '''"""Every frame by itself: one linear map of its features."""

from torch import Tensor, nn


class FrameByFrame(nn.Module):
    """Features (B, F, T) -> logits (1, B, C, T)."""

    def __init__(self, inputs: int, classes: int):
        super().__init__()
        self.head = nn.Conv1d(inputs, classes, 1)

    def forward(self, features: Tensor) -> Tensor:
        return self.head(features)[None]
'''
SEGMENTER = """SEGMENTERS = {  # name -> its title, its net, and its weight file
    "frame by frame": ("Frame by frame", "frame_by_frame.FrameByFrame", "segmentation-frame-by-frame"),
"""
WEIGHTS = """
import torch
from vizcore.models.nets.segmenters import segmenter
from vizcore.models.weights import Card, card, ship
page = card("segmentation-ms-tcn")
torch.manual_seed(0)
net = segmenter("frame_by_frame.FrameByFrame", len(page.data["classes"]), {})
about = {"recipe": {"net": "frame by frame", "sizes": {}}, "data": page.data, "metrics": {}}
ship(net.state_dict(), Card("segmentation-frame-by-frame", "t", "a", "c", 1, 1.0, **about))
"""
ALGORITHMS = "vizcore/algorithms"
# {row of ARCHITECTURE.md: {file: (what stands there, what stands there now)}}; a new file has nothing before, and text
# goes to the end of a file whose place is empty
ADDED = {
    "non-local operator": {
        f"{ALGORITHMS}/nonlocal_blocks/operators.py": ("OPERATORS = {\n", OPERATOR),
        f"{ALGORITHMS}/nonlocal_blocks/direct_forms.py": ("", HALF),
    },
    "heat map of features (CAM)": {f"{ALGORITHMS}/attribution/cam.py": ("CAMS = {\n", CAM)},
    "descriptor of patches": {f"{ALGORITHMS}/matching/descriptors.py": ("\n\nDESCRIPTORS = {\n", DESCRIPTOR)},
    "metric of segments": {f"{ALGORITHMS}/segmentation/metrics.py": ("METRICS = {\n", METRIC)},
    "format of segments": {
        "vizcore/formats/lines.py": (None, READER),
        "vizcore/formats/segment_files.py": (FORMAT.splitlines(True)[2], FORMAT),
        f"{ALGORITHMS}/segmentation/frame_labels.py": ('".eaf")', '".eaf", ".lines")'),
    },
    "segmentation net": {
        "vizcore/models/nets/frame_by_frame.py": (None, NET),
        "vizcore/models/segmenters.py": (SEGMENTER.splitlines(True)[0], SEGMENTER),
    },
}  # fmt: skip
LESSON = "assets/lessons/99-again.toml"
USED = r"""
import contextlib, io, json, sys
from pathlib import Path
import numpy as np
from streamlit.testing.v1 import AppTest
import vizcore
from vizcore.cli import main

found = {}
out = Path(sys.argv[1])

def commanded(*words):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = main([*words])
    return code, said.getvalue()

def sheet(name):
    return json.loads((out / name / "parade.json").read_text())["settings"]

def page(name, **query):
    app = AppTest.from_file("app.py", default_timeout=300)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    app.switch_page(f"pages/{name}.py").run()
    while app.get("progress"):  # work runs beside the page
        app.run()
    assert not app.exception and not app.error, (app.exception, app.error)
    return app

def shows(app, words):
    menus = (*app.selectbox, *app.segmented_control, *app.multiselect)
    return any(words in map(str, one.options) for one in menus)

SMALL = {"count": 2, "across": 6}
small = ("--count", "2", "--across", "6")
PARADE = "assets/clips/parade.mp4"
FILES = "assets/labels"

# the non-local operator
made = vizcore.filter(PARADE, operator="half", **SMALL)
whole = vizcore.filter(PARADE, operator="nl", **SMALL)
found["operator in Python"] = bool(np.allclose(made.direct, whole.direct / 2, atol=1e-6)) and made.error < 1e-4
assert commanded("spectral", "parade", "--operator", "half", *small, "--out", str(out / "operator"))[0] == 0
found["operator in commands"] = sheet("operator")["operator"] == "half"
app = page("nonlocal_blocks", clip="parade", op="Half NL", count="2", across="6", show="The filter")
found["operator on its page"] = app.selectbox(key="op").value == "Half NL" and "tfrac12" in app.latex[0].value

# the CAM
maps = vizcore.heatmap(PARADE, "acts-ata", method="loudest")
found["CAM in Python"] = bool(maps.rows[0].heat.min() > 0)
assert commanded("heatmap", "parade", "--method", "loudest", "--models", "acts-ata", "--out", str(out / "cam"))[0] == 0
found["CAM in commands"] = sheet("cam")["method"] == "loudest"
app = page("heatmaps", clip="parade", method="Loudest channel")
found["CAM on its page"] = any(one.value == "Loudest channel" for one in app.selectbox)

# the descriptor
matching = vizcore.match(PARADE, source="mean colour", **SMALL)
found["descriptor in Python"] = matching.tracks.sigma.shape[0] == 2
assert commanded("match", "parade", "--source", "mean colour", *small, "--out", str(out / "descriptor"))[0] == 0
found["descriptor in commands"] = sheet("descriptor")["source"] == "mean colour"
app = page("matching", clip="parade", source="mean colour", count="2", across="6")
found["descriptor on its page"] = any(one.value == "mean colour" for one in app.selectbox)

# the metric, and the format: a data set of which a file is in the new form
scores = vizcore.evaluate("segmentation", FILES, rate=2.0).rankings[0].scores
found["metric in Python"] = scores.metrics["first"] == 100.0 and list(scores.metrics)[0] == "first"
code, said = commanded("evaluate", "segmentation", FILES, "--rate", "2")
found["metric in commands"] = code == 0 and json.loads(said.splitlines()[0])["first"] == 100.0
found["format in Python"] = scores.metrics["acc"] == 75.0
found["format in commands"] = json.loads(said.splitlines()[0])["acc"] == 75.0
import os
os.environ["VIZCORE_MEDIA"] = "assets"
app = page("segmentation", part="Label files", rate="2")
rows = [one.value for one in app.dataframe if "model" in one.value]
found["metric on its page"] = bool(rows) and float(rows[0]["first"][0]) == 100.0
found["format on its page"] = bool(rows) and float(rows[0]["acc"][0]) == 75.0

# the lesson
from vizcore.features.lessons.pipeline import lesson
found["lesson in Python"] = lesson("Matching again").title == "Matching again"
app = page("lessons", lesson="Matching again")
found["lesson on its page"] = app.selectbox(key="lesson").value == "Matching again"

# the segmentation net
predictions = vizcore.segment("assets/clips/story.mp4")
found["net in Python"] = predictions.tier("frame by frame").probabilities.shape[0] == len(predictions.times)
assert commanded("segment", "story", "--out", str(out / "net"))[0] == 0
numbers = json.loads((out / "net" / "story.json").read_text())["numbers"]
found["net in commands"] = numbers["frame by frame: segments"] > 0
app = page("segmentation", clip="story")
found["net on its page"] = shows(app, "Frame by frame")
print(json.dumps(found))
"""


def places(kind: str) -> list[str]:
    """The files and folders that ARCHITECTURE.md names for a kind of thing."""
    rows = dict(re.findall(r"^\| (.+?) \| (.+) \|$", (ROOT / "ARCHITECTURE.md").read_text(), re.M))
    return re.findall(r"`((?:\w+/)+(?:\w+\.\w+)?)`", rows[kind])


@pytest.mark.parametrize("kind", [*ADDED, "lesson"])
def test_a_kind_of_thing_goes_where_the_architecture_says(kind):
    listed, used = places(kind), [LESSON] if kind == "lesson" else [*ADDED[kind]]
    assert all(any(file.removeprefix("vizcore/").startswith(place) for place in listed) for file in used)
    tables = [place for place in listed if place.endswith(".py")]
    assert {place for place in tables if f"vizcore/{place}" in used} == set(tables)


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The tree with one more of everything."""
    root = tmp_path_factory.mktemp("copy")
    for name in ("vizcore", "pages", "assets", ".streamlit"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("app.py", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    for file, (before, now) in [pair for files in ADDED.values() for pair in files.items()]:
        path = root / file
        text = path.read_text() if before is not None else ""
        assert before is None or text.count(before) >= 1, f"{file} has no {before!r} any more"
        path.write_text(text.replace(before, now, 1) if before else text + now)
    lesson = (ROOT / "assets/lessons/01-matching.toml").read_text()
    (root / LESSON).write_text(lesson.replace("Matching by hand", "Matching again"))
    labels = {"groundTruth/a.txt": "take\ntake\ntake\npour\n", "net/a.lines": "#lines\n0.0 1.0 take\n1.0 2.0 pour\n"}
    for name, text in labels.items():
        (root / "assets/labels" / name).parent.mkdir(parents=True)
        (root / "assets/labels" / name).write_text(text)
    run(root, "-c", WEIGHTS)
    return root


def run(root: Path, *words: str) -> str:
    """What Python prints in the copy."""
    told = os.environ | {"PYTHONPATH": str(root), "VIZCORE_CACHE": str(root / "cache")}
    done = subprocess.run([sys.executable, *words], cwd=root, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_each_works_on_its_page_on_the_command_line_and_in_python(copy, tmp_path):
    found = json.loads(run(copy, "-c", USED, str(tmp_path)).splitlines()[-1])
    assert len(found) == 20
    assert not [name for name, works in found.items() if not works]
    assert "is a lesson" in run(copy, "-m", "vizcore.features.lessons", LESSON)
