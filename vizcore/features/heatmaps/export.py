"""Files to take along: heat maps as a figure for paper, as a video or GIF of one row, and as numbers."""

import io
import json
import tempfile
from pathlib import Path

import numpy as np

from vizcore.features.heatmaps.pipeline import HeatMaps
from vizcore.features.heatmaps.pipeline_ends import ends_in_words
from vizcore.features.heatmaps.pipeline_scale import scaled
from vizcore.figures.heat import heated, small
from vizcore.figures.paper import PaperSize
from vizcore.runtime.plain_arrays import npz
from vizcore.video import probe, read_frames, write_video

PAPER_WIDTH, VIDEO_WIDTH, GIF_WIDTH = 224, 640, 320  # px of a frame
VIDEO_FRAMES, GIF_FRAMES = 1200, 60  # at most; a longer stretch is shown at a lower rate
SLOWEST, FASTEST = 1.0, 60.0  # frames/s


def heat_npz(maps: HeatMaps, settings: dict) -> bytes:
    """Every row's heat as the model gave it (heat_0, ...), its frames and layer, and how all was made (settings)."""
    arrays = {"indices": maps.clip.indices, "times": maps.clip.times}
    rows = []
    for k, row in enumerate(maps.rows):
        if row.heat is not None:
            arrays[f"heat_{k}"] = row.heat
        arrays |= {f"frames_{k}": row.frames, f"probabilities_{k}": row.probabilities}
        named = {"model": row.model.name, "version": row.model.version, "weights": row.model.origin}
        rows.append(named | {"layer": row.layer, "class": row.asked, "why not": row.why_not})
    text = json.dumps({"settings": settings, "rows": rows}, default=str)
    return npz({"settings": np.array(text)} | arrays)


def heat_paper(
    maps: HeatMaps,
    labels: tuple[str, ...],
    size: PaperSize,
    form: str,
    scope: str = "row",
    robust: bool = False,
    opacity: float = 0.55,
    smooth: bool = True,
) -> bytes:
    """The frames, and below them every row that has heat, as a figure for paper.

    Args:
        maps: rows of heat over F frames.
        labels: one for each row of maps.
        size: how large it is printed.
        form: png, svg or pdf.
        scope: what shares a scale: each "frame", each "row" or "all" rows.
        robust: the 2nd and 98th percentiles are the ends of the scale, not the extremes.
        opacity: of the heat over the frames, 0 to 1.
        smooth: heat is interpolated between patches.
    """
    from vizcore.figures import heat_printing as paper  # matplotlib takes 0.4 s to import: only a download waits
    from vizcore.figures.printing import printed

    parts, frames = scaled(maps, scope, robust), small(maps.clip.frames, PAPER_WIDTH)
    rows, names = [frames], ["frames"]
    for row, part, label in zip(maps.rows, parts, labels, strict=True):
        if part is not None:
            rows.append(heated(frames, part.values[row.shown_at(maps.clip.indices)], opacity, smooth))
            names.append(label)
    ends = ends_in_words(parts, scope)
    fig = paper.heat_paper(rows, names, [str(number) for number in maps.clip.indices], ends, size)
    return printed(fig, size, form)


def heat_video(
    path: str,
    maps: HeatMaps,
    chosen: int,
    form: str = "mp4",
    scope: str = "row",
    robust: bool = False,
    opacity: float = 0.55,
    smooth: bool = True,
) -> bytes:
    """The stretch of the clip in real time under one row's heat, which stays until the next frame that was seen.

    Args:
        path: the clip that maps is of.
        maps: rows of heat over F frames.
        chosen: which row, from 0.
        form: mp4 or gif.
        scope: what shares a scale: each "frame", each "row" or "all" rows.
        robust: the 2nd and 98th percentiles are the ends of the scale, not the extremes.
        opacity: of the heat over the frames, 0 to 1.
        smooth: heat is interpolated between patches.

    Raises:
        ValueError: the row has no heat.
    """
    row, part = maps.rows[chosen], scaled(maps, scope, robust)[chosen]
    if part is None:
        raise ValueError(f"want a row with heat, but {row.model.title} has none: {row.why_not}")
    info, gif = probe(path), form == "gif"
    first, last = int(row.frames[0]), int(row.frames[-1])
    every = (
        np.linspace(first, last, min(last - first + 1, GIF_FRAMES if gif else VIDEO_FRAMES)).round().astype(np.int64)
    )
    width = min(GIF_WIDTH if gif else VIDEO_WIDTH, info.width)
    frames = read_frames(path, every, (width, round(info.height * width / info.width)))
    now = np.searchsorted(row.frames, every, side="right") - 1
    at = now * len(part.values) // len(row.frames)
    seconds = float(info.times[last] - info.times[first])
    rate = float(np.clip((len(every) - 1) / seconds, SLOWEST, FASTEST)) if seconds > 0 else SLOWEST
    pictures = (heated(frame[None], part.values[k][None], opacity, smooth)[0] for frame, k in zip(frames, at))
    if gif:
        return _gif(pictures, rate)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "heat.mp4"
        write_video(file, pictures, rate)
        return file.read_bytes()


def _gif(pictures, rate: float) -> bytes:
    from PIL import Image

    first, *others = [Image.fromarray(picture).quantize(128, dither=Image.Dither.NONE) for picture in pictures]
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=round(1000 / rate), loop=0)
    return file.getvalue()
