"""An alignment of two clips in numbers: what it costs, how far it is from the ground truth; both clips side by side."""

from collections.abc import Mapping

import plotly.graph_objects as go

from vizcore.features.alignment.entry import ENTRY
from vizcore.features.alignment.export import pair_video
from vizcore.features.alignment.figures import expected_alignment_figure
from vizcore.features.alignment.pipeline import Alignment, AlignmentSettings, align_clips
from vizcore.features.alignment.pipeline_series import align_series
from vizcore.runtime.batch.task_spec import Number, TaskSpec


def numbers(alignment: Alignment) -> Mapping[str, Number]:
    """Lengths in frames; errors where both clips have ground truth."""
    pair = alignment.pair
    values: dict[str, Number] = {"first frames": len(pair.first), "second frames": len(pair.second)}
    values |= {"cost": float(alignment.warping.total), "soft cost": float(alignment.soft.value)}
    values |= {"path": len(alignment.path), "trusted": alignment.trusted, "centred cost": alignment.numbers.centred}
    if pair.truth is not None:
        answers = {"": alignment.answer, ", played together": pair.clock_sync}
        values |= {f"frames off{name}": pair.frame_error(answer) for name, answer in answers.items()}
        values |= {f"phase off{name}": pair.phase_error(answer) for name, answer in answers.items()}
    return values


def figures(alignment: Alignment) -> Mapping[str, go.Figure]:
    """The path over the expected alignment."""
    soft = alignment.soft
    given = soft.gradient, soft.table, alignment.path, ("first", "second"), alignment.untrusted
    return {"Path": expected_alignment_figure(*given)}


def video(paths: tuple[str, ...], alignment: Alignment) -> bytes:
    """Both clips, the second warped onto the first."""
    return pair_video(alignment, paths, ("first", "second"))


OF_TABLES = TaskSpec(
    ENTRY.task,
    "which row of the first file of numbers is which row of each other one",
    align_series,
    lambda result: numbers(result.found),
    lambda result: figures(result.found),
    settings_of=AlignmentSettings,
    pairs=True,
)
TASK = TaskSpec(
    ENTRY.task,
    ENTRY.task_about,
    align_clips,
    numbers,
    figures,
    video,
    settings_of=AlignmentSettings,
    pairs=True,
    of_tables=OF_TABLES,
)
