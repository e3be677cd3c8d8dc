"""The player's Python side: what it refuses, what it sends, how two clocks become one, and what it believes."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from presses import mounted, tell
from streamlit.testing.v1 import AppTest

from vizcore.player import Heat, PatchTracks, Pick, PlayerClip, Segment, Tier, player
from vizcore.player.payload import ALIGN, KINDS, fine, lock_ticks, pack, warp_ticks
from vizcore.player.player import _picked, _positions, publish

APP = Path(__file__).resolve().parents[1] / "browser_player_app.py"


def clip(frames=4, **fields) -> PlayerClip:
    """A clip of frames of three bytes each, a second apart."""
    given = {"blob": b"abc" * frames, "offsets": 3 * np.arange(frames + 1), "times": np.arange(float(frames))}
    return PlayerClip(**{**given, "width": 8, "height": 6, "label": "a clip", **fields})


def tracks(steps=3, patches=6, seed=0) -> PatchTracks:
    rng = np.random.default_rng(seed)
    sigma = np.stack([np.arange(patches), *(rng.permutation(patches) for _ in range(steps - 1))])
    margin = rng.uniform(-1, 1, (steps - 1, patches))
    return PatchTracks(np.arange(steps), sigma, rng.uniform(-1, 1, margin.shape), margin, margin < 0)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"offsets": np.array([0, 3, 6])}, r"offsets \(F \+ 1,\).*got \(4,\) and \(3,\)"),
        ({"offsets": np.array([0, 3, 3, 9, 12])}, "rise from 0 to the blob's 12 bytes"),
        ({"offsets": np.array([0, 3, 6, 9, 13])}, "rise from 0 to the blob's 12 bytes"),
        ({"times": np.array([0.0, 1.0, 1.0, 2.0])}, "finite and rise"),
        ({"times": np.array([0.0, 1.0, np.nan, 2.0])}, "finite and rise"),
        ({"times": np.zeros(0), "offsets": np.zeros(1, int)}, "1 frame or more"),
        ({"width": 0}, "got 0 x 6"),
    ],
)
def test_a_clip_that_does_not_fit_itself_is_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        clip(**fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"frames": np.arange(2)}, r"frames \(K,\) and sigma \(K, N\), got \(2,\) and \(3, 6\)"),
        ({"similarity": np.zeros((3, 6))}, r"similarity \(K - 1, N\) = \(2, 6\), got \(3, 6\)"),
        ({"margin": np.zeros(6)}, r"margin .* got \(6,\)"),
        ({"overruled": np.zeros((2, 5), bool)}, r"overruled .* got \(2, 5\)"),
        ({"frames": np.array([0, 2, 2])}, "rise from 0"),
        ({"frames": np.array([-1, 0, 1])}, "rise from 0"),
        ({"sigma": np.zeros((3, 6), int)}, "permutation of 0 to 5"),
        ({"sigma": np.tile(np.arange(6)[::-1], (3, 1))}, "starts with the identity"),
    ],
)
def test_tracks_that_do_not_fit_themselves_are_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        replace(tracks(), **fields)


@pytest.mark.parametrize(
    ("values", "frames", "words"),
    [
        (np.zeros((4, 2, 3)), None, "uint8, got .* float64"),
        (np.zeros((4, 2), np.uint8), None, r"\(T, rows, columns\)"),
        (np.zeros((4, 2, 3), np.uint8), np.arange(3), "4 rising frame numbers"),
        (np.zeros((2, 2, 3), np.uint8), np.array([3, 1]), "2 rising frame numbers"),
    ],
)
def test_heat_that_does_not_fit_itself_is_refused(values, frames, words):
    with pytest.raises(ValueError, match=words):
        Heat(values, frames)


def test_a_segment_is_never_empty_and_its_colour_cannot_carry_style():
    with pytest.raises(ValueError, match=r"got \[3, 3\)"):
        Segment(3, 3, "pour", "#00ff00")
    with pytest.raises(ValueError, match="#rrggbb"):
        Segment(0, 3, "pour", "red; background: url(x)")
    with pytest.raises(ValueError, match=r"share of 0 to 1, got 1\.5"):
        Segment(0, 3, "pour", "#00ff00", 1.5)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"clips": []}, "1 to 4 clips, got 0"),
        ({"clips": [clip()] * 5}, "1 to 4 clips, got 5"),
        ({"layout": "wipe"}, 'a layout of "side" or, for two clips, "wipe", got .wipe. for 1'),
        ({"grid": [(2, 3), None]}, "a grid for each of 1 clips, got 2"),
        ({"clips": [clip()] * 2, "grid": [(2, 3), None], "picked": Pick(1, 0, 0)}, "inside the clips and the grids"),
        ({"clips": [clip()] * 3, "sync": np.zeros((2, 2), int)}, "two clips for a warp, got 3"),
        ({"sync": "rhythm"}, 'want sync "lock", "share" or a warp'),
        ({"grid": (2, 0)}, "grid of"),
        ({"tracks": tracks()}, "want tracks of the grid's None patches"),
        ({"grid": (2, 2), "tracks": tracks()}, "grid's 4 patches .* got 6"),
        ({"grid": (2, 3), "tracks": replace(tracks(), frames=np.array([0, 1, 4]))}, "tracked frames below 4, got 4"),
        ({"grid": (2, 3), "tracks": [tracks(), tracks()]}, "one entry for each of 1 clips, got 2"),
        ({"heat": np.zeros((3, 2, 2), np.uint8)}, "each of 4 frames"),
        ({"heat": Heat(np.zeros((1, 2, 2), np.uint8), np.array([4]))}, "frames below 4, got 4"),
        ({"tiers": [Tier("truth", [], side=1)]}, "'truth' on a side below 1"),
        ({"sync": "loose"}, "got 'loose'"),
        ({"sync": [0, 1, 2, 3]}, "two clips for a warp"),
        ({"clips": [clip(), clip()], "sync": [0, 1, 2]}, r"warp of \(4,\) or \(L, 2\) frames, got \(3,\)"),
        ({"clips": [clip(), clip()], "sync": [0, 1, 2, 4]}, "below .* that never go back"),
        ({"clips": [clip(), clip()], "sync": [0, 2, 1, 3]}, "never go back"),
        ({"clips": [clip(), clip()], "sync": [0.0, 1.0, 2.0, 3.0]}, "whole frame numbers"),
        ({"picked": Pick(0, 0, 0)}, "inside the clips"),
        ({"grid": (2, 3), "picked": Pick(0, 0, 6)}, "inside the clips"),
        ({"grid": (2, 3), "picked": Pick(1, 0, 0)}, "inside the clips"),
        ({"grid": (2, 3), "picked": Pick(0, 4, 0)}, "inside the clips"),
    ],
)
def test_a_player_whose_parts_do_not_fit_is_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        player(**{"clips": [clip()], "key": "p", **fields})


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=5),
        st.tuples(st.sampled_from(sorted(KINDS)), st.lists(st.integers(0, 100), max_size=9)),
        max_size=6,
    )
)
def test_packed_arrays_are_found_again_and_start_where_the_browser_may_read(columns):
    arrays = {name: np.array(values, KINDS[kind]) for name, (kind, values) in columns.items()}
    block, contents = pack(arrays)
    assert json.loads(json.dumps(contents)) == contents
    for name, array in arrays.items():
        kind, start, count = contents[name]
        assert start % ALIGN == 0
        np.testing.assert_array_equal(np.frombuffer(block.tobytes(), KINDS[kind], count, start), array)


def test_an_array_of_a_kind_that_the_browser_does_not_know_is_refused():
    with pytest.raises(ValueError, match="got int64"):
        pack({"x": np.arange(3)})


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=20))
def test_cosines_travel_with_four_decimals_and_nan_stays_apart(values):
    sent = fine(np.array([*values, np.nan]))
    np.testing.assert_allclose(sent[:-1] / 10_000, values, atol=5.1e-5)
    assert sent[-1] == -32768


def rising(size):
    return st.lists(st.floats(0.01, 0.5), min_size=size, max_size=size).map(lambda gaps: np.cumsum([0.0, *gaps]))


@given(st.integers(0, 12).flatmap(rising), st.integers(0, 12).flatmap(rising))
def test_in_lock_step_each_clip_shows_the_frame_of_the_common_time(first, second):
    ticks, seconds = lock_ticks([first, second])
    assert len(seconds) == len(ticks) + 1
    assert len(ticks) in (len(first), len(second))
    for tick, now in zip(ticks, seconds):
        for frame, times in zip(tick, [first, second]):
            assert frame == max(i for i, time in enumerate(times) if time <= now + 1e-3)


def test_the_longer_clip_drives_and_the_shorter_rests_on_its_last_frame():
    ticks, seconds = lock_ticks([np.arange(3) / 10, np.arange(5) / 10])
    assert ticks.tolist() == [[0, 0], [1, 1], [2, 2], [2, 3], [2, 4]]
    np.testing.assert_allclose(seconds, np.arange(6) / 10)


def test_a_warp_of_one_clip_plays_in_that_clips_time():
    ticks, seconds = warp_ticks([np.array([0.0, 0.1, 0.4]), np.arange(9) / 10], [0, 4, 8])
    assert ticks.tolist() == [[0, 0], [1, 4], [2, 8]]
    np.testing.assert_allclose(seconds, [0.0, 0.1, 0.4, 0.6])  # the last frame lasts as long as the middle of all gaps


def test_each_step_of_a_path_lasts_as_long_as_the_longer_move():
    first, second = np.arange(3) / 10, np.arange(3) / 4
    _, seconds = warp_ticks([first, second], [(0, 0), (1, 0), (1, 1), (2, 2)])
    np.testing.assert_allclose(np.diff(seconds), [0.1, 0.25, 0.25, 0.25])


@given(st.integers(0, 2**31), st.integers(1, 5), st.integers(1, 9))
def test_the_track_under_a_patch_leads_back_to_the_patch(seed, steps, patches):
    given_tracks = replace(tracks(steps, patches, seed), frames=3 * np.arange(steps) + 2)
    for frame in range(3 * steps + 3):
        step = given_tracks.step_at(frame)
        assert given_tracks.frames[step] <= max(frame, 2)
        assert step == steps - 1 or given_tracks.frames[step + 1] > frame
        for patch in range(patches):
            assert given_tracks.sigma[step, given_tracks.track_of(frame, patch)] == patch


def believed(told) -> list:
    """What is passed on of a pick in two clips of 4 and 9 frames and 6 patches."""
    heard = []
    _picked([4, 9], [(2, 3)] * 2, heard.append, told)
    return heard


@pytest.mark.parametrize(
    "pick",
    [
        {},
        {"side": 2, "frame": 0, "patch": 0, "seq": 1},
        {"side": 0, "frame": 4, "patch": 0, "seq": 1},
        {"side": 0, "frame": 0, "patch": 6, "seq": 1},
        {"side": 0, "frame": -1, "patch": 0, "seq": 1},
        {"side": 0, "frame": "0", "patch": 0, "seq": 1},
        {"side": 0, "frame": 0.5, "patch": 0, "seq": 1},
        {"side": True, "frame": 0, "patch": 0, "seq": 1},
        {"side": 0, "frame": 0, "patch": 0},
    ],
)
def test_a_pick_that_no_click_can_make_is_not_believed(pick):
    assert believed(pick) == []


@pytest.mark.parametrize("pos", [None, 3, [3], [4, 0], [0, 9], [-1, 0], ["0", 0], [0, 0, 0], {"0": 1}])
def test_a_position_outside_the_clips_is_not_believed(pos):
    assert _positions(pos, [4, 9], [1, 2]) == (1, 2)


def test_a_pick_a_clearing_and_a_position_are_believed():
    assert believed({"side": 1, "frame": 8, "patch": 5, "seq": 2}) == [Pick(1, 8, 5, 2)]
    assert believed({"patch": None, "seq": 3}) == [None]
    assert _positions([3, 8], [4, 9], [1, 2]) == (3, 8)


def test_published_bytes_are_addressed_below_the_base_path(monkeypatch):
    import streamlit
    from streamlit.runtime import Runtime

    class Manager:
        def add(self, blob, mime, slot):
            return f"/media/{len(blob)}.{mime}.{slot}"

    class Running:
        media_file_mgr = Manager()

    monkeypatch.setattr(Runtime, "_instance", Running())
    options = {"server.baseUrlPath": "/lab/"}
    monkeypatch.setattr(streamlit, "get_option", options.__getitem__)
    assert publish(b"abcd", "image/jpeg", "x.0") == "/lab/media/4.image/jpeg.x.0"
    options["server.baseUrlPath"] = ""
    assert publish(b"abcd", "image/jpeg", "x.0") == "/media/4.image/jpeg.x.0"


@pytest.mark.parametrize("query", [{}, {"clips": "2"}, {"clips": "2", "warp": "1", "frame": "30", "patch": "3"}])
def test_the_player_mounts_on_a_page_and_starts_at_its_frame(query):
    app = AppTest.from_file(APP)
    for name, value in query.items():
        app.query_params[name] = value
    app.run(timeout=60)
    assert not app.exception
    meta = json.loads(mounted(app, "player").proto.mixed.json)["meta"]
    assert len(meta["clips"]) == int(query.get("clips", 1))
    assert meta["frame"] == [int(query.get("frame", 0))]
    start = [30, 45] if query.get("warp") else [0] * len(meta["clips"])
    assert meta["start"] == start
    assert app.text[0].value == f"told None at {tuple(start)}"


def test_a_click_told_by_the_browser_reaches_the_page_once():
    app = AppTest.from_file(APP).run(timeout=60)
    tell(app, "player", pick={"side": 0, "frame": 3, "patch": 7, "seq": 1})
    assert app.text[0].value.startswith("told Pick(side=0, frame=3, patch=7, seq=1)")
    app.session_state["heard"]["told"] = None
    app.run()
    assert app.text[0].value.startswith("told None")


def test_a_click_whose_callback_was_never_called_reaches_the_page():
    app = AppTest.from_file(APP).run(timeout=60)
    app.session_state["player"] = {"pick": {"side": 0, "frame": 3, "patch": 7, "seq": 1}}  # as after a stopped run
    app.run()
    assert app.text[0].value.startswith("told Pick(side=0, frame=3, patch=7, seq=1)")
