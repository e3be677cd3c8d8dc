"""What the page of heat maps shows: a clip, a row of heat for each model, and what that heat is and is not."""

from collections.abc import Callable
from functools import partial

import numpy as np

from vizcore import ui
from vizcore.algorithms.attribution.faithfulness import REPLACEMENTS
from vizcore.features.heatmaps import figures as drawn
from vizcore.features.heatmaps import pipeline_ends
from vizcore.features.heatmaps.controls import SCALES, HeatmapView
from vizcore.features.heatmaps.pipeline import Row, heat_maps
from vizcore.features.heatmaps.pipeline_faithfulness import SEEDS, faithfulness, on_things
from vizcore.features.heatmaps.pipeline_methods import METHODS
from vizcore.features.heatmaps.pipeline_scale import difference
from vizcore.figures import heat as heat_
from vizcore.figures.strips import tile
from vizcore.player import Heat, Pick, PlayerClip, player
from vizcore.runtime.playback import playback
from vizcore.ui.picked_patch import clicked

NOT = (
    "**What a heat map is not.** The sign of a channel mean is arbitrary: the same net from other first weights may "
    "show its negative, so bright is no more “attended” than dark. A heat map of one layer is not the reason for an "
    "answer: attention in the frame and the mean over tokens spread the evidence. How faithful a map is on this "
    "clip is measured below, under *Faithfulness*."
)
GUIDE = "**Click a patch** to ask where it looks, or press P on the picture and choose one with the arrow keys."


def strips(view: HeatmapView) -> None:
    """The papers' figure: the frames, and below them a row for each model; then the scale and the energy."""
    clip, preferences = view.maps.clip, view.preferences
    frames = heat_.small(clip.frames)
    numbers = ", ".join(map(str, clip.indices))
    known = f" · ground truth: {view.maps.label.replace('_', ' ')}" if view.maps.label else ""
    with ui.container(key="strips", gap="xsmall"):
        ui.caption(f"**frames** {numbers}{known}")
        ui.image(tile(_with_query(view, frames), len(frames)), alt=f"Frames {numbers}")
        for name, row, part in zip(view.names, view.maps.rows, view.parts, strict=True):
            ui.caption(_row_in_words(view, name, row))
            if part is not None:
                heat = part.values[row.shown_at(clip.indices)]
                alt = f"Heat of {name} over the frames, mean {', '.join(f'{one.mean():.2f}' for one in heat)}"
                ui.image(heat_.heat_strip(frames, heat, preferences.opacity, preferences.smooth), alt=alt)
    if view.hot:
        ends = pipeline_ends.ends_in_words(view.parts, preferences.scope)
        words = next(word for word, scope in SCALES.items() if scope == preferences.scope)
        ui.chart(heat_.scale_figure, ends, f"one scale for {words}", alt=f"Colours from {ends[0]} to {ends[1]}")


def player_and_energy(view: HeatmapView) -> None:
    """One row's heat over the playing clip, and beside it the heat of every frame."""
    if not view.hot:
        return
    left, right = ui.columns([2, 3], gap="medium")
    with left:
        _play(view)
    with right:
        indices = view.maps.clip.indices
        energies = {name: part.values.mean((1, 2))[row.shown_at(indices)] for name, (row, part) in view.hot.items()}
        flat = ", ".join(f"{name} {energy.min():.2f} to {energy.max():.2f}" for name, energy in energies.items())
        ui.chart(drawn.energy_figure, energies, list(map(str, indices)), alt=f"Mean heat of each frame: {flat}")
        ui.caption(NOT)


def scores(view: HeatmapView) -> None:
    """The likeliest classes of every row."""
    rows = [
        {"row": name, "rank": rank, "class": word.replace("_", " "), "probability": share, "weights": row.model.origin}
        for name, row in zip(view.names, view.maps.rows, strict=True)
        for rank, (word, share) in enumerate(row.top(5), 1)
    ]
    ui.table(rows, percent=("probability",))
    if view.maps.label:
        ui.caption(f"Ground truth of this clip: {view.maps.label.replace('_', ' ')}.")
    if not all(row.trained for row in view.maps.rows):
        ui.caption("Random weights: these nets are not trained, and their classes mean nothing.")


def less(view: HeatmapView) -> None:
    """One row's heat less another's."""
    names = list(view.hot)
    if len(names) < 2:
        raise ValueError("want two rows with heat to compare: choose another method or more rows.")
    with ui.container(horizontal=True, gap="medium"):
        first = ui.selectbox("Heat of", names, "first", default=names[-1], width=200)
        second = ui.selectbox("minus that of", names, "second", default=names[-2], width=200)
    preferences, at = view.preferences, [view.names.index(name) for name in (first, second)]
    found = difference(view.maps, *at, preferences.scope, preferences.robust)
    alt = f"Heat of {first} minus that of {second}, from {found.min():.2f} to {found.max():.2f}"
    strip = heat_.difference_strip(heat_.small(view.maps.clip.frames), found, preferences.opacity, preferences.smooth)
    ui.image(strip, alt=alt, caption=f"{alt}, both scaled as above")
    ends = "cooler", "hotter"
    ui.plotly_chart(
        heat_.scale_figure(ends, "both alike", diverging=True), "less-scale", alt="Colours of the difference"
    )


def deletion_insertion(view: HeatmapView) -> None:
    """Deletion and insertion of every row."""
    with ui.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        steps = int(ui.slider("Steps", 4, 20, 10, "steps", width=220))
        replacement = ui.segmented_control("Hidden patches become", list(REPLACEMENTS), "hidden")
    options = {"steps": steps, "replacement": replacement}
    found = ui.work("Deleting and inserting patches", faithfulness, **view.settings, **options)
    tried = {name: one for name, one in zip(view.names, found, strict=True) if one is not None}
    if not tried:
        raise ValueError("want a row with heat: choose another method or depth.")
    curves = {name: (one.curves, one.chance) for name, one in tried.items()}
    alt = "; ".join(f"{name} {one.over_chance:+.2f} over chance" for name, one in tried.items())
    left, right = ui.columns([3, 2], gap="medium")
    with left:
        ui.chart(drawn.curves_figure, curves, alt=f"Deletion and insertion: {alt}")
    with right:
        ui.table(
            {
                "row": name,
                "class": one.row.word(one.scored).replace("_", " "),
                "deletion": round(one.curves.deletion_area, 3),
                "insertion": round(one.curves.insertion_area, 3),
                "gap": round(one.curves.gap, 3),
                "gap over chance": round(one.over_chance, 3),
                "± of chance": round(one.spread, 3),
            }
            for name, one in tried.items()
        )
        ui.caption(
            "Areas are mean probabilities, 0 to 1: a faithful map has a small one under deletion and a large one under "
            f"insertion. Chance: patches in random order, {len(SEEDS)} times, with their standard deviation; a gap "
            "over chance below twice that is not significant. Deleting patches makes pictures unlike any in training."
        )


def things(view: HeatmapView) -> None:
    """How much of the heat lies on people and things, where that is known."""
    if view.clip.truth is None:
        raise ValueError("want a clip with ground truth: choose one of the world.")
    found = on_things(view.maps, view.clip.truth)
    shares = {name: one for name, one in zip(view.names, found, strict=True) if one is not None}
    if not shares:
        raise ValueError("want a row with heat: choose another method or depth.")
    area = next(iter(shares.values())).area
    alt = "; ".join(f"{name} {one.share:.0%}" for name, one in shares.items())
    bars = {name: one.share for name, one in shares.items()}
    ui.chart(drawn.foreground_figure, bars, area, alt=f"On things that cover {area:.0%}: {alt}")
    ui.caption("Each row is scaled from its own lowest heat to its highest, so an inverted map gives another share.")


def export(view: HeatmapView) -> None:
    """Files to take along, the link, and the Python lines."""
    from vizcore.features.heatmaps import export as files  # no other section writes any

    preferences = view.preferences
    options = {
        "scope": preferences.scope,
        "robust": preferences.robust,
        "opacity": preferences.opacity,
        "smooth": preferences.smooth,
    }
    settings = {name: value for name, value in view.settings.items() if name != "path"}
    names = tuple(getattr(model, "name", model) for model in settings["models"])
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {
        "heat.npz": (
            "application/octet-stream",
            lambda: files.heat_npz(view.maps, settings | options | {"models": names, "clip": view.clip.title}),
        )
    }
    if view.hot:
        labels = tuple(f"{name}\n{row.layer}".rstrip() for name, row in zip(view.names, view.maps.rows, strict=True))
        chosen = ui.selectbox("Row of the video", list(view.hot), "film", width=200)
        video_of = view.settings["path"], view.maps, view.names.index(chosen)
        makers |= {
            "heat.png": ("image/png", lambda: files.heat_figure(view.maps, "png", labels, **options)),
            "heat.svg": ("image/svg+xml", lambda: files.heat_figure(view.maps, "svg", labels, **options)),
            "heat.mp4": ("video/mp4", lambda: files.heat_video(*video_of, "mp4", **options)),
            "heat.gif": ("image/gif", lambda: files.heat_video(*video_of, "gif", **options)),
        }
    ui.download_buttons(makers)
    ui.link_and_lines(heat_maps, view.clip, settings)


def _play(view: HeatmapView) -> None:
    """The player under one row's heat; a click on a patch makes it the one that is asked about."""
    method, indices = METHODS[view.settings["method"]], view.maps.clip.indices
    chosen = ui.selectbox("Heat over the player", list(view.hot), "over", default=list(view.hot)[-1])
    row, part = view.hot[chosen]
    pack = ui.work("Preparing the player", playback, path=view.settings["path"], shown=tuple(indices.tolist()))
    places = np.searchsorted(pack.indices, indices)
    values = (255 * part.values[row.shown_at(indices)]).round().astype(np.uint8)
    low, high = (0.0, 1.0) if np.isnan(part.low) else (part.low, part.high)
    at = _query_of(view, row) if method.of == "row" else None
    player(
        [PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, view.clip.title)],
        key="cam-player",
        grid=row.model.grid if method.of == "row" else None,
        heat=Heat(values, places, low, high, "heat"),
        picked=None if at is None else Pick(0, int(np.searchsorted(pack.indices, at[0])), at[1]),
        pick=partial(clicked, pack.indices, row.model.grid),
        frame=int(places[0]) if at is None else int(np.searchsorted(pack.indices, at[0])),
        height=340,
    )
    if method.of == "row":
        ui.caption(GUIDE)


def _query_of(view: HeatmapView, row: Row) -> tuple[int, int]:
    """(frame number that was seen, patch of the row's grid) of the patch that is asked about."""
    numbers, grid = row.frames, row.model.grid
    frame, y, x = view.settings["query"] or (int(numbers[len(numbers) // 2]), 0.5, 0.5)
    cell = (min(int(share * parts), parts - 1) for share, parts in zip((y, x), grid, strict=True))
    return int(numbers[np.abs(numbers - frame).argmin()]), int(np.ravel_multi_index(tuple(cell), grid))


def _with_query(view: HeatmapView, frames: np.ndarray) -> np.ndarray:
    """The small frames, with the patch outlined that is asked about."""
    if METHODS[view.settings["method"]].of != "row" or not view.hot:
        return frames
    row, _ = next(iter(view.hot.values()))
    frame, patch = _query_of(view, row)
    return heat_.marked(frames, int(np.searchsorted(view.maps.clip.indices, frame)), patch, row.model.grid)


def _row_in_words(view: HeatmapView, name: str, row: Row) -> str:
    """What a row is, where its weights come from, where it looks and what it says."""
    kind = row.model.title.partition(", ")[2]
    words = [f"**{name}**", *([kind] if kind and kind not in name else []), row.model.origin]
    if row.heat is None:
        return " · ".join([*words, f"**{row.why_not}**"])
    words += [row.layer] if row.layer else []
    if view.preferences.scope == "row":
        ends = view.parts[view.maps.rows.index(row)]
        words.append(f"{pipeline_ends.number(ends.low)} to {pipeline_ends.number(ends.high)}")
    if METHODS[view.settings["method"]].asks_class:
        words.append(f"heat of class {row.word(row.asked).replace('_', ' ')}")
    predicted = ", ".join(f"{word.replace('_', ' ')} {share:.0%}" for word, share in row.top(2))
    words.append(f"predicts {predicted}" if row.trained else "its classes mean nothing")
    return " · ".join(words)
