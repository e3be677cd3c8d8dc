"""Segments, or labels of frames, as text: tables with a header, and lines of start, stop and label without one.

bytes, file name - columns parted by commas, semicolons or tabs - roles of recognise.ROLES -> SegmentFile of each video

video,tier,start_frame,stop_frame,start,stop,label      video, tier and either pair of times may be missing
video,frame,label                                       a row for each frame

A large table without quotes is parsed by pandas, column by column; whatever that does not take, and what is wrong
anywhere, is read line by line.
"""

import csv
import io
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from vizcore.algorithms.segmentation.frame_labels import FrameLabels, video_of
from vizcore.formats.label_files import form_of_lines, label_lines, text_of, unquoted
from vizcore.formats.recognise import (
    SEGMENTS,
    mark_of,
    refuse_elan_table,
    refuse_export,
    refuse_large,
    roles_of,
    times_of,
)
from vizcore.formats.timed_segments import (
    LONGEST,
    MOST_SEGMENTS,
    SegmentFile,
    SegmentRows,
    TimedSegment,
    by_time,
    columns,
    hints_of,
    number,
)

COLUMNS = ("tier", "start_frame", "stop_frame", "start", "stop", "label")
OWN = (COLUMNS, ("tier", "start_frame", "stop_frame", "label"))  # headers that are written here: the stop is left out
ONLY_TIER = "segments"  # the name of the tier where a file names none
EXACT = ":."  # what a time in frames has not
MANY = 2000  # rows from which pandas pays
SHOWN = 200  # letters of a header that a sentence quotes
Read = tuple[SegmentFile | FrameLabels, ...]


class Table(NamedTuple):
    """What a header says of a table."""

    names: tuple[str, ...]  # of its columns
    mark: str  # between columns
    roles: dict[str, int]
    unit: str  # "" for a table of frames
    start: int = 0  # columns of the times
    stop: int = 0
    lasting: bool = False  # the second is a duration
    inclusive: bool = False  # the second is the last frame, by its name


def read_csv(content: bytes, file: str) -> SegmentFile:
    """Read a table of segments of one video, or lines of segments, as the file alone tells.

    Raises:
        ValueError: as read_table; or it is of several videos, or of frames; with file and line.
    """
    found = read_table(content, file)
    if len(found) > 1 or isinstance(found[0], FrameLabels):
        what = "labels of frames" if isinstance(found[0], FrameLabels) else f"{len(found)} videos"
        raise ValueError(f"{file}: want segments of one video, got {what}")
    return found[0].settled()


def read_table(content: bytes, file: str) -> Read:
    """Read a table with a header: label, and start and stop in seconds or frames, or the frame; maybe video and tier.

    Where times are there in frames and in seconds, frames are taken. A start beside a duration will do as well. Lines
    of segments without a header are taken too.

    Raises:
        ValueError: a column is missing, a line is short or has no numbers, or there are more than MOST_SEGMENTS rows;
            with file and line.
    """
    refuse_large(content, file)
    text = text_of(content, file)
    refuse_export(text, file)
    header = text.partition("\n")[0]
    table = _table_of(header)
    if table is None and text.strip():
        words, counts = label_lines(text, file)
        form = form_of_lines(words, counts, file)
        if form in SEGMENTS:
            return read_segment_lines(file, words, counts, form)
        refuse_elan_table(header.split(mark_of(header) or None), file)
    if table is None:
        names = ", ".join(_names_of(header))[:SHOWN]
        raise ValueError(f"{file}, line 1: want the columns label, start and stop, got {names or 'none'}")
    if not table.unit:
        return _frames(_rows(text, table, file), table, file)
    parts = _by_pandas(content, text, table) if text.count("\n") >= MANY and '"' not in text else None
    return _files(parts or _by_csv(text, table, file), table, file, _is_exact(text, table))


def read_segment_lines(file: str, words: Sequence[str], counts: Sequence[int], form: str) -> tuple[SegmentFile]:
    """Segments of lines without a header.

    Args:
        file: its name.
        words: the first of each run of equal lines.
        counts: how many lines each run has.
        form: a key of SEGMENTS.

    Raises:
        ValueError: a line has another form, or they are too many; with file and line.
    """
    found, line, exact = [], 1, False
    for word, count in zip(words, counts):
        parsed = SEGMENTS[form](word)
        if parsed is None:
            raise ValueError(
                f"{file}, line {line}: want start, stop and label as on the lines before, got {word[:80]!r}"
            )
        times = [number(one, file, f"line {line}") for one in parsed[:2]]
        exact |= any(mark in one for one in parsed[:2] for mark in EXACT)
        found += [TimedSegment(*times, parsed.label, f"line {line + k}") for k in range(count)]
        line += count
        _refuse_many(len(found), file)
    labels = unquoted([one.label for one in found])
    rows = by_time(columns([one._replace(label=label) for one, label in zip(found, labels)]))
    unit = "seconds" if exact else "frames"
    hints = hints_of([rows], exact or form == "ranges", form == "ranges")
    return (SegmentFile(file, {ONLY_TIER: rows}, unit, form=form, hints=hints),)


def _names_of(header: str) -> tuple[str, ...]:
    """The names of the columns of a header, in small letters."""
    mark = mark_of(header)
    return tuple(name.strip().lower() for name in (header.split(mark) if mark else [header]) if name.strip())


def _table_of(header: str) -> Table | None:
    """What a header says; None where it is none of a table."""
    mark = mark_of(header) or ","
    try:
        names = next(csv.reader([header], delimiter=mark), [])
    except csv.Error:
        return None
    roles = roles_of(names)
    times = times_of(roles)
    if "label" not in roles or not (times or "frame" in roles):
        return None
    own = tuple(name.strip().lower() for name in names)
    if times is None:
        return Table(own, mark, roles, "")
    unit, start, stop = times
    return Table(own, mark, roles, unit, roles[start], roles[stop], stop == "duration", stop == "last_frame")


def _rows(text: str, table: Table, file: str) -> list[tuple[list[str], int]]:
    """(cells, line) of each row below the header; blank lines are passed over."""
    reader, rows = csv.reader(io.StringIO(text), delimiter=table.mark), []
    try:
        next(reader)
        for cells in reader:
            if not any(map(str.strip, cells)):
                continue
            if len(cells) != len(table.names):
                where = f"{file}, line {reader.line_num}"
                raise ValueError(f"{where}: want {len(table.names)} columns, got {len(cells)}")
            rows.append(([cell.strip() for cell in cells], reader.line_num))
            _refuse_many(len(rows), file, LONGEST if not table.unit else MOST_SEGMENTS)
    except csv.Error as error:
        raise ValueError(f"{file}, line {reader.line_num}: want a table, got one with {error}") from None
    return rows


def _by_csv(text: str, table: Table, file: str) -> list[tuple[str, str, SegmentRows]]:
    """(video, tier, segments) of a table, line by line."""
    found: dict[tuple[str, str], list[TimedSegment]] = {}
    label = table.roles["label"]
    for cells, line in _rows(text, table, file):
        where = f"line {line}"
        start, stop = (number(cells[k], file, where) for k in (table.start, table.stop))
        video = video_of(_cell(cells, table, "video", ""))
        if "video" in table.roles and not video:
            raise ValueError(f"{file}, {where}: want the name of a video, got none")
        rows = found.setdefault((video, _cell(cells, table, "tier", ONLY_TIER)), [])
        rows.append(TimedSegment(start, start + stop if table.lasting else stop, cells[label], where))
    return [(*key, columns(rows)) for key, rows in found.items()]


def _by_pandas(content: bytes, text: str, table: Table) -> list[tuple[str, str, SegmentRows]] | None:
    """The same, where every row has all cells and times are plain numbers; None where that is not so."""
    marks = len(table.names) - 1
    lines = text.rstrip("\n").count("\n")
    if lines > MOST_SEGMENTS or text.count(table.mark) != marks * (lines + 1):
        return None
    import pandas as pd  # takes 0.3 s: whoever reads no large table need not wait

    words = [column for role in ("label", "video", "tier") if (column := table.roles.get(role)) is not None]
    kinds = dict.fromkeys(words, "category") | dict.fromkeys((table.start, table.stop), np.float64)
    given = {"sep": table.mark, "header": None, "skiprows": 1, "quoting": csv.QUOTE_NONE, "na_filter": False}
    try:
        read = pd.read_csv(io.BytesIO(content), usecols=sorted(kinds), dtype=kinds, skip_blank_lines=False, **given)
    except (ValueError, OverflowError):
        return None
    if len(read) != lines:
        return None
    groups: dict[tuple[str, str], np.ndarray] = {("", ONLY_TIER): np.arange(lines)}
    if len(words) > 1:
        groups = _groups(read, table)
    start, stop = (read[k].to_numpy() for k in (table.start, table.stop))
    label = read[table.roles["label"]].cat
    names = tuple(str(name).strip() for name in label.categories)
    stop = start + stop if table.lasting else stop
    rows = SegmentRows(start, stop, label.codes.to_numpy(), names, np.arange(lines) + 2)
    return [(*key, rows.taken(keys)) for key, keys in groups.items()]


def _groups(read, table: Table) -> dict[tuple[str, str], np.ndarray]:
    """{(video, tier): rows} of a data frame, in the order in which they come."""
    found: dict[tuple[str, str], list[np.ndarray]] = {}
    roles = [role for role in ("video", "tier") if role in table.roles]
    for key, keys in read.groupby([table.roles[role] for role in roles], sort=False, observed=True).indices.items():
        words = dict(zip(roles, key if isinstance(key, tuple) else (key,)))
        names = video_of(str(words.get("video", "")).strip()), str(words.get("tier", ONLY_TIER)).strip()
        found.setdefault(names, []).append(keys)
    return {names: np.sort(np.concatenate(keys)) for names, keys in found.items()}


def _is_exact(text: str, table: Table) -> bool:
    """The first row has clock times, or times with a decimal point."""
    row = text.split("\n", 2)[1:2]
    cells = row[0].split(table.mark) if row else []
    return any(len(cells) > k and any(mark in cells[k] for mark in EXACT) for k in (table.start, table.stop))


def _files(parts: list[tuple[str, str, SegmentRows]], table: Table, file: str, exact: bool) -> tuple[SegmentFile, ...]:
    """A file of each video.

    Args:
        parts: (video, tier, segments).
        table: what its header says.
        file: its name.
        exact: times are of a clock, or have a decimal point.
    """
    if not parts:
        raise ValueError(f"{file}: want at least one segment, got none")
    videos: dict[str, dict[str, SegmentRows]] = {}
    for video, tier, rows in parts:
        videos.setdefault(video, {})[tier] = by_time(rows)
    every = [rows for tiers in videos.values() for rows in tiers.values()]
    exact = exact or any(bool((one % 1).any()) for rows in every for one in (rows.start, rows.stop))
    hints = hints_of(every, table.unit == "frames" or exact, table.inclusive)
    if table.names in OWN or table.lasting:
        hints = hints._replace(ends="exclusive", first=0)
    return tuple(
        SegmentFile(file, tiers, table.unit, named=video, form="table", hints=hints) for video, tiers in videos.items()
    )


def _frames(rows: list[tuple[list[str], int]], table: Table, file: str) -> tuple[FrameLabels, ...]:
    """The labels of a table with a row for each frame, of each video."""
    videos: dict[str, list[tuple[int, str, int]]] = {}
    for cells, line in rows:
        word = cells[table.roles["frame"]]
        if not (word.isascii() and word.isdigit()):
            raise ValueError(f"{file}, line {line}: want the number of a frame, got {word[:80]!r}")
        found = videos.setdefault(video_of(_cell(cells, table, "video", "")), [])
        if int(word) != (found[-1][0] + 1 if found else min(int(word), 1)):
            after = f"frame {found[-1][0] + 1}" if found else "frame 0 or 1"
            raise ValueError(f"{file}, line {line}: want {after} next, got {word}: every frame needs a row")
        found.append((int(word), cells[table.roles["label"]], line))
    if not videos:
        raise ValueError(f"{file}: want a label for each frame, got none")
    return tuple(_runs_of(file, video, found) for video, found in videos.items())


def _runs_of(file: str, video: str, frames: Sequence[tuple[int, str, int]]) -> FrameLabels:
    runs = [(label, list(run)) for label, run in groupby(frames, key=lambda one: one[1])]
    words, counts, places = zip(*((label, len(run), f"line {run[0][2]}") for label, run in runs))
    return FrameLabels(file, words, counts, places, named=video, form="table of frames")


def _cell(cells: Sequence[str], table: Table, role: str, default: str) -> str:
    return cells[table.roles[role]] if role in table.roles else default


def _refuse_many(count: int, file: str, most: int = MOST_SEGMENTS) -> None:
    if count > most:
        raise ValueError(f"{file}: want at most {most:,} rows, got more: split the file by its videos")
