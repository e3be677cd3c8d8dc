"""Followed boxes in numbers: over how many frames, with what confidence, and how they agree with the ground truth."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from vizcore.algorithms.matching.box_tracking import LOST
from vizcore.features.localization.entry import ENTRY, FOLLOW
from vizcore.features.localization.export_follow import followed_video
from vizcore.features.localization.figures_follow import COLOURS, confidence_figure
from vizcore.features.localization.pipeline_follow import FollowedBox, FollowedBoxes, follow_boxes
from vizcore.runtime.batch.task_spec import Number, TaskSpec


def numbers(found: FollowedBoxes) -> Mapping[str, Number]:
    """Of every person the frames, the share in which they are lost, mean confidence, and IoU where truth is known."""
    several = len(found.people) > 1
    return {
        f"{one.name}: {name}" if several else name: value
        for one in found.people
        for name, value in _numbers(one).items()
    }


def figures(found: FollowedBoxes) -> Mapping[str, go.Figure]:
    """Confidence over time."""
    lines = [(one.name, COLOURS[one.number - 1], one.times, one.confidence) for one in found.people]
    drawn = [one.times[np.searchsorted(one.frames, one.drawn)] for one in found.people]
    return {"Confidence of the followed boxes": confidence_figure(lines, drawn, LOST)}


def video(paths: tuple[str, ...], found: FollowedBoxes) -> bytes:
    """The stretch with everybody's boxes."""
    return followed_video(paths[0], found.people)


def opened(settings: Mapping[str, Any]) -> Mapping[str, str]:
    """What a link says to open the part with these boxes."""
    boxes, source = settings.get("boxes") or (), settings.get("source", "")
    said = {"boxes": "~".join(boxes), "by": source}
    return {"part": FOLLOW} | {name: one for name, one in said.items() if one}


def _numbers(one: FollowedBox) -> dict[str, Number]:
    found = {
        "frames": len(one.frames),
        "drawn": len(one.drawn) if one.start == "drawn" else 0,
        "lost": float(one.lost.mean()),
        "confidence": float(one.confidence.mean()),
    }
    overlap = one.outcome.overlap
    return found | ({"IoU with the ground truth": overlap} if np.isfinite(overlap) else {})


TASK = TaskSpec("follow", ENTRY.more_tasks["follow"], follow_boxes, numbers, figures, video, opens=opened)
