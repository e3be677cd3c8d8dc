"""Files to take along: timelines as a figure for paper, and their segments as CSV and JSON.

rows of labels -> rows_csv, rows_json, rows_paper;  with key frames of their clip -> clip_paper
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from vizcore.algorithms.segmentation.metrics import segments
from vizcore.figures.paper import PaperSize
from vizcore.formats.segment_files import write_csv, write_json
from vizcore.video import probe, read_frames

PICTURES, TALL = 10, 160  # key frames of a figure for paper; px


def rows_csv(
    rows: Mapping[str, np.ndarray], names: Sequence[str], nothing: Sequence[int], rate: float | None = None
) -> bytes:
    """Rows of labels as a table, background left out; the part for label files reads it back.

    Args:
        rows: {name of a tier: (T,) class of each frame}.
        names: of the classes, by number.
        nothing: numbers of the classes that are background.
        rate: frames in a second; without it, the table has frames alone.
    """
    return write_csv(_runs(rows, nothing), names, rate)


def rows_json(
    rows: Mapping[str, np.ndarray], names: Sequence[str], nothing: Sequence[int], rate: float | None = None
) -> bytes:
    """The same as JSON.

    Args:
        rows, names, nothing, rate: as of rows_csv.
    """
    return write_json(_runs(rows, nothing), names, rate)


def clip_paper(
    path: str | Path,
    rows: Mapping[str, np.ndarray],
    names: Sequence[str],
    nothing: Sequence[int],
    rate: float | None,
    size: PaperSize,
    form: str,
) -> bytes:
    """Rows of labels as a figure for paper, below key frames of their clip.

    Args:
        path: the clip's video.
        rows, names, nothing, rate: as of rows_csv.
        size: how large it is printed.
        form: "png", "svg" or "pdf".
    """
    info = probe(path)
    middles = ((np.arange(PICTURES) + 0.5) / PICTURES * info.frames).astype(int)
    pictures = read_frames(path, middles, (round(TALL * info.width / info.height), TALL))
    return rows_paper(rows, names, nothing, size, form, rate, pictures)


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


def _runs(rows: Mapping[str, np.ndarray], nothing: Sequence[int]) -> dict:
    return {who: segments(labels, nothing) for who, labels in rows.items()}
