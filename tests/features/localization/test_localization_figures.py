"""Figures of the localisation page: what is drawn is what was said, and what a click or a slider finds in them."""

from types import SimpleNamespace

import numpy as np
import pytest
from figures import a_frame, check_figure

from vizcore.features.localization import figures as drawn
from vizcore.features.localization import figures_precision as bars
from vizcore.features.localization import published as paper
from vizcore.features.localization.pipeline_stages import MULTISCALE, PLAIN, stages
from vizcore.figures.theme import OKABE_ITO

GRID = (12, 12)


def tokens(seed: int = 0):
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 0.5, (144, 2))
    return rng.random(144), np.concatenate([low, low + 0.3], 1)


def some_bars(count: int = 5, two: bool = True) -> list[bars.Bar]:
    rng = np.random.default_rng(count)
    bars_made = []
    for k in range(count):
        ap = tuple(rng.random(1 + two).tolist())
        change = (ap[1] - ap[0], -0.5, 0.5, k == 2) if two else ()
        bars_made.append(bars.Bar(f"class {k}", ("pose", "object")[k % 2], 10 + k, ap, 40 + k, *change))
    return bars_made


def test_a_token_of_the_map_stands_where_its_probability_is():
    actor, _ = tokens()
    fig = drawn.map_figure(GRID, actor, 30)
    check_figure(fig)
    heat, marks, ring = fig.data
    for x, y, number in zip(marks.x, marks.y, marks.customdata):
        assert heat.z[y][x] == pytest.approx(actor[number])
    assert (ring.x[0], ring.y[0]) == (6, 2)


@pytest.mark.parametrize("theta", [0.05, 0.5, 0.93])
def test_the_slider_shows_the_boxes_above_its_theta_and_begins_at_the_pages(theta):
    actor, corners = tokens()
    fig = drawn.boxes_figure(actor, corners, a_frame(), theta, 3, corners[:2])
    check_figure(fig)
    slider, names = fig.layout.sliders[0], [trace.name for trace in fig.data]
    assert abs(drawn.THETAS[slider.active] - theta) <= 0.025
    for step, limit in zip(slider.steps, drawn.THETAS, strict=True):
        visible, numbers = step.args[0]["visible"], step.args[1]
        assert {names[number] for number in numbers} == {"above θ"}
        shown = [number for number, is_shown in zip(numbers, visible) if is_shown]
        count = int((actor > limit).sum())
        assert step.label.startswith(f"{limit:.2f}: {count} ")
        assert sum(np.isnan(fig.data[number].x).sum() for number in shown) == count
    first = slider.steps[slider.active].args[0]["visible"]
    assert [trace.visible is not False for trace in fig.data if trace.name == "above θ"] == list(first)


def test_a_dot_lies_in_the_middle_of_its_tokens_box():
    actor, corners = tokens()
    fig = drawn.boxes_figure(actor, corners, a_frame(), 0.5, 3, np.empty((0, 4)))
    dots = next(trace for trace in fig.data if trace.customdata is not None)
    assert (actor[dots.customdata] > drawn.THETAS[0]).all()
    middle = (corners[dots.customdata, :2] + corners[dots.customdata, 2:]) / 2
    assert np.allclose(np.column_stack([dots.x, dots.y]), middle, atol=1e-6)


def test_nobody_above_any_theta_is_drawn_too():
    _, corners = tokens()
    fig = drawn.boxes_figure(np.zeros(144), corners, a_frame(), 0.5, 3, np.empty((0, 4)))
    check_figure(fig)
    assert all(step.label.endswith("0 boxes") for step in fig.layout.sliders[0].steps)


def test_scores_and_costs_are_drawn_as_they_are():
    rng = np.random.default_rng(0)
    scores = drawn.scores_figure(("a", "b"), np.array([0.2, 0.7]), 0.9)
    check_figure(scores)
    assert list(scores.data[0].x) == pytest.approx([0.9, 0.2, 0.7])
    terms = {name: rng.random(144) for name in ("actor", "l1", "giou")}
    terms["l1"][7] = np.nan  # a token that was not asked
    fig = drawn.costs_figure(terms, GRID, 13)
    check_figure(fig)
    maps = [trace.z for trace in fig.data if trace.type == "heatmap"]
    assert np.allclose(maps[3], sum(maps[:3]), equal_nan=True, atol=1e-6)


def test_a_frame_around_a_thing_is_painted_at_its_edges_and_the_picture_stays_as_it_was():
    picture = np.full((100, 200, 3), 50, np.uint8)
    shown = drawn.framed(picture, [(np.array([0.1, 0.2, 0.5, 0.8]), OKABE_ITO["yellow"], "bend")])
    assert (picture == 50).all()
    yellow = [0xF0, 0xE4, 0x42]
    assert shown[50, 20].tolist() == shown[50, 100].tolist() == shown[20, 60].tolist() == yellow
    assert shown[50, 60].tolist() == [50, 50, 50]


@pytest.mark.parametrize("two", [False, True])
def test_bars_are_the_numbers_in_their_order_and_carry_their_class(two):
    bars_made = some_bars(two=two)
    fig = bars.bars_figure(bars_made, ("first", "second")[: 1 + two], 1)
    check_figure(fig)
    assert len(fig.data) == 1 + two
    for which, trace in enumerate(fig.data):
        assert list(trace.x) == pytest.approx([one.ap[which] for one in bars_made])
        assert list(trace.y) == list(range(5))
        assert [row[0] for row in trace.customdata] == [40, 41, 42, 43, 44]
    marks = [note.text for note in fig.layout.annotations]
    assert len(marks) == 5 * two
    for one, mark in zip(bars_made, marks):
        assert ("▲" in mark) == (one.change > 0)
        assert f"{abs(100 * one.change):.1f}" in mark
        assert mark.startswith("<b>") == one.significant
    assert [tick.startswith("<b>") for tick in fig.layout.yaxis.ticktext] == [False, True, False, False, False]
    assert all(f" · {one.truths}" in tick for one, tick in zip(bars_made, fig.layout.yaxis.ticktext))


def test_every_other_figure_of_average_precision_keeps_the_houses_rules():
    rng = np.random.default_rng(0)
    hits = np.linspace(0.01, 1, 900)
    check_figure(bars.difference_figure(some_bars()))
    check_figure(bars.curve_figure({"x": (hits, 1 - hits / 2, 1 - hits / 2)}, "sit"))
    check_figure(bars.errors_figure({"x": {"class": 0.1, "miss": 0.2}}))
    check_figure(bars.calibration_figure({"x": (rng.random(10), rng.random(10), np.arange(1, 11))}))
    check_figure(bars.sensitivity_figure(("1", "2"), (3, 4), {"x": np.array([0.5, np.nan])}, "people"))
    assert "nothing to compare" in bars.difference_figure(some_bars(two=False)).layout.annotations[0].text
    none = np.empty(0)
    assert "no ground truth" in bars.curve_figure({"x": (none, none, none)}, "sit").layout.annotations[0].text


@pytest.mark.parametrize(("form", "last", "macs"), [(MULTISCALE, "scale5", 119.7), (PLAIN, "encoder", 348.6)])
def test_stages_add_up_to_what_the_backbone_costs(form, last, macs):
    found = stages(form)
    body = found[: [one.name for one in found].index(last) + 1]
    assert round(sum(one.macs for one in body) / 1e9, 1) == macs
    fig = paper.stages_figure(found)
    check_figure(fig)
    for trace, part in zip(fig.data, ("macs", "parameters")):
        assert [getattr(found[number], part) for number in trace.customdata] == list(trace.x)
    words = paper.stage_in_words(found[1], found)
    assert f"{found[1].parameters:,} parameters" in words
    assert " × ".join(map(str, found[1].shape)) in words


@pytest.mark.parametrize("alone", [False, True])
def test_table_1_has_every_method_that_says_what_it_costs(alone):
    fig = paper.table1_figure(alone)
    check_figure(fig)
    named = [name for trace in fig.data for name in (trace.text if trace.text is not None else ())]
    assert len(named) == (4 if alone else 9)
    assert ("VideoMAE ViT-B" in named) == (not alone)
    assert SimpleNamespace(**paper.table1_rows()[0]).method == "VideoMAE ViT-B"


def test_what_is_done_has_a_row_for_each_thing_and_a_column_for_each_key_frame():
    sums = np.arange(6.0).reshape(3, 2)
    fig = drawn.done_figure(np.array([0, 24, 48]), sums, ("sit", "wave"))
    check_figure(fig)
    (heat,) = fig.data
    np.testing.assert_array_equal(heat.z, sums.T)
    assert (list(heat.x), list(heat.y), heat.zmin) == (["0", "24", "48"], ["sit", "wave"], 0)
