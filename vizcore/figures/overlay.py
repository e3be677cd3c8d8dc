"""A track painted into the frames themselves, for a video that leaves the app.

frame (H, W, 3), the track's patches (T,), their step colours (T-1, 3) -> the same frame with trail and box
"""

import cv2
import numpy as np

from vizcore.figures.theme import SEQUENTIAL, paint

LINE = cv2.LINE_AA


def centres(patches: np.ndarray, grid: tuple[int, int], width: int, height: int) -> np.ndarray:
    """Middle of each patch in px, (T, 2) int32 x, y.

    Args:
        patches: (T,) of the grid, row by row.
        grid: rows and columns of patches.
        width: of the picture, px.
        height: likewise.
    """
    rows, columns = grid
    x = (patches % columns + 0.5) * width / columns
    y = (patches // columns + 0.5) * height / rows
    return np.stack([x, y], -1).round().astype(np.int32)


def track_overlay(
    frame: np.ndarray, patches: np.ndarray, similarity: np.ndarray, now: int, grid: tuple[int, int]
) -> np.ndarray:
    """One frame with a patch's track over it: the way so far, and a box where the patch is now.

    Args:
        frame: (H, W, 3) uint8, left as it is.
        patches: (T,) the patch that the track lies on in each matched frame.
        similarity: (T-1,) cosine of each step, which colours its line from dark (0) to bright (1).
        now: index into patches of the matched frame that is shown or was shown last.
        grid: rows, columns.
    """
    canvas = frame.copy()
    height, width = frame.shape[:2]
    points = centres(patches, grid, width, height)
    colours = paint(similarity, 0.0, 1.0, SEQUENTIAL)
    thick = max(2, round(width / 240))
    for step in range(now):
        ends = points[step].tolist(), points[step + 1].tolist()
        cv2.line(canvas, *ends, (255, 255, 255), thick + 2, LINE)
        cv2.line(canvas, *ends, colours[step].tolist(), thick, LINE)
    rows, columns = grid
    half = np.array([width / columns, height / rows]) / 2
    corners = [tuple((points[now] + sign * half).round().astype(int).tolist()) for sign in (-1, 1)]
    cv2.rectangle(canvas, *corners, (255, 255, 255), thick + 2, LINE)
    cv2.rectangle(canvas, *corners, (213, 94, 0), thick, LINE)
    return canvas
