"""Algorithms 1 and 2 line by line: the numbers of worked examples, and the printed faults reproduced."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from figures import check_figure
from hypothesis import given
from hypothesis import strategies as st

from vizcore.algorithms.matching.matching import align
from vizcore.algorithms.matching.walkthrough import EXAMPLES, walk
from vizcore.figures.stages import stage_figure

# Frame by frame: sigma, and (total if all stay, total as matched).
WORKED = {
    "a shift": ([[1, 2, 0]], [(0, 3)]),
    "both want the same": ([[1, 0]], [(1, 1.65)]),
    "a chain of shifts": ([[3, 0, 1, 2], [2, 3, 0, 1]], [(0, 4), (0, 4)]),
    "two that swap": ([[1, 0], [1, 0]], [(1.2, 1.6), (1.2, 1.6)]),
}


def matchings(stages):
    return [stage for stage in stages if stage.totals]


def random_tokens(seed, frames=4, count=4):
    return np.random.default_rng(seed).normal(size=(frames, count, 5))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_match_as_worked_out(name):
    orders, totals = WORKED[name]
    found = matchings(walk(EXAMPLES[name]))
    assert [stage.permutation.tolist() for stage in found] == orders
    for stage, expected in zip(found, totals, strict=True):
        assert stage.totals == pytest.approx(expected)
        assert stage.pairs == tuple(enumerate(stage.permutation.tolist()))


def test_the_best_column_of_each_row_is_no_matching_where_both_want_the_same():
    (stage,) = matchings(walk(EXAMPLES["both want the same"]))
    assert stage.matrix == pytest.approx(np.array([[0.9, 0.8], [0.85, 0.1]]))
    assert stage.matrix.argmax(1).tolist() == [0, 0]


@given(seed=st.integers(0, 500))
def test_what_is_aligned_and_de_aligned_is_what_came_in(seed):
    x = random_tokens(seed)
    before = x.copy()
    last = walk(x)[-1]
    assert last.fault is None
    assert not last.matrix.any()
    assert np.array_equal(x, before)


@given(seed=st.integers(0, 500))
def test_the_lines_lead_to_what_align_gives(seed):
    x = random_tokens(seed)
    aligned, sigma = align(x)
    stages = walk(x)
    assert [stage.permutation.tolist() for stage in matchings(stages)] == sigma[1:].tolist()
    gathered = [stage.matrix for stage in stages if stage.title.endswith(": aligned")]
    assert np.array_equal(gathered, aligned[1:])


@given(seed=st.integers(0, 500), minimise=st.booleans())
def test_no_permutation_is_better_nor_as_printed_worse(seed, minimise):
    extreme = min if minimise else max
    for stage in matchings(walk(random_tokens(seed), minimise=minimise)):
        rows = np.arange(4)
        every = [stage.matrix[rows, list(order)].sum() for order in permutations(range(4))]
        assert stage.totals[1] == pytest.approx(extreme(every))
        assert (stage.fault is not None) == minimise
        assert stage.totals[0] == pytest.approx(np.trace(stage.matrix))


def test_as_printed_the_shift_is_not_found():
    (stage,) = matchings(walk(EXAMPLES["a shift"], minimise=True))
    assert stage.permutation.tolist() == [0, 1, 2]
    assert stage.totals == (0, 0)
    assert "maximize" not in stage.code
    assert "3.00 is possible" in stage.fault


def test_as_printed_frames_are_restored_by_the_next_frames_masks_until_there_is_none():
    x = random_tokens(7)
    aligned, sigma = align(x)
    stages = walk(x, off_by_one=True)
    back = [stage for stage in stages if stage.title.endswith("de-aligned")]
    assert [stage.code for stage in back] == [f"x[{t}] = x[{t}, dealignment[{t}].argmax(-1)]" for t in (1, 2, 3)]
    for t in (1, 2):
        assert np.array_equal(back[t - 1].matrix, aligned[t][sigma[t + 1].argsort()])
    assert back[2].fault.startswith("IndexError")
    wrong = [t for t in range(4) if stages[-1].matrix[t].any()]
    assert 3 in wrong
    assert stages[-1].fault == f"Not restored: frames {', '.join(map(str, wrong))}."


def test_a_single_frame_needs_no_line_but_the_check():
    (check,) = walk(np.eye(3)[None])
    assert check.fault is None


def test_every_line_of_both_algorithms_is_there():
    codes = [stage.code for stage in walk(EXAMPLES["a chain of shifts"])]
    assert codes == [
        *(
            line
            for t in (1, 2)
            for line in (
                f"prev = normalize(x[{t - 1}], dim=-1)",
                f"curr = normalize(x[{t}], dim=-1)",
                "similarity = prev @ curr.t()",
                "alignment = linear_sum_assignment(similarity, maximize=True)",
                "dealignment.append(alignment.t())",
                f"x[{t}] = x[{t}, alignment.argmax(-1)]",
            )
        ),
        *(f"x[{t}] = x[{t}, dealignment[{t - 1}].argmax(-1)]" for t in (1, 2)),
        "Dealign(*Align(x)) == x",
    ]


@pytest.mark.parametrize("x", [np.zeros((3, 4)), np.zeros((2, 0, 3)), np.full((2, 2, 2), np.nan)])
def test_what_is_no_clip_of_tokens_is_refused(x):
    with pytest.raises(ValueError, match=r"want finite tokens \(T, N, C\)"):
        walk(x)


# ---- drawn


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_stage_is_drawn_with_its_numbers_and_its_chosen_cells_framed(name):
    for stage in walk(EXAMPLES[name]):
        fig = stage_figure(stage)
        check_figure(fig)
        written = np.array([[float(text) for text in row] for row in fig.data[0].text])
        assert np.abs(written - stage.matrix).max() <= 0.005 + 1e-9
        middles = {(round((s.y0 + s.y1) / 2, 6), round((s.x0 + s.x1) / 2, 6)) for s in fig.layout.shapes}
        assert middles == set(stage.pairs)


@pytest.mark.parametrize(("value", "text"), [(0.0, "0"), (-0.001, "0"), (1.0, "1"), (0.85, "0.85"), (-0.5, "-0.5")])
def test_numbers_are_written_as_short_as_they_can_be(value, text):
    stage = replace(walk(np.eye(3)[None])[0], matrix=np.array([[value]]))
    assert stage_figure(stage).data[0].text[0][0] == text
