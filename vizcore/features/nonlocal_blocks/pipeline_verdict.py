"""What non-local blocks do, in one sentence: the verdicts of this feature's results.

affinities -> sentence;  eigenvalues, energies -> sentence;  gains of trainings, printed tables -> sentence
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from vizcore.algorithms.nonlocal_blocks.edges import SYMMETRIC, UNNORMALISED
from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS

HALF = 0.5  # eigenvalues above it are of slow modes
CLOSE = 0.01  # of an energy: filters that differ by less do the same
STILL = 1e-6  # imaginary part below which an eigenvalue is real
NO_TABLE = "No block was trained here."


class GainLike(Protocol):
    """A block less no block; shares of -1 to 1."""

    title: str
    mean: float
    low: float
    high: float
    seeds: int


def attention_verdict(rows: Mapping[str, np.ndarray], chosen: str, target: np.ndarray | None, what: str) -> str:
    """Where the attention of one position goes, by the chosen operator and beside the others.

    Args:
        rows: {operator: (T, rows, columns)} what the position attends to, the chosen one among them.
        chosen: a key of rows.
        target: (T, rows, columns) bool, the positions of what it might attend to; None where nobody knows any.
        what: these are, in words.
    """
    title, parts = OPERATORS[chosen].title, {name: _shares(row) for name, row in rows.items()}
    if parts[chosen].size == 1:
        return "There is one position: it attends to itself."
    if not parts[chosen].any():
        return f"{title} attends to nothing from here: all of its scores are 0."
    if target is None or not target.any():
        return _spread(parts, chosen)
    found = {name: float(part[target].sum()) for name, part in parts.items() if part.any()}
    others = {name: share for name, share in found.items() if name != chosen}
    words = f"{title} puts {found[chosen]:.0%} of its attention weight on {what} ({target.mean():.0%} of the positions)"
    if not others:
        return f"{words}."
    most, least = max(others, key=others.get), min(others, key=others.get)
    high = f"{OPERATORS[most].title} the most ({others[most]:.0%})"
    low = f"{OPERATORS[least].title} the least ({others[least]:.0%})"
    if found[chosen] >= others[most]:
        return f"{words}, the most of all operators; {low}."
    if found[chosen] <= others[least]:
        return f"{words}, the least of all operators; {high}."
    return f"{words}; {high}, {low}."


def eigenvalues_verdict(chosen: str, kind: str, values: np.ndarray, why_not: str, complex_ones: Sequence[str]) -> str:
    """What kind of frequencies a graph has.

    Args:
        chosen: its operator.
        kind: of the graph, as edges.py names it.
        values: (K,) eigenvalues; (0,) where they are not known.
        why_not: in a few words, where the modes do not span what is filtered or cannot be found.
        complex_ones: titles of the other operators whose graphs have complex eigenvalues.
    """
    title = OPERATORS[chosen].title
    if not len(values):
        return f"{title}'s eigenvalues are not known: {why_not}." if why_not else f"{title}'s graph has no edge at all."
    turning = int((np.abs(np.imag(values)) > STILL).sum())
    many, are = (f"{len(values):,} eigenvalues", "are") if len(values) > 1 else ("one eigenvalue", "is")
    if kind == SYMMETRIC:
        ends = f"from {_number(values.real.min())} to {_number(values.real.max())}"
        words = f"{title}'s graph is symmetric: its {many} {are} real, {ends}"
    elif turning:
        words = f"{title}'s graph is not symmetric: {turning:,} of its {many} are complex"
    else:
        words = f"{title}'s graph is not symmetric, yet its {many} {are} real"
    if why_not:
        return f"{words}, but {why_not}."
    return f"{words}; {_and(complex_ones)} {_have(complex_ones)} complex ones." if complex_ones else f"{words}."


def filter_verdict(name: str, kind: str, energies: tuple[float, float], kept: tuple[float, float], why_not: str) -> str:
    """What a filter does to slow modes and to fast ones.

    Args:
        name: its operator.
        kind: of the graph, as edges.py names it.
        energies: of the features in slow modes and in fast ones; no numbers where there is no spectrum.
        kept: the same behind the filter.
        why_not: in a few words, where there is no spectrum.
    """
    title, total = OPERATORS[name].title, sum(energies)
    if why_not:
        return f"{title} has no frequencies here: {why_not}. What comes out is the direct form."
    if not total > 0:
        return "All positions have the same features: there is nothing to filter."
    if kind == UNNORMALISED:
        return (
            f"{title} multiplies the energy by {_number(sum(kept) / total)} here, but its weights are of any size: "
            "on another clip the same W is another filter."
        )
    if not sum(kept) > 0:
        return f"As set, {title} adds nothing: it removes every mode."
    caveat = "" if kind == SYMMETRIC else "; its modes are not orthogonal, so these do not add up"
    slow, fast = (after / before if before > 0 else np.nan for before, after in zip(energies, kept))
    if np.isnan(slow) or np.isnan(fast):
        which, factor = ("fast", fast) if np.isnan(slow) else ("slow", slow)
        return f"All energy is in {which} modes, and {title} multiplies it by {_number(factor)}{caveat}."
    shape = "low-pass" if slow > fast else "high-pass"
    if abs(slow - fast) <= CLOSE * max(slow, fast):
        return f"As set, {title} treats slow and fast modes alike: energy times {_number(slow)}{caveat}."
    return (
        f"As set, {title} is {shape}: the energy of slow modes (λ > {HALF:g}) times {_number(slow)}, "
        f"that of fast ones times {_number(fast)}{caveat}."
    )


def gains_verdict(found: Sequence[GainLike], alike: Sequence[tuple[str, str]]) -> str:
    """Which block gains most over no block, in trainings of this project.

    Args:
        found: one for each block.
        alike: pairs of titles whose intervals overlap.
    """
    if not found:
        return NO_TABLE
    best = max(found, key=lambda one: one.mean)
    words = f"{best.title} gains most over no block: {_points(best.mean)} points"
    if np.isfinite(best.low):
        words += f" (95 % interval {_points(best.low)} to {_points(best.high)}, {best.seeds} trainings)"
    same = [one if other == best.title else other for one, other in alike if best.title in (one, other)]
    return f"{words}; {_and(same)} cannot be told from it." if same else f"{words}, and no other interval overlaps."


def printed_verdict(number: str, measure: str, differences: Sequence[tuple[str, tuple[float, ...]]]) -> str:
    """Which method gains most by a printed table, and how many fall behind no block.

    Args:
        number: of the table.
        measure: its first one.
        differences: (method, points over its own base by each measure).
    """
    best, points = max(differences, key=lambda one: one[1][0])
    worse = [name for name, values in differences if values[0] < 0]
    words = f"Printed in Table {number}: {best} gains most over no block, {_sign(points[0])} points of {measure}"
    return f"{words}; {_and(worse)} {'falls' if len(worse) == 1 else 'fall'} behind it." if worse else f"{words}."


def _spread(parts: Mapping[str, np.ndarray], chosen: str) -> str:
    """On how many positions half of the weight lies."""
    counts = {name: _half(part) for name, part in parts.items() if part.any()}
    mine, size = counts.pop(chosen), parts[chosen].size
    title = OPERATORS[chosen].title
    words = f"Half of {title}'s attention weight lies on {mine:,} of {size:,} positions"
    if not counts or set(counts.values()) == {mine}:
        return f"{words}; the other operators spread it alike." if counts else f"{words}."
    widest, narrowest = max(counts, key=counts.get), min(counts, key=counts.get)
    beside = [f"that of {OPERATORS[widest].title} on {counts[widest]:,}"] if counts[widest] > mine else []
    if counts[narrowest] < mine:
        beside.append(f"that of {OPERATORS[narrowest].title} on {counts[narrowest]:,}")
    return f"{words}, {_and(beside)}."


def _half(part: np.ndarray) -> int:
    """The fewest positions that have half of the weight; rounding aside."""
    return int(np.searchsorted(np.sort(part, axis=None)[::-1].cumsum(), 0.5 - 1e-6)) + 1


def _shares(row: np.ndarray) -> np.ndarray:
    total = np.abs(row).sum()
    return np.abs(row) / total if total > 0 else np.zeros_like(row)


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _have(words: Sequence[str]) -> str:
    return "has" if len(words) == 1 else "have"


def _number(value: float) -> str:
    """Three digits, with a minus that is one."""
    rounded = float(f"{value:.3g}") if abs(value) >= 5e-4 else 0.0
    return f"{rounded:g}".replace("-", "−")


def _points(share: float) -> str:
    return _sign(100 * share, ".1f")


def _sign(value: float, form: str = ".2f") -> str:
    return f"{value:+{form}}".replace("-", "−")
