"""One non-local block as a filter that one can bend: its formula, its kind of graph, and what comes out."""

import numpy as np

from vizcore import ui
from vizcore.algorithms.nonlocal_blocks.edges import ROWS_SUM_TO_1, SYMMETRIC, UNNORMALISED
from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS, Weights
from vizcore.features.nonlocal_blocks import figures as drawn
from vizcore.features.nonlocal_blocks.controls import BlockView
from vizcore.features.nonlocal_blocks.pipeline_bands import bands
from vizcore.features.nonlocal_blocks.pipeline_blocks import FAMILIES, block_of
from vizcore.features.nonlocal_blocks.pipeline_filter import (
    SIGNALS,
    Filtered,
    Frequencies,
    attended,
    filtered,
    frequencies,
    learnt,
    signal_of,
)
from vizcore.features.nonlocal_blocks.pipeline_verdict import HALF
from vizcore.figures.theme import DIVERGING
from vizcore.player import FilterPanel, FilterSettings, checked, graph_filter, settings_of

KEY = "filter"
SIGNAL = "What the pictures below show: a main direction of the values Z, or how light each patch is."
KIND_IN_WORDS = {
    SYMMETRIC: "The weights are symmetric: eigenvalues are real and modes orthogonal, so that “frequency” means "
    "something, energies add up, and a filter does to each mode what its curve says and nothing else.",
    ROWS_SUM_TO_1: "The attention weights of a position sum to 1, so a constant stays what it is and nothing grows. "
    "But they are not symmetric: eigenvalues may be complex, modes are not orthogonal, and energies do not add up.",
    UNNORMALISED: "Edges of any sign and size: there is no largest frequency, so no filter of fixed weights behaves "
    "alike on two clips. As in the blocks, the mean is taken over all nodes, not the sum.",
}
BADGES = {SYMMETRIC: "green", ROWS_SUM_TO_1: "blue", UNNORMALISED: "orange"}


def panel(view: BlockView) -> None:
    """One operator as a filter: its formula, its kind of graph, and the filter panel."""
    name = view.operator
    offered = [one for one in SIGNALS if one != "brightness" or view.nodes.brightness is not None]
    with ui.drawer("Filter"):
        chosen = ui.segmented_control("What is filtered", offered, f"signal-{len(offered)}", help=SIGNAL)
    found, weights = frequencies_of(view, name), sliders_of(name)
    result = filtered(view.nodes, found, weights_of(weights), {})
    ui.verdict(result.verdict, *view.badges)
    lines = r" \\ ".join(OPERATORS[name].latex)
    ui.latex(rf"\small\begin{{gathered}}{lines}\end{{gathered}}")
    _bend(view, found, weights, chosen)
    ui.set_link("w", _written(name, weights))
    kind = found.block.graph.kind
    ui.badge(kind, color=BADGES[kind], icon=":material/hub:")
    ui.caption(KIND_IN_WORDS[kind])
    if found.why_not:
        ui.caption(f"No spectral form here: {found.why_not} What comes out above is the direct form.")
    _in_numbers(result)
    if view.block_settings.kind == "trained":
        _learnt(found)


def _bend(view: BlockView, found: Frequencies, weights: FilterSettings, chosen: str) -> None:
    """The panel of sliders, curve and pictures.

    Args:
        view: the state of the page.
        found: the frequencies of its operator.
        weights: where its sliders are.
        chosen: what is filtered, of SIGNALS.
    """
    signal, direction = signal_of(view.nodes, found.block.z, chosen)
    reference = attended(block_of(view.nodes, "nl", view.block_settings), signal, None)
    if view.operator in FAMILIES["snl"] and found.spectrum is not None:
        values, parts = bands(found.spectrum, signal)
    else:
        values, parts = np.array([np.nan]), attended(found.block, signal, direction)[None]
    with ui.container(key="filter-panel"):
        graph_filter(
            FilterPanel(
                view.operator,
                weights,
                values,
                parts,
                signal,
                reference,
                view.nodes.shape,
                found.values,
                found.energy,
                None if view.nodes.clip is None else view.nodes.clip.frames,
                DIVERGING,
            ),
            key=KEY,
        )


def _learnt(found: Frequencies) -> None:
    """What the trained net's own weights do to each mode."""
    gain = learnt(found)
    if gain is None:
        return
    ui.subheader("What the trained net does to each mode")
    slow, fast = gain[found.values.real > HALF], gain[found.values.real <= HALF]
    alt = f"Modes above λ = {HALF:g} become {_mean(slow)} times as long, those below {_mean(fast)} times"
    ui.chart(drawn.learnt_figure, found.values, gain, found.energy, alt=alt)
    ui.caption(f"{alt}, on the mean. The block is low-pass where the first is larger, high-pass where the second is.")


def frequencies_of(view: BlockView, name: str) -> Frequencies:
    """The frequencies of an operator; those on one graph share them, unless each has weights of its own net."""
    owner = next(one for one, family in FAMILIES.items() if name in family)
    if view.block_settings.kind == "trained":
        owner = name
    label = f"Finding the frequencies of {OPERATORS[owner].title}"
    found = ui.work(label, frequencies, **view.arguments, operator=owner)
    return found if owner == name else found.of(block_of(view.nodes, name, view.block_settings))


def sliders_of(name: str) -> FilterSettings:
    """Where the sliders of an operator are: as they were left, as the link says, or as a new visitor finds them."""
    first = FilterSettings(OPERATORS[name].first)
    operator, _, numbers = ui.from_link("w").partition(":")
    linked = _read(numbers, name) if operator == name else None
    return settings_of(KEY, name, OPERATORS[name].outs) or linked or first


def weights_of(weights: FilterSettings) -> Weights:
    """Sliders as the weights of an operator."""
    return Weights(weights.out, inner=weights.inner, h=weights.h)


def _in_numbers(result: Filtered) -> None:
    """What is known of the frequencies, and how far the two forms are from each other."""
    found = result.frequencies
    known = "all" if found.spectrum is not None and found.spectrum.whole else "largest"
    many = f"{len(found.values)} {known}" if found.spectrum is not None else "–"
    values = {
        "Positions": (f"{len(result.nodes.features):,}", "Nodes of the graph: frames x rows x columns."),
        "Modes": (many, "Eigenvalues that are known; all others are 0, or smaller than these."),
        "Found in": (f"{found.seconds:.2f} s", "Once; then a slider costs nothing but the picture."),
    }
    if np.isfinite(result.error):
        about = (
            "Largest difference of the direct and the spectral form, as a share of the largest number that comes out."
        )
        values["Difference"] = (f"{result.error:.0e}", about)
    if found.signal is not None:
        total = found.energy.sum() + found.signal.rest_energy
        rest = found.signal.rest_energy / total if total > 0 else 0.0
        values["Outside"] = (f"{rest:.0%}", "Share of the energy in no known mode: its eigenvalue is 0.")
    ui.metrics(values)


def _written(name: str, weights: FilterSettings) -> str:
    """Sliders as a link says them."""
    return f"{name}:{','.join(f'{one:g}' for one in (*weights.out, weights.inner, weights.h))}"


def _read(numbers: str, name: str) -> FilterSettings | None:
    """The same read back; None where it is nonsense."""
    try:
        *out, inner, h = map(float, numbers.split(","))
    except ValueError:
        return None
    return checked({"operator": name, "out": out, "inner": inner, "h": h}, name, OPERATORS[name].outs)


def _mean(values: np.ndarray) -> str:
    return f"{values.mean():.2g}" if len(values) else "–"
