"""Two clips warped onto each other: which moment of one is which moment of the other, and the expected alignment.

path -> frames, seconds, features (N, D), and the true phases where they are known -> Strand;  two of them -> Pair
Pair, settings -> cost (N, M) -> path (L, 2), expected alignment (N, M) -> Alignment
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from vizcore.algorithms.alignment.dtw import Warping, distances, dtw
from vizcore.algorithms.alignment.smooth_minimum import MINIMA, refuse_temperature, refuse_unknown
from vizcore.algorithms.alignment.warping import PATTERNS
from vizcore.features.alignment.pipeline_embeddings import (
    PIXELS,
    badge_of_all,
    described_by,
    embeddings,
    fitting,
    kinds_of,
    pixels,
    taken,
)
from vizcore.features.alignment.pipeline_strands import Pair, Strand, action_of, phase_of, unit
from vizcore.features.alignment.pipeline_trust import LIMITS, NOT_TRUSTED, centred_cost
from vizcore.features.alignment.pipeline_verdict import PathNumbers, path_verdict, trust
from vizcore.models import Model
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.world_clips import truth_of
from vizcore.video import probe

if TYPE_CHECKING:  # most pages show the hard path alone
    from vizcore.algorithms.alignment.soft_dtw import SoftWarping

MOST = 600  # frames of a clip at most: 600 x 600 pairs are drawn and aligned in a blink
USUAL = 300
COSTS = {
    "cosine": "1 less the cosine of two frames: 0 alike, 1 unrelated, 2 opposed",
    "euclidean": "the length of the difference of two moments, over the root of the width",
    "contrastive": "for each frame of B, how surprising a frame of A is among all of A (the paper's)",
}


@dataclass(frozen=True)
class AlignmentSettings:
    """How a pair is to be aligned.

    Attributes:
        cost: what joining two moments costs.
        beta: temperature of the contrastive cost, above 0.
        gamma: temperature of the soft alignment, in units of the cost; 0 is the hard one.
        minimum: what takes the place of the minimum in the soft alignment.
        pattern: the steps that the path may take.
        band: how far from the diagonal the path may go, as a share of the second strand; 1 is everywhere.
        open_begin: A may begin in the middle of B.
        open_end: A may end in the middle of B.
    """

    cost: Literal[*COSTS] = "cosine"
    beta: float = 0.1
    gamma: float = 0.0
    minimum: Literal[*MINIMA] = "smooth"
    pattern: Literal[*PATTERNS] = "symmetric1"
    band: float = 1.0
    open_begin: bool = False
    open_end: bool = False


@dataclass(frozen=True, eq=False)
class Alignment:
    """A pair with its cheapest path, and the expected alignment over all paths, which is found when it is asked for."""

    pair: Pair
    way: AlignmentSettings
    cost: np.ndarray  # (N, M) float64 of joining two moments
    warping: Warping  # the cheapest path, hard

    __repr__ = short_repr(lambda alignment: _in_words(alignment))

    @cached_property
    def soft(self) -> "SoftWarping":
        """Over all paths without band or open ends, at gamma."""
        from vizcore.algorithms.alignment.soft_dtw import soft_dtw

        return soft_dtw(self.cost, self.way.gamma, self.way.minimum)

    @property
    def path(self) -> np.ndarray:
        """(L, 2) int: the pairs of places along the path."""
        return self.warping.path

    @property
    def answer(self) -> np.ndarray:
        """(N,) where each place of the first strand is on the second: the mean of its matches."""
        return self.warping.partner

    @property
    def cost_along(self) -> np.ndarray:
        """(N,) what each place of the first strand costs on the path: the mean of its pairs."""
        at, cost = self.path[:, 0], self.cost[tuple(self.path.T)]
        count = np.bincount(at, minlength=len(self.cost))
        return np.bincount(at, cost, len(self.cost)) / np.where(count, count, np.nan)

    @cached_property
    def numbers(self) -> PathNumbers:
        """What is known of the path."""
        pair, finite = self.pair, self.cost[np.isfinite(self.cost)]
        return PathNumbers(
            lengths=self.cost.shape,
            cost=self.warping.distance,
            spread=float(np.ptp(finite)) if finite.size else 0.0,
            tau=pair.tau,
            off=pair.frame_error(self.answer),
            together=pair.frame_error(pair.clock_sync),
            span=pair.second.total,
            centred=centred_cost(pair.first.changes, pair.second.changes, self.path),
            copied=centred_cost(*pair.pixels, self.path) if pair.pixels else np.nan,
            limits=LIMITS.get(pair.described),
        )

    @property
    def trusted(self) -> str:
        """Whether the path is trusted, weak or not trusted: one of pipeline_trust.LEVELS."""
        return trust(self.numbers, self.pair.badge)

    @property
    def untrusted(self) -> bool:
        """The path is drawn faint."""
        return self.trusted == NOT_TRUSTED

    @property
    def verdict(self) -> str:
        """What the path comes to, in one sentence."""
        return path_verdict(self.numbers, self.pair.badge)


def sampled(
    path: str | Path,
    *,
    model: str | Model = "",
    layer: str = "",
    vectors: str = "",
    limit: int = USUAL,
    context: Context | None = None,
) -> Strand:
    """A clip's moments, described by a layer of a model or by their pixels.

    Args:
        path: a video file.
        model: of the table of models, or a row like its own, or PIXELS; "" for what fits the clip.
        layer: one of vizcore.features.alignment.pipeline_embeddings.places, or "" for the first of them.
        vectors: one of vizcore.features.alignment.pipeline_embeddings.kinds_of, or "" for the first of them.
        limit: frames at most, taken evenly from the clip, from its first to its last; 1 to MOST.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: a name is unknown or a number out of range.
    """
    if not 1 <= limit <= MOST:
        raise ValueError(f"want 1 to {MOST} frames of a clip, got {limit}")
    context, info, model = context or default_context(), probe(path), model or fitting(path)
    kinds = kinds_of(model)
    if vectors not in ("", *kinds):
        raise ValueError(f"want vectors {' or '.join(kinds)} of {getattr(model, 'name', model)}, got {vectors!r}")
    kind = vectors or kinds[0]
    if model == PIXELS:
        numbers = taken(info, limit)
        features, times = pixels(path, numbers), info.times[numbers]
    else:
        found = embeddings(path, model, layer, kind=kind, count=limit, context=context)
        numbers, times, features = found.frames, found.times, found.vectors
    truth = truth_of(path)
    phase = np.full(len(numbers), np.nan) if truth is None else phase_of(truth)[numbers]
    witness = pixels(path, numbers) if model != PIXELS and described_by(model, layer) in LIMITS else None
    return Strand(unit(features), numbers, times, phase, info.frames, kind == "centred", witness)


def paired(
    path: str | Path,
    *,
    other: str | Path,
    model: str | Model = "",
    layer: str = "",
    vectors: str = "",
    limit: int = USUAL,
    context: Context | None = None,
) -> Pair:
    """Two clips, described alike.

    Args:
        path, other: video files.
        model, layer, vectors: as of sampled; a model that is not named fits both clips.
        limit: frames of each clip at most, 1 to MOST.

    Raises:
        VideoError: a file is no video that can be read.
        ValueError: a name is unknown or a number out of range.
    """
    described = {"model": model or fitting(path, other), "layer": layer, "vectors": vectors, "limit": limit}
    strands = [sampled(one, **described, context=context) for one in (path, other)]
    actions, model = {action_of(truth_of(one)) for one in (path, other)}, described["model"]
    action = actions.pop() if len(actions) == 1 else ""
    return Pair(*strands, action, badge_of_all(model, path, other), described_by(model, layer))


def aligned(pair: Pair, settings: AlignmentSettings = AlignmentSettings()) -> Alignment:
    """The cheapest path of a pair; the soft alignment at the temperature gamma is found when it is asked for.

    Raises:
        ValueError: a word is unknown or a number out of range, or no path goes through the band.
    """
    refuse_unknown(settings.minimum)
    refuse_temperature(settings.gamma)
    cost = costs(pair, settings.cost, settings.beta)
    ends = {"open_begin": settings.open_begin, "open_end": settings.open_end}
    band = None if settings.band >= 1 else round(settings.band * cost.shape[1])
    warping = dtw(cost, pattern=settings.pattern, band=band, **ends)
    return Alignment(pair, settings, cost, warping)


def align_clips(
    path: str | Path,
    *,
    other: str | Path,
    model: str | Model = "",
    layer: str = "",
    vectors: str = "",
    limit: int = USUAL,
    context: Context | None = None,
    **settings,
) -> Alignment:
    """Which moment of one clip is which moment of another: paired, then aligned by the fields of AlignmentSettings.

    Args:
        path, other: video files.
        model: a name of the table of models, or "pixels" for the small frames themselves; usually what fits the clips.
        layer: a place of the model; "" for what it gives for each frame.
        vectors: centred (less the clip's mean) or raw; usually what is best for the model.
        limit: frames of a clip, taken evenly, at most 600.
        settings: fields of AlignmentSettings.

    Raises:
        VideoError: a file is no video that can be read.
        ValueError: a word is unknown or a number out of range, or no path goes through the band.
    """
    described = {"model": model, "layer": layer, "vectors": vectors, "limit": limit}
    return aligned(paired(path, other=other, **described, context=context), AlignmentSettings(**settings))


def compiled(*, soft: bool = True, context: Context | None = None) -> bool:
    """Have the kernels compiled, or loaded from disk: many seconds once on a machine, then few.

    Args:
        soft: that of the soft alignment as well.
    """
    (context or default_context()).progress(0, 1, "once on this machine")
    dtw(np.eye(3))
    if soft:
        from vizcore.algorithms.alignment.soft_dtw import soft_dtw

        soft_dtw(np.eye(3))
    return True


def costs(pair: Pair, kind: str = "cosine", beta: float = 0.1) -> np.ndarray:
    """(N, M) float64: the cost of joining each two moments.

    Args:
        pair: of N and M moments.
        kind: a key of COSTS.
        beta: temperature of the contrastive cost, above 0.

    Raises:
        ValueError: the kind is unknown, or beta is not above 0.
    """
    if kind not in COSTS:
        raise ValueError(f"want a cost of {', '.join(COSTS)}, got {kind!r}")
    one, other = pair.first.features, pair.second.features
    if kind == "contrastive":
        from vizcore.algorithms.alignment.losses import contrastive_cost

        return contrastive_cost(unit(one), unit(other), beta)
    scale = np.sqrt(one.shape[1]) if kind == "euclidean" else 1.0
    return distances(one, other, kind) / scale


def _in_words(alignment: Alignment) -> str:
    pair, (rows, columns) = alignment.pair, alignment.cost.shape
    words = (
        f"{rows} x {columns} moments, path of {len(alignment.path)} pairs, mean cost {alignment.warping.distance:.3f}"
    )
    return words if pair.truth is None else f"{words}, {pair.frame_error(alignment.answer):.1f} frames off"
