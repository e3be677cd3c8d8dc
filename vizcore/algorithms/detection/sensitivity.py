"""What makes people hard to find: average precision by their size, by how many there are, by how common the class is.

    AveragePrecision - truths and detections into groups - AP of each group -> Sensitivity

Size and number part the rows of a result, so that every truth and every detection is in one group. A hit is where its
truth is; a false positive is where its own box (size) or its key frame (number) belongs, as COCO does it.
"""

from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.detection.average_precision import AveragePrecision, Ranking

CROWD = 4  # people in a key frame from which on there are "4 or more"
PARTS = 4  # groups of size and of frequency, as equal as can be


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Average precision in G groups."""

    by: str  # a key of GROUPINGS
    groups: tuple[str, ...]  # G titles
    truths: np.ndarray  # (G,) int: rows of the ground truth
    classes: dict[int, np.ndarray]  # by class id: (G,) AP; nan where the group has no truth of it

    @property
    def ap(self) -> np.ndarray:
        """(G,) the mean over classes with truth in the group; nan without any."""
        table = np.array(list(self.classes.values()))  # (C, G)
        there = np.isfinite(table)
        sums, counts = np.where(there, table, 0).sum(0), there.sum(0)
        return np.divide(sums, counts, out=np.full(len(self.groups), np.nan), where=counts > 0)

    def __repr__(self) -> str:
        groups = ", ".join(f"{group} {ap:.3f}" for group, ap in zip(self.groups, self.ap))
        return f"Sensitivity(by {self.by}, {len(self.classes)} classes, AP: {groups})"


def by_size(result: AveragePrecision) -> Sensitivity:
    """AP by the area of a person's box: quarters of all truths, smallest first."""
    boxes = result.ground_truth.boxes
    counted = np.concatenate([ranking.positives for ranking in result.rankings.values()])
    edges = np.quantile(_areas(boxes[counted]), np.linspace(0, 1, PARTS + 1)[1:-1])
    titles = ("up to", *[f"{low:.1%} to" for low in edges])
    groups = (*(f"{title} {high:.1%}" for title, high in zip(titles, edges)), f"above {edges[-1]:.1%}")
    places = [np.searchsorted(edges, _areas(table.boxes)) for table in (result.ground_truth, result.detections)]
    return _parted("size", result, groups, *places)


def by_number(result: AveragePrecision) -> Sensitivity:
    """AP by how many people the ground truth has in the key frame: 1, 2, 3, 4 or more (different boxes)."""
    shared, truth = result.shared, result.ground_truth
    counted = np.concatenate([ranking.positives for ranking in result.rankings.values()])
    people = np.unique(np.column_stack([shared.of_truth[truth.frames[counted]], truth.boxes[counted]]), axis=0)[
        :, 0
    ].astype(np.int64)
    number = np.bincount(people, minlength=len(shared.video)).clip(1, CROWD) - 1  # (F,); nobody counts as one
    groups = (*map(str, range(1, CROWD)), f"{CROWD} or more")
    of_truth, of_row = number[shared.of_truth][truth.frames], number[shared.of_detection][result.detections.frames]
    return _parted("number", result, groups, of_truth, of_row)


def by_frequency(result: AveragePrecision) -> Sensitivity:
    """AP of rare and common classes: quarters of the classes with ground truth, rarest first."""
    counts = {action: len(ranking.positives) for action, ranking in result.rankings.items() if len(ranking.positives)}
    rarest = sorted(counts, key=lambda action: (counts[action], action))
    quarters = [quarter for quarter in np.array_split(rarest, PARTS) if len(quarter)]
    groups, truths, classes = [], [], {action: np.full(len(quarters), np.nan) for action in result.rankings}
    for place, quarter in enumerate(quarters):
        groups.append(f"{counts[quarter[0]]:,} to {counts[quarter[-1]]:,}")
        truths.append(sum(counts[action] for action in quarter))
        for action in quarter:
            classes[int(action)][place] = result.ap[action]
    return Sensitivity("frequency", tuple(groups), np.array(truths), classes)


GROUPINGS = {
    "size": ("area of the person's box, share of the frame", by_size),
    "number": ("people in the key frame", by_number),
    "frequency": ("truths of the class", by_frequency),
}


def _areas(boxes: np.ndarray) -> np.ndarray:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _parted(
    by: str, result: AveragePrecision, groups: tuple[str, ...], of_truth: np.ndarray, of_row: np.ndarray
) -> Sensitivity:
    """AP of each group; of_truth and of_row say the group of every row of the two tables."""
    classes, truths = {}, np.zeros(len(groups), np.int64)
    for action, ranking in result.rankings.items():
        of_rank = of_row[ranking.rows]
        of_rank[ranking.hits] = of_truth[ranking.truths]
        targets = of_truth[ranking.positives]
        truths += np.bincount(targets, minlength=len(groups))
        classes[action] = np.array(
            [
                Ranking(
                    ranking.rows[of_rank == group],
                    ranking.hits[of_rank == group],
                    ranking.truths[of_truth[ranking.truths] == group],
                    ranking.positives[targets == group],
                ).ap
                for group in range(len(groups))
            ]
        )
    return Sensitivity(by, groups, truths, classes)
