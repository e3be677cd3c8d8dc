"""Files to take along: affinities and frequencies as tables, everything as NPZ, and the filter as a figure for paper.

Filtered -> filter_npz, affinities_csv, frequencies_csv, filter_figure
"""

import csv
import io
import json
from dataclasses import asdict

import numpy as np

from vizcore.features.nonlocal_blocks.figures import heard_strip
from vizcore.features.nonlocal_blocks.pipeline_filter import Filtered
from vizcore.features.nonlocal_blocks.pipeline_scale import coloured
from vizcore.runtime.plain_arrays import npz


def filter_npz(made: Filtered, settings: dict) -> bytes:
    """What filter_arrays gives, and how all was made (settings, as JSON)."""
    weights = {key: value for key, value in asdict(made.weights).items() if key in ("out", "inner", "h")}
    block = made.frequencies.block
    told = settings | weights | {"graph": block.graph.kind, "no spectral form": made.frequencies.why_not}
    return npz({"settings": np.array(json.dumps(told, default=str))} | filter_arrays(made))


def filter_arrays(made: Filtered) -> dict[str, np.ndarray]:
    """Rows of affinities, eigenvalues, energies and what comes out."""
    found, nodes = made.frequencies, made.nodes
    arrays = {f"row_{name}": row for name, row in made.rows.items()}
    arrays |= {"features": nodes.features, "grid": np.array(nodes.shape), "values": found.block.z.numpy()}
    arrays |= {"eigenvalues": found.values, "gains": made.gains, "filtered": made.direct}
    if nodes.clip is not None:
        arrays |= {"frames": nodes.clip.indices, "times": nodes.clip.times}
    if made.spectral is not None:
        arrays |= {"energy": found.energy, "filtered_spectral": made.spectral}
    return arrays


def affinities_csv(made: Filtered) -> bytes:
    """A line for each position: where it is, and how strongly the position attends to it by every operator."""
    head = ["frame", "row", "column", *made.rows]
    places = np.indices(made.nodes.shape).reshape(3, -1).T
    if made.nodes.clip is not None:
        places = np.column_stack([made.nodes.clip.indices[places[:, 0]], places[:, 1:]])
    columns = np.stack([row.ravel() for row in made.rows.values()], 1)
    return _sheet(head, ([*place, *map(_short, row)] for place, row in zip(places.tolist(), columns.tolist())))


def frequencies_csv(made: Filtered) -> bytes:
    """A line for each known mode: eigenvalue, energy before and after, and what it is multiplied by."""
    found, gains = made.frequencies, made.gains
    energy = np.full(len(found.values), np.nan) if found.energy is None else found.energy
    columns = (np.real(found.values), np.imag(found.values), np.real(gains), np.imag(gains))
    columns += (energy, energy * np.abs(gains) ** 2)
    head = ["eigenvalue", "imaginary", "gain", "gain_imaginary", "energy_before", "energy_after"]
    return _sheet(
        head, (["" if np.isnan(one) else _short(one) for one in row] for row in np.stack(columns, 1).tolist())
    )


def filter_figure(made: Filtered, position: int, form: str) -> bytes:
    """Affinities of the position by every operator, and the filter's response with its energies; png, svg or pdf."""
    from vizcore.features.nonlocal_blocks.print import (
        filter_paper,  # matplotlib takes 0.4 s to import: only a download waits
    )

    clip, found, (_, high, across) = made.nodes.clip, made.frequencies, made.nodes.shape
    rows, ends = coloured(made.rows)
    at = divmod(position, high * across)
    frames = None if clip is None else clip.frames
    strips = {name: heard_strip(frames, row.values, at) for name, row in rows.items()}
    modes = np.real(found.values), found.energy
    fig = filter_paper(strips, ends, (found.block.name, made.weights), modes)
    file = io.BytesIO()
    fig.savefig(file, format=form, dpi=200)
    return file.getvalue()


def _sheet(head: list[str], rows) -> bytes:
    sheet = io.StringIO()
    write = csv.writer(sheet)
    write.writerow(head)
    write.writerows(rows)
    return sheet.getvalue().encode()


def _short(value: float) -> float:
    return float(f"{value:.8g}")
