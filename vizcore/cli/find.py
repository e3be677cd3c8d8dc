"""`python -m vizcore find`: where a stretch of a clip is found again, in files and folders; on a cluster if need be."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from vizcore.cli import engines
from vizcore.cli.options import option
from vizcore.cli.over_clips import Switch, tasks
from vizcore.cli.progress import Progress
from vizcore.features.alignment.pipeline_embeddings import fitting
from vizcore.features.alignment.pipeline_find import (
    COMPONENTS,
    COUNT,
    RATE,
    SPAN,
    Described,
    FoundMoments,
    find_described,
)
from vizcore.features.tasks import TASK_SPECS
from vizcore.runtime.batch import Task, sources
from vizcore.runtime.batch.run import FAILED
from vizcore.runtime.context import default_context

WHERE = "videos, folders of videos, and the names of clips of the app, that are searched"


def find(
    query: Annotated[str, Parameter(help="the clip with the stretch that is looked for")],
    *where: Annotated[str, Parameter(name="WHERE", required=True, help=WHERE)],
    start: option(float) = 0.0,
    span: option(float) = SPAN,
    count: option(int) = COUNT,
    model: str = "",
    rate: option(float) = RATE,
    components: option(int) = COMPONENTS,
    library: Path | None = None,
    quiet: Switch = False,
    backend: engines.Options = engines.USUAL,
) -> int:
    """Look for a stretch of a clip: a JSON line for each moment, the nearest first, then one with the verdict.

    Args:
        query: the clip.
        where: the clips that are searched.
        start: of the stretch, seconds.
        span: of the stretch, seconds.
        count: moments wanted.
        model: what describes frames; by default what fits all clips.
        rate: frames a second that are described.
        components: numbers a frame that are compared, at most.
        library: a folder in which the clips' vectors are kept, CLIP.npz; asked again, it is read.
        quiet: tell failures only.
        backend: this process or a cluster.
    """
    context = default_context()
    (one,), found = sources([query]), sources(list(where))
    paths = {source.clip_id: str(source.path(context)) for source in [one, *found]}
    settings = {"model": model or fitting(*paths.values()), "rate": rate}
    task_list = tasks(TASK_SPECS["embed"], tuple(paths), settings, ("npz",))
    with TemporaryDirectory() as folder:
        kept = library or Path(folder)
        outcomes = engines.runner(backend)(task_list, kept, context, Progress(quiet), False)
        clips = {task.source.clip_id: _read(kept, task, paths) for task in _done(task_list, outcomes)}
    failed = len(task_list) - len(clips)
    if one.clip_id not in clips or not (set(clips) & {source.clip_id for source in found}):
        raise ValueError(f"want a query and clips that can be read, got {failed} that cannot")
    searched = [clips[source.clip_id] for source in found if source.clip_id in clips]
    given = {"start": start, "span": span, "count": count, "components": components}
    _print(find_described(clips[one.clip_id], searched, **given))
    return int(failed > 0)


def _done(task_list: list[Task], outcomes: list) -> list[Task]:
    """The tasks whose vectors are there."""
    failed = {outcome.task for outcome in outcomes if outcome.state == FAILED}
    return [task for task in task_list if task not in failed]


def _read(folder: Path, task: Task, paths: dict[str, str]) -> Described:
    """A clip's vectors.

    Args:
        folder: of results.
        task: that made them.
        paths: of clips.
    """
    clip_id = task.source.clip_id
    with np.load(folder / f"{task.source.stem}.npz") as arrays:
        return Described(clip_id, paths[clip_id], *(arrays[name] for name in ("frames", "times", "vectors")))


def _print(found: FoundMoments) -> None:
    for place, one in enumerate(found.moments, 1):
        row = {"rank": place, "clip": one.name, "start": one.start, "stop": one.stop, "distance": one.distance}
        print(json.dumps(row | {"significance": one.significance, "rate": one.rate}))
    told = {"verdict": found.verdict, "clips": found.searched, "frames": found.frames}
    print(json.dumps(told | {"variance kept": found.kept, "against": found.against}))
    sys.stdout.flush()
