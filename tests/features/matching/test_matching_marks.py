"""What a mark of a matching says: its colour, its symbol, what a hover tells, and the axes that it stands on."""

import numpy as np
import pytest
from figures import a_frame, some_tracks, still_tracks

from vizcore.features.matching.figures import LEVELS, displacement_figure, permutation_figure
from vizcore.figures.theme import paint

GRID = (3, 4)
STEP = 2


def marks(fig):
    dots = (trace for trace in fig.data if trace.type == "scatter" and trace.mode == "markers")
    return [trace for trace in dots if trace.name != "picked"]


@pytest.fixture(scope="module")
def tracks():
    return some_tracks()


@pytest.fixture(scope="module")
def moves(tracks):
    return displacement_figure(a_frame(), tracks, STEP, GRID)


def others(tracks, step, patch):
    return np.delete(tracks.similarity[step, patch], tracks.steps[step, patch])


@pytest.mark.parametrize("composed", [False, True])
def test_a_hover_over_a_match_tells_its_cosine_and_by_how_much_it_beats_the_next(tracks, composed):
    hovered = {}
    for trace in marks(permutation_figure(tracks, STEP, composed)):
        assert "cosine %{customdata[0]" in trace.hovertemplate
        assert "margin %{customdata[1]" in trace.hovertemplate
        hovered |= {int(row): data for row, data in zip(trace.y, trace.customdata)}
    for row in range(12):
        patch = int(tracks.sigma[STEP][row]) if composed else row
        cosine = tracks.similarity[STEP, patch, tracks.steps[STEP, patch]]
        assert hovered[row] == pytest.approx([cosine, cosine - others(tracks, STEP, patch).max()])


@pytest.mark.parametrize("composed", [False, True])
def test_the_cross_hairs_of_a_row_meet_where_its_own_match_is(tracks, composed):
    fig = permutation_figure(tracks, STEP, composed, picked=5)
    (ring,) = (trace for trace in fig.data if trace.name == "picked")
    drawn = {int(row): int(column) for trace in marks(fig) for row, column in zip(trace.y, trace.x)}
    assert (ring.y[0], ring.x[0]) == (5, drawn[5])


def test_axes_of_the_permutation_count_the_patches_of_two_neighbouring_frames(tracks):
    fig = permutation_figure(tracks, STEP)
    assert fig.layout.xaxis.title.text == f"patch of frame {STEP + 1}"
    assert fig.layout.yaxis.title.text == f"patch of frame {STEP}"
    assert list(fig.layout.xaxis.range) == [-0.5, 11.5]
    assert list(fig.layout.yaxis.range) == [11.5, -0.5]
    composed = permutation_figure(tracks, STEP, composed=True)
    assert composed.layout.yaxis.title.text == f"patch of frame 0, now in frame {STEP}"


def test_an_arrow_has_the_colour_of_its_similarity_at_both_ends(tracks, moves):
    matched = tracks.similarity[STEP, np.arange(12), tracks.steps[STEP]]
    low, high = matched.min(), matched.max()
    assert (moves.layout.coloraxis.cmin, moves.layout.coloraxis.cmax) == pytest.approx((low, high))
    heads = {
        int(data[0]): colour for trace in marks(moves) for data, colour in zip(trace.customdata, trace.marker.color)
    }
    assert [heads[patch] for patch in range(12)] == pytest.approx(matched.tolist())
    shades = [tuple(paint(np.array((k + 0.5) / LEVELS), 0, 1).tolist()) for k in range(LEVELS)]
    for trace in moves.data:
        if trace.mode == "lines" and trace.line.color.startswith("rgb("):
            level = shades.index(tuple(int(part) for part in trace.line.color[4:-1].split(",")))
            for row, column in np.stack([trace.y, trace.x], -1).reshape(-1, 3, 2)[:, 0].astype(int):
                share = (matched[4 * row + column] - low) / (high - low)
                assert level == min(int(share * LEVELS), LEVELS - 1)


def test_every_shaft_has_a_dark_seam(moves):
    seams = [trace for trace in moves.data if trace.mode == "lines" and trace.line.color.startswith("rgba(0, 0, 0")]
    shafts = [trace for trace in moves.data if trace.mode == "lines" and trace not in seams]
    assert len(seams) == 1
    ends = [{tuple(point) for trace in kind for point in zip(trace.x, trace.y)} for kind in (seams, shafts)]
    known = [{point for point in points if np.isfinite(point).all()} for points in ends]
    assert known[0] == known[1]


def test_a_symbol_says_whether_a_patch_moves_and_whether_it_was_overruled(tracks, moves):
    symbols = {int(data[0]): trace.marker.symbol for trace in marks(moves) for data in trace.customdata}
    for patch in range(12):
        to = tracks.steps[STEP, patch]
        expected = "circle" if to == patch else "arrow"
        open_too = others(tracks, STEP, patch).max() > tracks.similarity[STEP, patch, to]
        assert symbols[patch] == expected + ("-open" if open_too else "")


def test_a_hover_over_a_move_tells_which_patch_becomes_which(tracks, moves):
    for trace in marks(moves):
        assert "patch %{customdata[0]:d} → %{customdata[1]:d}" in trace.hovertemplate
        for patch, to, margin in trace.customdata:
            patch, to = int(patch), int(to)
            assert to == tracks.steps[STEP, patch]
            beaten = tracks.similarity[STEP, patch, to] - others(tracks, STEP, patch).max()
            assert margin == pytest.approx(beaten, abs=1e-6)


def test_moves_lie_on_rows_that_run_down_and_a_tall_frame_makes_a_tall_figure():
    wide = displacement_figure(a_frame(90, 160), still_tracks(), 0, GRID)
    tall = displacement_figure(a_frame(160, 120), still_tracks(), 0, GRID)
    assert list(wide.layout.xaxis.range) == [-0.5, 3.5]
    assert list(wide.layout.yaxis.range) == [2.5, -0.5]
    assert tall.layout.height > wide.layout.height + 200
    assert wide.layout.coloraxis.cmin < 1 < wide.layout.coloraxis.cmax, "all alike: the scale still has two ends"
