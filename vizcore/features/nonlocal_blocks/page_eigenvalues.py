"""The eigenvalues of every graph of non-local blocks, on the page."""

import numpy as np

from vizcore import ui
from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS
from vizcore.features.nonlocal_blocks import figures as drawn
from vizcore.features.nonlocal_blocks.controls import BlockView, owner_of
from vizcore.features.nonlocal_blocks.page_filter import BADGES, frequencies_of
from vizcore.features.nonlocal_blocks.pipeline_blocks import FAMILIES
from vizcore.features.nonlocal_blocks.pipeline_filter import Frequencies
from vizcore.features.nonlocal_blocks.pipeline_verdict import STILL, eigenvalues_verdict

MANY = 1024  # nodes above which only the chosen graph's frequencies are looked for


def eigenvalues(view: BlockView) -> None:
    """The eigenvalues of every graph, the chosen one first, or of it alone where the others would take long."""
    count, mine = len(view.nodes.features), owner_of(view)
    names = [mine, *(name for name in FAMILIES if name != mine and (name != "cc" or view.nodes.grid is not None))]
    names = names[:1] if count > MANY else names
    spectra = {name: frequencies_of(view, name) for name in names}
    others = [OPERATORS[name].title for name in names[1:] if _turns(spectra[name])]
    found = frequencies_of(view, view.operator)
    kind = found.block.graph.kind
    ui.verdict(eigenvalues_verdict(view.operator, kind, found.values, found.reason, others), *view.badges)
    if count > MANY:
        ui.caption(f"{count:,} positions: the graph of the chosen operator alone, since large ones take seconds.")
    for name, one in spectra.items():
        _spectrum(view, name, one)
    ui.caption(f"{drawn.disc_figure.caption} {drawn.line_figure.caption}")


def _spectrum(view: BlockView, name: str, found: Frequencies) -> None:
    """The eigenvalues of one graph, under the names of the operators that share it."""
    sharing = FAMILIES[name][:3] if view.block_settings.kind != "trained" else (name,)
    with ui.container(horizontal=True, vertical_alignment="center", gap="small"):
        ui.markdown(f"**{' · '.join(OPERATORS[one].title for one in sharing)}**")
        ui.badge(found.block.graph.kind, color=BADGES[found.block.graph.kind])
    if not len(found.values):
        ui.caption(found.why_not or "No eigenvalue but 0.")
        return
    figure = drawn.line_figure if found.energy is not None and not _turns(found) else drawn.disc_figure
    alt = f"{len(found.values)} eigenvalues of {OPERATORS[name].title}, largest {found.values[0].real:.2f}"
    ui.plotly_chart(figure(found.values, found.energy), f"eigenvalues-{name}", alt=alt)
    ui.caption(_eigenvalues_in_words(found))


def _turns(found: Frequencies) -> bool:
    """It has complex eigenvalues."""
    return bool((np.abs(np.imag(found.values)) > STILL).any())


def _eigenvalues_in_words(found: Frequencies) -> str:
    whole = found.spectrum is None or found.spectrum.whole
    words = [f"{len(found.values):,} {'' if whole else 'largest '}eigenvalue{'s' * (len(found.values) != 1)}"]
    if found.why_not:
        words.append(f"{found.why_not[:1].upper()}{found.why_not[1:]}")
    return ". ".join(words)
