"""What is said of things in a picture: boxes with names and scores, stick figures, and a mask for the pixels of each.

    Boxes, Lines, Mask  of things that look like Style  ->  arrays for the browser, which shows and hides them by itself

Places are shares of the picture: x from 0 at its left edge to 1 at its right, y from 0 at the top to 1 at the bottom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vizcore.player.payload import UNKNOWN, fine
from vizcore.player.scene import COLOUR

FARTHEST = 3.0  # shares of the picture: a point beyond it is not drawn where it is
MOST_STYLES = 255  # one byte says which


@dataclass(frozen=True)
class Style:
    """How one thing is drawn.

    Raises:
        ValueError: the colour is not written #rrggbb.
    """

    name: str  # what the legend says
    colour: str  # #rrggbb
    dashed: bool = False  # a broken outline: not the one that it is about

    def __post_init__(self):
        if not COLOUR.fullmatch(self.colour):
            raise ValueError(f"want a colour as #rrggbb, got {self.colour!r}")


@dataclass(frozen=True, eq=False)
class Boxes:
    """B rectangles, each in one frame.

    Raises:
        ValueError: the arrays do not fit each other, or the frames go back.
    """

    frames: np.ndarray  # (B,) int pack frame numbers that never fall
    corners: np.ndarray  # (B, 4) x0, y0, x1, y1 as shares of the picture
    styles: np.ndarray  # (B,) int index into Annotations.styles
    labels: Sequence[str] = ()  # (B,) what is written at each; () where nothing is
    scores: np.ndarray | None = None  # (B,) how sure each is; nan for those without

    def __post_init__(self):
        count = _frames_of("boxes", self.frames)
        shapes = {"corners": np.shape(self.corners), "styles": np.shape(self.styles), "labels": (len(self.labels),)}
        wanted = {"corners": (count, 4), "styles": (count,), "labels": (count if len(self.labels) else 0,)}
        if self.scores is not None:
            shapes["scores"], wanted["scores"] = np.shape(self.scores), (count,)
        if shapes != wanted:
            raise ValueError(f"want boxes of {wanted}, got {shapes}")


@dataclass(frozen=True, eq=False)
class Lines:
    """P figures of J points, each in one frame; bones join two points, and a point that is nan is left out.

    Raises:
        ValueError: the arrays do not fit each other, the frames go back, or a bone ends at no point.
    """

    frames: np.ndarray  # (P,) int pack frame numbers that never fall
    points: np.ndarray  # (P, J, 2) x, y as shares of the picture
    styles: np.ndarray  # (P,) int index into Annotations.styles
    bones: Sequence[tuple[int, int]]

    def __post_init__(self):
        count, shape = _frames_of("lines", self.frames), np.shape(self.points)
        if len(shape) != 3 or shape[0] != count or shape[2] != 2 or np.shape(self.styles) != (count,):
            raise ValueError(f"want points ({count}, J, 2) and styles ({count},), got {shape}, {np.shape(self.styles)}")
        if not all(0 <= end < shape[1] for bone in self.bones for end in bone):
            raise ValueError(f"want bones between points 0 to {shape[1] - 1}, got {list(self.bones)}")


@dataclass(frozen=True, eq=False)
class Mask:
    """Which thing is seen where, coarser than the picture if need be.

    Raises:
        ValueError: the maps are not (T, rows, columns) uint8 of one frame or more.
    """

    maps: np.ndarray  # (T, rows, columns) uint8, one for each frame of the pack: 0 nothing, k the look k - 1

    def __post_init__(self):
        if self.maps.ndim != 3 or self.maps.dtype != np.uint8 or not self.maps.size:
            raise ValueError(f"want a mask (T, rows, columns) uint8, got {self.maps.shape} {self.maps.dtype}")

    @cached_property
    def runs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The maps as they travel."""
        return run_lengths(self.maps)


@dataclass(frozen=True, eq=False)
class Annotations:
    """Everything that is drawn around and over the things of one clip.

    Raises:
        ValueError: something has a look that is not listed.
    """

    styles: Sequence[Style]
    boxes: Boxes | None = None
    lines: Lines | None = None
    mask: Mask | None = None

    def __post_init__(self):
        if len(self.styles) > MOST_STYLES:
            raise ValueError(f"want at most {MOST_STYLES} styles, got {len(self.styles)}")
        used = [np.asarray(part.styles) for part in (self.boxes, self.lines) if part is not None]
        used += [] if self.mask is None else [self.mask.maps.max(keepdims=True).astype(np.int64).ravel() - 1]
        used = np.concatenate([*used, np.zeros(0, np.int64)])
        lowest = -1 if self.mask is not None else 0
        if used.size and (used.min() < lowest or used.max() >= len(self.styles)):
            raise ValueError(f"want styles of 0 to {len(self.styles) - 1}, got {used.min()} to {used.max()}")

    def check(self, frames: int) -> None:
        """See that everything lies in a clip of so many frames.

        Raises:
            ValueError: something does not.
        """
        for name in ("boxes", "lines"):
            part = getattr(self, name)
            if part is not None and len(part.frames) and part.frames[-1] >= frames:
                raise ValueError(f"want {name} at frames below {frames}, got {part.frames[-1]}")
        if self.mask is not None and len(self.mask.maps) != frames:
            raise ValueError(f"want a mask for each of {frames} frames, got {len(self.mask.maps)}")


def annotation_arrays(annotations: Annotations, side: int) -> dict[str, np.ndarray]:
    """The columns of a clip's annotations, by the name that the browser knows them by."""
    arrays = {}
    if (boxes := annotations.boxes) is not None:
        arrays["boxed"] = np.asarray(boxes.frames, np.uint32)
        arrays["box.corners"] = _places(boxes.corners)
        arrays["box.styles"] = np.asarray(boxes.styles, np.uint8)
        words = _words(boxes)
        arrays["box.labels"] = np.array([words.index(label) for label in boxes.labels], np.uint16)
        arrays["box.scores"] = fine(np.full(len(boxes.frames), np.nan) if boxes.scores is None else boxes.scores)
    if (lines := annotations.lines) is not None:
        arrays["lined"] = np.asarray(lines.frames, np.uint32)
        arrays["line.points"] = _places(lines.points)
        arrays["line.styles"] = np.asarray(lines.styles, np.uint8)
    if annotations.mask is not None:
        values, runs, starts = annotations.mask.runs
        arrays |= {"mask.values": values, "mask.runs": runs, "mask.starts": starts}
    return {f"{name}.{side}": array for name, array in arrays.items()}


def annotation_words(annotations: Annotations) -> dict:
    """What of the annotations travels as words."""
    boxes, lines, mask = annotations.boxes, annotations.lines, annotations.mask
    return {
        "styles": [[style.name, style.colour, style.dashed] for style in annotations.styles],
        "labels": None if boxes is None else _words(boxes),
        "bones": None if lines is None else [[int(one), int(other)] for one, other in lines.bones],
        "joints": 0 if lines is None else np.shape(lines.points)[1],
        "mask": None if mask is None else [int(side) for side in mask.maps.shape[1:]],
    }


def run_lengths(maps: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Maps (T, rows, columns) uint8 as runs of one value, row by row: a picture of things takes 2 kB.

    Returns:
        values (R,) uint8; lengths (R,) uint16; starts (T + 1,) uint32, the first run of each map and the end.
    """
    flat = maps.reshape(len(maps), -1)
    fresh = np.diff(flat, axis=1, prepend=flat[:, :1] ^ 1) != 0  # (T, P): a run begins; always at the first pixel
    fresh[:, :: np.iinfo(np.uint16).max] = True  # a run is counted in two bytes
    places = np.flatnonzero(fresh)
    lengths = np.diff(places, append=flat.size)
    starts = np.concatenate([[0], np.cumsum(fresh.sum(1))])
    return flat.ravel()[places], lengths.astype(np.uint16), starts.astype(np.uint32)


def _places(shares: np.ndarray) -> np.ndarray:
    """Shares of the picture as ten-thousandths; nan and what is absurdly far becomes unknown."""
    shares = np.asarray(shares, np.float64)
    return np.where(np.abs(shares) <= FARTHEST, fine(shares), UNKNOWN).astype(np.int16).ravel()


def _words(boxes: Boxes) -> list[str]:
    return list(dict.fromkeys(boxes.labels))


def _frames_of(what: str, frames: np.ndarray) -> int:
    """How many frame numbers there are, once they are known to be sound."""
    frames = np.asarray(frames)
    if frames.ndim != 1 or frames.dtype.kind not in "iu" or (np.diff(frames.astype(np.int64)) < 0).any():
        raise ValueError(f"want frame numbers of {what} that never fall, got {frames}")
    if frames.size and frames[0] < 0:
        raise ValueError(f"want frame numbers of {what} from 0 on, got {frames[0]}")
    return frames.size
