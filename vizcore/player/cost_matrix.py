"""The cost matrix of two clips: a cell for every pair of their frames, and routes across it, such as a warping.

    cost matrix of Axis and Route  ->  arrays and words for the browser, which walks along them by itself

Places are cells: x counts the frames of the first clip that have a column, y those of the second that have a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.player.scene import COLOUR


@dataclass(frozen=True)
class Axis:
    """What is written along one side."""

    title: str
    ticks: Sequence[tuple[float, str]]  # place in cells, what stands there


@dataclass(frozen=True, eq=False)
class Route:
    """A line across the cost matrix.

    Raises:
        ValueError: the places are not (L, 2) of finite numbers, or the colour is not written #rrggbb.
    """

    name: str  # what the legend says
    colour: str  # #rrggbb
    places: np.ndarray  # (L, 2) x, y in cells
    dashed: bool = False
    faint: bool = False  # a line that is not to be relied on

    def __post_init__(self):
        places = np.asarray(self.places)
        if places.ndim != 2 or places.shape[1] != 2 or not len(places) or not np.isfinite(places).all():
            raise ValueError(f"want places (L, 2) of finite numbers, 1 or more, got {places.shape}")
        if not COLOUR.fullmatch(self.colour):
            raise ValueError(f"want a colour as #rrggbb, got {self.colour!r}")


@dataclass(frozen=True, eq=False)
class CostMatrix:
    """A number for every pair of frames.

    Raises:
        ValueError: the values are not (N, M) uint8, or the frames do not fit them or do not rise.
    """

    values: np.ndarray  # (N, M) uint8: 0 is `low`, 255 is `high`; N frames of the first clip, M of the second
    frames: tuple[np.ndarray, np.ndarray]  # (N,), (M,) int pack frame numbers, rising
    axes: tuple[Axis, Axis]
    routes: Sequence[Route] = ()
    low: float = 0.0
    high: float = 1.0
    label: str = "cost"

    def __post_init__(self):
        if self.values.ndim != 2 or self.values.dtype != np.uint8 or not self.values.size:
            raise ValueError(f"want values (N, M) uint8, got {self.values.shape} {self.values.dtype}")
        for count, frames in zip(self.values.shape, map(np.asarray, self.frames), strict=True):
            if frames.shape != (count,) or frames[0] < 0 or (np.diff(frames) <= 0).any():
                raise ValueError(f"want {count} rising frame numbers, got {frames}")

    def check(self, frames: Sequence[int]) -> None:
        """See that it lies in two clips of so many frames.

        Raises:
            ValueError: it does not.
        """
        if len(frames) != 2:
            raise ValueError(f"want two clips for a cost matrix, got {len(frames)}")
        for limit, column in zip(frames, self.frames):
            if column[-1] >= limit:
                raise ValueError(f"want the cost matrix's frames below {limit}, got {column[-1]}")


def cost_matrix_arrays(cost_matrix: CostMatrix) -> dict[str, np.ndarray]:
    """The columns of a cost matrix, by the name that the browser knows them by."""
    arrays = {"cost_matrix.values": cost_matrix.values}
    arrays |= {
        f"cost_matrix.frames.{side}": np.asarray(frames, np.uint32) for side, frames in enumerate(cost_matrix.frames)
    }
    return arrays | {
        f"route.{k}": np.asarray(one.places, np.float64).ravel() for k, one in enumerate(cost_matrix.routes)
    }


def cost_matrix_words(cost_matrix: CostMatrix) -> dict:
    """What of a cost matrix travels as words."""
    return {
        "axes": [[axis.title, [[float(at), text] for at, text in axis.ticks]] for axis in cost_matrix.axes],
        "routes": [[one.name, one.colour, one.dashed, one.faint] for one in cost_matrix.routes],
        "low": float(cost_matrix.low),
        "high": float(cost_matrix.high),
        "label": cost_matrix.label,
    }
