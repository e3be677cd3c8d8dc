"""Files to take along: affinities and frequencies as tables, everything as NPZ, and the filter as a figure for paper.

Filtered -> filter_npz, affinities_csv, frequencies_csv, filter_paper
"""

import csv
import io
import json
from dataclasses import asdict

import numpy as np

from vizcore.features.nonlocal_blocks.figures import attention_strip
from vizcore.features.nonlocal_blocks.pipeline_filter import Filtered
from vizcore.features.nonlocal_blocks.pipeline_scale import coloured
from vizcore.figures.paper import PaperSize
from vizcore.runtime.plain_arrays import npz


def filter_npz(result: Filtered, settings: dict) -> bytes:
    """What filter_arrays gives, and how all was made (settings, as JSON)."""
    weights = {key: value for key, value in asdict(result.weights).items() if key in ("out", "inner", "h")}
    block = result.frequencies.block
    described = settings | weights | {"graph": block.graph.kind, "no spectral form": result.frequencies.why_not}
    return npz({"settings": np.array(json.dumps(described, default=str))} | filter_arrays(result))


def filter_arrays(result: Filtered) -> dict[str, np.ndarray]:
    """Rows of affinities, eigenvalues, energies and what comes out."""
    found, nodes = result.frequencies, result.nodes
    arrays = {f"row_{name}": row for name, row in result.rows.items()}
    arrays |= {"features": nodes.features, "grid": np.array(nodes.shape), "values": found.block.z.numpy()}
    arrays |= {"eigenvalues": found.values, "gains": result.gains, "filtered": result.direct}
    if nodes.clip is not None:
        arrays |= {"frames": nodes.clip.indices, "times": nodes.clip.times}
    if result.spectral is not None:
        arrays |= {"energy": found.energy, "filtered_spectral": result.spectral}
    return arrays


def affinities_csv(result: Filtered) -> bytes:
    """A line for each position: where it is, and how strongly the position attends to it by every operator."""
    head = ["frame", "row", "column", *result.rows]
    places = np.indices(result.nodes.shape).reshape(3, -1).T
    if result.nodes.clip is not None:
        places = np.column_stack([result.nodes.clip.indices[places[:, 0]], places[:, 1:]])
    columns = np.stack([row.ravel() for row in result.rows.values()], 1)
    return _sheet(head, ([*place, *map(_short, row)] for place, row in zip(places.tolist(), columns.tolist())))


def frequencies_csv(result: Filtered) -> bytes:
    """A line for each known mode: eigenvalue, energy before and after, and what it is multiplied by."""
    found, gains = result.frequencies, result.gains
    energy = np.full(len(found.values), np.nan) if found.energy is None else found.energy
    columns = (np.real(found.values), np.imag(found.values), np.real(gains), np.imag(gains))
    columns += (energy, energy * np.abs(gains) ** 2)
    head = ["eigenvalue", "imaginary", "gain", "gain_imaginary", "energy_before", "energy_after"]
    return _sheet(
        head, (["" if np.isnan(one) else _short(one) for one in row] for row in np.stack(columns, 1).tolist())
    )


def filter_paper(result: Filtered, position: int, size: PaperSize, form: str) -> bytes:
    """Affinities of the position by every operator, and the filter's response with its energies.

    Args:
        result: a filter on N nodes, with rows of the position.
        position: 0 to N - 1.
        size: how large it is printed.
        form: png, svg or pdf.
    """
    from vizcore.features.nonlocal_blocks import print as paper  # matplotlib takes 0.4 s to import
    from vizcore.figures.printing import printed

    clip, found, (_, high, across) = result.nodes.clip, result.frequencies, result.nodes.shape
    rows, ends = coloured(result.rows)
    at = divmod(position, high * across)
    frames = None if clip is None else clip.frames
    line = paper.frames_in_line(result.nodes.shape[0], rows, size)
    strips = {name: attention_strip(frames, row.values, at, across=line) for name, row in rows.items()}
    modes = np.real(found.values), found.energy
    fig = paper.filter_paper(strips, ends, (found.block.name, result.weights), modes, size)
    return printed(fig, size, form)


def _sheet(head: list[str], rows) -> bytes:
    sheet = io.StringIO()
    write = csv.writer(sheet)
    write.writerow(head)
    write.writerows(rows)
    return sheet.getvalue().encode()


def _short(value: float) -> float:
    return float(f"{value:.8g}")
