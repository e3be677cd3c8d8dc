"""The CSV files of AVA: boxes with actions, and key frames to leave out.

    video, second, x1, y1, x2, y2, action[, person or score] - read_ava_csv -> AvaRows
    video, second - read_excluded -> key frames

Files of millions of rows are read in blocks. What cannot be read is refused by line: what was wanted, what was got.
Corners are told from x, y, width, height by geometry: as corners, such boxes would end before they begin.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from vizcore.algorithms.detection.ava_rows import AvaRows, Frame, checked, made_corners
from vizcore.formats.apart.calls import read_apart

BLOCK = 1 << 20  # bytes that are parsed at a time
MOST_ROWS = 20_000_000  # a table of that many is about 1 GB
MOST_EMPTY = 1_000_000  # key frames without rows
LONGEST_LINE = 1 << 16  # bytes
TOO_LONG = f"want lines of at most {LONGEST_LINE:,} bytes, got more in {{}}"
COLUMNS = ("video", "second", "x1", "y1", "x2", "y2", "action")
CORNERS = COLUMNS[2:6]
TYPES = dict.fromkeys((*COLUMNS[1:], "last"), pa.float64()) | {
    "video": pa.dictionary(pa.int32(), pa.string()),
}
GZIP = b"\x1f\x8b"  # first bytes of a packed file, whatever it is called
BLANK = (b"\n,", b"\n ", b"\n\t", b'\n"')  # what a line may begin with that holds nothing
OF_NOTHING = b' \t\r,"'
LARGEST_CLASS = 1 << 31  # class ids are smaller
NEW_LINE, LARGEST = ord("\n"), 1 << 31  # people have lower numbers than that


@dataclass(frozen=True)
class Layout:
    """What the first lines of a CSV say of the rest."""

    columns: int  # 7 or 8
    header: bool


@read_apart("table")
def read_ava_csv(path: str | Path, scored: bool | None = None) -> AvaRows:
    """Read boxes with actions.

    Rows have 7 columns, or 8: then the last is a person's number in ground truth and a score in detections. A row of 2
    lists a key frame without anybody. Time stamps may have leading zeros or fractions ("0902", "902", "902.5"), classes
    a fraction of 0 ("12.0"). Lines of commas and blanks alone are left out.

    Args:
        path: the file; may be compressed (gzip).
        scored: whether an eighth column is scores (or people); None tells by its numbers: people are whole ones.

    Returns:
        AvaRows, whose notes say what is odd: a header line that was skipped, blank lines, repeated rows, boxes out of
        the frame, x, y, width, height in place of corners.

    Raises:
        ValueError: the file is empty, not text, has too many rows, or a row is not what it should be, by its line.
    """
    layout, name = _layout(path), Path(path).name
    lines = sum(_count(block) for block in _blocks(path))
    if lines > MOST_ROWS:
        raise ValueError(
            f"want at most {MOST_ROWS:,} rows, got {lines:,} in {name}: keep the 50 most confident of a key frame"
        )
    columns, bare = _Columns(lines), []
    try:
        for table in _tables(path, layout, bare, columns):
            columns.add(table)
            if len(bare) > MOST_EMPTY:
                raise ValueError(f"want at most {MOST_EMPTY:,} key frames without rows, got more in {name}")
    except pa.ArrowInvalid:
        columns = ", ".join(COLUMNS)
        raise ValueError(_first_fault(path, layout) or f"want rows of {columns}, got others in {name}") from None
    if not columns.rows and not bare:
        raise ValueError(f"want rows of {', '.join(COLUMNS)}, got none in {name}")
    notes = ["the first line is a header: skipped"] if layout.header else []
    if columns.blank:
        notes.append(f"{columns.blank:,} blank lines: left out")
    try:
        return columns.whole(bare, scored, notes)
    except ValueError as fault:
        raise ValueError(f"{name}: {fault}") from None


@read_apart("table")
def read_excluded(path: str | Path) -> frozenset[Frame]:
    """Read key frames to leave out: rows of video, second.

    Raises:
        ValueError: a row has other columns, by its line.
    """
    found = set()
    for line, row in _lines(path):
        if len(row) != 2 or _number(row[1]) is None:
            raise ValueError(f"{Path(path).name}: want video, second in line {line}, got {','.join(row)[:120]!r}")
        found.add((row[0], float(row[1])))
    return frozenset(found)


class _Columns:
    """Columns for as many rows as there are lines, filled block by block: memory that is never filled costs nothing."""

    def __init__(self, lines: int):
        self.names: dict[str, int] = {}
        self.video, self.action = np.empty(lines, np.int32), np.empty(lines, np.int32)
        self.second, self.last, self.boxes = np.empty(lines), np.empty(lines), np.empty((lines, 4))
        self.rows, self.eighth, self.blank = 0, False, 0

    def add(self, table: pa.Table) -> None:
        """Take the columns of a block; equal names get equal numbers."""
        for batch in table.to_batches():
            rows = slice(self.rows, self.rows + len(batch))
            video = batch["video"]
            codes = np.array([self._code(name) for name in video.dictionary.to_pylist()], np.int32)
            self.video[rows] = codes[video.indices.to_numpy()]
            self.second[rows], self.action[rows] = batch["second"].to_numpy(), _whole(batch["action"].to_numpy())
            for place, name in enumerate(CORNERS):
                self.boxes[rows, place] = batch[name].to_numpy()
            if "last" in table.column_names:
                self.last[rows], self.eighth = batch["last"].to_numpy(), True
            self.rows = rows.stop

    def whole(self, bare: list[Frame], scored: bool | None, notes: list[str]) -> AvaRows:
        """The table of all blocks, and of key frames without rows.

        Args:
            bare: video and seconds of key frames without rows.
            scored: whether the last column is a score; None: by its numbers.
            notes: sentences so far.
        """
        rows = slice(self.rows)
        people = scores = None
        if self.eighth:
            last = self.last[rows]
            whole = not scored and bool(((last >= 0) & (last < LARGEST) & (np.floor(last) == last)).all())
            people = last.astype(np.int64) if whole else None
            scores = last if scored or (scored is None and (not whole or last.max() <= 1)) else None
        videos, seconds = self.video[rows], self.second[rows]
        if bare:
            videos = np.append(videos, np.array([self._code(video) for video, _ in bare], np.int32))
            seconds = np.append(seconds, [second for _, second in bare])
        names = tuple(self.names)
        boxes = self.boxes[rows]
        if sized := made_corners(boxes):
            notes = [*notes, sized]
        return checked(names, videos, seconds, boxes, self.action[rows], scores, people, notes)

    def _code(self, name: str) -> int:
        return self.names.setdefault(name, len(self.names))


def _whole(classes: np.ndarray) -> np.ndarray:
    """Class numbers as they are kept. Raises pa.ArrowInvalid for those that are no whole ones."""
    if not (np.abs(classes) < LARGEST_CLASS).all() or (np.floor(classes) != classes).any():
        raise pa.ArrowInvalid("a class that is no whole number")
    return classes


def _layout(path: str | Path) -> Layout:
    """How many columns, and whether the first line is a header; from the first rows alone."""
    header = False
    for line, row in _lines(path):
        if line == 1 and row[0].lstrip().startswith(("{", "[")):
            raise ValueError(
                f"want comma-separated values ({', '.join(COLUMNS)}), got JSON, {Path(path).name}: write its boxes as "
                "such rows"
            )
        if len(row) in (2, 7, 8) and _number(row[1]) is not None:
            if len(row) > 2:
                return Layout(len(row), header)
        elif line == 1 and len(row) in (2, 7, 8) and not any(_number(cell) is not None for cell in row):
            header = True
        else:
            raise ValueError(f"{Path(path).name}: {_wanted(line, row)}")
    return Layout(len(COLUMNS), header)  # nothing but key frames without rows


def _tables(path: str | Path, layout: Layout, bare: list[Frame], found: "_Columns") -> Iterator[pa.Table]:
    """The file block by block, as columns.

    Args:
        path: the file.
        layout: of its rows.
        bare: gets the key frames without rows.
        found: gets to know how many lines are blank.
    """

    def odd(row: arrow_csv.InvalidRow) -> str:
        cells = next(csv.reader([row.text]))
        if len(cells) != 2 or _number(cells[1]) is None:
            return "error"
        bare.append((cells[0], float(cells[1])))
        return "skip"

    names = [*COLUMNS, "last"][: layout.columns]
    parsing = arrow_csv.ParseOptions(invalid_row_handler=odd)
    converting = arrow_csv.ConvertOptions(column_types={name: TYPES[name] for name in names}, null_values=[])
    reading = arrow_csv.ReadOptions(use_threads=False, column_names=names)
    for number, text in enumerate(_blocks(path)):
        if layout.header and not number:
            text = text.partition(b"\n")[2]
        if text[:1] in OF_NOTHING or any(sign in text for sign in BLANK):
            lines = text.split(b"\n")
            full = [line for line in lines if line.strip(OF_NOTHING) or not line.rstrip(b"\r")]
            found.blank += len(lines) - len(full)
            text = b"\n".join(full)
        if text.strip():
            yield arrow_csv.read_csv(pa.BufferReader(text), reading, parsing, converting)


def _blocks(path: str | Path) -> Iterator[bytes]:
    """The file's bytes in blocks that end where a line does."""
    rest = b""
    with _opened(path, "rb") as file:
        while read := file.read(BLOCK):
            end = read.rfind(b"\n") + 1
            if end:
                yield rest + read[:end] if rest else read[:end]
                rest = b""
            rest += read[end:]
            if len(rest) > max(BLOCK, LONGEST_LINE):
                raise ValueError(TOO_LONG.format(Path(path).name))
    if rest:
        yield rest


def _count(block: bytes) -> int:
    """Lines of a block, whether the last one ends or not."""
    signs = np.frombuffer(block, np.uint8)
    return np.count_nonzero(signs == NEW_LINE) + int(signs[-1] != NEW_LINE)


def _first_fault(path: str | Path, layout: Layout) -> str | None:
    """A sentence on the first row that is not what it should be; slow, for files that could not be read."""
    for line, row in _lines(path):
        if line > layout.header and not _right(row, layout.columns):
            return f"{Path(path).name}: {_wanted(line, row)}"
    return None


def _right(row: list[str], columns: int) -> bool:
    if len(row) == 2:
        return _number(row[1]) is not None
    numbers = [_number(cell) for cell in row[1:]]
    return len(row) == columns and None not in numbers and numbers[5].is_integer() and abs(numbers[5]) < LARGEST_CLASS


def _wanted(line: int, row: list[str]) -> str:
    """What line `line` should have been."""
    comma = "; columns are parted by commas" if len(row) == 1 and any(sign in row[0] for sign in ";\t |") else ""
    got = ",".join(row)
    return f"want {', '.join(COLUMNS)} and at most one number more in line {line}, got {got[:120]!r}{comma}"


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _lines(path: str | Path) -> Iterator[tuple[int, list[str]]]:
    """Line numbers from 1 and cells of the rows that are not empty."""
    try:
        with _opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(_short(file, Path(path).name))
            yield from ((reader.line_num, row) for row in reader if any(map(str.strip, row)))
    except (UnicodeDecodeError, csv.Error) as fault:
        raise ValueError(f"want a text file of comma-separated values, got {Path(path).name}: {fault}") from None


def _short(file: IO[str], name: str) -> Iterator[str]:
    """The lines of a file, none of which is longer than it may be."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise ValueError(TOO_LONG.format(name))
        yield line


@contextmanager
def _opened(path: str | Path, mode: str, **text: str) -> Iterator[IO]:
    """The file, unpacked if it is packed."""
    try:
        with Path(path).open("rb") as raw:
            packed = Path(path).suffix == ".gz" or raw.read(len(GZIP)) == GZIP
        with (gzip.open if packed else open)(path, mode, **text) as file:
            yield file
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        raise ValueError(f"want a whole packed file, got {Path(path).name}: {fault}") from None
