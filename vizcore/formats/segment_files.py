"""Segments with times as files: tables (CSV), JSON and ELAN read, tables and JSON written.

bytes, file name - the first row of FORMATS that recognises how it begins - its reader -> SegmentFile
{tier: segments}, names - write_csv, write_json -> bytes, which are read back as they were

tier,start_frame,stop_frame,start,stop,label                    tier and either pair of times may be missing
{"unit": "frames", "tiers": {"truth": [{"start": 0, "stop": 20, "label": "take"}]}}
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from vizcore.algorithms.segmentation.metrics import Segment
from vizcore.formats.elan import read_elan
from vizcore.formats.label_files import text_of
from vizcore.formats.timed_segments import UNITS, SegmentFile, TimedSegment, in_order, number

SECONDS = ("start", "stop")
COLUMNS = ("tier", "start_frame", "stop_frame", *SECONDS, "label")
TIMES = {"frames": (("start_frame",), ("stop_frame", "end_frame")), "seconds": (("start",), ("stop", "end"))}
HEAD = 64  # bytes that tell a format
UTF16 = b"\xff\xfe", b"\xfe\xff"  # which XML may begin with
ONLY_TIER = "segments"  # the name of the tier where a file names none

Names = Mapping[int, str] | Sequence[str]


@dataclass(frozen=True)
class Format:
    """One row of FORMATS."""

    title: str
    endings: tuple[str, ...]
    recognises: Callable[[bytes], bool]  # by the first bytes of a file, without its byte order mark and white space
    read: Callable[[bytes, str], SegmentFile]  # content, file name; ValueError with file and line


def read_segments(content: bytes, file: str) -> SegmentFile:
    """Read whichever kind of file it is, by how it begins.

    Raises:
        ValueError: as the reader of its format.
    """
    start = content[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    return next(row for row in FORMATS.values() if row.recognises(start)).read(content, file)


def read_csv(content: bytes, file: str) -> SegmentFile:
    """Read a table with a header: label, start and stop (or end) in seconds or start_frame and stop_frame, maybe tier.

    Columns are parted by commas, semicolons or tabs. Where both are there, frames are taken.

    Raises:
        ValueError: a column is missing, a line is short or has no numbers, or in_order refuses a tier; with file and
            line.
    """
    text = text_of(content, file)
    header = text.partition("\n")[0]
    table = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=header.count))
    try:
        columns = [name.strip().lower() for name in next(table, [])]
        unit, start, stop = _times(columns, file)
        found: dict[str, list[TimedSegment]] = {}
        for row in filter(None, table):
            where = f"line {table.line_num}"
            if len(row) != len(columns):
                raise ValueError(f"{file}, {where}: want {len(columns)} columns, got {len(row)}")
            cells = dict(zip(columns, map(str.strip, row)))
            times = (number(cells[name], file, where) for name in (start, stop))
            found.setdefault(cells.get("tier", ONLY_TIER), []).append(TimedSegment(*times, cells["label"], where))
    except csv.Error as error:
        raise ValueError(f"{file}, line {table.line_num}: want a table, got one with {error}") from None
    return _checked(file, found, unit)


def read_json(content: bytes, file: str) -> SegmentFile:
    """Read {"unit": "seconds" or "frames", "tiers": {name: segments}}, or a bare list of segments in seconds.

    Raises:
        ValueError: it is no JSON (with the line), has another shape, or in_order refuses a tier.
    """
    try:
        data = orjson.loads(text_of(content, file))
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{file}, line {error.lineno}: want JSON, got {error.msg}") from None
    if isinstance(data, list):
        data = {"tiers": {ONLY_TIER: data}}
    tiers = data.get("tiers") if isinstance(data, dict) else None
    if not isinstance(tiers, dict) or not all(isinstance(rows, list) for rows in tiers.values()):
        raise ValueError(f'{file}: want {{"tiers": {{name: list of segments}}}} or a list of segments, got neither')
    unit = data.get("unit", "seconds")
    if unit not in UNITS:
        raise ValueError(f"{file}: want a unit of {', '.join(UNITS)}, got {unit!r}")
    found = {
        name: [_segment(row, file, f"segment {k} of {name!r}") for k, row in enumerate(rows, 1)]
        for name, rows in tiers.items()
    }
    return _checked(file, found, unit)


def write_csv(tiers: Mapping[str, Sequence[Segment]], names: Names, rate: float | None) -> bytes:
    """A table of all tiers, in frames and, where the rate is known, in seconds.

    Args:
        tiers: {name: segments}.
        names: of the classes, by number.
        rate: frames in a second, or None.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS if rate else [name for name in COLUMNS if name not in SECONDS])
    for tier, found in tiers.items():
        for start, stop, label in found:
            seconds = [f"{start / rate:.6f}", f"{stop / rate:.6f}"] if rate else []
            table.writerow([tier, start, stop, *seconds, names[label]])
    return text.getvalue().encode()


def write_json(tiers: Mapping[str, Sequence[Segment]], names: Names, rate: float | None) -> bytes:
    """The same as JSON, in frames, with the rate beside them (null where it is not known).

    Args:
        tiers: {name: segments in frames, in order of time}.
        names: of labels.
        rate: frames a second, None where it is not known.
    """
    rows = {
        tier: [{"start": start, "stop": stop, "label": names[label]} for start, stop, label in found]
        for tier, found in tiers.items()
    }
    return orjson.dumps({"unit": "frames", "rate": rate, "tiers": rows}, option=orjson.OPT_INDENT_2)


def _times(columns: Sequence[str], file: str) -> tuple[str, str, str]:
    """The unit, and the columns of start and stop."""
    for unit, choices in TIMES.items():
        start, stop = (next((name for name in names if name in columns), None) for names in choices)
        if start and stop and "label" in columns:
            return unit, start, stop
    raise ValueError(f"{file}, line 1: want the columns label, start and stop, got {', '.join(columns) or 'none'}")


def _segment(row: object, file: str, where: str) -> TimedSegment:
    if not isinstance(row, dict) or not isinstance(row.get("label"), str):
        raise ValueError(f'{file}, {where}: want {{"start": 0, "stop": 20, "label": "take"}}, got {str(row)[:80]}')
    times = (number(row.get(name), file, where) for name in ("start", "stop"))
    return TimedSegment(*times, row["label"].strip(), where)


def _checked(file: str, found: Mapping[str, Sequence[TimedSegment]], unit: str) -> SegmentFile:
    if not any(found.values()):
        raise ValueError(f"{file}: want at least one segment, got none")
    return SegmentFile(file, {tier: in_order(file, rows) for tier, rows in found.items()}, unit)


FORMATS = {  # in the order in which they are tried; the last takes whatever is left
    "elan": Format("ELAN", (".eaf",), lambda start: start.startswith((b"<", *UTF16)), read_elan),
    "json": Format("JSON", (".json",), lambda start: start.startswith((b"{", b"[")), read_json),
    "csv": Format("table", (".csv", ".tsv"), lambda start: True, read_csv),
}
