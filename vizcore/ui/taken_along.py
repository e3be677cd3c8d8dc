"""What goes along when a person walks from page to page: the model chosen last, and the patch picked in a clip.

on a page: model and patch -> kept for this session -> the next page, when it was reached without a link that says more

The clip and its moment go along too: file_menu.py, player/moments.py.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from vizcore.player.session import session
from vizcore.ui.controls import ask, selectbox
from vizcore.ui.state import now, visit

MOST = 64  # clips that a session remembers a patch of


class Place(NamedTuple):
    """A place in a clip."""

    frame: int  # its number
    y: float  # share of the picture from the top, 0 to 1
    x: float  # from the left


@dataclass
class TakenAlong:
    """Of this session."""

    model: str = ""  # as menus call it
    places: dict[str, Place] = field(default_factory=dict)  # {clip id: the patch picked in it}, the last one last


@dataclass
class Shown:
    """What the menus of models of this visit showed when they were drawn last."""

    models: dict[str, str] = field(default_factory=dict)


def model_menu(
    label: str, options: Sequence[str], key: str, *, default: str | None = None, help: str | None = None, **look
) -> str:
    """A menu of models, which begins with the one that was chosen on the page before, where it has that.

    Args:
        label: what the menu is called.
        options: at least one.
        key: its name in the link.
        default: one of options; the first if it is none of them.
        help: what its question mark says.
        look: width and label_visibility, as of selectbox.
    """
    shown, taken = visit(Shown).models, session(TakenAlong)
    if model_along(options):
        ask(key, taken.model)
    chosen = selectbox(label, options, key, default=default, help=help, **look)
    if shown.get(key, chosen) != chosen or (key not in shown and now().linked_to and key in now().address):
        taken.model = chosen
    shown[key] = chosen
    return chosen


def came_by_link() -> bool:
    """Whether the link with which the person came said more than which page it is."""
    return now().linked_to


def model_along(options: Container[str]) -> str:
    """The model chosen on the page before, where options has it and no link says how this page begins; else ""."""
    model = session(TakenAlong).model
    return model if model in options and not now().linked_to else ""


def place_along(clip_id: str) -> Place | None:
    """The place picked in a clip on another page, where no link says what this page begins with."""
    return None if now().linked_to else session(TakenAlong).places.get(clip_id)


def take_along(clip_id: str, place: Place | None) -> None:
    """Keep a place for the pages to come.

    Args:
        clip_id: of the clip.
        place: in it; None: it was taken back.
    """
    places = session(TakenAlong).places
    places.pop(clip_id, None)
    if place is not None:
        places[clip_id] = place
        for former in list(places)[:-MOST]:
            del places[former]
