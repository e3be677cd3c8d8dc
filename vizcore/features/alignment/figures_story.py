"""Stories re-organised, drawn: each row's blocks slide from the order in which they were done to one order for all.

stories, order -> reorganised_figure (after Figure 1 of the GTA paper's supplement)
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.theme import OKABE_ITO, style

STEPS, TICK = 24, 50  # frames of the animation, and ms each
PATTERNS = ("", "/", "x", ".", "\\", "-", "|", "+")
ROW = 44  # px


class DoneAction(Protocol):
    """What is drawn of a block."""

    label: str
    length: int
    first: int


class Story(Protocol):
    """What is drawn of a story."""

    seed: int
    blocks: Sequence[DoneAction]

    def sorted_by(self, order: tuple[str, ...]) -> Sequence[DoneAction]: ...


@captioned(
    "A row is one video, a block is what is done in it, as long as it takes; a colour and a pattern are one "
    "action. As performed, no two rows have the same order, so no warping can align them. Press *Re-organise*: "
    "the blocks slide into one order for all, which can be aligned."
)
def reorganised_figure(performed: Sequence[Story], order: tuple[str, ...], done: bool = False) -> go.Figure:
    """The blocks of every story, with buttons that sort them and put them back.

    Args:
        performed: a row each.
        order: every label that occurs.
        done: shows them sorted at first.
    """
    starts = {False: _starts(performed, None), True: _starts(performed, order)}
    fig = go.Figure(_bars(performed, order, starts[done]))
    labels = [str(one.seed) for one in performed]
    share = np.linspace(0, 1, STEPS)
    eased = share * share * (3 - 2 * share)
    fig.frames = [
        go.Frame(name=str(k), data=[go.Bar(base=bar.base) for bar in _bars(performed, order, _between(starts, share))])
        for k, share in enumerate(eased)
    ]
    names = [str(k) for k in range(STEPS)]
    motion = {"frame": {"duration": TICK, "redraw": True}, "transition": {"duration": 0}, "mode": "immediate"}
    buttons = [
        {"label": "▶ Re-organise", "method": "animate", "args": [names, motion]},
        {"label": "◀ As performed", "method": "animate", "args": [names[::-1], motion]},
    ]
    menu = {"type": "buttons", "direction": "right", "buttons": buttons, "showactive": False}
    place = {"x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "pad": {"b": 8, "t": 0}}
    fig.update_layout(updatemenus=[menu | place], barmode="overlay", bargap=0.3, transition={"duration": 0})
    longest = max(sum(block.length for block in one.blocks) for one in performed)
    last = max(max((block.first + block.length for block in one.blocks), default=0) for one in performed)
    fig.update_xaxes(title="frames", range=[0, max(longest, last)], showgrid=False)
    fig.update_yaxes(title="video", type="category", categoryorder="array", categoryarray=labels[::-1], showgrid=False)
    return style(fig, height=170 + ROW * len(performed), top=60)


def _starts(performed: Sequence[Story], order: tuple[str, ...] | None) -> list[dict[int, int]]:
    """For each story {first frame of a block: where it is drawn}: where it was done, or packed in an order."""
    found = []
    for one in performed:
        if order is None:
            found.append({block.first: block.first for block in one.blocks})
            continue
        place, at = 0, {}
        for block in one.sorted_by(order):
            at[block.first] = place
            place += block.length
        found.append(at)
    return found


def _between(starts: dict[bool, list[dict[int, int]]], share: float) -> list[dict[int, float]]:
    """Where blocks are on the way from one place to the other."""
    return [
        {first: (1 - share) * here[first] + share * there[first] for first in here}
        for here, there in zip(starts[False], starts[True])
    ]


def _bars(performed: Sequence[Story], order: tuple[str, ...], starts: Sequence[dict[int, float]]) -> list[go.Bar]:
    """A trace for each label, with the blocks of all stories."""
    colours = [colour for name, colour in OKABE_ITO.items() if name != "grey"]
    bars = []
    for k, label in enumerate(order):
        cells = [
            (str(one.seed), block.length, at[block.first])
            for one, at in zip(performed, starts)
            for block in one.blocks
            if block.label == label
        ]
        colour = colours[k % len(colours)]
        shape = PATTERNS[k // len(colours)]
        pattern = {"shape": shape, "bgcolor": colour, "fgcolor": "black", "fgopacity": 0.5, "size": 7}
        words = label.replace("_", " ")
        bars.append(
            go.Bar(
                y=[row for row, *_ in cells],
                x=np.array([length for _, length, _ in cells], np.int32),
                base=np.array([base for *_, base in cells], np.float32),
                orientation="h",
                name=words,
                marker={"color": colour, "pattern": pattern, "line": {"color": "white", "width": 1}},
                hovertemplate=words + ": %{x} frames<extra>video %{y}</extra>",
            )
        )
    return bars
