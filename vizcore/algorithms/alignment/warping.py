"""A walk along two sequences side by side, and the rules it keeps: step pattern, band, open ends.

rules, (N, M) - stretches -> the columns [lo, hi] that each row may use; what a walk is, once it is found
"""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class StepPattern:
    """Steps go down, right or both; straight ones pay the cost of the cell they land on once."""

    diagonal: float  # how often a diagonal step pays it
    note: str


PATTERNS = {
    "symmetric1": StepPattern(1.0, "every step costs the same: diagonal short cuts are cheap"),
    "symmetric2": StepPattern(2.0, "a diagonal step costs as much as the two straight ones it stands for"),
}


@dataclass(frozen=True)
class Rules:
    """What a walk may do."""

    pattern: str = "symmetric1"  # a key of PATTERNS
    band: int | None = None  # columns that a walk may stray from the straight line, to either side; None: anywhere
    open_begin: bool = False  # the first row may begin in any column, free of charge
    open_end: bool = False  # the last row may end in any column

    def __post_init__(self):
        if self.pattern not in PATTERNS:
            raise ValueError(f"want a pattern of {', '.join(PATTERNS)}, got {self.pattern!r}")
        if self.band is not None and not self.band >= 0:
            raise ValueError(f"want a band of 0 or more frames, or None, got {self.band}")

    def stretches(self, n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
        """(N,) first and (N,) last column of each row, int64: a Sakoe-Chiba band along the line from corner to corner.

        Stretches of neighbouring rows always meet, at the price of some more columns where the line is steep.
        """
        if self.band is None:
            return np.zeros(n, np.int64), np.full(n, m - 1, np.int64)
        centre = np.linspace(0, m - 1, n) if n > 1 else np.array([(m - 1) / 2])
        reach = max(self.band, 0.5) if n > 1 else m
        lo = np.ceil(centre - reach).astype(np.int64).clip(0)
        hi = np.floor(centre + reach).astype(np.int64).clip(max=m - 1)
        lo[1:] = np.minimum(lo[1:], hi[:-1] + 1)
        return lo, hi


@dataclass(frozen=True, eq=False)
class Walk:
    """Frames of two sequences in pairs, from their beginning to their end, in L steps."""

    path: np.ndarray  # (L, 2) int64: row and column, never falling; from (0, 0) to (N - 1, M - 1) unless ends are open
    total: float  # what the walk costs: every step pays for the cell it lands on, as often as its pattern says
    rules: Rules

    @property
    def distance(self) -> float:
        """Mean cost of what was paid for: fair between sequences of any length."""
        diagonals = int((np.diff(self.path, axis=0) == 1).all(1).sum())
        return self.total / (len(self.path) + (PATTERNS[self.rules.pattern].diagonal - 1) * diagonals)

    def __repr__(self) -> str:
        (row, column), (last_row, last_column) = self.path[[0, -1]].tolist()
        frames = f"frames {row} to {last_row} with {column} to {last_column}"
        return f"{type(self).__name__}({len(self.path)} steps, {frames}, mean cost {self.distance:.3g})"

    @property
    def partner(self) -> np.ndarray:
        """(N,) float64: the column that a row is paired with; the mean of them where it is paired with several."""
        rows, columns = self.path.T
        return np.bincount(rows, columns) / np.bincount(rows)


def widest_band(n: int, m: int, cells: int) -> int | None:
    """The widest band of an (N, M) table with at most this many cells kept for it; None where all of it may be kept.

    Args:
        n, m: frames of the two sequences, 1 or more.
        cells: how many may be kept.
    """
    if n * m <= cells:
        return None
    return max(math.floor((cells / n - 1) / 2) - math.ceil(m / n), 0)
