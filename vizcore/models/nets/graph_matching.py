"""A net that matches the nodes of two graphs: predicted temporal keypoints with the true ones.

    nodes (B, M, F), edges (B, M, M) of each graph - graph convolution -> structure (B, M, D)
            - affinity, Sinkhorn, take from the other graph, graph convolution, affinity, Sinkhorn -> plan (B, M, M)

Source: PCA-GM (Wang et al., ICCV 2019), as the supplement of contextually refined temporal keypoints (RTK, ICCV 2023)
says to follow. The truth is needed for a plan, so only training sees one; what stays is the structure of the first
layer, which knows nothing of the other graph.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vizcore.algorithms.matching.graph_matching import sinkhorn

TEMPERATURE = 0.05  # PCA-GM's, as the number of iterations
ITERATIONS = 20


class GraphMatcher(nn.Module):
    """See the module's first lines.

    Args:
        inputs: F, features of a node.
        width: D.
        temperature: of Sinkhorn's plans.
        apart: whoever made the nodes learns nothing from the matching (the paper's figure 3: its loss falls better so).
            May be set on the net later.
    """

    def __init__(self, inputs: int, width: int = 64, temperature: float = TEMPERATURE, apart: bool = True):
        super().__init__()
        self.temperature, self.apart = temperature, apart
        self.first, self.second = GraphConvolution(inputs, width), GraphConvolution(width, width)
        self.early, self.late = Affinity(width), Affinity(width)
        self.hear = nn.Linear(2 * width, width)

    def structure(self, nodes: Tensor, edges: Tensor) -> Tensor:
        """(B, M, D): nodes (B, M, F) with those of their neighbours by edges (B, M, M) or (M, M)."""
        return self.first(nodes.detach() if self.apart else nodes, edges)

    def forward(self, source: Tensor, target: Tensor, source_edges: Tensor, target_edges: Tensor) -> Tensor:
        """The plan (B, M, M) of two graphs with nodes (B, M, F); its columns sum to 1, its rows nearly do.

        Args:
            source, target: (B, M, F) nodes.
            source_edges, target_edges: (B, M, M) or (M, M) weights of edges.

        Raises:
            ValueError: the graphs do not have as many nodes: a plan with sums of 1 needs dummy nodes then.
        """
        if source.shape != target.shape:
            raise ValueError(f"want graphs of as many nodes, got {(*source.shape,)} and {(*target.shape,)}")
        s, t = self.structure(source, source_edges), self.structure(target, target_edges)  # (B, M, D) each
        plan = self._plan(self.early(s, t))
        s, t = self.hear(torch.cat([s, plan @ t], -1)), self.hear(torch.cat([t, plan.mT @ s], -1))
        return self._plan(self.late(self.second(s, source_edges), self.second(t, target_edges)))

    def _plan(self, affinity: Tensor) -> Tensor:
        return sinkhorn(affinity, self.temperature, ITERATIONS)


class GraphConvolution(nn.Module):
    """x' = A relu(W x) + relu(U x), every column of A scaled to sum 1."""

    def __init__(self, inputs: int, width: int):
        super().__init__()
        self.neighbours, self.own = nn.Linear(inputs, width), nn.Linear(inputs, width)

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:  # (B, M, F), (B, M, M) or (M, M) -> (B, M, D)
        return F.normalize(edges, p=1, dim=-2) @ self.neighbours(x).relu() + self.own(x).relu()


class Affinity(nn.Module):
    """How well each node of one graph goes with each of another: s L t', L learnt, at first nearly the identity."""

    def __init__(self, width: int):
        super().__init__()
        spread = width**-0.5
        self.weight = nn.Parameter(torch.eye(width) + torch.empty(width, width).uniform_(-spread, spread))

    def forward(self, source: Tensor, target: Tensor) -> Tensor:  # (B, M, D) twice -> (B, M, M)
        return source @ self.weight @ target.mT


def chain(count: int, reach: int = 1) -> Tensor:
    """Edges (M, M) of points in order of time: 1 between those at most `reach` apart in the order, 0 to themselves."""
    place = torch.arange(count)
    apart = (place[:, None] - place).abs()
    return ((apart > 0) & (apart <= reach)).float()
