"""A clip of the world, matched by several methods, each scored by the ground truth.

path, its truth -> votes (T-1, N, N): which patch really became which;  sources x methods -> tracks -> TruthScore
"""

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vizcore.algorithms.matching.matching import METHODS, Tracks, track
from vizcore.features.matching.pipeline import match_clip
from vizcore.features.matching.pipeline_verdict import truth_verdict
from vizcore.models import PATCH_MODELS
from vizcore.runtime.context import Context, default_context
from vizcore.synthetic.truth import GROUND, Truth, load_truth, true_partner

MOVING = 0.5  # patches: a pixel that moves less is as well matched in place
ENOUGH = 0.25  # of a patch's pixels must belong to things for the patch to count


@dataclass(frozen=True)
class TruthScore:
    """How one method did on one clip, over all steps; shares are 0 to 1, nan where nothing counts."""

    source: str  # descriptor, or model and layer
    method: str
    right: float  # share of patches of things whose match is where most of their pixels went
    recall: float  # pixels of things that the matching follows, as a share of what a one-to-one matching can follow
    recall_moving: float  # the same of pixels that move by more than MOVING


class TruthScores(tuple[TruthScore, ...]):
    """Every source by every method on one clip."""

    @property
    def verdict(self) -> str:
        """Which is right most often, in one sentence."""
        return truth_verdict(self)


@dataclass(frozen=True, eq=False)
class TrueMatches:
    """Where the pixels of things really went, in T - 1 steps between patches."""

    things: np.ndarray  # (T-1, N, N) int64 pixels of things from patch to patch
    moving: np.ndarray  # (T-1, N, N) those that move
    held: np.ndarray  # (T-1, N) bool: patches that hold enough of a thing

    def score(self, tracks: Tracks, source: str) -> TruthScore:
        """A matching of the same patches and steps."""
        each = np.arange(len(tracks.steps))[:, None], np.arange(self.things.shape[1]), tracks.steps
        right = self.things[each] >= np.maximum(self.things.max(-1), 1)  # (T-1, N) of equal matches any will do
        return TruthScore(
            source,
            tracks.method,
            float(right[self.held].mean()) if self.held.any() else float("nan"),
            *(_followed(votes, each) for votes in (self.things, self.moving)),
        )


def compare_with_truth(
    path: str | Path,
    *,
    truth: str | Path,
    sources: tuple[str, ...],
    count: int = 12,
    start: float = 0.0,
    span: float = 4.0,
    across: int = 16,
    prior: float = 0.0,
    context: Context | None = None,
) -> TruthScores:
    """Every source by every method, scored on one clip.

    Args:
        path: a clip of the world.
        truth: its Truth as saved.
        sources: descriptors, and layers of models as "model layer".
        count: frames taken evenly from [start, start + span), at least 1; a model brings its own number.
        start, span: seconds.
        across: columns of the patch grid, 2 to 48; a model brings its own grid.
        prior: added to the cosine of a patch's own place; 0 is the paper's.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: a name is unknown or a number out of range.
    """
    context, ground_truth = context or default_context(), load_truth(truth)
    scores, known_matches = [], {}
    for done, name in enumerate(sources):
        context.progress(done, len(sources), name)
        source, _, layer = name.partition(" ") if name.partition(" ")[0] in PATCH_MODELS else (name, "", "")
        settings = {"count": count, "start": start, "span": span, "across": across, "source": source, "layer": layer}
        found = match_clip(path, **settings, context=context.with_progress(lambda *_: None))
        key = (found.grid, found.clip.indices.tobytes())
        if key not in known_matches:
            known_matches[key] = true_matches(ground_truth, found.clip.indices, found.grid)
        for method in METHODS:
            tracks = track(found.features, method, prior=prior, grid=found.grid)
            scores.append(known_matches[key].score(tracks, name))
    return TruthScores(scores)


def true_matches(truth: Truth, frames: np.ndarray, grid: tuple[int, int]) -> TrueMatches:
    """Who becomes whom from each of some frames of a clip to the next.

    Args:
        truth: of all frames of the clip.
        frames: (T,) frame numbers of the clip.
        grid: rows and columns of patches.
    """
    height, width = truth.surface.shape[1:]
    patch = np.array([width / grid[1], height / grid[0]])
    y, x = np.mgrid[:height, :width]
    things, moving = [], []
    for before, after in itertools.pairwise(frames):
        fast = np.linalg.norm((truth.moved(before, after) - np.stack([x, y], -1)) / patch, axis=-1) > MOVING
        things.append(truth.votes(before, after, grid))
        moving.append(truth.votes(before, after, grid, fast & (truth.surface[before] != GROUND)))
    size = grid[0] * grid[1]
    things, moving = (np.array(votes, np.int64).reshape(-1, size, size) for votes in (things, moving))
    return TrueMatches(things, moving, things.sum(-1) >= ENOUGH * height * width / size)


def _followed(votes: np.ndarray, each: tuple[np.ndarray, ...]) -> float:
    """Votes (S, N, N) that a matching collects, as a share of what the best one-to-one matching does."""
    rows = np.arange(votes.shape[1])
    best = sum(int(step[rows, true_partner(step)].sum()) for step in votes)
    return float(votes[each].sum() / best) if best else float("nan")
