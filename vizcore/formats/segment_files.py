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

from vizcore.algorithms.segmentation.frame_labels import FrameLabels, video_of
from vizcore.algorithms.segmentation.metrics import Segment
from vizcore.formats.elan import read_elan
from vizcore.formats.label_files import (
    HEADER,
    MARKUP,
    form_of_lines,
    is_markup,
    label_lines,
    labelled,
    recognition,
    text_of,
)
from vizcore.formats.recognise import ROLES, SEGMENTS, is_header, mark_of, refuse_export
from vizcore.formats.segment_tables import COLUMNS, ONLY_TIER, Read, read_csv, read_segment_lines, read_table
from vizcore.formats.timed_segments import (
    MOST_SEGMENTS,
    SETTLED,
    UNITS,
    SegmentFile,
    TimedSegment,
    by_time,
    columns,
    number,
)

__all__ = ["FORMATS", "Format", "read_csv", "read_json", "read_segments", "read_timelines", "write_csv", "write_json"]
SECONDS = ("start", "stop")
HEAD = 64  # bytes that tell a format
TABLES = (".csv", ".tsv")
UTF16 = b"\xff\xfe", b"\xfe\xff"  # which XML may begin with
MOST_VALUES = 8 * MOST_SEGMENTS  # of a JSON file: commas and brackets

Names = Mapping[int, str] | Sequence[str]


@dataclass(frozen=True)
class Format:
    """One row of FORMATS."""

    title: str
    endings: tuple[str, ...]
    recognises: Callable[[bytes], bool]  # by the first bytes of a file, without its byte order mark and white space
    read: Callable[[bytes, str], SegmentFile | Read]  # content, file name; ValueError with file and line


def read_segments(content: bytes, file: str) -> SegmentFile:
    """Read segments of one video, whichever kind of file it is, by how it begins, with times as the file alone tells.

    Raises:
        ValueError: as the reader of its format; or it is of several videos, or of frames.
    """
    found = _read(content, file)
    if len(found) > 1 or isinstance(found[0], FrameLabels):
        what = "labels of frames" if isinstance(found[0], FrameLabels) else f"{len(found)} videos"
        raise ValueError(f"{file}: want segments of one video, got {what}")
    return found[0].settled()


def read_timelines(content: bytes, file: str, known: Sequence[str] = ()) -> Read:
    """Read labels of frames or segments of one video or several, whatever form of recognise.FORMS they have.

    Segments are as the file counts them: SegmentFile.settled makes frames from 0 of them.

    Args:
        content: of the file.
        file: its name.
        known: names of classes, where they are known.

    Raises:
        ValueError: as the reader of its format.
    """
    start = _start_of(content)
    if start.startswith(HEADER[:3].encode()):
        return (recognition(text_of(content, file), file),)
    *others, _ = FORMATS.values()
    row = next((row for row in others if row.recognises(start)), None)
    binary = start.startswith(UTF16)
    text = "" if binary else text_of(content, file)
    if row is not None and (binary or is_markup(text) or start[:1].decode("latin-1") not in MARKUP):
        return _tuple(row.read(content, file))
    if is_header(text.partition("\n")[0]):
        return read_table(content, file)
    words, counts = label_lines(text, file)
    form = form_of_lines(words, counts, file, known)
    if form in SEGMENTS:
        return read_segment_lines(file, words, counts, form)
    if form == "lines" and file.lower().endswith(TABLES):
        if mark_of(words[0]):
            return read_table(content, file)  # which names the columns that it wants
        if words[0].lower() in ROLES["label"] and counts[0] == 1 and len(words) > 1:
            return (labelled(file, words[1:], counts[1:], form, 2),)
    return (labelled(file, words, counts, form),)


def read_json(content: bytes, file: str) -> SegmentFile | Read:
    """Read {"unit": "seconds" or "frames", "tiers": {name: segments}}, or a bare list of segments in seconds.

    A segment may name its video.

    Raises:
        ValueError: it is no JSON (with the line), has another shape or more than MOST_VALUES values.
    """
    text = text_of(content, file)
    refuse_export(text, file)
    if sum(map(content.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise ValueError(f"{file}: want JSON of at most {MOST_VALUES:,} values, got more: split it by its videos")
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{file}, line {error.lineno}: want JSON, got {error.msg}") from None
    if isinstance(data, list):
        data = {"tiers": {ONLY_TIER: data}}
    tiers = data.get("tiers") if isinstance(data, dict) else None
    if not isinstance(tiers, dict) or not all(isinstance(rows, list) for rows in tiers.values()):
        raise ValueError(f'{file}: want {{"tiers": {{name: list of segments}}}} or a list of segments, got neither')
    unit = data.get("unit", "seconds")
    if unit not in UNITS:
        raise ValueError(f"{file}: want a unit of {', '.join(UNITS)}, got {str(unit)[:80]!r}")
    videos: dict[str, dict[str, list[TimedSegment]]] = {}
    for name, rows in tiers.items():
        for k, row in enumerate(rows, 1):
            one = _segment(row, file, f"segment {k} of {name!r}")
            videos.setdefault(_video(row), {}).setdefault(name, []).append(one)
    if not videos:
        raise ValueError(f"{file}: want at least one segment, got none")
    hints = SETTLED
    sorted_tiers = (
        (video, {tier: by_time(columns(rows)) for tier, rows in found.items()}) for video, found in videos.items()
    )
    return tuple(SegmentFile(file, tiers, unit, (), video, "JSON", hints) for video, tiers in sorted_tiers)


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


def _start_of(content: bytes) -> bytes:
    """How a file begins, without its byte order mark and white space."""
    return content[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()


def _read(content: bytes, file: str) -> Read:
    """By the first row of FORMATS that recognises it."""
    start = _start_of(content)
    return _tuple(next(row for row in FORMATS.values() if row.recognises(start)).read(content, file))


def _tuple(found: SegmentFile | Read) -> Read:
    return found if isinstance(found, tuple) else (found,)


def _video(row: dict) -> str:
    name = row.get("video", "")
    return video_of(name.strip()) if isinstance(name, str) else ""


def _segment(row: object, file: str, where: str) -> TimedSegment:
    if not isinstance(row, dict) or not isinstance(row.get("label"), str):
        raise ValueError(f'{file}, {where}: want {{"start": 0, "stop": 20, "label": "take"}}, got {str(row)[:80]}')
    times = (number(row.get(name), file, where) for name in ("start", "stop"))
    return TimedSegment(*times, row["label"].strip(), where)


FORMATS = {  # in the order in which they are tried; the last takes whatever is left
    "elan": Format("ELAN", (".eaf", ".xml"), lambda start: start.startswith((b"<", *UTF16)), read_elan),
    "json": Format("JSON", (".json",), lambda start: start.startswith((b"{", b"[")), read_json),
    "csv": Format("table", TABLES, lambda start: True, read_table),
}
ENDINGS = tuple(ending for row in FORMATS.values() for ending in row.endings)  # of files of segments
