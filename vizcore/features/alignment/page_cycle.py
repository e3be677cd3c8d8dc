"""Cycle and nearest neighbours: where frames of one clip are in the other, each chosen alone, and back again."""

import numpy as np

from vizcore import ui
from vizcore.algorithms.alignment.losses import CYCLE_FORMS
from vizcore.features.alignment import figures as drawn
from vizcore.features.alignment import figures_cycle as cycles
from vizcore.features.alignment.controls import BETA, BETAS, GAMMAS, AlignmentView
from vizcore.features.alignment.page_clips import say
from vizcore.features.alignment.pipeline_cycle import TOLERANCE
from vizcore.features.alignment.pipeline_cycle import cycle as round_trip
from vizcore.features.alignment.pipeline_cycle import nearest as nearest_neighbours
from vizcore.features.alignment.pipeline_verdict import with_caveat

PLACES = "How many places between begin and end still count as cycle-consistent."


def cycle(view: AlignmentView) -> None:
    """Where the frames of A end after a visit to B, and the cycle loss of it."""
    with ui.drawer("Cycle"):
        beta = ui.select_slider("β of the costs", BETAS, 0.1, "cycle-beta", help=BETA)
        gamma = ui.select_slider("γ of the tables", GAMMAS[1:], 0.1, "cycle-gamma", help="Temperature of the minimum.")
        tolerance = int(ui.slider("Tolerance, places", 0, 10, TOLERANCE, "home", help=PLACES))
    found = round_trip(view.pair, beta, gamma, view.found.way.minimum)
    say(view, with_caveat(view.pair.badge, found.verdict_within(tolerance)))
    away = np.abs(found.returned - np.arange(len(found.returned))) > tolerance
    alt = f"{(~away).sum()} of {len(away)} frames of A end within {tolerance}"
    given = found.visited, found.returned, len(view.pair.second), tolerance, ("A", "B")
    ui.chart(cycles.arcs_figure, *given, alt=alt)
    ui.metrics(
        {
            "Consistent": (f"{1 - away.mean():.0%}", f"{alt} places of where they began."),
            "Cycle loss": (f"{found.losses['prob']:.3f}", CYCLE_FORMS["prob"]),
            "as in the code": (f"{found.losses['code']:.3f}", CYCLE_FORMS["code"]),
            "lower bound": (f"{found.least:.3f}", "No embedding gets below it, however good: see *Background*."),
            "Total": (f"{found.total['code']:.3f}", "Cycle loss of the code + 0.1 of both alignments' costs."),
        }
    )
    ui.chart(cycles.shares_figure, found.there, found.back, found.loop, alt="Q, P and the cycle of both")
    ui.caption("P and Q are soft-maxima of what it costs to get to a cell, not shares of paths: see *Soft alignment*.")


def nearest(view: AlignmentView) -> None:
    """Each frame's nearest neighbour, chosen alone, beside the path."""
    pair, near = view.pair, nearest_neighbours(view.pair)
    say(view, with_caveat(pair.badge, near.verdict))
    alt = f"Nearest neighbours and path; tau-b {near.tau['b'][0]:.3f}"
    given = near.there, view.found.path, pair.truth, ("place of A", "place of B"), view.found.untrusted
    ui.chart(drawn.nearest_figure, *given, alt=alt)
    ui.table(
        {"direction": name, "tau-a": round(near.tau["a"][k], 4), "tau-b": round(near.tau["b"][k], 4)}
        for k, name in enumerate(("A → B", "B → A"))
    )
    ui.caption(
        "Kendall's tau counts pairs of frames whose neighbours come in the same order, less those in the other. "
        "tau-a counts frames with one neighbour as not in order; tau-b leaves them out. They differ when "
        "neighbours repeat: papers print tau-b, as scipy does. Tau knows nothing of how far a neighbour is off."
    )
    if pair.truth is not None:
        answers = {"path": view.found.answer, "nearest neighbour": near.there, "played together": pair.clock_sync}
        late = pair.frames_late(answers)
        alt = "; ".join(f"{name} {np.abs(error).mean():.1f} frames off" for name, error in late.items())
        ui.chart(drawn.error_figure, pair.first.frames, late, alt=alt)
