"""The panes over many clips: means with their spread, a mark for each clip, and differences clip by clip."""

from collections.abc import Mapping

import numpy as np

from vizcore import ui
from vizcore.algorithms.statistics.paired_mean import MeanDifference
from vizcore.features.compare import figures as drawn
from vizcore.features.compare.controls import ComparisonView, title_of
from vizcore.features.compare.export import table_csv, table_json
from vizcore.features.compare.pipeline_numbers import MEASURES, Spread, other_seeds, spread
from vizcore.synthetic.shot import SCENES, shot_of

SEEDS, CHOSEN = "other seeds", "my choice"
FIRST_CLIPS = ("lanterns-slow", "lanterns-fast", "lanterns-still")
MOST_CLIPS = 12
KINDS = "Also of other classes, one after the other: else all clips show what the pane's own clip shows."


def over_clips(view: ComparisonView) -> None:
    """One measure of all panes on a set of clips that a person chooses."""
    with ui.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        words = {in_words: name for name, in_words in MEASURES.items()}
        measure = words[ui.selectbox("Measure", list(words), "measure", width=330)]
        kind = ui.segmented_control("Clips", [SEEDS, CHOSEN], "set")
        if kind == SEEDS:
            count = int(ui.slider("How many", 4, 24, 8, "many", width=220))
            every = ui.toggle("Every class in turn", "turn", help=KINDS)
    if kind == SEEDS:
        names, models = view.names, view.settings["models"]
        clips = _other_seeds(view, count, every)
        titles = None
    else:
        names, models, clips, titles = _chosen(view)
    shared = {name: view.settings[name] for name in ("method", "target", "sync", "start", "span")}
    settings = {"clips": clips, "models": models, "layer": view.layer, "gap": measure == "gap", **shared}
    found = ui.work("Running the models on every clip", spread, **settings)
    _show(found, names, measure, titles or found.clips, settings)


def _show(found: Spread, names: list[str], measure: str, titles: tuple, settings: dict) -> None:
    """Figures and tables of one measure."""
    values, words = found.values(measure), MEASURES[measure]
    if not np.isfinite(values).any():
        raise ValueError(
            f"want clips on which “{words}” is known, got none: choose clips of the world whose class these models "
            "know, or another measure."
        )
    left, right = ui.columns(2, gap="medium")
    with left:
        ui.chart(
            drawn.spread_figure, dict(zip(names, values, strict=True)), titles, words, alt=_alt(names, values, words)
        )
    with right:
        differences = _differences(found, names, measure, titles) if len(names) > 1 else {}
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


def _differences(found: Spread, names: list[str], measure: str, titles: tuple) -> dict[str, MeanDifference]:
    """Every other pane less one of them, drawn."""
    first = names.index(ui.selectbox("Differences to", names, "against", width=300))
    differences = {f"{names[k]}\nminus {names[first]}": one for k, one in found.against(measure, first).items()}
    shown = {name.replace("\n", "<br>"): one for name, one in differences.items()}
    alt = "; ".join(f"{name}: {one.value:+.3g}, {one.low:+.3g} to {one.high:+.3g}" for name, one in differences.items())
    ui.chart(drawn.paired_figure, shown, titles[first], f"difference of: {MEASURES[measure]}", alt=alt)
    return differences


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


def _other_seeds(view: ComparisonView, count: int, every: bool) -> tuple[tuple[str, ...], ...]:
    """The same kind of clip of the world from other seeds, for each pane."""
    filmed = [entry.title for entry in view.entries if not entry.shot]
    if filmed:
        raise ValueError(
            f"want clips of the world, which can be made again from other seeds, got {', '.join(dict.fromkeys(filmed))}"
            f": choose “{CHOSEN}” and a set of clips, or another clip above."
        )
    every = every and all(SCENES[shot_of(entry.shot).scene].choices for entry in view.entries)
    return tuple(other_seeds(entry.shot, count, every) for entry in view.entries)


def _chosen(view: ComparisonView) -> tuple[list[str], tuple, tuple, tuple]:
    """Every model once, on all clips that a person chooses: names, models, paths and titles by model."""
    entries = ui.pick_clips("clips", "Chosen clips", FIRST_CLIPS, MOST_CLIPS)
    if not entries:
        raise ValueError("want at least one clip: choose some from the menu.")
    once = {title_of(pane.model): pane.model for pane in view.found.panes}
    given = dict(zip((title_of(pane.model) for pane in view.found.panes), view.settings["models"], strict=True))
    paths, titles = tuple(str(entry.path) for entry in entries), tuple(entry.title for entry in entries)
    return list(once), tuple(given.values()), (paths,) * len(once), (titles,) * len(once)


def _round(value: float) -> float | None:
    return None if np.isnan(value) else float(f"{value:.3g}")
