"""Clips on one clock: which frame of each belongs to a moment, by the second or by the share of its clip.

times (F,) of each of P clips -> ticks (L, P) frames, seconds (L + 1,) when each tick starts, and the end
"""

from collections.abc import Sequence

import numpy as np

CLOCKS = ("second", "share")
LAST = 1 / 25  # seconds that a clip of one frame lasts
SAME = 1e-3  # seconds: times nearer than this are one time


def clock_sync(times: Sequence[np.ndarray], by: str = "second") -> tuple[np.ndarray, np.ndarray]:
    """One clock for every clip: the longest drives, a tick for each of its frames.

    Args:
        times: (F,) seconds of each clip, rising.
        by: "second" shows the others' frame of that time, then their last; "share" that of the same share of them, so
            that all end together.

    Returns:
        ticks (L, P) int, seconds (L + 1,) from 0.

    Raises:
        ValueError: no clip, or an unknown way.
    """
    if not times or by not in CLOCKS:
        raise ValueError(f"want 1 clip or more and a clock of {', '.join(CLOCKS)}, got {len(times)} and {by!r}")
    lasting = [starts_and_end(column) for column in times]
    wholes = np.array([seconds[-1] for seconds in lasting])
    driver = int(wholes.argmax())
    starts = lasting[driver][:-1]
    paces = wholes / wholes[driver] if by == "share" else np.ones(len(times))
    ticks = [
        np.searchsorted(seconds[:-1], starts * pace + SAME, side="right") - 1 for seconds, pace in zip(lasting, paces)
    ]
    return np.stack(ticks, axis=1), lasting[driver]


def at_once(times: Sequence[np.ndarray], side: int, frame: int, by: str = "second") -> list[int]:
    """The frame of each clip when one of them has reached a frame; arguments as of clock_sync.

    Args:
        times: (F,) seconds of the frames of each of P clips, rising.
        side: the clip that leads, 0 to P - 1.
        frame: that it has reached, 0 to F - 1.
        by: as clock_sync.
    """
    ticks, _ = clock_sync(times, by)
    tick = min(int(np.searchsorted(ticks[:, side], frame)), len(ticks) - 1)
    return ticks[tick].tolist()


def starts_and_end(times: np.ndarray) -> np.ndarray:
    """(F + 1,) seconds from the first frame at which each frame starts, and the end."""
    gaps = np.diff(times)
    last = float(np.median(gaps)) if gaps.size else LAST
    return np.append(times, times[-1] + last) - times[0]
