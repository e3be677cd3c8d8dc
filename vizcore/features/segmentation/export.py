"""Files to take along: timelines as a figure for paper, and their segments as CSV and JSON.

Predictions, path -> segments_csv, segments_json, timelines_paper;  rows of labels -> rows_paper
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from vizcore.algorithms.segmentation.metrics import segments
from vizcore.features.segmentation.pipeline import rate_of
from vizcore.features.segmentation.pipeline_predictions import Predictions
from vizcore.figures.paper import PaperSize
from vizcore.formats.segment_files import write_csv, write_json
from vizcore.synthetic.doing import BACKGROUND
from vizcore.video import probe, read_frames

PICTURES, TALL = 10, 160  # key frames of a figure for paper; px


def segments_csv(found: Predictions) -> bytes:
    """All rows as a table, background left out, in frames and seconds; the data page reads it back."""
    return write_csv(_counted(found), found.classes, rate_of(found.times))


def segments_json(found: Predictions) -> bytes:
    """The same as JSON."""
    return write_json(_counted(found), found.classes, rate_of(found.times))


def rows_csv(rows: Mapping[str, np.ndarray], names: Sequence[str], nothing: Sequence[int]) -> bytes:
    """Rows of labels as a table, background left out, in frames.

    Args:
        rows: {name of a tier: (T,) class of each frame}.
        names: of the classes, by number.
        nothing: numbers of the classes that are background.
    """
    return write_csv(_runs(rows, nothing), names, None)


def rows_json(rows: Mapping[str, np.ndarray], names: Sequence[str], nothing: Sequence[int]) -> bytes:
    """The same as JSON.

    Args:
        rows, names, nothing: as of rows_csv.
    """
    return write_json(_runs(rows, nothing), names, None)


def timelines_paper(found: Predictions, path: str | Path, size: PaperSize, form: str) -> bytes:
    """The rows as a figure for paper, in seconds, below key frames of the clip.

    Args:
        found: of the clip.
        path: the clip's video.
        size: how large it is printed.
        form: "png", "svg" or "pdf".
    """
    rows, info = {tier.title: tier.labels for tier in found.tiers}, probe(path)
    middles = ((np.arange(PICTURES) + 0.5) / PICTURES * info.frames).astype(int)
    pictures = read_frames(path, middles, (round(TALL * info.width / info.height), TALL))
    return rows_paper(rows, found.classes, (BACKGROUND,), size, form, rate_of(found.times), pictures)


def rows_paper(
    rows: Mapping[str, np.ndarray],
    names: Sequence[str],
    nothing: Sequence[int],
    size: PaperSize,
    form: str,
    rate: float | None = None,
    pictures: np.ndarray | None = None,
) -> bytes:
    """Rows of labels as a figure for paper.

    Args:
        rows, names, nothing: as of rows_csv.
        size: how large it is printed.
        form: "png", "svg" or "pdf".
        rate: frames in a second; without it, the axis counts frames.
        pictures: (K, H, W, 3) uint8 RGB above the bars; None draws bars alone.
    """
    from vizcore.features.segmentation.print import timeline_paper  # matplotlib takes 0.4 s to import
    from vizcore.figures.printing import printed

    return printed(timeline_paper(rows, names, nothing, rate, pictures, size), size, form)


def _counted(found: Predictions) -> dict:
    return _runs({tier.title: tier.labels for tier in found.tiers}, (BACKGROUND,))


def _runs(rows: Mapping[str, np.ndarray], nothing: Sequence[int]) -> dict:
    return {who: segments(labels, nothing) for who, labels in rows.items()}
