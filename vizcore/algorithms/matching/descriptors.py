"""What a patch looks like, in numbers that need no training: colours and edges of the patch and its surroundings.

    frames (T, H, W, 3) - resize -> (T, rows 8, columns 8, 3) Lab - means of 4 px cells - window -> (T, N, C)

A patch has 2 x 2 cells. Its window reaches 3 cells further on every side and fades with the distance, because a patch
alone is seldom unlike all others: on real clips the surroundings turn a matching that is worse than staying in place
into one that follows motion (`python -m benchmarks.flow_agreement`). Everything is centred without looking at other
patches or frames, so that cosines of unrelated patches lie around 0.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

PATCH = 8  # px of a patch after resizing, whatever the frame's size; 2 x 2 cells
CELL = 4
REACH = 3  # cells that a window goes beyond its patch on every side
FADE = 1.5  # patches: standard deviation of the window's weights
BINS = 8  # directions of an edge, over the full turn: dark-to-light differs from light-to-dark
FAINT_COLOUR = 0.05  # colours this near to grey, and edges this weak, count as "nothing", which is like "nothing"
FAINT_EDGE = 0.03


@dataclass(frozen=True)
class Descriptor:
    """One way to describe patches."""

    describe: Callable[[np.ndarray, tuple[int, int]], np.ndarray]  # (T, H, W, 3) uint8, (rows, columns) -> (T, N, C)
    about: str  # one line for people


def describe(frames: np.ndarray, grid: tuple[int, int], name: str = "colour + gradient") -> np.ndarray:
    """Describe every patch of a clip.

    Args:
        frames: (T, H, W, 3) uint8 RGB, of any size.
        grid: (rows, columns) of equal patches; they need not divide the frame.
        name: a key of DESCRIPTORS.

    Returns:
        (T, N, C) float32, N = rows x columns, row by row. Compare by cosine, as matching does.

    Raises:
        ValueError: the frames are not (T, H, W, 3) uint8 or empty, the grid is empty, or the name is unknown.
    """
    if frames.ndim != 4 or frames.shape[-1] != 3 or frames.dtype != np.uint8 or 0 in frames.shape:
        raise ValueError(f"want frames (T, H, W, 3) uint8, got {frames.shape} {frames.dtype}")
    if len(grid) != 2 or min(grid) < 1:
        raise ValueError(f"want a grid of (rows, columns), at least 1 each, got {grid}")
    if name not in DESCRIPTORS:
        raise ValueError(f"want a descriptor of {', '.join(DESCRIPTORS)}, got {name!r}")
    return DESCRIPTORS[name].describe(frames, tuple(grid))


def pixels(frames: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """(T, N, 195): the 8 x 8 colours of each patch about their mean, and the mean about mid-grey."""
    rows, columns = grid
    small = _resized(frames, grid).astype(np.float32) / 255
    patches = small.reshape(len(small), rows, PATCH, columns, PATCH, 3).swapaxes(2, 3)
    patches = patches.reshape(len(small), rows * columns, PATCH**2, 3)
    mean = patches.mean(axis=2, keepdims=True)
    detail = (patches - mean).reshape(*patches.shape[:2], -1) / PATCH  # at this scale: their standard deviation
    return np.concatenate([detail, mean[:, :, 0] - 0.5], axis=-1)


def colour(frames: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """(T, N, 193): the mean Lab colour of each of the 8 x 8 cells of the window."""
    return _colour(_lab(frames, grid), grid, REACH)


def gradient(frames: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """(T, N, 513): how strong the edges of each direction are in each cell (after Dalal & Triggs 2005)."""
    return _gradient(_lab(frames, grid), grid, REACH)


def colour_and_gradient(frames: np.ndarray, grid: tuple[int, int], reach: int = REACH) -> np.ndarray:
    """(T, N, 706): both side by side, each of length 1, so that their cosine is the mean of the two cosines.

    Args:
        frames: (T, H, W, 3) uint8 RGB.
        grid: (rows, columns) of patches.
        reach: cells of surroundings on every side, 0 or more.
    """
    lab = _lab(frames, grid)
    return np.concatenate([_colour(lab, grid, reach), _gradient(lab, grid, reach)], axis=-1)


def patch_alone(frames: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """(T, N, 46): colour and gradient without any surroundings."""
    return colour_and_gradient(frames, grid, reach=0)


DESCRIPTORS = {
    "colour + gradient": Descriptor(colour_and_gradient, "colours and edges of the patch and its surroundings"),
    "colour": Descriptor(colour, "colours of the patch and its surroundings"),
    "gradient": Descriptor(gradient, "directions of the edges in the patch and its surroundings"),
    "patch alone": Descriptor(patch_alone, "colours and edges of the patch without its surroundings"),
    "pixels": Descriptor(pixels, "the raw pixels of the patch without its surroundings"),
}


def _resized(frames: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """(T, rows 8, columns 8, 3) uint8: every patch 8 x 8 px, whether or not the grid divides the frame."""
    size = grid[1] * PATCH, grid[0] * PATCH
    return np.stack([cv2.resize(frame, size, interpolation=cv2.INTER_AREA) for frame in frames])


def _lab(frames: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """(T, rows 8, columns 8, 3) float32: lightness 0 to 1, and two colour axes from about -1 to 1."""
    small = _resized(frames, grid).astype(np.float32) / 255
    return np.stack([cv2.cvtColor(frame, cv2.COLOR_RGB2LAB) for frame in small]) / np.float32(100)


def _colour(lab: np.ndarray, grid: tuple[int, int], reach: int) -> np.ndarray:
    """(T, N, 3 (2 + 2 reach)^2 + 1)."""
    centred = (lab - np.float32([0.5, 0, 0])) * np.float32([1, 2, 2])  # hue outlives a change of light
    windows = _windows(_cells(centred, soft=reach > 0), grid, reach) * _weights(reach)
    return _unit(windows.reshape(*windows.shape[:2], -1), FAINT_COLOUR)


def _gradient(lab: np.ndarray, grid: tuple[int, int], reach: int) -> np.ndarray:
    """(T, N, 8 (2 + 2 reach)^2 + 1)."""
    right = np.stack([cv2.Sobel(frame[..., 0], cv2.CV_32F, 1, 0, scale=1 / 8) for frame in lab])
    down = np.stack([cv2.Sobel(frame[..., 0], cv2.CV_32F, 0, 1, scale=1 / 8) for frame in lab])
    turn = np.arange(BINS, dtype=np.float32) * np.float32(2 * np.pi / BINS)
    edges = np.maximum(right[..., None] * np.cos(turn) + down[..., None] * np.sin(turn), 0)  # (T, H, W, BINS)
    roots = np.sqrt(_cells(edges, soft=reach > 0))  # the root keeps one strong edge from ruling the window
    weights = _weights(reach)
    windows = _windows(roots, grid, reach)  # (T, N, BINS, side, side)
    windows = (windows - (windows * weights**2).sum(axis=(-3, -2, -1), keepdims=True) / BINS) * weights
    return _unit(windows.reshape(*windows.shape[:2], -1), FAINT_EDGE)


def _cells(maps: np.ndarray, soft: bool) -> np.ndarray:
    """(T, H, W, C) -> (T, H/4, W/4, C) means; soft: blurred by [1 2 1]/4, so that small moves change little."""
    time, height, width, channels = maps.shape
    means = maps.reshape(time, height // CELL, CELL, width // CELL, CELL, channels).mean(axis=(2, 4))
    if not soft:
        return means
    padded = np.pad(means, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    down = (padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]) / 4
    return (down[:, :, :-2] + 2 * down[:, :, 1:-1] + down[:, :, 2:]) / 4


def _windows(cells: np.ndarray, grid: tuple[int, int], reach: int) -> np.ndarray:
    """(T, rows 2, columns 2, C) -> (T, N, C, 2 + 2 reach, 2 + 2 reach): each patch's cells and those around it."""
    per = PATCH // CELL
    side = per + 2 * reach
    padded = np.pad(cells, ((0, 0), (reach, reach), (reach, reach), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(1, 2))[:, ::per, ::per]
    return windows.reshape(len(cells), grid[0] * grid[1], -1, side, side)


def _weights(reach: int) -> np.ndarray:
    """(2 + 2 reach, 2 + 2 reach) float32, fading outwards; its squares sum to 1."""
    per = PATCH // CELL
    side = per + 2 * reach
    away = (np.arange(side) - (side - 1) / 2) / per  # patches from the middle
    weights = np.exp(-(away[:, None] ** 2 + away**2) / (4 * FADE**2))  # a root of the Gaussian: a cosine squares it
    return (weights / np.linalg.norm(weights)).astype(np.float32)


def _unit(vectors: np.ndarray, faint: float) -> np.ndarray:
    """One more component, `faint`, then length 1: weak vectors become alike instead of pointing where noise points."""
    length = np.sqrt(np.einsum("...c,...c->...", vectors, vectors) + faint**2)[..., None]
    vectors /= length
    return np.concatenate([vectors, faint / length], axis=-1)
