"""Two files of numbers instead of videos: a row for each moment, read with care, and warped onto each other.

NPY or CSV (T, D) -> read_series -> at most MOST_ROWS rows of each -> Pair (no frames, no truth) -> aligned
"""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from vizcore.features.alignment.pipeline import Alignment, AlignmentSettings, aligned
from vizcore.features.alignment.pipeline_strands import Pair, Strand
from vizcore.formats import series_files
from vizcore.formats.series_files import Series
from vizcore.runtime.context import Context
from vizcore.runtime.short_repr import short_repr

LEFT_OUT, KEPT = "left out", "kept"  # what becomes of a column of moments
MOST_ROWS = 1000  # that are compared: 1000 x 1000 pairs answer a slider in time
SCALES = {
    "standardised": "each column of both files together to mean 0 and standard deviation 1",
    "as they are": "the numbers of the files",
}
EXAMPLES = {"a pulse, early": (0.8, 0), "a pulse, late": (1.4, 1)}  # name -> bend of time, seed


@dataclass(frozen=True, eq=False)
class SeriesAlignment:
    """Two series with the path between them."""

    found: Alignment
    series: tuple[np.ndarray, np.ndarray]  # (N, D), (M, D) the rows that were compared, as they are in the files
    warnings: tuple[str, ...] = ()  # what was left out, a sentence each

    __repr__ = short_repr(
        lambda result: (
            f"{len(result.series[0])} x {len(result.series[1])} rows of {result.series[0].shape[1]} columns, "
            f"mean cost {result.found.warping.distance:.3f}"
        )
    )

    @property
    def pair(self) -> Pair:
        """What was aligned."""
        return self.found.pair

    @property
    def path(self) -> np.ndarray:
        """(L, 2) the rows that were compared which belong together, as of an Alignment."""
        return self.found.path

    @property
    def distance(self) -> float:
        """Mean cost of a step, as of an Alignment."""
        return self.found.warping.distance

    @property
    def trusted(self) -> str:
        """Whether the path is to be believed, as of an Alignment."""
        return self.found.trusted

    @property
    def verdict(self) -> str:
        """What the path comes to, in one sentence."""
        return self.found.verdict


def align_series(
    path: str | Path,
    *,
    other: str | Path,
    scale: str = "standardised",
    index: str = LEFT_OUT,
    context: Context | None = None,
    **settings,
) -> SeriesAlignment:
    """Which row of one file is which row of another.

    Args:
        path, other: NPY or CSV files of (T, D) numbers, or names of EXAMPLES.
        scale: a key of SCALES.
        index: whether a column that counts the rows, or tells the time, is LEFT_OUT or KEPT.
        settings: fields of features.alignment.pipeline.AlignmentSettings; the cost is "euclidean" where none is named.

    Raises:
        ValueError: a file is not what it should be, the widths differ, or a setting is unknown.
    """
    if scale not in SCALES:
        raise ValueError(f"want numbers {' or '.join(SCALES)}, got {scale!r}")
    if index not in (LEFT_OUT, KEPT):
        raise ValueError(f"want an index column {LEFT_OUT} or {KEPT}, got {index!r}")
    if unknown := set(settings) - {field.name for field in fields(AlignmentSettings)}:
        raise ValueError(f"want settings of files of numbers, got {', '.join(sorted(unknown))}")
    both, warnings = _of_what_happens([_numbers(one) for one in (path, other)], index)
    if both[0].shape[1] != both[1].shape[1]:
        raise ValueError(
            f"want two files of as many columns, got {both[0].shape[1]} and {both[1].shape[1]}: "
            "what is compared must mean the same"
        )
    rows = [np.unique(np.linspace(0, len(one) - 1, min(len(one), MOST_ROWS)).round().astype(int)) for one in both]
    series = tuple(one[some] for one, some in zip(both, rows))
    scaled = _standardised(series) if scale == "standardised" else series
    unknown = [np.full(len(some), np.nan) for some in rows]
    strands = (
        Strand(values, some, none, none, len(one)) for values, some, none, one in zip(scaled, rows, unknown, both)
    )
    found = aligned(Pair(*strands), AlignmentSettings(**{"cost": "euclidean"} | settings))
    return SeriesAlignment(found, series, warnings)


def read_series(path: str | Path) -> np.ndarray:
    """(T, D) float64 from a file of numbers, all of its columns; refuses as formats.series_files.read_series."""
    return series_files.read_series(path).values


def example(name: str) -> np.ndarray:
    """(T, 2) a made-up signal, the same at every call: a rise, a pulse and a wave, at its own speed.

    Args:
        name: a key of EXAMPLES.
    """
    bend, seed = EXAMPLES[name]
    count = 160 + 60 * seed
    time = np.linspace(0, 1, count) ** bend  # (T,) how far the story is
    pulse = np.exp(-(((time - 0.45) / 0.05) ** 2))
    wave = np.sin(14 * np.pi * time) * (time > 0.6) * (time - 0.6) * 2
    noise = np.random.default_rng(seed).normal(0, 0.03, (count, 2))
    return np.stack([pulse + wave, time + 0.3 * np.sin(6 * np.pi * time)], 1) + noise


def _numbers(path: str | Path) -> Series:
    return Series(example(str(path))) if str(path) in EXAMPLES else series_files.read_series(path)


def _of_what_happens(both: list[Series], index: str) -> tuple[list[np.ndarray], tuple[str, ...]]:
    """The columns that are compared, and what was left out, in sentences: a column of moments in either file."""
    moments = next((k for one in both if (k := one.moments) is not None), None)
    if index == KEPT or moments is None or any(one.values.shape[1] < 2 for one in both):
        return [one.values for one in both], ()
    name = next((one.names[moments] for one in both if one.names), "")
    named = f" ({name[:40]})" if name else ""
    note = f"column {moments}{named} counts the rows or tells the time, and is left out; index={KEPT!r} keeps it"
    return [np.delete(one.values, moments, 1) for one in both], (note,)


def _standardised(series: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    every = np.concatenate(series)
    spread = every.std(0)
    return tuple((one - every.mean(0)) / np.where(spread > 0, spread, 1) for one in series)
