"""Where clips come from, a row each: the clips that a menu lists, and the file behind a clip's word.

A menu of the app has rows of its own beside these: what a person has uploaded, and lists that are kept for a while.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vizcore.runtime.clip_library import ClipEntry, bundled, served
from vizcore.runtime.context import Context
from vizcore.runtime.package_films import PREFIX, films, missing


@dataclass(frozen=True)
class ClipSource:
    """One place that clips come from."""

    name: str
    listed: Callable[[], dict[str, ClipEntry]]  # by clip id, in the order of a menu
    opened: Callable[[str, Context], ClipEntry | None]  # the clip that a word names; None where it is none of these
    lost: Callable[[], str] = lambda: "Pick one from the menu, or open a file of yours."  # where it is not here
    prefix: str = ""  # how the words of its clips begin; of several sources none


def _of_world(clip_id: str, context: Context) -> ClipEntry | None:
    if not clip_id.startswith(WORLD.prefix):
        return None
    from vizcore.runtime.world_clips import rendered  # a menu is shown before anybody wants one of these
    from vizcore.synthetic.shot import shot_of

    return rendered(shot_of(clip_id).clip_id, context=context)


BUNDLED = ClipSource("bundled", bundled, lambda clip_id, _: bundled().get(clip_id))
FOLDER = ClipSource("folder", served, lambda clip_id, _: served().get(clip_id), prefix="media/")
FILMS = ClipSource(
    "films",
    films,
    lambda clip_id, _: films().get(clip_id),
    lambda: " ".join(missing()) or "Pick one from the menu.",
    prefix=PREFIX,
)
WORLD = ClipSource(
    "world",
    dict,
    _of_world,
    lambda: "No clip of the world has this name: choose one on the page World.",
    prefix="world-",
)
SOURCES = (FILMS, BUNDLED, WORLD, FOLDER)


def shipped() -> dict[str, ClipEntry]:
    """The clips that come with the app and its packages, by clip id."""
    return films() | bundled()


def clip(clip_id: str, context: Context) -> ClipEntry | None:
    """The clip that a word names, in whichever source it is; rendered now, if it has to be.

    Raises:
        ValueError: the word begins like one of the world and names none.
    """
    return next((found for source in SOURCES if (found := source.opened(clip_id, context)) is not None), None)
