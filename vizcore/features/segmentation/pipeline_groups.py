"""Segments of any clip without training: frames that are alike, by the features of a net that was taught other things.

    path -> vectors of some frames, less their mean - cluster -> groups -> spread over all frames -> ClipGroups (T,)

A boundary between two frames that were described lies in their middle, or at the cut between them. Where nets of
segmentation know the clip, `segment_clip` asks them, as long as no method is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from vizcore.algorithms.segmentation.metrics import Segment, segments
from vizcore.features.segmentation.pipeline import timelines
from vizcore.features.segmentation.pipeline_predictions import Predictions, shown, true_labels
from vizcore.models import MODELS
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.domain import badge
from vizcore.runtime.short_repr import short_repr
from vizcore.synthetic.doing import BACKGROUND
from vizcore.video import probe

if TYPE_CHECKING:  # clips that nets know are not clustered
    from vizcore.algorithms.segmentation.unsupervised_scores import Matched

NETS = "nets"  # the method that was trained
TITLES = {"tw-finch": "TW-FINCH", "change points": "Change points", "k-means": "k-means"}  # of those of clustering.py
USUAL, MOST = 120, 2000  # frames of a clip that are described
PIXELS = "pixels"  # what describes frames where no model does


@dataclass(frozen=True, eq=False)
class ClipGroups:
    """The T frames of a clip in groups that nobody taught."""

    times: np.ndarray  # (T,) seconds
    duration: float  # seconds, the time that the last frame is shown included
    labels: np.ndarray  # (T,) int32, 0 to K - 1 in the order in which they appear
    method: str  # a key of TITLES
    asked: int | None  # groups that were asked for; None: found
    model: str  # what described the frames: a name of MODELS, or PIXELS
    numbers: np.ndarray  # (F,) int64 frames that were described
    cuts: np.ndarray  # (S - 1,) int64 frames that begin another scene
    truth: np.ndarray | None = None  # (T,) int class of each frame, where that is known

    __repr__ = short_repr(
        lambda one: f"{one.title}, {len(one.labels)} frames, {one.count} groups in {len(one.runs)} segments"
    )

    @property
    def title(self) -> str:
        """What the method is called."""
        return TITLES[self.method]

    @property
    def count(self) -> int:
        """K, the number of groups."""
        return int(self.labels.max()) + 1

    @cached_property
    def runs(self) -> tuple[Segment, ...]:
        """The segments in frames; they tile the clip."""
        return segments(self.labels)

    @property
    def segments(self) -> tuple[tuple[float, float, str], ...]:
        """(start s, stop s, "group 1") of each."""
        edges = np.append(self.times, self.duration)
        return tuple((float(edges[a]), float(edges[b]), group_name(label)) for a, b, label in self.runs)

    @cached_property
    def matched(self) -> "Matched | None":
        """The groups, named by the classes of the ground truth that fit best; None where there is none."""
        if self.truth is None:
            return None
        from vizcore.algorithms.segmentation.unsupervised_scores import unsupervised_scores

        return unsupervised_scores([(self.labels, self.truth)], background=(BACKGROUND,))

    @property
    def verdict(self) -> str:
        """Segments, groups and cuts, in one sentence."""
        from vizcore.features.segmentation.pipeline_verdict_groups import Grouping, groups_verdict

        begins = [one.start for one in self.runs]
        on_cuts = int(np.isin(self.cuts, begins).sum())
        right = None if self.matched is None else self.matched.mof
        by = "the pixels alone" if self.model == PIXELS else ""
        counts = len(self.labels), len(self.runs), self.count, len(self.cuts), on_cuts
        return groups_verdict(Grouping(self.title, *counts, self.asked, right, by))


def segment_clip(
    path: str | Path,
    *,
    method: Literal[NETS, *TITLES] | None = None,
    count: int | None = None,
    model: str = "",
    limit: int = USUAL,
    context: Context | None = None,
) -> Predictions | ClipGroups:
    """What is done when in a clip: by nets that were taught, or by groups of frames that nobody taught.

    Args:
        path: a video file.
        method: nets, tw-finch, change points or k-means; usually the nets where they know such clips, else tw-finch.
        count: groups; usually it is found. The nets need none.
        model: what describes frames for groups: a model with vectors of frames, or "pixels"; usually what fits.
        limit: frames that are described, taken evenly from the clip, 2 to 2000.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: a word is unknown or a number out of range.
    """
    context = context or default_context()
    method = method or (NETS if nets_know(path) else next(iter(TITLES)))
    if method == NETS:
        return timelines(path, context=context)
    if method not in TITLES:
        raise ValueError(f"want a method of {', '.join((NETS, *TITLES))}, got {method!r}")
    if not 2 <= limit <= MOST:
        raise ValueError(f"want 2 to {MOST} frames to describe, got {limit}")
    from vizcore.algorithms.segmentation.clustering import cluster
    from vizcore.features.segmentation.pipeline_facts import clip_facts

    numbers, vectors, model = described(path, model, limit, context)
    if count is not None and not 1 <= count <= len(numbers):
        raise ValueError(f"want 1 to {len(numbers)} groups, as many frames are described, got {count}")
    info, facts = probe(path), clip_facts(path, context=context)
    labels = spread(cluster(vectors, method, count).labels, numbers, facts.cuts, info.frames)
    truth = true_labels(path)
    known = truth if truth is not None and len(truth) == info.frames else None
    return ClipGroups(info.times, info.duration, labels, method, count, model, numbers, facts.cuts, known)


def nets_know(path: str | Path) -> bool:
    """Whether the nets of segmentation are here, and at home in a clip."""
    names = shown()
    return bool(names) and badge(MODELS[names[0]], path).shown


def describing(path: str | Path) -> tuple[str, ...]:
    """What can describe the frames of a clip, the usual one first."""
    from vizcore.features.alignment.pipeline_embeddings import fitting

    first = fitting(path)
    return tuple(dict.fromkeys((first, *of_photographs(), PIXELS)))


def group_name(label: int) -> str:
    """What a group is called."""
    return f"group {label + 1}"


def spread(labels: np.ndarray, numbers: np.ndarray, cuts: Sequence[int], frames: int) -> np.ndarray:
    """(T,) int32: every frame gets the group of the nearest described one, or of that on its side of a cut.

    Args:
        labels: (F,) of the described frames.
        numbers: (F,) which these are, rising.
        cuts: frames that begin another scene.
        frames: T.
    """
    begins = (numbers[:-1] + numbers[1:]) // 2 + 1
    for cut in cuts:
        gap = int(np.searchsorted(numbers, cut)) - 1  # the last described frame before the cut
        if 0 <= gap < len(begins):
            begins[gap] = cut
    return labels[np.searchsorted(begins, np.arange(frames), "right")].astype(np.int32)


def described(path: str | Path, model: str, limit: int, context: Context) -> tuple[np.ndarray, np.ndarray, str]:
    """Which frames (F,), their vectors (F, D) less the mean, and what described them.

    Args:
        path: a video file.
        model: as of segment_clip; "" for what fits the clip.
        limit: frames at most.
        context: its engine and its store are used.
    """
    from vizcore.features.alignment.pipeline_embeddings import embeddings, fitting, pixels, taken

    model = model or fitting(path)
    if model == PIXELS:
        numbers = taken(probe(path), limit)
        return numbers, pixels(path, numbers), model
    found = embeddings(path, model, kind="centred", count=limit, context=context)
    return found.frames, found.vectors, model


def of_photographs() -> tuple[str, ...]:
    """The nets of photographs that are here."""
    from vizcore.models.photographs import ROWS, WEIGHTS
    from vizcore.runtime.packages import lacks

    return () if lacks(WEIGHTS) else tuple(ROWS)
