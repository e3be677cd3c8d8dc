"""Where a model looks: heat maps from the features of one layer and, for most of them, the gradients of a class.

    features (T, h, w, D), gradients (T, h, w, D) - one of CAMS -> heat (T, h, w) - normalise -> 0 to 1

Features and gradients are maps (token_maps makes them of what any layer gives), as tensors on any device or as arrays;
heat is a tensor on the same device, of 32 bits at least. The methods were made for images. For a clip, what is pooled
over the places of an image is pooled over all places of all frames (pool="clip"): a channel has one weight for the
clip, so that the frames can be compared. pool="frame" treats every frame as an image of its own.

Maps of attention are in attention_flow; what heat maps are worth is measured in faithfulness.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vizcore.algorithms.attribution.token_maps import tensor_of
from vizcore.algorithms.ties import SLACK, upright

__all__ = [
    "CAMS",
    "POOLS",
    "SCOPES",
    "Cam",
    "channel_mean",
    "eigen_cam",
    "grad_cam",
    "grad_cam_plus_plus",
    "heat",
    "layer_cam",
    "normalise",
]

POOLS = {"clip": (0, 1, 2), "frame": (1, 2)}  # the axes of (T, h, w, D) that a channel's weight is pooled over
SCOPES = {"frame": 2, "row": 3, "all": None}  # how many of the last axes share a scale; None for all there are


@dataclass(frozen=True)
class Cam:
    """One way to make heat of features."""

    title: str
    formula: str  # x: features, g: gradients, c: channel; mean and sum over places, of the clip or of a frame
    needs_gradient: bool
    source: str
    heat: Callable[..., Tensor]  # (features, gradients, pool) -> (T, h, w)


def heat(features: Tensor, gradients: Tensor | None = None, name: str = "channel-mean", pool: str = "clip") -> Tensor:
    """The heat of one layer.

    Args:
        features: (T, h, w, D).
        gradients: of the score by the features, of the same shape; None for methods without.
        name: a key of CAMS.
        pool: a key of POOLS.

    Returns:
        (T, h, w); at least 0 for the methods that end with a rectifier (all but channel-mean and eigen-cam).

    Raises:
        ValueError: a name is unknown, gradients are missing, or a shape does not fit.
    """
    if name not in CAMS:
        raise ValueError(f"want a heat map of {', '.join(CAMS)}, got {name!r}")
    if CAMS[name].needs_gradient and gradients is None:
        raise ValueError(f"want gradients for {CAMS[name].title}: choose a class to ask about")
    return CAMS[name].heat(features, gradients, pool)


def channel_mean(features: Tensor, gradients: Tensor | None = None, pool: str = "clip") -> Tensor:
    """(T, h, w): the mean over channels, as in the figures of ATA (NeurIPS 2022) and GTA (CVPR 2021).

    It is about no class, and its sign means nothing: a net of other random first weights may turn it round.

    Args:
        features: (T, h, w, D) of a layer.
        gradients, pool: not used: the signature is that of all methods.
    """
    return _numbers(features)[0].mean(-1)


def grad_cam(features: Tensor, gradients: Tensor, pool: str = "clip") -> Tensor:
    """(T, h, w): channels weighted by their mean gradient, rectified (Selvaraju et al. 2017).

    Args:
        features: (T, h, w, D) of a layer.
        gradients: of the score by the features, of the same shape.
        pool: a key of POOLS.
    """
    x, g = _numbers(features, gradients)
    weights = g.mean(_axes(pool), keepdim=True)  # (1 or T, 1, 1, D)
    return (weights * x).sum(-1).relu()


def grad_cam_plus_plus(features: Tensor, gradients: Tensor, pool: str = "clip") -> Tensor:
    """(T, h, w): channels weighted by their positive gradients, each divided by how much of it there is.

    Chattopadhyay et al. 2018, equation 19, with both sides divided by g squared. The method is made for features that
    are never negative; for others (tokens of a transformer) a channel whose sum is negative counts as one whose sum
    is 0, because the weights have a pole there.

    Args:
        features: (T, h, w, D) of a layer.
        gradients: of the score by the features, of the same shape.
        pool: a key of POOLS.
    """
    x, g = _numbers(features, gradients)
    axes = _axes(pool)
    amount = x.sum(axes, keepdim=True).relu()  # (1 or T, 1, 1, D)
    rising = g.relu()
    weights = (rising / (2 + amount * rising)).sum(axes, keepdim=True)
    return (weights * x).sum(-1).relu()


def layer_cam(features: Tensor, gradients: Tensor, pool: str = "clip") -> Tensor:
    """(T, h, w): every feature weighted by its own positive gradient (Jiang et al. 2021). Nothing is pooled.

    Args:
        features: (T, h, w, D) of a layer.
        gradients: of the score by the features, of the same shape.
        pool: not used: nothing is pooled.
    """
    x, g = _numbers(features, gradients)
    return (g.relu() * x).sum(-1).relu()


def eigen_cam(features: Tensor, gradients: Tensor | None = None, pool: str = "clip") -> Tensor:
    """(T, h, w): the features along the direction in which they vary most (after Muhammad & Yeasin 2020).

    They are centred first, as in pytorch-grad-cam, or the first direction would be their mean. A direction has no
    sign of its own: the heat is turned so that it rises with the length of the features, and, where it does neither
    rise nor fall with it, so that its largest value is positive.

    Args:
        features: (T, h, w, D) of a layer.
        gradients: not used.
        pool: a key of POOLS: what shares a direction.
    """
    x = _numbers(features)[0]
    rows = x.cpu().double()  # mps knows no 64 bits
    groups = [rows] if len(_axes(pool)) == 3 else rows  # a clip (T, h, w, D), or its frames (h, w, D)
    return torch.stack([_first_component(group.flatten(0, -2)) for group in groups]).view(x.shape[:3]).to(x)


def normalise(maps: Tensor, scope: str = "row", low: float = 0.0, high: float = 100.0) -> Tensor:
    """Heat from 0 to 1.

    Args:
        maps: (T, h, w), or (R, T, h, w) for R rows of a figure.
        scope: what shares a scale: each "frame", each "row" (the frames of one clip or model), or "all".
        low, high: the percentiles that become 0 and 1; what lies beyond is cut off. With 2 and 98, single loud patches
            do not darken all others.

    Returns:
        The same shape. Where all that shares a scale is equal, up to rounding, it is 0.

    Raises:
        ValueError: the scope is unknown, the percentiles are out of order, or a number is not finite.
    """
    maps = _numbers(maps, dims=(3, 4))[0]
    if scope not in SCOPES or not 0 <= low < high <= 100:
        raise ValueError(
            f"want a scope of {', '.join(SCOPES)} and percentiles 0 <= low < high <= 100, got {scope!r}, {low}, {high}"
        )
    if not maps.isfinite().all():
        raise ValueError("want heat that is finite, got maps with nan or infinity")
    groups = maps.flatten(-(SCOPES[scope] or maps.ndim))  # (..., what shares a scale)
    ends = groups.amin(-1, keepdim=True), groups.amax(-1, keepdim=True)
    percentiles = groups.quantile(torch.tensor([low, high]).to(groups) / 100, dim=-1, keepdim=True)
    few = _equal(*percentiles)  # all but a few are the same: the few are what there is to see
    bottom, top = (torch.where(few, end, percentile) for end, percentile in zip(ends, percentiles))
    constant = _equal(bottom, top)
    scaled = ((groups - bottom) / (top - bottom).masked_fill(constant, 1)).clamp(0, 1)
    return scaled.masked_fill(constant, 0).view(maps.shape)


CAMS = {
    "channel-mean": Cam(
        "Channel mean", "mean over c of x", False, "ATA, NeurIPS 2022, figures 1 and 2; GTA, CVPR 2021", channel_mean
    ),
    "grad-cam": Cam(
        "Grad-CAM", "relu(sum over c of mean(g) x)", True, "Selvaraju et al., ICCV 2017, arXiv 1610.02391", grad_cam
    ),
    "grad-cam++": Cam(
        "Grad-CAM++",
        "relu(sum over c of w x), w = sum(relu(g) / (2 + sum(x) relu(g)))",
        True,
        "Chattopadhyay et al., WACV 2018, arXiv 1710.11063",
        grad_cam_plus_plus,
    ),
    "layer-cam": Cam(
        "Layer-CAM", "relu(sum over c of relu(g) x)", True, "Jiang et al., IEEE TIP 2021, LayerCAM", layer_cam
    ),
    "eigen-cam": Cam(
        "EigenCAM",
        "(x - mean(x)) v, v the first right singular vector",
        False,
        "Muhammad & Yeasin, IJCNN 2020",
        eigen_cam,
    ),
}


def _numbers(*tensors: Tensor | np.ndarray, dims: tuple[int, ...] = (4,)) -> list[Tensor]:
    """As floating-point tensors of 32 bits at least, all of one shape and, for features, (T, h, w, D)."""
    found = [tensor_of(tensor) for tensor in tensors]
    shapes = [tuple(tensor.shape) for tensor in found]
    if len(set(shapes)) > 1 or len(shapes[0]) not in dims or 0 in shapes[0]:
        wanted = "maps (T, h, w, D), gradients of the same shape" if dims == (4,) else "heat (T, h, w) or (R, T, h, w)"
        raise ValueError(f"want {wanted}, got {' and '.join(map(str, shapes))}")
    return [tensor.to(torch.promote_types(tensor.dtype, torch.float32)) for tensor in found]


def _axes(pool: str) -> tuple[int, ...]:
    if pool not in POOLS:
        raise ValueError(f"want a pool of {', '.join(POOLS)}, got {pool!r}")
    return POOLS[pool]


def _equal(low: Tensor, high: Tensor) -> Tensor:
    """Whether low and high differ by no more than rounding makes of equal numbers."""
    return high - low <= SLACK * torch.finfo(low.dtype).eps * torch.maximum(low.abs(), high.abs())


def _first_component(rows: Tensor) -> Tensor:
    """(M, D) -> (M,): the centred rows along their first right singular vector, of the sign that eigen_cam says."""
    centred = rows - rows.mean(0)
    if centred.norm() <= SLACK * torch.finfo(torch.float32).eps * rows.norm():
        return rows.new_zeros(len(rows))  # all rows are equal: any direction would show noise
    if len(rows) < rows.shape[1]:  # the smaller of the two products has the same eigenvalues
        values, vectors = torch.linalg.eigh(centred @ centred.T)
        along = vectors[:, -1] * values[-1].sqrt()
    else:
        along = centred @ torch.linalg.eigh(centred.T @ centred)[1][:, -1]
    lengths = rows.norm(dim=-1)
    rising = along @ (lengths - lengths.mean())
    even = rising.abs() <= SLACK * torch.finfo(rows.dtype).eps * along.norm() * lengths.norm()
    turn = float(upright(along.numpy(force=True))[0]) if even else rising
    return -along if turn < 0 else along
