"""Alignment of patches through time: who became whom between frames, and features re-ordered by it (ATA, NeurIPS 2022).

    features (T, N, C) - cosine of neighbouring frames -> similarity (T-1, N, N) - assign -> steps (T-1, N)
             - compose -> sigma (T, N) - gather -> aligned (T, N, C), in which index i follows one content

Alignment has no parameters. No gradient passes through the matching; it passes through the gather.
"""

import functools
import math
from collections.abc import Callable

import numpy as np
import torch

from vizcore.algorithms.matching.assignment import Assignment, best_assignment, greedy_assignment
from vizcore.algorithms.matching.assignment_ties import Grid
from vizcore.algorithms.matching.tracks import Matching, Tracks, compose
from vizcore.algorithms.ties import cosine_error

__all__ = [
    "METHODS",
    "SINKHORN_TEMPERATURE",
    "Matching",
    "Tracks",
    "align",
    "dealign",
    "loops",
    "match",
    "proximity",
    "track",
]

Array = np.ndarray | torch.Tensor

METHODS = {
    "hungarian": "the permutation of largest total similarity (the paper's)",
    "greedy": "repeatedly the most similar pair of patches that are both still free",
    "sinkhorn": "a soft plan with rows and columns of sum 1, then its largest free entries one by one",
    "identity": "every patch stays in place (plain temporal attention)",
}

SINKHORN_TEMPERATURE = 0.05  # in cosine units; lower is nearer to the Hungarian and slower to balance
SINKHORN_ITERATIONS = 20
SINKHORN_GROWTH = 2  # the error of an entry of the log plan, in errors of similarity / temperature
PRIOR_SPREAD = 3.0  # patches
SMALLEST_NORM = 1e-12
AT_ONCE = 8  # pairs of frames whose patches are matched between two looks at whether to go on
NEIGHBOURS = slice(None, -1), slice(1, None)  # every frame but the last, and the frame after it


def match(prev: Array, curr: Array, method: str = "hungarian") -> Matching:
    """Match every patch of one frame with its own patch of the next.

    Args:
        prev: (N, C) features of the earlier frame, numpy or torch, any device. All-zero rows are similar to nothing.
        curr: (N, C) features of the later frame.
        method: a key of METHODS.

    Raises:
        ValueError: shapes differ, are empty or not (N, C), a value is not finite, or the method is unknown.
    """
    if prev.ndim != 2 or tuple(prev.shape) != tuple(curr.shape) or 0 in prev.shape:
        raise ValueError(f"want two frames (N, C) of one shape, not empty, got {(*prev.shape,)} and {(*curr.shape,)}")
    pair = torch.stack([prev, curr]) if isinstance(prev, torch.Tensor) else np.stack([prev, curr])
    tracks = track(pair, method)
    return Matching(tracks.steps[0], tracks.similarity[0], method, tracks.undecided[0], tracks.rounding)


def track(
    features: Array,
    method: str = "hungarian",
    *,
    prior: float = 0.0,
    grid: Grid | None = None,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> Tracks:
    """Follow every patch of the first frame through a clip.

    Args:
        features: (T, N, C), numpy or torch, any device.
        method: a key of METHODS.
        prior: what staying in place is worth, in cosine units, fading with the distance of a move (see proximity). 0 is
            the paper's matching. 0.1 helps where many patches look alike, and costs little where few do.
        grid: (rows, columns) of patches, row by row, rows x columns = N: tells which patch is nearest, where several
            are equally similar up to rounding; needed for a prior. Without it the patches lie in a line.
        step: told how many pairs of frames are matched, and of how many; may raise to stop.

    Returns:
        Tracks, whose similarity is the cosine alone, without the prior.

    Raises:
        ValueError: features are empty or not (T, N, C), a value is not finite, the method is unknown, or the prior is
            negative or has no fitting grid.
    """
    if features.ndim != 3 or 0 in features.shape:
        raise ValueError(f"want features (T, N, C) without an empty axis, got {(*features.shape,)}")
    count = features.shape[1]
    fits = math.prod(grid) == count if grid else not prior
    if not 0 <= prior < math.inf or not fits:
        raise ValueError(f"want a prior of 0 or more with a grid of {count} patches, got {prior} and {grid}")
    solve = _solver(method)
    similarity = _similarity(features, *NEIGHBOURS).astype(np.float32, copy=False)
    rounding = cosine_error(features.shape[-1], np.float32)
    worth = similarity + np.float32(prior) * proximity(grid) if prior else similarity
    parts = []
    for first in range(0, max(1, len(worth)), AT_ONCE):
        step(first, len(worth))
        parts.append(solve(worth[first : first + AT_ONCE], rounding, grid))
    columns, undecided = (np.concatenate([getattr(part, name) for part in parts]) for name in ("columns", "undecided"))
    return Tracks(columns, similarity, method, undecided, rounding)


def proximity(grid: Grid) -> np.ndarray:
    """(N, N) float32: 1 for a patch and itself, falling as a Gaussian with the distance of two patches in the grid."""
    rows, columns = (offset.ravel() for offset in np.indices(grid))
    squared = (rows[:, None] - rows) ** 2 + (columns[:, None] - columns) ** 2
    return np.exp(-squared / (2 * PRIOR_SPREAD**2)).astype(np.float32)


def align(x: Array, method: str = "hungarian", batched: bool = False, grid: Grid | None = None) -> tuple[Array, Array]:
    """Re-order the patches of every frame so that index i follows the same content through time.

    Args:
        x: (T, N, C), (T, H, W, C) or (B, T, H, W, C); with batched=True also (B, T, N, C), which cannot be told from
            (T, H, W, C) by its shape. Numpy or torch, any device; never changed. Clips of a batch are independent.
        method: a key of METHODS.
        batched: a 4-D x is (B, T, N, C).
        grid: (rows, columns) of the N patches, as for track; (H, W) where x has them.

    Returns:
        aligned: like x, a pure gather: aligned[t, i] = x[t, sigma[t, i]]; gradients flow through it.
        sigma: (T, N) or (B, T, N) int64, of x's kind and device.

    Raises:
        ValueError: x has another number of axes or an empty one, a value is not finite, or the method is unknown.
    """
    solve = _solver(method)
    tokens = _as_tokens(x, batched)  # (T, N, C) or (B, T, N, C)
    grid = grid if tokens.ndim == x.ndim else tuple(x.shape[-3:-1])
    similarity = _similarity(tokens, *NEIGHBOURS)
    sigma = compose(solve(similarity, cosine_error(x.shape[-1], similarity.dtype), grid).columns)
    if isinstance(x, torch.Tensor):
        sigma = torch.from_numpy(sigma).to(x.device)
    return gather(tokens, sigma).reshape(x.shape), sigma


def dealign(aligned: Array, sigma: Array) -> Array:
    """Undo align exactly: x[t, sigma[t, i]] = aligned[t, i].

    Args:
        aligned: as align returned it, or what was made from it with another number of channels.
        sigma: (T, N) or (B, T, N) permutations, as align returned them; numpy or torch.

    Raises:
        ValueError: the shapes do not belong together.
    """
    lead, patches = aligned.shape[: sigma.ndim - 1], aligned.shape[sigma.ndim - 1 : -1]
    fits = sigma.ndim in (2, 3) and aligned.ndim - sigma.ndim in (1, 2) and lead == sigma.shape[:-1]
    if not fits or math.prod(patches) != sigma.shape[-1]:
        raise ValueError(f"want features (..., T, N, C) for sigma {(*sigma.shape,)}, got {(*aligned.shape,)}")
    if isinstance(aligned, torch.Tensor):
        sigma = torch.as_tensor(sigma, device=aligned.device)
    tokens = aligned.reshape(*sigma.shape, aligned.shape[-1])
    return gather(tokens, sigma.argsort(-1)).reshape(aligned.shape)


def loops(features: Array, tracks: Tracks, grid: Grid | None = None) -> np.ndarray:
    """How far the chain holds: (T,) share of tracks that end, at frame t, where matching frame 0 directly ends.

    Args:
        features: (T, N, C) as given to track; compared from frame 0 to every frame with the tracks' method.
        tracks: what track said about them.
        grid: as it was given to track.
    """
    if tuple(features.shape[:2]) != tracks.sigma.shape:
        raise ValueError(f"want features of {tracks.sigma.shape} patches, got {(*features.shape,)}")
    from_first = _similarity(features, slice(1), slice(None))  # (T, N, N)
    direct = _solver(tracks.method)(from_first, tracks.rounding, grid).columns  # (T, N)
    share = (direct == tracks.sigma).mean(-1)
    share[0] = 1.0  # nothing has moved yet
    return share


def _as_tokens(x: Array, batched: bool) -> Array:
    """(T, N, C) or (B, T, N, C), whatever way the patches were laid out."""
    wanted = "(B, T, N, C) or (B, T, H, W, C)" if batched else "(T, N, C), (T, H, W, C) or (B, T, H, W, C)"
    if x.ndim not in ((4, 5) if batched else (3, 4, 5)) or 0 in x.shape:
        raise ValueError(f"want features {wanted} without an empty axis, got {(*x.shape,)}")
    if x.ndim == 3 or (x.ndim == 4 and batched):
        return x
    return x.reshape(*x.shape[:-3], x.shape[-3] * x.shape[-2], x.shape[-1])


def _similarity(tokens: Array, earlier: slice, later: slice) -> np.ndarray:
    """Cosines (..., N, N) between frames of tokens (..., T, N, C), earlier ones as rows, on the CPU, without gradients.

    The product is divided by the lengths, not the tokens before it: N x N numbers a frame pair instead of N x C. A
    token shorter than 1e-12 counts as that long, and so is similar to nothing.
    """
    if isinstance(tokens, torch.Tensor):
        tokens = tokens.detach().to(torch.float64 if tokens.dtype == torch.float64 else torch.float32)
        length = torch.linalg.vector_norm(tokens, dim=-1)  # (..., T, N)
    else:
        tokens = tokens.astype(np.float64 if tokens.dtype == np.float64 else np.float32, copy=False)
        length = np.sqrt(np.einsum("...c,...c->...", tokens, tokens))
    if not bool((length < np.inf).all()):
        raise ValueError("want finite features, got nan, infinity or a length beyond the number range")
    scale = 1 / length.clip(SMALLEST_NORM)
    cosine = tokens[..., earlier, :, :] @ tokens[..., later, :, :].swapaxes(-1, -2)
    cosine *= scale[..., earlier, :, None]
    cosine *= scale[..., later, None, :]
    return cosine.cpu().numpy() if isinstance(cosine, torch.Tensor) else cosine


def gather(tokens: Array, order: Array) -> Array:
    """tokens[..., order[..., i], :] at place i, for tokens (..., N, C) and order (..., N)."""
    if isinstance(tokens, np.ndarray):
        return np.take_along_axis(tokens, order[..., None], axis=-2)
    *lead, count, channels = tokens.shape
    first = torch.arange(math.prod(lead), device=tokens.device).reshape(*lead, 1) * count  # where each frame begins
    rows = tokens.reshape(-1, channels).index_select(0, (order + first).flatten())  # far faster than take_along_dim
    return rows.reshape(tokens.shape)


def _solver(method: str) -> Callable[[np.ndarray, float, Grid | None], Assignment]:
    """A function from similarities (..., N, N), their rounding error and the grid to an Assignment (..., N)."""
    if method not in METHODS:
        raise ValueError(f"want a method of {', '.join(METHODS)}, got {method!r}")
    return functools.partial(_solve, method)


def _solve(method: str, similarity: np.ndarray, rounding: float, grid: Grid | None) -> Assignment:
    *lead, count, _ = similarity.shape
    stack = similarity.reshape(-1, count, count)
    if method == "identity":
        found = Assignment(np.tile(np.arange(count), (len(stack), 1)), np.zeros((len(stack), count), bool))
    elif method == "hungarian":
        found = best_assignment(stack, rounding, grid)
    elif method == "greedy":
        found = greedy_assignment(stack, rounding, grid)
    else:
        from vizcore.algorithms.matching.graph_matching import log_sinkhorn  # no other method balances a plan

        log_plan = log_sinkhorn(stack, SINKHORN_TEMPERATURE, SINKHORN_ITERATIONS)
        found = greedy_assignment(log_plan, SINKHORN_GROWTH * rounding / SINKHORN_TEMPERATURE, grid)
    return Assignment(found.columns.reshape(*lead, count), found.undecided.reshape(*lead, count))
