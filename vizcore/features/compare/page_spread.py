"""The panes over many clips: means with their spread, a mark for each clip, and differences clip by clip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vizcore import ui
from vizcore.algorithms.statistics.paired_mean import MeanDifference
from vizcore.features.compare import figures as drawn
from vizcore.features.compare.controls import ComparisonView
from vizcore.features.compare.export import table_csv, table_json
from vizcore.features.compare.pipeline_numbers import MEASURES, Spread, hide, other_seeds, spread
from vizcore.features.heatmaps.pipeline_answers import once
from vizcore.features.heatmaps.pipeline_methods import rows_of
from vizcore.features.heatmaps.pipeline_rows import row_name
from vizcore.models import Model
from vizcore.runtime.clip_library import CLIPS
from vizcore.runtime.domain import Badge, badge
from vizcore.synthetic.shot import SCENES, shot_of

SEEDS, CHOSEN = "other seeds", "my choice"
FIRST_CLIPS = ("lanterns-slow", "lanterns-fast", "lanterns-still")
MOST_CLIPS = 12
KINDS = "Also of other classes, one after the other: else all clips show what the pane's own clip shows."


@dataclass(frozen=True, eq=False)
class Many:
    """What is measured, of whom, and on which clips."""

    measure: str  # a key of MEASURES
    names: list[str]  # of the panes
    models: tuple[str | Model, ...]  # of the same
    clips: tuple[tuple[str, ...], ...]  # paths, or words of the world, of each pane
    titles: tuple[tuple[str, ...], ...] | None  # what the clips are called; None for their words


def over_clips(view: ComparisonView) -> None:
    """One measure of all panes on a set of clips that a person chooses."""
    with ui.drawer("Many clips"):
        words = {in_words: name for name, in_words in MEASURES.items()}
        measure = words[ui.selectbox("Measure", list(words), "measure")]
        kind = ui.segmented_control("Clips", [SEEDS, CHOSEN], "set")
        many = _other_seeds(view, measure) if kind == SEEDS else _chosen(view, measure)
        several = many is not None and len(many.names) > 1
        first = many.names.index(ui.selectbox("Differences to", many.names, "against")) if several else 0
    if many is None:
        return
    shared = {name: view.settings[name] for name in ("method", "target", "sync", "start", "span")}
    settings = {"clips": many.clips, "models": many.models, "layer": view.layer, "gap": measure == "gap", **shared}
    found = ui.work("Running the models on every clip", spread, **settings)
    badges = _badges(many)
    strange = [one for row in badges for one in row if one.domain == "outside"]
    asked = measure == "probability" and bool(strange)  # the likeliest class is an answer, and so is its probability
    found = hide(found, badges, anyway=asked and ui.show_anyway(once(strange)[0]))
    called = view.found.names if kind == SEEDS else many.names
    ui.verdict(found.verdict_on(measure, called, first), *once(badge for row in badges for badge in row))
    if np.isfinite(found.values(measure)).any():
        _show(found, many, first, settings)


def _show(found: Spread, many: Many, first: int, settings: dict) -> None:
    """Figures and tables of one measure."""
    names, titles = many.names, many.titles or found.clips
    values, words = found.values(many.measure), MEASURES[many.measure]
    alt = _alt(names, values, words)
    ui.chart(drawn.spread_figure, dict(zip(names, values, strict=True)), titles, words, alt=alt)
    differences = {f"{names[k]}\nminus {names[first]}": one for k, one in found.against(many.measure, first).items()}
    if differences:
        _differences(differences, titles[first], words)
    ui.table(_means(names, values))
    if differences:
        ui.table(_interval_rows(differences))
    rows = _every(found, names, titles)
    ui.download_buttons(
        {
            "clips.csv": ("text/csv", lambda: table_csv(rows)),
            "clips.json": ("application/json", lambda: table_json(rows, {**settings, "models": names})),
        }
    )


def _differences(differences: Mapping[str, MeanDifference], titles: Sequence[str], words: str) -> None:
    """Every other pane less one of them, drawn."""
    shown = {name.replace("\n", "<br>"): one for name, one in differences.items()}
    alt = "; ".join(f"{name}: {one.value:+.3g}, {one.low:+.3g} to {one.high:+.3g}" for name, one in differences.items())
    ui.chart(drawn.paired_figure, shown, titles, f"difference of: {words}", alt=alt)


def _interval_rows(differences: Mapping[str, MeanDifference]) -> list[dict]:
    return [
        {
            "difference": name.replace("\n", " "),
            "mean": _round(one.value),
            "95 % from": _round(one.low),
            "to": _round(one.high),
            "clips": one.clips,
            "without 0": "yes" if one.clear else "no",
        }
        for name, one in differences.items()
    ]


def _means(names: list[str], values: np.ndarray) -> list[dict]:
    """Mean and standard deviation of every pane."""
    rows = []
    for name, row in zip(names, values, strict=True):
        known = row[np.isfinite(row)]
        rows.append(
            {
                "pane": name,
                "mean": _round(known.mean()) if len(known) else None,
                "± sd": _round(known.std(ddof=1)) if len(known) > 1 else None,
                "least": _round(known.min()) if len(known) else None,
                "most": _round(known.max()) if len(known) else None,
                "clips": len(known),
            }
        )
    return rows


def _every(found: Spread, names: list[str], titles: tuple) -> list[dict]:
    """All numbers of all panes on all clips."""
    return [
        {"pane": name, "clip": clip, **vars(one)}
        for name, clips, numbers in zip(names, titles, found.numbers, strict=True)
        for clip, one in zip(clips, numbers, strict=True)
    ]


def _alt(names: list[str], values: np.ndarray, words: str) -> str:
    each = zip(names, values, strict=True)
    means = [f"{name} {np.nanmean(row):.3g}" for name, row in each if np.isfinite(row).any()]
    return f"{words}, means: {', '.join(means)}"


def _other_seeds(view: ComparisonView, measure: str) -> Many | None:
    """The same kind of clip of the world from other seeds, for each pane; None for clips that are not of the world."""
    count = int(ui.slider("How many", 4, 24, 8, "many"))
    every = ui.toggle("Every class in turn", "turn", help=KINDS)
    filmed = dict.fromkeys(entry.title for entry in view.entries if not entry.shot)
    if filmed:
        ui.verdict(
            f"Only clips of the world can be made again from other seeds, and {', '.join(filmed)} is none: choose "
            f"“{CHOSEN}” in the settings, or another clip."
        )
        return None
    every = every and all(SCENES[shot_of(entry.shot).scene].choices for entry in view.entries)
    clips = tuple(other_seeds(entry.shot, count, every) for entry in view.entries)
    return Many(measure, view.names, view.settings["models"], clips, None)


def _chosen(view: ComparisonView, measure: str) -> Many | None:
    """Every model once, on all clips that a person chooses; None while that is none."""
    entries = ui.pick_clips("clips", "Chosen clips", FIRST_CLIPS, MOST_CLIPS)
    if not entries:
        ui.verdict("There is no clip to compare on: choose some in the settings.")
        return None
    names = [row_name(pane.model) for pane in view.found.panes]
    once = dict(zip(names, view.settings["models"], strict=True))
    paths, titles = tuple(str(entry.path) for entry in entries), tuple(entry.title for entry in entries)
    return Many(measure, list(once), tuple(once.values()), (paths,) * len(once), (titles,) * len(once))


def _badges(many: Many) -> list[list[Badge]]:
    """How far each model is at home in each of its clips."""
    pairs = zip(rows_of(many.models), many.clips, strict=True)
    return [[badge(model, _path(clip)) for clip in clips] for model, clips in pairs]


def _path(clip: str) -> Path:
    """Of a clip; one of the world, which is a word and is rendered here, stands with those that come with the app."""
    return CLIPS / clip if clip.startswith("world-") else Path(clip)


def _round(value: float) -> float | None:
    return None if np.isnan(value) else float(f"{value:.3g}")
