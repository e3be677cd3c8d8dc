"""What of the alignment page needs no clip: the soft minimum by hand, stories re-organised, and the paper's tables."""

import numpy as np

from vizcore import ui
from vizcore.algorithms.alignment.smooth_minimum import smooth_min_gap
from vizcore.features.alignment import figures_minimum as lesson
from vizcore.features.alignment import published as paper
from vizcore.features.alignment.figures_story import reorganised_figure
from vizcore.features.alignment.pipeline_story import prototype, stories
from vizcore.features.alignment.pipeline_verdict import minimum_verdict, table_verdict

ASKS = (
    "A minimum has no slope to learn by: it looks at one of its values and jumps to another. Two functions go on "
    "looking at all of them. **smoothMin** is the mean of the values, weighted by e^(−value / γ): it lies above the "
    "minimum, and far-away values stop counting. **min^γ** is −γ log Σ e^(−value / γ): it lies below, the more so the "
    "more values are nearly equal. Move N, γ and the gap."
)
VARIED = (
    "Videos of one kind need not have their parts in one order: FineGym's athletes choose their own. The paper cuts "
    "such videos into sets and puts them into one order, so that whole videos can be aligned. Here are people of the "
    "world, who also do things in an order of their own."
)


def soft_minimum() -> None:
    """The lesson: how far both minima are off, where they are worst, and where smoothMin falls as its values rise."""
    stage, beside = ui.stage_and_view((3, 2))
    with beside:
        count = int(ui.slider("N, values", 2, 40, 3, "n"))
        gamma = ui.slider("γ", 0.05, 2.0, 1.0, "temperature", step=0.05)
        gap = ui.slider("Gap, in γ", 0.0, lesson.FAR, 1.5, "gap", step=0.1)
    worst = float(smooth_min_gap(count))
    most = gamma * (worst - 1), gamma * float(np.log(count))
    ui.verdict(minimum_verdict(count, gamma, *most))
    with stage:
        alt = f"smoothMin is at most {most[0]:.4f} too large, min^γ at most {most[1]:.4f} too small"
        ui.chart(lesson.penalty_figure, count, gamma, gap, alt=alt)
    with beside:
        ui.metrics(
            {
                "x(N)": (f"{worst:.4f}", "The gap, in γ, at which smoothMin is worst: x − 1 = (N − 1) e^−x."),
                "smoothMin": (f"+{most[0]:.4f}", "The most it can exceed the minimum: γ(x(N) − 1)."),
                "min^γ": (f"−{most[1]:.4f}", "The most it can fall short of it: γ log N."),
            }
        )
        ui.markdown(ASKS)
        _more_of_the_minimum(gamma)


def _more_of_the_minimum(gamma: float) -> None:
    """Three values, two values, and the gap by the number of values."""
    ui.subheader("It is not monotone")
    ui.chart(lesson.slope_figure, gamma, alt="smoothMin of two values rises, then falls; min^γ only rises")
    ui.subheader("Three values")
    alt = f"Both minima of three values; smoothMin is worst {gamma * 1.463:.3f} away"
    ui.chart(lesson.surface_figure, gamma, alt=alt)
    ui.subheader("N values")
    ui.table(lesson.gap_table())
    ui.caption("From N = 4 on, x(N) < log(N + 1): smoothMin's worst grows a little slower than that of min^γ.")


def reorganised() -> None:
    """Stories of the world, as performed and in one order for all."""
    with ui.drawer("Videos"):
        count = int(ui.slider("Videos", 2, 8, 6, "videos"))
        seed = ui.seed("First seed", "story", 9990, 0)
    performed = ui.work("Making the stories", stories, seed=seed, count=count)
    ui.verdict(performed.verdict)
    order, wrong = prototype(performed), performed.wrong
    stage, beside = ui.stage_and_view((3, 2))
    with stage:
        alt = f"{count} videos, their blocks as performed and in one order"
        ui.chart(reorganised_figure, performed, order, alt=alt)
    with beside:
        ui.markdown(VARIED)
        rows = [
            {"video": one.seed, "blocks": len(one.blocks), "out of order": share, "as performed": _listed(one.blocks)}
            for one, share in zip(performed, wrong, strict=True)
        ]
        ui.table(rows, percent=("out of order",))
        ui.caption(f"One order for all, by how early things come on the mean: {', '.join(order).replace('_', ' ')}.")


def tables() -> None:
    """What the paper printed."""
    which = ui.segmented_control("Table", ["1", "2", "3", "4"], "table")
    ui.verdict(table_verdict(f"Table {which}", paper.columns(which)))
    stage, beside = ui.stage_and_view()
    with stage:
        if which in ("1", "2"):
            alt = "Ours is the best method in every training, TCC the second"
            ui.chart(paper.organised_figure, which == "2", alt=f"Table {which}: {alt}")
        elif which == "3":
            ui.chart(paper.events_figure, alt="Table 3: Ours is the best method in all four events, on vault by little")
        else:
            ui.chart(paper.kendall_figure, alt="Table 4: Ours reaches a tau of 78.29, TCC 73.53")
    with beside:
        ui.markdown(f"**All numbers here are the paper's, not measured by VizCore.** {paper.SOURCE}.")
        ui.table(paper.rows(which))
        for note in paper.NOTES.values():
            ui.caption(note)


def _listed(blocks) -> str:
    return ", ".join(block.label.replace("_", " ") for block in blocks)
