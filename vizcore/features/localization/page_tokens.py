"""One key frame seen through its tokens: who of them speaks, which box each says, and where it looks (Figure 3)."""

import numpy as np

from vizcore import ui
from vizcore.features.localization import figures as drawn
from vizcore.features.localization.controls import PeopleView
from vizcore.figures.theme import OKABE_ITO

HEADS = "Attention"
MOST = 6  # of the other tokens above theta whose looks are shown
DETECTOR_FIRST = "This model detects boxes first and crops the clip at each: no token attends to the whole clip."
ABOUT_ATTENTION = (
    "Bright is the token's max weight, in any of these frames. Each map stands for two frames; attention weights say "
    "where a token looked, not what it took from there."
)


def tokens(view: PeopleView) -> None:
    """The map of p(actor), the boxes, and where the tokens above theta look."""
    ui.verdict(view.verdict, view.badge)
    sighting, present = view.sighting, view.present
    true = np.empty((0, 4)) if present is None else present.boxes
    _map(view)
    alt = f"{len(view.above)} of {len(sighting.actor)} boxes above θ = {view.theta:g} in frame {sighting.key}"
    given = sighting.actor, view.corners, sighting.picture, view.theta, view.token, true
    ui.chart(drawn.boxes_figure, *given, alt=alt, on_select=view.pick)
    _looks(view)
    scores, actor = sighting.actions[view.token], float(sighting.actor[view.token])
    best = sighting.labels[int(scores.argmax())]
    alt = f"Scores of token {view.token}: p(actor) {actor:.2f}, most of all {best} {scores.max():.2f}"
    ui.chart(drawn.scores_figure, sighting.labels, scores, actor, alt=alt)
    _others(view)


def heat_alone(view: PeopleView) -> None:
    """What may be seen of a model that does not know such a clip: p(actor) and where a token looks, no box, no word."""
    ui.verdict(view.verdict, view.badge)
    _map(view)
    _looks(view)


def _map(view: PeopleView) -> None:
    """p(actor) of every token of the key frame."""
    sighting = view.sighting
    alt = f"p(actor) of {len(sighting.actor)} tokens of frame {sighting.key}, at most {sighting.actor.max():.2f}"
    ui.chart(drawn.map_figure, sighting.grid, sighting.actor, view.token, alt=alt, on_select=view.pick)


def _looks(view: PeopleView) -> None:
    """Where the chosen token looks."""
    sighting = view.sighting
    row, column = divmod(view.token, sighting.grid[1])
    ui.subheader(f"Token {view.token}: row {row}, column {column}")
    if sighting.looks is None:
        ui.caption(DETECTOR_FIRST)
        if view.shown:
            box = drawn.framed(sighting.picture, [(view.corners[view.token], OKABE_ITO["yellow"])])
            ui.image(box, alt=f"The box of token {view.token} in frame {sighting.key}")
        return
    heads = ["mean", *(f"head {k}" for k in range(1, len(sighting.looks) + 1))]
    with ui.drawer("Tokens"):
        head = heads.index(ui.segmented_control(HEADS, heads, "head")) - 1
    share = _strip(view, view.token, None if head < 0 else head).sum((1, 2))
    summary = ", ".join(f"{part:.0%}" for part in share)
    ui.caption(f"Of its attention go {summary} to these frames. {ABOUT_ATTENTION}")


def _others(view: PeopleView) -> None:
    """Where the other tokens above theta look."""
    others = [int(token) for token in view.above if token != view.token]
    if view.sighting.looks is None or not others:
        return
    ui.subheader(f"The other{'s' if len(others) > 1 else ''} above θ = {view.theta:g}")
    for token in others[:MOST]:
        _strip(view, token, None)
    if len(others) > MOST:
        ui.caption(f"And {len(others) - MOST} more: raise θ to see fewer.")


def _strip(view: PeopleView, token: int, head: int | None) -> np.ndarray:
    """A token's attention over the frames, with what it says below; (T', rows, columns) of it."""
    sighting = view.sighting
    attention = sighting.attention(token, head)
    moments = ", ".join(map(str, sighting.numbers[sighting.shown]))
    order = np.argsort(-sighting.actions[token], kind="stable")[:3]
    words = ", ".join(f"{sighting.labels[k]} {sighting.actions[token, k]:.2f}" for k in order)
    summary = f"Token {token}, p(actor) {sighting.actor[token]:.2f}" + (f": {words}" if view.shown else "")
    which = "all heads" if head is None else f"head {head + 1}"
    alt = f"Where token {token} looks in the last layer ({which}), frames {moments}"
    strip = drawn.attention_strip(sighting.frames[sighting.shown], attention)
    ui.image(strip, alt=alt, caption=f"{summary} · frames {moments}")
    return attention
