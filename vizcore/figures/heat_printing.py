"""Heat maps for paper: the layout of Figure 1 of ATA, the frames above a row for each model, drawn by matplotlib.

pictures (R, F, H, W, 3), labels, scale -> heat_paper; frames that do not fit into one line make another band of rows
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from vizcore.figures.paper import PaperSize, every_which, per_line
from vizcore.figures.printing import LINE, SHADES, bare, folded, label_every, place, sheet, span, write

LABEL, RIGHT, FOOT, HEAD = 1.15, 0.8, 0.24, 0.05  # inches: of labels at most, of the colour bar, below and above rows
BAR, LEAST_BAR = 0.12, 0.55  # inches across the colour bar, and how high it is at least
GAP, LEAST = 0.03, 0.5  # inches between pictures, and of a picture at least


def heat_paper(
    rows: Sequence[np.ndarray],
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    ends: tuple[str, str],
    size: PaperSize,
) -> Figure:
    """Rows of pictures with labels and the scale of their colours.

    Args:
        rows: R arrays (F, H, W, 3) uint8 RGB of one shape: the frames, then the frames under each row's heat.
        row_labels: R words or short lines.
        column_labels: F numbers of the frames.
        ends: what stands at the low and the high end of the colour bar.
        size: what it is laid out for; of more frames than its page has room for, every second, third, ... is shown.

    Raises:
        ValueError: the numbers of rows, columns and labels do not agree.
    """
    shapes = {row.shape for row in rows}
    if len(shapes) != 1 or len(rows) != len(row_labels) or {len(row) for row in rows} != {len(column_labels)}:
        raise ValueError(
            f"want one label a row and one a column, and rows of one shape, got {len(rows)} rows of {sorted(shapes)}, "
            f"{len(row_labels)} row and {len(column_labels)} column labels"
        )
    words = [folded(label, LABEL) for label in row_labels]
    left = max(span(label) for label in (*words, "frame")) + 0.12
    room, lean = size.wide - left - RIGHT, rows[0].shape[1] / rows[0].shape[2]
    lowest = GAP + LINE * max(label.count("\n") + 1 for label in words)  # of a row
    least = HEAD + len(rows) * max(LEAST * lean, lowest) + FOOT  # of a band
    step = every_which(len(column_labels), lambda some: -(-some // per_line(some, room, LEAST)) * least <= size.tall)
    rows, column_labels = [row[::step] for row in rows], column_labels[::step]
    count = len(column_labels)
    line = per_line(count, room, LEAST)
    bands = -(-count // line)
    limit = (size.tall - HEAD - bands * FOOT) / (bands * len(rows))  # of a row
    across = min(room / line, max(LEAST, limit / lean))
    pitch = max(across * lean, lowest)
    band = len(rows) * pitch + FOOT
    whole = HEAD + max(bands * band, LEAST_BAR + FOOT)
    left += (room - line * across) / 2  # in the middle, where the page's end keeps pictures small
    fig = sheet(size, whole)
    for start in range(0, count, line):
        top = whole - HEAD - start // line * band
        for r, (pictures, label) in enumerate(zip(rows, words)):
            bottom = top - r * pitch - across * lean
            for f, picture in enumerate(pictures[start : start + line]):
                axis = place(fig, left + f * across, bottom + GAP, across - GAP, across * lean - GAP)
                bare(axis).imshow(picture, aspect="auto", interpolation="nearest")
            write(fig, left - 0.08, bottom + across * lean / 2, label, ha="right", va="center")
        below = top - len(rows) * pitch - 0.03
        write(fig, left - 0.08, below, "frame", ha="right", va="top")
        numbers = column_labels[start : start + line]
        for f in range(0, len(numbers), label_every(numbers, across)):
            write(fig, left + f * across + (across - GAP) / 2, below, numbers[f], ha="center", va="top")
    tall = max((len(rows) - 1) * pitch - GAP, LEAST_BAR)
    _bar(fig, left + line * across + 0.08, max(whole - HEAD - band + FOOT, FOOT), tall, ends)
    return fig


def _bar(fig: Figure, left: float, bottom: float, tall: float, ends: tuple[str, str]) -> None:
    """The scale of the colours, beside the rows that have them."""
    axis = bare(place(fig, left, bottom, BAR, tall))
    axis.imshow(np.linspace(1, 0, 255)[:, None], aspect="auto", cmap=SHADES, extent=(0, 1, 0, 1))
    for at, end, lean in ((bottom, ends[0], "bottom"), (bottom + tall, ends[1], "top")):
        write(fig, left + BAR + 0.05, at, end, va=lean)
    write(fig, left, bottom - 0.03, "heat", va="top")
