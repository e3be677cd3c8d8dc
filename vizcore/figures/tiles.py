"""Frames of several clips in one picture, each with its name: what a video of aligned clips is made of.

pictures, names -> labelled (H, W, 3);  labelled pictures -> beside (one row) or tiled
"""

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vizcore.figures.strips import tile

BAR, LETTERS = 24, 14  # px: height of a label's bar, and of its letters
GROUND, INK = (24, 27, 33), (245, 245, 245)


def labelled(frame: np.ndarray, label: str, size: tuple[int, int]) -> np.ndarray:
    """A frame fitted into a box without cutting, its label in a bar above it.

    Args:
        frame: (H, W, 3) uint8 RGB.
        label: one line.
        size: (width, height) of the box, px.
    """
    width, height = size
    shrink = min(width / frame.shape[1], height / frame.shape[0])
    inner = max(1, round(frame.shape[1] * shrink)), max(1, round(frame.shape[0] * shrink))
    sheet = np.full((height + BAR, width, 3), GROUND, np.uint8)
    left, top = (width - inner[0]) // 2, BAR + (height - inner[1]) // 2
    sheet[top : top + inner[1], left : left + inner[0]] = cv2.resize(frame, inner, interpolation=cv2.INTER_AREA)
    bar = Image.fromarray(sheet[:BAR])
    ImageDraw.Draw(bar).text((6, BAR / 2), label, INK, ImageFont.load_default(LETTERS), anchor="lm")
    sheet[:BAR] = np.asarray(bar)
    return sheet


def tiled(pictures: list[np.ndarray], across: int) -> np.ndarray:
    """Pictures of one size in rows of `across`."""
    return tile(np.stack(pictures), across)
