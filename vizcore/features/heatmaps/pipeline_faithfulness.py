"""How faithful heat is: deletion and insertion curves of every row beside a random order, and the foreground.

settings of heat_maps -> HeatMaps -> Faithfulness of every row        HeatMaps, truth -> Foreground of every row
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from vizcore.algorithms.attribution.faithfulness import Curves, Foreground, Score, baseline, curves, foreground, on_grid
from vizcore.features.heatmaps.pipeline import VERSION, HeatMaps, Row, heat_maps
from vizcore.features.heatmaps.pipeline_scale import scaled
from vizcore.features.heatmaps.pipeline_verdict import faithfulness_verdict, things_verdict
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import content_key, key_of
from vizcore.synthetic.truth import Truth, load_truth
from vizcore.video import read_frames

SEEDS = (0, 1, 2, 3)  # of patches in random order
PARTS = ("share", "deletion", "insertion")  # of Curves


@dataclass(frozen=True, eq=False)
class Faithfulness:
    """One row's heat, tried out."""

    row: Row
    scored: int  # the class whose probability falls and rises
    curves: Curves
    chance: tuple[Curves, ...]  # of patches in random order, one a seed

    __repr__ = short_repr(
        lambda found: (
            f"{found.row.model.name}, class {found.row.word(found.scored)}, {len(found.curves.share)} steps, "
            f"gap {found.curves.gap:+.3f}, over chance {found.over_chance:+.3f} ± {found.spread:.3f}"
        )
    )

    @property
    def over_chance(self) -> float:
        """The gap of the heat less the mean gap of patches in random order: above 0 it says something."""
        return self.curves.gap - float(np.mean([one.gap for one in self.chance]))

    @property
    def spread(self) -> float:
        """Standard deviation of the gaps of patches in random order: what is less than twice this says nothing."""
        return float(np.std([one.gap for one in self.chance], ddof=1))


class RowsFaithfulness(tuple[Faithfulness | None, ...]):
    """Every row's heat, tried out; None of a row without."""

    @property
    def verdict(self) -> str:
        """Whose heat is faithful beyond chance, in one sentence."""
        tried = [one for one in self if one is not None]
        gaps = {one.row.name: (one.over_chance, one.spread) for one in tried}
        return faithfulness_verdict(gaps, [one.row.standing for one in tried])


@dataclass(frozen=True)
class OnThings:
    """How much of every row's heat lies on people and things."""

    shares: dict[str, Foreground]  # by row; rows without heat are left out

    @property
    def verdict(self) -> str:
        """Whose heat lies there, in one sentence."""
        area = next((one.area for one in self.shares.values()), 0.0)
        return things_verdict({name: one.share for name, one in self.shares.items()}, area)


def faithfulness(
    path: str | Path, *, steps: int = 10, replacement: str = "blur", context: Context | None = None, **settings
) -> RowsFaithfulness:
    """Deletion and insertion along every row's heat; None for a row without.

    Args:
        path: a video file.
        steps: S, how many shares of patches are hidden and shown.
        replacement: a key of REPLACEMENTS of algorithms.attribution.faithfulness: what stands where a patch is hidden.
        settings: as for heat_maps. The class that is scored is the one asked about, or each row's likeliest.

    Raises:
        VideoError, ValueError: as heat_maps.
    """
    context = context or default_context()
    maps = heat_maps(path, **settings, context=context)
    hot, found = [row for row in maps.rows if row.heat is not None], []
    for row in maps.rows:
        if row.heat is None:
            found.append(None)
            continue
        frames = _squeezed(read_frames(path, row.frames.tolist(), maps.clip.frames.shape[2:0:-1]), row.model.size)
        scored = row.asked if row.asked is not None else int(row.probabilities.argmax())
        passes = 2 * (min(steps, row.heat.size) + 1) * (1 + len(SEEDS))
        score = _score(row, scored, context, sum(one is not None for one in found) * passes, len(hot) * passes)
        curve_settings = {"steps": steps, "replacement": replacement}
        chance = _chance(path, row, scored, score, frames, context, curve_settings)
        found.append(Faithfulness(row, scored, curves(score, frames, row.heat, **curve_settings), chance))
    return RowsFaithfulness(found)


def on_things(maps: HeatMaps, truth: str | Path) -> tuple[Foreground | None, ...]:
    """How much of every row's heat, scaled to 0 at the row's lowest, lies on people and things; None without heat.

    Args:
        truth: what is true about the clip, as saved.
    """
    known = load_truth(truth)
    return tuple(
        None if part is None else foreground(part.values, _things(known, row.frames, part.values.shape))
        for row, part in zip(maps.rows, scaled(maps), strict=True)
    )


def heat_on_things(maps: HeatMaps, truth: str | Path) -> OnThings:
    """The same by the names of the rows.

    Args:
        truth: what is true about the clip, as saved.
    """
    found = zip(maps.rows, on_things(maps, truth), strict=True)
    return OnThings({row.name: one for row, one in found if one is not None})


def _squeezed(frames: np.ndarray, size: int) -> np.ndarray:
    """Frames (T, size, size, 3) as the model would squeeze them: there is less to blur and to copy."""
    interpolation = cv2.INTER_AREA if max(frames.shape[1:3]) > size else cv2.INTER_LINEAR
    return np.stack([cv2.resize(frame, (size, size), interpolation=interpolation) for frame in frames])


def _chance(
    path: str | Path, row: Row, scored: int, score: Score, frames: np.ndarray, context: Context, curve_settings: dict
) -> tuple[Curves, ...]:
    """Curves of patches in random order, stored: they are the same for every kind of heat."""
    words = (row.model.name, row.model.version, scored, row.frames.tolist(), row.heat.shape, frames.shape, SEEDS)
    key = key_of("chance", VERSION, content_key(path), *words, curve_settings)
    stored = context.store.get(key)
    if stored is None:
        drawn = baseline(score, frames, row.heat.shape, SEEDS, **curve_settings)
        stored = {part: np.stack([getattr(one, part) for one in drawn]) for part in PARTS}
        context.store.put(key, stored)
    return tuple(Curves(*three) for three in zip(*(stored[part] for part in PARTS), strict=True))


def _things(truth: Truth, frames: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """(T', h, w) share of every patch that is no ground."""
    mask = (truth.owner >= 0)[truth.surface[frames]]  # (T, H, W)
    return on_grid(mask, shape)


def _score(row: Row, scored: int, context: Context, before: int, total: int) -> Score:
    """The probability of a class for clips (B, T, H, W, 3), which tells how many passes are done."""
    done = before

    def score(clips: np.ndarray) -> np.ndarray:
        nonlocal done
        context.progress(done, total, f"deleting and inserting patches, {row.model.title}")
        captures = context.engine.run_many(row.model, list(clips))
        done += len(clips)
        return np.array([float(capture.logits.softmax(-1)[scored]) for capture in captures])

    return score
