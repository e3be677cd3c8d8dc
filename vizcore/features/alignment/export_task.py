"""What an alignment of two clips is worth: what it costs, how far it is from the truth, and both clips side by side."""

from collections.abc import Mapping

import plotly.graph_objects as go

from vizcore.features.alignment.entry import ENTRY
from vizcore.features.alignment.export import pair_video
from vizcore.features.alignment.figures import field_figure
from vizcore.features.alignment.pipeline import Alignment, AlignmentSettings, align_clips
from vizcore.runtime.batch.task_spec import Number, TaskSpec


def numbers(alignment: Alignment) -> Mapping[str, Number]:
    """Lengths in frames; errors where the truth of both clips is known."""
    pair = alignment.pair
    told: dict[str, Number] = {"first frames": len(pair.first), "second frames": len(pair.second)}
    told |= {"cost": float(alignment.warping.total), "soft cost": float(alignment.soft.value)}
    told |= {"path": len(alignment.path)}
    if pair.truth is not None:
        answers = {"": alignment.answer, ", played together": pair.lock_step}
        told |= {f"frames off{name}": pair.frame_error(answer) for name, answer in answers.items()}
        told |= {f"phase off{name}": pair.phase_error(answer) for name, answer in answers.items()}
    return told


def figures(alignment: Alignment) -> Mapping[str, go.Figure]:
    """The path over the expected alignment."""
    soft = alignment.soft
    return {"Path": field_figure(soft.gradient, soft.table, alignment.path, ("first", "second"))}


def video(paths: tuple[str, ...], alignment: Alignment) -> bytes:
    """Both clips, the second warped onto the first."""
    return pair_video(alignment, paths, ("first", "second"))


TASK = TaskSpec(
    ENTRY.task,
    ENTRY.task_about,
    align_clips,
    numbers,
    figures,
    video,
    settings_of=AlignmentSettings,
    pairs=True,
)
