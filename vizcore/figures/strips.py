"""Frames side by side: a film strip with a track, and frames re-ordered as temporal attention sees them.

frames (T, H, W, 3) -> filmstrip (h, w, 3), rearranged_strip (T, H', W', 3)
colours (T, N, 3) -> colour_strip (T, H, W, 3)
"""

import cv2
import numpy as np

from vizcore.figures.theme import OKABE_ITO

GAP = 4  # px between frames of a strip
PALE = (200, 200, 200)  # grid lines, drawn thinly over the frame


def filmstrip(
    frames: np.ndarray,
    grid: tuple[int, int],
    picked: np.ndarray | None = None,
    *,
    across: int | None = None,
    width: int = 240,
) -> np.ndarray:
    """Frames in rows, with the patch grid and the outline of the picked patch in each.

    Args:
        frames: (T, H, W, 3) uint8 RGB.
        grid: (rows, columns) of patches.
        picked: (T,) the patch of each frame that is outlined, as Tracks.sigma[:, patch] gives it.
        across: frames in a row; None for all in one.
        width: px of one frame in the strip.

    Returns:
        (h, w, 3) uint8 RGB; gaps and the free places of the last row are white.

    Raises:
        ValueError: the patches are not one a frame, or are outside the grid.
    """
    if picked is not None and (len(picked) != len(frames) or not all(0 <= k < grid[0] * grid[1] for k in picked)):
        raise ValueError(f"want {len(frames)} patches of 0 to {grid[0] * grid[1] - 1}, got {np.asarray(picked)}")
    height = max(1, round(width * frames.shape[1] / frames.shape[2]))
    small = [cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA) for frame in frames]
    lined = [_with_grid(frame, grid) for frame in small]
    if picked is not None:
        lined = [_with_outline(frame, grid, int(patch)) for frame, patch in zip(lined, picked)]
    return tile(np.stack(lined), across or len(frames))


def tile(pictures: np.ndarray, across: int) -> np.ndarray:
    """Pictures (T, H, W, 3) in rows of `across`, white between and behind them: (h, w, 3)."""
    count, height, width, _ = pictures.shape
    rows = -(-count // across)
    sheet = np.full((rows * (height + GAP) - GAP, min(across, count) * (width + GAP) - GAP, 3), 255, np.uint8)
    for k, picture in enumerate(pictures):
        y, x = k // across * (height + GAP), k % across * (width + GAP)
        sheet[y : y + height, x : x + width] = picture
    return sheet


def divisible(frames: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """Frames (T, H, W, 3) whose sides the grid divides: unchanged if so, else shrunk to the next size that fits.

    A side shorter than the grid grows to one px a patch. Nothing is cut off, so that patches stay where they were.
    """
    height, width = (max(side // parts, 1) * parts for side, parts in zip(frames.shape[1:3], grid))
    if (height, width) == frames.shape[1:3]:
        return frames
    return np.stack([cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA) for frame in frames])


def rearranged_strip(frames: np.ndarray, sigma: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """Frames whose patches are re-ordered: place i of frame t shows patch sigma[t, i], as temporal attention sees it.

    Args:
        frames: (T, H, W, 3) uint8 RGB.
        sigma: (T, N) permutations, from Tracks.sigma; their argsort along N undoes it bit by bit.
        grid: (rows, columns) of patches; frames that it does not divide are shrunk first (see divisible).

    Returns:
        (T, H', W', 3) uint8 RGB.

    Raises:
        ValueError: sigma is not one permutation of the grid's patches a frame.
    """
    rows, columns = grid
    if sigma.shape != (len(frames), rows * columns):
        raise ValueError(f"want permutations ({len(frames)}, {rows * columns}), got {sigma.shape}")
    fitting = divisible(frames, grid)
    count, height, width, _ = fitting.shape
    tall, wide = height // rows, width // columns
    patches = fitting.reshape(count, rows, tall, columns, wide, 3).swapaxes(2, 3).reshape(count, rows * columns, -1)
    moved = np.take_along_axis(patches, sigma[..., None], axis=1)
    return moved.reshape(count, rows, columns, tall, wide, 3).swapaxes(2, 3).reshape(fitting.shape)


def colour_strip(colours: np.ndarray, grid: tuple[int, int], patch: int = 16) -> np.ndarray:
    """Colours of patches as frames (T, rows x patch, columns x patch, 3).

    Args:
        colours: (T, N, 3) uint8 RGB.
        grid: rows and columns of the N patches.
        patch: px a side.
    """
    frames = colours.reshape(len(colours), *grid, 3)
    return frames.repeat(patch, axis=1).repeat(patch, axis=2)


def _edges(length: int, parts: int) -> np.ndarray:
    """(parts + 1,) int px: where the parts of a side begin and end."""
    return np.round(np.linspace(0, length, parts + 1)).astype(int)


def _with_grid(frame: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """A copy of a frame (H, W, 3) under thin half-clear grid lines."""
    lines = frame.copy()
    lines[_edges(frame.shape[0], grid[0])[1:-1]] = PALE
    lines[:, _edges(frame.shape[1], grid[1])[1:-1]] = PALE
    return cv2.addWeighted(frame, 0.65, lines, 0.35, 0)


def _with_outline(frame: np.ndarray, grid: tuple[int, int], patch: int) -> np.ndarray:
    """A copy of a frame (H, W, 3) with one patch outlined, orange within a dark seam."""
    frame = frame.copy()
    row, column = divmod(patch, grid[1])
    top, bottom = _edges(frame.shape[0], grid[0])[row : row + 2].tolist()
    left, right = _edges(frame.shape[1], grid[1])[column : column + 2].tolist()
    orange = tuple(int(OKABE_ITO["orange"][k : k + 2], 16) for k in (1, 3, 5))
    cv2.rectangle(frame, (left - 2, top - 2), (right + 1, bottom + 1), (0, 0, 0), 4)
    cv2.rectangle(frame, (left - 2, top - 2), (right + 1, bottom + 1), orange, 2)
    return frame
