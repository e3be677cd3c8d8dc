"""What does each position attend to, and what does a non-local block do to low and high frequencies?"""

from pkgutil import resolve_name

from vizcore import ui
from vizcore.features.nonlocal_blocks import page_affinities as panels
from vizcore.features.nonlocal_blocks.controls import a_clip, a_file, two_lanterns
from vizcore.features.nonlocal_blocks.entry import ENTRY
from vizcore.features.nonlocal_blocks.page_filter import operator_of, panel

SECTIONS = {
    "The filter": panel,
    "Eigenvalues": panels.eigenvalues,
    "Files and link": panels.export,
}


def looked_at(choose) -> None:
    """Positions, what one of them attends to, and a closer look at one operator's graph."""
    view = choose()
    panels.affinities(view)
    with ui.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        section = ui.segmented_control("Look closer", list(SECTIONS), "show", label_visibility="collapsed")
        operator = operator_of()
    SECTIONS[section](view, operator)


POSITIONS = {"Two lanterns": two_lanterns, "A clip": a_clip, "A file": a_file}
OTHERS = {  # by name: imported when one is shown, or while the person reads
    "Claims tried out": "vizcore.features.nonlocal_blocks.page_claims:claims",
    "Tables": "vizcore.features.nonlocal_blocks.page_claims:tables",
}


def prepare() -> None:
    """What is in memory before the first visitor."""
    for part in OTHERS.values():
        resolve_name(part)


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        part = ui.segmented_control("Part", [*POSITIONS, *OTHERS], "part", label_visibility="collapsed")
        if part in POSITIONS:
            looked_at(POSITIONS[part])
        else:
            resolve_name(OTHERS[part])()
