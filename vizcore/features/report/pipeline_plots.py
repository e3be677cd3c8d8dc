"""Plots of unknown origin: JSON that plotly draws, of kinds this program makes, and that loads nothing from afar."""

import json
from collections.abc import Iterator

import plotly.graph_objects as go

from vizcore.runtime.recording.blocks import canonical

__all__ = ["canonical", "check"]

KINDS = {
    "bar", "box", "contour", "heatmap", "histogram", "histogram2d", "image", "pie", "sankey", "scatter", "scatter3d",
    "scattergl", "scatterpolar", "surface", "violin", "waterfall",
}  # fmt: skip
AFAR = {"source", "src", "href", "url", "sourceattribution"}  # properties that may name something to be loaded
HERE = ("data:image/png;base64,", "data:image/jpeg;base64,")


def check(plot: str) -> None:
    """Refuse what is no plot of ours.

    Raises:
        ValueError: a kind of trace is unknown, something would be loaded, or plotly does not know a property.
    """
    data = json.loads(plot)
    parts = {"data", "layout", "frames"}
    if not isinstance(data, dict) or not data.keys() <= parts or not isinstance(data.get("data"), list):
        raise ValueError("want a plot with data and layout, got something else")
    frames = data.get("frames", [])
    framed = [one.get("data", []) for one in frames if isinstance(one, dict)] if isinstance(frames, list) else []
    for trace in [one for traces in (data["data"], *framed) for one in traces]:
        kind = trace.get("type", "scatter") if isinstance(trace, dict) else None
        if not isinstance(kind, str) or kind not in KINDS:
            raise ValueError(f"want plots of {', '.join(sorted(KINDS))}, got {str(kind)[:40]!r}")
    for name, value in _properties(data):
        if name in AFAR and isinstance(value, str) and not value.startswith(HERE):
            raise ValueError(f"want plots that load nothing from afar, got one with {name!r}")
    try:
        go.Figure(data)
    except (ValueError, TypeError, RecursionError) as fault:
        raise ValueError(f"want a plot that plotly can draw, got another: {str(fault).strip()[:120]}") from None


def _properties(value: object) -> Iterator[tuple[str, object]]:
    """Every name in a plot, with what it is set to."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield name, one
            yield from _properties(one)
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, (dict, list)):
                yield from _properties(one)
