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
    sighting, present = view.sighting, view.present
    true = np.empty((0, 4)) if present is None else present.boxes
    left, right = ui.columns(2, gap="medium")
    with left:
        alt = f"p(actor) of {len(sighting.actor)} tokens of frame {sighting.key}, at most {sighting.actor.max():.2f}"
        ui.chart(drawn.map_figure, sighting.grid, sighting.actor, view.token, alt=alt, on_select=view.pick)
    with right:
        alt = f"{len(view.above)} of {len(sighting.actor)} boxes above θ = {view.theta:g} in frame {sighting.key}"
        given = sighting.actor, view.corners, sighting.picture, view.theta, view.token, true
        ui.chart(drawn.boxes_figure, *given, alt=alt, on_select=view.pick)
    _chosen(view)
    others = [int(token) for token in view.above if token != view.token]
    if sighting.looks is not None and others:
        ui.subheader(f"The other{'s' if len(others) > 1 else ''} above θ = {view.theta:g}")
        for token, column in zip(others[:MOST], ui.columns(2, gap="medium") * MOST):
            with column:
                _strip(view, token, None)
        if len(others) > MOST:
            ui.caption(f"And {len(others) - MOST} more: raise θ over the player to see fewer.")


def _chosen(view: PeopleView) -> None:
    """Where the chosen token looks, and what it says."""
    sighting = view.sighting
    row, column = divmod(view.token, sighting.grid[1])
    ui.subheader(f"Token {view.token}: row {row}, column {column}")
    left, right = ui.columns([3, 2], gap="medium")
    with left:
        if sighting.looks is None:
            ui.caption(DETECTOR_FIRST)
            box = drawn.framed(sighting.picture, [(view.corners[view.token], OKABE_ITO["yellow"])])
            ui.image(box, alt=f"The box of token {view.token} in frame {sighting.key}")
        else:
            heads = ["mean", *(f"head {k}" for k in range(1, len(sighting.looks) + 1))]
            head = heads.index(ui.segmented_control(HEADS, heads, "head")) - 1
            share = _strip(view, view.token, None if head < 0 else head).sum((1, 2))
            summary = ", ".join(f"{part:.0%}" for part in share)
            ui.caption(f"Of its attention go {summary} to these frames. {ABOUT_ATTENTION}")
    with right:
        scores, actor = sighting.actions[view.token], float(sighting.actor[view.token])
        best = sighting.labels[int(scores.argmax())]
        alt = f"Scores of token {view.token}: p(actor) {actor:.2f}, most of all {best} {scores.max():.2f}"
        ui.chart(drawn.scores_figure, sighting.labels, scores, actor, alt=alt)


def _strip(view: PeopleView, token: int, head: int | None) -> np.ndarray:
    """A token's attention over the frames, with what it says below; (T', rows, columns) of it."""
    sighting = view.sighting
    attention = sighting.attention(token, head)
    moments = ", ".join(map(str, sighting.numbers[sighting.shown]))
    order = np.argsort(-sighting.actions[token], kind="stable")[:3]
    words = ", ".join(f"{sighting.labels[k]} {sighting.actions[token, k]:.2f}" for k in order)
    summary = f"Token {token}, p(actor) {sighting.actor[token]:.2f}: {words}"
    which = "all heads" if head is None else f"head {head + 1}"
    alt = f"Where token {token} looks in the last layer ({which}), frames {moments}"
    strip = drawn.attention_strip(sighting.frames[sighting.shown], attention)
    ui.image(strip, alt=alt, caption=f"{summary} · frames {moments}")
    return attention
