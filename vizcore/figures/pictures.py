"""A picture as a data address, small enough to travel in a figure."""

import base64

import cv2
import numpy as np


def jpeg(picture: np.ndarray, longest: int, quality: int = 80) -> str:
    """A picture as a JPEG data address.

    Args:
        picture: (H, W, 3) uint8 RGB.
        longest: px of its longer side, at most.
        quality: of JPEG, 1 to 100.
    """
    shrink = longest / max(picture.shape[:2])
    if shrink < 1:
        size = [max(1, round(side * shrink)) for side in picture.shape[1::-1]]
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    blue_first = np.ascontiguousarray(picture[..., ::-1])
    coded = cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return "data:image/jpeg;base64," + base64.b64encode(coded.tobytes()).decode()
