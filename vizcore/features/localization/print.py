"""Figure 3 of BMViT for paper: p(actor) over the tokens, all boxes, and where each chosen token looks, by matplotlib.

p(actor) (h, w), boxes (N, 4), picture, frames (T', H, W, 3), chosen rows -> tokens_page
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from vizcore.features.localization.figures import CHOSEN
from vizcore.figures.heat import heated
from vizcore.figures.paper import PaperSize, per_line
from vizcore.figures.printing import LINE, SHADES, bare, folded, place, sheet, span, write

SIDE, GAP, NAMES = 1.5, 0.08, 0.95  # inches: of the map and of the picture, between parts, and for what a row says
HEAD, KEY, LEAST = 0.16, 0.36, 0.42  # inches: a title, the key below a part, and across a frame at least
LAST = 0.24  # inches of the key at the foot of the page
BESIDE = 5.0  # inches across, from which on the rows stand beside the map
OTHERS = "#BBBBBB"  # the page draws them so faintly that paper would lose them

Row = tuple[np.ndarray, str, np.ndarray | None]


def tokens_page(
    actor: np.ndarray,
    boxes: np.ndarray,
    picture: np.ndarray,
    frames: np.ndarray,
    rows: Sequence[Row],
    size: PaperSize,
) -> Figure:
    """The map and the boxes, and the rows beside them, or below on a narrow page.

    Args:
        actor: (h, w) p(actor).
        boxes: (N, 4) corners of every token's box, shares of the frame.
        picture: (H, W, 3) uint8 the key frame.
        frames: (T', H, W, 3) uint8 the frames that the looks are over; T' may be 0.
        rows: for each chosen token its box (4,), what it says, and where it looks (T', h, w) or None.
        size: what it is laid out for.
    """
    looks = [(words, attention) for _, words, attention in rows if attention is not None] if len(frames) else []
    lean, beside = picture.shape[0] / picture.shape[1], bool(looks) and size.wide >= BESIDE
    half = min((size.wide - 3 * GAP) / 2, (size.tall - HEAD - KEY - GAP) / lean)
    side = SIDE if looks else half  # of the map and of the picture, which have the page for themselves
    start = side + 3 * GAP if beside else GAP
    table = _Looks(frames, looks, size.wide - start - GAP)
    parts = HEAD + side * lean + KEY  # of the map or of the picture
    below = max(2 * parts, table.tall) if beside else parts + table.tall
    fig = sheet(size, GAP + below - (KEY - LAST))
    top = fig.get_size_inches()[1] - GAP
    _map(fig, (GAP, top), (side, side * lean), actor)
    place_of_boxes = (GAP, top - parts) if beside else (2 * GAP + side, top)
    _boxes(fig, place_of_boxes, (side, side * lean), picture, (boxes, [box for box, _, _ in rows]))
    if looks:
        table.draw(fig, start, top if beside else top - parts)
    return fig


class _Looks:
    """A row for each chosen token: what it says, and where it looks in every frame."""

    def __init__(self, frames: np.ndarray, looks: Sequence[tuple[str, np.ndarray]], wide: float):
        self.frames, self.attention = frames, [attention for _, attention in looks]
        self.said = [folded(words, NAMES - GAP, most=4) for words, _ in looks]
        self.line = per_line(max(len(frames), 1), wide - NAMES, LEAST)
        self.across = min((wide - NAMES) / self.line, SIDE)
        self.high = self.across * frames.shape[1] / frames.shape[2]
        letters = LINE * max((words.count("\n") + 1 for words in self.said), default=0)
        self.row = max(-(-len(frames) // self.line) * self.high, letters) + GAP
        self.tall = (HEAD + self.row * len(looks) + KEY) * bool(looks)

    def draw(self, fig: Figure, left: float, top: float) -> None:
        """Put it on a sheet.

        Args:
            fig: the sheet.
            left, top: its upper left corner, in inches from the lower left one of the sheet.
        """
        write(fig, left, top - HEAD + 0.04, "where the chosen tokens look")
        for k, (words, attention) in enumerate(zip(self.said, self.attention)):
            upper = top - HEAD - k * self.row
            write(fig, left, upper - (self.row - GAP) / 2, words, va="center")
            for f, one in enumerate(heated(self.frames, attention / max(float(attention.max()), 1e-12), 0.55, True)):
                at = left + NAMES + f % self.line * self.across, upper - (f // self.line + 1) * self.high
                axis = place(fig, *at, self.across - 0.03, self.high - 0.03)
                bare(axis).imshow(one, aspect="auto", interpolation="nearest")
        foot = top - HEAD - self.row * len(self.said) + GAP / 2
        _scale(fig, left + NAMES, foot, ("0", "the token's max weight"))


def _map(fig: Figure, at: tuple[float, float], size: tuple[float, float], actor: np.ndarray) -> None:
    """p(actor) of the tokens with its scale.

    Args:
        fig: a sheet.
        at: the upper left corner of it all, in inches.
        size: inches across the map, and its height.
        actor: (h, w) p(actor).
    """
    (left, top), (wide, tall) = at, size
    write(fig, left, top - HEAD + 0.04, "p(actor) of the tokens")
    axis = bare(place(fig, left, top - HEAD - tall, wide, tall))
    axis.imshow(actor, cmap=SHADES, vmin=0, vmax=1, interpolation="nearest", aspect="auto")
    _scale(fig, left, top - HEAD - tall - GAP / 2, ("0", "1"))


def _scale(fig: Figure, left: float, top: float, ends: tuple[str, str]) -> None:
    """The colours between two numbers, in one line."""
    bar = left + span(ends[0]) + 0.05
    axis = bare(place(fig, bar, top - 0.12, 0.7, 0.09))
    axis.imshow(np.linspace(0, 1, 255)[None], aspect="auto", cmap=SHADES, extent=(0, 1, 0, 1))
    write(fig, left, top - 0.075, ends[0], va="center")
    write(fig, bar + 0.75, top - 0.075, ends[1], va="center")


def _boxes(
    fig: Figure,
    at: tuple[float, float],
    size: tuple[float, float],
    picture: np.ndarray,
    groups: tuple[np.ndarray, list[np.ndarray]],
) -> None:
    """The key frame with every box, the chosen ones in front, and what the colours stand for.

    Args:
        fig: a sheet.
        at: the upper left corner of it all, in inches.
        size: inches across the picture, and its height.
        picture: (H, W, 3) uint8.
        groups: boxes of all tokens, and of the chosen ones.
    """
    (height, width), (left, top), (wide, tall) = picture.shape[:2], at, size
    write(fig, left, top - HEAD + 0.04, "boxes in the key frame")
    axis = bare(place(fig, left, top - HEAD - tall, wide, tall))
    axis.imshow(picture, aspect="auto", extent=(0, width, height, 0))
    below = top - HEAD - tall - 0.02
    for k, (group, colour, thick, said) in enumerate(
        ((groups[0], OTHERS, 0.3, "all tokens"), (groups[1], CHOSEN, 1.6, "chosen"))
    ):
        for x1, y1, x2, y2 in group:
            corner, sides = (x1 * width, y1 * height), ((x2 - x1) * width, (y2 - y1) * height)
            axis.add_patch(Rectangle(corner, *sides, fill=False, edgecolor=colour, linewidth=thick))
        _key(fig, left + k * 0.8, below, colour, said)


def _key(fig: Figure, left: float, top: float, colour: str, said: str) -> None:
    """One colour of the boxes, on the dark ground on which it is seen."""
    axis: Axes = bare(place(fig, left, top - 0.13, 0.16, 0.1))
    axis.set_facecolor("#404040")
    axis.axhline(0.5, color=colour, linewidth=1.6)
    axis.set_ylim(0, 1)
    write(fig, left + 0.2, top - 0.08, said, va="center")
