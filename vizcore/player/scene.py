"""What the player shows (clips, tracks of patches, heat, segments) and what it tells (a pick, a position).

Frames are the frame numbers of a clip's pack, 0 to F - 1; patches are counted row by row; times are seconds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
MOST = 4  # clips that one player shows


@dataclass(frozen=True, eq=False)
class PlayerClip:
    """F frames as JPEGs, joined end to end.

    Raises:
        ValueError: the offsets do not cut the blob into as many frames as there are times.
    """

    blob: bytes
    offsets: np.ndarray  # (F + 1,) int: frame i is blob[offsets[i]:offsets[i + 1]]
    times: np.ndarray  # (F,) seconds, rising; their spacing may vary
    width: int  # px
    height: int  # px
    label: str = ""

    def __post_init__(self):
        offsets, times = np.asarray(self.offsets), np.asarray(self.times)
        if times.ndim != 1 or not times.size or offsets.shape != (times.size + 1,):
            raise ValueError(f"want times (F,) and offsets (F + 1,) of 1 frame or more, got {_shapes(times, offsets)}")
        if offsets[0] != 0 or (np.diff(offsets) <= 0).any() or offsets[-1] != len(self.blob):
            raise ValueError(f"want offsets that rise from 0 to the blob's {len(self.blob)} bytes, got {offsets}")
        if not np.isfinite(times).all() or (np.diff(times) <= 0).any():
            raise ValueError("want times that are finite and rise from frame to frame")
        if min(self.width, self.height) < 1:
            raise ValueError(f"want a width and height of 1 px or more, got {self.width} x {self.height}")

    @property
    def frames(self) -> int:
        """How many frames the pack has."""
        return len(self.times)


@dataclass(frozen=True, eq=False)
class PatchTracks:
    """Every patch of a clip followed through K tracked frames: enough for the browser to draw any track by itself.

    Raises:
        ValueError: a shape does not fit, the frames do not rise, or a row of sigma is no permutation.
    """

    frames: np.ndarray  # (K,) int: the pack's frame numbers that were tracked, rising
    sigma: np.ndarray  # (K, N) int: patch i of the first tracked frame is patch sigma[t, i] of the t-th
    similarity: np.ndarray  # (K - 1, N) cosine with the match in the next tracked frame, by patch of the t-th
    margin: np.ndarray  # (K - 1, N) that cosine minus the best other one; nan where there is no other
    overruled: np.ndarray  # (K - 1, N) bool: a more similar partner went to another patch
    measure: str = "similarity"  # what the first of these numbers is called, 0 to 1

    def __post_init__(self):
        frames, sigma = np.asarray(self.frames), np.asarray(self.sigma)
        if frames.ndim != 1 or not frames.size or sigma.ndim != 2 or sigma.shape[0] != frames.size or not sigma.size:
            raise ValueError(f"want frames (K,) and sigma (K, N), got {_shapes(frames, sigma)}")
        steps = (sigma.shape[0] - 1, sigma.shape[1])
        for name in ("similarity", "margin", "overruled"):
            if np.shape(getattr(self, name)) != steps:
                raise ValueError(f"want {name} (K - 1, N) = {steps}, got {np.shape(getattr(self, name))}")
        if frames[0] < 0 or (np.diff(frames) <= 0).any():
            raise ValueError(f"want tracked frames that rise from 0 or later, got {frames}")
        if sigma.shape[1] > 2**16 or (np.sort(sigma, axis=1) != np.arange(sigma.shape[1])).any():
            raise ValueError(f"want every row of sigma to be a permutation of 0 to {sigma.shape[1] - 1} (below 65536)")
        if (sigma[0] != np.arange(sigma.shape[1])).any():
            raise ValueError("want a sigma that starts with the identity: a track is named by its patch there")

    @property
    def patches(self) -> int:
        """N, the patches of a frame."""
        return self.sigma.shape[1]

    def step_at(self, frame: int) -> int:
        """Which tracked frame speaks for a frame: the last one at or before it, or the first."""
        return max(0, int(np.searchsorted(self.frames, frame, side="right")) - 1)

    def track_of(self, frame: int, patch: int) -> int:
        """The patch of the first tracked frame whose track is at this patch in this frame."""
        return int(np.flatnonzero(self.sigma[self.step_at(frame)] == patch)[0])


@dataclass(frozen=True, eq=False)
class Heat:
    """A map over the picture for each of T frames.

    Raises:
        ValueError: the values are not (T, rows, columns) uint8, or the frames do not fit them.
    """

    values: np.ndarray  # (T, rows, columns) uint8: 0 is `low`, 255 is `high`
    frames: np.ndarray | None = None  # (T,) int pack frame numbers, rising; None: one map for each frame of the pack
    low: float = 0.0
    high: float = 1.0
    label: str = "heat"
    diverging: bool = False  # from blue through grey, halfway, to orange, whatever palette a person likes

    def __post_init__(self):
        if self.values.ndim != 3 or self.values.dtype != np.uint8 or not self.values.size:
            raise ValueError(f"want heat (T, rows, columns) uint8, got {self.values.shape} {self.values.dtype}")
        if self.frames is None:
            return
        frames = np.asarray(self.frames)
        if frames.shape != self.values.shape[:1] or frames[0] < 0 or (np.diff(frames) <= 0).any():
            raise ValueError(f"want {len(self.values)} rising frame numbers for the heat, got {frames}")


@dataclass(frozen=True)
class Segment:
    """A named stretch of a clip, [start, stop) in frames.

    Raises:
        ValueError: the stretch is empty, the colour is not written #rrggbb, or the share is not from 0 to 1.
    """

    start: int
    stop: int
    label: str
    colour: str  # #rrggbb
    share: float = 1.0  # of its row's height, such as a confidence

    def __post_init__(self):
        if not 0 <= self.share <= 1:
            raise ValueError(f"want a share of 0 to 1, got {self.share}")
        if not 0 <= self.start < self.stop:
            raise ValueError(f"want 0 <= start < stop, got [{self.start}, {self.stop})")
        if not COLOUR.fullmatch(self.colour):
            raise ValueError(f"want a colour as #rrggbb, got {self.colour!r}")


@dataclass(frozen=True)
class Tier:
    """One row of segments under the picture."""

    label: str
    segments: Sequence[Segment]
    side: int = 0  # which clip's frames the segments count


@dataclass(frozen=True)
class Pick:
    """A patch of a frame that a person chose."""

    side: int  # of which clip, from 0
    frame: int
    patch: int
    seq: int = 0  # counts the picks of a mounted player from 1; 0: not made in the player

    def __post_init__(self):
        if self.side not in range(MOST) or min(self.frame, self.patch, self.seq) < 0:
            raise ValueError(f"want a side of 0 to {MOST - 1} and frame, patch, seq of 0 or more, got {self}")


def _shapes(*arrays: np.ndarray) -> str:
    return " and ".join(str(array.shape) for array in arrays)
