"""Which way of looking at time knows what happened? A film without training, or the world and trained nets."""

from collections.abc import Callable
from functools import partial
from pkgutil import resolve_name
from typing import TypeVar

from vizcore import ui
from vizcore.features.temporal import controls
from vizcore.features.temporal.entry import ENTRY

View = TypeVar("View")
HERE = "vizcore.features.temporal"
OF_WORLD = {  # views, by name: imported when one is shown, or while the person reads
    "Answers": f"{HERE}.page_sections:answers",
    "Tracks": f"{HERE}.page_sections:tracks",
    "Order of frames": f"{HERE}.page_sections:orders",
    "Against speed": f"{HERE}.page_sections:speed",
    "Results": f"{HERE}.page_sections:table",
    "What a matching follows": f"{HERE}.page_sections:lesson",
    "Files and link": f"{HERE}.page_sections:export",
}
OF_FILMS = {
    "Rows": f"{HERE}.page_films:rows",
    "Divergence": f"{HERE}.page_films:divergences",
    "Order of frames": f"{HERE}.page_films:orders",
    "Files and link": f"{HERE}.page_films:export",
}


def prepare() -> None:
    """What is in memory before the first visitor."""
    for view in (*OF_FILMS.values(), *OF_WORLD.values()):
        resolve_name(view)


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        family = controls.family()
        if family:
            from vizcore.features.temporal import (
                page_sections as panels,  # who looks at a film needs no nets of the world
            )

            _shown(partial(panels.chosen_view, family), panels.play, OF_WORLD, "show")
        else:
            from vizcore.features.temporal import page_films as panels

            _shown(panels.chosen_film, panels.play, OF_FILMS, "of-film")


def _shown(choose: Callable[[], View], play: Callable[[View], None], views: dict[str, str], key: str) -> None:
    """A clip, and beside it one view of what is said of it.

    Args:
        choose: the state of the controls.
        play: the clip.
        views: by name.
        key: of the choice among them, in the link.
    """
    view = choose()
    stage, beside = ui.stage_and_view()
    with stage:
        play(view)
    with beside:
        resolve_name(views[ui.views(views, key)])(view)
