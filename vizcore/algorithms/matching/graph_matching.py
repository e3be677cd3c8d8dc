"""Matching two graphs by their nodes: Sinkhorn's doubly stochastic plan, and the loss of a plan against the truth.

    scores (..., N, N) / temperature - rows, columns, rows ... normalised in the log domain -> plan (..., N, N)

Source: Sinkhorn 1964; as used by PCA-GM (Wang et al., ICCV 2019) and contextually refined temporal keypoints (RTK,
ICCV 2023).
"""

import numpy as np
import torch

Array = np.ndarray | torch.Tensor

FORMS = {
    "right": "G log S + (1 - G) log(1 - S): the cross entropy that PCA-GM trains with",
    "printed": "G log S + (1 - G)(1 - log S): as the RTK supplement prints it; unbounded below, and not 0 at S = G",
}
SMALLEST_SHARE = 1e-7  # of a plan, and of what is missing to 1: their logarithms stay finite


def log_sinkhorn(scores: Array, temperature: float = 1.0, iterations: int = 10) -> Array:
    """The logarithm of sinkhorn's plan: keeps an order where the plan itself rounds to 0.

    It is float32 at least: in float16, scores of 1000 or a temperature of 0.01 already leave its range.

    Args:
        scores: (..., N, N), numpy or torch.
        temperature: above 0; small ones come near to a permutation.
        iterations: normalisations, rows and columns in turn.
    """
    if scores.ndim < 2 or scores.shape[-1] != scores.shape[-2]:
        raise ValueError(f"want square scores (..., N, N), got {(*scores.shape,)}")
    if not temperature > 0 or iterations < 0:
        raise ValueError(f"want a temperature above 0 and iterations of 0 or more, got {temperature} and {iterations}")
    if not _all_finite(scores):
        raise ValueError("want finite scores, got nan or infinity")
    log_plan = _at_least_float32(scores) / temperature
    for k in range(iterations):
        log_plan = log_plan - _log_sum_exp(log_plan, axis=-2 if k % 2 else -1)
    return log_plan


def sinkhorn(scores: Array, temperature: float = 1.0, iterations: int = 10) -> Array:
    """Turn scores into a plan whose rows and columns sum to 1, by normalising them in turn.

    Args:
        scores: (..., N, N) numpy or torch, rows the source; differentiable for torch.
        temperature: divides the scores; lower is nearer to a permutation and slower to balance.
        iterations: normalisations, rows first. After an even number the columns sum to 1 and the rows nearly do: how
            nearly, balance_error tells; of a low temperature they may be far from it.

    Returns:
        (..., N, N) plan, entries 0 to 1, of the scores' kind and device, float32 at least.

    Raises:
        ValueError: scores are not square or not finite, the temperature is not positive, or iterations is negative.
    """
    log_plan = log_sinkhorn(scores, temperature, iterations)
    return log_plan.exp() if isinstance(log_plan, torch.Tensor) else np.exp(log_plan)


def balance_error(plan: Array) -> float:
    """How far the sums of a plan's rows and columns are from 1 at most: 0 of one that is doubly stochastic.

    Args:
        plan: (..., N, N) as of sinkhorn.
    """
    plan = plan.detach().cpu().double().numpy() if isinstance(plan, torch.Tensor) else np.asarray(plan, np.float64)
    return float(max((abs(plan.sum(axis) - 1).max() for axis in (-1, -2)), default=0.0))


def permutation_loss(plan: Array, truth: Array, form: str = "right") -> Array:
    """How far a plan is from the true matching: minus the sum over all pairs of a form of cross entropy.

    Args:
        plan: (..., N, N) shares 0 to 1, rows the source; numpy or torch, differentiable for torch.
        truth: (..., N, N) 1 where two nodes belong together, else 0. Rows and columns of 0 belong to nobody.
        form: a key of FORMS.

    Returns:
        (...) one loss a pair of graphs, of the plan's kind; divide by N for the loss of a node. Of the right form: 0 or
        more, and 0 only (up to the clamp at 1e-7) where plan and truth are one.

    Raises:
        ValueError: the shapes differ or are not square, or the form is unknown.
    """
    if plan.ndim < 2 or plan.shape[-1] != plan.shape[-2] or tuple(plan.shape) != tuple(truth.shape):
        raise ValueError(f"want a plan and a ground truth (..., N, N), got {(*plan.shape,)} and {(*truth.shape,)}")
    if form not in FORMS:
        raise ValueError(f"want a form of {', '.join(FORMS)}, got {form!r}")
    share = plan.clip(SMALLEST_SHARE, 1 - SMALLEST_SHARE)
    log = torch.log if isinstance(plan, torch.Tensor) else np.log
    apart = log(1 - share) if form == "right" else 1 - log(share)
    return -(truth * log(share) + (1 - truth) * apart).sum((-2, -1))


def _all_finite(scores: Array) -> bool:
    return bool((torch if isinstance(scores, torch.Tensor) else np).isfinite(scores).all())


def _at_least_float32(scores: Array) -> Array:
    if isinstance(scores, torch.Tensor):
        return scores.to(torch.promote_types(scores.dtype, torch.float32))
    return scores.astype(np.result_type(scores, np.float32), copy=False)


def _log_sum_exp(x: Array, axis: int) -> Array:
    """(..., 1) or (..., 1, N): log of the summed exponentials, safe for large values."""
    if isinstance(x, torch.Tensor):
        return x.logsumexp(axis, keepdim=True)
    peak = x.max(axis, keepdims=True)
    return np.log(np.exp(x - peak).sum(axis, keepdims=True)) + peak
