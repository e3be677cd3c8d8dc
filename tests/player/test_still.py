"""What a report shows of the player and of the boards: the very frame, what lies over it where it lies, every mark."""

import cv2
import numpy as np
import pytest

from vizcore.algorithms.segmentation.reassembly import ActionPoint, BoundaryPoint, reassemble
from vizcore.figures.theme import SEQUENTIAL, paint
from vizcore.player.annotations import Annotations, Boxes, Lines, Style
from vizcore.player.cost_matrix import Axis, CostMatrix, Route
from vizcore.player.scene import Heat, PatchTracks, Pick, PlayerClip, Segment, Tier
from vizcore.player.still import annotated, heated, still, tracked
from vizcore.player.still_boards import (
    MOST,
    blocks_of,
    board_figure,
    cost_matrix_figure,
    filter_figure,
    rows_figure,
    rows_of,
)

GREY = np.full((90, 160, 3), 100, np.uint8)
RED = Style("one", "#D55E00")


def a_clip() -> PlayerClip:
    frames = [cv2.imencode(".jpg", np.full((90, 160, 3), value, np.uint8))[1].tobytes() for value in (20, 200)]
    return PlayerClip(b"".join(frames), np.cumsum([0, *map(len, frames)]), np.array([0.0, 0.5]), 160, 90, "mine")


def changed(image: np.ndarray) -> np.ndarray:
    """(y, x) of the pixels that are no longer grey."""
    return np.argwhere((image != GREY).any(-1))


def test_a_bare_frame_is_the_jpeg_that_the_browser_plays():
    clip = a_clip()
    picture = still(clip, 1)
    assert picture.data == clip.blob[clip.offsets[1] :]
    assert picture.alt == "mine, frame 1 of 2, 0.50 s"


def test_heat_is_that_of_the_last_frame_that_has_any():
    heat = Heat(np.array([[[0]], [[255]]], np.uint8), np.array([2, 5]))
    for at, value in ((0, 0), (4, 0), (5, 255), (9, 255)):
        wanted = 0.45 * 100 + 0.55 * paint(np.array(value), 0, 255, SEQUENTIAL).astype(float)
        assert np.abs(heated(GREY, heat, at).astype(float) - wanted).max() <= 1


def test_boxes_and_figures_are_drawn_in_their_own_frame_alone():
    boxes = Boxes(np.array([0, 1]), np.array([[0.25, 0.2, 0.5, 0.8], [0.75, 0.2, 1.0, 0.8]]), np.zeros(2, int))
    points = np.array([[[0.5, 0.5], [0.5, 0.9], [np.nan, 0.1]]])
    lines = Lines(np.array([2]), points, np.zeros(1, int), [(0, 1), (1, 2)])
    drawn = Annotations((RED,), boxes, lines)
    left, right, figure = (changed(annotated(GREY, drawn, at)) for at in (0, 1, 2))
    assert 38 <= left[:, 1].min() <= 40 <= left[:, 1].max() <= 82
    assert right[:, 1].min() >= 118
    assert 78 <= figure[:, 1].min() <= figure[:, 1].max() <= 82
    assert 43 <= figure[:, 0].min() <= 46
    assert len(changed(annotated(GREY, drawn, 3))) == 0


def test_the_track_is_drawn_where_the_patch_is_by_then():
    sigma = np.array([[0, 1, 2, 3], [3, 1, 2, 0]])  # patch 0, top left, becomes patch 3, bottom right
    steps = np.ones((1, 4))
    tracks = PatchTracks(np.array([0, 4]), sigma, steps, steps, np.zeros((1, 4), bool))
    before, after = (changed(tracked(GREY, tracks, (2, 2), Pick(0, 0, 0), at)) for at in (3, 4))
    assert before.max(0).tolist() <= [48, 84]
    assert after[:, 0].max() >= 86
    assert after[:, 1].max() >= 156


def test_what_is_painted_says_so():
    picture = still(a_clip(), 0, Heat(np.zeros((2, 1, 1), np.uint8), label="how hot"))
    assert picture.alt.endswith("under how hot")
    assert cv2.imdecode(np.frombuffer(picture.data, np.uint8), 1).shape == (90, 160, 3)


CLASSES = (("take", "#0072B2"), ("pour", "#E69F00"))


def bars(figure) -> set[tuple[str, str, float, float]]:
    """(row, words, start, stop) of everything that lies in rows."""
    axis = figure.layout.yaxis
    rows = dict(zip(axis.tickvals, axis.ticktext))
    return {
        (rows[int(y)], words, float(base), float(base + x))
        for trace in figure.data
        if trace.type == "bar"
        for y, words, base, x in zip(trace.y, trace.text, trace.base, trace.x)
    }


def test_every_segment_lies_in_its_row_from_its_first_second_to_its_last():
    tiers = [Tier("said", [Segment(0, 1, "take", CLASSES[0][1])]), Tier("true", [Segment(1, 2, "pour", CLASSES[1][1])])]
    wanted = {("said", "take", 0.0, 0.5), ("true", "pour", 0.5, 1.0)}
    assert bars(rows_figure(rows_of(tiers, [a_clip()]))) == wanted
    labels = np.array([0, 0, 1, 1, 1])
    assert bars(rows_figure({"all": blocks_of(labels, CLASSES, 2)})) == {("all", "take", 0, 1), ("all", "pour", 1, 2.5)}


def test_of_too_many_segments_the_longest_are_drawn():
    labels = np.repeat(np.arange(2 * MOST) % 2, np.arange(2 * MOST) % 3 + 1)
    drawn = bars(rows_figure({"all": blocks_of(labels, CLASSES, 1)}))
    assert len(drawn) == MOST
    assert min(stop - start for *_, start, stop in drawn) == 2


def test_a_board_shows_what_was_given_fills_what_stays_and_ends_in_the_timeline():
    actions = [ActionPoint(2, 0, 0.9), ActionPoint(3, 1, 0.2), ActionPoint(8, 1, 0.8)]
    found = reassemble(actions, [BoundaryPoint(5, 0.7)], 10)
    figure = board_figure(found, CLASSES)
    assert bars(figure) == {("timeline", "take", 0, 5), ("timeline", "pour", 5, 10)}
    given, _, kept, between = (trace for trace in figure.data if trace.type == "scatter")
    assert list(zip(given.x, given.y, given.text)) == [(2, 0.9, "take"), (3, 0.2, "pour"), (8, 0.8, "pour")]
    assert list(zip(kept.x, kept.marker.color)) == [(2, CLASSES[0][1]), (8, CLASSES[1][1])]
    assert (list(between.x), list(between.y)) == ([5], [0.7])


def test_a_plane_has_the_first_clip_along_x_and_its_routes_across():
    values = np.array([[0, 51, 102], [153, 204, 255]], np.uint8)  # two frames of the first clip, three of the second
    axes = Axis("first", [(0, "0 s")]), Axis("second", [(2, "1 s")])
    route = Route("warp", "#D55E00", np.array([[0, 0], [1, 2]]))
    figure = cost_matrix_figure(CostMatrix(values, (np.arange(2), np.arange(3)), axes, [route], 0.0, 5.0))
    heat, line = figure.data
    assert heat.z == pytest.approx(np.array([[0, 3], [1, 4], [2, 5]]))
    assert (list(line.x), list(line.y)) == ([0, 1], [0, 2])
    assert figure.layout.xaxis.title.text == "first"
    assert figure.layout.yaxis.ticktext == ("1 s",)


def test_a_filter_shows_what_it_makes_of_every_mode_and_its_turn_where_it_has_one():
    real = filter_figure(np.array([1.0, 0.5]), np.array([2.0, -1.0]), None)
    assert [list(trace.y) for trace in real.data] == [[2, -1]]
    turned = filter_figure(np.array([1.0 + 0.5j]), np.array([1j]), np.array([4.0]))
    assert [list(trace.y) for trace in turned.data] == [[0], [1]]
