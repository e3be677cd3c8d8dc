"""The paper's tables and costs: what is said about them is true of them, and every mark stands on its number."""

import numpy as np
import pytest
from figures import check_figure

from vizcore.algorithms.matching.complexity import MODES, block_cost, vit_cost
from vizcore.features.matching.figures_complexity import cost_figure, crossing_figure
from vizcore.features.matching.published import (
    NOTES,
    TABLE_1,
    TABLE_2,
    table1_figure,
    table1_rows,
    table2_figure,
    table2_ticks,
)

COSTS = {mode: vit_cost(mode) for mode in MODES}
FIGURES = {
    "table 1": lambda: table1_figure(COSTS),
    "table 1 as printed": table1_figure,
    "table 2": table2_figure,
    "crossing": lambda: crossing_figure(8, 196, 768),
    "crossing at one frame": lambda: crossing_figure(1, 4, 64),
    "cost": lambda: cost_figure(COSTS),
    "cost of one": lambda: cost_figure({"tiny": vit_cost("space", 1, 32, 16, 64, 1, 1, 2)}),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_light_labelled_and_never_empty(name):
    check_figure(FIGURES[name]())


def test_what_the_notes_say_is_true_of_the_tables():
    top1, top5 = [row.top1 for row in TABLE_2[1:]], [row.top5 for row in TABLE_2[1:]]
    printed = NOTES["not monotone"]
    assert all(f"{value}" in printed for value in top1 + top5)
    assert top1 != sorted(top1)
    assert top5 != sorted(top5)
    assert max(top1) - TABLE_2[0].top1 == pytest.approx(1.6)
    assert "1.6" in printed
    plain = next(row for row in TABLE_1 if row.mode == "factorized")
    assert (plain.top1, plain.gflops, plain.mparams) == (TABLE_2[0].top1, TABLE_2[0].gflops, TABLE_2[0].mparams)
    assert plain.top5 != TABLE_2[0].top5
    for value in (plain.top5, TABLE_2[0].top5):
        assert f"{value}" in NOTES["two values of one model"]
    for value in (COSTS["ata"].macs / 1e9, COSTS["ata"].parameters / 1e6, plain.gflops, plain.mparams):
        assert f"{value:.1f}" in NOTES["counts"]


def test_the_full_table_2_model_is_table_1s_last():
    full, ours = TABLE_2[-1], TABLE_1[-1]
    assert (full.top1, full.top5, full.gflops, full.mparams) == (ours.top1, ours.top5, ours.gflops, ours.mparams)


def test_discs_have_the_area_of_their_parameters_and_rings_the_computed_cost():
    drawn = {trace.name: trace for trace in table1_figure(COSTS).data}
    areas = [drawn[row.name].marker.size ** 2 / row.mparams for row in TABLE_1]
    assert areas == pytest.approx([areas[0]] * 4)
    for row in TABLE_1:
        disc, ring = drawn[row.name], drawn[f"{row.name}, computed"]
        assert (disc.x[0], disc.y[0]) == (row.gflops, row.top1)
        assert (ring.x[0], ring.y[0]) == (COSTS[row.mode].macs / 1e9, row.top1)
        assert ring.marker.size**2 * row.mparams == pytest.approx(
            disc.marker.size**2 * COSTS[row.mode].parameters / 1e6
        )
        assert ring.marker.line.color == disc.marker.color


def test_rows_put_computed_beside_printed_or_leave_a_blank():
    printed, beside = table1_rows(), table1_rows({"space": COSTS["space"]})
    assert [row["computed"] for row in printed] == [None] * 4
    assert beside[0]["computed"] == beside[0]["10⁹ multiply-adds, printed"] == 140.3
    assert beside[1]["computed"] is None


def test_ticks_grow_by_three_blocks_a_row():
    groups = [f"blocks {k}-{k + 2}" for k in (0, 3, 6, 9)]
    for k, row in enumerate(table2_ticks()):
        assert [row[group] for group in groups] == [True] * k + [False] * (4 - k)


def test_table_2_is_drawn_with_its_contradiction():
    top1, top5, other = table2_figure().data
    assert list(zip(top1.x, top1.y)) == [(row.blocks, row.top1) for row in TABLE_2]
    assert list(top5.y) == [row.top5 for row in TABLE_2]
    assert (other.x[0], other.y[0]) == (0, 94.3)


# ---- costs


@pytest.mark.parametrize(("frames", "patches", "width"), [(8, 196, 768), (32, 49, 256)])
def test_curves_are_the_orders_and_the_matching_crosses_space_at_n_equal_to_d(frames, patches, width):
    fig = crossing_figure(frames, patches, width)
    lines = {(trace.name, trace.xaxis): trace for trace in fig.data}
    for name, mode in (("joint", "joint"), ("factorized", "factorized"), ("ATA", "ata")):
        above, below = lines[name, "x"], lines[name, "x2"]
        assert above.customdata.tolist() == [block_cost(mode, frames, int(n), width) for n in above.x]
        assert below.customdata.tolist() == [block_cost(mode, int(t), patches, width) for t in below.x]
        unit = [block_cost("factorized", frames, int(n), width) for n in above.x]
        assert above.y == pytest.approx(above.customdata / unit)
    matching = lines["matching alone, T n³", "x"]
    spatial = np.array([block_cost("space", frames, int(n), width) for n in matching.x])
    assert ((matching.customdata > spatial) == (matching.x > width)).all()
    marked = [line.x0 for line in fig.layout.shapes if line.xref == "x"]
    assert marked == [width, patches]
    assert [line.x0 for line in fig.layout.shapes if line.xref == "x2"] == [frames]


def test_the_axes_reach_beyond_what_is_asked_for():
    fig = crossing_figure(500, 20_000, 768)
    assert fig.data[0].x[-1] > 20_000
    assert fig.data[-1].x[-1] > 500


def test_the_pieces_of_a_bar_add_up_to_the_network():
    fig = cost_figure(COSTS)
    bars = [trace for trace in fig.data if trace.type == "bar"]
    for k, mode in enumerate(MODES):
        pieces = sum(bar.x[k] for bar in bars if bar.name != "similarity to match by")
        assert pieces == pytest.approx(COSTS[mode].macs / 1e9)
    (extra,) = [bar for bar in bars if bar.name == "similarity to match by"]
    assert list(extra.x) == [COSTS[mode].matching / 1e9 for mode in MODES]
    (ends,) = [trace for trace in fig.data if trace.type == "scatter"]
    assert list(ends.text) == [" 140.3", " 179.7", " 196.0", " 196.0 + 2.5"]


def test_parts_too_thin_to_see_are_one_piece():
    bars = {trace.name: trace.x for trace in cost_figure(COSTS).data if trace.type == "bar"}
    assert "head" not in bars
    assert "the rest" in bars
    assert all(max(values) > 0.5 for values in bars.values())
