"""Find a moment: a stretch of one clip is looked for in others, whose frames' vectors are kept.

clips -> vectors at so many frames a second, less each clip's mean, kept -> fewer numbers (principal components)
      - a stretch of one, warped along all others -> the nearest places that do not overlap, with their significance
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import numpy as np

from vizcore.algorithms.alignment.moment_significance import (
    DRAWS,
    nearest,
    random_stretches,
    shuffled_queries,
    significance,
)
from vizcore.algorithms.alignment.subsequence import Moment, find_moments
from vizcore.algorithms.statistics.principal_components import principal_components
from vizcore.features.alignment.pipeline_embeddings import PIXELS, badge_of_all, embeddings, fitting, pixels
from vizcore.features.alignment.pipeline_verdict_find import find_verdict
from vizcore.models import Model
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.domain import Badge
from vizcore.runtime.short_repr import short_repr
from vizcore.video import FramePack, pack_frames, probe

RATE = 8.0  # frames a second that are described
COUNT, MOST_COUNT = 5, 20  # moments that are wanted
SPAN = 2.0  # seconds of a query
COMPONENTS = 128  # numbers a frame, at most, in which moments are looked for
LEAST = 4  # frames of a query
LARGE, FEW_DRAWS = 50_000, 19  # frames of a library from which on fewer random queries are asked
WIDTH, QUALITY = 320, 80  # px and JPEG quality of the moments that are played


@dataclass(frozen=True, eq=False)
class Described:
    """The described frames of a clip."""

    name: str
    path: str
    frames: np.ndarray  # (F,) int64 numbers
    times: np.ndarray  # (F,) seconds
    vectors: np.ndarray  # (F, D) float32, less their mean

    def part(self, keep: np.ndarray) -> "Described":
        """Some of the frames, (F,) bool."""
        return replace(self, frames=self.frames[keep], times=self.times[keep], vectors=self.vectors[keep])


@dataclass(frozen=True, eq=False)
class FoundMoment:
    """A stretch of a clip that is like the query."""

    name: str  # of the clip
    path: str
    frames: np.ndarray  # (Q,) int64: the frame of the clip beside each of the query
    start: float  # seconds
    stop: float  # seconds, of the last frame
    distance: float  # mean over the query of 1 less the cosine: 0 alike, 1 unrelated
    significance: float  # share of queries that mean nothing and come as near
    rate: float  # 1: as fast as the query; above, slower


@dataclass(frozen=True, eq=False)
class FoundMoments:
    """What is like a stretch of a clip, the nearest first."""

    query: Described  # the Q frames that were looked for
    moments: tuple[FoundMoment, ...]
    searched: int  # clips
    frames: int  # of them, that were described
    kept: float  # share of their variance that is in the numbers which were compared
    against: str  # what significance compares with
    badge: Badge | None  # how far the model is at home in all clips; None of pixels

    __repr__ = short_repr(lambda found: f"{len(found.moments)} moments in {found.searched} clips: {found.verdict}")

    @cached_property
    def verdict(self) -> str:
        """Where the nearest moment is and whether it is more than chance, in one sentence."""
        return find_verdict(self.moments, self.searched, self.against)


def described(
    path: str | Path, *, model: str | Model = "", rate: float = RATE, name: str = "", context: Context | None = None
) -> Described:
    """The frames of a clip as vectors, less the clip's mean, kept in the store.

    Args:
        path: a video file.
        model: as of vizcore.features.alignment.pipeline.sampled; "" for what fits the clip.
        rate: frames a second.
        name: of the clip; by default that of its file.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: the model is unknown, or the rate not positive.
    """
    if not rate > 0:
        raise ValueError(f"want a rate above 0 frames a second, got {rate}")
    info, model = probe(path), model or fitting(path)
    count = int(np.clip(round(info.duration * rate), 1, info.frames))
    name = name or Path(path).name
    if model == PIXELS:
        numbers = np.linspace(0, info.frames - 1, count).round().astype(np.int64)
        return Described(name, str(path), numbers, info.times[numbers], pixels(path, numbers).astype(np.float32))
    found = embeddings(path, model, kind="centred", count=count, context=context)
    return Described(name, str(path), found.frames, found.times, found.vectors)


def find_in_clips(
    path: str | Path,
    *,
    others: tuple[str, ...],
    start: float = 0.0,
    span: float = SPAN,
    count: int = COUNT,
    model: str | Model = "",
    rate: float = RATE,
    components: int = COMPONENTS,
    names: tuple[str, ...] = (),
    context: Context | None = None,
) -> FoundMoments:
    """Look for a stretch of a clip in other clips.

    Args:
        path: the clip with the stretch.
        others: paths of the clips that are searched; the clip itself may be among them, less the stretch.
        start, span: of the stretch, seconds.
        count: moments wanted, 1 to MOST_COUNT.
        model: as of described; "" for what fits all clips.
        rate: frames a second that are described.
        components: numbers a frame in which moments are looked for, at most.
        names: of the clips that are searched; by default those of their files.

    Raises:
        VideoError: a file is no video that can be read.
        ValueError: no clip is searched, the stretch is too short, the model is unknown or a number out of range.
    """
    if not others or not 1 <= count <= MOST_COUNT:
        raise ValueError(
            f"want clips to search and 1 to {MOST_COUNT} moments, got {len(others)} clips, {count} moments"
        )
    context, model = context or default_context(), model or fitting(path, *others)
    given = {"model": model, "rate": rate, "context": context.with_progress(lambda *_: None)}
    library = []
    for done, (other, name) in enumerate(zip(others, names or [""] * len(others), strict=True)):
        context.progress(done, len(others) + 1, f"describing {name or Path(other).name}")
        library.append(described(other, name=name, **given))
    whole = described(path, **given)
    context.progress(len(others), len(others) + 1, "searching")
    found = find_described(whole, library, start=start, span=span, count=count, components=components)
    return replace(found, badge=badge_of_all(model, path, *others))


def find_described(
    whole: Described,
    library: Sequence[Described],
    *,
    start: float = 0.0,
    span: float = SPAN,
    count: int = COUNT,
    components: int = COMPONENTS,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> FoundMoments:
    """The same of clips that are described already.

    Args:
        whole: the clip with the stretch.
        library: the clips that are searched.
        start, span, count, components: as of find_in_clips.
        step: told how many random queries are asked, and of how many; may raise to stop.
    """
    inside = (whole.times >= start) & (whole.times < start + span)
    query = whole.part(inside)
    if len(query.frames) < LEAST:
        raise ValueError(
            f"want a stretch of {LEAST} described frames or more, got {len(query.frames)}: choose a longer one, or "
            "more frames a second"
        )
    long = len(query.frames) // 2 + 1
    parts = [piece for one in library for piece in _without(one, query) if len(piece.frames) >= long]
    if not parts:
        raise ValueError(f"want a clip of {long} described frames or more, got none: shorten the stretch")
    every = np.concatenate([one.vectors for one in parts])
    axes = principal_components(every, min(components, every.shape[1], len(every)))
    small = [axes.project(one.vectors) for one in parts]
    asked = axes.project(query.vectors)
    edges = np.cumsum([len(one) for one in small])
    found = find_moments(asked, np.concatenate(small), count, breaks=edges[:-1].tolist())
    random, against = _by_chance(asked, small, step)
    chance = significance(np.array([one.distance for one in found.found]), random)
    moments = tuple(_moment(one, parts, edges, float(share)) for one, share in zip(found.found, chance, strict=True))
    return FoundMoments(query, moments, len(library), len(every), axes.share, against, None)


def moment_pack(path: str, *, frames: tuple[int, ...], context: Context | None = None) -> FramePack:
    """Some frames of a clip, one for each of a query, so that both play in step; the context is not needed.

    Args:
        path: the clip.
        frames: (Q,) their numbers, never falling.

    Raises:
        VideoError: the file is no video that can be read.
    """
    every, place = np.unique(frames, return_inverse=True)
    pack = pack_frames(path, WIDTH, QUALITY, frames=every)
    pieces = [pack.blob[pack.offsets[k] : pack.offsets[k + 1]] for k in place]
    offsets = np.array([0, *accumulate(map(len, pieces))])
    return replace(pack, blob=b"".join(pieces), offsets=offsets, times=pack.times[place], indices=pack.indices[place])


def _without(clip: Described, query: Described) -> list[Described]:
    """A clip, or what is left of it on both sides of the query where that is from it."""
    if Path(clip.path) != Path(query.path):
        return [clip]
    first, last = query.frames[[0, -1]]
    return [clip.part(clip.frames < first), clip.part(clip.frames > last)]


def _by_chance(
    query: np.ndarray, library: Sequence[np.ndarray], step: Callable[[int, int], None]
) -> tuple[np.ndarray, str]:
    """(R,) how near queries come that mean nothing, and what they are.

    Stretches of a clip are looked for in all others, as they would find themselves in their own. In a library of one
    clip, it is the query's own pieces in another order.

    Args:
        query: (Q, D).
        library: (T, D) of each clip.
        step: as of find_described.
    """
    rng = np.random.default_rng(0)
    draws = DRAWS if sum(map(len, library)) <= LARGE else FEW_DRAWS
    long = [clip for clip in library if len(clip) >= len(query)]
    if len(long) < 2:
        edges = np.cumsum([len(one) for one in library])[:-1].tolist()
        return nearest(shuffled_queries(query, rng, draws), np.concatenate(library), breaks=edges, step=step), SHUFFLED
    found = []
    for done, k in enumerate(rng.integers(len(long), size=draws).tolist()):
        step(done, draws)
        stretch = random_stretches([long[k]], len(query), rng, 1)
        rest = [clip for clip in library if clip is not long[k]]
        edges = np.cumsum([len(one) for one in rest])[:-1].tolist()
        found.append(nearest(stretch, np.concatenate(rest), breaks=edges)[0])
    return np.array(found), STRETCHES


STRETCHES, SHUFFLED = "random stretches of the other clips", "the stretch with its parts in another order"


def _moment(one: Moment, parts: Sequence[Described], edges: np.ndarray, share: float) -> FoundMoment:
    """A moment of all clips end to end, as one of its own clip.

    Args:
        one: in frames of all.
        parts: of the clips.
        edges: where each part ends.
        share: its significance.
    """
    k = int(np.searchsorted(edges, one.start, side="right"))
    clip, first = parts[k], int(edges[k]) - len(parts[k].frames)
    beside = clip.frames[one.partner.round().astype(np.int64) - first]
    begin, end = clip.times[one.start - first], clip.times[one.stop - 1 - first]
    return FoundMoment(clip.name, clip.path, beside, float(begin), float(end), one.distance, share, one.rate)
