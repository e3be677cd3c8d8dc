"""What panes come to in numbers: of one clip each, and over many clips with their spread.

Comparison, layer -> Numbers of every pane          clips of every pane -> compare, clip by clip -> Spread (P, K)
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vizcore.algorithms.statistics.paired_mean import MeanDifference, mean_difference
from vizcore.features.compare.pipeline import Comparison, Pane, compare
from vizcore.features.compare.pipeline_verdict import answers_verdict, spread_verdict
from vizcore.features.heatmaps.pipeline import HeatMaps
from vizcore.features.heatmaps.pipeline_answers import RowClasses, row_classes
from vizcore.features.heatmaps.pipeline_faithfulness import faithfulness, on_things
from vizcore.features.heatmaps.pipeline_rows import Row
from vizcore.features.heatmaps.pipeline_verdict import faithfulness_verdict
from vizcore.models import Model
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.domain import NONE, Badge
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.world_clips import rendered
from vizcore.synthetic.shot import SCENES, SEEDS, shot_of
from vizcore.synthetic.truth_file import truth_path

MEASURES = {  # what is measured of a pane on a clip: field of Numbers -> in words
    "true_probability": "probability of the true class",
    "right": "likeliest class is the true one",
    "probability": "probability of the likeliest class",
    "on_things": "share of the heat on people and things",
    "energy": "mean heat, in the model's own numbers",
    "gap": "deletion/insertion gap over chance",
}


@dataclass(frozen=True)
class Numbers:
    """What one pane comes to; None where something is not known."""

    said: str  # the likeliest class, or that it sees none of its classes; "" where the model was not asked
    probability: float | None
    true: str  # "" where it is not known
    true_probability: float | None
    right: float | None  # 1 or 0
    energy: float | None  # mean heat of all patches of all frames, in the model's own numbers
    on_things: float | None  # share of the heat that lies on people and things, 0 to 1
    area: float | None  # share of the picture that they cover
    gap: float | None = None  # of insertion over deletion, minus that of patches in random order
    chance: float | None = None  # its standard deviation


@dataclass(frozen=True, eq=False)
class Spread:
    """The numbers of P panes on K clips each."""

    numbers: tuple[tuple[Numbers, ...], ...]  # P times K
    clips: tuple[tuple[str, ...], ...]  # what they are called, P times K

    __repr__ = short_repr(
        lambda found: (
            f"{len(found.numbers)} panes on {len(found.clips[0])} clips, mean heat "
            + ", ".join(
                f"{row[np.isfinite(row)].mean() if np.isfinite(row).any() else np.nan:.3g}"
                for row in found.values("energy")
            )
        )
    )

    def values(self, measure: str) -> np.ndarray:
        """(P, K) of a key of MEASURES; nan where it is not known."""
        found = [[getattr(one, measure) for one in pane] for pane in self.numbers]
        return np.array(found, np.float64)

    def against(self, measure: str, first: int) -> dict[int, MeanDifference]:
        """Every other pane less the first, clip by clip."""
        values = self.values(measure)
        others = (k for k in range(len(values)) if k != first)
        return {k: mean_difference(values[first], values[k], np.random.default_rng(0)) for k in others}

    @property
    def verdict(self) -> str:
        """Which pane is better than the first, and whether that is beyond chance, in one sentence."""
        known = np.isfinite(self.values("true_probability")).any()
        return self.verdict_on("true_probability" if known else "energy")

    def verdict_on(self, measure: str, names: Sequence[str] = (), first: int = 0) -> str:
        """The same of any measure.

        Args:
            measure: a key of MEASURES.
            names: of the panes; by default their numbers.
            first: the pane that the others are compared with.
        """
        names = names or [f"pane {k}" for k in range(1, len(self.numbers) + 1)]
        values = dict(zip(names, self.values(measure), strict=True))
        differences = {names[k]: one for k, one in self.against(measure, first).items()}
        return spread_verdict(values, differences, names[first], measure, MEASURES[measure])


class Gaps(tuple[dict[str, float], ...]):
    """How faithful each pane's heat is: {"gap", "chance"}, {} where it has no heat."""

    @property
    def verdict(self) -> str:
        """Whose heat is faithful beyond chance, in one sentence."""
        known = {f"pane {k}": (one["gap"], one["chance"]) for k, one in enumerate(self, 1) if one}
        return faithfulness_verdict(known)


@dataclass(frozen=True)
class PaneAnswers:
    """What each pane takes its clip for."""

    panes: tuple[RowClasses, ...]
    labels: tuple[str, ...]  # the ground truth of each; "" where it is not known

    @property
    def verdict(self) -> str:
        """How far the answers differ, in one sentence."""
        return answers_verdict(self.panes, self.labels)


def pane_answers(comparison: Comparison, anyway: bool = False) -> PaneAnswers:
    """What each pane takes its clip for.

    Args:
        comparison: P panes.
        anyway: also of models that were trained on other clips.
    """
    each = zip(comparison.names, comparison.panes, comparison.rows().rows, strict=True)
    found = (replace(row_classes(row, pane.label, anyway=anyway), name=name) for name, pane, row in each)
    return PaneAnswers(tuple(found), tuple(pane.label for pane in comparison.panes))


def numbers(comparison: Comparison, layer: str = "") -> tuple[Numbers, ...]:
    """Of every pane, at one depth; without the gap, which takes many passes."""
    maps = comparison.rows(layer)
    return tuple(_numbers(pane, row) for pane, row in zip(comparison.panes, maps.rows, strict=True))


def gaps(comparison: Comparison, layer: str, asked: dict, context: Context | None = None) -> Gaps:
    """{"gap", "chance"} of every pane, {} where it has no heat: deletion and insertion of its own clip.

    Args:
        comparison: P panes.
        layer: one of its depths, "" for the last of each pane that has heat.
        asked: target, start and span, as of compare.
    """
    context, found = context or default_context(), []
    for pane, row in zip(comparison.panes, comparison.rows(layer).rows, strict=True):
        if row.heat is None:
            found.append({})
            continue
        settings = {"method": comparison.method, "layer": row.layer, "query": pane.query}
        (measured,) = faithfulness(pane.path, models=(pane.model,), **settings, **asked, context=context)
        found.append({} if measured is None else {"gap": measured.over_chance, "chance": measured.spread})
    return Gaps(found)


def gaps_of(paths: Sequence[str], *, layer: str = "", context: Context | None = None, **settings) -> Gaps:
    """The gaps of what compare gives.

    Args:
        paths: a video file for each pane.
        layer: one of the depths, "" for the last of each pane that has heat.
        settings: models, method, target, query, sync, start and span, as of compare.
    """
    context = context or default_context()
    selected = {name: value for name, value in settings.items() if name in ("target", "start", "span")}
    return gaps(compare(paths, **settings, context=context), layer, selected, context)


def spread(
    clips: Sequence[Sequence[str]],
    *,
    models: Sequence[str | Model],
    layer: str = "",
    gap: bool = False,
    context: Context | None = None,
    **settings,
) -> Spread:
    """Every pane's numbers on many clips.

    Args:
        clips: K for each pane, words of the world (rendered if need be) or paths; those at one place are compared.
        models: of the panes.
        layer: one of the depths of all models, "" for the last of each.
        gap: deletion and insertion as well, which takes a hundred passes a clip and pane.
        settings: method, target, sync, start and span, as of compare.

    Raises:
        VideoError, ValueError: as compare; or the panes have not as many clips.
    """
    context = context or default_context()
    counts = {len(one) for one in clips}
    if len(counts) != 1 or not min(counts) or len(clips) != len(models):
        raise ValueError(f"want as many clips for each of {len(models)} panes, got {[len(one) for one in clips]}")
    found, total = [], min(counts)
    for done, together in enumerate(zip(*clips, strict=True)):
        quiet = context.with_progress(lambda *_: context.progress(done, total, f"clip {done + 1} of {total}"))  # noqa: B023 called at once
        paths = [_path(word, quiet) for word in together]
        one = compare(paths, models=models, **settings, context=quiet)
        of_panes = numbers(one, layer)
        if gap:
            shared = {name: value for name, value in settings.items() if name in ("target", "start", "span")}
            more = gaps(one, layer, shared, quiet)
            of_panes = tuple(replace(each, **gap_of) for each, gap_of in zip(of_panes, more, strict=True))
        found.append(of_panes)
    names = tuple(tuple(_name(word) for word in pane) for pane in clips)
    return Spread(tuple(zip(*found, strict=True)), names)


def hide(found: Spread, badges: Sequence[Sequence[Badge]], anyway: bool = False) -> Spread:
    """The same without the answers of models that do not know a clip.

    Args:
        found: P panes on K clips each.
        badges: P times K: how far a pane's model is at home in a clip.
        anyway: keep those of models that were trained on other clips; random weights have none in any case.
    """
    kept = tuple(
        tuple(
            one if badge.shown or (anyway and badge.domain != "random") else replace(one, said="", probability=None)
            for one, badge in zip(*pane, strict=True)
        )
        for pane in zip(found.numbers, badges, strict=True)
    )
    return replace(found, numbers=kept)


def other_seeds(shot: str, count: int, every: bool = False) -> tuple[str, ...]:
    """Words of as many clips as a shot of the world, made from the seeds that follow its own.

    Args:
        shot: of the world, such as that of a clip.
        count: how many clips.
        every: each with the next thing that the scene can show, where there is a choice, instead of the shot's own.

    Raises:
        ValueError: it is no word of the world.
    """
    first = shot_of(shot)
    choices = SCENES[first.scene].choices
    begin = choices.index(first.choice) if first.choice in choices else 0
    kinds = [choices[(begin + k) % len(choices)] if every and choices else first.choice for k in range(count)]
    return tuple(replace(first, seed=(first.seed + 1 + k) % SEEDS, choice=kind).clip_id for k, kind in enumerate(kinds))


def _numbers(pane: Pane, row: Row) -> Numbers:
    """One pane's numbers at one depth."""
    said, probability = row.top(1)[0] if len(row.probabilities) else ("", None)
    known = pane.true_probability is not None
    on = None
    if row.heat is not None and truth_path(Path(pane.path)).exists():
        (on,) = on_things(HeatMaps(pane.clip, (row,), pane.label), truth_path(Path(pane.path)))
    return Numbers(
        NONE if row.none else said,
        probability,
        pane.label,
        pane.true_probability,
        float(said == pane.label) if known else None,
        None if row.heat is None else float(row.heat.mean()),
        None if on is None else on.share,
        None if on is None else on.area,
    )


def _path(word: str, context: Context) -> str:
    return str(rendered(word, context=context).path) if word.startswith("world-") else word


def _name(word: str) -> str:
    return word if word.startswith("world-") else Path(word).stem[:40]
