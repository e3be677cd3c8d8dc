"""Average precision of every action at a box overlap, as the official evaluators of AVA reckon it (frame mAP).

    ground truth, detections - which rows count (PROTOCOLS) - rank by score, class by class - claim truths
                             -> Ranking of each class -> its AP -> mean over classes with ground truth

The rule: of the truths of its key frame and action a detection is about the one that it overlaps most (the first in
the file if two are equal), and it is a hit if that overlap reaches the threshold and no earlier detection claimed the
truth. It never falls back on its second best. AP is the area under the precision envelope (VOC, every point).

Ties: detections of equal score rank in the order of the file. The official evaluators reverse an order that is not
stable, so that with ties their numbers depend on the library's version; without ties they are the same as here. At the
limit of a key frame the same rows stay as in their heap, ties and all: a row has to be more confident than the least
one to take its place, and of equal ones that with the lowest class, then the highest, leftmost box goes first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vizcore.algorithms.detection.ava_rows import AvaRows, Frame
from vizcore.algorithms.detection.ava_warnings import find_warnings, many
from vizcore.algorithms.detection.best_overlap import best_overlap
from vizcore.algorithms.detection.shared_frames import SharedFrames, share_frames

LARGEST_CLASS = 32_000  # class ids go from 0 to this


@dataclass(frozen=True)
class Protocol:
    """Which detections count, and who comes first."""

    title: str
    rows_a_frame: int | None  # only so many most confident rows of a key frame count; None for all
    everywhere: bool  # detections in key frames that the ground truth does not list are false positives, else ignored
    file_order: bool = False  # of several detections the first in the file claims a box, not the most confident


PROTOCOLS = {
    "activitynet": Protocol("the 50 most confident rows of every listed key frame", 50, False),
    "uncapped": Protocol("all rows of every listed key frame", None, False),
    "slowfast": Protocol("all rows, also of key frames that the ground truth does not list", None, True),
    "slowfast-file-order": Protocol(
        "the same to the letter of its code: of several detections the first in the file claims a box",
        None,
        True,
        True,
    ),
}


@dataclass(frozen=True, eq=False)
class Ranking:
    """The R detections of one class that count, most confident first, and the P truths that they are about."""

    rows: np.ndarray  # (R,) int: rows of the detections; none where the class has no truth
    hits: np.ndarray  # (R,) bool: the detection claimed a truth
    truths: np.ndarray  # (hits,) int: rows of the ground truth, in the order of the hits
    positives: np.ndarray  # (P,) int: the rows of the ground truth that count

    @property
    def places(self) -> np.ndarray:
        """(hits,) int: where in the ranking the hits are, from 0."""
        return np.flatnonzero(self.hits)

    @property
    def precision(self) -> np.ndarray:
        """(hits,) the share of hits among all detections down to each hit."""
        return np.arange(1, len(self.truths) + 1) / (self.places + 1)

    @property
    def recall(self) -> np.ndarray:
        """(hits,) the share of truths that are claimed down to each hit."""
        return np.arange(1, len(self.truths) + 1) / max(1, len(self.positives))

    @property
    def envelope(self) -> np.ndarray:
        """(hits,) the best precision at that recall or a higher one: what the area is taken under."""
        return np.maximum.accumulate(self.precision[::-1])[::-1]

    @property
    def ap(self) -> float:
        """The area under the envelope, 0 to 1; nan without a truth."""
        return float(self.envelope.sum() / len(self.positives)) if len(self.positives) else float("nan")

    @property
    def misses(self) -> np.ndarray:
        """(P - hits,) int: rows of the ground truth that no detection claimed."""
        return np.setdiff1d(self.positives, self.truths)

    def __repr__(self) -> str:
        hits = f"{len(self.truths)} hits of {len(self.positives)} boxes"
        return f"Ranking({len(self.rows)} detections, {hits}, AP {self.ap:.3f})"


@dataclass(frozen=True, eq=False)
class AveragePrecision:
    """How well a table of detections answers a table of ground truth."""

    ground_truth: AvaRows
    detections: AvaRows
    shared: SharedFrames  # the key frames of both
    rankings: dict[int, Ranking]  # by class id, in the order of the list of actions
    iou: float
    protocol: str
    notes: tuple[str, ...]  # what a reader should know: rows that do not count, and why

    @cached_property
    def ap(self) -> dict[int, float]:
        """{class id: average precision, 0 to 1; nan without ground truth}."""
        return {action: ranking.ap for action, ranking in self.rankings.items()}

    @property
    def mean(self) -> float:
        """The mean over the classes with ground truth."""
        return float(np.nanmean(list(self.ap.values())))

    @property
    def without_truth(self) -> tuple[int, ...]:
        """Classes without ground truth, which the mean leaves out."""
        return tuple(action for action, ranking in self.rankings.items() if not len(ranking.positives))

    def __repr__(self) -> str:
        tables = f"{len(self.detections):,} detections, {len(self.ground_truth):,} ground-truth rows"
        mean = f"mAP@{self.iou:g} {self.mean:.3f}, {self.protocol}"
        return f"AveragePrecision({len(self.rankings)} classes, {tables}, {mean})"


def evaluate_ava(
    ground_truth: AvaRows,
    detections: AvaRows,
    classes: Iterable[int],
    iou: float = 0.5,
    protocol: str = "activitynet",
    excluded: Iterable[Frame] = (),
    title: str = "",
) -> AveragePrecision:
    """Average precision per class.

    Args:
        ground_truth, detections: tables; detections without scores count as equally sure.
        classes: ids that count, such as read_label_map's result; rows of others do not.
        iou: overlap that a hit needs at least, above 0 to 1.
        protocol: a key of PROTOCOLS.
        excluded: key frames (video, seconds) that do not count.
        title: what a refusal calls the detections, besides that.

    Raises:
        ValueError: an argument is unknown; no truth of the classes is left; or there are detections, but none in a
            video or key frame of the ground truth, or none of the classes.
    """
    classes = np.array(list(classes), np.int64)
    _refuse_unless_right(classes, iou, protocol)
    rule, shared = PROTOCOLS[protocol], share_frames(ground_truth, detections, excluded)
    notes = find_warnings(ground_truth, detections, classes, shared, rule.everywhere, title)
    places = [_places(table.actions, classes) for table in (ground_truth, detections)]
    truths = np.flatnonzero((places[0] >= 0) & shared.counted(False)[shared.of_truth][ground_truth.frames])
    rows = np.flatnonzero((places[1] >= 0) & shared.counted(rule.everywhere)[shared.of_detection][detections.frames])
    rows, more = _counted(detections, rows, rule.rows_a_frame)
    parted = (_parted(*part, len(classes)) for part in zip((truths, rows), places))
    rankings = [_rank(ground_truth, detections, shared, *of_class, iou, rule.file_order) for of_class in zip(*parted)]
    by_class = dict(zip(classes.tolist(), rankings))
    return AveragePrecision(ground_truth, detections, shared, by_class, iou, protocol, notes + more)


def _refuse_unless_right(classes: np.ndarray, iou: float, protocol: str) -> None:
    if protocol not in PROTOCOLS:
        raise ValueError(f"want a protocol of {', '.join(PROTOCOLS)}, got {protocol!r}")
    if not 0 < iou <= 1:
        raise ValueError(f"want an overlap above 0, up to 1, got {iou}")
    in_range = (classes >= 0) & (classes <= LARGEST_CLASS)
    if not len(classes) or len(np.unique(classes)) < len(classes) or not in_range.all():
        raise ValueError(f"want different class ids from 0 to {LARGEST_CLASS}, got {classes.tolist()[:20]}")


def _counted(detections: AvaRows, rows: np.ndarray, limit: int | None) -> tuple[np.ndarray, tuple[str, ...]]:
    """Of some rows those that are left by the limit of a key frame and have an area, and sentences on the others."""
    notes = []
    if limit:
        table = detections.frames[rows], detections.confidences(rows), detections.actions[rows], detections.boxes[rows]
        chosen = most_confident(*table, limit)
        if len(chosen) < len(rows):
            gone = many(len(rows) - len(chosen), "detection")
            notes.append(f"{gone} beyond the {limit} most confident of their key frame: left out")
        rows = rows[chosen]
    with_area = (detections.boxes[rows, :2] < detections.boxes[rows, 2:]).all(1)
    if not with_area.all():
        flat = many(int((~with_area).sum()), "detection")
        notes.append(f"{flat} without an area: left out, as the official evaluators do")
    return rows[with_area], tuple(notes)


def _places(actions: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """(R,) int16: the place of every row's class among the classes, -1 for others."""
    table = np.full(LARGEST_CLASS + 2, -1, np.int16)
    table[classes] = np.arange(len(classes))
    return table[np.clip(actions, -1, LARGEST_CLASS + 1)]


def _parted(rows: np.ndarray, places: np.ndarray, classes: int) -> list[np.ndarray]:
    """The rows of each class, ascending."""
    places = places[rows]
    order = places.argsort(kind="stable")  # a radix sort, as the places have 16 bits
    return np.split(rows[order], np.cumsum(np.bincount(places, minlength=classes))[:-1])


def most_confident(
    frames: np.ndarray, scores: np.ndarray, actions: np.ndarray, boxes: np.ndarray, limit: int
) -> np.ndarray:
    """Which of R rows are left by a heap of the `limit` most confident of their key frame, ascending.

    Rows below the least score that stays never matter. The first `limit` of the others, in the order of the file, come
    in; each later one that is more confident than the least puts out the smallest of those that are not.

    Args:
        frames: (R,) int, key frames by number.
        scores: (R,) confidences.
        actions: (R,) int, class ids.
        boxes: (R, 4) corners.
        limit: how many rows of a key frame stay.
    """
    count = np.bincount(frames)
    crowded = np.flatnonzero(count[frames] > limit)
    if not len(crowded):
        return np.arange(len(frames))
    of = frames[crowded]
    order = np.lexsort((-scores[crowded], of))
    last = crowded[order[_ranks(of[order]) == limit - 1]]
    least = np.zeros(len(count))
    least[frames[last]] = scores[last]  # of each crowded key frame: what the last one that stays has
    upper = crowded[scores[crowded] >= least[of]]  # in the order of the file
    early = _ranks_of(frames[upper]) < limit
    more = scores[upper] > least[frames[upper]]
    out = np.bincount(frames[upper[more & ~early]], minlength=len(count))  # how many are put out
    equal = upper[early & ~more]
    x1, y1, x2, y2 = boxes[equal].T
    equal = equal[np.lexsort((x2, y2, x1, y1, actions[equal], frames[equal]))]
    left = equal[_ranks(frames[equal]) >= out[frames[equal]]]
    chosen = np.ones(len(frames), bool)
    chosen[crowded] = False
    chosen[upper[more]] = chosen[left] = True
    return np.flatnonzero(chosen)


def _ranks(frames: np.ndarray) -> np.ndarray:
    """(R,) how many rows of the same key frame come before each; those of one key frame stand together."""
    begins = np.flatnonzero(np.diff(frames, prepend=-1))
    return np.arange(len(frames)) - np.repeat(begins, np.diff(begins, append=len(frames)))


def _ranks_of(frames: np.ndarray) -> np.ndarray:
    """The same for rows in any order."""
    order = np.argsort(frames, kind="stable")
    ranks = np.empty(len(frames), np.int64)
    ranks[order] = _ranks(frames[order])
    return ranks


def _rank(
    ground_truth: AvaRows,
    detections: AvaRows,
    shared: SharedFrames,
    truths: np.ndarray,
    rows: np.ndarray,
    iou: float,
    file_order: bool,
) -> Ranking:
    """Rank the rows of one class and let them claim its truths."""
    if not len(truths):
        return Ranking(*(np.empty(0, kind) for kind in (np.int64, bool, np.int64, np.int64)))
    rows = rows[np.argsort(-detections.confidences(rows), kind="stable")]
    best = best_overlap(
        detections.boxes[rows],
        shared.of_detection[detections.frames[rows]],
        ground_truth.boxes[truths],
        shared.of_truth[ground_truth.frames[truths]],
        len(shared.video),
    )
    near = best.overlaps >= iou
    claimants, claimed = best.detections[near], best.truths[near]  # in the order of the ranking
    if file_order:
        order = rows[claimants].argsort()
        claimants, claimed = claimants[order], claimed[order]
    _, first = np.unique(claimed, return_index=True)
    order = claimants[first].argsort()
    hits = np.zeros(len(rows), bool)
    hits[claimants[first]] = True
    return Ranking(rows, hits, truths[claimed[first][order]], truths)
