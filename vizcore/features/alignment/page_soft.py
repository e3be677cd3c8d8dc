"""Soft alignment: where paths go at a temperature gamma, what it costs to get anywhere, and what gamma does to both."""

import numpy as np

from vizcore import ui
from vizcore.features.alignment import figures as drawn
from vizcore.features.alignment.controls import GAMMAS, AlignmentView
from vizcore.features.alignment.page_clips import say
from vizcore.features.alignment.pipeline import compiled
from vizcore.features.alignment.pipeline_soft import path_costs
from vizcore.features.alignment.pipeline_verdict import soft_verdict, with_caveat

ABOUT = (
    "Hard warping takes the cheapest of three steps to a cell. That choice jumps when costs change a little, so "
    "nothing can be learnt through it. A soft minimum gives weight to all three, and γ says how much. **smoothMin** is "
    "their mean, weighted towards the least; **min^γ** is −γ times the logarithm of a sum."
)


def soft(view: AlignmentView) -> None:
    """The expected alignment at gamma, the accumulated cost, and what gamma does to the whole."""
    found, gamma = view.found, view.found.way.gamma
    ui.work("Compiling", compiled)
    sentence = soft_verdict(found.soft.gradient, found.path, gamma, float(found.soft.value))
    say(view, with_caveat(view.pair.badge, sentence))
    given = (
        found.soft.gradient,
        found.soft.table,
        found.path,
        ("place of A", "place of B"),
        found.untrusted,
    )
    alt = f"Expected alignment at γ = {gamma:g}, and accumulated cost"
    ui.chart(drawn.expected_alignment_figure, *given, alt=alt)
    hard, values = path_costs(view.pair, found.way.cost, found.way.beta, GAMMAS[1:])
    alt = f"Cost of the path from γ = {GAMMAS[1]:g} to {GAMMAS[-1]:g}; {hard:.2f} at 0"
    ui.chart(drawn.value_figure, np.array(GAMMAS[1:]), values, hard, gamma, alt=alt)
    ui.markdown(ABOUT)
    ui.caption("Band, step pattern and open ends are the hard path's; the soft alignment is over all paths.")
