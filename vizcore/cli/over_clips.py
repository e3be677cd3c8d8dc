"""A command for a product: over files and folders, with the options of its recipe."""

import json
import sys
from argparse import ArgumentParser, Namespace
from functools import partial
from pathlib import Path

from vizcore.cli import engines
from vizcore.cli.command import Command
from vizcore.cli.options import add_options, settings
from vizcore.cli.progress import Progress
from vizcore.features.tasks import Product
from vizcore.runtime.batch import FORMS, Task, sources
from vizcore.runtime.batch.run import DONE, FAILED
from vizcore.runtime.batch.task import made
from vizcore.runtime.context import default_lab

CLIPS = (
    "videos, folders of videos, clips of the world (world-act-3-cartwheel), or the names of those of the app (parade)"
)
OUT = "folder of the results, CLIP.json and more; without it the JSON goes to standard output, a line a clip"


def over_clips(product: Product) -> Command:
    """The command of a product."""
    return Command(product.name, product.about, partial(_add, product), partial(_run, product))


def _add(product: Product, parser: ArgumentParser) -> None:
    least = " (two or more: the first is what the others are aligned to)" if product.pairs else ""
    parser.add_argument("clips", nargs="+", metavar="CLIP", help=CLIPS + least)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help=OUT)
    forms = f"what is written beside the JSON, of {','.join(FORMS)}, between commas"
    parser.add_argument("--forms", default="json,npz", metavar="A,B", help=f"{forms} (usually json,npz)")
    parser.add_argument("--again", action="store_true", help="do also what is done already")
    parser.add_argument("--quiet", action="store_true", help="tell failures only")
    engines.add(parser)
    group = parser.add_argument_group("settings", "as of the page; whatever is not given stays as usual")
    add_options(group, product.recipe, product.way)


def tasks(product: Product, given: Namespace) -> list[Task]:
    """A task for every clip.

    Raises:
        ValueError: a word names no clip, or a form is unknown, or a pair has one clip only.
    """
    forms = tuple(dict.fromkeys(given.forms.split(",")))
    if not set(forms) <= set(FORMS):
        raise ValueError(f"want forms of {', '.join(FORMS)}, got {given.forms!r}")
    found = sources(given.clips)
    if not product.pairs:
        return [Task(product.name, one, settings(given), forms) for one in found]
    first, *others = found
    if not others:
        raise ValueError(f"want two clips or more to {product.name}, got {len(found)}")
    return [Task(product.name, one, settings(given), forms, first) for one in others]


def _run(product: Product, given: Namespace) -> int:
    asked, lab, how = tasks(product, given), default_lab(), engines.chosen(given)
    if given.out is None:
        if given.engine != engines.LOCAL:
            raise ValueError("want --out FOLDER with --engine ray, got none")
        return _printed(asked)
    outcomes = how(asked, given.out, lab, Progress(given.quiet), given.again)
    counts = {state: sum(one.state == state for one in outcomes) for state in (DONE, FAILED)}
    if not given.quiet:
        kept = len(outcomes) - sum(counts.values())
        print(f"{counts[DONE]} done, {kept} kept, {counts[FAILED]} failed: {given.out}", file=sys.stderr)
    return int(counts[FAILED] > 0)


def _printed(asked: list[Task]) -> int:
    """The JSON of every task on standard output, nothing written."""
    failed = False
    for task in asked:
        try:
            print(json.dumps(made(task, default_lab())[0]), flush=True)
        except (ValueError, OSError) as refusal:
            print(f"{task.source.word}: {refusal}", file=sys.stderr)
            failed = True
    return int(failed)
