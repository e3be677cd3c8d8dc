"""What of the alignment page needs no clip: the soft minimum by hand, stories re-organised, and the paper's tables."""

import numpy as np

from vizcore import ui
from vizcore.algorithms.alignment.smooth_minimum import smooth_min_gap
from vizcore.features.alignment import figures_minimum as lesson
from vizcore.features.alignment import published as paper
from vizcore.features.alignment.figures_story import reorganised_figure
from vizcore.features.alignment.pipeline_story import out_of_order, prototype, stories

ASKS = (
    "A minimum has no slope to learn by: it looks at one of its values and jumps to another. Two functions go on "
    "looking at all of them. **smoothMin** is the mean of the values, weighted by e^(−value / γ): it lies above the "
    "minimum, and far-away values stop counting. **min^γ** is −γ log Σ e^(−value / γ): it lies below, the more so the "
    "more values are nearly equal. Move N, γ and the gap."
)


def soft_minimum() -> None:
    """The lesson: how far both minima are off, where they are worst, and where smoothMin falls as its values rise."""
    ui.markdown(ASKS)
    with ui.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        count = int(ui.slider("N, values", 2, 40, 3, "n", width=220))
        gamma = ui.slider("γ", 0.05, 2.0, 1.0, "temperature", step=0.05, width=220)
        gap = ui.slider("Gap, in γ", 0.0, lesson.FAR, 1.5, "gap", step=0.1, width=220)
    worst = float(smooth_min_gap(count))
    left, right = ui.columns([3, 2], gap="medium")
    with left:
        most = gamma * (worst - 1), gamma * np.log(count)
        alt = f"smoothMin is at most {most[0]:.4f} too large, min^γ at most {most[1]:.4f} too small"
        ui.chart(lesson.penalty_figure, count, gamma, gap, alt=alt)
    with right:
        ui.metrics(
            {
                "x(N)": (f"{worst:.4f}", "The gap, in γ, at which smoothMin is worst: x − 1 = (N − 1) e^−x."),
                "smoothMin": (f"+{most[0]:.4f}", "The most it can exceed the minimum: γ(x(N) − 1)."),
                "min^γ": (f"−{most[1]:.4f}", "The most it can fall short of it: γ log N."),
            }
        )
        ui.table(lesson.gap_table())
        ui.caption("From N = 4 on, x(N) < log(N + 1): smoothMin's worst grows a little slower than that of min^γ.")
    ui.subheader("Three values")
    ui.chart(
        lesson.surface_figure, gamma, alt=f"Both minima of three values; smoothMin is worst {gamma * 1.463:.3f} away"
    )
    ui.subheader("It is not monotone")
    ui.chart(lesson.slope_figure, gamma, alt="smoothMin of two values rises, then falls; min^γ only rises")


def reorganised() -> None:
    """Stories of the world, as performed and in one order for all."""
    ui.markdown(
        "Videos of one kind need not have their parts in one order: FineGym's athletes choose their own. The paper "
        "cuts such videos into sets and puts them into one order, so that whole videos can be aligned. Here are people "
        "of the world, who also do things in an order of their own."
    )
    with ui.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        count = int(ui.slider("Videos", 2, 8, 6, "videos", width=220))
        seed = ui.seed("First seed", "story", 9990, 0)
    performed = ui.work("Making the stories", stories, seed=seed, count=count)
    order = prototype(performed)
    wrong = [out_of_order(one, order) for one in performed]
    alt = f"{count} videos: {np.nanmean(wrong):.0%} of the pairs of blocks are out of order as performed"
    ui.chart(reorganised_figure, performed, order, alt=alt)
    rows = [
        {"video": one.seed, "blocks": len(one.blocks), "out of order": share, "as performed": _listed(one.blocks)}
        for one, share in zip(performed, wrong, strict=True)
    ]
    ui.table(rows, percent=("out of order",))
    ui.caption(f"One order for all, by how early things come on the mean: {', '.join(order).replace('_', ' ')}.")


def tables() -> None:
    """What the paper printed."""
    ui.markdown(f"**All numbers here are the paper's, not measured by VizCore.** {paper.SOURCE}.")
    which = ui.segmented_control("Table", ["1", "2", "3", "4"], "table")
    if which in ("1", "2"):
        alt = "Ours is the best method in every training, TCC the second"
        ui.chart(paper.organised_figure, which == "2", alt=f"Table {which}: {alt}")
    elif which == "3":
        ui.chart(paper.events_figure, alt="Table 3: Ours is the best method in all four events, on vault by little")
    else:
        ui.chart(paper.kendall_figure, alt="Table 4: Ours reaches a tau of 78.29, TCC 73.53")
    ui.table(paper.rows(which))
    with ui.container():
        for note in paper.NOTES.values():
            ui.caption(note)


def _listed(blocks) -> str:
    return ", ".join(block.label.replace("_", " ") for block in blocks)
