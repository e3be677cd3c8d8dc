"""Teaching the graph of keypoints: predicted points, some of them corrupted, are matched with the true ones.

labels (T,) -> true points;  heat -> predicted points - corrupted - paired with the true ones
    -> plan - permutation loss;  trust, classes - cross entropies
"""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.algorithms.matching.graph_matching import permutation_loss
from vizcore.algorithms.segmentation.metrics import segments
from vizcore.algorithms.segmentation.reassembly import ActionPoint, BoundaryPoint
from vizcore.models.nets.graph_matching import chain
from vizcore.models.nets.keypoint_refinement import REACH, Point, Refiner, in_time
from vizcore.models.nets.keypoints import CANDIDATE, Heat, Points, points_of
from vizcore.models.nets.segmenters import Keypoints

NEAR = 6.0  # frames within which a boundary is a true one
SWAPPED, ADDED = 0.15, 0.15  # shares of points that get another class, and that are added, in training
LARGEST = 80  # candidates of a stretch of a video: an untrained net sees peaks everywhere


class Joint(nn.Module):
    """Keypoints and graph in one training, with the permutation loss of every step so far: a killed one goes on."""

    def __init__(self, net: Keypoints, steps: int):
        super().__init__()
        self.net = net
        self.register_buffer("told", torch.full((steps,), torch.nan))


@dataclass(frozen=True, eq=False)
class Paired:
    """Predicted points in order of time, and what is true of them."""

    points: list[Point]
    true: list[Point]  # in order of time
    pairs: list[tuple[int, int]]  # predicted, true
    trust: np.ndarray  # (P,) bool: a boundary or an action that is true
    label: np.ndarray  # (P,) int64: class of the frame that the point is at


def true_points(labels: np.ndarray) -> Points:
    """Middles of the runs of labels (T,), and where all but the first begin; of confidence 1."""
    runs = segments(labels)
    actions = [ActionPoint(float((run.start + run.stop - 1) // 2), run.label, 1.0) for run in runs]
    return Points(actions, [BoundaryPoint(float(run.start), 1.0) for run in runs[1:]])


def corrupted(points: Points, classes: int, length: int, chance: np.random.Generator) -> Points:
    """Some actions get another class, and some points that nobody saw are added.

    Args:
        points: of a video.
        classes: how many there are.
        length: frames of the video.
        chance: source of chance of the step.
    """
    actions = [
        point._replace(label=int(chance.integers(classes))) if chance.random() < SWAPPED else point
        for point in points.actions
    ]
    for _ in range(chance.binomial(len(actions), ADDED)):
        added = ActionPoint(float(chance.integers(length)), int(chance.integers(classes)), chance.uniform(0.1, 0.7))
        actions.append(added)
    moments = list(points.boundaries)
    for _ in range(chance.binomial(len(moments), ADDED)):
        moments.append(BoundaryPoint(float(chance.integers(1, length)), chance.uniform(0.1, 0.7)))
    return Points(sorted(actions), sorted(moments))


def paired(points: Points, labels: np.ndarray) -> Paired:
    """Which predicted points are which true ones: within the action, of its class before others; or near the boundary.

    Of all one-to-one pairings the one with the most certain and nearest points.
    """
    found, truth = in_time(points), in_time(true_points(labels))
    here = np.array([labels[min(max(round(point.time), 0), len(labels) - 1)] for point in found], np.int64)
    starts = np.flatnonzero(np.diff(labels)) + 1
    likeness = np.zeros((len(found), len(truth)))
    for i, point in enumerate(found):
        for j, other in enumerate(truth):
            likeness[i, j] = _likeness(point, other, starts)
    rows, columns = linear_sum_assignment(likeness, maximize=True)
    pairs = [(int(i), int(j)) for i, j in zip(rows, columns) if likeness[i, j] > 0]
    trust = np.zeros(len(found), bool)
    trust[[i for i, _ in pairs]] = True
    trust |= [isinstance(point, ActionPoint) and point.label == label for point, label in zip(found, here)]
    return Paired(found, truth, pairs, trust, here)


def _likeness(point: Point, other: Point, starts: np.ndarray) -> float:
    """How well a predicted point stands for a true one; 0 for not at all."""
    if isinstance(point, BoundaryPoint) and isinstance(other, BoundaryPoint):
        return max(0.0, 1 - abs(point.time - other.time) / NEAR) + 1e-3 * (abs(point.time - other.time) < NEAR)
    if isinstance(point, ActionPoint) and isinstance(other, ActionPoint):
        same_run = np.searchsorted(starts, point.time, "right") == np.searchsorted(starts, other.time, "right")
        return same_run * (point.confidence + 2.0 * (point.label == other.label))
    return 0.0


def refinement_losses(refiner: Refiner, heat: Heat, video: int, pairing: Paired) -> tuple[Tensor, Tensor]:
    """Of one video: the permutation loss for each node, and the cross entropies of trust and class.

    Args:
        refiner: the graph net.
        heat: of the keypoint net for a batch of videos.
        video: which one of the batch.
        pairing: predicted points with the true ones.
    """
    found, true = (refiner.features(heat, video, points) for points in (pairing.points, pairing.true))
    trust, classes = refiner.judged(found)
    action = torch.tensor([isinstance(point, ActionPoint) for point in pairing.points])
    verdict = F.binary_cross_entropy_with_logits(trust, torch.from_numpy(pairing.trust).float())
    if action.any():
        verdict = verdict + F.cross_entropy(classes[action], torch.from_numpy(pairing.label)[action])
    count = max(len(pairing.points), len(pairing.true))
    graphs = [padded(refiner, side.nodes, count) for side in (found, true)]
    plan = refiner.matcher(*(nodes for nodes, _ in graphs), *(edges for _, edges in graphs))
    truth = torch.zeros(1, count, count)
    for i, j in pairing.pairs:
        truth[0, i, j] = 1
    return permutation_loss(plan, truth)[0] / count, verdict


def padded(refiner: Refiner, nodes: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Nodes (1, count, F) with dummies at the end, and their edges (1, count, count); dummies have none.

    Args:
        refiner: the graph net.
        nodes: (K, F), K at most `count`.
        count: nodes afterwards.
    """
    missing = count - len(nodes)
    edges = F.pad(chain(len(nodes), REACH), (0, missing, 0, missing))
    return torch.cat([nodes, refiner.dummy.expand(missing, -1)])[None], edges[None]


def graph_loss(refiner: Refiner, heat: Heat, labels: Tensor, chance: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Permutation loss and verdict loss, means over the videos of a batch that have any points.

    Args:
        refiner: the graph net.
        heat: of the keypoint net for a batch of videos.
        labels: (B, T) int.
        chance: source of chance of the step.
    """
    losses = []
    for video, points in enumerate(points_of(heat, CANDIDATE, CANDIDATE)):
        truth = labels[video].numpy()
        pairing = paired(corrupted(points, refiner.classes, len(truth), chance), truth)
        if 2 <= len(pairing.points) <= LARGEST:
            losses.append(torch.stack(refinement_losses(refiner, heat, video, pairing)))
    if not losses:
        return heat.features.sum() * 0, heat.features.sum() * 0
    permutation, verdict = torch.stack(losses).mean(0)
    return permutation, verdict
