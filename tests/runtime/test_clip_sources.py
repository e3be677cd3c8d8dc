"""Sources of clips: a word names a clip in one of them at most, and a batch takes what a menu shows."""

import shutil

import pytest

from vizcore.runtime.batch import sources
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.clip_sources import SOURCES, clip
from vizcore.runtime.context import Context
from vizcore.runtime.engine import Engine
from vizcore.runtime.store import Store


@pytest.fixture
def context(tmp_path, monkeypatch) -> Context:
    (tmp_path / "media" / "kitchen").mkdir(parents=True)
    shutil.copy(bundled()["tiles"].path, tmp_path / "media" / "kitchen" / "pour.mp4")
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path / "media"))
    return Context(Engine("cpu"), Store(tmp_path / "store"))


def test_every_clip_that_is_listed_is_opened_by_its_word_and_by_no_other_source(context):
    words = [(source, word) for source in SOURCES for word in source.listed()]
    assert {"parade", "media/kitchen/pour.mp4"} <= {word for _, word in words}
    for source, word in words:
        assert source.opened(word, context) == clip(word, context) == source.listed()[word]
        assert [one.name for one in SOURCES if one.opened(word, context)] == [source.name]


def test_a_word_of_the_world_is_rendered_and_one_that_names_nothing_is_no_clip(context):
    made = clip("world-act-3-throw", context)
    assert made.path.is_file()
    assert made.truth is not None
    assert clip("nonsense", context) is clip("media/../kitchen/pour.mp4", context) is None
    with pytest.raises(ValueError, match="world"):
        clip("world-nonsense", context)


def test_a_batch_takes_a_clip_of_every_source(context):
    found = sources(["parade", "world-act-3-throw", "media/kitchen/pour.mp4"])
    assert [one.stem for one in found] == ["parade", "world-act-3-throw", "media/kitchen/pour"]
    assert [one.path(context).is_file() for one in found] == [True] * 3
    assert [one.of_world for one in found] == [False, True, False]
