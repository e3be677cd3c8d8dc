"""A clip's patches matched from frame to frame, and scored against optical flow.

path -> frames (T, H, W, 3) -> features (T, N, C) -> Tracks       which patch became which
                            -> flow (T-1, N, 2)                   where each patch really went, to score it by
"""

from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from time import perf_counter
from typing import Literal

import numpy as np

from vizcore.algorithms.matching.descriptors import DESCRIPTORS
from vizcore.algorithms.matching.feature_colours import feature_colours
from vizcore.algorithms.matching.flow import agreement
from vizcore.algorithms.matching.matching import METHODS, Tracks, loops, track
from vizcore.features.matching.pipeline_patches import STACKED, described, refuse_unknown
from vizcore.features.matching.pipeline_verdict import matching_verdict, methods_verdict
from vizcore.figures.strips import colour_strip, divisible, rearranged_strip
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr
from vizcore.video import Clip

MOVING = 1.0  # patches: what moves less is also in agreement when it stays


@dataclass(frozen=True, eq=False)
class ClipMatching:
    """T frames of a clip, their patches, and who became whom."""

    clip: Clip  # T frames at most LONG_SIDE px long
    grid: tuple[int, int]  # rows, columns of patches
    features: np.ndarray  # (T, N, C) float32
    tracks: Tracks
    flow: np.ndarray  # (T-1, N, 2) float32 optical flow of each patch, in patches (rows down, columns right)

    __repr__ = short_repr(lambda matching: _in_words(matching))

    @property
    def verdict(self) -> str:
        """What the matching is worth, in one sentence."""
        return matching_verdict(self.tracks, self.agrees, self.moving)

    @cached_property
    def displacement(self) -> np.ndarray:
        """(T-1, N, 2) int64: where the matching sends each patch, in patches (rows down, columns right)."""
        return self.tracks.displacement(self.grid)

    @cached_property
    def agrees(self) -> np.ndarray:
        """(T-1, N) bool: the matched move is within one patch of the optical flow."""
        return agreement(self.displacement, self.flow)

    @cached_property
    def moving(self) -> np.ndarray:
        """(T-1, N) bool: the flow moves the patch by more than one patch, so staying in place is wrong."""
        return np.linalg.norm(self.flow, axis=-1) > MOVING

    @cached_property
    def loops(self) -> np.ndarray:
        """(T,) share of tracks whose end, chained to frame t, is what matching frame 0 with t directly gives."""
        return loops(self.features, self.tracks, self.grid)

    @cached_property
    def most_moving(self) -> int:
        """The patch of the first frame whose track goes farthest, by matches that agree with the flow: shown first."""
        along = np.arange(len(self.flow))[:, None], self.tracks.sigma[:-1]  # (T-1, N) by track
        reliable = self.agrees & ~self.tracks.overruled
        distance = np.linalg.norm(self.flow[along], axis=-1) * reliable[along]
        return int(distance.sum(0).argmax())


@dataclass(frozen=True)
class MethodScore:
    """How one method did on a clip; shares are 0 to 1, nan where nothing moves."""

    method: str
    agreement: float  # share of patches whose move is within one patch of the flow
    agreement_moving: float  # the same share of the patches that move
    identity_share: float  # share of patches that stay in place
    total: float  # mean matched cosine, -1 to 1
    seconds: float  # for the matching alone


class MethodScores(tuple[MethodScore, ...]):
    """Every method on the same patches."""

    @property
    def verdict(self) -> str:
        """Which method agrees best with the optical flow, in one sentence."""
        return methods_verdict(self)


def match_clip(
    path: str | Path,
    *,
    count: int = 12,
    start: float = 0.0,
    span: float = 4.0,
    across: int = 16,
    source: Literal[*DESCRIPTORS, *STACKED] | str = "colour + gradient",
    layer: str = "",
    method: Literal[*METHODS] = "hungarian",
    prior: float = 0.0,
    context: Context | None = None,
) -> ClipMatching:
    """Match the patches of a clip through time.

    Args:
        path: a video file.
        count: frames taken evenly from [start, start + span), at least 1, fewer where the stretch has not so many; a
            model brings its own number, unless it sees each frame alone.
        start: seconds.
        span: seconds.
        across: columns of the patch grid; rows follow from the frame so that patches are nearly square. A model
            brings its own grid and looks at the whole frame, squeezed into its square; one that sees each frame alone
            takes this grid.
        source: what describes a patch: one of these, or the name of a model for the tokens of its layer.
        layer: a tap of the model; unused with a descriptor.
        method: how the patches of two frames are matched.
        prior: added to the cosine of a patch's own place and, fading, of the places around it; 0 is the paper's.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: a name is unknown or a number out of range.
    """
    context = context or default_context()
    _check(count, span, across, source, layer, method)
    cached = described(path, count, start, span, across, source, layer, context)
    context.progress(3, 4, "matching patches")
    clip = Clip(cached["frames"], cached["times"], cached["indices"])
    grid, features = tuple(cached["grid"].tolist()), cached["features"]
    step = partial(_tell, context, "matching patches", 3, 4)
    tracks = track(features, method, prior=prior, grid=grid, step=step)
    return ClipMatching(clip, grid, features, tracks, cached["flow"])


def compare_methods(
    path: str | Path, *, prior: float = 0.0, context: Context | None = None, **settings
) -> MethodScores:
    """Every method on the same features, scored by the same flow.

    Args:
        path: a video file.
        prior: as of match_clip, in units of cosine.
        settings: other arguments of match_clip, less method.
    """
    matching = match_clip(path, **settings, context=context)
    return MethodScores(_score(matching, one, prior, context or default_context()) for one in METHODS)


def likeness(matching: ClipMatching, patch: int) -> np.ndarray:
    """What else a track could have gone to: (T, rows, columns) cosine of every patch with where the track came from.

    Args:
        patch: of the first frame, which is compared with itself.
    """
    tracks, path = matching.tracks, matching.tracks.sigma[:, patch]
    first = matching.features[0] / np.maximum(np.linalg.norm(matching.features[0], axis=-1, keepdims=True), 1e-12)
    later = tracks.similarity[np.arange(len(tracks.steps)), path[:-1]]  # (T-1, N)
    return np.concatenate([(first @ first[patch])[None], later]).reshape(-1, *matching.grid)


def what_attention_sees(matching: ClipMatching, of: str = "pixels") -> tuple[dict, dict, bool]:
    """The frames as temporal attention gets them without and with alignment.

    Args:
        of: "pixels", or "feature colours": the features by their three principal components.

    Returns:
        {label: (T, H, W, 3) uint8}: before alignment, aligned, de-aligned; {label: (H, W, 3) uint8}: the mean over
        time of the first two, which is what the simplest temporal model sees; whether de-aligned equals the original.
    """
    if of == "pixels":
        before = divisible(matching.clip.frames, matching.grid)
    else:
        before = colour_strip(feature_colours(matching.features), matching.grid)
    sigma = matching.tracks.sigma
    aligned = rearranged_strip(before, sigma, matching.grid)
    restored = rearranged_strip(aligned, sigma.argsort(-1), matching.grid)
    rows = {"before alignment": before, "aligned: one place, one content": aligned, "de-aligned": restored}
    averages = {
        "mean over time, not aligned": before.mean(0).astype(np.uint8),
        "mean over time, aligned": aligned.mean(0).astype(np.uint8),
    }
    return rows, averages, bool((restored == before).all())


def _in_words(matching: ClipMatching) -> str:
    rows, columns = matching.grid
    size = f"{len(matching.flow)} steps of {rows} x {columns} patches"
    if not len(matching.flow):
        return size
    return f"{size}, mean cosine {matching.tracks.matched.mean():.2f}, moving {matching.moving.mean():.0%}"


def _check(count: int, span: float, across: int, source: str, layer: str, method: str) -> None:
    refuse_unknown(source, layer)
    if method not in METHODS:
        raise ValueError(f"want a method ({', '.join(METHODS)}), got {method!r}")
    if count < 1 or not span > 0 or not 2 <= across <= 48:
        raise ValueError(f"want count >= 1, span > 0 and 2 to 48 patches across, got {count}, {span}, {across}")


def _tell(context: Context, what: str, part: int, parts: int, done: int, total: int) -> None:
    """Say how far a part of the work is."""
    context.progress(part * total + done, parts * total, what)


def _score(matching: ClipMatching, method: str, prior: float, context: Context) -> MethodScore:
    step = partial(_tell, context, f"matching by {method}", [*METHODS].index(method), len(METHODS))
    began = perf_counter()
    tracks = track(matching.features, method, prior=prior, grid=matching.grid, step=step)
    seconds = perf_counter() - began
    one = ClipMatching(matching.clip, matching.grid, matching.features, tracks, matching.flow)
    moving = one.agrees[one.moving]
    return MethodScore(
        method,
        agreement=float(one.agrees.mean()) if one.agrees.size else float("nan"),
        agreement_moving=float(moving.mean()) if moving.size else float("nan"),
        identity_share=float(tracks.identity_share.mean()) if one.agrees.size else float("nan"),
        total=float(tracks.matched.mean()) if one.agrees.size else float("nan"),
        seconds=seconds,
    )
