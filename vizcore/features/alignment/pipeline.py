"""Two clips warped onto each other: which moment of one is which moment of the other, and the expected alignment.

path -> frames, seconds, features (N, D), and the true phases where they are known -> Strand;  two of them -> Pair
Pair, settings -> cost (N, M) -> path (L, 2), expected alignment (N, M) -> Alignment
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from vizcore.algorithms.alignment.dtw import Warping, distances, dtw
from vizcore.algorithms.alignment.smooth_minimum import MINIMA, refuse_temperature, refuse_unknown
from vizcore.algorithms.alignment.warping import PATTERNS
from vizcore.features.alignment.pipeline_embeddings import FIRST, embeddings
from vizcore.features.alignment.pipeline_strands import Pair, Strand
from vizcore.features.alignment.pipeline_verdict import PathNumbers, path_verdict
from vizcore.models import Model, find
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.domain import Badge, badge
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.world_clips import truth_of
from vizcore.synthetic.truth import Truth
from vizcore.video import probe, read_frames

if TYPE_CHECKING:  # most pages show the hard path alone
    from vizcore.algorithms.alignment.soft_dtw import SoftWarping

MOST = 600  # frames of a clip at most: 600 x 600 pairs are drawn and aligned in a blink
USUAL = 300
PIXELS, SIDE = "pixels", 16  # what stands in for a model; px that its frames are shrunk to
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
        )

    @property
    def verdict(self) -> str:
        """What the path comes to, in one sentence."""
        return path_verdict(self.numbers, self.pair.badge)


def sampled(
    path: str | Path, *, model: str | Model = FIRST, layer: str = "", limit: int = USUAL, context: Context | None = None
) -> Strand:
    """A clip's moments, described by a layer of a model or by their pixels.

    Args:
        path: a video file.
        model: of the table of models, or a row like its own, or PIXELS.
        layer: one of vizcore.features.alignment.pipeline_embeddings.places, or "" for the first of them.
        limit: frames at most, taken evenly from the clip, from its first to its last; 1 to MOST.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: a name is unknown or a number out of range.
    """
    if not 1 <= limit <= MOST:
        raise ValueError(f"want 1 to {MOST} frames of a clip, got {limit}")
    context, info = context or default_context(), probe(path)
    if model == PIXELS:
        numbers = np.unique(np.linspace(0, info.frames - 1, min(limit, info.frames)).round().astype(np.int64))
        vectors, times = _pixels(path, numbers), info.times[numbers]
    else:
        found = embeddings(path, model, layer, count=limit, context=context)
        numbers, times, vectors = found.frames, found.times, found.vectors
    truth = truth_of(path)
    phase = np.full(len(numbers), np.nan) if truth is None else phase_of(truth)[numbers]
    return Strand(unit(vectors), numbers, times, phase, info.frames)


def paired(
    path: str | Path,
    *,
    other: str | Path,
    model: str | Model = FIRST,
    layer: str = "",
    limit: int = USUAL,
    context: Context | None = None,
) -> Pair:
    """Two clips, described alike.

    Args:
        path, other: video files.
        model, layer: as of sampled.
        limit: frames of each clip at most, 1 to MOST.

    Raises:
        VideoError: a file is no video that can be read.
        ValueError: a name is unknown or a number out of range.
    """
    strands = [sampled(one, model=model, layer=layer, limit=limit, context=context) for one in (path, other)]
    actions = {action_of(truth_of(one)) for one in (path, other)}
    return Pair(*strands, actions.pop() if len(actions) == 1 else "", _badge(model, path, other))


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
    model: str | Model = FIRST,
    layer: str = "",
    limit: int = USUAL,
    context: Context | None = None,
    **settings,
) -> Alignment:
    """Which moment of one clip is which moment of another: paired, then aligned by the fields of AlignmentSettings.

    Args:
        path, other: video files.
        model: a name of the table of models, or "pixels" for the small frames themselves.
        layer: a place of the model; "" for what it gives for each frame.
        limit: frames of a clip, taken evenly, at most 600.
        settings: fields of AlignmentSettings.

    Raises:
        VideoError: a file is no video that can be read.
        ValueError: a word is unknown or a number out of range, or no path goes through the band.
    """
    return aligned(
        paired(path, other=other, model=model, layer=layer, limit=limit, context=context), AlignmentSettings(**settings)
    )


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


def unit(vectors: np.ndarray) -> np.ndarray:
    """(N, D) float64 rows of length 1; a row of noughts stays one."""
    vectors = np.asarray(vectors, np.float64)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def action_of(truth: Truth | None) -> str:
    """What a clip shows as a whole, where somebody does it from the first frame to the last; else ""."""
    return "" if truth is None or not np.isfinite(phase_of(truth)).all() else truth.label


def phase_of(truth: Truth) -> np.ndarray:
    """(T,) phase of the first person who does something, 0 to 1; nan where nobody does."""
    does = np.isfinite(truth.phase).any(0)
    actors = [k for k, thing in enumerate(truth.things) if thing.role == "actor" and does[k]]
    return truth.phase[:, actors[0]].astype(np.float64) if actors else np.full(len(truth.phase), np.nan)


def _badge(model: str | Model, *paths: str | Path) -> Badge | None:
    """How far a model is at home in both clips: as in the one that it knows less of."""
    if model == PIXELS:
        return None
    each = [badge(find(model) if isinstance(model, str) else model, path) for path in paths]
    return next((one for one in each if not one.shown), each[0])


def _in_words(alignment: Alignment) -> str:
    pair, (rows, columns) = alignment.pair, alignment.cost.shape
    words = (
        f"{rows} x {columns} moments, path of {len(alignment.path)} pairs, mean cost {alignment.warping.distance:.3f}"
    )
    return words if pair.truth is None else f"{words}, {pair.frame_error(alignment.answer):.1f} frames off"


def _pixels(path: str | Path, numbers: np.ndarray) -> np.ndarray:
    """(N, SIDE SIDE 3) each small frame less the clip's mean: what moves, and nothing of the room."""
    frames = read_frames(path, numbers.tolist(), (4 * SIDE, 4 * SIDE))
    small = np.stack([cv2.resize(frame, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for frame in frames])
    flat = small.reshape(len(small), -1).astype(np.float64)
    return flat - flat.mean(0) if len(flat) > 1 else flat
