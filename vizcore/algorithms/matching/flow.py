"""Optical flow as an independent witness of a matching: where the pixels of a patch went.

frames (T, H, W, 3) - DIS -> flow (T-1, H, W, 2) px - median of each patch -> (T-1, N, 2) patches
"""

import cv2
import numpy as np

SAMPLES = 8  # the median of a patch is taken over this many rows and columns of it
SMALLEST_FRAME = 16  # px; shorter sides are enlarged to it, because the flow's image pyramid needs them


def dense_flow(frames: np.ndarray) -> np.ndarray:
    """Where every pixel moves to in the next frame (dense inverse search; Kroeger et al., ECCV 2016).

    Args:
        frames: (T, H, W, 3) uint8 RGB.

    Returns:
        (T-1, H, W, 2) float32, in pixels: (right, down), as OpenCV has it.

    Raises:
        ValueError: frames are not (T, H, W, 3) uint8 or are empty.
    """
    if frames.ndim != 4 or frames.shape[-1] != 3 or frames.dtype != np.uint8 or 0 in frames.shape:
        raise ValueError(f"want frames (T, H, W, 3) uint8, got {frames.shape} {frames.dtype}")
    height, width = frames.shape[1:3]
    size = max(width, SMALLEST_FRAME), max(height, SMALLEST_FRAME)
    scale = np.array([width / size[0], height / size[1]], np.float32)
    grey = [cv2.resize(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), size) for frame in frames]
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    flow = np.zeros((len(frames) - 1, height, width, 2), np.float32)
    for t in range(len(frames) - 1):
        flow[t] = cv2.resize(search.calc(grey[t], grey[t + 1], None), (width, height)) * scale
    return flow


def patch_flow(flow: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """The median move of each patch.

    Args:
        flow: (T-1, H, W, 2) pixels (right, down), from dense_flow.
        grid: (rows, columns) of patches, which need not divide the frame.

    Returns:
        (T-1, N, 2) float32, in patches: (rows down, columns right), as Tracks.displacement has it.

    Raises:
        ValueError: the flow is not (T-1, H, W, 2), or the grid is empty.
    """
    if flow.ndim != 4 or flow.shape[-1] != 2 or min(grid) < 1:
        raise ValueError(f"want a flow (T-1, H, W, 2) and a grid of at least 1 x 1, got {flow.shape} and {grid}")
    rows, columns = grid
    gaps, height, width, _ = flow.shape
    down = _centres(height, rows * SAMPLES)
    right = _centres(width, columns * SAMPLES)
    picked = flow[:, down[:, None], right]  # (T-1, rows S, columns S, 2)
    picked = picked.reshape(gaps, rows, SAMPLES, columns, SAMPLES, 2).swapaxes(2, 3)
    move = np.median(picked.reshape(gaps, rows * columns, SAMPLES**2, 2), axis=2)[..., ::-1]
    return move * np.array([rows / height, columns / width], np.float32)


def agreement(displacement: np.ndarray, flow: np.ndarray, tolerance: float = 1.0) -> np.ndarray:
    """(T-1, N) bool: the match of a patch lies within `tolerance` patches (Euclidean) of where its pixels went.

    Args:
        displacement: (T-1, N, 2) from Tracks.displacement.
        flow: (T-1, N, 2) from patch_flow.
        tolerance: in patches. A match is a whole number of patches, so below 0.71 even a right one can miss.
    """
    if displacement.shape != flow.shape:
        raise ValueError(f"want moves of one shape, got {displacement.shape} and {flow.shape}")
    return np.linalg.norm(displacement - flow, axis=-1) <= tolerance


def _centres(length: int, count: int) -> np.ndarray:
    """(count,) int: the pixels nearest to the middle of `count` equal parts of a side."""
    return ((np.arange(count) + 0.5) * length / count).astype(np.int64)
