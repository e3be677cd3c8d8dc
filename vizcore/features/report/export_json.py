"""A report as one ZIP, and back: report.json with every word, number and plot, pictures/, and the arrays as NPZ.

Report -> report_zip -> bytes -> opened -> the same Report, to the last bit
"""

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace
from PIL import Image

from vizcore import former
from vizcore.features.report import pipeline_archive as archive
from vizcore.features.report import pipeline_plots as plots
from vizcore.formats.conversion import convert, short
from vizcore.runtime.clip_library import TABLES
from vizcore.runtime.recording.section import MEGABYTE, MOST_BYTES, Figure, Picture, Report

FORMAT, SCHEMAS = "vizcore report", (1, 2, 3)  # 1: pages and pipelines by their former names; 1, 2: keys as well
LARGEST = 2 * MOST_BYTES  # bytes of the files inside
ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
MOST_PIXELS = 1 << 24  # of a picture
DEEPEST = 12  # of settings, which may be lists of lists


def report_zip(report: Report) -> bytes:
    """The file that a report travels as: the same bytes for the same report."""
    return archive.packed(report_files(report))


def report_files(report: Report) -> dict[str, bytes]:
    """{name: content} of what is in the ZIP."""
    files: dict[str, bytes] = {}
    data = msgspec.to_builtins(report, builtin_types=(bytes,), enc_hook=np.generic.item)
    for number, section in enumerate(data["sections"], 1):
        for k, block in enumerate(section["blocks"], 1):
            if block["kind"] == "figure":
                block["plot"] = json.loads(block["plot"])
            if block["kind"] == "picture":
                block["data"] = _filed(block["data"], f"pictures/{number:02d}-{k:02d}.{ENDINGS[block['mime']]}", files)
        for k, run in enumerate(section["runs"], 1):
            name = run["pipeline"].rpartition(".")[2]
            run["arrays"] = _filed(run["arrays"], f"arrays/{number:02d}-{k:02d}-{name}.npz", files)
    whole = {"format": FORMAT, "schema": SCHEMAS[-1]} | data
    text = json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)
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


def read(data: dict[str, Any], files: Mapping[str, bytes]) -> Report:
    """A report from what its JSON says and the files that it names; refuses as opened does."""
    schema = archive.schema(data, FORMAT, SCHEMAS, "report.json")
    if schema < 3:
        _rename_keys(data)
    if schema < 2:
        _say_forms(data)
    for _, block in _inside(data, "blocks"):
        if block.get("kind") == "figure":
            block["plot"] = plots.canonical(block.get("plot"))
        if block.get("kind") == "picture":
            archive.put_content(block, "data", files)
    for place, run in _inside(data, "runs"):
        archive.put_content(run, "arrays", files)
        if "settings" in run:
            run["settings"] = _tuples(run["settings"], f"the report.{place}.settings", DEEPEST)
    report = convert(data, Report, "the report", complete=True)
    if report.size > MOST_BYTES:
        raise ValueError(f"want a report of at most {MOST_BYTES // MEGABYTE} MB, got a larger")
    for block in (block for section in report.sections for block in section.blocks):
        if isinstance(block, Figure):
            plots.check(block.plot)
        if isinstance(block, Picture):
            _check_picture(block)
    return replace(report, sections=tuple(replace(one, page=former.page(one.page)) for one in report.sections))


def _filed(data: bytes, name: str, files: dict[str, bytes]) -> str:
    """Put bytes among the files; their name stands for them."""
    if not data:
        return ""
    files[name] = data
    return name


def _rename_keys(data: Mapping[str, Any]) -> None:
    """Give keys of before the names that they have now."""
    for _, section in archive.objects(data.get("sections")):
        for name in ("blocks", "runs", "sources"):
            if isinstance(section.get(name), list):
                section[name] = [former.keys(one) if isinstance(one, dict) else one for one in section[name]]


def _say_forms(data: Mapping[str, Any]) -> None:
    """Of what form each source is, which the first schema did not say."""
    for _, source in _inside(data, "sources"):
        table = str(source.get("title", "")).lower().endswith(TABLES)
        file = "world clip" if source.get("shot") else "features" if table else "clip"
        source["form"] = file if source.get("sha256") else "example"


def _inside(data: Mapping[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, object) in a list that every section has, of a report that nobody has checked yet."""
    for number, section in archive.objects(data.get("sections")):
        for k, one in archive.objects(section.get(name)):
            yield f"sections[{number}].{name}[{k}]", one


def _tuples(value: Any, where: str, deep: int) -> Any:
    """Settings as a pipeline was given them: what JSON has as lists were tuples."""
    if deep < 0:
        raise ValueError(f"want settings at most {DEEPEST} deep in {where}, got {short(value)}")
    if isinstance(value, list):
        return tuple(_tuples(one, where, deep - 1) for one in value)
    if isinstance(value, dict):
        return {name: _tuples(one, where, deep - 1) for name, one in value.items()}
    return value


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
