"""What a text of labels is: one form of the tables below, told by its lines, and what each form is called.

lines of a file - form_of -> a key of FORMS, or a sentence;  a header - roles_of -> {role: column}

Exports of annotation tools that are not read yet are recognised too, so that a sentence can name the tool.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from vizcore.formats.timed_segments import seconds_of

SHOWN = 80  # letters of a line that a sentence quotes
MOST_LINES, LONGEST_LINE, NEW_LINE = 1_000_000, 1 << 17, 10  # of a table; bytes; its sign
LEAST = 10  # labels on one line without a header: fewer may be the name of one class
MARKS = "\t;,"  # between columns, in the order in which they are looked for; else blanks
FORMS = {  # what one line says of files of each form
    "lines": "one label a line",
    "recognition": "a header line, then all labels on one",
    "one line": "all labels on one line",
    "numbered": "the number of a frame and its label on each line",
    "clocked": "a time and a label on each line, evenly spaced",
    "classed": "the number of a class and its name on each line",
    "ranges": "ranges of frames (“1-20 SIL”)",
    "start stop label": "start, stop and label on each line",
    "label start stop": "label, start and stop on each line",
    "table": "tables of segments",
    "table of frames": "tables of frames",
    "JSON": "JSON",
    "ELAN": "ELAN",
}
ROLES = {  # of a table's columns: the names that it may have, the first that is there counts
    "label": ("label", "labels", "class", "class_name", "action", "action_name", "activity", "annotation", "narration"),
    "start_frame": ("start_frame", "frame_start", "begin_frame", "first_frame", "startframe"),
    "stop_frame": ("stop_frame", "end_frame", "frame_stop", "frame_end", "stopframe", "endframe"),
    "last_frame": ("last_frame",),
    "start": ("start", "start_time", "begin", "begin_time", "start_timestamp", "start_sec", "start_seconds", "start_s"),
    "stop": ("stop", "end", "stop_time", "end_time", "stop_timestamp", "end_timestamp", "stop_sec", "end_sec",
             "stop_seconds", "end_seconds", "stop_s", "end_s"),
    "duration": ("duration", "duration_sec", "duration_s"),
    "frame": ("frame", "frame_id", "frame_index", "frame_number", "index", "idx"),
    "video": ("video", "video_id", "video_name", "videoname", "video_file", "vid", "file", "file_name", "filename",
              "clip", "clip_id"),
    "tier": ("tier", "track"),
}  # fmt: skip
TIMES = (  # (unit, start, stop) of a table, the first that is there counts
    ("frames", "start_frame", "stop_frame"),
    ("frames", "start_frame", "last_frame"),
    ("seconds", "start", "stop"),
    ("seconds", "start", "duration"),
)
AS_TABLE = "save its segments as a table (CSV) with the columns label, start and end, or start_frame and stop_frame"


class Line(NamedTuple):
    """A segment as a line without a header has it."""

    start: str
    stop: str
    label: str


@dataclass(frozen=True)
class Export:
    """What a tool writes that is not read yet."""

    tool: str
    tells: Callable[[str], bool]  # by the first letters of the file, in small letters, without blanks


EXPORTS = (
    Export("Label Studio", lambda head: '"annotations":[{"id"' in head or "timelinelabels" in head),
    Export("Label Studio", lambda head: '"videolabels"' in head or '"annotation_id"' in head),
    Export("ActivityNet or THUMOS", lambda head: head.startswith("{") and '"database":{' in head),
    Export("ActivityNet or THUMOS", lambda head: head.startswith("{") and '"results":{' in head),
    Export("VIA", lambda head: '"pid":"__via' in head or '"_via_' in head),
    Export("COCO", lambda head: head.startswith("{") and '"images":[' in head),
    Export("CVAT", lambda head: head.startswith("<") and "<annotations>" in head),
    Export("Praat", lambda head: head.startswith('filetype="ootextfile"')),
    Export("subtitles (WebVTT)", lambda head: head.startswith("webvtt")),
)
HEAD = 2000  # letters that tell an export


def refuse_export(text: str, file: str) -> None:
    """Refuse what a tool has written that is not read yet.

    Raises:
        ValueError: by the name of the tool.
    """
    head = "".join(text[:HEAD].lower().split())
    tool = next((one.tool for one in EXPORTS if one.tells(head)), None)
    if tool:
        raise ValueError(f"{file}: want labels or segments, got a file of {tool}, which is not read yet: {AS_TABLE}")


def refuse_elan_table(row: Sequence[str], file: str) -> None:
    """Refuse ELAN's tab-delimited text without a header, by its first line.

    Raises:
        ValueError: it is one.
    """
    if sum(seconds_of(cell.strip()) is not None for cell in row) >= 2 and len(row) >= 5:
        raise ValueError(
            f"{file}, line 1: want a header, got ELAN's tab-delimited text, which is not read yet: open its .eaf file, "
            f"or {AS_TABLE}"
        )


def mark_of(line: str) -> str:
    """What parts the columns of a line: the mark of MARKS that it has most often, "" for blanks."""
    best = max(MARKS, key=line.count)
    return best if best in line else ""


def roles_of(header: Sequence[str]) -> dict[str, int]:
    """{role of ROLES: its column} of a table's header."""
    names = [name.strip().strip("\"'").lower().replace(" ", "_").replace("-", "_") for name in header]
    found = {role: next((names.index(name) for name in known if name in names), -1) for role, known in ROLES.items()}
    return {role: column for role, column in found.items() if column >= 0}


def is_header(line: str) -> bool:
    """A line that names the columns of a table of segments or of frames."""
    roles = roles_of(line.split(mark_of(line) or None))
    return "label" in roles and ("frame" in roles or times_of(roles) is not None)


def times_of(roles: Mapping[str, int]) -> tuple[str, str, str] | None:
    """The row of TIMES whose columns are there."""
    return next((row for row in TIMES if row[1] in roles and row[2] in roles), None)


def form_of(lines: Sequence[str], known: Collection[str] = (), once: bool = True) -> str:
    """The form of a file's lines, a key of FORMS.

    Args:
        lines: of a text, or the first of each run of equal ones; not empty.
        known: names of classes; lines that are all among them are labels, whatever they look like.
        once: these are all lines, none of which is followed by an equal one.

    Raises:
        ValueError: lines begin with numbers that are neither times nor those of frames or classes; without the file.
    """
    if len(lines) == 1 and len(words := lines[0].split()) >= LEAST and 2 * len(set(words)) <= len(words):
        return "one line"
    parted = all(" " in line or any(mark in line for mark in MARKS) for line in lines)
    if not parted or (known and all(line in known for line in lines)):
        return "lines"
    if is_header(lines[0]):
        return "table"
    for form, parse in SEGMENTS.items():
        if parse(lines[0]) and 2 * sum(parse(line) is not None for line in lines) >= len(lines):
            return form
    return _counted([first_of(line) for line in lines], once)


def first_of(line: str) -> tuple[str, str]:
    """(first word, the rest) of a line; blanks or a mark are between them."""
    word, _, rest = line.replace("\t", " ").partition(" ")
    for mark in ";,":
        if mark in word:
            word, _, more = line.partition(mark)
            return word.strip(), more.strip()
    return word, rest.strip()


def _counted(pairs: Sequence[tuple[str, str]], once: bool) -> str:
    """The form of lines that are a word and a label."""
    if not all(_is_time(word) and label for word, label in pairs):
        return "lines"
    if all(word.isdigit() for word, _ in pairs):
        numbers = [int(word) for word, _ in pairs]
        if (
            once
            and len(pairs) > 1
            and numbers[0] in (0, 1)
            and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        ):
            return "numbered"
        both = {(number, label) for number, (_, label) in zip(numbers, pairs)}
        if len(both) == len({number for number, _ in both}) == len({label for _, label in both}):
            return "classed" if len(both) > 1 else "lines"
    else:
        times = [_time(word) for word, _ in pairs]
        steps = [after - before for before, after in pairwise(times)]
        if steps and min(steps) > 0 and max(steps) - min(steps) <= 0.1 * max(steps):
            return "clocked"
    raise ValueError(
        f"line 1: want a label a line, or segments with start and stop, got lines that begin with a number, such as "
        f"{' '.join(pairs[0])[:SHOWN]!r}, which counts neither frames nor classes: keep the labels alone"
    )


def _range(line: str) -> Line | None:
    """1-20 SIL, 1 - 20: SIL, 1-20,SIL"""
    start, dash, rest = line.partition("-")
    stop, label = first_of(rest.strip().replace(":", " ", 1))
    start = start.strip()
    fits = dash and start.isdigit() and stop.isdigit() and label and start.isascii() and stop.isascii()
    return Line(start, stop, label) if fits else None


def _start_first(line: str) -> Line | None:
    """0 20 SIL, 0.5<tab>2.5<tab>take, 00:00:01 - 00:00:02 take"""
    start, rest = first_of(line)
    stop, label = first_of(rest.removeprefix("- "))
    return Line(start, stop, label) if label and _is_time(start) and _is_time(stop) else None


def _label_first(line: str) -> Line | None:
    """take 0 20"""
    mark = mark_of(line)
    words = line.rsplit(mark or None, 2)
    if len(words) != 3:
        return None
    label, start, stop = (word.strip() for word in words)
    return Line(start, stop, label) if label and _is_time(start) and _is_time(stop) else None


def _is_time(word: str) -> bool:
    return _time(word) is not None


def _time(word: str) -> float | None:
    """A number that begins with a digit, or a clock time."""
    if not word.removeprefix("-")[:1].isdigit() or not word.isascii():
        return None
    if ":" in word:
        return seconds_of(word)
    try:
        return float(word)
    except ValueError:
        return None


SEGMENTS: dict[str, Callable[[str], Line | None]] = {  # forms of FORMS that are segments, a line each
    "ranges": _range,
    "start stop label": _start_first,
    "label start stop": _label_first,
}


def refuse_large(content: bytes, file: str) -> None:
    """Refuse more lines, or a longer one, than a table may have, before it is taken apart.

    Raises:
        ValueError: with file, and line.
    """
    if (count := content.count(b"\n")) > MOST_LINES:
        raise ValueError(f"{file}: want a table of at most {MOST_LINES:,} lines, got {count:,}")
    if len(content) > LONGEST_LINE:
        ends = np.append(np.flatnonzero(np.frombuffer(content, np.uint8) == NEW_LINE), len(content))
        lengths = np.diff(ends, prepend=-1) - 1
        if lengths.max() > LONGEST_LINE:
            raise ValueError(
                f"{file}, line {lengths.argmax() + 1}: want lines of at most {LONGEST_LINE:,} bytes, got one of "
                f"{lengths.max():,}"
            )
