"""`python -m vizcore evaluate`: scores of result files against ground truth, as the public evaluations have them."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vizcore.cli.command import Command
from vizcore.cli.options import add_options, settings
from vizcore.features.localization.pipeline_precision import Compared, compare_files
from vizcore.features.segmentation.pipeline_files import Dataset, compare_set
from vizcore.files import write
from vizcore.runtime.batch.task import plain

SCHEMA = 1  # of a line: grows when a name in it changes its meaning or goes
SET = "a folder or ZIP: groundTruth, a folder for each model, mapping.txt and *.bundle where they are"
AVA = ("ground truth as CSV in AVA's form", "detections, likewise with a score in the last column")


@dataclass(frozen=True)
class Kind:
    """One kind of results."""

    about: str
    recipe: Callable[..., Any]
    files: dict[str, str]  # {argument of the recipe: what it is}
    rows: Callable[[Any], Iterator[dict]]  # what is printed, a line each


def of_labels(found: Dataset) -> Iterator[dict]:
    """A row for each model, then one for each of its videos, the worst first; percentages."""
    for ranking in found.rankings:
        named = (("all videos", ranking.scores), *ranking.rows)
        for video, scores in named:
            told = {"acc": scores.acc, "edit": scores.edit} | {f"F1@{k}": value for k, value in scores.f1.items()}
            yield {"model": ranking.model, "video": video} | told


def of_boxes(found: Compared) -> Iterator[dict]:
    """A row for each result, then one for each class that has ground truth; AP from 0 to 1."""
    for title, result in zip(found.titles, found.results, strict=True):
        left_out = len(result.without_truth)
        yield {"result": title, "class": "mean", "AP": result.mean, "classes without truth": left_out}
        for action in found.told:
            told = {"class": found.actions[action].name, "id": action, "truths": found.truths(action)}
            yield {"result": title} | told | {"AP": result.ap[action]}


KINDS = {
    "segmentation": Kind("labels of frames or segments: Acc, Edit, F1", compare_set, {"path": SET}, of_labels),
    "localization": Kind(
        "boxes with actions: AVA's average precision", compare_files, dict(zip(("path", "other"), AVA)), of_boxes
    ),
}


def _add(parser: ArgumentParser) -> None:
    rooms = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    for name, kind in KINDS.items():
        room = rooms.add_parser(name, help=kind.about, description=f"{kind.about}.")
        for file, about in kind.files.items():
            room.add_argument(file, metavar="TRUTH" if file == "path" and len(kind.files) > 1 else "FILES", help=about)
        room.add_argument("--out", type=Path, metavar="FILE", help="JSON lines; usually to standard output")
        add_options(room.add_argument_group("settings"), kind.recipe)


def _run(given: Namespace) -> int:
    kind = KINDS[given.kind]
    found = kind.recipe(**{name: getattr(given, name) for name in kind.files}, **dict(settings(given)))
    lines = "".join(json.dumps({"schema": SCHEMA} | plain(row)) + "\n" for row in kind.rows(found))
    if given.out is None:
        print(lines, end="")
    else:
        write(given.out, lines.encode())
    return 0


COMMAND = Command("evaluate", "scores of result files against ground truth, as the public evaluations have", _add, _run)
