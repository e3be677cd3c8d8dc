"""Segments with times, as annotation tools save them, in tiers; and what they make of each frame.

columns of times and labels -> SegmentRows -> SegmentFile - settled: frames from 0, the stop left out - frame_labels
    -> FrameLabels, gaps filled
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from vizcore.algorithms.segmentation.frame_labels import SLACK, FrameLabels, video_of

UNITS = ("seconds", "frames")
ENDS = ("exclusive", "inclusive")  # what a stop is: the first frame after a segment, or its last
NEAR = 0.05  # frames by which a time may miss the frame that it means: tools round to milliseconds
LONGEST = 20_000_000  # frames of a video: a week of it, at 30 a second
TOUCHING = 1e-6  # units by which two neighbours may overlap
MOST_SEGMENTS = 500_000  # of one file
MOST_RUNS = 500_000  # of a video's labels: gaps between segments are runs as well


class TimedSegment(NamedTuple):
    """A stretch of time with a label."""

    start: float  # in the unit of the file, 0 or more
    stop: float
    label: str
    where: str  # in the file: "line 3", or "segment 3 of 'truth'"


@dataclass(frozen=True, eq=False)
class SegmentRows(Sequence[TimedSegment]):
    """Segments as columns: a TimedSegment is made when it is looked at."""

    start: np.ndarray  # (N,) float64
    stop: np.ndarray  # (N,) float64
    codes: np.ndarray  # (N,) int: which of the labels
    labels: tuple[str, ...]
    numbers: np.ndarray  # (N,) int: lines of the file, or which of the places
    places: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, key: int | slice) -> TimedSegment | tuple[TimedSegment, ...]:
        if isinstance(key, slice):
            return tuple(self[k] for k in range(*key.indices(len(self))))
        label = self.labels[self.codes[key]]
        return TimedSegment(float(self.start[key]), float(self.stop[key]), label, self.where(key))

    def __iter__(self) -> Iterator[TimedSegment]:
        return (self[k] for k in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(tuple.__eq__, self, other))

    def __repr__(self) -> str:
        return f"SegmentRows({len(self)} segments of {len(self.labels)} labels)"

    def where(self, key: int) -> str:
        """The place of a segment in its file."""
        number = int(self.numbers[key])
        return self.places[number] if self.places else f"line {number}"

    def taken(self, keys: np.ndarray) -> "SegmentRows":
        """Some of them, or all in another order; keys as of an array."""
        columns = (self.start, self.stop, self.codes)
        return SegmentRows(*(one[keys] for one in columns), self.labels, self.numbers[keys], self.places)


class Hints(NamedTuple):
    """What a file tells of its own times; what it leaves open is for its neighbours, or a person, to tell."""

    unit: bool = True  # the unit is sure: by a name, by a fraction of a second
    ends: str = "exclusive"  # one of ENDS; "" where nothing tells
    first: int | None = 0  # the number of the first frame; None where nothing tells
    apart: int = 0  # neighbours that are one frame apart, where that tells nothing


SETTLED = Hints()


@dataclass(frozen=True)
class SegmentFile:
    """The tiers of one video."""

    file: str
    tiers: dict[str, Sequence[TimedSegment]]  # in order of time
    unit: str  # one of UNITS
    notes: tuple[str, ...] = ()  # what was left out
    named: str = ""  # the video, where it is not the file's name
    form: str = ""  # of recognise.FORMS
    hints: Hints = SETTLED

    @property
    def video(self) -> str:
        """What the file is about."""
        return self.named or video_of(self.file)

    @property
    def stop(self) -> float:
        """When the last segment ends, as the file counts."""
        return max((float(columns(rows).stop.max()) for rows in self.tiers.values() if len(rows)), default=0.0)

    def settled(self, unit: str = "", ends: str = "", first: int | None = None) -> "SegmentFile":
        """The same with frames counted from 0 and stops that are the first frame after a segment.

        Args:
            unit: one of UNITS; what the file tells, if not given.
            ends: one of ENDS; likewise, and the first of them where nothing tells.
            first: the number of the first frame; likewise, and 0 where nothing tells.

        Raises:
            ValueError: in_order refuses a tier.
        """
        unit, ends = unit or self.unit, ends or self.hints.ends or ENDS[0]
        first = self.likely_first(ends) if first is None else first
        before, after = (first, first - (ends == "inclusive")) if unit == "frames" else (0, 0)
        tiers = {}
        for tier, rows in self.tiers.items():
            found = columns(rows)
            if before or after:
                found = replace(found, start=found.start - before, stop=found.stop - after)
            tiers[tier] = in_order(self.file, found)
        return replace(self, tiers=tiers, unit=unit, hints=SETTLED)

    def likely_first(self, ends: str) -> int:
        """The number of the first frame, as far as the file tells: segments to the last frame count from 1 by habit."""
        if self.hints.first is not None:
            return self.hints.first
        start = min((float(columns(rows).start.min()) for rows in self.tiers.values() if len(rows)), default=0.0)
        return int(self.form == "ranges" or (ends == "inclusive" and start == 1))

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
        rows, scale = columns(self.tiers[tier]), self.scale(rate)
        if (late := rows.stop > LONGEST / scale).any():
            one = rows[int(late.argmax())]
            raise ValueError(f"{self.file}, {one.where}: want a stop within {LONGEST:,} frames, got {one.stop:g}")
        start, stop = (np.ceil(times * scale - NEAR).astype(np.int64) for times in (rows.start, rows.stop))
        last = int(stop[-1]) if len(rows) else 0
        length = last if frames is None else frames
        if length < 1:
            raise ValueError(f"{self.file}: want a segment in tier {tier!r}, or the number of frames, got neither")
        if last > length + SLACK:
            raise ValueError(f"{self.file}, {rows.where(-1)}: want a stop within {length} frames, got frame {last}")
        found = [(int(a), int(b), rows[k]) for k, (a, b) in enumerate(zip(start, stop))]
        return _filled(self, found, length, gap)

    def scale(self, rate: float | None) -> float:
        """Frames in a unit of this file.

        Raises:
            ValueError: the file is in seconds, and the rate is none.
        """
        if self.unit == "frames":
            return 1
        if not (rate and 0 < rate < math.inf):
            raise ValueError(f"{self.file}: want the video's frames a second, since times are in seconds, got {rate}")
        return rate


def columns(segments: Iterable[TimedSegment]) -> SegmentRows:
    """Segments as columns."""
    if isinstance(segments, SegmentRows):
        return segments
    found = tuple(segments)
    numbers: dict[str, int] = {}
    codes = [numbers.setdefault(one.label, len(numbers)) for one in found]
    start, stop = (np.array([one[k] for one in found], np.float64) for k in (0, 1))
    where = tuple(one.where for one in found)
    return SegmentRows(start, stop, np.array(codes, np.int64), tuple(numbers), np.arange(len(found)), where)


def in_order(file: str, segments: Iterable[TimedSegment]) -> SegmentRows:
    """Sort the segments of one tier.

    Raises:
        ValueError: a time is negative or not finite, a segment ends before it starts, has no label, or begins before
            another ends; with file and place.
    """
    found = by_time(columns(segments))
    start, stop = found.start, found.stop
    wrong = ~((start >= 0) & (start < stop) & (stop < math.inf))
    if "" in found.labels:
        wrong |= found.codes == found.labels.index("")
    if wrong.any():
        one = found[int(wrong.argmax())]
        if one.label or not 0 <= one.start < one.stop < math.inf:
            raise ValueError(f"{file}, {one.where}: want times 0 <= start < stop, got {one.start:g} to {one.stop:g}")
        raise ValueError(f"{file}, {one.where}: want a label, got none")
    if (over := start[1:] < stop[:-1] - TOUCHING).any():
        before, after = found[int(over.argmax()) : int(over.argmax()) + 2]
        reach = f"{before.start:g} to {before.stop:g} ({before.where})"
        raise ValueError(
            f"{file}, {after.where}: want segments that do not overlap, got one from {after.start:g} beside {reach}"
        )
    return found


def by_time(rows: SegmentRows) -> SegmentRows:
    """Segments sorted by their start, then their stop."""
    start, stop = rows.start, rows.stop
    if (start[1:] > start[:-1]).all():
        return rows
    return rows.taken(np.lexsort((stop, start)))


def hints_of(tiers: Iterable[SegmentRows], unit: bool, inclusive: bool = False) -> Hints:
    """What segments in frames tell of how they are counted.

    Neighbours that share a frame number (20, 20) leave the stop out; neighbours that are one apart (19, 20), if these
    are half of all, and segments of one frame that stop where they start, include it.

    Args:
        tiers: of one file.
        unit: the unit is sure.
        inclusive: a name in the file says that the stop is the last frame.
    """
    touching = apart = pairs = single = 0
    first = math.inf
    for rows in map(by_time, tiers):
        steps = rows.start[1:] - rows.stop[:-1]
        touching, apart = touching + int((steps == 0).sum()), apart + int((steps == 1).sum())
        pairs, single = pairs + len(steps), single + int((rows.start == rows.stop).sum())
        first = min(first, rows.start.min(initial=math.inf))
    ends = ""
    if inclusive or (not touching and (single or (apart and 2 * apart >= pairs))):
        ends = "inclusive"
    elif touching:
        ends = "exclusive"
    return Hints(unit, ends, 0 if first < 1 else None, 0 if ends else apart)


def seconds_of(text: str) -> float | None:
    """Seconds of a clock time such as 00:01:02.500 or 1:02,5; None where it is none."""
    words = text.replace(",", ".").split(":")
    whole = all(word.isascii() and word.isdigit() for word in words[:-1])
    if not (2 <= len(words) <= 3 and whole and words[-1][:1].isdigit() and words[-1].count(".") <= 1):
        return None
    if not words[-1].replace(".", "").isdigit() or max(map(len, words)) > 20:
        return None
    total = 0.0
    for word in words:
        total = 60 * total + float(word)
    return total


def number(text: object, file: str, where: str) -> float:
    """A time that a file gives: a number, or a clock time in seconds.

    Args:
        text: as it stands there.
        file: its name, for the refusal.
        where: the place in it, such as "line 3".

    Raises:
        ValueError: it is no number; with file and place.
    """
    clock = seconds_of(text) if isinstance(text, str) and ":" in text else None
    if clock is not None:
        return clock
    try:
        if isinstance(text, bool):
            raise ValueError
        return float(text)
    except (TypeError, ValueError):
        raise ValueError(f"{file}, {where}: want a number as time, got {repr(text)[:80]}") from None


def _filled(one: SegmentFile, found: Sequence[tuple[int, int, TimedSegment]], length: int, gap: str) -> FrameLabels:
    """Runs that tile the video."""
    runs, at = [], 0  # word, frames, place
    for start, stop, segment in found:
        start, stop = (min(max(edge, at), length) for edge in (start, stop))
        runs += [(gap, start - at, f"before {segment.where}"), (segment.label, stop - start, segment.where)]
        at = stop
    runs.append((gap, length - at, "after the last segment"))
    return FrameLabels(one.file, *zip(*(run for run in runs if run[1])), named=one.named, form=one.form)
