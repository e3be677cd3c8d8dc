"""Marks of the localisation figures on a grid that is no square: tokens, boxes and costs stand where they are."""

import numpy as np
import pytest
from figures import a_frame

from vizcore.features.localization import figures as drawn
from vizcore.figures.heat import heat_strip, small
from vizcore.figures.theme import OKABE_ITO

GRID = (3, 5)
TOKEN = 7  # row 1, column 2


def tokens(seed=0):
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 0.5, (15, 2))
    return rng.random(15), np.concatenate([low, low + rng.uniform(0.1, 0.4, (15, 2))], 1)


def sides(line):
    """Boxes (K, 4) of a line that goes around each and then has a gap."""
    x, y = (np.asarray(axis, float).reshape(-1, 6)[:, :5] for axis in (line.x, line.y))
    return np.stack([x.min(1), y.min(1), x.max(1), y.max(1)], 1)


def named(fig, name):
    return [trace for trace in fig.data if trace.name == name]


def test_tokens_of_the_map_are_numbered_row_by_row_and_the_ring_is_around_the_chosen_one():
    actor, _ = tokens()
    heat, marks, ring = drawn.map_figure(GRID, actor, TOKEN).data
    assert heat.z == pytest.approx(actor.reshape(GRID), abs=1e-6)
    where = {number: (y, x) for x, y, number in zip(marks.x, marks.y, marks.customdata)}
    assert where == {number: divmod(number, 5) for number in range(15)}
    assert (ring.y[0], ring.x[0]) == (1, 2)
    layout = drawn.map_figure(GRID, actor, TOKEN).layout
    assert list(layout.xaxis.range) == [-0.5, 4.5]
    assert list(layout.yaxis.range) == [2.5, -0.5]


def test_every_box_is_drawn_where_it_is_and_the_chosen_and_the_true_ones_have_their_own_line():
    actor, corners = tokens()
    true = corners[[3, 9]] * 0.9
    fig = drawn.boxes_figure(actor, corners, a_frame(90, 160), 0.5, TOKEN, true)
    for name, boxes in (("all tokens", corners), ("ground truth", true), ("the chosen token", corners[[TOKEN]])):
        (line,) = named(fig, name)
        assert sides(line) == pytest.approx(boxes, abs=1e-6)
    assert list(fig.layout.yaxis.range) == [1, 0], "from the top down"
    assert fig.layout.yaxis.scaleratio == pytest.approx(90 / 160)


def test_a_box_that_is_as_sure_as_theta_is_not_above_it():
    actor, corners = tokens()
    actor[:] = 0.3
    actor[4], actor[5] = 0.5, 0.51
    fig = drawn.boxes_figure(actor, corners, a_frame(), 0.5, TOKEN, corners[:0])
    (shown,) = (line for line in named(fig, "above θ") if line.visible)
    assert sides(shown) == pytest.approx(corners[[5]], abs=1e-6)
    (slider,) = fig.layout.sliders
    assert slider.steps[slider.active].label == "0.50: 1 box"
    (dots,) = (trace for trace in fig.data if trace.mode == "markers")
    assert list(dots.customdata) == list(range(15)), "all that are above the lowest theta"


def test_what_a_token_says_begins_with_the_actor_in_a_colour_of_its_own():
    (bars,) = drawn.scores_figure(("sit", "wave"), np.array([0.2, 0.7]), 0.9).data
    assert dict(zip(bars.y, bars.x)) == {"actor": 0.9, "sit": 0.2, "wave": 0.7}
    assert bars.y[0] == "actor"
    assert list(bars.marker.color) == [OKABE_ITO["orange"], OKABE_ITO["blue"], OKABE_ITO["blue"]]


@pytest.mark.parametrize("token", [TOKEN, None])
def test_every_map_of_costs_has_the_ring_around_the_token_that_answers(token):
    terms = {name: np.random.default_rng(k).random(15) for k, name in enumerate(("actor", "l1"))}
    fig = drawn.costs_figure(terms, GRID, token)
    maps = [trace.z for trace in fig.data if trace.type == "heatmap"]
    for values, expected in zip(maps, (*terms.values(), terms["actor"] + terms["l1"]), strict=True):
        assert values == pytest.approx(expected.reshape(GRID), abs=1e-6)
    rings = [(trace.y[0], trace.x[0]) for trace in fig.data if trace.type == "scatter"]
    assert rings == ([] if token is None else [(1, 2)] * 3)


def test_what_is_done_begins_at_nobody_and_reads_from_the_top():
    fig = drawn.done_figure(np.array([3, 9]), np.array([[0.1, 2.0], [0.4, 0.0]]), ("sit", "wave"))
    (heat,) = fig.data
    assert heat.zmin == 0
    assert dict(zip(heat.y, heat.z.tolist())) == {"sit": [0.1, 0.4], "wave": [2.0, 0.0]}
    assert fig.layout.yaxis.autorange == "reversed"


def test_looks_are_as_bright_as_they_are_strong_among_all_frames():
    frames = np.stack([a_frame(40, 60, seed) for seed in range(2)])
    attention = np.stack([np.full((2, 3), 0.1), np.full((2, 3), 0.4)])
    strip = drawn.attention_strip(frames, attention)
    assert (strip == heat_strip(small(frames), attention / 0.4)).all()
    nothing = drawn.attention_strip(frames, np.zeros((2, 2, 3)))
    assert (nothing == heat_strip(small(frames), np.zeros((2, 2, 3)))).all()


def test_a_box_is_framed_at_its_own_place_in_a_frame_that_is_no_square():
    picture = np.full((60, 200, 3), 50, np.uint8)
    shown = drawn.framed(picture, [(np.array([0.2, 0.25, 0.6, 0.75]), OKABE_ITO["sky"])])
    rows, columns = np.nonzero((shown != 50).any(-1))
    edges = rows.min(), rows.max(), columns.min(), columns.max()
    assert edges == pytest.approx((15, 45, 40, 120), abs=3)
    written = drawn.framed(picture, [(np.array([0.2, 0.5, 0.6, 0.75]), OKABE_ITO["sky"], "sit")])
    plain = drawn.framed(picture, [(np.array([0.2, 0.5, 0.6, 0.75]), OKABE_ITO["sky"])])
    above = np.nonzero((written != plain).any(-1))[0]
    assert above.max() < 30, "words stand above the box"
