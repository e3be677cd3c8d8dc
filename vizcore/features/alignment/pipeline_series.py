"""Two files of numbers instead of videos: a row for each moment, read with care, and warped onto each other.

NPY or CSV (T, D) -> read_series -> at most MOST_ROWS rows of each -> Pair (no frames, no truth) -> aligned
"""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vizcore.features.alignment.pipeline import Alignment, AlignmentSettings, aligned
from vizcore.features.alignment.pipeline_strands import Pair, Strand
from vizcore.formats.feature_files import header_of
from vizcore.runtime.context import Context
from vizcore.runtime.short_repr import short_repr

MEGABYTE = 1 << 20
LARGEST = 64 * MEGABYTE  # bytes of a file
LONGEST, WIDEST = 200_000, 8192  # rows and columns of it
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
    def verdict(self) -> str:
        """What the path comes to, in one sentence."""
        return self.found.verdict


def align_series(
    path: str | Path, *, other: str | Path, scale: str = "standardised", context: Context | None = None, **settings
) -> SeriesAlignment:
    """Which row of one file is which row of another.

    Args:
        path, other: NPY or CSV files of (T, D) numbers, or names of EXAMPLES.
        scale: a key of SCALES.
        settings: fields of features.alignment.pipeline.AlignmentSettings; the cost is "euclidean" where none is named.

    Raises:
        ValueError: a file is not what it should be, the widths differ, or a setting is unknown.
    """
    if scale not in SCALES:
        raise ValueError(f"want numbers {' or '.join(SCALES)}, got {scale!r}")
    both = [_numbers(one) for one in (path, other)]
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
    return SeriesAlignment(aligned(Pair(*strands), AlignmentSettings(**{"cost": "euclidean"} | settings)), series)


def read_series(path: str | Path) -> np.ndarray:
    """(T, D) float64 from a file of numbers; one column where it has one number a row.

    NPY is read without its power to run code; all else is taken as text with commas, semicolons, tabs or blanks between
    numbers, and a first line of names is left out.

    Raises:
        ValueError: it is too large, no table of numbers, empty, of one row, or has gaps.
    """
    path = Path(path)
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(
            f"want a file of at most {LARGEST // MEGABYTE} MB, got {size // MEGABYTE} MB: thin it out first"
        )
    with path.open("rb") as file:
        binary = file.read(6) == b"\x93NUMPY"
    table = _from_npy(path) if binary else _from_text(path.read_bytes())
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or 0 in table.shape:
        raise ValueError(f"want numbers (T, D), a row for each moment, got {table.shape}")
    if len(table) > LONGEST or table.shape[1] > WIDEST:
        raise ValueError(f"want at most {LONGEST:,} rows of {WIDEST:,} numbers, got {table.shape}")
    table = table.astype(np.float64)
    holes = ~np.isfinite(table).all(1)
    if holes.any():
        raise ValueError(
            f"want numbers everywhere, got nan or infinity in {holes.sum()} rows, first in row {holes.argmax()}"
        )
    if len(table) < 2:
        raise ValueError("want at least two rows, got one: there is nothing to warp")
    return table


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


def _numbers(path: str | Path) -> np.ndarray:
    return example(str(path)) if str(path) in EXAMPLES else read_series(path)


def _from_npy(path: Path) -> np.ndarray:
    with path.open("rb") as file:
        shape, dtype = header_of(file, path.name)
        left, wanted = path.stat().st_size - file.tell(), math.prod(shape) * dtype.itemsize
    if dtype.kind not in "iufb":
        raise ValueError(f"want an NPY file of plain numbers, got one of {dtype}")
    if left != wanted:  # checked before anything is taken into memory
        raise ValueError(
            f"want an NPY file of plain numbers, got {left} bytes where its shape {shape} asks for {wanted}"
        )
    return np.load(path, allow_pickle=False)


def _from_text(data: bytes) -> np.ndarray:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("want NPY or CSV, got a file that is neither: its content is no text") from None
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise ValueError("want a row for each moment, got an empty file")
    between = next((mark for mark in ",;\t" if mark in lines[0]), None)
    rows = [[word.strip() for word in row] for row in csv.reader(lines, delimiter=between)] if between else [
        line.split() for line in lines
    ]  # fmt: skip
    if not _is_number(rows[0][0]) and len(rows) > 1:
        rows = rows[1:]
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        raise ValueError(f"want as many numbers in every row, got {min(widths)} to {max(widths)}")
    try:
        return np.array(rows, np.float64)
    except ValueError:
        wrong = next(word for row in rows for word in row if not _is_number(word))
        raise ValueError(f"want numbers alone, got {wrong[:40]!r}") from None


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _standardised(series: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    every = np.concatenate(series)
    spread = every.std(0)
    return tuple((one - every.mean(0)) / np.where(spread > 0, spread, 1) for one in series)
