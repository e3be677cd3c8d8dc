"""`python -m vizcore evaluate`: scores of result files against ground truth, as the public evaluations have them."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cyclopts import App

from vizcore.cli.options import with_settings
from vizcore.cli.progress import say
from vizcore.features.localization.pipeline_precision import Compared, compare_files
from vizcore.features.segmentation.pipeline_files import Dataset, compare_set
from vizcore.files import write
from vizcore.runtime.batch.task import plain
from vizcore.runtime.refusals import refuse_warnings

SCHEMA = 1  # of a line: grows when a name in it changes its meaning or goes


def of_labels(found: Dataset) -> Iterator[dict]:
    """A row for each model, then one for each of its videos, the worst first; percentages.

    The row of all videos says how files were read, and what was doubtful.
    """
    said = {"read as": list(found.understood), "warnings": list(found.warnings)}
    for ranking in found.rankings:
        yield {"model": ranking.model, "video": "all videos"} | ranking.scores.metrics | said
        for video, scores in ranking.rows:
            yield {"model": ranking.model, "video": video} | scores.metrics


def of_boxes(found: Compared) -> Iterator[dict]:
    """A row for each result, with what was doubtful, then one for each class that has ground truth; AP from 0 to 1."""
    for title, result in zip(found.titles, found.results, strict=True):
        left_out = len(result.without_truth)
        mean = {"result": title, "class": "mean", "AP": result.mean, "classes without truth": left_out}
        yield mean | {"warnings": list(found.notes)}
        for action in found.evaluated:
            row = {"class": found.actions[action].name, "id": action, "truths": found.truths(action)}
            yield {"result": title} | row | {"AP": result.ap[action]}


def segmentation(files: str, /, *, out: Path | None = None, **settings: Any) -> int:
    """Labels of frames or segments: Acc, Edit, F1.

    Args:
        files: a folder or ZIP: groundTruth, a folder for each model, mapping.txt and *.bundle where they are.
        out: JSON lines; by default to standard output.
        settings: of compare_set.
    """
    found = compare_set(files, **settings)
    return _print_rows(of_labels(found), out, found.understood, found.warnings)


def localization(truth: str, files: str, /, *, out: Path | None = None, strict: bool = False, **settings: Any) -> int:
    """Boxes with actions: AVA's average precision.

    Args:
        truth: ground truth as CSV in AVA's form.
        files: detections, likewise with a score in the last column.
        out: JSON lines; by default to standard output.
        strict: any warning is an error.
        settings: of compare_files.
    """
    found = compare_files(truth, other=files, **settings)
    refuse_warnings(found.notes, strict)
    return _print_rows(of_boxes(found), out, (), found.notes)


def _print_rows(rows: Iterator[dict], out: Path | None, understood: Sequence[str], warnings: Sequence[str]) -> int:
    """Rows where they are asked for, and on standard error how files were read, and what was doubtful."""
    say(understood, warnings)
    lines = "".join(json.dumps({"schema": SCHEMA} | plain(row)) + "\n" for row in rows)
    if out is None:
        print(lines, end="")
    else:
        write(out, lines.encode())
    return 0


evaluate = App(name="evaluate")
evaluate.command(with_settings(segmentation, compare_set), name="segmentation")
evaluate.command(with_settings(localization, compare_files), name="localization")
