"""A matching of a clip's patches in numbers: how much moved, how it agrees with the flow; one track as a video."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from vizcore.features.matching.entry import ENTRY
from vizcore.features.matching.export import track_video
from vizcore.features.matching.figures import permutation_figure
from vizcore.features.matching.figures_steps import steps_figure, track_figure
from vizcore.features.matching.pipeline import ClipMatching, match_clip
from vizcore.runtime.batch.task_spec import Number, TaskSpec


def numbers(matching: ClipMatching) -> Mapping[str, Number]:
    """Means over all steps; shares are 0 to 1."""
    tracks, moving = matching.tracks, matching.agrees[matching.moving]
    sizes = {"frames": len(matching.clip.times), "rows": matching.grid[0], "columns": matching.grid[1]}
    if not len(tracks.steps):
        return sizes
    return sizes | {
        "cosine": float(tracks.matched.mean()),
        "in place": float(tracks.identity_share.mean()),
        "mutual": float(tracks.mutual.mean()),
        "overruled": float(tracks.overruled.mean()),
        "undecided": float(tracks.undecided.mean()),
        "with the flow": float(matching.agrees.mean()),
        "moving": float(matching.moving.mean()),
        "moving, with the flow": float(moving.mean()) if moving.size else float("nan"),
    }


def figures(matching: ClipMatching) -> Mapping[str, go.Figure]:
    """Every step, the busiest one as a permutation, and the track that moves most."""
    tracks, times = matching.tracks, matching.clip.times
    if not len(tracks.steps):
        return {}
    busiest = int(np.argmin(tracks.identity_share))
    return {
        "Every step": steps_figure(tracks, matching.agrees, times),
        f"Step {busiest + 1}, in which most changes its place": permutation_figure(tracks, busiest),
        f"The track of patch {matching.most_moving}": track_figure(tracks, matching.most_moving, times),
    }


def video(paths: tuple[str, ...], matching: ClipMatching) -> bytes:
    """The track that moves most."""
    return track_video(paths[0], matching, matching.most_moving)


TASK = TaskSpec(ENTRY.task, ENTRY.task_about, match_clip, numbers, figures, video)
