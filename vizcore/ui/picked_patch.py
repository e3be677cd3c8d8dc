"""The patch that a person clicked, kept in the page's link as a place in a frame, and taken along to other pages."""

import numpy as np

from vizcore import ui
from vizcore.player import Pick
from vizcore.ui.taken_along import Place, place_along, take_along


def picked(clip_id: str) -> Place | None:
    """The place picked in a clip: from the link, else from the page before; None while nothing is picked."""
    parts = ui.from_link("pick").split(".")
    if parts == [""] and (along := place_along(clip_id)):
        _keep(along)
        return along
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 9 for part in parts):
        return None
    frame, y, x = map(int, parts)
    if max(y, x) > 1000:
        return None
    take_along(clip_id, place := Place(frame, y / 1000, x / 1000))
    return place


def clicked(clip_id: str, indices: np.ndarray, grid: tuple[int, int], pick: Pick | None) -> None:
    """Keep a patch that was clicked; that a choice is taken back changes nothing.

    Args:
        clip_id: of the clip in the player.
        indices: (F,) frame numbers of the player's frames.
        grid: (rows, columns) of the player's patches.
        pick: the patch, or None where a choice was taken back.
    """
    if pick is not None:
        place = place_of(int(indices[pick.frame]), pick.patch, grid)
        _keep(place)
        take_along(clip_id, place)


def place_of(frame: int, patch: int, grid: tuple[int, int]) -> Place:
    """The middle of a patch.

    Args:
        frame: its number.
        patch: 0 to rows x columns - 1, row by row.
        grid: (rows, columns).
    """
    return Place(frame, *((place + 0.5) / count for place, count in zip(divmod(patch, grid[1]), grid)))


def patch_at(place: Place, grid: tuple[int, int]) -> int:
    """The patch of a grid that a place lies in, row by row.

    Args:
        place: y and x are used.
        grid: (rows, columns).
    """
    row, column = (min(int(share * count), count - 1) for share, count in zip(place[1:], grid))
    return row * grid[1] + column


def _keep(place: Place) -> None:
    """Put a place into the link."""
    ui.set_link("pick", f"{place.frame}.{round(1000 * place.y)}.{round(1000 * place.x)}")
