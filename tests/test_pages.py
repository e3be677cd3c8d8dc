"""Every page without a browser: with demo data, empty, and with bad input."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from presses import mounted, tell
from streamlit.testing.v1 import AppTest

from vizcore.features.catalog import PAGES
from vizcore.features.matching.pipeline import match_clip
from vizcore.files import CachedFiles, make_room
from vizcore.runtime import clip_library
from vizcore.video import write_video

ROOT = Path(__file__).resolve().parent.parent
GARBAGE = {
    "letter.mp4": (b"Dear reader,\n" * 40, "letter.mp4"),
    "empty.mp4": (b"", "empty.mp4"),
    "huge.mp4": (b"\xff\xff\xff\xf0ftypisom" + b"\0" * 64, "huge.mp4"),  # a box that claims 4 GB
}


def opened(name: str, query: dict | None = None) -> AppTest:
    """The app at a page, run until no work is left."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in (query or {}).items():
        app.query_params[key] = value
    app.run()
    if name != PAGES[0].name:
        app.switch_page(f"pages/{name}.py")
        app.run()
    return settled(app)


def settled(app: AppTest) -> AppTest:
    for _ in range(60):
        if not app.get("progress"):
            return app
        app.run()
    raise AssertionError("the work on the page never ended")


def clip_menu(app: AppTest) -> dict:
    """What the menu of clips was sent: its rows, and the one that is chosen."""
    return json.loads(mounted(app, "clip-list").proto.json)


def complaints(app: AppTest) -> list[str]:
    return [element.value for element in (*app.exception, *app.error, *app.warning)]


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_a_page_opens_under_its_own_title(row):
    app = opened(row.name)
    assert [title.value for title in app.title] == [row.title]
    assert complaints(app) == []


def test_the_printed_algorithm_is_shown_to_fail_where_it_does():
    app = opened("matching", {"part": "Algorithm", "example": "a chain of shifts", "late": "true", "line": "99"})
    (sentence,) = complaints(app)
    assert sentence.startswith("Not restored")


def test_a_model_says_that_its_weights_are_random():
    app = opened("matching", {"source": "vit-small-ata"})
    assert complaints(app) == []
    assert any("random weights" in caption.value for caption in app.caption)


def test_a_page_without_any_clip_asks_for_one(no_packages, monkeypatch, tmp_path):
    monkeypatch.setattr(clip_library, "CLIPS", tmp_path)
    app = opened("matching")
    assert [info.value for info in app.info] == ["There is no clip here yet: open a video from your computer."]
    assert complaints(app) == []


@pytest.mark.parametrize("source", ["pixels", "vit-small-ata"])
def test_the_python_lines_give_what_the_page_shows_and_no_folder_of_the_server(source):
    app = opened("matching", {"show": "Files and link", "source": source, "count": "5", "clip": "tiles"})
    (lines,) = (block.value for block in app.code if "import" in block.value)
    assert str(ROOT) not in lines
    space: dict = {}
    exec(lines, space)
    expected = match_clip(str(clip_library.bundled()["tiles"].path), count=5, source=source, layer="blocks.0.entry")
    assert (space["result"].tracks.sigma == expected.tracks.sigma).all()


def test_an_unknown_clip_in_a_link_is_said_and_something_is_shown():
    app = opened("matching", {"clip": "<b>nowhere</b>/../x"})
    (sentence,) = complaints(app)
    assert sentence.startswith("There is no clip “x” here. Pick one from the menu")
    assert app.get("plotly_chart")


def test_a_link_to_somebody_elses_upload_shows_nothing_of_it():
    (sentence,) = complaints(opened("matching", {"clip": "upload-0123456789ab"}))
    assert "uploads are seen only by who made them" in sentence


@pytest.mark.parametrize("name", GARBAGE)
def test_a_server_file_that_is_no_video_gets_a_sentence(name, monkeypatch, tmp_path):
    (tmp_path / name).write_bytes(GARBAGE[name][0])
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    (sentence,) = complaints(opened("matching", {"clip": f"media/{name}"}))
    assert name in sentence
    assert "Traceback" not in sentence


@pytest.mark.parametrize("name", GARBAGE)
def test_an_upload_that_is_no_video_gets_a_sentence_and_the_page_stays(name):
    app = opened("matching")
    uploader = app.file_uploader[0]
    uploader.set_value((GARBAGE[name][1], GARBAGE[name][0], "video/mp4"))
    settled(app.run())
    (sentence,) = complaints(app)
    assert sentence.startswith("want a video file")
    assert name in sentence
    assert app.get("plotly_chart")


def test_an_upload_is_shown_whatever_its_name_wants_and_only_in_its_session(tmp_path):
    clip = clip_library.bundled()["lamps"].path.read_bytes()
    app = opened("matching")
    app.file_uploader[0].set_value(("../../x.mp4", clip, "video/mp4"))
    settled(app.run())
    assert complaints(app) == []
    menu = clip_menu(app)
    assert menu["chosen"].startswith("upload-")
    assert (menu["clips"][-1]["title"], menu["clips"][-1]["group"]) == ("x.mp4", "Opened by you")
    cache = Path(os.environ["VIZCORE_CACHE"])
    assert not (cache.parent / "x.mp4").exists()
    assert not (cache / "x.mp4").exists()
    another = opened("matching", {"clip": menu["chosen"]})
    assert "uploads are seen only by who made them" in complaints(another)[0]


def test_the_uploads_opened_longest_ago_make_room_for_new_ones(tmp_path):
    for age, name in enumerate("abcd"):
        (tmp_path / name).write_bytes(bytes(100))
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    make_room(map(CachedFiles.of, tmp_path.iterdir()), 400, size=150)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "b"]


def test_a_server_file_that_was_replaced_is_read_anew(monkeypatch, tmp_path):
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    shutil.copy(clip_library.bundled()["tiles"].path, tmp_path / "mine.mp4")
    before = [metric.value for metric in opened("matching", {"clip": "media/mine.mp4"}).metric]
    shutil.copy(clip_library.bundled()["parade"].path, tmp_path / "mine.mp4")
    assert [metric.value for metric in opened("matching", {"clip": "media/mine.mp4"}).metric] != before


def test_a_clip_that_is_gone_is_a_sentence_without_the_servers_folders(monkeypatch, tmp_path):
    shutil.copy(clip_library.bundled()["tiles"].path, tmp_path / "mine.mp4")
    entry = clip_library.served(str(tmp_path))["media/mine.mp4"]
    entry.path.unlink()
    monkeypatch.setattr(clip_library, "served", lambda folder: {entry.clip_id: entry})
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    (sentence,) = complaints(opened("matching", {"clip": entry.clip_id}))
    assert "got no file mine.mp4" in sentence
    assert str(tmp_path) not in sentence


@pytest.mark.parametrize(
    ("section", "sentences"),
    [("Assignment", 1), ("Motion", 1), ("Scores", 1), ("What attention sees", 0), ("Files and link", 0)],
)
def test_a_clip_of_one_frame_says_so_where_two_are_needed_and_nothing_fails(section, sentences, monkeypatch, tmp_path):
    write_video(tmp_path / "still.mp4", np.full((1, 64, 96, 3), 90, np.uint8), 25)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    said = complaints(opened("matching", {"clip": "media/still.mp4", "show": section}))
    assert len(said) == sentences
    assert all(sentence.startswith("This view compares two frames") for sentence in said)


def test_a_video_that_is_cut_off_is_shown_with_a_warning(monkeypatch, tmp_path):
    write_video(tmp_path / "whole.mp4", np.random.default_rng(0).integers(0, 255, (40, 64, 96, 3), np.uint8), 25)
    data = (tmp_path / "whole.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) * 2 // 3])
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    app = opened("matching", {"clip": "media/cut.mp4"})
    assert [warning.value for warning in app.warning]
    assert "cut off" in app.warning[0].value or "do not decode" in app.warning[0].value
    assert app.error.len == app.exception.len == 0
    assert app.get("plotly_chart")


def test_a_fault_of_ours_is_a_sentence_and_not_a_traceback(monkeypatch):
    from vizcore.features.matching import page_clip as panels

    def broken(view):
        raise KeyError("secret detail")

    monkeypatch.setattr(panels, "play", broken)
    (sentence,) = complaints(opened("matching"))
    assert "Something went wrong inside VizCore (KeyError)" in sentence
    assert "secret detail" not in sentence


def test_the_server_folder_is_in_the_menu(monkeypatch, tmp_path):
    shutil.copy(clip_library.bundled()["tiles"].path, tmp_path / "mine.mp4")
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    app = opened("matching", {"clip": "media/mine.mp4"})
    assert clip_menu(app)["chosen"] == "media/mine.mp4"
    assert complaints(app) == []


def test_a_shorter_clip_moves_the_stretch_back_inside():
    app = opened("matching", {"start": "3.5"})
    settled(tell(app, "clip-list", pick={"clip": "lamps", "seq": 1, "at": 1}))
    assert clip_menu(app)["chosen"] == "lamps"
    assert complaints(app) == []
    start = next(slider for slider in app.slider if slider.label == "Start, seconds")
    assert start.value == start.max < 3.5
