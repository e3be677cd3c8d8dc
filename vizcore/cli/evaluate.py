"""`python -m vizcore evaluate`: scores of result files against ground truth, as the public evaluations have them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cyclopts import App

from vizcore.cli.options import with_settings
from vizcore.features.localization.pipeline_precision import Compared, compare_files
from vizcore.features.segmentation.pipeline_files import Dataset, compare_set
from vizcore.files import write
from vizcore.runtime.batch.task import plain

SCHEMA = 1  # of a line: grows when a name in it changes its meaning or goes


def of_labels(found: Dataset) -> Iterator[dict]:
    """A row for each model, then one for each of its videos, the worst first; percentages."""
    for ranking in found.rankings:
        named = (("all videos", ranking.scores), *ranking.rows)
        for video, scores in named:
            yield {"model": ranking.model, "video": video} | scores.metrics


def of_boxes(found: Compared) -> Iterator[dict]:
    """A row for each result, then one for each class that has ground truth; AP from 0 to 1."""
    for title, result in zip(found.titles, found.results, strict=True):
        left_out = len(result.without_truth)
        yield {"result": title, "class": "mean", "AP": result.mean, "classes without truth": left_out}
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
    return _print_rows(of_labels(compare_set(files, **settings)), out)


def localization(truth: str, files: str, /, *, out: Path | None = None, **settings: Any) -> int:
    """Boxes with actions: AVA's average precision.

    Args:
        truth: ground truth as CSV in AVA's form.
        files: detections, likewise with a score in the last column.
        out: JSON lines; by default to standard output.
        settings: of compare_files.
    """
    return _print_rows(of_boxes(compare_files(truth, other=files, **settings)), out)


def _print_rows(rows: Iterator[dict], out: Path | None) -> int:
    lines = "".join(json.dumps({"schema": SCHEMA} | plain(row)) + "\n" for row in rows)
    if out is None:
        print(lines, end="")
    else:
        write(out, lines.encode())
    return 0


evaluate = App(name="evaluate")
evaluate.command(with_settings(segmentation, compare_set), name="segmentation")
evaluate.command(with_settings(localization, compare_files), name="localization")
