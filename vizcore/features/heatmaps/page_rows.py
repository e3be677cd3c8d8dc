"""What the page of heat maps shows: a clip, a row of heat for each model, and what that heat is and is not."""

from collections.abc import Callable
from functools import partial
from math import ceil

import numpy as np

from vizcore import ui
from vizcore.features.heatmaps import figures as drawn
from vizcore.features.heatmaps import pipeline_ends
from vizcore.features.heatmaps.controls import SCALES, HeatmapView
from vizcore.features.heatmaps.pipeline import Row, heat_maps
from vizcore.features.heatmaps.pipeline_answers import answers
from vizcore.features.heatmaps.pipeline_methods import METHODS
from vizcore.features.heatmaps.pipeline_scale import Scaled, heat_difference
from vizcore.figures import heat as heat_
from vizcore.figures.strips import tile
from vizcore.player import Heat, Pick, PlayerClip, player
from vizcore.runtime.domain import NONE
from vizcore.runtime.playback import playback
from vizcore.ui.picked_patch import clicked

ACROSS = 6  # frames in a line at most: smaller ones are too small to see
TALLEST = 480  # px of the player's picture
NOT = (
    "**What a heat map is not.** The sign of a channel mean is arbitrary: the same net from other first weights may "
    "show its negative, so bright is no more “attended” than dark. A heat map of one layer is not the reason for an "
    "answer: attention in the frame and the mean over tokens spread the evidence. How faithful a map is on this "
    "clip is measured under *Faithfulness*."
)
GUIDE = "**Click a patch** to ask where it looks, or press P on the picture and choose one with the arrow keys."


def play(view: HeatmapView) -> None:
    """The player under one row's heat, or the clip alone where no row has heat."""
    indices = view.maps.clip.indices
    pack = ui.work("Preparing the player", playback, path=view.settings["path"], shown=tuple(indices.tolist()))
    places = np.searchsorted(pack.indices, indices)
    clip = PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, view.clip.title)
    settings = {"key": "cam-player", "height": TALLEST}
    if view.over is None:
        player([clip], frame=int(places[0]), **settings)
    else:
        _play_hot(view, clip, pack.indices, places, settings)
    ui.overview(*(view.settings[name] for name in ("path", "start", "span")))


def _play_hot(view: HeatmapView, clip: PlayerClip, shown: np.ndarray, places: np.ndarray, settings: dict) -> None:
    """The player under the heat of the row that was chosen for it.

    Args:
        view: the page's state.
        clip: the frames that the player has.
        shown: (F,) their numbers.
        places: where the frames that have heat are among them.
        settings: of the player.
    """
    indices = view.maps.clip.indices
    row, part = view.hot[view.over]
    values = (255 * part.values[row.shown_at(indices)]).round().astype(np.uint8)
    low, high = (0.0, 1.0) if np.isnan(part.low) else (part.low, part.high)
    asks = METHODS[view.settings["method"]].of == "row"
    at = _query_of(view, row) if asks else None
    start = int(places[0]) if at is None else int(np.searchsorted(shown, at[0]))
    player(
        [clip],
        grid=row.model.grid if asks else None,
        heat=Heat(values, places, low, high, "heat"),
        picked=None if at is None else Pick(0, start, at[1]),
        pick=partial(clicked, view.clip.clip_id, shown, row.model.grid),
        frame=start,
        **settings,
    )
    ui.caption(f"Heat of **{view.over}**{_class_of(view, row)}. {GUIDE if asks else ''}")


def rows(view: HeatmapView) -> None:
    """The papers' figure: the frames, and below them a row for each model; then the scale and the energy."""
    ui.verdict(view.maps.verdict, *view.badges)
    clip, preferences = view.maps.clip, view.preferences
    frames, across = heat_.small(clip.frames), _across(len(clip.frames))
    numbers = ", ".join(map(str, clip.indices))
    known = f" · ground truth: {_plain(view.maps.label)}" if view.maps.label else ""
    with ui.container(key="strips", gap="xsmall"):
        ui.caption(f"**frames** {numbers}{known}")
        ui.image(tile(_with_query(view, frames), across), alt=f"Frames {numbers}")
        for row, part in zip(view.maps.rows, view.parts, strict=True):
            ui.caption(_row_in_words(view, row, part))
            if part is not None:
                heat = part.values[row.shown_at(clip.indices)]
                alt = f"Heat of {row.name} over the frames, mean {', '.join(f'{one.mean():.2f}' for one in heat)}"
                ui.image(heat_.heat_strip(frames, heat, preferences.opacity, preferences.smooth, across), alt=alt)
    if view.hot:
        ends = pipeline_ends.ends_in_words(view.parts, preferences.scope)
        words = next(word for word, scope in SCALES.items() if scope == preferences.scope)
        ui.chart(heat_.scale_figure, ends, f"one scale for {words}", alt=f"Colours from {ends[0]} to {ends[1]}")
        _energy(view)
    ui.caption(NOT)


def _energy(view: HeatmapView) -> None:
    """The heat of every frame."""
    indices = view.maps.clip.indices
    energies = {name: part.values.mean((1, 2))[row.shown_at(indices)] for name, (row, part) in view.hot.items()}
    flat = ", ".join(f"{name} {energy.min():.2f} to {energy.max():.2f}" for name, energy in energies.items())
    ui.chart(drawn.energy_figure, energies, list(map(str, indices)), alt=f"Mean heat of each frame: {flat}")


def less(view: HeatmapView) -> None:
    """One row's heat less another's."""
    names = list(view.hot)
    if len(names) < 2:
        ui.verdict("A difference needs two rows with heat: choose another method or more rows.", *view.badges)
        return
    with ui.drawer("Difference"):
        first = ui.selectbox("Heat of", names, "first", default=names[-1])
        second = ui.selectbox("minus that of", names, "second", default=names[-2])
    preferences, at = view.preferences, [view.names.index(name) for name in (first, second)]
    found = heat_difference(view.maps, *at, preferences.scope, preferences.robust)
    ui.verdict(found.verdict, *view.badges)
    ends = f"from {found.values.min():.2f} to {found.values.max():.2f}"
    alt = f"Heat of {first} minus that of {second}, {ends}"
    frames, look = heat_.small(view.maps.clip.frames), (preferences.opacity, preferences.smooth)
    strip = heat_.difference_strip(frames, found.values, *look, _across(len(frames)))
    ui.image(strip, alt=alt, caption=f"{alt}, both scaled as in *Rows*")
    ends = "cooler", "hotter"
    ui.plotly_chart(
        heat_.scale_figure(ends, "both alike", diverging=True), "less-scale", alt="Colours of the difference"
    )


def things(view: HeatmapView) -> None:
    """How much of the heat lies on people and things, where that is known."""
    if view.clip.truth is None:
        ui.verdict("This clip has no ground truth: nobody knows where its people and things are.", *view.badges)
        ui.page_link("world", "Open the world, whose clips have it", {})
        return
    from vizcore.features.heatmaps.pipeline_faithfulness import heat_on_things  # most clips have no truth

    found = heat_on_things(view.maps, view.clip.truth)
    ui.verdict(found.verdict, *view.badges)
    if not found.shares:
        return
    area = next(iter(found.shares.values())).area
    alt = "; ".join(f"{name} {one.share:.0%}" for name, one in found.shares.items())
    bars = {name: one.share for name, one in found.shares.items()}
    ui.chart(drawn.foreground_figure, bars, area, alt=f"On things that cover {area:.0%}: {alt}")
    ui.caption("Each row is scaled from its own lowest heat to its highest, so an inverted map gives another share.")


def export(view: HeatmapView) -> None:
    """Files to take along, the link, and the Python lines."""
    from vizcore.features.heatmaps import export as files  # no other section writes any

    ui.verdict(view.maps.verdict, *view.badges)
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
        with ui.drawer("Files"):
            chosen = ui.selectbox("Row of the video", list(view.hot), "film")
        video_of = view.settings["path"], view.maps, view.names.index(chosen)
        makers |= {
            "heat.mp4": ("video/mp4", lambda: files.heat_video(*video_of, "mp4", **options)),
            "heat.gif": ("image/gif", lambda: files.heat_video(*video_of, "gif", **options)),
        }
    ui.download_buttons(makers)
    if view.hot:
        ui.paper_figure("heat", partial(files.heat_paper, view.maps, labels, **options))
    ui.link_and_lines(heat_maps, view.clip, settings)


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


def _across(count: int) -> int:
    """How many of some frames are in a line, so that lines are few and about as long as each other."""
    return ceil(count / ceil(count / ACROSS))


def _row_in_words(view: HeatmapView, row: Row, part: Scaled | None) -> str:
    """What a row is, where its weights come from, where it looks and, where that may be shown, what it predicts."""
    kind = row.model.title.partition(", ")[2]
    words = [f"**{row.name}**", *([kind] if kind and kind not in row.name else []), row.model.origin]
    if part is None:
        return " · ".join([*words, f"**{row.why_not}**"])
    words += [row.layer] if row.layer else []
    if view.preferences.scope == "row":
        words.append(f"{pipeline_ends.number(part.low)} to {pipeline_ends.number(part.high)}")
    if METHODS[view.settings["method"]].asks_class:
        known = answers(row) or view.settings["target"] != "top"
        words.append(f"heat of class {_plain(row.word(row.asked))}" if known else "heat of its likeliest class")
    if answers(row):
        predicted = ", ".join(f"{_plain(word)} {share:.0%}" for word, share in row.top(2))
        words.append(f"predicts {predicted}")
    elif row.none:
        words.append(NONE)
    elif not row.trained:
        words.append("its classes mean nothing")
    return " · ".join(words)


def _class_of(view: HeatmapView, row: Row) -> str:
    """For which class the heat speaks, where it does and its name may be shown."""
    named = answers(row) or view.settings["target"] != "top"
    asks = METHODS[view.settings["method"]].asks_class and row.asked is not None and named
    return f" for *{_plain(row.word(row.asked))}*" if asks else ""


def _plain(word: str) -> str:
    return word.replace("_", " ")
