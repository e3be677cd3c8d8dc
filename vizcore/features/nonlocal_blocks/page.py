"""Whom does each position hear, and what does a non-local block make of slow and fast? A graph, and a filter on it."""

from vizcore import ui
from vizcore.features.nonlocal_blocks import page_affinities as panels
from vizcore.features.nonlocal_blocks import page_claims as lessons
from vizcore.features.nonlocal_blocks.controls import a_clip, a_file, two_lanterns
from vizcore.features.nonlocal_blocks.entry import ENTRY
from vizcore.features.nonlocal_blocks.page_filter import desk, operator_of

SECTIONS = {
    "The filter": desk,
    "Eigenvalues": panels.eigenvalues,
    "Files and link": panels.export,
}


def looked_at(choose) -> None:
    """Positions, whom one of them hears, and a closer look at one operator's graph."""
    view = choose()
    panels.affinities(view)
    with ui.row(horizontal=True, vertical_alignment="bottom", gap="medium"):
        section = ui.option("Look closer", list(SECTIONS), "show", quiet=True)
        operator = operator_of()
    SECTIONS[section](view, operator)


PARTS = {
    "Two lanterns": lambda: looked_at(two_lanterns),
    "A clip": lambda: looked_at(a_clip),
    "A file": lambda: looked_at(a_file),
    "Claims tried out": lessons.claims,
    "Tables": lessons.tables,
}


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        PARTS[ui.option("Part", list(PARTS), "part", quiet=True)]()
