"""A filter on a graph for paper: what a position attends to, and what the filter does to each frequency.

strips, operator with its weights, eigenvalues with energies -> filter_paper, drawn by matplotlib
"""

from collections.abc import Iterable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter, LogLocator, MaxNLocator

from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS, Weights, response
from vizcore.figures.paper import PaperSize, per_line
from vizcore.figures.printing import SHADES, SMALL, USUAL, bare, place, sheet, span, write
from vizcore.figures.theme import OKABE_ITO

EDGE, GAP, SCALE = 0.06, 0.08, 0.38  # inches: margins, between strips, of the scale of their colours
CURVE, FOOT, SIDE, HEAD = 1.65, 0.42, 0.6, 0.2  # inches: a plot's height, its axis below and at the side, its legend
TALL, LEAST = 1.0, 0.42  # inches: of a strip at most, and across one of its frames at least
BESIDE = 5.0  # inches across, from which on the plots stand side by side
STRIPS = 0.58  # share of a slide that the strips take, beside the plots
FAINTEST = 1e-9  # of the energy that is drawn
BEFORE, AFTER, NL = "#9A9A9A", OKABE_ITO["blue"], OKABE_ITO["vermilion"]  # as the player's filter has them


def frames_in_line(count: int, names: Iterable[str], size: PaperSize) -> int:
    """How many of a strip's frames stand in a line.

    Args:
        count: frames.
        names: of the operators that have one.
        size: what the figure is laid out for.
    """
    return per_line(count, _room(names, size), LEAST)


def filter_paper(
    strips: Mapping[str, np.ndarray],
    ends: tuple[str, str],
    operator: tuple[str, Weights],
    modes: tuple[np.ndarray, np.ndarray | None],
    size: PaperSize,
) -> Figure:
    """Every operator's strip below each other, then the response and the energies; on a slide beside each other.

    Args:
        strips: {operator: (H, W, 3) uint8} what a position attends to over the frames.
        ends: what stands at the ends of their scale.
        operator: its key and its weights, numbers.
        modes: (K,) real parts of eigenvalues, and (K,) energies if they are known.
        size: what it is laid out for.
    """
    plots = _places(size)
    under = 0 if _flat(size) else max(bottom for _, bottom, _, _ in plots) + CURVE + HEAD
    left, limit = _names(strips), max(0.2, (size.tall - under - SCALE - EDGE) / len(strips) - GAP)  # inches of a strip
    highs = [min(_room(strips, size) * len(strip) / strip.shape[1], TALL, limit) for strip in strips.values()]
    whole = EDGE + sum(highs) + GAP * len(highs) + SCALE + under
    whole = size.tall if _flat(size) else whole
    fig, top = sheet(size, whole), whole - EDGE
    for (name, strip), high in zip(strips.items(), highs):
        axis = place(fig, left, top - high, high * strip.shape[1] / len(strip), high)
        bare(axis).imshow(strip, aspect="auto")
        write(fig, EDGE, top - high / 2, OPERATORS[name].title, fontsize=USUAL, va="center")
        top -= high + GAP
    _scale(fig, left, top - 0.16, ends)
    for draw, where in zip((_curve, _energies), plots):
        draw(place(fig, *where), *operator, *modes)
    return fig


def _flat(size: PaperSize) -> bool:
    """Whether a page is wider than high."""
    return size.tall < size.wide


def _room(names: Iterable[str], size: PaperSize) -> float:
    """Inches that the strips have across."""
    return size.wide * (STRIPS if _flat(size) else 1) - _names(names) - EDGE


def _places(size: PaperSize) -> list[tuple[float, float, float, float]]:
    """Left, bottom, width and height of both plots, in inches."""
    if _flat(size):
        start, high = STRIPS * size.wide + SIDE, size.tall / 2 - FOOT - HEAD
        return [(start, FOOT + down * size.tall / 2, size.wide - start - EDGE, high) for down in (1, 0)]
    if size.wide < BESIDE:
        return [(SIDE, FOOT + down * (FOOT + CURVE + HEAD), size.wide - SIDE - EDGE, CURVE) for down in (1, 0)]
    half = size.wide / 2
    return [(SIDE + right * half, FOOT, half - SIDE - EDGE, CURVE) for right in (0, 1)]


def _names(names: Iterable[str]) -> float:
    """Inches that the names of the operators take."""
    return max(span(OPERATORS[name].title, USUAL) for name in names) + 2 * EDGE + 0.04


def _scale(fig: Figure, left: float, bottom: float, ends: tuple[str, str]) -> None:
    """The colours of the strips, from a weight to a weight."""
    low, high = ends
    bar = left + span(low) + 0.06
    axis = bare(place(fig, bar, bottom, 0.8, 0.1))
    axis.imshow(np.linspace(0, 1, 255)[None], aspect="auto", cmap=SHADES, extent=(0, 1, 0, 1))
    write(fig, left, bottom + 0.05, low, va="center")
    write(fig, bar + 0.86, bottom + 0.05, f"{high} uniform weight", va="center")


def _curve(axis: Axes, name: str, weights: Weights, values: np.ndarray, energy: np.ndarray | None) -> None:
    """The response of the operator beside NL's, and where the eigenvalues are."""
    places = np.linspace(-1, 1, 201)
    if name != "nl":
        axis.plot(places, places, color=NL, linewidth=0.8, label="NL")
    axis.plot(places, response(name, places, weights), color=AFTER, linewidth=1.6, label=OPERATORS[name].title)
    inside = values[np.abs(values) <= 1]
    axis.plot(inside, np.zeros_like(inside), "|", color="black", markersize=5, label="eigenvalues")
    axis.axhline(0, color="0.7", linewidth=0.6, zorder=0)
    axis.yaxis.set_major_locator(MaxNLocator(5))
    _dress(axis, "response g(λ)")


def _energies(axis: Axes, name: str, weights: Weights, values: np.ndarray, energy: np.ndarray | None) -> None:
    """The energy of every mode before the filter and after it."""
    if energy is None or not len(energy):
        axis.text(0.5, 0.5, "modes do not span\nthe features", ha="center", va="center", fontsize=SMALL,
                  transform=axis.transAxes)  # fmt: skip
        axis.set_yticks([])
        _dress(axis, "energy")
        return
    floor = FAINTEST * max(energy.max(), FAINTEST)
    after = energy * np.abs(response(name, values, weights)) ** 2
    for part, colour, label in ((energy, BEFORE, "before"), (after, AFTER, "after")):
        axis.vlines(values, floor, np.maximum(part, floor), color=colour, linewidth=1.0)
        axis.plot(values, np.maximum(part, floor), "o", color=colour, markersize=2.5, label=label)
    axis.set_yscale("log")
    axis.yaxis.set_major_locator(LogLocator(numticks=5))
    axis.yaxis.set_major_formatter(LogFormatter())
    axis.minorticks_off()
    _dress(axis, "energy")


def _dress(axis: Axes, label: str) -> None:
    """What both plots have: names of the axes, and a legend above the plot."""
    axis.set_xlim(-1.05, 1.05)
    axis.xaxis.set_major_locator(MaxNLocator(5))
    axis.set_xlabel("eigenvalue λ of A", fontsize=USUAL, labelpad=1)
    axis.set_ylabel(label, fontsize=USUAL, labelpad=2)
    axis.tick_params(labelsize=SMALL)
    if axis.get_legend_handles_labels()[0]:
        above = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": 3, "borderaxespad": 0.1, "borderpad": 0.2}
        axis.legend(fontsize=SMALL, frameon=False, handlelength=1.4, columnspacing=1.0, **above)
