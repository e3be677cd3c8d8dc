"""How files count time: in frames or seconds, from 0 or 1, to the last frame or the first after it; file by file.

SegmentFile, as each counts - hints of all files of a folder and form, known lengths, what a person says - settle
    -> SegmentFile in one convention, a line on what was understood, warnings where it was a guess
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vizcore.algorithms.segmentation.frame_labels import SLACK, FrameLabels, folder_of
from vizcore.formats.recognise import FORMS
from vizcore.formats.timed_segments import ENDS, UNITS, SegmentFile

NAMED = ("table", "JSON", "ELAN")  # forms that name their unit
ALONE = "the files"  # what lies in no folder is called
EXACT = 0.5  # frames by which a last segment may miss the end of the video to tell how it is counted


class Said(NamedTuple):
    """What a person says of files that count in ways of their own; nothing, where the files are to tell."""

    unit: str = ""  # one of UNITS
    ends: str = ""  # one of ENDS
    first: int | None = None  # 0 or 1


NOTHING = Said()


@dataclass(frozen=True)
class Settled:
    """Files of segments in one convention: frames from 0, the stop left out."""

    files: tuple[SegmentFile, ...]
    read_as: tuple[tuple[str, str], ...]  # (folder, how its files were read)
    warnings: tuple[str, ...]


def settle(
    files: Sequence[SegmentFile], lengths: Mapping[str, int], rates: Mapping[str, float], said: Said = NOTHING
) -> Settled:
    """Bring files of segments into one convention. Files of one form in one folder count in the same way.

    Args:
        files: as read_timelines gives them.
        lengths: {video: frames}, where they are known.
        rates: {video: frames in a second}, where they are known.
        said: what overrides the files.

    Raises:
        ValueError: a word of said is unknown, or a file is not in order by this convention.
    """
    if said.unit not in ("", *UNITS) or said.ends not in ("", *ENDS) or said.first not in (None, 0, 1):
        raise ValueError(
            f"want a unit of {', '.join(UNITS)}, ends that are {' or '.join(ENDS)}, and 0 or 1 as the first frame, "
            f"got {said.unit!r}, {said.ends!r} and {said.first}"
        )
    groups: dict[tuple[str, str], list[int]] = {}
    for k, one in enumerate(files):
        groups.setdefault((folder_of(one.file), one.form), []).append(k)
    found, read_as, warnings = list(files), [], []
    known = _reach(files, lengths, rates)
    for (folder, form), places in groups.items():
        group = [files[k] for k in places]
        unit, doubts = _unit(group, known, rates, said.unit)
        ends = said.ends or _ends(group)
        first = said.first if said.first is not None else _first(group, ends, lengths)
        told = [FORMS.get(form, form), *(_in_words(unit, ends or ENDS[0], first) if form != "ELAN" else ())]
        read_as.append((folder, ", ".join(filter(None, told))))
        warnings += [f"{folder or ALONE}: {doubt}" for doubt in doubts]
        if not ends and unit == "frames" and form != "JSON":
            warnings += _mixed(folder, group) or _apart(folder, group)
        for k in places:
            found[k] = files[k].settled(unit, ends or files[k].hints.ends, first)
    return Settled(tuple(found), tuple(read_as), tuple(warnings))


def read_as(labels: Iterable[FrameLabels]) -> list[tuple[str, str]]:
    """(folder, how its files were read) of labels of frames."""
    return list(dict.fromkeys((folder_of(one.file), FORMS.get(one.form, "labels of frames")) for one in labels))


def one_line(rows: Iterable[tuple[str, str]]) -> str:
    """What was understood of all folders, in one line."""
    forms: dict[str, list[str]] = {}
    for folder, form in rows:
        forms.setdefault(folder or ALONE, []).append(form)
    by_form: dict[str, list[str]] = {}
    for folder, found in forms.items():
        by_form.setdefault(" and ".join(dict.fromkeys(found)), []).append(folder)
    return "Read as: " + "; ".join(f"{', '.join(folders)}: {form}" for form, folders in by_form.items())


def _reach(files: Sequence[SegmentFile], lengths: Mapping[str, int], rates: Mapping[str, float]) -> dict[str, float]:
    """{video: frames}, known, or else as far as segments reach whose unit is sure."""
    found: dict[str, float] = {}
    for one in files:
        scale = 1.0 if one.unit == "frames" else rates.get(one.video)
        if one.hints.unit and scale:
            found[one.video] = max(found.get(one.video, 0), one.stop * scale)
    return found | dict(lengths)


def _unit(
    group: Sequence[SegmentFile], known: Mapping[str, float], rates: Mapping[str, float], said: str
) -> tuple[str, list[str]]:
    """The unit of a group, and what is doubtful about it."""
    usual = group[0].unit
    if said:
        return said, []
    sure = {one.unit for one in group if one.hints.unit}
    if sure:
        return ("seconds" if "seconds" in sure else usual), []
    other = next(unit for unit in UNITS if unit != usual)
    near = {unit: _fits(group, unit, known, rates, near=True) for unit in UNITS}
    if near[usual] != near[other]:
        return (usual if near[usual] else other), []
    fits = {unit: _fits(group, unit, known, rates) for unit in UNITS}
    if fits["frames"] and not fits["seconds"] and any(one.video in known for one in group):
        return "frames", []
    doubt = f"all times are whole numbers, and are read as {usual}; if they are {other}, say so by the setting unit"
    return usual, [doubt]


def _fits(
    group: Sequence[SegmentFile],
    unit: str,
    known: Mapping[str, float],
    rates: Mapping[str, float],
    near: bool = False,
) -> bool:
    """The files end within their videos, or near their ends, if they are in a unit.

    Args:
        group: files of one convention.
        unit: one of UNITS.
        known: {video: frames}.
        rates: {video: frames in a second}.
        near: they have to come near the end.
    """
    told = [one for one in group if one.video in known]
    if unit == "seconds" and not all(one.video in rates for one in told):
        return False
    for one in told:
        scale = rates[one.video] if unit == "seconds" else 1
        over = one.stop * scale - known[one.video]
        if over > max(SLACK, scale) or (near and over < -max(SLACK, scale)):
            return False
    return bool(told) or not near


def _ends(group: Sequence[SegmentFile]) -> str:
    """What the stops of a group are; "" where nothing, or both, is told."""
    told = {one.hints.ends for one in group if one.hints.ends}
    return told.pop() if len(told) == 1 else ""


def _first(group: Sequence[SegmentFile], ends: str, lengths: Mapping[str, int]) -> int:
    """The number of the first frame."""
    if any(one.hints.first == 0 for one in group):
        return 0
    beyond = 0 if ends == "inclusive" else 1  # what a last stop has more than the last frame's number
    told = [one.stop - beyond - lengths[one.video] for one in group if one.video in lengths]
    if told and all(abs(one) < EXACT for one in told):
        return 1
    if told and all(abs(one + 1) < EXACT for one in told):
        return 0
    return max(one.likely_first(ends) for one in group)


def _mixed(folder: str, group: Sequence[SegmentFile]) -> list[str]:
    """A warning where some files of a group include the stop and others do not."""
    told = {one.hints.ends: one.file for one in reversed(group) if one.hints.ends}
    if len(told) < 2:
        return []
    return [
        f"{folder or ALONE}: stops are the last frames of segments in {told['inclusive']}, and the frames after them "
        f"in {told['exclusive']}; each file is read by its own, unless the setting ends says otherwise"
    ]


def _apart(folder: str, group: Sequence[SegmentFile]) -> list[str]:
    """A warning where a stop may be a last frame, and nothing tells."""
    apart = sum(one.hints.apart for one in group)
    if not apart or any(one.hints.ends for one in group):
        return []
    return [
        f"{folder or ALONE}: {apart} segments begin one frame after the one before stops; stops are read as the frame "
        "after the last, and if they are the last frame itself, say so by the setting ends"
    ]


def _in_words(unit: str, ends: str, first: int) -> tuple[str, ...]:
    if unit == "seconds":
        return ("in seconds",)
    after = "the stop is the last frame" if ends == "inclusive" else "the stop is the frame after the last"
    return (f"in frames from {first}", after)
