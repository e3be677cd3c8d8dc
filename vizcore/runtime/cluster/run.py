"""A batch on a cluster: the same outcomes and the same files as in one process, written by this one.

tasks -> kept | sent to a worker -> (sheet, files) -> OUT/clip.npz, OUT/clip.json -> done | failed, told one by one
Results travel to this process and clips to the workers, so no folder need be shared; if one is, clips are read there.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from vizcore.runtime.batch import Outcome, Task, is_done
from vizcore.runtime.batch.run import DONE, FAILED, KEPT, Tell, reported
from vizcore.runtime.batch.task import keep, result_of
from vizcore.runtime.cluster.connection import joined
from vizcore.runtime.cluster.file_transfer import sent_file
from vizcore.runtime.cluster.worker_pool import Call, WorkerPool
from vizcore.runtime.context import Context

FAULTS = (ValueError, OSError, MemoryError, RuntimeError)  # of a task, and of nobody else


def run(
    tasks: Sequence[Task],
    out: Path,
    context: Context,
    tell: Tell,
    again: bool = False,
    *,
    address: str | None = None,
    workers: int | None = None,
    gpus: float = 0.0,
    pool: WorkerPool | None = None,
) -> list[Outcome]:
    """Do what is not done yet, many at a time; outcomes are reported as they come, returned in the order of the tasks.

    Args:
        tasks: clips with what is to be made of each.
        out: the folder of results, which only this process needs to see.
        context: of this process: its store knows what is done.
        tell: called after every task; what it raises ends the batch, and what is written stays.
        again: do also what is done.
        address: of a cluster, as of connection.join; None starts one on this machine, and stops it at the end.
        workers: how many work at once; as many as fit if not given.
        gpus: the share of a GPU that each takes; 0 computes on the CPU, with one thread.
        pool: workers that stand already, instead of the three above; they stay.

    Raises:
        ValueError: Ray is not installed, nothing answers at the address, or no worker can be had.
    """
    fewest = min(workers or len(tasks), len(tasks))
    start = partial(nullcontext, pool) if pool else partial(_started, address, workers, fewest, gpus)
    ended = reported(tasks, _outcomes(tasks, out, context, again, start), tell)
    place = {id(task): number for number, task in enumerate(tasks)}
    return sorted(ended, key=lambda outcome: place[id(outcome.task)])


@contextmanager
def _started(address: str | None, cpus: int | None, size: int, gpus: float) -> Iterator[WorkerPool]:
    with joined(address, cpus), WorkerPool(size, gpus) as pool:
        yield pool


def result_here(task: Task, paths: tuple[str, ...], context: Context) -> tuple[dict[str, Any], dict[str, bytes]]:
    """As of batch.task.result_of, in a worker: the clips of the task, less those of the world, are where it has them.

    Args:
        task: a clip with what is to be made of it.
        paths: of its clips that are files, on this machine.
        context: the worker's own.
    """
    there = iter(paths)
    placed = {
        name: source if source is None or source.of_world else replace(source, clip_id=next(there))
        for name, source in (("source", task.source), ("other", task.other))
    }
    return result_of(replace(task, **placed), context)


def _outcomes(
    tasks: Sequence[Task],
    out: Path,
    context: Context,
    again: bool,
    start: Callable[[], AbstractContextManager[WorkerPool]],
) -> Iterator[Outcome]:
    settled: deque[Outcome] = deque()  # without a worker
    calls = _calls(tasks, out, context, again, settled)
    first = next(calls, None)
    if first is not None:  # Ray takes seconds to start: who has nothing to do need not wait
        with start() as pool:
            for call, answer in pool.each(chain([first], calls)):
                while settled:
                    yield settled.popleft()
                yield _outcome(call.about, answer, out)
    yield from settled


def _calls(tasks: Iterable[Task], out: Path, context: Context, again: bool, settled: deque[Outcome]) -> Iterator[Call]:
    """A call for every task that is not done; what needs none is put with the settled ones."""
    for task in tasks:
        try:
            if not again and is_done(task, out, context):
                settled.append(Outcome(task, KEPT, None))
                continue
            clips = [one for one in (task.source, task.other) if one is not None and not one.of_world]
            paths = tuple(sent_file(one.path(context)) for one in clips)
        except FAULTS as fault:
            settled.append(_failed(task, fault))
            continue
        yield Call(result_here, {"task": task, "paths": paths}, task)


def _outcome(task: Task, answer: Any, out: Path) -> Outcome:
    """What became of a task whose worker has answered; its files are written now.

    Raises:
        Exception: the worker ended with what is no fault of a task.
    """
    try:
        if isinstance(answer, Exception):
            raise answer
        return Outcome(task, DONE, keep(task, out, *answer))
    except FAULTS as fault:
        return _failed(task, fault)


def _failed(task: Task, fault: Exception) -> Outcome:
    return Outcome(task, FAILED, None, str(fault).strip() or type(fault).__name__)
