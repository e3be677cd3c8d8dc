"""Clips of the world: rendered once from a word, kept with their ground truth, and followed patch by patch.

word -> rendered -> Entry: an MP4, and its Truth beside it
path -> truth_of -> Truth -> follow -> TrueTracks over a grid; scenario_json, the same for other programs
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from vizcore.algorithms.matching.patch_grid import square_grid
from vizcore.algorithms.matching.true_tracks import TrueTracks, true_tracks
from vizcore.features.world.pipeline_verdict import tracks_verdict
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.world_clips import truth_of
from vizcore.synthetic.figure import JOINTS
from vizcore.synthetic.lantern import STATES
from vizcore.synthetic.truth import Truth


@dataclass(frozen=True, eq=False)
class GroundTruthTracks:
    """Some frames of a clip of the world, and the true tracks of their patches."""

    frames: np.ndarray  # (T,) int frame numbers of the clip
    grid: tuple[int, int]  # rows, columns of patches
    tracks: TrueTracks

    __repr__ = short_repr(
        lambda found: (
            f"{len(found.frames)} frames of {found.grid[0]} x {found.grid[1]} patches, "
            f"{found.tracks.share[-1].mean():.0%} of the pixels together in the last"
        )
    )

    @property
    def verdict(self) -> str:
        """What becomes of the patches, in one sentence."""
        return tracks_verdict(self.tracks)


def follow(path: str | Path, *, count: int = 12, across: int = 16, context: Context | None = None) -> GroundTruthTracks:
    """Where the patches of a clip's first frame are later, by the ground truth, in frames taken evenly from all of it.

    Args:
        path: a clip with its truth beside it.
        count: frames, at least 2; fewer where the clip has not so many.
        across: columns of the patch grid, 2 to 32.

    Raises:
        ValueError: the truth of the clip is not known, or a number is out of range.
    """
    context, truth = context or default_context(), truth_of(path)
    if truth is None:
        raise ValueError("want a clip with ground truth, such as one of the world, got one without")
    if count < 2 or not 2 <= across <= 32:
        raise ValueError(f"want 2 frames or more and 2 to 32 patches across, got {count}, {across}")
    total, height, width = truth.surface.shape
    frames = np.unique(np.linspace(0, total - 1, count).round().astype(int))
    grid, everywhere = square_grid(width, height, across), np.ones((height, width), bool)
    votes = []
    for number, frame in enumerate(frames):
        context.progress(number, len(frames), "following every pixel")
        votes.append(truth.votes(frames[0], frame, grid, everywhere))
    return GroundTruthTracks(frames, grid, true_tracks(np.stack(votes)))


def scenario_json(truth: Truth, rate: float) -> bytes:
    """The ground truth of a clip, less its masks and places, as JSON: see FIELDS for what is in it."""
    frames, height, width = truth.surface.shape
    people = [k for k in range(len(truth.things)) if np.isfinite(truth.joints[:, k]).any()]
    sheet = {
        "fields": FIELDS,
        "frames": frames,
        "width": width,
        "height": height,
        "rate": rate,
        "label": truth.label,
        "pace": _json(np.array(truth.pace)),
        **{name: [asdict(row) for row in getattr(truth, name)] for name in ("things", "segments", "events")},
        "boxes": _json(truth.boxes().round(1)),
        "phase": _json(truth.phase.round(4)),
        "states": {"of lamps": list(STATES), "of people": ["free", "seated", "holding"]},
        "state": _json(truth.state),
        "joint names": list(JOINTS),
        "joints": {str(k): _json(truth.joints[:, k].round(1)) for k in people},
        "labels": list(truth.labels),
        "does": None if truth.does is None else truth.does.astype(int).tolist(),
    }
    return json.dumps(sheet).encode()


FIELDS = {
    "frames, width, height, rate": "size of the clip in frames and px, and frames a second",
    "label": "the class of the whole clip, where it has one",
    "pace": "how fast things go in an eighth of the clip, where speed is what the clip is about: 56 cross the picture",
    "things": "who and what is in the clip: name, role, and the thing that handles it (an index into this list)",
    "segments": "thing (index), label, and the frames [first, stop) in which it does that",
    "events": "thing (index), name and frame of a moment",
    "boxes": "frame by frame, thing by thing: x0, y0, x1, y1 in px around what is seen of it; null where nothing is",
    "phase": "frame by frame, thing by thing: how far its action is, 0 to 1; null where it does none",
    "state": "frame by frame, thing by thing: an index into states, by what it is; null for things without",
    "joints": "thing (index) to frame by frame, joint by joint: x, y in px, hidden ones too; null where not known",
    "does": "frame by frame, thing by thing, label by label: 1 where the label holds; null where there are no labels",
}


def _json(values: np.ndarray):
    """Numbers as nested lists, with None for nan, which JSON has not."""
    return np.where(np.isnan(values), None, values.astype(float).astype(object)).tolist()
