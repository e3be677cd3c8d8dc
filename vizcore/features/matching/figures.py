"""Who became whom, drawn: the permutation of a step over its similarities, and the moves over the frame.

Tracks, step -> permutation_figure, displacement_figure
"""

import numpy as np
import plotly.graph_objects as go

from vizcore.algorithms.matching.tracks import Tracks
from vizcore.figures.caption import captioned
from vizcore.figures.pictures import jpeg
from vizcore.figures.theme import BAR_ROOM, GREYS, OKABE_ITO, SEQUENTIAL, bar, paint, scale, style

LARGEST_SIDE = 200  # cells of the drawn similarity: 200 x 200 float32 are 230 kB as sent
LARGEST_FRAME = 480  # px of a drawn frame's longer side
LEVELS = 5  # shades of the arrows' lines; the heads have the exact colour


@captioned(
    "Each mark is one match: its row is the patch before, its column the patch after; marks on the dotted diagonal "
    "stay in place, crosses have a more similar patch that is matched with another one, squares are undecided (another "
    "pair is as similar, up to rounding), and the ground shows how alike every pair is."
)
def permutation_figure(tracks: Tracks, step: int, composed: bool = False, picked: int | None = None) -> go.Figure:
    """The matches of one step as points over the similarity of every pair, which is averaged in blocks when large.

    Args:
        tracks: the matching of a clip.
        step: from frame `step` to frame `step + 1`.
        composed: rows are patches of frame 0, followed to frame `step`, as the paper's loop sees them; else rows are
            patches of frame `step`.
        picked: the row to point out.

    Raises:
        ValueError: there is no such step or row.
    """
    _check(tracks, step, picked)
    count = tracks.steps.shape[1]
    rows = tracks.sigma[step] if composed else np.arange(count)  # (N,) the patch of frame `step` in each row
    fig = go.Figure(_ground(tracks.similarity[step][rows]))
    span = [-0.5, count - 0.5]
    fig.add_trace(_in_place(span))
    overruled, undecided = tracks.overruled[step][rows], tracks.undecided[step][rows]
    for name, chosen, symbol, colour in (
        ("best match", ~overruled & ~undecided, "circle", OKABE_ITO["blue"]),
        ("overruled", overruled & ~undecided, "x", OKABE_ITO["orange"]),
        ("undecided", undecided, "square-open", OKABE_ITO["sky"]),
    ):
        if chosen.any():
            fig.add_trace(_matches(tracks, step, rows, np.flatnonzero(chosen), name, symbol, colour))
    if picked is not None:
        _point_out(fig, picked, int(tracks.steps[step][rows[picked]]))
    before = f"patch of frame 0, now in frame {step}" if composed else f"patch of frame {step}"
    fig.update_xaxes(title=f"patch of frame {step + 1}", range=span, constrain="domain", showgrid=False)
    fig.update_yaxes(
        title=before, range=span[::-1], constrain="domain", constraintoward="top", scaleanchor="x", showgrid=False
    )
    return style(fig, height=520, top=BAR_ROOM)


@captioned(
    "An arrow leads from a patch to where it is in the next frame, and brighter is more similar; a dot stays in "
    "place, and a dashed arrow has a more similar patch that is matched with another one."
)
def displacement_figure(frame: np.ndarray, tracks: Tracks, step: int, grid: tuple[int, int]) -> go.Figure:
    """The moves of one step as arrows over the frame in which they start.

    Args:
        frame: (H, W, 3) uint8 RGB, frame `step`.
        tracks: the matching of a clip.
        step: from frame `step` to frame `step + 1`.
        grid: (rows, columns) of patches.

    Raises:
        ValueError: there is no such step, or the grid has another number of patches.
    """
    _check(tracks, step, None)
    move = tracks.displacement(grid)[step]  # (N, 2) rows, columns
    rows, columns = grid
    start = np.stack(np.divmod(np.arange(rows * columns), columns), -1)  # (N, 2) row, column
    fig = go.Figure()
    goes, overruled = move.any(-1), tracks.overruled[step]
    low, high = _span(tracks.matched[step])
    shade = np.clip((tracks.matched[step] - low) / (high - low) * LEVELS, 0, LEVELS - 1).astype(int)  # (N,)
    _shafts(fig, start, move, goes, "rgba(0, 0, 0, 0.5)", 4, "solid")  # a dark seam, so that arrows show on any frame
    for level in range(LEVELS):
        red, green, blue = paint(np.array((level + 0.5) / LEVELS), 0, 1)
        for dash, chosen in (("solid", ~overruled), ("4px,3px", overruled)):
            _shafts(fig, start, move, goes & chosen & (shade == level), f"rgb({red},{green},{blue})", 1.5, dash)
    for name, chosen, symbol, size in (
        ("stays", ~goes & ~overruled, "circle", 5),
        ("stays, overruled", ~goes & overruled, "circle-open", 6),
        ("moves", goes & ~overruled, "arrow", 9),
        ("moves, overruled", goes & overruled, "arrow-open", 9),
    ):
        if chosen.any():
            fig.add_trace(_tips(start, move, tracks, step, chosen, name, symbol, size))
    fig.update_layout(coloraxis={"cmin": low, "cmax": high, "colorscale": scale(SEQUENTIAL), "colorbar": bar("cosine")})
    _lay_under(fig, frame, grid)
    tall = round(np.clip(460 * frame.shape[0] / frame.shape[1], 240, 640))
    return style(fig, height=tall + BAR_ROOM + 50, top=BAR_ROOM)


def _check(tracks: Tracks, step: int, picked: int | None) -> None:
    steps, count = tracks.steps.shape
    if steps == 0:
        raise ValueError("want a clip of two frames or more, got one frame: nothing to match it with")
    if not 0 <= step < steps:
        raise ValueError(f"want a step of 0 to {steps - 1}, got {step}")
    if picked is not None and not 0 <= picked < count:
        raise ValueError(f"want a patch of 0 to {count - 1}, got {picked}")


def _ground(similarity: np.ndarray) -> go.Heatmap:
    """The similarity (N, N) averaged in square blocks until at most LARGEST_SIDE a side, in patch coordinates."""
    count = len(similarity)
    block = -(-count // LARGEST_SIDE)
    edges = np.arange(0, count, block)
    sums = np.add.reduceat(np.add.reduceat(similarity, edges, 0, dtype=np.float64), edges, 1)
    sizes = np.diff(np.append(edges, count))
    pooled = (sums / (sizes[:, None] * sizes)).astype(np.float32)
    return go.Heatmap(
        z=pooled,
        x0=(block - 1) / 2,
        dx=block,
        y0=(block - 1) / 2,
        dy=block,
        colorscale=scale(GREYS),
        colorbar=bar("cosine"),
        hovertemplate="before %{y}, after %{x}: cosine %{z:.3f}<extra></extra>",
    )


def _in_place(span: list[float]) -> go.Scatter:
    """The diagonal, on which nothing moves."""
    line = {"color": "rgba(240, 228, 66, 0.9)", "width": 1, "dash": "dot"}
    return go.Scatter(x=span, y=span, mode="lines", name="in place", hoverinfo="skip", line=line, showlegend=False)


def _matches(tracks, step, rows, chosen, name, symbol, colour) -> go.Scatter:
    """The matches of the chosen rows (K,) as marks."""
    patches = rows[chosen]
    size = float(np.clip(1300 / len(rows), 4, 16))
    return go.Scatter(
        x=tracks.steps[step][patches].astype(np.int32),
        y=chosen.astype(np.int32),
        mode="markers",
        name=name,
        customdata=np.stack([tracks.matched[step][patches], tracks.margin[step][patches]], -1),
        marker={"symbol": symbol, "size": size, "color": colour, "line": {"color": "white", "width": 0.6}},
        hovertemplate="%{y} → %{x}<br>cosine %{customdata[0]:.3f}, margin %{customdata[1]:+.3f}<extra>"
        + name
        + "</extra>",
    )


def _point_out(fig: go.Figure, row: int, column: int) -> None:
    line = {"color": OKABE_ITO["vermilion"], "width": 1.5}
    fig.add_hline(row, line=line)
    fig.add_vline(column, line=line)
    fig.add_scatter(
        x=[column],
        y=[row],
        mode="markers",
        name="picked",
        hoverinfo="skip",
        marker={"symbol": "circle-open", "size": 18, "color": OKABE_ITO["vermilion"], "line": {"width": 3}},
    )


def _span(values: np.ndarray) -> tuple[float, float]:
    """The range of some values, never empty."""
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _shafts(fig, start, move, chosen, colour, width, dash) -> None:
    """The shafts of the chosen arrows (N,) bool as one trace, broken by nan."""
    if not chosen.any():
        return
    ends = np.stack([start, start + move, np.full(start.shape, np.nan)], 1)[chosen].reshape(-1, 2).astype(np.float32)
    fig.add_scatter(
        x=ends[:, 1],
        y=ends[:, 0],
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
        line={"color": colour, "width": width, "dash": dash},
    )


def _tips(start, move, tracks, step, chosen, name, symbol, size) -> go.Scatter:
    """The ends of the chosen moves (N,) bool as marks that point along the move, coloured by similarity."""
    end, move = (start + move)[chosen].astype(np.int32), move[chosen]
    matched, margin = tracks.matched[step][chosen], tracks.margin[step][chosen]
    marker = {"symbol": symbol, "size": size, "color": matched, "coloraxis": "coloraxis"}
    if "arrow" in symbol:
        marker["angle"] = np.degrees(np.arctan2(move[:, 1], -move[:, 0])).astype(np.float32)
    if "open" not in symbol:
        marker["line"] = {"color": "black", "width": 0.8}
    return go.Scatter(
        x=end[:, 1],
        y=end[:, 0],
        mode="markers",
        name=name,
        marker=marker,
        showlegend=False,
        customdata=np.stack([np.flatnonzero(chosen), tracks.steps[step][chosen], margin], -1).astype(np.float32),
        hovertemplate="patch %{customdata[0]:d} → %{customdata[1]:d}<br>cosine %{marker.color:.3f}, "
        "margin %{customdata[2]:+.3f}<extra>" + name + "</extra>",
    )


def _lay_under(fig: go.Figure, frame: np.ndarray, grid: tuple[int, int]) -> None:
    """The frame below the marks, on axes that count patches and keep the frame's shape."""
    rows, columns = grid
    fig.add_layout_image(
        source=jpeg(frame, LARGEST_FRAME),
        xref="x",
        yref="y",
        x=-0.5,
        y=-0.5,
        sizex=columns,
        sizey=rows,
        sizing="stretch",
        layer="below",
    )
    shape = (frame.shape[0] / rows) / (frame.shape[1] / columns)
    plain = {"constrain": "domain", "showgrid": False, "zeroline": False}
    fig.update_xaxes(title="column of patches", range=[-0.5, columns - 0.5], **plain)
    fig.update_yaxes(
        title="row of patches",
        range=[rows - 0.5, -0.5],
        scaleanchor="x",
        scaleratio=shape,
        constraintoward="top",
        **plain,
    )
