"""A batch, task after task in this process: what is done already is kept, what fails says so and stops nobody.

tasks -> done | kept | failed, told one by one
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vizcore.runtime.batch.task import Task, do, is_done
from vizcore.runtime.context import Context, silent

DONE, KEPT, FAILED = "done", "kept", "failed"


@dataclass(frozen=True)
class Outcome:
    """What became of one task."""

    task: Task
    state: str  # DONE, KEPT (its files were there) or FAILED
    sheet: dict | None  # what its JSON says, where it was made now
    why: str = ""  # it failed, as a sentence


Tell = Callable[[int, int, Outcome], None]  # (ended, total, the last one)


def run(tasks: Sequence[Task], out: Path, context: Context, tell: Tell, again: bool = False) -> list[Outcome]:
    """Do what is not done yet, in the order of the tasks.

    Args:
        tasks: clips with what is to be made of each.
        out: the folder of results.
        context: whose engine and store are used.
        tell: called after every task.
        again: do also what is done.
    """
    return reported(tasks, (one(task, out, context, again) for task in tasks), tell)


def one(task: Task, out: Path, context: Context, again: bool = False) -> Outcome:
    """One task, kept, done or failed; only what is no fault of the task, such as an interrupt, passes through.

    Args:
        task: a clip with what is to be made of it.
        out: the folder of results.
        context: whose engine and store are used.
        again: do it also where it is done.
    """
    try:
        if not again and is_done(task, out, context):
            return Outcome(task, KEPT, None)
        return Outcome(task, DONE, do(task, out, context.with_progress(silent)))
    except (ValueError, OSError, MemoryError, RuntimeError) as fault:
        return Outcome(task, FAILED, None, str(fault).strip() or type(fault).__name__)


def reported(tasks: Sequence[Task], outcomes: Iterable[Outcome], tell: Tell) -> list[Outcome]:
    """Outcomes as they come, each reported with how many there are.

    Args:
        tasks: all of the batch.
        outcomes: of the tasks, in the order in which they end.
        tell: called with (ended, total, the last one).
    """
    ended = []
    for outcome in outcomes:
        ended.append(outcome)
        tell(len(ended), len(tasks), outcome)
    return ended
