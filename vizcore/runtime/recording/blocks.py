"""What a page puts before a person, as blocks of a report: plotly figures, pictures, tables, numbers."""

import json
from collections.abc import Iterable, Mapping
from itertools import islice
from numbers import Integral, Real

import numpy as np
import plotly.graph_objects as go

from vizcore.runtime.recording.section import MOST_ROWS, Cell, Figure, Numbers, Picture, Table

QUALITY = 90  # of JPEG


def figure(fig: go.Figure, alt: str, caption: str | None = None) -> Figure:
    """A plot with its data, to the last bit.

    Args:
        fig: as the page shows it.
        alt: what it shows, in words.
        caption: how to read it.
    """
    return Figure(canonical(json.loads(fig.to_json())), alt, caption or "")


def canonical(plot: object) -> str:
    """JSON as a report keeps it: the same text for the same figure, wherever it comes from."""
    return json.dumps(plot, allow_nan=False, separators=(",", ":"), ensure_ascii=False)


def picture(image: np.ndarray, alt: str, caption: str | None = None) -> Picture:
    """An image as the page shows it.

    Args:
        image: (H, W, 3) RGB or (H, W), uint8.
        alt: what it shows, in words.
        caption: what stands below it.
    """
    import cv2  # pages that show no picture need not wait for it

    order = image[..., ::-1] if image.ndim == 3 else image
    _, data = cv2.imencode(".jpg", np.ascontiguousarray(order), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return Picture("image/jpeg", data.tobytes(), alt, caption or "")


def table(rows: Iterable[Mapping], percent: Iterable[str] = ()) -> Table:
    """Rows of named cells; beyond MOST_ROWS they are counted and left out."""
    rows = iter(rows)
    listed = list(islice(rows, MOST_ROWS))
    columns = tuple(dict.fromkeys(name for row in listed for name in row))
    cells = tuple(tuple(cell(row.get(name)) for name in columns) for row in listed)
    return Table(tuple(map(str, columns)), cells, tuple(percent), sum(1 for _ in rows))


def numbers(values: Mapping[str, tuple[str, str]]) -> Numbers:
    """label -> (value, what it means)."""
    return Numbers(tuple((label, str(value), meaning or "") for label, (value, meaning) in values.items()))


def cell(value: object) -> Cell:
    """A value as JSON can hold it; None for what is no number, words for what is neither."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if np.isfinite(value) else None
    return str(value)
