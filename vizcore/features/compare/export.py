"""Files of a comparison: the panes at one moment for paper, all of them as one video, tables, and every heat.

Comparison, scaled heat -> panes_paper, panes_video, heats_npz          rows of a table -> table_csv, table_json
"""

import csv
import io
import json
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vizcore.algorithms.alignment.clock_sync import clock_sync
from vizcore.features.compare.pipeline import Comparison
from vizcore.features.heatmaps.pipeline_answers import answers, said
from vizcore.features.heatmaps.pipeline_ends import ends_in_words
from vizcore.features.heatmaps.pipeline_rows import Row
from vizcore.features.heatmaps.pipeline_scale import Scaled, scaled
from vizcore.figures.heat import heated
from vizcore.figures.paper import PaperSize
from vizcore.figures.tiles import labelled, tiled
from vizcore.runtime.plain_arrays import npz
from vizcore.video import read_frames, write_video
from vizcore.video.stream import FASTEST, LONGEST, SLOWEST, stream

WIDE = 480  # px across a pane for paper
BOX = (480, 360)  # px that a pane takes in a film


def panes_paper(
    comparison: Comparison,
    frames: Sequence[int],
    titles: Sequence[str],
    size: PaperSize,
    form: str,
    layer: str = "",
    scope: str = "all",
    robust: bool = False,
    opacity: float = 0.55,
    smooth: bool = True,
) -> bytes:
    """Every pane at one of its frames as a figure for paper.

    Args:
        comparison: P panes.
        frames: (P,) the frame number of each pane's clip.
        titles: a name of each pane.
        size: how large it is printed.
        form: png, svg or pdf.
        layer: as of Comparison.rows.
        scope: what shares a scale: each "frame", each "row" (pane) or "all".
        robust: the 2nd and 98th percentiles are the ends of the scale, not the extremes.
        opacity: of the heat over the frames, 0 to 1.
        smooth: heat is interpolated between patches.
    """
    from vizcore.features.compare import print as paper  # matplotlib takes 0.4 s to import: only a download waits
    from vizcore.figures.printing import printed

    maps = comparison.rows(layer)
    parts, pictures, heads = scaled(maps, scope, robust), [], []
    for pane, row, part, frame, title in zip(comparison.panes, maps.rows, parts, frames, titles, strict=True):
        shape = WIDE, max(1, round(WIDE * pane.info.height / pane.info.width))
        (picture,) = read_frames(pane.path, [int(frame)], shape)
        pictures.append(_under_heat(picture, row, part, int(frame), opacity, smooth))
        share = f" {row.top(1)[0][1]:.0%}" if answers(row) else ""
        predicted = f"{said(row).replace('_', ' ')}{share}"
        heads.append("\n".join(filter(None, [title, f"frame {frame}, {pane.info.times[frame]:.2f} s", predicted])))
    ends = ends_in_words(parts, "all" if scope == "all" else "pane")
    return printed(paper.panes_paper(pictures, heads, ends, "heat", size), size, form)


def panes_video(
    comparison: Comparison,
    titles: Sequence[str],
    layer: str = "",
    sync: str = "second",
    scope: str = "all",
    robust: bool = False,
    opacity: float = 0.55,
    smooth: bool = True,
) -> bytes:
    """MP4 of all panes on one clock, under their heat; of what is longer than LONGEST frames every n-th is shown.

    Args:
        comparison: P panes.
        titles: a name of each pane.
        layer: as of Comparison.rows.
        sync: what the same moment is: the same "second", or the same "share" of each clip.
        scope: what shares a scale: each "frame", each "row" (pane) or "all".
        robust: the 2nd and 98th percentiles are the ends of the scale, not the extremes.
        opacity: of the heat over the frames, 0 to 1.
        smooth: heat is interpolated between patches.
    """
    maps = comparison.rows(layer)
    parts = scaled(maps, scope, robust)
    ticks, seconds = clock_sync([pane.info.times for pane in comparison.panes], sync)
    ticks = ticks[:: math.ceil(len(ticks) / LONGEST)]
    rate = float(np.clip(len(ticks) / seconds[-1], SLOWEST, FASTEST))
    panes = list(zip(comparison.panes, maps.rows, parts, titles, ticks.T, strict=True))

    def pictures():
        streams = [stream(pane.path, column) for pane, _, _, _, column in panes]
        for together in zip(*streams, strict=True):
            shown = [
                labelled(_under_heat(frame, row, part, number, opacity, smooth), f"{title}, frame {number}", BOX)
                for (number, frame), (_, row, part, title, _) in zip(together, panes, strict=True)
            ]
            shown += [np.zeros_like(shown[0])] * (len(shown) % 2)
            yield tiled(shown, 2)

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "panes.mp4"
        write_video(file, pictures(), rate)
        return file.read_bytes()


def heats_npz(comparison: Comparison, settings: dict) -> bytes:
    """Every pane's heat at every depth as the model gave it (heat_PANE_DEPTH), and how all was made (settings)."""
    arrays, described = {}, []
    for k, pane in enumerate(comparison.panes):
        walk = pane.walk
        arrays |= {f"heat_{k}_{depth}": heat for depth, heat in enumerate(walk.heats)}
        arrays |= {f"frames_{k}": walk.frames, f"probabilities_{k}": walk.probabilities}
        named = {"model": walk.model.name, "version": walk.model.version, "weights": walk.model.origin}
        named |= {"places": walk.places, "why not": walk.why_not, "file": pane.file, "pixels": pane.pixels}
        described.append(named | {"query": pane.query, "class": walk.asked, "true": pane.label})
    words = json.dumps({"settings": settings, "panes": described}, default=str)
    return npz({"settings": np.array(words)} | arrays)


def table_csv(rows: Sequence[dict]) -> bytes:
    """Rows as a table; what is not known stays empty."""
    sheet = io.StringIO()
    write = csv.DictWriter(sheet, list(dict.fromkeys(name for row in rows for name in row)))
    write.writeheader()
    write.writerows(rows)
    return sheet.getvalue().encode()


def table_json(rows: Sequence[dict], settings: dict) -> bytes:
    """The same with how it was made."""
    return json.dumps({"settings": settings, "panes": list(rows)}, default=str).encode()


def _under_heat(
    frame: np.ndarray, row: Row, part: Scaled | None, number: int, opacity: float, smooth: bool
) -> np.ndarray:
    """A frame (H, W, 3) of a clip under the heat that the player shows there: that of the last frame seen."""
    if part is None:
        return frame
    at = max(int(np.searchsorted(row.frames, number, side="right")) - 1, 0) * len(part.values) // len(row.frames)
    return heated(frame[None], part.values[at][None], opacity, smooth)[0]
