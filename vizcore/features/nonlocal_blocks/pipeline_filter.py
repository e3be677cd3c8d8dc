"""The frequencies of a block's graph, and its filter on them: found once, then turned by sliders at no cost.

Nodes, operator -> frequencies -> Frequencies: eigenvalues, energy, modes         seconds where N is large
Frequencies, W, h -> filtered -> Filtered: what comes out, directly and through the spectrum
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS, Weights
from vizcore.algorithms.nonlocal_blocks.spectral import WHOLE, Signal, Spectrum, response, spectrum, through
from vizcore.features.nonlocal_blocks.pipeline import Nodes, Source, nodes_of
from vizcore.features.nonlocal_blocks.pipeline_blocks import (
    FAMILIES,
    KINDS,
    BlockSettings,
    GraphBlock,
    block_of,
    rows_of,
    trained_block,
)
from vizcore.features.nonlocal_blocks.pipeline_verdict import HALF, filter_verdict
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr

TINY = 1e-30  # where no mode of a group carries anything, their mean is still one
SIGNALS = ("1st direction", "2nd direction", "3rd direction", "brightness")


@dataclass(frozen=True, eq=False)
class Frequencies:
    """The spectrum of one block's graph, and the features in terms of it."""

    block: GraphBlock
    values: np.ndarray  # (K,) eigenvalues of A; (0,) where there are too many nodes for them
    spectrum: Spectrum | None  # None where the modes do not span what is to be filtered, or were not to be found
    signal: Signal | None  # Z, or of CGNL all of its channels as nodes
    why_not: str  # a sentence where there is no spectrum
    seconds: float = field(metadata={"measured": True})  # that it took

    __repr__ = short_repr(
        lambda found: (
            f"{found.block.name}, {found.block.graph.count:,} nodes, {len(found.values):,} eigenvalues, "
            f"largest {np.abs(found.values).max(initial=0.0):.3f}"
        )
    )

    @property
    def energy(self) -> np.ndarray | None:
        """(K,) of the features in every mode."""
        return None if self.signal is None else self.signal.energy

    @property
    def reason(self) -> str:
        """Why there is no spectrum, in a few words; empty where there is one."""
        if self.spectrum is not None:
            return ""
        if len(self.values):
            return "its modes do not span the features"
        return f"{self.block.graph.count:,} nodes are too many to find its modes"

    def of(self, block: GraphBlock) -> "Frequencies":
        """The same for another operator on the same graph and values."""
        return replace(self, block=block)


@dataclass(frozen=True, eq=False)
class Filtered:
    """What a block adds to its input, before norm and ReLU, with numbers as W."""

    nodes: Nodes
    frequencies: Frequencies
    weights: Weights
    direct: np.ndarray  # (N, V) by products with A
    spectral: np.ndarray | None  # (N, V) through the modes that are known; None where there are none
    rows: dict[str, np.ndarray]  # what the position attends to by each operator

    __repr__ = short_repr(
        lambda found: (
            f"{found.frequencies.block.name}, {len(found.nodes.features):,} positions, "
            f"{found.direct.shape[1]} channels, {len(found.gains):,} modes, direct against spectral {found.error:.1e}"
        )
    )

    @property
    def verdict(self) -> str:
        """What the filter does to slow modes and to fast ones, in one sentence."""
        found = self.frequencies
        energies, kept = (0.0, 0.0), (0.0, 0.0)
        if found.signal is not None:
            rest, gain = found.signal.rest_energy, response(found.block.name, np.zeros(1), self.weights)[0]
            energies = _slow_and_fast(found, found.energy, rest)
            kept = _slow_and_fast(found, found.energy * np.abs(self.gains) ** 2, rest * abs(gain) ** 2)
        return filter_verdict(found.block.name, found.block.graph.kind, energies, kept, found.reason)

    @property
    def error(self) -> float:
        """The largest difference of both forms, as a share of the direct one's largest number; nan without modes."""
        if self.spectral is None:
            return float("nan")
        largest = np.abs(self.direct).max()
        return float(np.abs(self.direct - self.spectral).max() / largest) if largest > 0 else 0.0

    @property
    def gains(self) -> np.ndarray:
        """(K,) what every mode is multiplied by."""
        return response(self.frequencies.block.name, self.frequencies.values, self.weights)


def frequencies(
    path: str | Path,
    *,
    operator: str = "snl",
    kind: str = BlockSettings.kind,
    seed: int = BlockSettings.seed,
    sharpness: float = BlockSettings.sharpness,
    context: Context | None = None,
    **where,
) -> Frequencies:
    """The frequencies of an operator on a clip.

    Args:
        path: as of nodes_of.
        operator: a key of OPERATORS.
        kind, seed, sharpness: of How.
        where: other arguments of nodes_of.

    Raises:
        VideoError, ValueError: as nodes_of and block_of, or the graph is too large or has no modes that span it.
    """
    context = context or default_context()
    nodes = nodes_of(path, context=context, **where)
    block = block_of(nodes, operator, BlockSettings(kind, seed, sharpness))
    context.progress(1, 2, f"finding the frequencies of {block.graph.count:,} nodes")
    return analysed(block)


def analysed(block: GraphBlock) -> Frequencies:
    """The spectrum of a block's graph, and its values in terms of it; what cannot be had of these is said."""
    began = perf_counter()
    try:
        found = spectrum(block.graph)
    except ValueError as refusal:
        values = _values_alone(block)
        return Frequencies(block, values, None, None, f"{refusal}.", perf_counter() - began)
    signal = found.analysed(block.graph.nodes(block.z).double().numpy())
    return Frequencies(block, found.values, found, signal, "", perf_counter() - began)


def filtered(nodes: Nodes, found: Frequencies, weights: Weights, rows: dict[str, np.ndarray]) -> Filtered:
    """Both forms of a filter whose spectrum is known.

    Args:
        nodes: N positions with features.
        found: the spectrum of an operator on them.
        weights: W, W_h and h of the operator, as numbers.
        rows: {operator: (T, rows, columns)} of a position, for the result; may be empty.
    """
    block = found.block
    direct = OPERATORS[block.name].direct(block.graph, block.z, weights).detach().numpy()
    spectral = None
    if found.spectrum is not None:
        spectral = through(found.spectrum, block.name, block.graph, block.z, weights).numpy()
    return Filtered(nodes, found, weights, direct, spectral, rows)


def filter_clip(
    path: str | Path,
    *,
    operator: Literal[*OPERATORS] = "snl",
    out: tuple[float, ...] = (),
    inner: float = 1.0,
    h: float = 1.0,
    position: int = 0,
    source: Source = "colour + gradient",
    kind: Literal[*KINDS] = BlockSettings.kind,
    seed: int = BlockSettings.seed,
    sharpness: float = BlockSettings.sharpness,
    context: Context | None = None,
    **where,
) -> Filtered:
    """Everything that the page shows of one operator on a clip: affinities, frequencies and what comes out.

    Args:
        path: as of nodes_of.
        operator: the non-local block.
        out: its weights W, as numbers, one for each term; all 1 where none are given.
        inner: the weight W_h of cayley-printed and cayley-code.
        h: the zoom of the exact Cayley filter.
        position: whose affinities are wanted, 0 to N - 1.
        source: what describes a position: one of these, or the name of a model.
        kind: where theta, phi and value are from.
        seed: of random ones.
        sharpness: scores are multiplied by it; not those of trained weights.
        where: other arguments of nodes_of.

    Raises:
        VideoError, ValueError: as frequencies; there is no such position.
    """
    settings = {"source": source, "kind": kind, "seed": seed, "sharpness": sharpness}
    found = frequencies(path, operator=operator, context=context, **settings, **where)
    nodes = nodes_of(path, source=source, context=context, **where)
    if not 0 <= position < len(nodes.features):
        raise ValueError(f"want a position of 0 to {len(nodes.features) - 1}, got {position}")
    rows = rows_of(nodes, tuple(FAMILIES), position, BlockSettings(kind, seed, sharpness))
    ones = (1.0,) * (OPERATORS[operator].outs or 2)  # 0: as many as one likes
    return filtered(nodes, found, Weights(tuple(out) or ones, inner=inner, h=h), rows)


def _slow_and_fast(found: Frequencies, energy: np.ndarray, rest: float) -> tuple[float, float]:
    """Energies (K,) of modes summed: of slow ones, and of fast ones with what lies in no known mode."""
    slow = np.real(found.values) > HALF
    return float(energy[slow].sum()), float(energy[~slow].sum() + rest)


def learnt(found: Frequencies) -> np.ndarray | None:
    """(K,) how long each mode of the features is behind the W that its pairs net has learnt, over how long it was.

    None where there is no spectrum, no net of this very operator, or every channel is a node.
    """
    name, graph = found.block.name, found.block.graph
    if found.signal is None or OPERATORS[name].learnt or getattr(graph, "channels", 1) != 1:
        return None
    weights = trained_block(name).weights()
    before = found.signal.coefficients  # (K, V)
    terms = OPERATORS[name].terms(found.values, weights)
    after = sum(part[:, None] * (before @ matrix.double().numpy()) for part, matrix in terms)  # (K, C)
    return np.linalg.norm(after, axis=1) / np.maximum(np.linalg.norm(before, axis=1), TINY)


def signal_of(nodes: Nodes, z: Tensor, name: str) -> tuple[np.ndarray, np.ndarray | None]:
    """One number for each position, less their mean: (N,); and the direction (V,) of z that it is, None if of none.

    Args:
        nodes: N positions with features.
        z: (N, V) values of a block.
        name: of SIGNALS; a direction that z has not, or a brightness without frames, gives the 1st direction.
    """
    if name == "brightness" and nodes.brightness is not None:
        return nodes.brightness - nodes.brightness.mean(), None
    values = z.double().numpy()
    centred = values - values.mean(0)
    directions = np.linalg.svd(centred, full_matrices=False)[2]
    which = SIGNALS.index(name) if name in SIGNALS[:3] else 0
    direction = directions[min(which, len(directions) - 1)]
    direction = direction * np.sign(direction[np.abs(direction).argmax()])
    return centred @ direction, direction


def attended(block: GraphBlock, signal: np.ndarray, direction: np.ndarray | None) -> np.ndarray:
    """A applied to a signal (N,); where every channel is a node, to Z, of which the direction is then taken.

    Args:
        block: an operator on N nodes.
        signal: (N,) one number for each position.
        direction: (V,) of Z that the signal is; None where it is none.

    Raises:
        ValueError: every channel is a node and the signal is none of Z.
    """
    if getattr(block.graph, "channels", 1) == 1:
        return block.graph.apply(torch.from_numpy(signal).to(block.z)[:, None])[:, 0].double().numpy()
    if direction is None:
        raise ValueError("want a direction of the features for CGNL, which mixes channels; the brightness is none")
    return block.graph.apply(block.z - block.z.mean(0)).double().numpy() @ direction


def _values_alone(block: GraphBlock) -> np.ndarray:
    """Eigenvalues of a graph whose modes do not span all signals; (0,) where it is too large."""
    if block.graph.count > WHOLE:
        return np.zeros(0)
    values = np.linalg.eigvals(block.graph.matrix().double().numpy())
    return values[np.lexsort((values.imag, -values.real))]
