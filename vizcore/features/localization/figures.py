"""What tokens predict for a key frame, drawn: p(actor) over the tokens, boxes above a threshold, looks, and costs.

p(actor) (N,) -> map_figure     boxes (N, 4), picture -> boxes_figure     scores (C,) -> scores_figure
terms (N, M) -> costs_figure
looks (T', h, w), frames -> attention_strip                   picture, box -> framed
"""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vizcore.figures.caption import captioned
from vizcore.figures.heat import heat_strip, small
from vizcore.figures.pictures import jpeg
from vizcore.figures.theme import BAR_ROOM, CLEAR, EDGE, GRID, OKABE_ITO, SEQUENTIAL, bar, scale, style

THETAS = tuple(k / 20 for k in range(1, 20))
CHOSEN, CHOSEN_ONE, TRUE = OKABE_ITO["yellow"], OKABE_ITO["vermilion"], OKABE_ITO["sky"]
OTHERS = "rgba(200, 200, 200, 0.3)"
ACROSS = 2  # maps beside each other: more would be small on a phone
LONGEST = 320  # px of the picture in a figure


@captioned(
    "The confidence p(actor) of each token of the central frame that its box holds an actor. **Click a token** to see "
    "its box, its actions and where it looks; the ring is the chosen one."
)
def map_figure(grid: tuple[int, int], actor: np.ndarray, token: int) -> go.Figure:
    """The confidence of each token; a click on one gives its number.

    Args:
        grid: rows and columns of the N tokens.
        actor: (N,) p(actor).
        token: that is pointed out.
    """
    row, column = np.divmod(np.arange(len(actor), dtype=np.int32), grid[1])
    fig = go.Figure()
    z = actor.reshape(grid).astype(np.float32)
    fig.add_heatmap(z=z, coloraxis="coloraxis", hoverinfo="skip")
    unseen = {"marker": {"opacity": 0}}
    fig.add_scatter(
        x=column,
        y=row,
        mode="markers",
        customdata=np.arange(len(actor), dtype=np.int32),
        marker={"size": 24, "symbol": "square", "opacity": 0, "color": z.ravel()},
        selected=unseen,
        unselected=unseen,
        hovertemplate="row %{y}, column %{x}<br>p(actor) %{marker.color:.2f}<extra></extra>",
        showlegend=False,
    )
    ring = {"size": 18, "symbol": "circle-open", "color": CHOSEN_ONE, "line": {"width": 3}}
    place = {"x": column[token : token + 1], "y": row[token : token + 1]}
    fig.add_scatter(**place, mode="markers", marker=ring, hoverinfo="skip", showlegend=False)
    across = {"range": [-0.5, grid[1] - 0.5], "constrain": "domain", "showgrid": False, "zeroline": False}
    fig.update_xaxes(title="column of tokens", **across)
    down = {"range": [grid[0] - 0.5, -0.5], "scaleanchor": "x", "constrain": "domain", "showgrid": False}
    fig.update_yaxes(title="row of tokens", zeroline=False, **down)
    colours = {"colorscale": scale(SEQUENTIAL), "colorbar": bar("p(actor)"), "cmin": 0, "cmax": 1}
    fig.update_layout(coloraxis=colours)
    return style(fig, height=470, top=BAR_ROOM)


@captioned(
    "The boxes of all tokens, faint, and in yellow those above **θ**, which the slider moves without asking the "
    "server. **Click a dot** to choose its box. Dotted: ground truth, where that is known."
)
def boxes_figure(
    actor: np.ndarray, corners: np.ndarray, picture: np.ndarray, theta: float, token: int, true: np.ndarray
) -> go.Figure:
    """Every token's box, with a slider for theta that the browser moves by itself; a click on a dot gives its token.

    Args:
        actor: (N,) p(actor).
        corners: (N, 4) boxes, shares of the frame.
        picture: (H, W, 3) uint8.
        theta: where the slider begins.
        token: that is pointed out.
        true: (P, 4) corners of who is there; may be empty.
    """
    fig = go.Figure()
    fig.add_layout_image(
        source=jpeg(picture, LONGEST), xref="x", yref="y", x=0, y=0, sizex=1, sizey=1, sizing="stretch", layer="below"
    )
    for boxes, line, name in (
        (corners, {"color": OTHERS, "width": 1}, "all tokens"),
        (true, {"color": TRUE, "width": 3, "dash": "dot"}, "ground truth"),
    ):
        if len(boxes):
            x, y = outline(boxes)
            fig.add_scatter(x=x, y=y, mode="lines", line=line, name=name, hoverinfo="skip")
    _add_thetas(fig, actor, corners, theta)
    x, y = outline(corners[token][None])
    line = {"color": CHOSEN_ONE, "width": 2.5, "dash": "dash"}
    fig.add_scatter(x=x, y=y, mode="lines", line=line, name="the chosen token", hoverinfo="skip")
    speaks = np.flatnonzero(actor > THETAS[0])
    if len(speaks):
        middle = ((corners[speaks, :2] + corners[speaks, 2:]) / 2).astype(np.float32)
        dot = {"color": CHOSEN, "size": 9, "line": {"color": "black", "width": 1}}
        given = {"customdata": speaks.astype(np.int32), "hovertemplate": "token %{customdata}<extra></extra>"}
        faint = {"unselected": {"marker": {"opacity": 1}}, "showlegend": False}
        fig.add_scatter(x=middle[:, 0], y=middle[:, 1], mode="markers", marker=dot, **given, **faint)
    bare = {"showticklabels": False, "showgrid": False, "zeroline": False, "constrain": "domain"}
    fig.update_xaxes(range=[0, 1], **bare)
    fig.update_yaxes(range=[1, 0], scaleanchor="x", scaleratio=picture.shape[0] / picture.shape[1], **bare)
    return style(fig, height=520)


@captioned("The probability of each action for the chosen token, 0 to 1: several can hold at once.")
def scores_figure(labels: Sequence[str], scores: np.ndarray, actor: float) -> go.Figure:
    """Horizontal bars: p(actor) first, then every action.

    Args:
        labels: C actions.
        scores: (C,) their probabilities.
        actor: p(actor) of the token, 0 to 1.
    """
    names, values = ["actor", *labels], np.concatenate([[actor], scores])
    colours = [OKABE_ITO["orange"], *[OKABE_ITO["blue"]] * len(labels)]
    fig = go.Figure()
    fig.add_bar(
        y=names, x=values, orientation="h", marker={"color": colours}, hovertemplate="%{y}: %{x:.2f}<extra></extra>"
    )
    fig.update_xaxes(title="probability", range=[0, 1])
    fig.update_yaxes(title=" ", autorange="reversed")
    return style(fig, height=90 + 22 * len(names))


@captioned(
    "The matching cost of each token for this person: cheap is dark. The ring is the token that is matched with the "
    "person; it need not be the cheapest, as the sum over all persons is what is smallest."
)
def costs_figure(terms: Mapping[str, np.ndarray], grid: tuple[int, int], token: int | None) -> go.Figure:
    """Maps over the tokens, one for each term of cost and one for their sum.

    Args:
        terms: {name: (N,)} for one person.
        grid: rows and columns of the N tokens.
        token: that is matched with the person; None if it is left out.
    """
    maps = {**terms, "sum": sum(terms.values())}
    rows = -(-len(maps) // ACROSS)
    spaces = {"horizontal_spacing": 0.06, "vertical_spacing": 0.12 / rows}
    fig = make_subplots(rows=rows, cols=ACROSS, subplot_titles=list(maps), **spaces)
    for number, (name, values) in enumerate(maps.items()):
        place = {"row": number // ACROSS + 1, "col": number % ACROSS + 1}
        z = np.asarray(values).reshape(grid).astype(np.float32)
        hover = name + " %{z:.2f}<extra>row %{y}, column %{x}</extra>"
        fig.add_heatmap(z=z, colorscale=scale(SEQUENTIAL), showscale=False, hovertemplate=hover, **place)
        if token is not None:
            row, column = divmod(token, grid[1])
            ring = {"size": 14, "symbol": "circle-open", "color": OKABE_ITO["vermilion"], "line": {"width": 3}}
            given = {"mode": "markers", "marker": ring, "hoverinfo": "skip", "showlegend": False}
            fig.add_scatter(x=[column], y=[row], **given, **place)
        fig.update_yaxes(autorange="reversed", scaleanchor=f"x{number + 1 if number else ''}", **place)
    fig.update_xaxes(showticklabels=False, constrain="domain")
    fig.update_yaxes(showticklabels=False, constrain="domain")
    return style(fig, height=60 + 190 * rows, top=40)


@captioned(
    "The expected number of actors who do each action in each key frame: the sum of the net's scores over all boxes "
    "above the threshold."
)
def done_figure(keys: np.ndarray, sums: np.ndarray, labels: Sequence[str]) -> go.Figure:
    """How many actors do each of C actions in every key frame: a row for each action.

    Args:
        keys: (K,) numbers of the key frames.
        sums: (K, C) expected numbers of actors.
        labels: C actions.
    """
    fig = go.Figure(
        go.Heatmap(
            z=sums.T,
            x=list(map(str, keys)),
            y=list(labels),
            colorscale=scale(SEQUENTIAL),
            zmin=0,
            colorbar={"title": "actors"},
            hovertemplate="%{y} in frame %{x}: %{z:.2f}<extra></extra>",
        )
    )
    fig.update_xaxes(title="key frame", type="category", nticks=12)
    fig.update_yaxes(title="what is done", autorange="reversed")
    return style(fig, height=90 + 24 * len(labels))


def attention_strip(frames: np.ndarray, attention: np.ndarray) -> np.ndarray:
    """Where a token looks, (T', h, w), over frames (T', H, W, 3) in one row: bright is its most, in any frame."""
    return heat_strip(small(frames), attention / max(float(attention.max()), 1e-12))


def framed(picture: np.ndarray, boxes: Sequence[tuple]) -> np.ndarray:
    """A copy of a picture (H, W, 3) with boxes around things: corners, #rrggbb and, if wanted, words above it."""
    shown = picture.copy()
    height, width = shown.shape[:2]
    for corners, colour, *words in boxes:
        low, high = (np.round(np.reshape(corners, (2, 2)) * [width, height]).astype(int)).tolist()
        paint = tuple(int(colour[k : k + 2], 16) for k in (1, 3, 5))
        cv2.rectangle(shown, low, high, (0, 0, 0), 4)
        cv2.rectangle(shown, low, high, paint, 2)
        for line in filter(None, words):
            at = low[0], max(low[1] - 6, 12)
            for ink, thick in (((0, 0, 0), 3), (paint, 1)):
                cv2.putText(shown, line, at, cv2.FONT_HERSHEY_SIMPLEX, 0.45, ink, thick, cv2.LINE_AA)
    return shown


def outline(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (K, 4) as one line: x and y (6 K,) with a gap after each."""
    x1, y1, x2, y2 = np.asarray(corners, np.float32).T
    gap = np.full(len(x1), np.nan, np.float32)
    return np.stack([x1, x2, x2, x1, x1, gap], 1).ravel(), np.stack([y1, y1, y2, y2, y1, gap], 1).ravel()


def _add_thetas(fig: go.Figure, actor: np.ndarray, corners: np.ndarray, theta: float) -> None:
    """One line for the boxes above each threshold, of which the slider shows one."""
    start = min(range(len(THETAS)), key=lambda k: abs(THETAS[k] - theta))
    first, shown = len(fig.data), []
    for place, limit in enumerate(THETAS):
        above = actor > limit
        if above.any():
            x, y = outline(corners[above])
            line = {"color": CHOSEN, "width": 2.5}
            given = {"mode": "lines", "line": line, "name": "above θ", "hoverinfo": "skip", "visible": place == start}
            fig.add_scatter(x=x, y=y, **given)
            shown.append(place)
    numbers = list(range(first, first + len(shown)))
    steps = [
        {
            "label": f"{limit:.2f}: {count} box{'es' if count != 1 else ''}",
            "method": "restyle",
            "args": [{"visible": [place == one for one in shown]}, numbers],
        }
        for place, (limit, count) in enumerate((limit, int((actor > limit).sum())) for limit in THETAS)
    ]
    words = {"prefix": "θ = ", "font": {"size": 14, "color": OKABE_ITO["grey"]}, "xanchor": "center"}
    quiet = {"font": {"size": 1, "color": CLEAR}, "tickcolor": GRID, "bordercolor": EDGE, "pad": {"t": 8, "b": 0}}
    fig.update_layout(sliders=[{"active": start, "steps": steps, "currentvalue": words, **quiet}])
