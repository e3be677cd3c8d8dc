"""Heat maps in numbers: each row's likeliest class and heat, frame by frame, and its heat as a video."""

from collections.abc import Mapping

import plotly.graph_objects as go

from vizcore.features.heatmaps.entry import ENTRY
from vizcore.features.heatmaps.export import heat_video
from vizcore.features.heatmaps.figures import energy_figure
from vizcore.features.heatmaps.pipeline import HeatMaps, heat_maps
from vizcore.features.heatmaps.pipeline_scale import scaled
from vizcore.runtime.batch.task_spec import Number, TaskSpec


def numbers(maps: HeatMaps) -> Mapping[str, Number]:
    """Of every row its layer, the span of its heat, and what it takes the clip for."""
    values: dict[str, Number] = {"frames": len(maps.clip.times)} | ({"true": maps.label} if maps.label else {})
    for row in maps.rows:
        name = row.model.name
        if row.heat is None:
            values[f"{name}: why not"] = row.why_not
            continue
        values |= {f"{name}: layer": row.layer or "all"}
        values |= {f"{name}: {what}": float(getattr(row.heat, what)()) for what in ("min", "mean", "max")}
        if row.trained:
            (word, share), *_ = row.top(1)
            values |= {f"{name}: class": word, f"{name}: probability": share}
    return values


def figures(maps: HeatMaps) -> Mapping[str, go.Figure]:
    """The energy of every frame."""
    columns = list(map(str, maps.clip.indices))
    hot = [(row, part) for row, part in zip(maps.rows, scaled(maps), strict=True) if part is not None]
    shown = {row.model.title: part.values.mean((1, 2))[row.shown_at(maps.clip.indices)] for row, part in hot}
    return {"Mean heat of each frame": energy_figure(shown, columns)} if shown else {}


def video(paths: tuple[str, ...], maps: HeatMaps) -> bytes:
    """The last row that has heat."""
    return heat_video(paths[0], maps, max(k for k, row in enumerate(maps.rows) if row.heat is not None))


TASK = TaskSpec(
    ENTRY.task,
    ENTRY.task_about,
    heat_maps,
    numbers,
    figures,
    video,
    badges=lambda maps: tuple(row.badge for row in maps.rows),
    answer=lambda name: name.endswith((": class", ": probability")),
)
