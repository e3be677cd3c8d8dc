"""A long film has an overview under its player, on every page that looks at a stretch of a clip."""

import numpy as np
import pytest
from shown import sent
from test_pages import complaints, opened

from vizcore.player.overview_strip import _chosen
from vizcore.video import write_video

SECONDS, RATE = 70, 5  # of the film
PAGES = {"matching": {"span": "2.0"}, "heatmaps": {}, "compare": {}, "nonlocal_blocks": {"part": "A clip"}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The server's folder with a film of over a minute, in which a square walks, and a short one."""
    folder = tmp_path_factory.mktemp("media")
    frames = np.full((SECONDS * RATE, 48, 64, 3), 40, np.uint8)
    for number, frame in enumerate(frames):
        frame[20:32, number % 52 : number % 52 + 12] = (230, 120, 20)
    write_video(folder / "long.mp4", frames, RATE)
    write_video(folder / "short.mp4", frames[: 10 * RATE], RATE)
    return folder


@pytest.mark.parametrize("page", PAGES)
def test_a_film_of_over_a_minute_has_an_overview_of_the_stretch_that_is_looked_at(page, folder, monkeypatch):
    monkeypatch.setenv("VIZCORE_MEDIA", str(folder))
    query = PAGES[page] | {"clip": "media/long.mp4", "start": "20.0"}
    app = opened(page, query)
    assert complaints(app) == []
    while not any(part.key == "overview-start" for part in app.get("bidi_component")):
        app.run()  # it is made beside the page
    strip = sent(app, "overview-start")
    assert strip["start"] == 20.0
    assert abs(strip["duration"] - SECONDS) < 0.5
    span = float(query.get("span", app.session_state["span"]))
    assert abs(strip["span"] - min(span, SECONDS - 20.0)) < 0.5


@pytest.mark.parametrize("page", PAGES)
def test_a_short_clip_has_none(page, folder, monkeypatch):
    monkeypatch.setenv("VIZCORE_MEDIA", str(folder))
    app = opened(page, PAGES[page] | {"clip": "media/short.mp4"})
    assert complaints(app) == []
    assert not any(part.key == "overview-start" for part in app.get("bidi_component"))


def test_a_press_outside_of_the_film_is_no_choice():
    chosen = []
    for press in ({"start": -1.0}, {"start": 71.0}, {"start": "3"}, {"start": float("nan")}, {"start": True}, {}):
        assert not _chosen(SECONDS, chosen.append, press)
    assert _chosen(SECONDS, chosen.append, {"start": 33})
    assert chosen == [33.0]
