"""Every file that a page offers opens in a program that reads its kind, and no download button is left out."""

import ast
import io
import json
import re
import sys
import zipfile
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import av
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from test_pages import complaints, opened

from vizcore import ui
from vizcore.figures.paper import FORMS, SIZES

ROOT = Path(__file__).resolve().parent.parent
EXPORT = {"show": "Files and link"}
QUICK = {"clip": "tiles"}
STATES = (
    ("matching", EXPORT | QUICK | {"count": "4"}),
    ("temporal", EXPORT),
    ("temporal", QUICK | {"family": "Any film", "of-film": "Files and link", "count": "3"}),
    ("world", EXPORT),
    ("heatmaps", EXPORT | QUICK),
    ("alignment", EXPORT | {"part": "Two clips", "a": "cartwheel", "b": "sit", "model": "pixels"}),
    ("alignment", EXPORT | {"part": "Two files"}),
    ("alignment", {"part": "Many clips"}),
    ("alignment", {"part": "Find a moment", "clip": "cartwheel", "in": "throw", "find-model": "pixels"}),
    ("segmentation", EXPORT),
    ("segmentation", {"part": "Label files", "closer": "Files"}),
    ("localization", EXPORT),
    ("localization", EXPORT | {"part": "Follow a box", "clip": "tiles", "count": "8"}),
    ("localization", {"part": "Average precision", "input": "Files", "closer": "Files and link"}),
    ("nonlocal_blocks", EXPORT | {"part": "Two lanterns"}),
    ("compare", EXPORT | {"panes": "2"}),
    ("compare", {"show": "Over many clips", "panes": "2", "many": "2"}),
)
KINDS = {
    "csv": "text/csv",
    "gif": "image/gif",
    "json": "application/json",
    "mp4": "video/mp4",
    "npz": "application/octet-stream",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "zip": "application/zip",
}


def read(kind: str, data: bytes) -> int:
    """How much a program that reads the kind finds in it: rows, arrays, pixels, frames; it raises if it cannot."""
    stream = io.BytesIO(data)
    if kind == "csv":
        return pd.read_csv(stream).size
    if kind == "json":
        return len(json.loads(data, parse_constant=lambda word: pytest.fail(f"{word} is no JSON")))
    if kind == "npz":
        with np.load(stream, allow_pickle=False) as arrays:
            return sum(arrays[name].size for name in arrays.files)
    if kind in ("png", "gif"):
        with Image.open(stream) as image:
            image.load()
            assert image.format.lower() == kind
            return image.width * image.height * getattr(image, "n_frames", 1)
    if kind == "pdf":
        assert data.startswith(b"%PDF-")
        assert data.rstrip().endswith(b"%%EOF")
        return len(re.findall(rb"/Type /Page\b", data))
    if kind == "svg":
        drawing = ElementTree.fromstring(data)
        assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
        return len(list(drawing.iter()))
    if kind == "zip":
        with zipfile.ZipFile(stream) as archive:
            assert archive.testzip() is None
            return len(archive.namelist())
    with av.open(stream) as video:
        assert video.streams.video[0].codec_context.name == "h264"
        return sum(1 for _ in video.decode(video=0))


@pytest.fixture(scope="module")
def offered(tmp_path_factory):
    """{(panel, line of its call): {file name: (MIME type, maker)}} of all states."""
    found, patch, served = {}, pytest.MonkeyPatch(), tmp_path_factory.mktemp("served")
    for folder, words in (("groundTruth", "take\n" * 5 + "pour\n" * 5), ("said", "take\n" * 4 + "pour\n" * 6)):
        (served / "labels" / folder).mkdir(parents=True)
        (served / "labels" / folder / "film.txt").write_text(words)
    patch.setenv("VIZCORE_MEDIA", str(served))

    def note(files):
        caller = sys._getframe(1)
        found[place_of(Path(caller.f_code.co_filename)), caller.f_lineno] = files

    def note_paper(name, make):
        caller = sys._getframe(1)
        found[place_of(Path(caller.f_code.co_filename)), caller.f_lineno] = {
            f"{size}, {name}.{form}": (mime, partial(make, SIZES[size], form))
            for size, (form, mime) in zip(SIZES, FORMS.items(), strict=True)  # every other pair: test_paper.py
        }

    patch.setattr(ui, "download_buttons", note)
    patch.setattr(ui, "paper_figure", note_paper)
    for page, query in STATES:
        assert complaints(opened(page, query)) == []
    yield found
    patch.undo()


def place_of(path: Path) -> str:
    """FEATURE/FILE."""
    return f"{path.parent.name}/{path.stem}"


def calls() -> set[tuple[str, int]]:
    """Every place of the pages where files are offered."""
    return {
        (place_of(path), node.lineno)
        for path in (ROOT / "vizcore/features").glob("*/page*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("ui.download_buttons", "ui.paper_figure")
    }


def test_every_file_on_offer_opens_in_a_program_of_its_kind(offered):
    for place, files in offered.items():
        for name, (mime, make) in files.items():
            kind, size = name.rpartition(".")[2], SIZES.get(name.partition(", ")[0])
            assert KINDS[kind] == mime, (place, name)
            data = make()
            assert read(kind, data) > 0, (place, name)
            if size is not None:
                assert width_of(kind, data) == pytest.approx(size.inches, abs=0.005), (place, name)


def test_so_many_views_offer_a_figure_for_paper(offered):
    assert sum(any(name.partition(", ")[0] in SIZES for name in files) for files in offered.values()) == 10


def width_of(kind: str, data: bytes) -> float:
    """Inches across a picture, as its file says."""
    if kind == "png":
        with Image.open(io.BytesIO(data)) as image:
            return image.width / image.info["dpi"][0]
    said = rb"/MediaBox \[ 0 0 ([\d.]+)" if kind == "pdf" else rb'<svg\b[^>]*? width="([\d.]+)pt"'
    return float(re.search(said, data)[1]) / 72


def test_no_download_button_is_left_out(offered):
    assert set(offered) == calls()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_of_its_kind_is_noticed(kind):
    with pytest.raises(Exception):  # noqa: B017, PT011
        assert read(kind, b"\0\1 not a file")
