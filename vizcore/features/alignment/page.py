"""Which moment of one video is which moment of another? Two clips, the cost of every pair of frames, and the path."""

from collections.abc import Callable
from pkgutil import resolve_name

from vizcore import ui
from vizcore.features.alignment import page_clips as panels
from vizcore.features.alignment.controls import Clips, choose_view, two_clips, two_people
from vizcore.features.alignment.entry import ENTRY

HERE = "vizcore.features.alignment"
VIEWS = {  # by name, as BACKGROUND and OTHERS: imported when one is shown, or while the person reads
    "Path": f"{HERE}.page_clips:path",
    "Soft alignment": f"{HERE}.page_soft:soft",
    "Cycle": f"{HERE}.page_cycle:cycle",
    "Nearest neighbours": f"{HERE}.page_cycle:nearest",
    "What it sees": f"{HERE}.page_sight:sight",
    "Files and link": f"{HERE}.page_clips:export",
}
BACKGROUND = {
    "A soft minimum": f"{HERE}.page_lessons:soft_minimum",
    "Re-organised": f"{HERE}.page_lessons:reorganised",
    "The paper's tables": f"{HERE}.page_lessons:tables",
}
PAIRS = {"Two clips": two_clips, "Two people": two_people}
OTHERS = {
    "Many clips": f"{HERE}.page_many:many",
    "Find a moment": f"{HERE}.page_find:find",
    "Two files": f"{HERE}.page_series:series",
}
PARTS = [*PAIRS, *OTHERS, "Background"]


def clips(choose: Callable[[], Clips]) -> None:
    """Two clips with the path between them, and beside them a closer look at one side of it."""
    asked = choose_view(choose())
    packs = panels.packs_of(asked.clips, asked.arguments["limit"])
    stage, beside = ui.stage_and_view((3, 2))
    with beside:
        show, view = resolve_name(VIEWS[ui.views(VIEWS)]), asked.answer()
    with stage:
        panels.play(asked.clips, packs, view)
    if view is not None:
        with beside:
            show(view)


def prepare() -> None:
    """What is kept on disk, or in memory, before the first visitor."""
    panels.prepare()
    for name in (*VIEWS.values(), *OTHERS.values(), *BACKGROUND.values()):
        resolve_name(name)


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        if ui.begins_with_film():
            ui.ask("part", "Two clips")
        part = ui.part(PARTS, default="Two people")
        if part in PAIRS:
            clips(PAIRS[part])
        elif part in OTHERS:
            resolve_name(OTHERS[part])()
        else:
            resolve_name(BACKGROUND[ui.views(BACKGROUND, "background")])()
