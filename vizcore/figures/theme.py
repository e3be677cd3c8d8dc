"""Colours and manners that all figures share: one palette, one look, on light and on dark ground.

figure -> style(figure) -> the same figure, with room for its labels and no ground of its own
"""

import numpy as np
import pandas  # noqa: F401  plotly asks for it, and fails where another thread has only begun to import it
import plotly.graph_objects as go

# Okabe & Ito (2008), told apart with any colour vision; black gives way to a grey that shows on dark ground too.
OKABE_ITO = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "vermilion": "#D55E00",
    "yellow": "#F0E442",
    "grey": "#7F7F7F",
}
COLOURWAY = tuple(OKABE_ITO.values())
# One mark for each category besides its colour.
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x", "star", "hexagon")

# Viridis (Smith & van der Walt 2015): lightness grows evenly from dark to bright.
SEQUENTIAL = (
    "#440154",
    "#482576",
    "#414487",
    "#35608D",
    "#2A788E",
    "#21918C",
    "#22A884",
    "#43BF71",
    "#7AD151",
    "#BBDF27",
    "#FDE725",
)
# From dark to bright without a hue: a ground for coloured marks.
GREYS = ("#1E1E22", "#4B4B50", "#7C7C80", "#ADADB0", "#DEDEE0")
# Blue below, pale grey at the middle, orange above: equally dark at both ends.
DIVERGING = ("#14629B", "#4A93C6", "#93BFE0", "#CBDFEC", "#ECECEA", "#F8DCB9", "#F3B56A", "#DE861D", "#B35A00")

GRID = "rgba(128, 128, 128, 0.25)"  # seen on white and on near-black
EDGE = "rgba(128, 128, 128, 0.7)"
CLEAR = "rgba(0, 0, 0, 0)"
FAINT = 0.4  # opacity of a line that is not to be relied on
BAR_ROOM = 64  # px above a plot for a colour bar, its title and its numbers


def scale(colours: tuple[str, ...]) -> list[list]:
    """The colours as plotly wants a scale: evenly spaced stops from 0 to 1."""
    return [[stop, colour] for stop, colour in zip(np.linspace(0, 1, len(colours)).tolist(), colours)]


def bar(title: str) -> dict:
    """A colour bar along the top edge, so that a narrow figure keeps its width; style(top=BAR_ROOM) keeps it free.

    Its place is fixed: a bar that pushes the plot makes plotly lay axis titles over tick labels.
    """
    across = {"orientation": "h", "thickness": 10, "lenmode": "pixels", "len": 240, "nticks": 5, "outlinewidth": 0}
    place = {"x": 0.5, "xanchor": "center", "yref": "container", "y": 0.99, "yanchor": "top", "ypad": 0}
    return across | place | {"title": {"text": title, "side": "top"}}


def paint(values: np.ndarray, low: float, high: float, colours: tuple[str, ...] = SEQUENTIAL) -> np.ndarray:
    """Numbers (...) as colours (..., 3) uint8 RGB; nan takes the colour of low.

    Args:
        values: of any shape; beyond the ends they take the colours of the ends.
        low: the number of the first colour.
        high: the number of the last.
        colours: #rrggbb, from low to high.
    """
    stops = np.array([[int(colour[k : k + 2], 16) for k in (1, 3, 5)] for colour in colours])  # (S, 3)
    span = high - low if high > low else 1.0
    place = np.clip(np.nan_to_num((np.asarray(values, float) - low) / span), 0, 1) * (len(stops) - 1)
    channels = [np.interp(place, np.arange(len(stops)), stops[:, channel]) for channel in range(3)]
    return np.stack(channels, -1).round().astype(np.uint8)


def empty(words: str) -> go.Figure:
    """A figure that has nothing to draw and says why."""
    fig = go.Figure()
    fig.add_annotation(text=words, xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False)
    fig.update_xaxes(visible=False, showticklabels=False)
    fig.update_yaxes(visible=False, showticklabels=False)
    return style(fig, height=120)


def style(fig: go.Figure, *, height: int | None = None, title: str | None = None, top: int = 12) -> go.Figure:
    """Give a figure the look of the house, in place, and hand it back.

    The ground is clear and the letters have no colour of their own, so that the page's theme decides both. The legend
    lies below and the axes make room for their labels. The palette is set here: graph objects do not take the page's.

    Args:
        fig: any figure.
        height: in px; None leaves the page's choice.
        title: a heading inside the picture, for a figure that leaves the page; a page writes its own.
        top: px above the plot.
    """
    fig.update_layout(
        template="none",
        colorway=COLOURWAY,
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        margin={"l": 8, "r": 8, "t": top + 36 * bool(title), "b": 8, "pad": 0},  # padding would push labels into titles
        legend={"orientation": "h", "x": 0, "xanchor": "left", "yref": "container", "y": 0, "yanchor": "bottom"},
        hoverlabel={"align": "left", "namelength": -1},
    )
    if height is not None:
        fig.update_layout(height=height)
    if title is not None:
        fig.update_layout(title={"text": title, "x": 0, "xref": "paper", "xanchor": "left"})
    axis = {"gridcolor": GRID, "zerolinecolor": GRID, "linecolor": EDGE, "automargin": True, "title_standoff": 8}
    fig.update_xaxes(**axis)
    fig.update_yaxes(**axis)
    fig.update_xaxes(showgrid=True, selector=lambda found: found.showgrid is None)  # the page's theme has none
    return fig
