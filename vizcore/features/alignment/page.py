"""Which moment of one video is which moment of another? Two clips, the cost of every pair of frames, and the path."""

from pkgutil import resolve_name

from vizcore import ui
from vizcore.features.alignment import page_clips as panels
from vizcore.features.alignment.controls import choose_view, two_clips, two_people
from vizcore.features.alignment.entry import ENTRY

SECTIONS = {  # by name, as OTHERS: imported when one is shown, or while the person reads
    "Soft alignment": "vizcore.features.alignment.page_clips:soft",
    "Cycle": "vizcore.features.alignment.page_cycle:cycle",
    "Nearest neighbours": "vizcore.features.alignment.page_clips:nearest",
    "What it sees": "vizcore.features.alignment.page_sight:sight",
    "Files and link": "vizcore.features.alignment.page_clips:export",
}


def clips(choose) -> None:
    """Two clips, the path between them, and a closer look at one side of it."""
    view = choose_view(choose())
    panels.player_and_cost_matrix(view)
    panels.in_numbers(view)
    resolve_name(SECTIONS[ui.segmented_control("Look closer", list(SECTIONS), "show", label_visibility="collapsed")])(
        view
    )


PAIRS = {"Two people": two_people, "Two clips": two_clips}
OTHERS = {
    "Many clips": "vizcore.features.alignment.page_many:many",
    "Two files": "vizcore.features.alignment.page_series:series",
    "A soft minimum": "vizcore.features.alignment.page_lessons:soft_minimum",
    "Re-organised": "vizcore.features.alignment.page_lessons:reorganised",
    "The paper's tables": "vizcore.features.alignment.page_lessons:tables",
}


def prepare() -> None:
    """What is kept on disk, or in memory, before the first visitor."""
    panels.prepare()
    for part in (*SECTIONS.values(), *OTHERS.values()):
        resolve_name(part)


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        part = ui.segmented_control("Part", [*PAIRS, *OTHERS], "part", label_visibility="collapsed")
        if part in PAIRS:
            clips(PAIRS[part])
        else:
            resolve_name(OTHERS[part])()
