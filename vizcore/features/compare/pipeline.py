"""Models and clips beside each other: two to four panes, each a model on a clip, at every depth and on one clock.

paths, models -> a walk through each model -> Comparison -> .rows(layer) -> scaled, less -> drawn
                                              what each pane saw, by hashes -> in words: the same, or what differs
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.alignment.clock_sync import at_once
from vizcore.features.compare.pipeline_verdict import strengths_verdict
from vizcore.features.heatmaps.pipeline import HeatMaps, walk
from vizcore.features.heatmaps.pipeline_methods import METHODS, depths, layer_choices, rows_of
from vizcore.features.heatmaps.pipeline_rows import DepthHeat, row_name
from vizcore.features.heatmaps.pipeline_scale import difference
from vizcore.features.heatmaps.pipeline_verdict import heat_verdict, strangers
from vizcore.models import Model
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import file_key
from vizcore.runtime.world_clips import truth_of
from vizcore.video import Clip, VideoInfo, probe

FEWEST, MOST = 2, 4  # panes


@dataclass(frozen=True, eq=False)
class Pane:
    """One model on one clip."""

    walk: DepthHeat
    clip: Clip  # the frames that the model saw, each once
    info: VideoInfo
    path: str
    file: str  # SHA-256 of the file, 64 hex digits
    pixels: str  # SHA-256 of the frames that the model was given, in order, as they were decoded
    label: str  # ground truth of the clip; "" where that is not known
    query: tuple[int, float, float] | None  # (frame number, y, x) of the patch that is asked about

    @property
    def model(self) -> Model:
        """Whose walk it is."""
        return self.walk.model

    @property
    def true_probability(self) -> float | None:
        """The probability of the ground truth; None where it is not known, or not to this model."""
        known = self.label in self.model.classes and len(self.walk.probabilities)
        return float(self.walk.probabilities[self.model.classes.index(self.label)]) if known else None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two to four panes."""

    panes: tuple[Pane, ...]
    method: str  # a key of METHODS

    __repr__ = short_repr(
        lambda found: (
            f"{found.method}, {len(found.panes)} panes: "
            + ", ".join(f"{pane.model.name} {_share(pane.true_probability)}" for pane in found.panes)
            + " for the ground truth"
        )
    )

    @property
    def names(self) -> list[str]:
        """What panes are called in a sentence: by their models where no two are alike, else by their numbers."""
        models = [row_name(pane.model) for pane in self.panes]
        return models if len(set(models)) == len(models) else [f"pane {k}" for k in range(1, len(models) + 1)]

    @property
    def verdict(self) -> str:
        """Which panes' heat agrees, in one sentence: at the last layer of each that has heat."""
        return self.verdict_at()

    def verdict_at(self, layer: str = "") -> str:
        """The same at one of depths."""
        rows, files, names = self.rows(layer).rows, {pane.file for pane in self.panes}, self.names
        why_not, domains = [row.why_not for row in rows if row.heat is None], [row.standing for row in rows]
        if len(files) == 1:
            at = self.panes[0].clip.indices
            heats = [None if row.heat is None else row.heat[row.shown_at(at)] for row in rows]
            return heat_verdict(names, heats, why_not, domains, "panes")
        peak = METHODS[self.method].of == "row"  # the mean of attention is fixed
        each = zip(names, (row.heat for row in rows), strict=True)
        strengths = {name: float(heat.max() if peak else heat.mean()) for name, heat in each if heat is not None}
        same_model = len({(row.model.name, row.model.version) for row in rows}) == 1
        measure = "hottest patch" if peak else "mean heat"
        return strengths_verdict(strengths, measure, why_not, same_model, strangers(names, domains))

    @property
    def depths(self) -> tuple[str, ...]:
        """The places of the model that has most of them: what a walk through all panes goes by."""
        return depths([pane.model for pane in self.panes], self.method)

    def rows(self, layer: str = "") -> HeatMaps:
        """Every pane's heat at one of depths; "" for the last of each that has heat."""
        choices = layer_choices([pane.model for pane in self.panes], self.method, layer)
        rows = tuple(pane.walk.row(choice.at) for pane, choice in zip(self.panes, choices, strict=True))
        return HeatMaps(self.panes[0].clip, rows, self.panes[0].label)

    def less(self, first: int, second: int, layer: str = "", scope: str = "row", robust: bool = False) -> tuple:
        """((F,) frame numbers, (F, h, w) from -1 to 1): the first pane's scaled heat less the second's.

        Args:
            first, second: panes of one and the same clip.
            layer, scope, robust: as of rows and of cam_scale.scaled.

        Raises:
            ValueError: the panes saw different clips, or one has no heat.
        """
        one, other = self.panes[first], self.panes[second]
        if one.file != other.file:
            raise ValueError(
                f"want two panes of one clip for a difference, but pane {first + 1} and pane {second + 1} show two: "
                "choose other panes, or compare them side by side."
            )
        both = HeatMaps(_union(one.clip, other.clip), self.rows(layer).rows, one.label)
        return both.clip.indices, difference(both, first, second, scope, robust)


def compare(
    paths: Sequence[str],
    *,
    models: Sequence[str | Model],
    method: str = "channel-mean",
    target: str | int = "top",
    query: tuple[int, int, float, float] | None = None,
    sync: str = "second",
    start: float = 0.0,
    span: float | None = None,
    context: Context | None = None,
) -> Comparison:
    """Ask every pane's model about its clip, once for all depths.

    Args:
        paths: a video file for each pane, two to four; the same one may come again.
        models: a name of the table of models, or a row like its own, for each pane.
        method, target, start, span: as of cam.heat_maps, the same for all panes.
        query: (pane, frame number of its clip, y, x) of the patch whose attention is shown; the other panes ask about
            the same place at the same moment.
        sync: what the same moment is, of clock_sync.CLOCKS: the same "second", or the same "share" of each clip.

    Raises:
        VideoError: a file is no video that can be read.
        ValueError: a name is unknown or a number out of range. What one model cannot do is said in its pane.
    """
    context, rows = context or default_context(), rows_of(models)
    if len(paths) != len(rows) or not FEWEST <= len(rows) <= MOST:
        raise ValueError(f"want {FEWEST} to {MOST} panes, a path and a model each, got {len(paths)} and {len(rows)}")
    if method not in METHODS:
        raise ValueError(f"want a method ({', '.join(METHODS)}), got {method!r}")
    infos = {path: probe(path) for path in dict.fromkeys(paths)}
    queries = _queries(query, [infos[path].times for path in paths], sync) if query else [None] * len(rows)
    panes = []
    for k, (path, model, pane_query) in enumerate(zip(paths, rows, queries, strict=True)):
        context.progress(k, len(rows), f"running {model.title}, pane {k + 1}")
        settings = {"method": method, "target": target, "query": pane_query, "start": start, "span": span}
        found, clip = walk(path, model, **settings, context=context)
        truth = truth_of(path)
        label = truth.label if truth is not None else ""
        panes.append(Pane(found, clip, infos[path], str(path), file_key(path), _pixels(found, clip), label, pane_query))
    return Comparison(tuple(panes), method)


def same_input(comparison: Comparison) -> str:
    """Whether all panes saw the same, or what differs, in words."""
    panes = comparison.panes
    files, frames = {pane.file for pane in panes}, {tuple(pane.walk.frames.tolist()) for pane in panes}
    alike = len({pane.pixels for pane in panes}) == 1
    if len(files) == len(frames) == 1:
        if not alike:
            return "**Not the same input**: one file and the same frames, but other pixels. Open the clip again."
        return f"All panes saw the same {_count(panes[0])} of the same file."
    if len(files) == 1:
        each = _listed(panes, lambda pane: f"{_count(pane)} ({_numbers(pane.walk.frames)})")
        return f"All panes saw the same file, but **not the same frames**: {each}."
    same_model = len({(pane.model.name, pane.model.version) for pane in panes}) == 1
    each = _listed(
        panes, lambda pane: f"file {pane.file[:12]}, {_count(pane)} of {pane.info.width} × {pane.info.height}"
    )
    rest = ", each with the same model and the same weights" if same_model else ""
    return f"The panes saw **{len(files)} different files**{rest}: {each}."


def frame_numbers(pane: Pane) -> str:
    """The numbers of the frames that a pane's model saw."""
    return _numbers(pane.walk.frames)


def _queries(query: tuple, times: Sequence[np.ndarray], sync: str) -> list[tuple[int, float, float]]:
    """The same place at the same moment in every pane."""
    side, frame, y, x = query
    if not 0 <= side < len(times) or not 0 <= frame < len(times[side]):
        raise ValueError(f"want a query (pane, frame, y, x) inside the {len(times)} panes' clips, got {query}")
    return [(at, y, x) for at in at_once(times, side, frame, sync)]


def _pixels(found: DepthHeat, clip: Clip) -> str:
    """The digest of the frames as the model got them, before it shrinks them to its own size."""
    given = clip.frames[np.searchsorted(clip.indices, found.frames)]
    return hashlib.sha256(str(given.shape).encode() + given.tobytes()).hexdigest()


def _union(one: Clip, other: Clip) -> Clip:
    """All frames of two stretches of one file, each once."""
    indices, first = np.unique(np.concatenate([one.indices, other.indices]), return_index=True)
    frames, times = (np.concatenate([getattr(one, part), getattr(other, part)])[first] for part in ("frames", "times"))
    return Clip(frames, times, indices)


def _share(probability: float | None) -> str:
    return "?" if probability is None else f"{probability:.2f}"


def _count(pane: Pane) -> str:
    return f"{len(pane.walk.frames)} frames"


def _listed(panes: Sequence[Pane], words) -> str:
    """What is said of the panes, those that share it together: "panes 1 and 3: 8 frames; pane 2: 20 frames"."""
    grouped: dict[str, list[int]] = {}
    for number, pane in enumerate(panes, 1):
        grouped.setdefault(words(pane), []).append(number)
    names = {word: f"{'panes' if len(of) > 1 else 'pane'} {' and '.join(map(str, of))}" for word, of in grouped.items()}
    return "; ".join(f"{names[word]}: {word}" for word in grouped)


def _numbers(frames: np.ndarray) -> str:
    """Frame numbers in a row, those in the middle of many left out."""
    words = [str(number) for number in frames.tolist()]
    return ", ".join(words if len(words) <= 10 else [*words[:4], "…", *words[-2:]])
