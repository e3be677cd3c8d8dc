"""Which part of the page a clip begins with: what was trained on the world says nothing of films, so there one follows.

a clip is chosen, without a link -> rendered here: "Who does what";  anything else: "Follow a box"
"""

from dataclasses import dataclass

from vizcore import ui
from vizcore.features.localization.entry import FOLLOW
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.domain import origin

FIRST = "crowd"  # the clip that a new visitor sees: it comes with the app, and who is in it is known


@dataclass
class Begun:
    """Of this visit."""

    clip_id: str = ""  # the clip that was shown last


def arrived_at(clip: ClipEntry) -> bool:
    """Note which clip is shown; whether the person has just chosen it, and not come by a link."""
    begun = ui.visit(Begun)
    fresh = clip.clip_id != begun.clip_id and (bool(begun.clip_id) or not ui.came_by_link())
    begun.clip_id = clip.clip_id
    return fresh


def lead_to_following(clip: ClipEntry) -> None:
    """Go to the part that knows what to do with a film, where one has just been chosen."""
    if arrived_at(clip) and origin(clip.path) != "rendered here":
        ui.choose("part", FOLLOW)
        ui.rerun()
