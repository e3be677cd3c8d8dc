"""A command for a task: over files and folders, with the settings of its pipeline.

`vizcore.cli.over_clips.match` is the command of the task "match": looking it up imports its pipeline.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from vizcore.cli import engines
from vizcore.cli.options import option, with_settings
from vizcore.cli.progress import Progress, say, tell_left_out
from vizcore.features.tasks import TASK_SPECS, TaskSpec
from vizcore.runtime.batch import FORMS, Task, sources
from vizcore.runtime.batch.run import DONE, FAILED
from vizcore.runtime.batch.task import result_of
from vizcore.runtime.context import default_context
from vizcore.runtime.refusals import refuse_warnings

CLIPS = (
    "videos, folders of videos or of numbered frames (frames@30: 30 a second), clips of the world "
    "(world-act-3-cartwheel), or the names of those of the app (parade)"
)
TABLES = ", or files of numbers (.npy, .csv, .tsv)"
PAIRS = "; two or more: the first is what the others are aligned to"
Switch = Annotated[bool, Parameter(negative=())]


def __getattr__(name: str) -> Callable[..., int]:
    if name not in TASK_SPECS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return command(TASK_SPECS[name])


def command(spec: TaskSpec) -> Callable[..., int]:
    """The command of a task."""
    about = CLIPS + (TABLES if spec.of_tables else "") + (PAIRS if spec.pairs else "")

    def over_clips(
        *clips: Annotated[str, Parameter(name="CLIP", required=True, help=about)],
        folder: Annotated[Path | None, Parameter(name="--out")] = None,
        forms: option(tuple[Literal[*FORMS], ...]) = ("json", "npz"),
        again: Switch = False,
        quiet: Switch = False,
        show_anyway: Switch = False,
        strict: Switch = False,
        backend: engines.Options = engines.USUAL,
        **settings: Any,
    ) -> int:
        """Run the pipeline of a task over clips.

        Args:
            clips: files, folders and names, as CLIPS says.
            folder: where results go, CLIP.json and more; without it the JSON goes to standard output, a line a clip.
            forms: what is written beside the JSON.
            again: do also what is done already.
            quiet: tell failures only.
            strict: a clip with warnings has failed.
            show_anyway: tell also the answers of models that do not know such a clip.
            backend: this process or a cluster.
            settings: of the task's pipeline.
        """
        if not quiet:
            tell_left_out(clips)
        task_list, run = tasks(spec, clips, settings, forms, show_anyway), engines.runner(backend)
        if folder is not None:
            return _written(task_list, run, folder, again, quiet, strict)
        if backend.engine != engines.LOCAL:
            raise ValueError("want --out FOLDER with --engine ray, got none")
        return _printed(task_list, strict)

    return with_settings(over_clips, spec.pipeline, spec.settings_of)


def tasks(
    spec: TaskSpec, clips: tuple[str, ...], settings: dict[str, Any], forms: tuple[str, ...], anyway: bool = False
) -> list[Task]:
    """A task for every clip.

    Args:
        spec: a row of TASK_SPECS.
        clips: files, folders, names.
        settings: of its pipeline, as many as are given.
        forms: of FORMS.
        anyway: answers of models are told that do not know such a clip.

    Raises:
        ValueError: a word names no clip, or a form is unknown, or a pair has one clip only.
    """
    if not set(forms) <= set(FORMS):
        raise ValueError(f"want forms of {', '.join(FORMS)}, got {','.join(forms)!r}")
    forms, given = tuple(dict.fromkeys(forms)), tuple(settings.items())
    found = sources(list(clips))
    if not spec.pairs:
        return [Task(spec.name, one, given, forms, anyway=anyway) for one in found]
    first, *others = found
    if not others:
        raise ValueError(f"want two clips or more to {spec.name}, got {len(found)}")
    return [Task(spec.name, one, given, forms, first, anyway) for one in others]


def _written(task_list: list[Task], run: Callable, folder: Path, again: bool, quiet: bool, strict: bool) -> int:
    """The results of every task in a folder, and on standard error how far they are, and what was doubtful."""
    outcomes = run(task_list, folder, default_context(), Progress(quiet), again)
    doubted = [one for one in outcomes if one.state != FAILED and _doubts(one.task, folder)]
    counts = {state: sum(one.state == state for one in outcomes) for state in (DONE, FAILED)}
    if not quiet:
        already = len(outcomes) - sum(counts.values())
        print(f"{counts[DONE]} done, {already} kept, {counts[FAILED]} failed: {folder}", file=sys.stderr)
    return int(counts[FAILED] > 0 or (strict and bool(doubted)))


def _doubts(task: Task, folder: Path) -> list[str]:
    """The warnings of a result that is in a folder, which are said."""
    warnings = json.loads((folder / f"{task.source.stem}.json").read_text()).get("warnings", [])
    say((), warnings, task.source.clip_id)
    return warnings


def _printed(task_list: list[Task], strict: bool) -> int:
    """The JSON of every task on standard output, nothing written, and what was doubtful on standard error."""
    failed = False
    for task in task_list:
        try:
            sheet = result_of(task, default_context())[0]
            say((), sheet["warnings"], task.source.clip_id)
            refuse_warnings(sheet["warnings"], strict)
            print(json.dumps(sheet), flush=True)
        except (ValueError, OSError) as refusal:
            print(f"{task.source.clip_id}: {refusal}", file=sys.stderr)
            failed = True
    return int(failed)
