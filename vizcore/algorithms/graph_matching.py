"""Matching two graphs by their nodes: Sinkhorn's doubly stochastic plan, and the loss of a plan against the truth.

    scores (..., N, N) / temperature - rows, columns, rows ... normalised in the log domain -> plan (..., N, N)

Source: Sinkhorn 1964; as used by PCA-GM (Wang et al. 2019) and contextually refined temporal keypoints (ICCV 2023).
"""

import numpy as np
import torch

Array = np.ndarray | torch.Tensor


def log_sinkhorn(scores: Array, temperature: float = 1.0, iterations: int = 10) -> Array:
    """The logarithm of sinkhorn's plan: keeps an order where the plan itself rounds to 0."""
    if scores.ndim < 2 or scores.shape[-1] != scores.shape[-2]:
        raise ValueError(f"want square scores (..., N, N), got {(*scores.shape,)}")
    if not temperature > 0 or iterations < 0:
        raise ValueError(f"want a temperature above 0 and iterations of 0 or more, got {temperature} and {iterations}")
    log_plan = scores / temperature
    for k in range(iterations):
        log_plan = log_plan - _log_sum_exp(log_plan, axis=-2 if k % 2 else -1)
    return log_plan


def sinkhorn(scores: Array, temperature: float = 1.0, iterations: int = 10) -> Array:
    """Turn scores into a plan whose rows and columns sum to 1, by normalising them in turn.

    Args:
        scores: (..., N, N) numpy or torch, rows the source; differentiable for torch.
        temperature: divides the scores; lower is nearer to a permutation and slower to balance.
        iterations: normalisations, rows first. After an even number the columns sum to 1 and the rows nearly do.

    Returns:
        (..., N, N) plan, entries 0 to 1, of the scores' kind and device.

    Raises:
        ValueError: scores are not square, the temperature is not positive, or iterations is negative.
    """
    log_plan = log_sinkhorn(scores, temperature, iterations)
    return log_plan.exp() if isinstance(log_plan, torch.Tensor) else np.exp(log_plan)


def _log_sum_exp(x: Array, axis: int) -> Array:
    """(..., 1) or (..., 1, N): log of the summed exponentials, safe for large values."""
    if isinstance(x, torch.Tensor):
        return x.logsumexp(axis, keepdim=True)
    peak = x.max(axis, keepdims=True)
    return np.log(np.exp(x - peak).sum(axis, keepdims=True)) + peak
