"""What the comparing page shows: panes on one clock, the proof of what they saw, their numbers, and files."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from vizcore import ui
from vizcore.algorithms.alignment.clock_sync import at_once
from vizcore.features.compare import figures as drawn
from vizcore.features.compare.controls import LESS, WIPE, ComparisonView, pick, picked, stay_at
from vizcore.features.compare.pipeline import compare, frame_numbers, same_input
from vizcore.features.heatmaps.pipeline_answers import answers, said
from vizcore.features.heatmaps.pipeline_ends import number
from vizcore.features.heatmaps.pipeline_methods import METHODS
from vizcore.figures.heat_preferences import Preferences
from vizcore.player import Heat, Pick, PlayerClip, player
from vizcore.runtime.playback import playback
from vizcore.ui.picked_patch import patch_at, place_of
from vizcore.ui.taken_along import Place
from vizcore.video import FramePack

if TYPE_CHECKING:
    from vizcore.features.compare.pipeline_numbers import Gaps

GUIDE = "A click marks that place in all panes"
COSTLY = "A hundred passes a pane: patches are deleted and inserted, the hottest first."
TALLEST = {1: 480, 2: 420, 3: 340, 4: 250}  # px of a picture, by how many there are
COLUMNS = {  # of the table of numbers: what is not plain from its name
    "mean heat": "Mean heat is in each model's own numbers.",
    "on things": (
        "On things: the share of a pane's heat, scaled from its own lowest to its highest, that lies on people and "
        "things, beside the share of the picture that they cover."
    ),
    "gap over chance": (
        "The gap is the area of insertion minus that of deletion, minus the same of patches in random order; below "
        "twice its ± it is not significant."
    ),
}
FILES_ONLY = ("clip", "weights")  # of a pane, above its table: for the files only
DIGITS = 12  # of a hash that are shown; the whole of it is in the tooltip


def stage(view: ComparisonView) -> None:
    """The player with its panes, what they saw, and what was clicked in them."""
    packs = _packs(view)
    clips = [_clip(view, packs[k], k) for k in view.shown]
    chosen, refusal = picked(view.entries[0].clip_id), ""
    try:
        heats = _heats(view, packs)
    except ValueError as fault:  # two clips have no difference: the first is shown alone
        heats, refusal = [None] * len(clips), str(fault)
    positions = player(
        clips,
        key="compare-player",
        grid=[_grid(view, k) for k in view.shown],
        heat=heats,
        sync="share" if view.settings["sync"] == "share" else "lock",
        layout="wipe" if view.mode == WIPE else "side",
        linked=True,
        picked=_pick(view, packs, chosen),
        pick=partial(_clicked, view, packs),
        frame=[int(np.searchsorted(packs[k].indices, view.moment()[k])) for k in view.shown],
        height=TALLEST[len(clips)],
    )
    lasting = max(view.shown, key=lambda k: view.found.panes[k].info.duration)  # it never waits for another
    stay_at(lasting, int(packs[lasting].indices[positions[view.shown.index(lasting)]]))
    ui.overview(str(view.entries[0].path), view.settings["start"], view.settings["span"])
    _warn(view, refusal)
    asks = METHODS[view.settings["method"]].of == "row"
    ui.caption(f"{same_input(view.found)} {GUIDE}{', and all show its attention' if asks else ''}.")
    if there := _at_pick(view, chosen):
        ui.caption(there)


def _warn(view: ComparisonView, refusal: str) -> None:
    """Say which panes have no heat, and why there is no difference."""
    if refusal:
        ui.warning(refusal, icon=":material/visibility_off:")
    for name, row in zip(view.names, view.maps.rows, strict=True):
        if row.heat is None:
            ui.warning(f"{name}: {row.why_not}", icon=":material/visibility_off:")


def profile(view: ComparisonView) -> None:
    """The heat of every pane over time: its mean or, where that is fixed, its peak."""
    ui.verdict(view.found.verdict_at(view.layer), *view.badges)
    lines = {}
    by_share, peak = view.settings["sync"] == "share", METHODS[view.settings["method"]].of == "row"
    for name, pane, row, part in zip(view.names, view.found.panes, view.maps.rows, view.parts, strict=True):
        if part is not None:
            at = pane.clip.times / (pane.info.duration if by_share else 1.0)
            heat = part.values.max((1, 2)) if peak else part.values.mean((1, 2))
            lines[name] = at, heat[row.shown_at(pane.clip.indices)]
    if not lines:
        return
    flat = ", ".join(f"{name} {heat.min():.2f} to {heat.max():.2f}" for name, (_, heat) in lines.items())
    unit, measure = "share of the clip" if by_share else "seconds", "hottest patch" if peak else "mean heat"
    ui.chart(drawn.profile_figure, lines, unit, measure, alt=f"{measure.capitalize()}: {flat}")


def proof(view: ComparisonView) -> None:
    """What every pane saw, by hashes, and whether that was the same."""
    ui.verdict(same_input(view.found), *view.badges)
    for name, pane, row in zip(view.names, view.found.panes, view.maps.rows, strict=True):
        short = " ".join(word[:DIGITS] for word in pane.model.version.split())
        words = [f"**{name}** · {pane.model.origin}", f"file {pane.file[:DIGITS]} · frames {frame_numbers(pane)}"]
        words += [f"pixels {pane.pixels[:DIGITS]} · weights {short}", f"layer {row.layer or 'the whole net'}"]
        whole = [f"file: SHA-256 {pane.file}", f"pixels of these frames, as decoded: SHA-256 {pane.pixels}"]
        whole += [f"weights of {pane.model.title}: {pane.model.version}"]
        ui.caption("  \n".join(words), help="  \n".join(whole))


def scores(view: ComparisonView) -> None:
    """The numbers of every pane."""
    from vizcore.features.compare.pipeline_numbers import gaps_of, pane_answers  # no other section measures any

    with ui.drawer("Scores"):
        costly = ui.toggle("Deletion and insertion", "gap", help=COSTLY)
    gaps = ui.work("Deleting and inserting patches", gaps_of, layer=view.layer, **view.settings) if costly else None
    predicted = pane_answers(view.found, view.anyway)
    ui.verdict(predicted.verdict if gaps is None else gaps.verdict, *view.badges)
    rows = _rows(view, gaps, view.anyway)
    columns = [name for name in rows[0] if name not in FILES_ONLY and any(row[name] not in (None, "") for row in rows)]
    percent = [name for name in ("probability", "of the true class", "on things", "they cover") if name in columns]
    ui.table([{name: row[name] for name in columns} for row in rows], percent=percent)
    ui.caption(" ".join(words for name, words in COLUMNS.items() if name in columns))
    untrained = [name for name, row in zip(view.names, view.maps.rows, strict=True) if not row.trained]
    if untrained:
        ui.caption(f"{'; '.join(untrained)}: random weights, or no classes, so there is no prediction to show.")


def export(view: ComparisonView) -> None:
    """Files to take along, the link, and the Python lines."""
    from vizcore.features.compare import export as files  # no other section writes any

    ui.verdict(view.found.verdict_at(view.layer), *view.badges)
    preferences = Preferences()
    options = {"layer": view.layer, "scope": view.scope, "robust": view.robust}
    options |= {"opacity": preferences.opacity, "smooth": preferences.smooth}
    settings = {name: value for name, value in view.settings.items() if name != "paths"}
    described = settings | options | {"models": [pane.model.name for pane in view.found.panes]}
    described |= {"clips": [entry.title for entry in view.entries]}
    moment, found = view.moment(), view.found
    ui.download_buttons(
        {
            "panes.mp4": (
                "video/mp4",
                lambda: files.panes_video(found, view.names, sync=view.settings["sync"], **options),
            ),
            "panes.csv": ("text/csv", lambda: files.table_csv(_rows(view))),
            "panes.json": ("application/json", lambda: files.table_json(_rows(view), described)),
            "panes.npz": ("application/octet-stream", lambda: files.heats_npz(found, described)),
        }
    )
    ui.paper_figure("panes", partial(files.panes_paper, found, moment, view.names, **options))
    ui.caption("Pictures are of the moment at which the player rests.")
    ui.link_and_lines(compare, view.entries, settings)


def _rows(view: ComparisonView, gaps: Gaps | None = None, anyway: bool = False) -> list[dict]:
    """The table of numbers, a row for each pane.

    Args:
        gaps: how faithful the heat is, where that was measured.
        anyway: also what models predict of a clip that they do not know.
    """
    from vizcore.features.compare.pipeline_numbers import numbers

    found, more = numbers(view.found, view.layer), gaps or [{}] * len(view.names)
    rows = []
    each = zip(view.names, view.entries, view.found.panes, view.maps.rows, found, more, strict=True)
    for name, entry, pane, row, one, gap in each:
        shown = answers(row, anyway)
        rows.append(
            {
                "pane": name,
                "clip": entry.title,
                "weights": pane.model.origin,
                "says": said(row, anyway).replace("_", " "),
                "probability": one.probability if shown else None,
                "of the true class": one.true_probability if shown else None,
                "true class": one.true.replace("_", " "),
                "on things": one.on_things,
                "they cover": one.area,
                "mean heat": _short(one.energy),
                "layer": row.layer,
            }
        )
        if gaps is not None:
            rows[-1] |= {"gap over chance": _short(gap.get("gap")), "± of chance": _short(gap.get("chance"))}
    return rows


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")


def _packs(view: ComparisonView) -> list[FramePack]:
    """What the browser plays in each pane; panes of one clip share it."""
    shown: dict[str, set[int]] = {}
    for pane in view.found.panes:
        shown.setdefault(pane.path, set()).update(pane.clip.indices.tolist())
    packs = {
        path: ui.work("Preparing the player", playback, path=path, shown=tuple(sorted(numbers)))
        for path, numbers in shown.items()
    }
    return [packs[pane.path] for pane in view.found.panes]


def _clip(view: ComparisonView, pack: FramePack, k: int) -> PlayerClip:
    name = view.names[k]
    if view.mode == LESS:
        name = f"{name} minus {view.names[view.pair[1]]}"
    return PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, name)


def _grid(view: ComparisonView, k: int) -> tuple[int, int] | None:
    return view.found.panes[k].model.grid


def _heats(view: ComparisonView, packs: list[FramePack]) -> list[Heat | None]:
    """The heat of every pane that is shown, or of one less another."""
    if view.mode == LESS:
        first, second = view.pair
        indices, less = view.found.less(first, second, view.layer, view.scope, view.robust)
        places = np.searchsorted(packs[first].indices, indices)
        return [Heat(_bytes((less + 1) / 2), places, -1.0, 1.0, "difference of scaled heat", diverging=True)]
    heats = []
    for k in view.shown:
        part, row, indices = view.parts[k], view.maps.rows[k], view.found.panes[k].clip.indices
        if part is None:
            heats.append(None)
            continue
        places = np.searchsorted(packs[k].indices, indices)
        heats.append(Heat(_bytes(part.values[row.shown_at(indices)]), places, part.low, part.high, "heat"))
    return heats


def _bytes(shares: np.ndarray) -> np.ndarray:
    return (255 * shares).round().astype(np.uint8)


def _pick(view: ComparisonView, packs: list[FramePack], chosen: tuple | None) -> Pick | None:
    """The picked patch where its pane is shown, else in the first that is."""
    if chosen is None or chosen[0] >= len(view.names) or chosen[1] >= len(view.found.panes[chosen[0]].info.times):
        return None
    side, frame, y, x = chosen
    if side not in view.shown:
        times = [pane.info.times for pane in view.found.panes]
        frame, side = at_once(times, side, frame, view.settings["sync"])[view.shown[0]], view.shown[0]
    place = min(int(np.searchsorted(packs[side].indices, frame)), len(packs[side].indices) - 1)
    return Pick(view.shown.index(side), place, patch_at(Place(frame, y, x), _grid(view, side)))


def _clicked(view: ComparisonView, packs: list[FramePack], chosen: Pick | None) -> None:
    """Keep the patch that a person has picked in the link."""
    if chosen is not None:
        side = view.shown[chosen.side]
        frame = int(packs[side].indices[chosen.frame])
        pick(view.entries[side].clip_id, side, place_of(frame, chosen.patch, _grid(view, side)))


def _at_pick(view: ComparisonView, chosen: tuple | None) -> str:
    """The heat of the picked patch in every pane, at the frame that was seen nearest to the moment of the pick."""
    if chosen is None or chosen[0] >= len(view.names):
        return ""
    words = []
    for name, pane, row in zip(view.names, view.found.panes, view.maps.rows, strict=True):
        if row.heat is not None:
            frame = pane.query[0] if pane.query else chosen[1]
            at = int(row.shown_at(np.array([frame]))[0])
            patch = patch_at(Place(*chosen[1:]), row.heat.shape[1:])
            words.append(f"{name} {number(float(row.heat[at].flat[patch]))}")
    return f"Heat there: {', '.join(words)}."
