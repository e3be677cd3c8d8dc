"""The patch that a person clicked, kept in the page's link as a place in a frame."""

import numpy as np

from vizcore import ui
from vizcore.player import Pick


def picked() -> tuple[int, float, float] | None:
    """(frame number, y, x), y and x as shares of the picture, from the link; None while nothing is picked."""
    parts = ui.from_link("pick").split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 9 for part in parts):
        return None
    frame, y, x = map(int, parts)
    return (frame, y / 1000, x / 1000) if max(y, x) <= 1000 else None


def clicked(indices: np.ndarray, grid: tuple[int, int], pick: Pick | None) -> None:
    """Keep a patch that was clicked in the link; that a choice is taken back changes nothing.

    Args:
        indices: (F,) frame numbers of the player's frames.
        grid: (rows, columns) of the player's patches.
        pick: the patch, or None where a choice was taken back.
    """
    if pick is not None:
        y, x = ((place + 0.5) / count for place, count in zip(divmod(pick.patch, grid[1]), grid))
        ui.set_link("pick", f"{int(indices[pick.frame])}.{round(1000 * y)}.{round(1000 * x)}")
