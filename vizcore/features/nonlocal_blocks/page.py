"""What does each position attend to, and what does a non-local block do to low and high frequencies?"""

from collections.abc import Callable
from functools import partial
from pkgutil import resolve_name

from vizcore import ui
from vizcore.features.nonlocal_blocks import page_affinities as panels
from vizcore.features.nonlocal_blocks.controls import BlockView, a_clip, a_file, two_lanterns
from vizcore.features.nonlocal_blocks.entry import ENTRY

HERE = "vizcore.features.nonlocal_blocks"
VIEWS = {  # by name, as BACKGROUND: imported when one is shown, or while the person reads
    "Affinities": f"{HERE}.page_affinities:affinities",
    "The filter": f"{HERE}.page_filter:panel",
    "Eigenvalues": f"{HERE}.page_eigenvalues:eigenvalues",
    "Files and link": f"{HERE}.page_affinities:export",
}
BACKGROUND = {
    "Claims tried out": f"{HERE}.page_claims:claims",
    "Tables": f"{HERE}.page_claims:tables",
}


def looked_at(choose: Callable[[], BlockView]) -> None:
    """Positions under what one of them attends to, and beside them a closer look at the operators."""
    view = choose()
    stage, beside = ui.stage_and_view()
    with stage:
        panels.picture(view)
    with beside:
        resolve_name(VIEWS[ui.views(VIEWS)])(view)


def background() -> None:
    """The papers: what they claim, tried out, and their tables beside what is measured here."""
    with ui.container(key="view"):
        resolve_name(BACKGROUND[ui.views(BACKGROUND, "background")])()


PARTS = {
    "A clip": partial(looked_at, a_clip),
    "Two lanterns": partial(looked_at, two_lanterns),
    "A file": partial(looked_at, a_file),
    "Background": background,
}


def prepare() -> None:
    """What is in memory before the first visitor."""
    for part in (*VIEWS.values(), *BACKGROUND.values()):
        resolve_name(part)


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        if ui.begins_with_film():
            ui.ask("part", "A clip")
        PARTS[ui.part(PARTS, default="Two lanterns")]()
