"""What can be had without the app: a row is a task of the command line, of batches and of reports."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from vizcore.features.catalog import TASKS
from vizcore.runtime import tables
from vizcore.runtime.batch.task_spec import TaskSpec

__all__ = ["TASK_SPECS", "TaskSpec"]


class Tasks(Mapping[str, TaskSpec]):
    """The rows by name; a page that asks for one imports no other feature."""

    def __getitem__(self, name: str) -> TaskSpec:
        return import_module(TASKS[name]).TASK

    def __iter__(self) -> Iterator[str]:
        return iter(TASKS)

    def __len__(self) -> int:
        return len(TASKS)


TASK_SPECS: Mapping[str, TaskSpec] = Tasks()
tables.hand_over(tables.TASKS, TASK_SPECS, __name__)
