"""What of the page of non-local blocks needs no clip: claims of the papers tried out, and their tables beside ours."""

from collections.abc import Callable

import numpy as np

from vizcore import ui
from vizcore.features.nonlocal_blocks import figures_claims as lesson
from vizcore.features.nonlocal_blocks import pipeline_claims as tried
from vizcore.features.nonlocal_blocks import pipeline_verdict_claims as verdicts
from vizcore.features.nonlocal_blocks import published as paper
from vizcore.features.nonlocal_blocks.pipeline_results import METRICS, Gain, alike, gains
from vizcore.features.nonlocal_blocks.pipeline_verdict import gains_verdict, printed_verdict

SEEDS = 999
HS = (0.25, 0.5, 1.0, 2.0, 4.0)


def claims() -> None:
    """One claim after the other: what is written, and what is measured."""
    chosen = ui.selectbox("Claim", list(CLAIMS), "claim", width="stretch", label_visibility="collapsed")
    CLAIMS[chosen]()


def tables() -> None:
    """What the paper printed, and what this project measured on a task of its own."""
    which = ui.segmented_control(
        "Table", [f"Table {number}" for number in paper.TABLES] + [OURS], "table", label_visibility="collapsed"
    )
    if which == OURS:
        _measured()
        return
    number = which.removeprefix("Table ")
    shown, found = paper.differences(number), gains()
    ui.verdict(printed_verdict(number, paper.TABLES[number][1][0], shown))
    alt = "; ".join(f"{name} {numbers[0]:+.2f}" for name, numbers in shown)
    left, right = ui.columns(2, gap="medium")
    with left:
        ui.caption(f"**Printed:** {paper.TABLES[number][0]}")
        ui.chart(paper.difference_figure, number, alt=alt)
        ui.caption(f"{paper.NOTES[number]} These are the paper's, not measured by VizCore: {paper.SOURCE}.")
    with right:
        ui.caption("**Measured here**, on another task: two lanterns")
        ui.chart(paper.gains_figure, found, alt=_in_words(found))
    ui.table(paper.table_rows(number))


def _measured() -> None:
    """Our own trainings, from their cards."""
    with ui.drawer():
        metric = ui.segmented_control("Share of clips", list(METRICS), "metric")
    found = gains(metric)
    ui.verdict(gains_verdict(found, alike(found)))
    left, right = ui.columns([3, 2], gap="medium")
    with left:
        ui.chart(paper.gains_figure, found, alt=_in_words(found))
    with right:
        ui.table(
            {
                "block": one.title,
                "accuracy": one.accuracy,
                "over no block": round(one.mean, 4),
                "from": round(one.low, 4),
                "to": round(one.high, 4),
                "parameters": one.parameters,
            }
            for one in found
        )
        same = "; ".join(f"{one} and {other}" for one, other in alike(found))
        ui.caption(f"Not distinguishable by these trainings: {same or 'none'}.")
        ui.caption("Student's interval of the gain over no block, seed by seed; all from the cards of the nets.")
    ui.markdown(
        "**Two lanterns, one after the other, in one small residual net.** Measured by VizCore: five trainings of each "
        "block, which differ in their seed alone; stages, clips, steps and batches are the same for all. The paper's "
        "tasks cannot be repeated here; this one tests whether frames attend to each other at all."
    )


def _real_part() -> None:
    with ui.drawer():
        h = ui.select_slider("h", HS, 1.0, "turn-h", help="The zoom: above 1 low frequencies are spread out.")
    fraction = tried.turning(h)
    ui.verdict(verdicts.turning_verdict(tried.places(), fraction))
    alt = f"The fraction goes along the unit circle; its imaginary part reaches {fraction.imag.min():.2f}"
    ui.chart(lesson.circle_figure, tried.places(), fraction, alt=alt)
    ui.markdown(
        "“Eigenvalues of L are real, so Re can be removed” from the Cayley filter c₀ + 2 Re{c₁ (hL − i)(hL + i)⁻¹}. "
        "**The fraction of a real number is not real:** at μ = h = 1 it is −i."
    )


def _printed() -> None:
    with ui.drawer():
        first = ui.slider("c₀ or W1", -2.0, 2.0, 0.0, "c0", step=0.1)
        second = ui.slider("c₁ or W2", -2.0, 2.0, 0.5, "c1", step=0.1)
        inner = ui.slider("W_h", 0.0, 4.0, 1.0, "wh", step=0.1)
        h = ui.select_slider("h", HS, 1.0, "eq-h")
    curves = tried.three_filters((first, second), inner, h)
    ui.verdict(verdicts.filters_verdict(curves))
    whole = [0, len(tried.places()) // 2, -1]
    alt = "; ".join(f"{name}: {', '.join(f'{values[k]:.2f}' for k in whole)}" for name, values in curves.items())
    left, right = ui.columns([3, 2], gap="medium")
    with left:
        ui.chart(lesson.curves_figure, tried.places(), curves, alt=f"At μ = 0, 1, 2: {alt}")
    with right:
        ui.table(
            {"filter": name} | {f"μ = {k}": round(float(values[at]), 3) for k, at in enumerate(whole)}
            for name, values in curves.items()
        )
    ui.markdown(
        "“Eq. 22 is a first-order Cayley filter.” **It is a parabola:** the numerator's real part is h²L² − I, with a "
        "minus, and the factor (h²L² + I)⁻¹ is missing. The released code is a third filter, where W_h acts on Z."
    )


def _third() -> None:
    with ui.drawer():
        weights = [
            ui.slider(f"W{k + 1}", -2.0, 2.0, first, f"third{k}", step=0.1) for k, first in enumerate((0.2, -0.5, 0.8))
        ]
    curves = tried.third_term(*weights)
    ui.verdict(verdicts.third_verdict(curves))
    first, second, bent = curves.values()
    alt = f"gSNL and SNL differ by {np.abs(first - second).max():.0e}, gSNL and T₂ by {np.abs(first - bent).max():.2f}"
    ui.chart(lesson.curves_figure, tried.places(), curves, alt=alt)
    ui.markdown(
        "gSNL's third term (2A − I) Z W₃ rests on the “stable hypothesis” A² = A. **It adds nothing:** two weights "
        "give the same. A third polynomial that bends is T₂ = 2A² − I."
    )


def _axes() -> None:
    sums = tried.axis_sums(_seed())
    ui.verdict(verdicts.sums_verdict(sums))
    alt = "; ".join(f"{name}: {values.min():.2f} to {values.max():.2f}" for name, values in sums.items())
    ui.chart(lesson.sums_figure, sums, alt=alt)
    ui.markdown(
        "A² is printed as softmax(θ) softmax(φ)ᵀ, without saying along which axis. **Only one choice is an average:** "
        "to gather, over positions; to distribute, over channels."
    )


def _degrees() -> None:
    found = tried.degrees(_seed())
    ui.verdict(verdicts.degrees_verdict(found))
    ui.chart(lesson.degrees_figure, found, alt=f"{(found <= 0).mean():.0%} of the degrees are 0 or below")
    ui.markdown(
        "CGNL is claimed as the filter D⁻¹M. **Its M has rows of any sum:** they are as often below 0 as "
        "above, so that one cannot divide by degrees. The proof itself uses M alone."
    )


def _sigmoid() -> None:
    values = tried.laplacians(_seed())
    ui.verdict(verdicts.laplacian_verdict(values))
    alt = "; ".join(f"{name}: {row.min():.1f} to {row.max():.1f}" for name, row in values.items())
    ui.chart(lesson.laplacian_figure, values, alt=alt)
    ui.markdown(
        "“The Cayley filter does not need a normalised A, so just sigmoid.” **Then L has no frequencies:** one "
        "eigenvalue of I − A lies far below 0, the farther the more positions there are. Eq. 23 itself asks "
        "for the normalised graph, and so does the code."
    )


def _jacobi() -> None:
    seed = _seed()
    found = {h: tried.iterated(seed, h) for h in HS[1:]}
    ui.verdict(verdicts.jacobi_verdict({h: one.radius for h, one in found.items()}))
    errors = {f"h = {h:g}, radius {one.radius:.2f}": one.errors for h, one in found.items()}
    alt = "; ".join(f"{name}: {row[-1]:.0e} after {len(row)} steps" for name, row in errors.items())
    ui.chart(lesson.steps_figure, errors, alt=alt)
    ui.markdown(
        "An inverse of N × N can be iterated instead (Jacobi). **The number of steps depends on h:** the spectral "
        "radius of the iteration is the factor by which a step reduces the error, below 1. VizCore solves exactly, by "
        "the thin factors of the graph."
    )


def _in_words(found: tuple[Gain, ...]) -> str:
    return "; ".join(f"{one.title} {100 * one.mean:+.1f} points" for one in found)


def _seed() -> int:
    with ui.drawer():
        return ui.seed("Seed of a random graph", "graph-seed", SEEDS)


OURS = "Measured here"
CLAIMS: dict[str, Callable[[], None]] = {
    "Re can be removed from the Cayley filter": _real_part,
    "Eq. 22 is a Cayley filter": _printed,
    "gSNL has a third term": _third,
    "A² needs no axes": _axes,
    "CGNL divides by degrees": _degrees,
    "Cayley needs no normalised A": _sigmoid,
    "Jacobi in place of an inverse": _jacobi,
}
