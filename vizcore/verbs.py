"""What VizCore does, a verb each, as Python: the same pipelines that its pages and its command line run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vizcore.features.alignment.pipeline import Alignment
    from vizcore.features.alignment.pipeline_find import FoundMoments
    from vizcore.features.alignment.pipeline_series import SeriesAlignment
    from vizcore.features.heatmaps.pipeline import HeatMaps
    from vizcore.features.heatmaps.pipeline_cuts import ClipCuts
    from vizcore.features.localization.pipeline import Survey
    from vizcore.features.localization.pipeline_follow import FollowedBox
    from vizcore.features.localization.pipeline_precision import Compared
    from vizcore.features.matching.pipeline import ClipMatching
    from vizcore.features.nonlocal_blocks.pipeline_filter import Filtered
    from vizcore.features.segmentation.pipeline_files import Dataset
    from vizcore.features.segmentation.pipeline_groups import ClipGroups
    from vizcore.features.segmentation.pipeline_predictions import Predictions
    from vizcore.runtime.row import Model

KINDS = ("segmentation", "localization")  # that evaluate scores


def match(path: str | Path, **settings: Any) -> ClipMatching:
    """Which patch of one frame of a clip became which patch of the next; settings as of match_clip."""
    from vizcore.features.matching.pipeline import match_clip

    return match_clip(path, **settings)


def heatmap(path: str | Path, model: str | Path | Model | None = None, **settings: Any) -> HeatMaps:
    """Where a model looks in a clip; settings as of heat_maps.

    Args:
        path: a video file.
        model: an id, a checkpoint's path, or what load_model gave; None takes the four temporal modes.
        settings: as of heat_maps: method, layer, target and others.

    Raises:
        ValueError: the model is unknown, or a setting is refused.
    """
    from vizcore.features.heatmaps.pipeline import heat_maps

    return heat_maps(path, **({} if model is None else {"models": (load_model(model),)}), **settings)


def cuts(path: str | Path, **settings: Any) -> ClipCuts:
    """Where a film cuts, by TransNetV2; settings as of find_cuts."""
    from vizcore.features.heatmaps.pipeline_cuts import find_cuts

    return find_cuts(path, **settings)


def align(a: str | Path, b: str | Path, **settings: Any) -> Alignment | SeriesAlignment:
    """Which moment of clip a is which moment of clip b; or which row, of two files of numbers (NPY, CSV).

    Args:
        a: a video file, or a file of numbers.
        b: another.
        settings: as of align_clips: model, layer, limit and others; of files of numbers as of align_series.
    """
    from vizcore.features.alignment.pipeline import align_clips
    from vizcore.runtime.clip_library import TABLES

    if all(Path(one).suffix.lower() in TABLES for one in (a, b)):
        from vizcore.features.alignment.pipeline_series import align_series

        return align_series(a, other=b, **settings)

    return align_clips(a, other=b, **settings)


def find(path: str | Path, others: Iterable[str | Path], **settings: Any) -> FoundMoments:
    """Where a stretch of a clip is found again in others.

    Args:
        path: a video file.
        others: the video files that are searched.
        settings: as of find_in_clips: start, span, count and others.
    """
    from vizcore.features.alignment.pipeline_find import find_in_clips

    return find_in_clips(path, others=tuple(map(str, others)), **settings)


def segment(path: str | Path, **settings: Any) -> Predictions | ClipGroups:
    """What is done when in a clip, by nets where they know it, else without training; settings as of segment_clip."""
    from vizcore.features.segmentation.pipeline_groups import segment_clip

    return segment_clip(path, **settings)


def localize(path: str | Path, **settings: Any) -> Survey:
    """Who does what, and where, in key frames of a clip; settings as of survey."""
    from vizcore.features.localization.pipeline import survey

    return survey(path, **settings)


def follow(
    path: str | Path, box: tuple[float, float, float, float] | None = None, frame: int = 0, **settings: Any
) -> FollowedBox:
    """Where somebody goes around whom a box is drawn; settings as of follow_boxes.

    Args:
        path: a video file.
        box: x0, y0, x1, y1 in px of the upright picture; None: an actor's of the ground truth, or what moves most.
        frame: in which it is drawn.
        settings: as of follow_boxes: count, start, span, source and others.

    Raises:
        ValueError: the box is none, or a setting is refused.
    """
    from vizcore.features.localization.pipeline_follow import boxes_word, follow_boxes
    from vizcore.video import probe

    if box is None:
        return follow_boxes(path, **settings).people[0]
    info = probe(path)
    x0, y0, x1, y1 = box
    if not (0 <= x0 < x1 <= info.width and 0 <= y0 < y1 <= info.height and 0 <= frame < info.frames):
        raise ValueError(
            f"want a box x0 < x1, y0 < y1 of px in {info.width} x {info.height} and a frame below {info.frames}, "
            f"got {tuple(box)} in frame {frame}"
        )
    shares = (x0 / info.width, y0 / info.height, x1 / info.width, y1 / info.height)
    return follow_boxes(path, boxes=(boxes_word({frame: shares}),), **settings).people[0]


def filter(path: str | Path, operator: str = "snl", **settings: Any) -> Filtered:
    """What a non-local block makes of a clip, or of a file of features.

    Args:
        path: a video file, or an array file with source="file".
        operator: the non-local block.
        settings: as of filter_clip: out, position, source and others.
    """
    from vizcore.features.nonlocal_blocks.pipeline_filter import filter_clip

    return filter_clip(path, operator=operator, **settings)


def load_model(path_or_id: str | Path | Model, **stated: Any) -> Model:
    """A model by its id, or from a checkpoint of a person's own, which is never trusted to run anything.

    Args:
        path_or_id: a key of the registry, or the path of a checkpoint file.
        stated: what the file does not tell, as of open_checkpoint.

    Raises:
        ValueError: there is neither a model nor a file of that name, or the file cannot be opened.
    """
    from vizcore.models import MODELS, find
    from vizcore.models.checkpoints import open_checkpoint
    from vizcore.runtime.row import Model

    if isinstance(path_or_id, Model):
        return path_or_id
    if str(path_or_id) in MODELS or not Path(path_or_id).exists():
        return find(str(path_or_id), MODELS)
    return open_checkpoint(path_or_id, **stated)


def evaluate(
    kind: str, truth: str | Path, predictions: str | Path | None = None, classes: str | None = None, **settings: Any
) -> Dataset | Compared:
    """Scores of result files against ground truth, as the public evaluations have them.

    Args:
        kind: one of KINDS.
        truth: of segmentation the folder or ZIP of a data set with what models say in it; of localization AVA's CSV.
        predictions: of localization the CSV of detections.
        classes: of localization the list of actions.
        settings: as of compare_set or compare_files.

    Raises:
        ValueError: the kind is unknown, a file is missing, or cannot be read.
    """
    if kind == "segmentation" and predictions is None and classes is None:
        from vizcore.features.segmentation.pipeline_files import compare_set

        return compare_set(truth, **settings)
    if kind == "localization" and predictions is not None:
        from vizcore.features.localization.pipeline_precision import compare_files

        return compare_files(truth, other=predictions, **({} if classes is None else {"actions": classes}), **settings)
    if kind in KINDS:
        what = "a data set alone" if kind == "segmentation" else "a file of predictions beside the truth"
        raise ValueError(f"want {what} for {kind}, got predictions={predictions!r}, classes={classes!r}")
    raise ValueError(f"want a kind of {', '.join(KINDS)}, got {kind!r}")
