"""What a matching of patches says: one step (Matching), or every step of a clip composed into tracks (Tracks).

similarity (N, N), sigma (N,)                                    -> Matching
similarity (T-1, N, N), steps (T-1, N) - compose -> sigma (T, N) -> Tracks
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True, eq=False)
class Matching:
    """The patches of one frame, each matched with its own patch of the next."""

    sigma: np.ndarray  # (N,) int64 permutation: patch i became patch sigma[i]
    similarity: np.ndarray  # (N, N) float32 cosine, -1 to 1: rows the previous frame, columns the current one
    method: str  # a key of matching.METHODS
    undecided: np.ndarray  # (N,) bool: another pair would have done as well, up to rounding
    rounding: float  # how wrong a cosine may be

    @property
    def total(self) -> float:
        """Sum of the matched cosines, -N to N."""
        return float(_matched(self.similarity, self.sigma).sum(dtype=np.float64))

    @property
    def identity_total(self) -> float:
        """The same sum if every patch had stayed in place."""
        return float(np.trace(self.similarity, dtype=np.float64))

    @cached_property
    def margin(self) -> np.ndarray:
        """(N,) matched cosine minus the best other cosine of the row; nan where N is 1."""
        return _margin(self.similarity, self.sigma)

    def __repr__(self) -> str:
        count, moving = len(self.sigma), (self.sigma != np.arange(len(self.sigma))).mean()
        return f"Matching({count} patches, {self.method}, mean cosine {self.total / count:.2f}, moving {moving:.0%})"


@dataclass(frozen=True, eq=False)
class Tracks:
    """Every patch of a clip's first frame followed through T frames, one permutation a step."""

    steps: np.ndarray  # (T-1, N) int64: patch i of frame t became patch steps[t, i] of frame t + 1
    similarity: np.ndarray  # (T-1, N, N) float32 cosine: rows frame t, columns frame t + 1, raw patch order
    method: str  # a key of matching.METHODS
    undecided: np.ndarray | None = None  # (T-1, N) bool: another pair would have done as well, up to rounding
    rounding: float = 0.0  # how wrong a cosine may be

    def __post_init__(self):
        if self.undecided is None:
            object.__setattr__(self, "undecided", np.zeros(self.steps.shape, bool))

    def __repr__(self) -> str:
        gaps, count = self.steps.shape
        mean, moving = self.total.sum() / max(1, self.steps.size), 1 - self.identity_share.sum() / max(1, gaps)
        shape = f"{gaps} steps of {count} patches"
        return f"Tracks({shape}, {self.method}, mean cosine {mean:.2f}, moving {moving:.0%})"

    @cached_property
    def sigma(self) -> np.ndarray:
        """(T, N) int64: patch i of frame 0 is patch sigma[t, i] of frame t."""
        return compose(self.steps)

    @cached_property
    def matched(self) -> np.ndarray:
        """(T-1, N) cosine of each patch with its match in the next frame, by raw patch of frame t."""
        return _matched(self.similarity, self.steps)

    @cached_property
    def margin(self) -> np.ndarray:
        """(T-1, N) matched cosine minus the best other cosine of the row; nan where N is 1."""
        return _margin(self.similarity, self.steps)

    @property
    def overruled(self) -> np.ndarray:
        """(T-1, N) bool: the patch had a partner that is more similar beyond rounding, which went to another patch."""
        return self.margin < -2 * self.rounding

    @property
    def total(self) -> np.ndarray:
        """(T-1,) sum of the matched cosines of each step."""
        return self.matched.sum(-1, dtype=np.float64)

    @property
    def identity_total(self) -> np.ndarray:
        """(T-1,) the same sum if every patch had stayed in place."""
        return np.trace(self.similarity, axis1=1, axis2=2, dtype=np.float64)

    @property
    def identity_share(self) -> np.ndarray:
        """(T-1,) share of the patches that stay in place, 0 to 1."""
        return (self.steps == np.arange(self.steps.shape[1])).mean(-1)

    @property
    def mutual(self) -> np.ndarray:
        """(T-1, N) bool: no patch of frame t is more similar to the match, so the best way back returns here."""
        best = self.similarity.max(axis=1)  # (T-1, N) over rows: the best way back from each patch of frame t + 1
        return self.matched >= np.take_along_axis(best, self.steps, axis=1) - 2 * self.rounding

    def displacement(self, grid: tuple[int, int]) -> np.ndarray:
        """(T-1, N, 2) int64 move of each patch to the next frame, in patches: (rows down, columns right).

        Args:
            grid: (rows, columns) of patches, row by row; rows x columns = N.
        """
        rows, columns = grid
        count = self.steps.shape[1]
        if rows * columns != count:
            raise ValueError(f"want a grid of {count} patches, got {rows} x {columns} = {rows * columns}")
        here, there = np.arange(count), self.steps
        return np.stack([there // columns - here // columns, there % columns - here % columns], axis=-1)


def compose(steps: np.ndarray) -> np.ndarray:
    """Chain step permutations (..., T-1, N) into sigma (..., T, N): sigma[t] = steps[t-1][sigma[t-1]], sigma[0] = id.

    Permuting the rows of a similarity permutes its best matching likewise, so this equals matching each frame with
    the frame before as already aligned (where the optimum is unique), and the steps can be solved apart.
    """
    *batch, gaps, count = steps.shape
    sigma = np.empty((*batch, gaps + 1, count), np.int64)
    sigma[..., 0, :] = np.arange(count)
    for t in range(gaps):
        sigma[..., t + 1, :] = np.take_along_axis(steps[..., t, :], sigma[..., t, :], axis=-1)
    return sigma


def _matched(similarity: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    return np.take_along_axis(similarity, sigma[..., None], axis=-1)[..., 0]


def _margin(similarity: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    if similarity.shape[-1] == 1:
        return np.full(sigma.shape, np.nan, similarity.dtype)
    others = similarity.copy()
    np.put_along_axis(others, sigma[..., None], -np.inf, axis=-1)
    return _matched(similarity, sigma) - others.max(axis=-1)
