"""Two sequences and the path between them, drawn: cost, expected alignment, error, ticks in any unit.

Alignment -> cost_matrix_values, ticks;  expected_alignment_figure, value_figure, error_figure, nearest_figure
"""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vizcore.figures.caption import captioned
from vizcore.figures.theme import BAR_ROOM, COLOURWAY, DIVERGING, EDGE, FAINT, OKABE_ITO, SEQUENTIAL, bar, scale, style

PATH, TRUTH, NEAREST, TOGETHER = OKABE_ITO["orange"], "#FFFFFF", OKABE_ITO["sky"], OKABE_ITO["grey"]
LOOKS = {"path": (PATH, "solid"), "nearest neighbour": (NEAREST, "dot"), "played together": (TOGETHER, "dash")}
UNITS = {"frames": "frame", "seconds": "time, s", "phase": "true phase"}
LARGEST_SIDE = 150  # cells of a drawn matrix: two of them stay below 300 kB as sent
TICKS = 6  # about so many
STACKED = 0.17  # of a figure's height between two plots, of which the lower has a colour bar
FAINTEST = 1e-4  # of a cost: a range that is a hundred times the rounding of a cosine


def cost_matrix_values(values: np.ndarray) -> tuple[np.ndarray, float, float]:
    """A matrix (N, M) as bytes from its least value to its greatest, and these two; what is not finite is greatest.

    A range below FAINTEST is not stretched: of two still clips nothing but rounding would be seen.
    """
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    share = (np.nan_to_num(values, nan=high, posinf=high) - low) / max(high - low, FAINTEST)
    return (255 * np.clip(share, 0, 1)).round().astype(np.uint8), low, high


def ticks(frames: np.ndarray, times: np.ndarray, phase: np.ndarray, unit: str) -> list[tuple[float, str]]:
    """Round numbers of a unit along N places: (place, what stands there).

    Args:
        frames, times, phase: (N,) rising; what the unit names must be finite.
        unit: a key of UNITS.
    """
    values = {"frames": frames, "seconds": times, "phase": phase}[unit].astype(np.float64)
    if len(values) == 1:
        return [(0.0, f"{values[0]:g}")]
    rising = np.maximum.accumulate(values)
    step = _round_step((rising[-1] - rising[0]) / TICKS, whole=unit == "frames")
    marks = np.arange(np.ceil(rising[0] / step - 1e-9), np.floor(rising[-1] / step + 1e-9) + 1) * step
    return [(float(np.interp(mark, rising, np.arange(len(rising)))), f"{mark + 0.0:.10g}") for mark in marks]


@captioned(
    "Above: the expected alignment, that is how much the whole cost changes with the cost of one pair. At γ = 0 it "
    "is one path; with a larger γ many paths have weight and the ridge spreads. smoothMin gives some cells a "
    "negative weight (blue). Below: what it costs to get to each pair; the path climbs it from the lower left."
)
def expected_alignment_figure(
    gradient: np.ndarray, table: np.ndarray, path: np.ndarray, names: tuple[str, str], faint: bool = False
) -> go.Figure:
    """The expected alignment above the accumulated cost, with the hard path over the latter.

    Args:
        gradient, table: (N, M); the first goes to the right and the second up.
        path: (L, 2) places.
        names: of the axes.
        faint: the path is not to be trusted.
    """
    fig = make_subplots(rows=2, cols=1, vertical_spacing=STACKED)
    most = float(np.abs(gradient).max()) or 1.0
    parts = ((gradient, {"coloraxis": "coloraxis"}), (table, {"coloraxis": "coloraxis2"}))
    for row, (values, axis) in enumerate(parts, 1):
        shown, across, up = thinned(values)
        hover = f"{names[0]} %{{x}}, {names[1]} %{{y}}: %{{z:.3f}}<extra></extra>"
        fig.add_heatmap(z=shown.T, x=across, y=up, hovertemplate=hover, row=row, col=1, **axis)
        fig.update_xaxes(title=names[0], range=[-0.5, values.shape[0] - 0.5], row=row, col=1)
        fig.update_yaxes(title=names[1], range=[-0.5, values.shape[1] - 0.5], row=row, col=1)
    x, y = _places(path)
    line, shown = {"color": PATH, "width": 2}, {"opacity": FAINT if faint else 1, "row": 2, "col": 1}
    fig.add_scatter(x=x, y=y, mode="lines", line=line, name=path_name(faint, "hard path"), **shown)
    fig.update_xaxes(showgrid=False, zeroline=False)
    fig.update_yaxes(showgrid=False, zeroline=False)
    lower = {"yref": "paper", "y": (1 - STACKED) / 2 + 0.01, "yanchor": "bottom"}
    diverging = {"colorscale": scale(DIVERGING), "cmin": -most, "cmax": most, "colorbar": bar("expected alignment")}
    plain = {"colorscale": scale(SEQUENTIAL), "colorbar": bar("accumulated cost") | lower}
    fig.update_layout(coloraxis=diverging, coloraxis2=plain)
    return style(fig, height=840, top=BAR_ROOM)


@captioned(
    "What the whole path costs as γ grows: smoothMin never falls below the hard alignment (dashed), and at most to "
    "its bound; min^γ never rises above it and soon is negative, since it counts paths as well as their cost."
)
def value_figure(gammas: np.ndarray, values: Mapping[str, np.ndarray], hard: float, now: float) -> go.Figure:
    """What the whole path costs against gamma, a plot for each minimum: they are of different sizes.

    Args:
        gammas: (G,) above 0, rising.
        values: {minimum: (G,)}.
        hard: the cost at gamma = 0.
        now: the gamma that is looked at.
    """
    fig = make_subplots(rows=len(values), cols=1, shared_xaxes=True, vertical_spacing=0.12)
    for row, ((name, curve), colour) in enumerate(zip(values.items(), (OKABE_ITO["orange"], OKABE_ITO["blue"])), 1):
        line = {"color": colour, "width": 2.5}
        fig.add_scatter(x=gammas, y=curve, name=name, mode="lines+markers", line=line, row=row, col=1)
        fig.add_hline(hard, line={"color": EDGE, "dash": "dash", "width": 1.5}, row=row, col=1)
        if now > 0:
            fig.add_vline(now, line={"color": EDGE, "dash": "dot", "width": 1.5}, row=row, col=1)
        fig.update_yaxes(title=f"cost, {name}", nticks=5, row=row, col=1)
    marks = [0.001, 0.01, 0.1, 1, 10]
    fig.update_xaxes(type="log", tickvals=marks, ticktext=[f"{mark:g}" for mark in marks], showticklabels=False)
    fig.update_xaxes(title="γ", showticklabels=True, row=len(values), col=1)
    return style(fig, height=420)


@captioned(
    "What the pairs of the path cost at each frame of A (line), and what a frame costs with any frame of B on the mean "
    "(dashed). Where the line comes near the dashes, the path joins what is not alike."
)
def cost_along_figure(frames: np.ndarray, along: np.ndarray, every: np.ndarray) -> go.Figure:
    """What each frame of A costs on the path, and on the mean with all of B.

    Args:
        frames: (N,) of A.
        along: (N,) costs of their pairs on the path.
        every: (N,) mean costs with all frames of B.
    """
    fig = go.Figure()
    for name, values, colour, dash in (("path", along, PATH, "solid"), ("any pair", every, TOGETHER, "dash")):
        line, hover = {"color": colour, "width": 2.5, "dash": dash}, "frame %{x}: %{y:.3f}<extra>" + name + "</extra>"
        given = {"x": frames, "y": values.astype(np.float32), "name": name, "line": line, "hovertemplate": hover}
        fig.add_scatter(**given, mode="lines+markers" if len(frames) == 1 else "lines")
    fig.update_xaxes(title="frame of A")
    fig.update_yaxes(title="cost of a pair", rangemode="tozero")
    return style(fig, height=300)


@captioned(
    "How many frames of B lie between the match that a method gives each frame of A and the ground truth: above 0 "
    "the match is late, below it is early."
)
def error_figure(frames: np.ndarray, errors: Mapping[str, np.ndarray]) -> go.Figure:
    """How late (+) or early (-) each method's match is, in frames of B, over the frames (N,) of A; names of LOOKS."""
    fig = go.Figure()
    for name, error in errors.items():
        colour, dash = LOOKS[name]
        line = {"color": colour, "width": 2.5, "dash": dash}
        hover = "frame %{x}: %{y:+.1f} frames<extra>" + name + "</extra>"
        fig.add_scatter(x=frames, y=error, name=name, mode="lines", line=line, hovertemplate=hover)
    fig.add_hline(0, line={"color": EDGE, "width": 1})
    fig.update_xaxes(title="frame of A")
    fig.update_yaxes(title="frames of B too late")
    return style(fig, height=320)


@captioned(
    "For each frame of A the frame of B that is most alike, chosen alone (crosses), beside the path, which must "
    "not go back (line). Crosses far from the line are moments that look alike but are not the same."
)
def nearest_figure(
    nearest: np.ndarray, path: np.ndarray, truth: np.ndarray | None, names: tuple[str, str], faint: bool = False
) -> go.Figure:
    """Nearest neighbours (N,) beside the path.

    Args:
        nearest: (N,) places of the second strand.
        path: (L, 2) places of both.
        truth: (N,) places of the second strand by the ground truth; None where there is none.
        names: of the axes.
        faint: the path is not to be trusted.
    """
    fig = go.Figure()
    if truth is not None:
        line = {"color": EDGE, "width": 2, "dash": "dash"}
        fig.add_scatter(x=np.arange(len(truth)), y=truth, name="ground truth", mode="lines", line=line)
    x, y = _places(path)
    line, opacity = {"color": PATH, "width": 3}, FAINT if faint else 1
    fig.add_scatter(x=x, y=y, name=path_name(faint), mode="lines", line=line, opacity=opacity)
    marker = {"symbol": "x", "size": 7, "color": OKABE_ITO["blue"]}
    at = np.arange(len(nearest), dtype=np.int32)
    fig.add_scatter(x=at, y=nearest.astype(np.int32), name="nearest neighbour", mode="markers", marker=marker)
    fig.update_xaxes(title=names[0])
    fig.update_yaxes(title=names[1])
    return style(fig, height=440)


@captioned(
    "How far each clip is, from its first frame to its last, at every frame of the reference. Steep: it has to "
    "hurry; level: it waits. The dotted line is a clip that needs no warping."
)
def warps_figure(frames: np.ndarray, curves: Mapping[str, np.ndarray]) -> go.Figure:
    """How far each clip is, (N,) from 0 to 1, at the frames (N,) of the reference."""
    fig = go.Figure()
    even = {"x": frames[[0, -1]], "y": [0, 1], "mode": "lines", "line": {"color": EDGE, "dash": "dot", "width": 1.5}}
    fig.add_scatter(**even, name="no warping", hoverinfo="skip")
    for (name, curve), colour in zip(curves.items(), COLOURWAY):
        hover = "frame %{x}: %{y:.0%}<extra>" + name + "</extra>"
        fig.add_scatter(
            x=frames, y=curve, name=name, mode="lines", line={"color": colour, "width": 2}, hovertemplate=hover
        )
    fig.update_xaxes(title="frame of the reference")
    fig.update_yaxes(title="share of the clip", tickformat=".0%", range=[-0.02, 1.02], dtick=0.25)
    return style(fig, height=320 + 20 * len(curves))


@captioned(
    "Above: the parts of the loss. Below: Kendall's tau on clips that were not trained on; the higher, the better "
    "neighbours keep the order of time. They need not turn at the same step."
)
def training_figure(learning: Mapping[str, Sequence[float]]) -> go.Figure:
    """What was noted during a training.

    Args:
        learning: {"step": (K,), any other name: (K,)}; names with "tau" go below, all others above.
    """
    fig = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    curves = {name: np.asarray(values, np.float32) for name, values in learning.items() if name != "step"}
    for (name, values), colour in zip(curves.items(), COLOURWAY):
        row = 2 if "tau" in name else 1
        steps = np.asarray(learning["step"], np.int32)
        fig.add_scatter(
            x=steps, y=values, name=name, mode="lines", line={"color": colour, "width": 2.5}, row=row, col=1
        )
    fig.update_yaxes(title="loss", type="log", row=1, col=1)
    fig.update_yaxes(title="tau", row=2, col=1)
    fig.update_xaxes(showticklabels=False, row=1, col=1)
    fig.update_xaxes(title="step", row=2, col=1)
    return style(fig, height=420)


def path_name(faint: bool, name: str = "path") -> str:
    """What a legend calls a path; a faint one is not to be trusted."""
    return f"{name}, not trusted" if faint else name


def thinned(values: np.ndarray, most: int = LARGEST_SIDE) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A matrix with at most so many rows and columns, evenly taken, and their places."""
    rows, columns = (
        np.unique(np.linspace(0, side - 1, min(side, most)).round().astype(np.int32)) for side in values.shape
    )
    return values[np.ix_(rows, columns)].astype(np.float32), rows, columns


def _places(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return tuple(path.astype(np.int32).T)


def _round_step(rough: float, whole: bool) -> float:
    """The next of 1, 2, 5, 10 ... at or above a positive number; a whole one where that is wanted."""
    if not rough > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * k for k in (1, 2, 5, 10) if power * k >= rough * (1 - 1e-9))
    return max(1.0, step) if whole else step
