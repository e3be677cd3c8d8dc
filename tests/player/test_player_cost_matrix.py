"""The cost matrix of two clips: what Python refuses, what travels, where its point is and what it shows."""

import numpy as np
import pytest

from vizcore.figures.theme import FAINT
from vizcore.player import Axis, CostMatrix, Route
from vizcore.player.cost_matrix import cost_matrix_arrays, cost_matrix_words
from vizcore.player.payload import pack
from vizcore.player.still_boards import cost_matrix_figure

AXES = (Axis("A", [(0, "0"), (2, "2")]), Axis("B", [(1.5, "x")]))


def cost_matrix(**changed) -> CostMatrix:
    """Three frames of one clip by four of another."""
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)
    given = {"values": values, "frames": (np.array([0, 5, 9]), np.arange(4)), "axes": AXES}
    return CostMatrix(**given | changed)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"values": np.zeros((3, 4))}, r"want values \(N, M\) uint8, got \(3, 4\) float64"),
        ({"values": np.zeros((0, 4), np.uint8)}, r"want values \(N, M\) uint8"),
        ({"frames": (np.arange(2), np.arange(4))}, "want 3 rising frame numbers"),
        ({"frames": (np.array([0, 5, 5]), np.arange(4))}, "want 3 rising frame numbers"),
        ({"frames": (np.arange(3), np.arange(-1, 3))}, "want 4 rising frame numbers"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(changed, words):
    with pytest.raises(ValueError, match=words):
        cost_matrix(**changed)


def test_a_route_is_of_places_and_has_a_colour():
    with pytest.raises(ValueError, match=r"want places \(L, 2\) of finite numbers"):
        Route("path", "#ffffff", np.array([[0, np.nan]]))
    with pytest.raises(ValueError, match="want a colour as #rrggbb, got 'red'"):
        Route("path", "red", np.zeros((2, 2)))


def test_a_plane_lies_within_two_clips():
    cost_matrix().check([10, 4])
    with pytest.raises(ValueError, match="want the cost matrix's frames below 9, got 9"):
        cost_matrix().check([9, 4])
    with pytest.raises(ValueError, match="want two clips for a cost matrix, got 1"):
        cost_matrix().check([10])


def test_what_travels_is_the_matrix_the_frames_and_the_routes():
    routes = [Route("path", "#e69f00", np.array([[0, 0], [2, 3]])), Route("truth", "#ffffff", np.zeros((1, 2)), True)]
    given = cost_matrix(routes=routes, low=0.25, high=2.0, label="cost")
    block, contents = pack(cost_matrix_arrays(given))
    kind, start, count = contents["cost_matrix.values"]
    assert (kind, count) == ("u1", 12)
    assert block[start : start + count].tolist() == list(range(12))
    kind, start, count = contents["route.0"]
    assert np.frombuffer(block[start : start + 8 * count].tobytes()).tolist() == [0, 0, 2, 3]
    words = cost_matrix_words(given)
    assert words["routes"] == [["path", "#e69f00", False, False], ["truth", "#ffffff", True, False]]
    assert words["axes"][0] == ["A", [[0.0, "0"], [2.0, "2"]]]
    assert (words["low"], words["high"], words["label"]) == (0.25, 2.0, "cost")


def test_a_route_that_is_not_to_be_relied_on_travels_as_faint_and_is_so_in_a_still_figure():
    routes = [Route("path", "#e69f00", np.zeros((2, 2)), faint=faint) for faint in (False, True)]
    given = cost_matrix(routes=routes)
    assert [words[3] for words in cost_matrix_words(given)["routes"]] == [False, True]
    lines = [trace for trace in cost_matrix_figure(given).data if trace.type == "scatter"]
    assert [line.opacity for line in lines] == [1, FAINT]
