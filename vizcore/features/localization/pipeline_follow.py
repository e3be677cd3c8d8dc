"""A person is followed through a clip from a box that somebody drew, by the patches inside it; nothing is trained.

path -> frames of a stretch -> patches (T, N, K), kept in the store
patches, "12.310.200.520.880" of each person -> follow_box -> FollowedBoxes: a FollowedBox for each person

A box is written FRAME.X0.Y0.X1.Y1, corners as thousandths of the picture's width and height; the boxes of one person,
the drawn one and its corrections, are joined by "_". A person without a word is none: the others keep their numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from vizcore.algorithms.detection.boxes import corner_iou
from vizcore.algorithms.matching.box_tracking import LOST, follow_box
from vizcore.algorithms.matching.descriptors import DESCRIPTORS
from vizcore.features.localization.pipeline_follow_patches import Patches, patches_of
from vizcore.features.localization.pipeline_follow_start import Start, start_of
from vizcore.features.localization.pipeline_verdict_follow import Outcome, follow_verdict
from vizcore.features.matching.pipeline_patches import STACKED
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import key_of
from vizcore.runtime.world_clips import truth_of
from vizcore.synthetic.truth import Truth

VERSION = "1"  # of following: a new one makes what is kept of it outdated
THOUSAND = 1000  # parts of a side in which a box is written
MOST_PEOPLE, MOST_DRAWN = 7, 64  # persons of a clip; boxes that are drawn of one
CLAIMS = 0.3  # IoU of a drawn box with somebody of the ground truth from which on it is theirs
Box = tuple[float, float, float, float]  # x0, y0, x1, y1


@dataclass(frozen=True, eq=False)
class FollowedBox:
    """One person through T frames."""

    number: int  # of the person, from 1
    frames: np.ndarray  # (T,) int64 numbers of the frames that were looked at, rising
    times: np.ndarray  # (T,) seconds
    size: tuple[int, int]  # width and height of the picture, px
    shares: np.ndarray  # (T, 4) x0, y0, x1, y1 as shares of the picture
    confidence: np.ndarray  # (T,) share of the patches inside that agree with the box; 1 where it was drawn
    drawn: np.ndarray  # (A,) int64 numbers of the frames in which it was drawn
    start: str = "drawn"  # where the first box comes from, a Kind of pipeline_follow_start
    truth: np.ndarray | None = None  # (T, 4) who the drawn box is, by the ground truth; nan where unseen

    __repr__ = short_repr(
        lambda one: (
            f"{one.name}, {len(one.frames)} frames, drawn in {len(one.drawn)}, lost in {one.lost.mean():.0%}, "
            f"mean confidence {one.confidence.mean():.2f}"
        )
    )

    @property
    def name(self) -> str:
        """What the person is called."""
        return f"Person {self.number}"

    @property
    def boxes(self) -> np.ndarray:
        """(T, 4) x0, y0, x1, y1 in px."""
        return self.shares * np.array(self.size * 2)

    @property
    def lost(self) -> np.ndarray:
        """(T,) bool: too few patches agree for the box to mean anything."""
        return self.confidence < LOST

    @property
    def overlap(self) -> np.ndarray | None:
        """(T,) IoU with the ground truth, nan where the person is not seen; None where nobody knows."""
        if self.truth is None:
            return None
        seen = np.isfinite(self.truth).all(1)
        found = np.full(len(self.frames), np.nan)
        found[seen] = corner_iou(self.shares[seen], self.truth[seen])
        return found

    @property
    def outcome(self) -> Outcome:
        """What a verdict wants to know."""
        overlap = np.nan if self.overlap is None or np.isnan(self.overlap).all() else float(np.nanmean(self.overlap))
        return Outcome(self.name, self.times, self.confidence, self.lost, overlap, self.start)

    @property
    def verdict(self) -> str:
        """Over how many frames the person is followed, in one sentence."""
        return follow_verdict([self.outcome])

    def at(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(F, 4) shares and (F,) confidence in any frames, between those that were looked at; nan beyond them."""
        shares = [np.interp(frames, self.frames, side, np.nan, np.nan) for side in self.shares.T]
        return np.stack(shares, 1), np.interp(frames, self.frames, self.confidence, np.nan, np.nan)


@dataclass(frozen=True, eq=False)
class FollowedBoxes:
    """Several persons through the same clip."""

    people: tuple[FollowedBox, ...]

    __repr__ = short_repr(lambda found: "; ".join(map(repr, found.people)))

    @property
    def verdict(self) -> str:
        """Over how many frames the persons are followed, in one sentence."""
        return follow_verdict([one.outcome for one in self.people])


def follow_boxes(
    path: str | Path,
    *,
    boxes: Sequence[str] = (),
    count: int = 120,
    start: float = 0.0,
    span: float = 10.0,
    across: int = 28,
    source: Literal[*DESCRIPTORS, *STACKED] = "colour + gradient",
    context: Context | None = None,
) -> FollowedBoxes:
    """Follow persons, or things, through a stretch of a clip, both ways from every box that was drawn.

    Args:
        path: a video file.
        boxes: of each person a word such as 12.310.200.520.880: frame, and corners x0, y0, x1, y1 as thousandths of the
            picture; further boxes of the same person, which correct it, are joined by "_"; without any, the first box
            is an actor's of the ground truth, or around what moves most.
        count: frames that are looked at, evenly from [start, start + span), and those in which a box was drawn.
        start: seconds.
        span: seconds.
        across: columns of the patch grid; rows follow from the frame so that patches are nearly square.
        source: what describes a patch.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: a box is none or not in the stretch, or a number out of range.
    """
    context, words = context or default_context(), tuple(boxes)
    if len(words) > MOST_PEOPLE:
        raise ValueError(f"want at most {MOST_PEOPLE} persons, got {len(words)}")
    given = {number: boxes_of(word) for number, word in enumerate(words, 1) if word}
    patches = patches_of(path, count, start, span, across, source, context)
    first: Start | None = None
    if not given:
        first = start_of(path, patches.frames)
        given = {1: {first.frame: first.box}}
    truth = truth_of(Path(path))
    people = []
    for number, drawn in given.items():
        one = _person(path, number, drawn, patches, context)
        people.append(replace(one, truth=_truth(truth, one), start="drawn" if first is None else first.kind))
    return FollowedBoxes(tuple(people))


def boxes_of(word: str) -> dict[int, Box]:
    """{frame: corners as shares} of what boxes_word wrote.

    Raises:
        ValueError: it did not write this.
    """
    found = {}
    for part in word.split("_"):
        numbers = part.split(".")
        if len(numbers) != 5 or not all(one.isascii() and one.isdecimal() and len(one) < 9 for one in numbers):
            raise ValueError(f"want a box as FRAME.X0.Y0.X1.Y1 in thousandths, such as 0.310.200.520.880, got {part!r}")
        frame, *corners = map(int, numbers)
        x0, y0, x1, y1 = (one / THOUSAND for one in corners)
        if not (x0 < x1 <= 1 and y0 < y1 <= 1):
            raise ValueError(f"want corners x0 < x1 and y0 < y1 of at most {THOUSAND}, got {part!r}")
        found[frame] = (x0, y0, x1, y1)
    if len(found) > MOST_DRAWN:
        raise ValueError(f"want at most {MOST_DRAWN} boxes of a person, got {len(found)}")
    return dict(sorted(found.items()))


def boxes_word(boxes: Mapping[int, Sequence[float]]) -> str:
    """{frame: corners as shares} as one word, for a link; sides are at least a thousandth of the picture long."""
    parts = []
    for frame, corners in sorted(boxes.items()):
        x0, y0, x1, y1 = (round(THOUSAND * min(max(one, 0.0), 1.0)) for one in corners)
        x0, y0 = min(x0, THOUSAND - 1), min(y0, THOUSAND - 1)
        parts.append(f"{frame}.{x0}.{y0}.{max(x1, x0 + 1)}.{max(y1, y0 + 1)}")
    return "_".join(parts)


def _person(path: str | Path, number: int, drawn: dict[int, Box], patches: Patches, context: Context) -> FollowedBox:
    """One person, from the store or followed now, in the frames of the patches and those that were drawn in."""
    low, high = patches.frames[0], patches.frames[-1]
    inside = {frame: box for frame, box in drawn.items() if low <= frame <= high}
    if not inside:
        raise ValueError(
            f"want a box of person {number} in the stretch of frames {low} to {high}, got one in frame {min(drawn)}"
        )
    key = key_of("followed box", VERSION, patches.key, sorted(inside.items()))
    kept = context.store.get(key)
    if kept is None:
        whole = patches.with_frames(path, [*inside], context)
        context.progress(0, 1, f"following person {number}")
        places = np.searchsorted(whole.frames, [*inside])
        found = follow_box(whole.features, whole.grid, dict(zip(places.tolist(), inside.values())))
        kept = {
            "frames": whole.frames,
            "times": whole.times,
            "shares": found.boxes,
            "confidence": found.confidence.clip(0, 1),
        }
        context.store.put(key, kept)
    return FollowedBox(number, **{"size": patches.size} | kept, drawn=np.array([*inside], np.int64))


def _truth(truth: Truth | None, one: FollowedBox) -> np.ndarray | None:
    """(T, 4) shares of whoever the first drawn box is around; None where nobody knows, or it is around nobody."""
    if truth is None or one.frames[-1] >= len(truth.surface):
        return None
    now = truth.at(one.frames)
    height, width = truth.surface.shape[1:]
    people = [k for k, thing in enumerate(now.things) if thing.role in ("actor", "bystander")]
    boxes = now.boxes()[:, people].astype(np.float64) / [width, height, width, height]  # (T, P, 4)
    place = int(np.searchsorted(one.frames, one.drawn[0]))
    overlaps = np.nan_to_num(corner_iou(one.shares[place], boxes[place])) if people else np.zeros(0)
    return boxes[:, int(overlaps.argmax())] if overlaps.size and overlaps.max() >= CLAIMS else None
