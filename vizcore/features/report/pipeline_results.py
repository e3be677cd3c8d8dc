"""Results of the command line become sections: what CLIP.json says was made is taken from the store, or made again.

CLIP.json of `python -m vizcore match ...` -> of_sheet -> Section(its numbers, the task's figures)
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vizcore import former
from vizcore.features.catalog import PAGES
from vizcore.features.report.pipeline_again import by_content, found
from vizcore.features.report.pipeline_sections import models_of, named, now, run, sources
from vizcore.features.tasks import TASK_SPECS
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.clip_sources import shipped
from vizcore.runtime.context import Context
from vizcore.runtime.machine import versions
from vizcore.runtime.recording import blocks
from vizcore.runtime.recording.recorded import Call
from vizcore.runtime.recording.section import LONGEST_TITLE, MEGABYTE, Link, Section, Source, Table, Words
from vizcore.runtime.store import file_key

LARGEST = 16 * MEGABYTE  # bytes of a CLIP.json


def is_sheet(path: Path) -> bool:
    """A JSON file is what the command line says of a clip."""
    try:
        small = path.stat().st_size <= LARGEST
        return small and {"task", "clips", "settings"} <= former.keys(json.loads(path.read_bytes())).keys()
    except (ValueError, OSError, AttributeError, RecursionError):
        return False


def of_sheet(path: Path, folders: Iterable[Path], context: Context) -> Section:
    """The section of one CLIP.json.

    Args:
        path: a CLIP.json of the command line.
        folders: where the clip may lie, besides those of the app and of the world; found by its SHA-256.
        context: its engine and its store are used.

    Raises:
        ValueError: the task is unknown, the clip is not here, or a setting is refused.
    """
    sheet = former.keys(json.loads(path.read_bytes()))
    spec = TASK_SPECS.get(sheet["task"])
    if spec is None:
        raise ValueError(f"want results of {', '.join(TASK_SPECS)}, got {str(sheet['task'])[:40]!r} in {path}")
    files = by_content(folders)
    entries = [_entry(clip, files, context) for clip in sheet["clips"]]
    settings = dict(zip(("path", "other"), (str(one.path) for one in entries)))
    settings |= {name: _several(value) for name, value in sheet["settings"].items()}
    result = spec.pipeline(**settings, context=context)
    anyway = sheet.get("shown_anyway") is True
    record = run(Call(spec.pipeline, settings, result), entries, anyway=anyway)
    summary = spec.summary(result, settings["path"], anyway)
    drawn = {} if summary.hidden and spec.draws_answers else spec.figures(result)
    shown = [blocks.figure(fig, title, title) for title, fig in drawn.items()]
    numbers = Table(("what", "value"), tuple(record.numbers.items()))
    title = f"{spec.name}: {', '.join(one.title for one in entries)}"
    words = [f"**{summary.verdict}**", f"{spec.about[0].upper()}{spec.about[1:]}."]
    parts = (*(Words("text", one) for one in words if one != "****"), *shown, numbers)
    models = named(models_of(settings))
    page = next(row.name for row in PAGES if spec.name in row.tasks)
    link = _link(entries, sheet["settings"] | dict(spec.opens(settings)))
    return Section(title[:LONGEST_TITLE], page, link, now(), parts, (record,), sources(entries), models, versions())


def _link(entries: list[ClipEntry], settings: dict[str, Any]) -> Link:
    """What opens the clips on their page; a control that is called like a setting takes it as well."""
    pair = [("part", "Two clips"), *zip("ab", (one.clip_id for one in entries))]
    clips = pair if len(entries) == 2 else [("clip", entries[0].clip_id)]
    return tuple(clips) + tuple((name, str(value)) for name, value in settings.items() if not isinstance(value, list))


def _entry(clip: dict[str, Any], files: dict[str, Path], context: Context) -> ClipEntry:
    """The clip that a sheet names, wherever it lies now."""
    name, sha256 = str(clip["name"]), str(clip["sha256"])
    stem = Path(name).stem
    for clip_id, one in shipped().items():
        if stem in (clip_id, one.path.stem) and file_key(one.path) == sha256:
            return one
    shot = name if name.startswith("world-") and Path(name).suffix != ".mp4" else ""
    form = "world clip" if shot else "clip"
    path = found(Source(name, name, sha256, shot, form), files, context)
    return ClipEntry(name, name, path, shot=shot, form=form)


def _several(value: Any) -> Any:
    return tuple(map(_several, value)) if isinstance(value, list) else value
