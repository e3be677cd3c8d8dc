"""All features: the menu, the demos of the front door, and the pipelines that may be run, read from their entries."""

from vizcore.features.alignment.entry import ENTRY as ALIGNMENT
from vizcore.features.compare.entry import ENTRY as COMPARE
from vizcore.features.entry import Demo, Entry
from vizcore.features.heatmaps.entry import ENTRY as HEATMAPS
from vizcore.features.home.entry import ENTRY as HOME
from vizcore.features.lessons.entry import ENTRY as LESSONS
from vizcore.features.localization.entry import ENTRY as LOCALIZATION
from vizcore.features.matching.entry import ENTRY as MATCHING
from vizcore.features.nonlocal_blocks.entry import ENTRY as NONLOCAL_BLOCKS
from vizcore.features.report.entry import ENTRY as REPORT
from vizcore.features.segmentation.entry import ENTRY as SEGMENTATION
from vizcore.features.system.entry import ENTRY as SYSTEM
from vizcore.features.temporal.entry import ENTRY as TEMPORAL
from vizcore.features.world.entry import ENTRY as WORLD
from vizcore.runtime.tables import LONG

PAGES: tuple[Entry, ...] = (
    HOME,
    MATCHING,
    TEMPORAL,
    ALIGNMENT,
    SEGMENTATION,
    HEATMAPS,
    LOCALIZATION,
    NONLOCAL_BLOCKS,
    WORLD,
    COMPARE,
    LESSONS,
    REPORT,
    SYSTEM,
)
FRONT = (
    WORLD,
    TEMPORAL,
    ALIGNMENT,
    SEGMENTATION,
    HEATMAPS,
    COMPARE,
    LOCALIZATION,
    NONLOCAL_BLOCKS,
    MATCHING,
    LESSONS,
)  # whose demos come first on the front door
DEMOS: tuple[Demo, ...] = tuple(demo for row in FRONT for demo in row.demos)
PIPELINES: tuple[str, ...] = tuple(row.dotted(one) for row in PAGES for one in row.pipelines)
TASKED = (MATCHING, HEATMAPS, ALIGNMENT, SEGMENTATION, LOCALIZATION, NONLOCAL_BLOCKS)  # as the command line lists them
TASKS: dict[str, str] = {  # by name: the module whose TASK it is
    name: f"vizcore.features.{row.feature}.export_task{end}"
    for row in TASKED
    for name, end in ((row.task, ""), *((more, f"_{more}") for more in row.more_tasks))
}
ABOUT: dict[str, str] = {name: about for row in TASKED for name, about in row.tasks.items()}  # what one gets of each


def _long() -> dict[str, tuple[str, ...]]:
    """{module: its functions} of the pipelines that may go to a cluster."""
    found: dict[str, tuple[str, ...]] = {}
    for module, _, name in (row.dotted(one).rpartition(".") for row in PAGES for one in row.long):
        found[module] = (*found.get(module, ()), name)
    return found


LONG.update(_long())


def page(name: str) -> Entry:
    """The row of a page, by its name.

    Raises:
        ValueError: the catalog has no such row.
    """
    for row in PAGES:
        if row.name == name:
            return row
    raise ValueError(f"want a page of the catalog ({', '.join(row.name for row in PAGES)}), got {name!r}")
