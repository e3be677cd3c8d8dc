"""What happens in a clip of the world over time: how far actions are, what lamps show, and what becomes of a patch.

phase (T, K), state (T, K), TrueTracks -> phase_figure, state_figure, fate_figure
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go

from vizcore.algorithms.matching.true_tracks import TrueTracks
from vizcore.figures.caption import captioned
from vizcore.figures.theme import OKABE_ITO, SYMBOLS, empty, style


@captioned(
    "How far each action is, from 0 where it begins to 1 where it ends; where the line is steep the action is "
    "fast, and where there is none the person does nothing. Marks are the moments that have a name."
)
def phase_figure(
    phase: np.ndarray,
    names: Sequence[str],
    colours: Sequence[str],
    times: np.ndarray,
    moments: Sequence[tuple[int, int, str]] = (),
) -> go.Figure:
    """Curves of phase over time.

    Args:
        phase: (T, K) 0 to 1, nan where a thing does nothing.
        names, colours: (K,) of the things.
        times: (T,) seconds.
        moments: (thing, frame, name) of what has a name.
    """
    acting = np.flatnonzero(np.isfinite(phase).any(0))
    if not len(acting):
        return empty("Nobody acts in this clip.")
    fig = go.Figure()
    for k in acting:
        line = {"color": colours[k], "width": 2}
        fig.add_scatter(
            x=times, y=phase[:, k], name=names[k], mode="lines", line=line, hovertemplate="%{x:.2f} s: %{y:.2f}"
        )
    for number, name in enumerate(dict.fromkeys(name for _, _, name in moments)):
        at = [(thing, frame) for thing, frame, other in moments if other == name and frame < len(times)]
        things, frames = [thing for thing, _ in at], [frame for _, frame in at]
        marker = {"symbol": SYMBOLS[number % len(SYMBOLS)], "size": 11, "color": [colours[thing] for thing in things]}
        where = {"x": times[frames], "y": phase[frames, things], "name": name, "mode": "markers"}
        fig.add_scatter(
            **where, marker=marker | {"line": {"width": 1, "color": "white"}}, hovertemplate=f"{name}, %{{x:.2f}} s"
        )
    fig.update_xaxes(title="seconds", range=[float(times[0]), float(times[-1])])
    fig.update_yaxes(title="phase", range=[-0.05, 1.08], dtick=0.25)
    return style(fig, height=340)


@captioned(
    "One row a lamp: its colour over time. Three lamps step at the same instant and the fourth keeps its colour, "
    "so every frame shows each colour once and one of them twice."
)
def state_figure(
    state: np.ndarray, names: Sequence[str], words: Sequence[str], colours: Sequence[str], times: np.ndarray
) -> go.Figure:
    """A row for each thing that shows states, coloured and named by them.

    Args:
        state: (T, K) indices into words; nan: none.
        names: (K,) of the things.
        words, colours: of the states.
        times: (T,) seconds.
    """
    ends = np.append(times, 2 * times[-1] - times[-2] if len(times) > 1 else times[-1] + 1)
    rows = [(names[k], *stretch) for k in range(len(names)) for stretch in _stretches(state[:, k])]
    fig = go.Figure()
    for number, (word, colour) in enumerate(zip(words, colours, strict=True)):
        bars = [(name, start, stop) for name, start, stop, value in rows if value == number]
        if not bars:
            continue
        lengths = [float(ends[stop] - ends[start]) for _, start, stop in bars]
        fig.add_bar(
            y=[name for name, _, _ in bars],
            x=lengths,
            base=[float(ends[start]) for _, start, _ in bars],
            orientation="h",
            name=word,
            marker={"color": colour, "line": {"width": 1, "color": "white"}},
            text=[word] * len(bars),
            textposition="inside",
            insidetextanchor="middle",
            hovertemplate=f"%{{y}}: {word} from %{{base:.2f}} s, for %{{x:.2f}} s<extra></extra>",
        )
    fig.update_layout(barmode="overlay", bargap=0.25)
    fig.update_xaxes(title="seconds", range=[float(ends[0]), float(ends[-1])])
    fig.update_yaxes(autorange="reversed", categoryorder="array", categoryarray=list(names))
    return style(fig, height=120 + 48 * len(names))


@captioned(
    "How much of a patch of the first frame lies in one patch later on: all, or less when it falls apart, turns or "
    "is hidden. A cross: none of the picked patch is seen, or more of it lies in a patch that another one got."
)
def fate_figure(tracks: TrueTracks, patch: int | None, times: np.ndarray) -> go.Figure:
    """The share of pixels that stay together, on average over all patches and for one of them, frame by frame.

    Args:
        tracks: of T frames and N patches.
        patch: of the first frame, 0 to N-1; None where none is picked.
        times: (T,) seconds of the followed frames.
    """
    dotted = {"color": OKABE_ITO["grey"], "width": 2, "dash": "dot"}
    fig = go.Figure(go.Scatter(x=times, y=tracks.share.mean(1), name="all patches", mode="lines", line=dotted))
    if patch is not None:
        symbols = np.where(tracks.overruled[:, patch], "x", "circle").tolist()
        marker, line = {"symbol": symbols, "size": 9}, {"color": OKABE_ITO["blue"], "width": 2}
        picked = {"x": times, "y": tracks.share[:, patch], "name": f"patch {patch}", "mode": "lines+markers"}
        fig.add_scatter(**picked, marker=marker, line=line)
    fig.update_traces(hovertemplate="%{x:.2f} s: %{y:.0%}")
    fig.update_xaxes(title="seconds")
    fig.update_yaxes(title="in one patch", range=[-0.03, 1.05], dtick=0.25, tickformat=".0%")
    return style(fig, height=300)


def _stretches(values: np.ndarray) -> list[tuple[int, int, int]]:
    """(start, stop, value) wherever the values (T,) stay the same, less nan."""
    changes = np.flatnonzero(np.diff(np.nan_to_num(values, nan=-1))) + 1
    cuts = [0, *changes.tolist(), len(values)]
    return [(a, b, int(values[a])) for a, b in pairwise(cuts) if np.isfinite(values[a])]
