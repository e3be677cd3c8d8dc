"""Segments with times, as annotation tools save them, in tiers; and what they make of each frame.

segments in seconds or frames - in order, no overlaps -> SegmentFile - frame_labels -> FrameLabels, gaps filled
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vizcore.algorithms.segmentation.frame_labels import SLACK, FrameLabels

UNITS = ("seconds", "frames")
NEAR = 0.05  # frames by which a time may miss the frame that it means: tools round to milliseconds
LONGEST = 20_000_000  # frames of a video: a week of it, at 30 a second
TOUCHING = 1e-6  # units by which two neighbours may overlap


@dataclass(frozen=True)
class TimedSegment:
    """A stretch of time with a label."""

    start: float  # in the unit of the file, 0 or more
    stop: float
    label: str
    where: str  # in the file: "line 3", or "segment 3 of 'truth'"


@dataclass(frozen=True)
class SegmentFile:
    """The tiers of one file."""

    file: str
    tiers: dict[str, tuple[TimedSegment, ...]]  # in order of time, without overlaps
    unit: str  # one of UNITS
    notes: tuple[str, ...] = ()  # what was left out

    def frame_labels(
        self, tier: str, rate: float | None = None, frames: int | None = None, gap: str = "background"
    ) -> FrameLabels:
        """The label of each frame: that of the segment with start <= f / rate < stop, up to NEAR.

        Args:
            tier: one of the tiers.
            rate: frames in a second; needed for a file in seconds.
            frames: T of the video; without it, the last segment's end.
            gap: the label of frames in no segment.

        Raises:
            ValueError: there is no such tier, no rate where it is needed, no segment to tell the length, or a segment
                that reaches more than SLACK frames beyond the video, or beyond LONGEST.
        """
        if tier not in self.tiers:
            raise ValueError(f"{self.file}: want a tier of {', '.join(map(repr, self.tiers))}, got {tier!r}")
        if self.unit == "seconds" and not (rate and 0 < rate < math.inf):
            raise ValueError(f"{self.file}: want the video's frames a second, since times are in seconds, got {rate}")
        scale = rate if self.unit == "seconds" else 1
        late = next((one for one in self.tiers[tier] if one.stop * scale > LONGEST), None)
        if late:
            raise ValueError(f"{self.file}, {late.where}: want a stop within {LONGEST:,} frames, got {late.stop:g}")
        found = [(_frame(one.start * scale), _frame(one.stop * scale), one) for one in self.tiers[tier]]
        last = found[-1][1] if found else 0
        length = last if frames is None else frames
        if length < 1:
            raise ValueError(f"{self.file}: want a segment in tier {tier!r}, or the number of frames, got neither")
        if last > length + SLACK:
            raise ValueError(f"{self.file}, {found[-1][2].where}: want a stop within {length} frames, got frame {last}")
        return _filled(self.file, found, length, gap)


def in_order(file: str, segments: Iterable[TimedSegment]) -> tuple[TimedSegment, ...]:
    """Sort the segments of one tier.

    Raises:
        ValueError: a time is negative or not finite, a segment ends before it starts, has no label, or begins before
            another ends; with file and place.
    """
    found = sorted(segments, key=lambda one: (one.start, one.stop))
    for one in found:
        if not 0 <= one.start < one.stop < math.inf:
            raise ValueError(f"{file}, {one.where}: want times 0 <= start < stop, got {one.start:g} to {one.stop:g}")
        if not one.label:
            raise ValueError(f"{file}, {one.where}: want a label, got none")
    for before, after in pairwise(found):
        if after.start < before.stop - TOUCHING:
            reach = f"{before.start:g} to {before.stop:g} ({before.where})"
            raise ValueError(
                f"{file}, {after.where}: want segments that do not overlap, got one from {after.start:g} beside {reach}"
            )
    return tuple(found)


def number(text: object, file: str, where: str) -> float:
    """A time that a file gives.

    Args:
        text: as it stands there.
        file: its name, for the refusal.
        where: the place in it, such as "line 3".

    Raises:
        ValueError: it is no number; with file and place.
    """
    try:
        if isinstance(text, bool):
            raise ValueError
        return float(text)
    except (TypeError, ValueError):
        raise ValueError(f"{file}, {where}: want a number as time, got {text!r}") from None


def _frame(time: float) -> int:
    """The first frame at or after a time in frames, or just before it."""
    return math.ceil(time - NEAR)


def _filled(file: str, found: Sequence[tuple[int, int, TimedSegment]], length: int, gap: str) -> FrameLabels:
    """Runs that tile the video."""
    runs, at = [], 0  # word, frames, place
    for start, stop, one in found:
        start, stop = (min(max(edge, at), length) for edge in (start, stop))
        runs += [(gap, start - at, f"before {one.where}"), (one.label, stop - start, one.where)]
        at = stop
    runs.append((gap, length - at, "after the last segment"))
    return FrameLabels(file, *zip(*(run for run in runs if run[1])))
