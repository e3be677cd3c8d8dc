"""Who does what, where and when, as a table: boxes with one action each, in key frames of videos (the form of AVA).

    a box in a key frame, once for every action - AvaRows - columns of numbers, 50 bytes a row

A key frame is a second of a video. It may be listed without any row: then somebody looked, and nobody was there.
Coordinates are shares of the frame's width and height, so that a table needs no pictures beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

MICROSECONDS = 1_000_000  # time stamps that differ by less than one are the same
LONGEST = 1 << 41  # microseconds, 25 days: what a key frame's number leaves for the time
FITS, MOST_FIT = 1.05, 0.99  # where x + width may end, and in how many of the boxes it has to
BEYOND = 0.01  # of the boxes that would end before they begin, if these were corners
FARTHEST = 1.0  # frames; a corner that lies farther outside of the frame is taken for pixels

Frame = tuple[str, float]  # a video's name and seconds


@dataclass(frozen=True, eq=False)
class AvaRows:
    """R rows in F key frames of V videos."""

    videos: tuple[str, ...]  # V names
    frame_videos: np.ndarray  # (F,) int32: the video of every key frame
    frame_times: np.ndarray  # (F,) float64 seconds
    frames: np.ndarray  # (R,) int32: the key frame of every row
    boxes: np.ndarray  # (R, 4) float64 corners (x1, y1, x2, y2), shares of the frame
    actions: np.ndarray  # (R,) int32 class ids
    scores: np.ndarray | None = None  # (R,) float64 confidences of detections
    people: np.ndarray | None = None  # (R,) int64 ids, of ground truth that has them
    notes: tuple[str, ...] = ()  # what a reader should know of how the table came about

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def keys(self) -> list[Frame]:
        """F names and seconds of the key frames."""
        return [(self.videos[v], float(t)) for v, t in zip(self.frame_videos, self.frame_times)]

    def confidences(self, rows: np.ndarray) -> np.ndarray:
        """The scores of some rows; 1 for every row of a table without."""
        return np.ones(len(rows)) if self.scores is None else self.scores[rows]

    def __repr__(self) -> str:
        kind = "ground truth" if self.scores is None else "with scores"
        frames = f"{len(self.frame_times):,} key frames of {len(self.videos):,} videos"
        return f"AvaRows({len(self):,} rows in {frames}, {kind})"


def ava_rows(
    videos: Sequence[str],
    times: np.ndarray,
    boxes: np.ndarray,
    actions: np.ndarray,
    scores: np.ndarray | None = None,
    bare: Iterable[Frame] = (),
) -> AvaRows:
    """A table from columns, such as a model's detections.

    Args:
        videos: R names.
        times: (R,) seconds of the key frames, 0 or more.
        boxes: (R, 4) corners (x1, y1, x2, y2), shares of the frame.
        actions: (R,) class ids.
        scores: (R,) of detections; any finite numbers, since only their order counts.
        bare: key frames that are listed without a row.

    Raises:
        ValueError: columns differ in length, or a number is not what it should be (see checked).
    """
    bare = list(bare)
    names, codes = np.unique([*videos, *(video for video, _ in bare)], return_inverse=True)
    times = np.concatenate([np.asarray(times, np.float64), [time for _, time in bare]])
    rows = len(videos)
    columns = (np.asarray(boxes, np.float64).reshape(-1, 4), np.asarray(actions, np.int32))
    scores = None if scores is None else np.asarray(scores, np.float64)
    if any(len(column) != rows for column in (times[: len(times) - len(bare)], *columns)) or (
        scores is not None and len(scores) != rows
    ):
        raise ValueError(f"want columns of one length, got {rows} videos and {[len(column) for column in columns]}")
    return checked(tuple(map(str, names)), codes, times, *columns, scores)


def checked(
    videos: tuple[str, ...],
    codes: np.ndarray,
    times: np.ndarray,
    boxes: np.ndarray,
    actions: np.ndarray,
    scores: np.ndarray | None = None,
    people: np.ndarray | None = None,
    notes: Sequence[str] = (),
) -> AvaRows:
    """The table of columns, or a sentence that says what is wrong with them.

    Args:
        videos: names of V videos; codes are places in it.
        codes, times: (R + E,) number of the video and seconds of every row, then of E key frames without rows.
        boxes: (R, 4) x1, y1, x2, y2, shares of the frame.
        actions: (R,) int, class ids.
        scores: (R,) 0 to 1 or any finite numbers; None for ground truth.
        people: (R,) int, ids of persons, if known.
        notes: sentences on the columns so far.

    Raises:
        ValueError: a time, corner or score is not finite, a time is negative, corners are in pixels or the wrong way
            round.
    """
    for name, column in (("time stamps", times), ("corners", boxes), ("scores", scores)):
        if column is not None and len(column) and not np.isfinite([column.min(), column.max()]).all():
            place = int(np.flatnonzero(~np.isfinite(column).reshape(len(column), -1).all(1))[0])
            raise ValueError(f"want finite {name}, got {column[place]} in row {place + 1}")
    if len(times) and not (times.min() >= 0 and times.max() * MICROSECONDS < LONGEST):
        raise ValueError(f"want time stamps in seconds, 0 or more, got {times.min():g} to {times.max():g}")
    notes = [*notes, *_looked_at(boxes, scores)]
    keys = (codes.astype(np.int64) * LONGEST) + np.rint(times * MICROSECONDS).astype(np.int64)
    frames, unique = pd.factorize(keys)
    seconds = (unique % LONGEST) / MICROSECONDS
    frames = frames[: len(boxes)].astype(np.int32)
    repeats = repeated(frames, boxes, actions, scores)
    if repeats:
        notes.append(
            f"{repeats:,} exact repeats of other rows: they stay, as the official evaluators keep them (each is one "
            "more false positive among detections, one more miss in the ground truth)"
        )
    owners = (unique // LONGEST).astype(np.int32)
    return AvaRows(videos, owners, seconds, frames, boxes, actions, scores, people, tuple(notes))


def repeated(frames: np.ndarray, boxes: np.ndarray, actions: np.ndarray, scores: np.ndarray | None = None) -> int:
    """How many rows are the same as an earlier one, number by number (by a hash of 64 bits).

    Args:
        frames: (R,) int, key frames by number.
        boxes: (R, 4) float64 corners.
        actions: (R,) int, class ids.
        scores: (R,) or None.
    """
    columns = [frames, actions, *boxes.T, *([] if scores is None else [scores])]
    mixed = np.zeros(len(frames), np.uint64)
    for column in columns:
        bits = column.astype(np.int64) if column.dtype.kind == "i" else (column + 0.0).view(np.int64)
        mixed = (mixed ^ bits.view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    mixed.sort()
    return int((mixed[1:] == mixed[:-1]).sum())


def made_corners(boxes: np.ndarray) -> str:
    """Make corners of boxes that are x, y, width, height, in place, and say so; "" where they are corners already.

    Args:
        boxes: (R, 4) float64, shares of the frame.
    """
    backwards = (boxes[:, 2:] < boxes[:, :2]).any(1)
    if not len(boxes) or backwards.mean() <= BEYOND:
        return ""
    within = (boxes >= 0).all(1) & (boxes[:, :2] + boxes[:, 2:] <= FITS).all(1)
    if within.mean() < MOST_FIT:
        return ""
    boxes[:, 2:] += boxes[:, :2]
    return (
        f"boxes are taken as x, y, width, height: as corners, {int(backwards.sum()):,} of {len(boxes):,} would end "
        "before they begin"
    )


def _looked_at(boxes: np.ndarray, scores: np.ndarray | None) -> list[str]:
    """Sentences on boxes and scores that are strange but can be used; a refusal of boxes that cannot."""
    if not len(boxes):
        return []
    low, high = float(boxes.min()), float(boxes.max())
    if low < -FARTHEST or high > 1 + FARTHEST:
        raise ValueError(
            f"want corners as shares of the frame, 0 to 1, got {low:g} to {high:g}: these look like pixels; "
            "divide x by the frame's width and y by its height"
        )
    notes = []
    if low < 0 or high > 1:
        outside = int(((boxes < 0) | (boxes > 1)).any(1).sum())
        notes.append(f"corners out of the frame ({low:g} to {high:g}) in {outside:,} of the boxes: taken as they are")
    if scores is not None and (scores.min() < 0 or scores.max() > 1):
        notes.append(
            f"scores go from {scores.min():g} to {scores.max():g}, not 0 to 1: average precision needs only their "
            "order, but they are no probabilities, so there is no calibration"
        )
    return notes
