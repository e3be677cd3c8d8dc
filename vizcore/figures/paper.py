"""The sizes that a figure for paper comes in, and the forms of its file; drawing takes matplotlib, this does not.

PaperSize: the width of the page, and how large its text and lines are -> the room that a figure is laid out in
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf

FORMS = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}  # ending -> MIME type

PAGE = 9.0  # inches: what the pages of most journals have for a figure


@dataclass(frozen=True)
class PaperSize:
    """How large a figure is printed. It is laid out in a room of its own, and scaled to its page as a whole."""

    inches: float  # across the page
    scale: float  # inches of the page for an inch of the layout: text of 7 pt is printed at 7 times as many
    tallest: float = inf  # inches of the page, beyond which it has no place

    @property
    def wide(self) -> float:
        """Inches across the layout."""
        return self.inches / self.scale

    @property
    def tall(self) -> float:
        """Inches that a layout keeps to where it can: what is higher than a slide is printed smaller."""
        return min(self.tallest, PAGE) / self.scale


SIZES = {
    "single column": PaperSize(3.5, 0.86),
    "double column": PaperSize(7.0, 1.0),
    "slide": PaperSize(13.33, 13.33 / 7, 7.5),
}
USUAL = "double column"


def per_line(count: int, room: float, least: float) -> int:
    """How many of some pictures stand in a line, so that lines are few and about as long as each other.

    Args:
        count: pictures, at least 1.
        room: inches of a line.
        least: inches that a picture needs with the gap beside it.
    """
    most = max(1, int(room / least + 1e-9))
    return ceil(count / ceil(count / most))


def every_which(count: int, fits: Callable[[int], bool]) -> int:
    """Of so many pictures every which is shown: the smallest step with which they fit, as far as `fits` can say."""
    return next((step for step in range(1, count) if fits(ceil(count / step))), count)
