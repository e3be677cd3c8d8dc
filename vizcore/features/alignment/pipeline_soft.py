"""What the soft alignment of a pair costs, from hard to soft.

Pair, cost, temperatures -> path_costs -> the cost of the cheapest path, and of both soft minima at every temperature
"""

from functools import lru_cache

import numpy as np
import torch

from vizcore.algorithms.alignment.soft_dtw import accumulate
from vizcore.features.alignment.pipeline import costs
from vizcore.features.alignment.pipeline_strands import Pair


@lru_cache(maxsize=4)
def path_costs(pair: Pair, kind: str, beta: float, gammas: tuple[float, ...]) -> tuple[float, dict[str, np.ndarray]]:
    """What the cheapest path costs, and {what a minimum is called: (G,) what the soft one costs at each gamma}.

    Neither knows of a band or open ends. A slider of gamma calls this again and again: the last ones are cached.

    Args:
        pair: of any lengths.
        kind: a key of COSTS.
        beta: temperature of the contrastive cost, above 0.
        gammas: (G,) temperatures of the soft minimum, above 0.
    """
    cost = torch.from_numpy(costs(pair, kind, beta))
    named = {"smoothMin": "smooth", "min^γ": "soft"}
    curves = {
        name: np.array([float(accumulate(cost, gamma, minimum)[-1, -1]) for gamma in gammas])
        for name, minimum in named.items()
    }
    return float(accumulate(cost, 0.0)[-1, -1]), curves
