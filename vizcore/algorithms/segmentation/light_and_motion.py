"""How bright pictures are, and how much moves between two of them: facts of a film that need no net.

frames (T, H, W, 3) -> mean luma -> brightness (T,)
frames, the ones after (T, H, W, 3) each - optical flow, its mean length -> motion (T,)
"""

import cv2
import numpy as np

from vizcore.algorithms.matching.flow import dense_flow


def brightness(frames: np.ndarray) -> np.ndarray:
    """(T,) float64: mean luma (ITU-R BT.601) of each frame, 0 black to 1 white.

    Args:
        frames: (T, H, W, 3) uint8 RGB.

    Raises:
        ValueError: the frames are something else, or none.
    """
    if frames.ndim != 4 or frames.shape[-1] != 3 or frames.dtype != np.uint8 or 0 in frames.shape:
        raise ValueError(f"want frames (T, H, W, 3) uint8, got {frames.shape} {frames.dtype}")
    return np.array([cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).mean() / 255 for frame in frames])


def motion(frames: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(T,) float64: how far pixels move, on the mean over the picture, in percent of its width.

    Args:
        frames: (T, H, W, 3) uint8 RGB, T of 1 or more.
        after: as many: what each of them is compared with.

    Raises:
        ValueError: the frames are something else, none, or of two shapes.
    """
    if frames.shape != after.shape:
        raise ValueError(f"want as many frames after as before, of one size, got {frames.shape} and {after.shape}")
    flows = (dense_flow(np.stack(pair))[0] for pair in zip(frames, after, strict=True))
    return np.array([100 * float(np.hypot(flow[..., 0], flow[..., 1]).mean()) / flow.shape[1] for flow in flows])
