"""One piece of a batch: a product of one clip, or of two, as files that are there in full or not at all.

Task -> do -> OUT/stem.npz, OUT/stem.mp4, and last OUT/stem.json, which says what they were made from and their hashes
A file is written beside its place and moved there; a task whose JSON answers to what is asked is done, and stays.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vizcore.files import write
from vizcore.runtime.batch.sources import Source
from vizcore.runtime.clip_library import TABLES
from vizcore.runtime.context import Context
from vizcore.runtime.plain_arrays import fingerprint, npz
from vizcore.runtime.store import file_key, key_of
from vizcore.runtime.tables import MODELS, TASKS
from vizcore.runtime.world_clips import VERSION as WORLD
from vizcore.video import probe

SCHEMA = 2  # of CLIP.json: grows when a name in it changes its meaning or goes; 1 had names that former.KEYS has
VERSION = "2"  # of the files: a new one has every task done anew
PICTURES = "clip.frames"  # no NPZ holds them: they are in the clip
FORMS = ("json", "npz", "mp4")


@dataclass(frozen=True)
class Task:
    """What is to be made of which clip."""

    spec: str  # of TASKS
    source: Source
    settings: tuple[tuple[str, Any], ...] = ()  # of the task's pipeline: words, numbers, and tuples of them
    forms: tuple[str, ...] = ("json",)  # of FORMS; JSON is always written
    other: Source | None = None  # the first clip of a pair, which this one is aligned to
    anyway: bool = False  # answers of models are told that do not know such a clip

    def key(self, context: Context) -> str:
        """What the result depends on, as 64 hex digits."""
        named = [value for _, values in self.settings for value in (values if isinstance(values, tuple) else (values,))]
        versions = [MODELS[name].version for name in named if isinstance(name, str) and name in MODELS]
        clips = [_content(source, context) for source in (self.source, self.other) if source is not None]
        anyway = ["anyway"] * self.anyway
        return key_of("task", VERSION, self.spec, clips, dict(self.settings), versions, sorted(self.forms), *anyway)


def is_done(task: Task, out: Path, context: Context) -> bool:
    """Its files are there in full, and were made from the same clip with the same settings.

    Args:
        task: a clip with what is to be made of it.
        out: the folder of results.
        context: whose store knows the content of clips.
    """
    try:
        sheet = json.loads((out / f"{task.source.stem}.json").read_text())
        if sheet["key"] != task.key(context):
            return False
        return all(_hash((out / name).read_bytes()) == digest for name, digest in sheet["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def do(task: Task, out: Path, context: Context) -> dict[str, Any]:
    """Make a task's files, and return what its JSON says; refusals as of result_of, OSError where none can be written.

    Args:
        task: a clip with what is to be made of it.
        out: the folder of results.
        context: whose engine and store are used.
    """
    return keep(task, out, *result_of(task, context))


def keep(task: Task, out: Path, sheet: dict[str, Any], files: Mapping[str, bytes]) -> dict[str, Any]:
    """Write what was made of a task, its JSON last, and return what that says; OSError where it cannot be written.

    Args:
        task: a clip with what was made of it.
        out: the folder of results.
        sheet: what its JSON is to say.
        files: {name: content} of its other files.
    """
    for name, data in files.items():
        write(out / name, data)
    write(out / f"{task.source.stem}.json", (json.dumps(sheet, indent=1) + "\n").encode())
    return sheet


def result_of(task: Task, context: Context) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What the JSON of a task says, and its other files by name, none of them written.

    Raises:
        ValueError: the task is unknown, or the clip or a setting is refused, in a sentence.
    """
    if task.spec not in TASKS:
        known = ", ".join(TASKS) or "vizcore.features.tasks, which is to be imported first"
        raise ValueError(f"want a task of {known}, got {task.spec!r}")
    spec, stem = TASKS[task.spec], task.source.stem
    clips = [task.source] if task.other is None else [task.other, task.source]
    paths = [str(clip.path(context)) for clip in clips]
    spec = spec.of_files(paths)
    result = spec.pipeline(**dict(zip(("path", "other"), paths)), **dict(task.settings), context=context)
    summary = spec.summary(result, paths[0], task.anyway)
    files = {}
    if "npz" in task.forms:
        arrays = spec.arrays(result).items()
        files[f"{stem}.npz"] = npz({name: array for name, array in arrays if name != PICTURES})
    if "mp4" in task.forms and spec.video is not None and not (summary.hidden and spec.draws_answers):
        files[f"{stem}.mp4"] = spec.video(tuple(paths), result)
    sheet = {
        "schema": SCHEMA,
        "task": spec.name,
        "pipeline": f"{spec.pipeline.__module__}.{spec.pipeline.__qualname__}",
        "clips": [
            {"name": clip.clip_id if clip.of_world else Path(path).name, "sha256": file_key(path)}
            for clip, path in zip(clips, paths, strict=True)
        ],
        "settings": dict(task.settings),
        "verdict": summary.verdict,
        "warnings": _warnings(paths, result),
        "shown_anyway": task.anyway,
        "domain": [{"domain": one.domain, "why": one.why} for one in summary.badges],
        "numbers": plain(summary.numbers),
        "fingerprint": fingerprint(result),
        "files": {name: _hash(data) for name, data in files.items()},
        "key": task.key(context),
    }
    return sheet, files


def _warnings(paths: Sequence[str], result: Any) -> list[str]:
    """What is doubtful about clips, in reading them, and about a result."""
    videos = [path for path in paths if Path(path).suffix.lower() not in TABLES]
    told = [f"{Path(path).name}: {one}" for path in videos for one in probe(path).warnings]
    return [*told, *getattr(result, "warnings", ())]


def plain(numbers: Mapping[str, float | int | str]) -> dict[str, float | int | str | None]:
    """Numbers that JSON can hold: None for those that are none."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in numbers.items()
    }


def _content(source: Source, context: Context) -> str:
    """What tells a clip from any other: its word for one of the world, which need not be rendered to be known."""
    return f"{WORLD} {source.clip_id}" if source.of_world else file_key(source.path(context))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
