"""Every page on real films: it opens, names what is there, and nothing that only nets of the procedural world know."""

import json
from collections.abc import Iterator

import pytest
from conftest import real_clip
from packaged import FILMED
from shown import named, words
from test_pages import complaints, opened

from vizcore.models import MODELS
from vizcore.runtime.domain import WORLD

OF_WORLD = {
    name.replace("_", " ") for row in MODELS.values() if row.domain == WORLD for name in getattr(row, "classes", ())
}
CARPHONE = {  # page -> the link less the clip, and what stands there
    "matching": ({"source": "colour + gradient + lite0"}, "of the moving patches"),
    "temporal": ({"family": "Any film"}, "*bow tie*"),
    "alignment": ({"part": "Two clips"}, "The path can be trusted"),
    "segmentation": ({}, "TW-FINCH finds"),
    "heatmaps": ({"rows": "photographs net", "method": "Grad-CAM", "show": "Classes over time"}, "sees *bow tie*"),
    "localization": ({"part": "Follow a box"}, "frames"),
    "nonlocal_blocks": ({"part": "A clip", "source": "lite0"}, "attention weight lies on"),
    "compare": ({"kind": "models", "panes": "2", "m1": "lite0", "m2": "lamps-ata", "show": "Scores"}, "bow tie"),
}
OTHERS = ["decord_flipping_a_pancake.mkv", "moviepy_chaplin.mp4", "mmaction2_test.mp4"]


def strings(node: object) -> Iterator[str]:
    """Every word in what a part with a script of its own was handed."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from strings(child)


def told(app) -> set[str]:
    """What is named on the page: words in italics, cells, names of lines, and labels in players."""
    cells = {str(cell) for table in app.dataframe for column in table.value for cell in table.value[column]}
    players = [part.proto for part in app.get("bidi_component") if not part.key.endswith("-list")]
    handed = [json.loads(proto.json or proto.mixed.json or "{}") for proto in players]
    italics = {name for name in OF_WORLD if f"*{name}*" in words(app)}
    return cells | {name for chart in named(app) for name in chart} | set(strings(handed)) | italics


@FILMED
@pytest.mark.parametrize("page", CARPHONE)
def test_a_page_of_carphone_says_what_is_there_and_no_class_of_the_world(page):
    query, there = CARPHONE[page]
    clips = {"a": "film-carphone", "b": "film-carphone-distorted"} if page == "alignment" else {"clip": "film-carphone"}
    app = opened(page, query | clips | ({"model": "lite0"} if page == "alignment" else {}))
    assert complaints(app) == []
    assert there in words(app) + " ".join(told(app))
    assert not {one.replace("_", " ") for one in told(app)} & OF_WORLD


@FILMED
@pytest.mark.parametrize("page", ["segmentation", "localization", "heatmaps", "temporal"])
@pytest.mark.parametrize("name", OTHERS)
def test_a_page_of_another_film_names_no_class_of_the_world_before_somebody_asks(page, name, monkeypatch):
    path = real_clip(name)
    monkeypatch.setenv("VIZCORE_MEDIA", str(path.parent))
    app = opened(page, {"clip": f"media/{name}"})
    assert complaints(app) == []
    assert not {one.replace("_", " ") for one in told(app)} & OF_WORLD


@FILMED
def test_on_the_page_chaplin_and_a_pancake_are_no_pair(monkeypatch):
    path = real_clip("moviepy_chaplin.mp4")
    real_clip("decord_flipping_a_pancake.mkv")
    monkeypatch.setenv("VIZCORE_MEDIA", str(path.parent))
    query = {"part": "Two clips", "a": "media/moviepy_chaplin.mp4", "b": "media/decord_flipping_a_pancake.mkv"}
    app = opened("alignment", query | {"model": "lite0"})
    assert complaints(app) == []
    assert "No reliable alignment" in words(app)
