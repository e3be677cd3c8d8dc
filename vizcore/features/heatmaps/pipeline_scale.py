"""Heat as it is drawn: from 0 to 1 on a scale that rows share or do not, and one row less another.

HeatMaps, what shares a scale -> Scaled for each row                two rows -> difference (F, h, w), -1 to 1
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from vizcore.algorithms.attribution.cam import normalise
from vizcore.features.heatmaps.pipeline import HeatMaps
from vizcore.features.heatmaps.pipeline_verdict import difference_verdict

ROBUST = (2.0, 98.0)  # percentiles


@dataclass(frozen=True, eq=False)
class Scaled:
    """A row's heat as it is drawn."""

    values: np.ndarray  # (T', h, w) float32 from 0 to 1
    low: float  # the largest heat that is drawn as 0, in the model's own numbers; nan where each frame has its own
    high: float  # the smallest that is drawn as 1, likewise


@dataclass(frozen=True, eq=False)
class HeatDifference:
    """One row's scaled heat minus another's."""

    values: np.ndarray  # (F, h, w) from -1 to 1
    first: str  # the row
    second: str  # the row that is subtracted

    @property
    def verdict(self) -> str:
        """Where one is hotter than the other, in one sentence."""
        return difference_verdict(self.values, self.first, self.second)


def scaled(maps: HeatMaps, scope: str = "row", robust: bool = False) -> tuple[Scaled | None, ...]:
    """Every row's heat from 0 to 1; None for a row without.

    Args:
        maps: rows of heat (T', h, w) each.
        scope: a key of algorithms.attribution.cam.SCOPES: what shares a scale, each "frame", each "row" or "all" rows.
        robust: the 2nd and 98th percentiles become 0 and 1 instead of the ends.
    """
    low, high = ROBUST if robust else (0.0, 100.0)
    heats = [torch.from_numpy(row.heat) for row in maps.rows if row.heat is not None]
    if scope == "all" and heats:  # grids may differ, so that all heat is laid end to end
        every = torch.cat([heat.flatten() for heat in heats])
        drawn = normalise(every[None, None], scope, low, high).flatten()
        parts = drawn.split([heat.numel() for heat in heats])
        ends = _ends(every.numpy(), drawn.numpy())
        results = [Scaled(part.view(heat.shape).numpy(), *ends) for part, heat in zip(parts, heats, strict=True)]
    else:
        drawn = [normalise(heat, scope, low, high).numpy() for heat in heats]
        by_row = scope == "row"
        results = [
            Scaled(part, *(_ends(heat.numpy(), part) if by_row else (np.nan, np.nan)))
            for part, heat in zip(drawn, heats, strict=True)
        ]
    found = iter(results)
    return tuple(None if row.heat is None else next(found) for row in maps.rows)


def difference(maps: HeatMaps, first: int, second: int, scope: str = "row", robust: bool = False) -> np.ndarray:
    """(F, h, w) from -1 to 1: the first row's scaled heat minus the second's, at the frames of the clip.

    Grids that differ are made one, of the larger sides.

    Args:
        maps: rows of heat over F frames.
        first: which row, from 0.
        second: which row is subtracted.
        scope: what shares a scale, as of scaled.
        robust: the 2nd and 98th percentiles are the ends, as of scaled.

    Raises:
        ValueError: one of the rows has no heat.
    """
    parts = scaled(maps, scope, robust)
    for k in (first, second):
        if parts[k] is None:
            raise ValueError(
                f"want two rows with heat, but {maps.rows[k].model.title} has none: {maps.rows[k].why_not}"
            )
    both = [parts[k].values[maps.rows[k].shown_at(maps.clip.indices)] for k in (first, second)]  # (F, h, w)
    shape = tuple(np.maximum(both[0].shape[1:], both[1].shape[1:]).tolist())
    one, other = (F.interpolate(torch.from_numpy(part)[None], shape)[0] for part in both)
    return (one - other).numpy()


def heat_difference(
    maps: HeatMaps, first: int, second: int, scope: str = "row", robust: bool = False
) -> HeatDifference:
    """The same with the names of the rows.

    Args:
        maps: rows of heat over F frames.
        first: which row, from 0.
        second: which row is subtracted.
        scope: what shares a scale, as of scaled.
        robust: the 2nd and 98th percentiles are the ends, as of scaled.

    Raises:
        ValueError: as of difference.
    """
    less = difference(maps, first, second, scope, robust)
    return HeatDifference(less, maps.rows[first].name, maps.rows[second].name)


def _ends(heat: np.ndarray, drawn: np.ndarray) -> tuple[float, float]:
    """The numbers that are drawn as 0 and as 1; the same twice where all heat is equal."""
    low, top = heat[drawn == 0].max(), heat[drawn == 1]
    return float(low), float(top.min() if top.size else low)
