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
    lean, beside = picture.shape[0] / picture.shape[1], size.wide >= BESIDE
    looks = [row for row in rows if row[2] is not None] if len(frames) else []
    room = size.wide - NAMES - 2 * GAP - (SIDE + 2 * GAP if beside else 0)
    line = per_line(max(len(frames), 1), room, LEAST)
    across = min(room / line, SIDE)
    said = [folded(words, NAMES - GAP, most=4) for _, words, _ in looks]
    lines = -(-len(frames) // line)
    high = max(lines * across * lean, LINE * max((words.count("\n") + 1 for words in said), default=0)) + GAP
    table = (HEAD + high * len(looks) + KEY) * bool(looks)
    parts = HEAD + SIDE * lean + KEY  # of the map or of the boxes
    below = 2 * parts if beside else parts + table  # what stands under the first part's top
    fig = sheet(size, GAP + max(below, table if beside else 0) - (KEY - LAST))
    top = fig.get_size_inches()[1] - GAP
    _map(fig, GAP, top, actor, lean)
    chosen = [box for box, _, _ in rows]
    left, down = (GAP, top - parts) if beside else (2 * GAP + SIDE + 0.2, top)
    _boxes(fig, left, down, picture, (boxes, chosen))
    if looks:
        start = SIDE + 3 * GAP if beside else GAP
        down = top if beside else top - parts
        write(fig, start, down - HEAD + 0.04, "where the chosen tokens look")
        for k, (words, (_, _, attention)) in enumerate(zip(said, looks)):
            upper = down - HEAD - k * high
            write(fig, start, upper - (high - GAP) / 2, words, va="center")
            for f, one in enumerate(heated(frames, attention / max(float(attention.max()), 1e-12), 0.55, True)):
                at = start + NAMES + f % line * across, upper - (f // line + 1) * across * lean
                axis = place(fig, *at, across - 0.03, across * lean - 0.03)
                bare(axis).imshow(one, aspect="auto", interpolation="nearest")
        _scale(fig, start + NAMES, down - HEAD - high * len(looks) + GAP / 2, ("0", "the token's max weight"))
    return fig


def _map(fig: Figure, left: float, top: float, actor: np.ndarray, lean: float) -> None:
    """p(actor) of the tokens with its scale."""
    write(fig, left, top - HEAD + 0.04, "p(actor) of the tokens")
    axis = bare(place(fig, left, top - HEAD - SIDE * lean, SIDE, SIDE * lean))
    axis.imshow(actor, cmap=SHADES, vmin=0, vmax=1, interpolation="nearest", aspect="auto")
    _scale(fig, left, top - HEAD - SIDE * lean - GAP / 2, ("0", "1"))


def _scale(fig: Figure, left: float, top: float, ends: tuple[str, str]) -> None:
    """The colours between two numbers, in one line."""
    bar = left + span(ends[0]) + 0.05
    axis = bare(place(fig, bar, top - 0.12, 0.7, 0.09))
    axis.imshow(np.linspace(0, 1, 255)[None], aspect="auto", cmap=SHADES, extent=(0, 1, 0, 1))
    write(fig, left, top - 0.075, ends[0], va="center")
    write(fig, bar + 0.75, top - 0.075, ends[1], va="center")


def _boxes(
    fig: Figure, left: float, top: float, picture: np.ndarray, groups: tuple[np.ndarray, list[np.ndarray]]
) -> None:
    """The key frame with every box, the chosen ones in front, and what the colours stand for.

    Args:
        fig: a sheet.
        left, top: inches, from the lower left corner.
        picture: (H, W, 3) uint8.
        groups: boxes of all tokens, and of the chosen ones.
    """
    height, width = picture.shape[:2]
    tall = SIDE * height / width
    write(fig, left, top - HEAD + 0.04, "boxes in the key frame")
    axis = bare(place(fig, left, top - HEAD - tall, SIDE, tall))
    axis.imshow(picture, aspect="auto", extent=(0, width, height, 0))
    below = top - HEAD - tall - 0.02
    for k, (group, colour, thick, said) in enumerate(
        ((groups[0], OTHERS, 0.3, "all tokens"), (groups[1], CHOSEN, 1.6, "chosen"))
    ):
        for x1, y1, x2, y2 in group:
            at, size = (x1 * width, y1 * height), ((x2 - x1) * width, (y2 - y1) * height)
            axis.add_patch(Rectangle(at, *size, fill=False, edgecolor=colour, linewidth=thick))
        _key(fig, left + k * 0.8, below, colour, said)


def _key(fig: Figure, left: float, top: float, colour: str, said: str) -> None:
    """One colour of the boxes, on the dark ground on which it is seen."""
    axis: Axes = bare(place(fig, left, top - 0.13, 0.16, 0.1))
    axis.set_facecolor("#404040")
    axis.axhline(0.5, color=colour, linewidth=1.6)
    axis.set_ylim(0, 1)
    write(fig, left + 0.2, top - 0.08, said, va="center")
