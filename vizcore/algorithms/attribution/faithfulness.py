"""What a heat map is worth: how the score falls when its hottest patches go, and how soon they alone bring it back.

    score, frames (T, H, W, 3), heat (T', h, w) - patches from hot to cold - hidden or shown step by step -> Curves
    heat (T', h, w), mask (T, H, W) - shares on the patch grid -> Foreground

Deletion and insertion are those of RISE (Petsiuk et al. 2018), on patches of a clip instead of pixels of an image: a
faithful map has a small area under deletion and a large one under insertion. The same curves for patches in no order
(heat of zeros, a few seeds) say what a map has to beat.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from vizcore.algorithms.ties import SLACK

Score = Callable[[np.ndarray], np.ndarray]  # (B, T, H, W, 3) uint8 -> (B,), such as the probability of a class


@dataclass(frozen=True, eq=False)
class Curves:
    """The score of one clip while patches are hidden (deletion) or shown (insertion), the hottest first."""

    share: np.ndarray  # (S + 1,) of all patches, from 0 to 1
    deletion: np.ndarray  # (S + 1,) scores: from the whole clip to nothing of it
    insertion: np.ndarray  # (S + 1,) scores: from nothing of it to the whole clip

    @property
    def deletion_area(self) -> float:
        """Mean score while patches go, by trapezoids: 0 to 1 for a probability. Small is faithful."""
        return float(np.trapezoid(self.deletion, self.share))

    @property
    def insertion_area(self) -> float:
        """Mean score while patches come, likewise. Large is faithful."""
        return float(np.trapezoid(self.insertion, self.share))

    @property
    def gap(self) -> float:
        """Insertion above deletion: 0 is what patches in no order reach on the average of many additive scores."""
        return self.insertion_area - self.deletion_area

    def __repr__(self) -> str:
        areas = f"deletion {self.deletion_area:.3g}, insertion {self.insertion_area:.3g}"
        return f"Curves({len(self.share) - 1} steps, {areas}, gap {self.gap:.3g})"


@dataclass(frozen=True)
class Foreground:
    """How heat and a known mask meet."""

    share: float  # of all heat that lies on the mask, 0 to 1; nan without heat
    area: float  # of all patches that the mask covers: the share that even heat would reach
    hit: float  # of the hottest patch that the mask covers, mean over the frames that have a mask; nan if none has

    @property
    def ratio(self) -> float:
        """Heat on the mask over that of even heat: 1 says that the map does not know the mask; nan without a mask."""
        return self.share / self.area if self.area else float("nan")


def curves(
    score: Score,
    frames: np.ndarray,
    heat: np.ndarray,
    steps: int = 20,
    replacement: str = "blur",
    batch: int = 8,
    seed: int = 0,
) -> Curves:
    """Deletion and insertion along a heat map.

    Args:
        score: the probability or logit that is explained, for a batch of clips.
        frames: (T, H, W, 3) uint8.
        heat: (T', h, w), finite; T' at most T. Patch (t, i, j) is that part of frames and pictures.
        steps: S, at least 1; of fewer patches than that, one for each.
        replacement: a key of REPLACEMENTS: what stands where a patch is hidden.
        batch: clips that are scored together.
        seed: of the order of patches that are equally hot.

    Raises:
        ValueError: a shape does not fit, heat is not finite, or a word is unknown.
    """
    heat = _checked(frames, heat, replacement)
    if min(steps, batch) < 1:
        raise ValueError(f"want at least 1 step and 1 clip at once, got {steps} and {batch}")
    order = patch_order(heat, seed)
    counts = np.unique(np.linspace(0, heat.size, min(steps, heat.size) + 1).round().astype(int))
    hidden = REPLACEMENTS[replacement](frames, heat.shape)
    cells = patch_numbers(frames.shape[:3], heat.shape)  # (T, H, W)
    rank = np.empty(heat.size, int)
    rank[order] = np.arange(heat.size)
    rank = rank[cells][..., None]  # (T, H, W, 1): a pixel is among the c hottest patches if its rank is below c

    def scores(before: np.ndarray, after: np.ndarray) -> np.ndarray:
        found = []
        for first in range(0, len(counts), batch):
            clips = [np.where(rank < count, after, before) for count in counts[first : first + batch]]
            found.append(np.asarray(score(np.stack(clips)), float).reshape(len(clips)))
        return np.concatenate(found)

    return Curves(counts / heat.size, scores(frames, hidden), scores(hidden, frames))


def baseline(
    score: Score, frames: np.ndarray, shape: tuple[int, int, int], seeds: Sequence[int], **settings
) -> list[Curves]:
    """Curves of patches in no order, one for each seed. Further arguments as for curves.

    Args:
        score: as for curves.
        frames: (T, H, W, 3) uint8.
        shape: (T', h, w) of the heat map that is compared.
        seeds: of the orders, one for each result.
        **settings: steps, replacement, batch and others of curves.
    """
    return [curves(score, frames, np.zeros(shape), seed=seed, **settings) for seed in seeds]


def patch_order(heat: np.ndarray, seed: int = 0) -> np.ndarray:
    """(T' h w,) int: the patches from hot to cold, those that are equally hot in an order that the seed draws.

    Rectified maps have many patches of heat 0; in the order of the grid they would go frame by frame. Patches are
    equally hot that rounding alone tells apart.
    """
    flat = np.asarray(heat, np.float32).ravel()
    rising = np.sort(flat)
    steps = np.diff(rising, prepend=rising[:1]) > SLACK * np.finfo(flat.dtype).eps * np.abs(flat).max(initial=0.0)
    level = np.cumsum(steps)[np.searchsorted(rising, flat)]  # equal numbers for what is equally hot
    drawn = np.random.default_rng(seed).permutation(flat.size)
    return drawn[np.argsort(-level[drawn], kind="stable")]


def patch_numbers(size: tuple[int, int, int], shape: tuple[int, int, int]) -> np.ndarray:
    """(T, H, W) int: the number of the patch, of T' h w, that each pixel of each frame belongs to."""
    t, y, x = (np.arange(length) * parts // length for length, parts in zip(size, shape))
    return np.ravel_multi_index(np.ix_(t, y, x), shape)


def foreground(heat: np.ndarray, mask: np.ndarray) -> Foreground:
    """How much of a heat map lies on a mask.

    Args:
        heat: (T', h, w) of at least 0, such as normalised maps.
        mask: (T', h, w) share of each patch that the mask covers, 0 to 1; on_grid makes it of masks in pixels.

    Raises:
        ValueError: the shapes differ, or heat or mask are out of their ranges.
    """
    heat, mask = np.asarray(heat, float), np.asarray(mask, float)
    if heat.shape != mask.shape or heat.ndim != 3 or not np.isfinite(heat).all() or heat.min() < 0:
        raise ValueError(f"want heat of at least 0 and a mask of its shape (T, h, w), got {heat.shape}, {mask.shape}")
    if not ((mask >= 0) & (mask <= 1)).all():
        raise ValueError(f"want a mask of shares from 0 to 1, got {mask.min()} to {mask.max()}")
    total = heat.sum()
    share = float((heat * mask).sum() / total) if total > 0 else float("nan")
    hottest = heat == heat.max(axis=(1, 2), keepdims=True)  # several, where they are equal: each counts for its part
    hit = (mask * hottest).sum(axis=(1, 2)) / hottest.sum(axis=(1, 2))
    shown = mask.any(axis=(1, 2))
    return Foreground(share, float(mask.mean()), float(hit[shown].mean()) if shown.any() else float("nan"))


def on_grid(mask: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """(T', h, w): how much of each patch a mask (T, H, W) of pixels covers, 0 to 1; the grid need not divide it."""
    if mask.ndim != 3 or any(parts > length for parts, length in zip(shape, mask.shape)):
        raise ValueError(f"want a mask (T, H, W) of at least {shape}, got {mask.shape}")
    time, rows, columns = (_overlap(length, parts) for length, parts in zip(mask.shape, shape))
    shares = np.einsum("at,thw,bh,cw->abc", time, mask.astype(float), rows, columns, optimize=True)
    return shares.clip(0, 1)  # sums of many small shares round to a little above 1


def blurred(frames: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """Every frame blurred so far that a patch shows its neighbourhood and nothing of itself."""
    patch = max(frames.shape[1] / shape[1], frames.shape[2] / shape[2])  # px
    return np.stack([cv2.GaussianBlur(frame, (0, 0), patch, borderType=cv2.BORDER_REFLECT) for frame in frames])


def mean_colour(frames: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """The mean colour of the clip."""
    colour = frames.reshape(-1, 3).mean(0).round().astype(np.uint8)
    return np.broadcast_to(colour, frames.shape)


def black(frames: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """Black: simple, but the edges of the hole are a picture of their own."""
    return np.zeros_like(frames)


REPLACEMENTS = {"blur": blurred, "mean colour": mean_colour, "black": black}


def _overlap(length: int, parts: int) -> np.ndarray:
    """(parts, length): how much of each of the equal parts each unit of the length makes up; rows of sum 1."""
    edges = np.arange(parts + 1) * length / parts
    units = np.arange(length)
    inside = np.minimum(edges[1:, None], units + 1) - np.maximum(edges[:-1, None], units)
    return inside.clip(0) * parts / length


def _checked(frames: np.ndarray, heat: np.ndarray, replacement: str) -> np.ndarray:
    heat = np.asarray(heat)
    if frames.ndim != 4 or frames.shape[-1] != 3 or frames.dtype != np.uint8:
        raise ValueError(f"want frames (T, H, W, 3) uint8, got {frames.shape} {frames.dtype}")
    if heat.ndim != 3 or 0 in heat.shape or any(parts > length for parts, length in zip(heat.shape, frames.shape)):
        raise ValueError(f"want heat (T, h, w) of at most {frames.shape[:3]}, got {heat.shape}")
    if not np.isfinite(heat).all():
        raise ValueError("want heat that is finite, got nan or infinity")
    if replacement not in REPLACEMENTS:
        raise ValueError(f"want a replacement of {', '.join(REPLACEMENTS)}, got {replacement!r}")
    return heat
