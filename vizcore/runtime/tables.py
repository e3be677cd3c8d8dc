"""Tables that the runtime is handed from above: the models that there are, and what a batch can make of a clip.

The registry of models and the features fill them when they are imported; the runtime knows what a row looks like and
no more. A process elsewhere imports what filled them here, and so has the same rows.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vizcore.runtime.batch.task_spec import TaskSpec
    from vizcore.runtime.row import Model

MODELS: ChainMap[str, Model] = ChainMap()
TASKS: ChainMap[str, TaskSpec] = ChainMap()
CLUSTER = "VIZCORE_RAY_ADDRESS"  # the variable that names a cluster for what is long
LONG: dict[str, tuple[str, ...]] = {}  # {module: its functions}: pipelines that take seconds and give arrays, not files
_filled_by: dict[str, None] = {}


def hand_over(table: ChainMap, rows: Mapping[str, Any], by: str) -> None:
    """Add rows to a table.

    Args:
        table: of this module.
        rows: by name; a lazy mapping stays lazy.
        by: the module that does, which a process elsewhere imports for the same rows.
    """
    if not any(rows is known for known in table.maps):
        table.maps.append(rows)
    _filled_by[by] = None


def filled_by() -> tuple[str, ...]:
    """The modules that have handed over rows."""
    return tuple(_filled_by)


def fill(modules: tuple[str, ...]) -> None:
    """Import what filled the tables of another process."""
    for name in modules:
        import_module(name)
