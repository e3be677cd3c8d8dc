"""How well groups without names tell classes: each group is given the class that fits best, one to one.

    pairs of clusters (T,), truth (T,) - frames in common (K, C) - Hungarian -> {cluster: class} - compare -> Matched

By video, every video has its own naming, as in the unsupervised papers that cluster each by itself; over the set, a
cluster is one thing in all videos (Kukleva et al. 2019). Clusters that are left over are of no class.
"""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from vizcore.algorithms.segmentation.metrics import Labels, Pair, Scores, evaluate

SCOPES = {"video": "each video by itself", "set": "all videos together"}


@dataclass(frozen=True, eq=False)
class Matched:
    """Clusters compared with classes after the best naming; percentages."""

    mof: float  # share of frames of the true class ("mean over frames"), over the frames of all videos
    f1: float  # 2 shared / (cluster + class) of a class's frames, mean over classes of a naming, then over namings
    iou: float  # shared / (cluster or class), likewise
    scores: Scores  # edit score and segmental F1 of the named labels
    names: tuple[dict[Hashable, Hashable], ...]  # {cluster: class} of each naming: one a video, or one in all
    named: tuple[list[Hashable], ...]  # (T,) of each video: the class of its cluster, None where it has none

    def __repr__(self) -> str:
        return f"Matched({len(self.named)} videos, MoF {self.mof:.1f}, F1 {self.f1:.1f}, IoU {self.iou:.1f})"


def unsupervised_scores(pairs: Iterable[Pair], scope: str = "video", background: Collection[Hashable] = ()) -> Matched:
    """Name clusters by the classes with which they have the most frames in common, and score that.

    Args:
        pairs: (clusters, truth) of each video, (T,) hashable labels each, T of 1 or more.
        scope: a key of SCOPES.
        background: classes whose segments do not count in edit score and segmental F1; their frames do.

    Raises:
        ValueError: there is no pair, a pair has two lengths or none, or the scope is unknown.
    """
    pairs = [(_listed(clusters), _listed(truth)) for clusters, truth in pairs]
    if scope not in SCOPES:
        raise ValueError(f"want a scope of {', '.join(SCOPES)}, got {scope!r}")
    if not pairs or any(len(clusters) != len(truth) or not truth for clusters, truth in pairs):
        lengths = [(len(clusters), len(truth)) for clusters, truth in pairs[:4]]
        raise ValueError(f"want a cluster for each frame of the truth, of one video or more, got {lengths}")
    sets = [[pair] for pair in pairs] if scope == "video" else [pairs]
    names, f1, iou = zip(*(_naming(videos) for videos in sets))
    every = names if scope == "video" else names * len(pairs)
    named = tuple([name.get(cluster) for cluster in clusters] for name, (clusters, _) in zip(every, pairs))
    scores = evaluate([(labels, truth) for labels, (_, truth) in zip(named, pairs)], background)
    return Matched(scores.acc, 100 * float(np.mean(f1)), 100 * float(np.mean(iou)), scores, names, named)


def _listed(labels: Labels) -> list[Hashable]:
    return labels.tolist() if isinstance(labels, np.ndarray) else list(labels)


def _naming(pairs: list[tuple[list, list]]) -> tuple[dict[Hashable, Hashable], float, float]:
    """The best naming of some videos, and the mean F1 and IoU of their classes, 0 to 1."""
    clusters, classes = (list(dict.fromkeys(label for pair in pairs for label in pair[side])) for side in (0, 1))
    row, column = ({label: k for k, label in enumerate(labels)} for labels in (clusters, classes))
    shared = np.zeros((len(clusters), len(classes)), np.int64)
    for told, truth in pairs:
        np.add.at(shared, ([row[label] for label in told], [column[label] for label in truth]), 1)
    rows, columns = linear_sum_assignment(shared, maximize=True)
    hits = np.zeros((2, len(classes)))  # frames in common, and frames of the cluster
    hits[:, columns] = shared[rows, columns], shared.sum(1)[rows]
    both = hits[1] + shared.sum(0)
    f1, iou = 2 * hits[0] / both, hits[0] / (both - hits[0])
    pairs_with_frames = [(clusters[k], classes[c]) for k, c in zip(rows, columns) if shared[k, c]]
    return dict(pairs_with_frames), float(f1.mean()), float(iou.mean())
