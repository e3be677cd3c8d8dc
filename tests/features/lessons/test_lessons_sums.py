"""The sums of the lessons against the slow way: all permutations, all walks, textbook formulas, other libraries."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax
from scipy.stats import kendalltau
from walks import every_walk, price

from vizcore.features.lessons.boards import Cells, Points, Ranks, Slider, Sliders
from vizcore.features.lessons.boards.cells import ONE_TO_ONE, WALK
from vizcore.features.lessons.sums import SUMS

TENTHS = st.integers(-10, 10).map(lambda value: value / 10)


def work(name, hand=None, **numbers):
    """The sum of some numbers, at a hand or at the board's first."""
    about = SUMS[name]
    board = about.board(numbers, about.sliders)
    return about.work(numbers, board.first if hand is None else hand).values


def total(table, order):
    return sum(table[row, column] for row, column in enumerate(order))


@given(st.integers(2, 4).flatmap(lambda n: arrays(np.float64, (n, n), elements=TENTHS)))
def test_the_matching_is_the_best_of_all_and_greed_takes_the_largest_that_is_free(similarity):
    totals = sorted((total(similarity, order) for order in permutations(range(len(similarity)))), reverse=True)
    found = work("assignment", similarity=similarity)
    assert found["total"] == pytest.approx(totals[0])
    assert found["second"] == pytest.approx(totals[1])
    assert found["ways"] == len(totals)
    assert found["stay"] == pytest.approx(np.trace(similarity))
    taken, free, cells = 0.0, similarity.copy(), []
    ties = len(np.unique(similarity)) < similarity.size
    for _ in range(len(similarity)):
        row, column = np.unravel_index(free.argmax(), free.shape)
        taken += similarity[row, column]
        cells.append(f"row {row} → column {column}")
        free[row], free[:, column] = -np.inf, -np.inf
    greedy = work("greedy", similarity=similarity)
    sums = [line.sum for line in SUMS["greedy"].work({"similarity": similarity}, ()).lines]
    assert ties or sums[: len(cells)] == cells
    assert ties or greedy["greedy"] == pytest.approx(taken)
    assert greedy["lost"] == pytest.approx(greedy["total"] - greedy["greedy"])
    assert greedy["lost"] >= -1e-9


@settings(max_examples=20)
@given(*[arrays(np.float64, st.integers(2, 4), elements=st.integers(0, 5).map(float)) for _ in range(2)])
def test_no_walk_is_cheaper(first, second):
    cost = np.abs(first[:, None] - second)
    walks = list(every_walk(*cost.shape))
    found = work("walk", first=first, second=second)
    assert found["total"] == pytest.approx(min(price(cost, walk) for walk in walks))
    yours = max(walks, key=lambda walk: price(cost, walk))
    assert work("walk", tuple(yours), first=first, second=second)["yours"] == pytest.approx(price(cost, yours))
    assert np.isnan(work("walk", tuple(yours[:-1]), first=first, second=second)["yours"])


@given(arrays(np.bool_, 6), st.integers(0, 3), st.permutations(range(6)))
def test_average_precision_is_the_best_precision_at_each_recall_or_more(hits, never, order):
    positives = max(int(hits.sum()) + never, 1)
    given_ = {"names": tuple("abcdef"), "hits": hits, "positives": positives}
    ranked, best = hits[list(order)], 0.0
    precision = np.cumsum(ranked) / np.arange(1, 7)
    for wanted in range(1, positives + 1):
        enough = np.cumsum(ranked) >= wanted
        best += precision[enough].max() if enough.any() else 0.0
    found = work("precision", tuple(order), **given_)
    assert found["ap"] == pytest.approx(best / positives)
    assert found["best"] >= found["ap"] - 1e-12
    assert found["best"] == pytest.approx(hits.sum() / positives)


@given(st.permutations(range(6)))
def test_tau_is_scipys(order):
    found = work("tau", order=np.array(order, float))
    assert found["tau"] == pytest.approx(kendalltau(range(6), order).statistic)
    assert found["rises"] + found["falls"] == found["pairs"] == 15


@given(arrays(np.float64, st.integers(2, 5), elements=TENTHS), st.floats(0.05, 3))
def test_the_minima_are_those_of_their_formulas(values, gamma):
    found = work("minimum", (gamma,), values=values)
    weights = np.exp(-values / gamma)
    assert found["smooth"] == pytest.approx((weights * values).sum() / weights.sum(), abs=1e-9)
    assert found["soft"] == pytest.approx(-gamma * np.log(weights.sum()), abs=1e-9)
    assert -1e-9 <= found["above"] <= found["most_above"] + 1e-9
    assert -1e-9 <= found["below"] <= found["most_below"] + 1e-9


@given(
    arrays(np.float64, 3, elements=TENTHS), arrays(np.float64, (4, 3), elements=TENTHS), st.sampled_from([0, 0.5, 4])
)
def test_a_row_of_attention_is_the_softmax_of_the_scaled_products(query, keys, length):
    found = work("attention", (length,), query=query, keys=keys, names=tuple("abcd"))
    expected = softmax(keys @ (length * query) / np.sqrt(3))
    assert [found[f"share_{k}"] for k in range(4)] == pytest.approx(expected.tolist(), abs=1e-6)
    assert found["most"] == pytest.approx(expected.max(), abs=1e-6)


@given(
    arrays(np.float64, (4, 2), elements=st.integers(0, 3).map(float)),
    arrays(np.float64, 4, elements=TENTHS),
    st.sampled_from([-1, -0.25, 0, 0.5, 1]),
    st.sampled_from([-1, 0, 0.75, 1]),
)
def test_the_filter_is_the_sum_over_neighbours(features, signal, own_weight, attended_weight):
    likeness = features @ features.T
    degree = likeness.sum(1)
    scale = np.where(degree > 0, 1 / np.sqrt(np.where(degree > 0, degree, 1)), 0)
    graph = scale[:, None] * likeness * scale
    found = work("filter", (own_weight, attended_weight), features=features, signal=signal)
    out = [found[f"out_{k}"] for k in range(4)]
    np.testing.assert_allclose(out, own_weight * signal + attended_weight * (graph @ signal), atol=1e-6)
    assert found["energy"] == pytest.approx(np.square(out).sum())
    values = np.linalg.eigvalsh(graph)[::-1]
    modes = [found[name] for name in found if name.startswith("lambda_")]
    np.testing.assert_allclose(np.sort(modes)[::-1], values[: len(modes)], atol=1e-6)
    for k, value in enumerate(modes):
        assert found[f"gain_{k}"] == pytest.approx(own_weight + attended_weight * value)


@pytest.mark.parametrize("frames", [2, 4, 6])
@pytest.mark.parametrize("speed", [0, 1, 2])
def test_a_lamp_that_moves_is_smeared_over_as_many_places_as_frames(frames, speed):
    found = work("blur", (float(speed),), places=2 * frames, frames=frames)
    assert found["in_place"] == pytest.approx(1 / frames if speed else 1)
    assert found["smeared"] == (frames if speed else 1)
    assert found["aligned"] == 1
    raw, tracks = SUMS["blur"].work({"places": 2 * frames, "frames": frames}, (float(speed),)).drawn
    assert np.argwhere(raw).tolist() == [[t, t * speed] for t in range(frames)]
    assert np.argwhere(tracks).tolist() == [[t, 0] for t in range(frames)]


def test_points_become_the_timeline_that_their_rules_say():
    given_ = {
        "classes": ("a", "b"),
        "length": 10,
        "actions": np.array([[2, 0, 0.9], [3, 1, 0.4], [7, 1, 0.8]]),
        "boundaries": np.array([[5.0, 0.5]]),
        "goal": ("a", "b"),
    }
    assert work("re-assembly", **given_)["order"] == "a · b"
    assert work("re-assembly", (1, 2, 3), **given_)["order"] == "b"
    assert work("re-assembly", (3,), **given_)["order"] == "nothing"


# ---- boards


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=12))
def test_cells_of_a_matching_never_share_a_row_or_column(clicks):
    board, hand = Cells(np.zeros((3, 3)), ONE_TO_ONE, "", ""), ()
    for cell in clicks:
        before, hand = hand, board.pressed(hand, cell)
        assert (cell in hand) != (cell in before)
        assert len({row for row, _ in hand}) == len({column for _, column in hand}) == len(hand)
        assert board.read(board.word(hand)) == hand


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=20))
def test_cells_of_a_walk_are_neighbours_from_the_first_corner_on(clicks):
    board, hand = Cells(np.zeros((3, 4)), WALK, "", ""), ()
    for cell in clicks:
        hand = board.pressed(hand, cell)
        assert hand == () or hand[0] == (0, 0)
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(hand)]
        assert {*steps} <= {(0, 1), (1, 0), (1, 1)}
        assert board.read(board.word(hand)) == hand


def test_a_cell_of_a_walk_goes_back_to_before_it():
    board = Cells(np.zeros((3, 3)), WALK, "", "")
    assert board.pressed(((0, 0), (1, 1), (2, 2)), (1, 1)) == ((0, 0),)
    assert board.pressed((), (1, 1)) == ()


BOARDS = {
    "matching": Cells(np.zeros((3, 3)), ONE_TO_ONE, "", ""),
    "walk": Cells(np.zeros((3, 3)), WALK, "", ""),
    "sliders": Sliders((Slider("a", "A", 0.05, 3, 1, 0.05), Slider("b", "B", 0, 2, 1, 1))),
    "ranks": Ranks(("x", "y", "z")),
    "points": Points(("x", "y", "z")),
}


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
@given(st.one_of(st.text(max_size=30), st.from_regex(r"[\d._-]{0,12}", fullmatch=True)))
def test_whatever_a_link_says_of_a_board_is_a_hand_of_it(board, word):
    hand = board.read(word)
    assert board.read(board.word(hand)) == hand
    if isinstance(board, Sliders):
        assert all(slider.low <= value <= slider.high for slider, value in zip(board.sliders, hand, strict=True))
    if isinstance(board, Ranks):
        assert sorted(hand) == [0, 1, 2]


@pytest.mark.parametrize("word", ["nan_nan", "inf_-inf", "1e999_5", "_", "--", "0.5"])
def test_sliders_take_the_nearest_step_of_any_number_and_their_first_of_none(word):
    hand = BOARDS["sliders"].read(word)
    assert {"nan_nan": (1, 1), "inf_-inf": (3, 0), "1e999_5": (3, 2), "_": (1, 1), "--": (1, 1), "0.5": (0.5, 1)}[
        word
    ] == hand
    assert BOARDS["sliders"].read("0.512_1.4") == (0.5, 1)


def test_lines_move_by_one_and_stop_at_the_ends():
    board = BOARDS["ranks"]
    assert board.moved((0, 1, 2), 1, -1) == (1, 0, 2)
    assert board.moved((0, 1, 2), 0, -1) == board.moved((0, 1, 2), 2, 1) == (0, 1, 2)


def test_points_turn_over_and_none_of_them_has_its_own_word():
    board = BOARDS["points"]
    assert board.switched((0, 2), 2) == (0,)
    assert board.switched((0, 2), 1) == (0, 1, 2)
    assert board.read(board.word(())) == ()
