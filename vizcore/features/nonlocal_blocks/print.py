"""A filter on a graph for paper: what a position attends to, and what the filter does to each frequency.

strips, operator with its weights, eigenvalues with energies -> filter_paper, drawn by matplotlib
"""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS, Weights, response
from vizcore.figures.theme import OKABE_ITO

WIDE, LEFT, CURVE = 6.5, 0.7, 2.6  # inches: the figure, room for names, room for the curves
TALL = 1.0  # inches of a strip, at most
SMALL = 7  # pt
LEAST = 1e-9  # of the energy that is drawn


def filter_paper(
    strips: Mapping[str, np.ndarray],
    ends: tuple[str, str],
    operator: tuple[str, Weights],
    modes: tuple[np.ndarray, np.ndarray | None],
) -> Figure:
    """Black on white, WIDE inches across, for savefig.

    Args:
        strips: {operator: (H, W, 3) uint8} what a position attends to over the frames.
        ends: what stands at the ends of their scale.
        operator: its key and its weights, numbers.
        modes: (K,) real parts of eigenvalues, and (K,) energies if they are known.
    """
    across = WIDE - LEFT - 0.1
    highs = [min(across * len(strip) / strip.shape[1], TALL) for strip in strips.values()]
    whole = sum(highs) + 0.08 * len(highs) + CURVE + 0.25
    fig, top = Figure(figsize=(WIDE, whole), facecolor="white"), whole - 0.05
    for (name, strip), high in zip(strips.items(), highs):
        wide = min(across, high * strip.shape[1] / len(strip))
        axis = fig.add_axes([LEFT / WIDE, (top - high) / whole, wide / WIDE, high / whole])
        axis.imshow(strip, aspect="auto")
        axis.set_axis_off()
        fig.text(0.05 / WIDE, (top - high / 2) / whole, OPERATORS[name].title, fontsize=SMALL + 1, va="center")
        top -= high + 0.08
    fig.text(LEFT / WIDE, (top - 0.1) / whole, f"colours: {ends[0]} to {ends[1]} uniform", fontsize=SMALL)
    half = (WIDE - 2 * LEFT) / 2
    sides = [
        fig.add_axes([(LEFT + k * (half + LEFT)) / WIDE, 0.45 / whole, (half - 0.05) / WIDE, (CURVE - 0.95) / whole])
        for k in range(2)
    ]
    _curve(sides[0], *operator, modes[0])
    _energies(sides[1], *operator, *modes)
    return fig


def _curve(axis, name: str, weights: Weights, values: np.ndarray) -> None:
    places = np.linspace(-1, 1, 201)
    axis.plot(places, places, color=OKABE_ITO["vermilion"], linewidth=0.8, label="NL")
    axis.plot(
        places, response(name, places, weights), color=OKABE_ITO["blue"], linewidth=1.6, label=OPERATORS[name].title
    )
    inside = values[np.abs(values) <= 1]
    axis.plot(inside, np.zeros_like(inside), "|", color="black", markersize=5, label="eigenvalues")
    axis.axhline(0, color="0.7", linewidth=0.6, zorder=0)
    axis.set_xlabel("eigenvalue λ of A", fontsize=SMALL + 1)
    axis.set_ylabel("g(λ)", fontsize=SMALL + 1)
    axis.tick_params(labelsize=SMALL)
    axis.legend(fontsize=SMALL, frameon=False)


def _energies(axis, name: str, weights: Weights, values: np.ndarray, energy: np.ndarray | None) -> None:
    axis.set_xlabel("eigenvalue λ of A", fontsize=SMALL + 1)
    axis.set_ylabel("energy", fontsize=SMALL + 1)
    axis.tick_params(labelsize=SMALL)
    if energy is None or not len(energy):
        axis.text(0.5, 0.5, "modes do not span the features", ha="center", fontsize=SMALL, transform=axis.transAxes)
        return
    floor = LEAST * max(energy.max(), LEAST)
    after = energy * np.abs(response(name, values, weights)) ** 2
    for part, colour, label in ((energy, "0.6", "before"), (after, OKABE_ITO["blue"], "after")):
        axis.vlines(values, floor, np.maximum(part, floor), color=colour, linewidth=1.0)
        axis.plot(values, np.maximum(part, floor), "o", color=colour, markersize=2.5, label=label)
    axis.set_yscale("log")
    axis.set_xlim(-1.05, 1.05)
    axis.legend(fontsize=SMALL, frameon=False, loc="upper left")
