"""A report as one ZIP, and back: report.json with every word, number and plot, pictures/, and the arrays as NPZ.

Report -> report_zip -> bytes -> opened -> the same Report, to the last bit
"""

import io
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args

from PIL import Image

from vizcore import former
from vizcore.features.report import pipeline_archive as archive
from vizcore.features.report import pipeline_plots as plots
from vizcore.features.report.pipeline_strict import KIND, built
from vizcore.runtime.clip_library import TABLES
from vizcore.runtime.recording.section import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    MEGABYTE,
    MOST_BYTES,
    MOST_SECTIONS,
    Block,
    Figure,
    Picture,
    Report,
)

FORMAT, SCHEMAS = "vizcore report", (1, 2)  # 1: pages and pipelines by their former names
LARGEST = 2 * MOST_BYTES  # bytes of the files inside
ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
MOST_PIXELS = 1 << 24  # of a picture


def report_zip(report: Report) -> bytes:
    """The file that a report travels as: the same bytes for the same report."""
    return archive.packed(report_files(report))


def report_files(report: Report) -> dict[str, bytes]:
    """{name: content} of what is in the ZIP."""
    files: dict[str, bytes] = {}
    told = {"format": FORMAT, "schema": SCHEMAS[-1]} | _said(report, "", files)
    text = json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False)
    return {"report.json": text.encode()} | files


def opened(source: bytes | Path) -> Report:
    """A report from its ZIP, or from report.json with its files beside it; nothing in it is run.

    Raises:
        ValueError: it is no report, is damaged, or holds what no report of this program does.
        OSError: it cannot be read.
    """
    files = archive.unpacked(source, LARGEST)
    try:
        return read(archive.parsed(files, "report.json"), files)
    except RecursionError:
        raise ValueError("want a report of few levels, got one that is nested without end") from None


def read(told: dict[str, Any], files: Mapping[str, bytes]) -> Report:
    """A report from what its JSON says and the files that it names; refuses as opened does."""
    if archive.schema(told, FORMAT, SCHEMAS, "report.json") == 1:
        _say_forms(told)
    for block in (one for one in _inside(told, "blocks") if one.get(KIND) == "figure"):
        block["plot"] = plots.canonical(block.get("plot"))
    report = built(Report, told, files, "the report")
    if len(report.sections) > MOST_SECTIONS or report.size > MOST_BYTES:
        raise ValueError(
            f"want a report of at most {MOST_SECTIONS} views and {MOST_BYTES // MEGABYTE} MB, got a larger"
        )
    said = [(report.title, ""), *((section.title, section.note) for section in report.sections)]
    if any(len(title) > LONGEST_TITLE or len(note) > LONGEST_NOTE for title, note in said):
        raise ValueError(
            f"want titles of {LONGEST_TITLE} and notes of {LONGEST_NOTE} characters at most, got longer ones"
        )
    for block in (block for section in report.sections for block in section.blocks):
        if isinstance(block, Figure):
            plots.check(block.plot)
        if isinstance(block, Picture):
            _check_picture(block)
    return replace(report, sections=tuple(replace(one, page=former.page(one.page)) for one in report.sections))


def _say_forms(told: Mapping[str, Any]) -> None:
    """Of what form each source is, which the first schema did not say."""
    for source in _inside(told, "sources"):
        table = str(source.get("title", "")).lower().endswith(TABLES)
        file = "world clip" if source.get("shot") else "features" if table else "clip"
        source["form"] = file if source.get("sha256") else "example"


def _said(value: object, path: str, files: dict[str, bytes]) -> Any:
    """A dataclass as JSON; bytes become files, whose names stand for them."""
    if isinstance(value, Figure):
        return {KIND: "figure", "plot": json.loads(value.plot), "alt": value.alt, "how": value.how}
    if is_dataclass(value):
        kind = {KIND: type(value).__name__.lower()} if isinstance(value, get_args(Block)) else {}
        said = {}
        for one in fields(value):
            inner = getattr(value, one.name)
            said[one.name] = (
                _filed(value, inner, path, files) if isinstance(inner, bytes) else _said(inner, path, files)
            )
        return kind | said
    if isinstance(value, (tuple, list)):
        return [_said(one, f"{path}-{number:02d}", files) for number, one in enumerate(value, 1)]
    if isinstance(value, dict):
        return {name: _said(one, path, files) for name, one in value.items()}
    return value


def _filed(owner: object, data: bytes, path: str, files: dict[str, bytes]) -> str:
    """Put bytes among the files, and say under which name."""
    if not data:
        return ""
    number = path.strip("-")
    if isinstance(owner, Picture):
        name = f"pictures/{number}.{ENDINGS[owner.mime]}"
    else:
        name = f"arrays/{number}-{owner.recipe.rpartition('.')[2]}.npz"
    files[name] = data
    return name


def _inside(told: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects in a list that every section has, of a report that nobody has checked yet."""
    sections = told.get("sections")
    found = []
    for section in sections if isinstance(sections, list) else []:
        inner = section.get(name) if isinstance(section, dict) else None
        found += [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []
    return found


def _check_picture(picture: Picture) -> None:
    """It is what it says, and not larger than a screen needs; only its head is read, so that none explodes."""
    wanted = f"want a picture that is {picture.mime} of at most {MOST_PIXELS} pixels"
    try:
        with Image.open(io.BytesIO(picture.data), formats=[FORMATS[picture.mime]]) as image:
            width, height = image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ValueError(f"{wanted}, got a file that is none") from None
    if width * height > MOST_PIXELS:
        raise ValueError(f"{wanted}, got {width} x {height}")
