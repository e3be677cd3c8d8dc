"""Series of numbers that a person brings: a row for each moment, from an array file or from text.

NPY, or text with commas, semicolons, tabs or blanks between numbers - limits, then numbers - Series (T, D)

A blank line or a gap is refused, because every row after it would be another moment. A column that only counts rows or
tells the time says nothing of what happens, and is noticed.
"""

import math
from array import array
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vizcore.formats.apart.calls import read_apart
from vizcore.formats.feature_files import header_of
from vizcore.formats.recognise import mark_of

MEGABYTE = 1 << 20
LARGEST = 64 * MEGABYTE  # bytes of a file
LONGEST, WIDEST = 200_000, 8192  # rows and columns of it
LONGEST_LINE = 1 << 18  # bytes of the first row, which tells how many columns there are
MOST_VALUES = 16_000_000  # rows times columns of text
TIMES = ("", "unnamed:_0", "index", "idx", "id", "frame", "frames", "frame_id", "frame_number", "time", "times", "t",
         "timestamp", "timestamps", "seconds", "sec", "s", "ms", "date")  # fmt: skip  # names of columns of moments
EVEN = 1e-3  # of a step, by which times may be uneven


@dataclass(frozen=True, eq=False)
class Series:
    """The rows of a file of numbers."""

    values: np.ndarray  # (T, D) float64, finite
    names: tuple[str, ...] = ()  # (D,) of the columns, where the file has them

    @property
    def moments(self) -> int | None:
        """The column that counts rows or tells the time, and nothing else; None where there is none."""
        if self.values.shape[1] < 2:
            return None
        for k, name in enumerate(self.names):
            steps = np.diff(self.values[:, k])
            if name.strip().lower().replace(" ", "_") in TIMES and (steps >= 0).all() and steps.any():
                return k
        steps = np.diff(self.values[:, 0])
        even = (steps > 0).all() and np.ptp(steps) <= EVEN * steps.mean()
        return 0 if even and not self.names else None


@read_apart("features")
def read_series(path: str | Path) -> Series:
    """Read numbers (T, D), one column where there is one number a row.

    NPY is read without its power to run code; all else is taken as text, whose first line may have names of columns.

    Raises:
        ValueError: it is too large, no table of numbers, empty, of one row, or has gaps or blank lines.
    """
    path = Path(path)
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(
            f"want a file of at most {LARGEST // MEGABYTE} MB, got {size // MEGABYTE} MB: thin it out first"
        )
    with path.open("rb") as file:
        binary = file.read(6) == b"\x93NUMPY"
    table, names = (_from_npy(path), ()) if binary else _from_text(path.read_bytes())
    table = table[:, None] if table.ndim == 1 else table
    _check_shape(table.shape)
    holes = ~np.isfinite(table).all(1)
    if holes.any():
        raise ValueError(
            f"want numbers everywhere, got nan or infinity in {holes.sum()} rows, first in row {holes.argmax()}"
        )
    if len(table) < 2:
        raise ValueError("want at least two rows, got one: there is nothing to warp")
    return Series(table.astype(np.float64), names)


def _check_shape(shape: tuple[int, ...]) -> None:
    if len(shape) != 2 or 0 in shape:
        raise ValueError(f"want numbers (T, D), a row for each moment, got {shape}")
    if shape[0] > LONGEST or shape[1] > WIDEST:
        raise ValueError(f"want at most {LONGEST:,} rows of {WIDEST:,} numbers, got {shape}")


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


def _from_text(data: bytes) -> tuple[np.ndarray, tuple[str, ...]]:
    """(T, D) numbers, and the names of the columns."""
    count, ends = data.count(b"\n"), data.find(b"\n", 0, LONGEST_LINE)
    if count > LONGEST + 1 or (ends < 0 and len(data) > LONGEST_LINE):  # before anything is taken apart
        raise ValueError(
            f"want at most {LONGEST:,} rows of {WIDEST:,} numbers, got {count:,} lines, the first of "
            f"{ends if ends >= 0 else len(data):,} bytes"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("want NPY or CSV, got a file that is neither: its content is no text") from None
    lines = text.rstrip().splitlines()
    if not lines:
        raise ValueError("want a row for each moment, got an empty file")
    mark = mark_of(lines[0]) or None
    names = tuple(_cells(lines[0], mark))
    if len(lines) > LONGEST + 1 or len(names) > WIDEST or len(names) * len(lines) > MOST_VALUES:
        raise ValueError(
            f"want at most {LONGEST:,} rows of {WIDEST:,} numbers, and {MOST_VALUES:,} in all, got {len(lines):,} of "
            f"{len(names):,}"
        )
    begin = int(bool(names) and not _is_number(names[0]) and len(lines) > 1)
    values, widths = array("d"), set()
    for number, line in enumerate(lines[begin:], begin + 1):
        cells = _cells(line, mark)
        if not line.strip():
            raise ValueError(f"want a row for each moment, got nothing on line {number}: fill it in, or take it out")
        widths.add(len(cells))
        try:
            values.extend(map(float, cells))
        except ValueError:
            wrong = next(word for word in cells if not _is_number(word))
            raise ValueError(f"want numbers alone, got {wrong[:40]!r} on line {number}") from None
        if len(values) > MOST_VALUES:
            raise ValueError(f"want at most {MOST_VALUES:,} numbers, got more")
    if len(widths) > 1:
        raise ValueError(f"want as many numbers in every row, got {min(widths)} to {max(widths)}")
    table = np.frombuffer(values, np.float64).reshape(len(lines) - begin, -1)
    return table, names if begin and len(names) == table.shape[1] else ()


def _cells(line: str, mark: str | None) -> list[str]:
    return [word.strip().strip('"') for word in line.split(mark)]


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
