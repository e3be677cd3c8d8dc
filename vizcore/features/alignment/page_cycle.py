"""Cycle: where the frames of one clip end after a visit to the other, and the loss of that."""

import numpy as np

from vizcore import ui
from vizcore.algorithms.alignment.losses import CYCLE_FORMS
from vizcore.features.alignment import figures_cycle as cycles
from vizcore.features.alignment.controls import BETA, BETAS, GAMMAS, AlignmentView
from vizcore.features.alignment.pipeline_cycle import cycle as round_trip

TOLERANCE = "How many places between begin and end still count as cycle-consistent."


def cycle(view: AlignmentView) -> None:
    """Where the frames of A end after a visit to B, and the cycle loss of it."""
    with ui.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        with ui.container(width=300):
            beta = ui.select_slider("β of the costs", BETAS, 0.1, "cycle-beta", help=BETA)
        with ui.container(width=300):
            gamma = ui.select_slider(
                "γ of the tables", GAMMAS[1:], 0.1, "cycle-gamma", help="Temperature of the minimum."
            )
        tolerance = int(ui.slider("Tolerance, places", 0, 10, 1, "home", help=TOLERANCE, width=220))
    found = round_trip(view.pair, beta, gamma, view.found.way.minimum)
    away = np.abs(found.returned - np.arange(len(found.returned))) > tolerance
    alt = f"{(~away).sum()} of {len(away)} frames of A end within {tolerance}"
    left, right = ui.columns([3, 2], gap="medium")
    with left:
        given = found.visited, found.returned, len(view.pair.second), tolerance, ("A", "B")
        ui.chart(cycles.arcs_figure, *given, alt=alt)
    with right:
        ui.metrics(
            {
                "Consistent": (f"{1 - away.mean():.0%}", f"{alt} places of where they began."),
                "Cycle loss": (f"{found.losses['prob']:.3f}", CYCLE_FORMS["prob"]),
                "as in the code": (f"{found.losses['code']:.3f}", CYCLE_FORMS["code"]),
                "lower bound": (f"{found.least:.3f}", "No embedding gets below it, however good: see *Tables*."),
                "Total": (f"{found.total['code']:.3f}", "Cycle loss of the code + 0.1 of both alignments' costs."),
            }
        )
        ui.caption(
            "P and Q are soft-maxima of what it costs to get to a cell, not shares of paths: see *Soft alignment*."
        )
    ui.chart(cycles.shares_figure, found.there, found.back, found.loop, alt="Q, P and the cycle of both")
