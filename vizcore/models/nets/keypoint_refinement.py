"""Keypoints looked at as a graph: which of them to trust, and of which class they are, judged beside their neighbours.

    heat, points -> nodes (M, F) in order of time - graph convolution -> structure (M, D) -> trust and classes
    in training: structure of predicted and of true points - GraphMatcher -> plan, the permutation loss

Source: RTK, ICCV 2023: graph matching with the true keypoints teaches the structure, and is not there afterwards. How
the structure refines the points is not published; here it moves confidences and classes, and times stay.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.algorithms.segmentation.reassembly import ActionPoint, BoundaryPoint
from vizcore.models.nets.graph_matching import GraphMatcher, chain
from vizcore.models.nets.keypoints import Heat, Points

REACH = 3  # neighbours on either side, in order of time
FAR = 60.0  # frames to a neighbour that count as 1
NEVER = 1e-4  # shares are kept this far from 0 and 1 where logits are made of them

Point = ActionPoint | BoundaryPoint


class PointFeatures(NamedTuple):
    """M points of a video as nodes of a graph, and what a verdict begins with."""

    nodes: Tensor  # (M, F)
    trust: Tensor  # (M,) logits of the points' own confidences
    classes: Tensor  # (M, C) logits of heat there


class Refiner(nn.Module):
    """See the module's first lines.

    Args:
        features: channels of Heat.features.
        classes: C.
        width: D.
        apart: the keypoint net learns nothing from the graph; may be set later, as refiner.matcher.apart.
    """

    def __init__(self, features: int, classes: int, width: int = 48, apart: bool = True):
        super().__init__()
        self.classes, inputs = classes, features + 2 * classes + 5
        self.matcher = GraphMatcher(inputs, width, apart=apart)
        self.dummy = nn.Parameter(torch.zeros(inputs))  # node of nobody, where one graph has fewer than the other
        self.verdict = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1 + classes))
        nn.init.zeros_(self.verdict[-1].weight)  # at first every point stays as it is
        nn.init.zeros_(self.verdict[-1].bias)

    def features(self, heat: Heat, video: int, points: Sequence[Point]) -> PointFeatures:
        """What the heat of a video shows at its points, what they claim, and how far their neighbours are.

        Args:
            heat: of the keypoint net for a batch of videos.
            video: which one of the batch.
            points: its actions and boundaries, in order of time.
        """
        here = heat.boundaries.device
        times = torch.tensor([point.time for point in points], device=here)
        at = times.round().long().clamp(0, heat.boundaries.shape[1] - 1)
        kinds = [point.label if isinstance(point, ActionPoint) else self.classes for point in points]
        kind = F.one_hot(torch.tensor(kinds, device=here), self.classes + 1)  # (M, C + 1)
        trust = logit(torch.tensor([point.confidence for point in points], device=here))
        shares = heat.classes[video, :, at].sigmoid().T  # (M, C)
        edge = heat.boundaries[video, at].sigmoid()
        gaps = times.diff(prepend=times[:1], append=times[-1:]) / FAR  # (M + 1,)
        numbers = torch.stack([trust, gaps[:-1], gaps[1:]], 1)
        nodes = torch.cat([heat.features[video, :, at].T, shares, edge[:, None], kind, numbers], 1)
        return PointFeatures(nodes, trust, logit(shares))

    def judged(self, points: PointFeatures) -> tuple[Tensor, Tensor]:
        """Logits of trust (M,) and of classes (M, C), of points in order of time."""
        edges = chain(len(points.nodes), REACH).to(points.nodes.device)
        changes = self.verdict(self.matcher.structure(points.nodes[None], edges)[0])  # (M, 1 + C)
        classes = points.classes.detach() if self.matcher.apart else points.classes
        return points.trust + changes[:, 0], classes + changes[:, 1:]

    @torch.no_grad()
    def refined(self, heat: Heat, candidates: Sequence[Points]) -> list[Points]:
        """The same points with other confidences, and actions with other classes; of every video of the heat."""
        found = []
        for video, points in enumerate(candidates):
            order = in_time(points)
            if not order:
                found.append(points)
                continue
            trust, classes = self.judged(self.features(heat, video, order))
            answers = list(zip(order, trust.sigmoid().tolist(), classes.argmax(1).tolist()))
            actions = [ActionPoint(p.time, label, share) for p, share, label in answers if isinstance(p, ActionPoint)]
            moments = [BoundaryPoint(p.time, share) for p, share, _ in answers if isinstance(p, BoundaryPoint)]
            found.append(Points(sorted(actions), sorted(moments)))
        return found


def in_time(points: Points) -> list[Point]:
    """Actions and boundaries in one list, in order of time."""
    return sorted([*points.actions, *points.boundaries], key=lambda point: point.time)


def logit(share: Tensor) -> Tensor:
    """Of shares from 0 to 1, finite."""
    return share.clamp(NEVER, 1 - NEVER).logit()
