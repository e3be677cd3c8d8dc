"""A view becomes a section: what was shown, what was asked, of which clips, with which weights and versions.

Recorded(blocks, asked, entries) -> section -> Section; product_run, the same of a result that no page has shown
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vizcore.features.tasks import TASK_SPECS
from vizcore.models import MODELS, Net
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.machine import versions
from vizcore.runtime.plain_arrays import fingerprint, flat, npz
from vizcore.runtime.recording.blocks import cell
from vizcore.runtime.recording.lines import TruthOf, command_line, leaves, script
from vizcore.runtime.recording.recorded import Call, Recorded
from vizcore.runtime.recording.section import LONGEST_TITLE, MEGABYTE, MOST_ARRAYS, Run, Section, Source
from vizcore.runtime.store import file_key

MEANS = {"playback", "look_into", "compiled", "rendered"}  # pipelines that bring a clip onto the page: no results
MEANS_OF = "vizcore.models.user_models"  # likewise: they open a model
PICTURES = "clip.frames"  # no NPZ holds them: they are in the clip
ANYWAY = ("anyway", "true")  # in a link: who sent the view had asked for answers of models that do not know the clip


def section(recorded: Recorded, title: str, page: str, link: list[tuple[str, str]]) -> Section:
    """Everything that a run of a page noted.

    Args:
        recorded: blocks, calls and clips of a run of the page.
        title: what the section is called at first.
        page: the page's name in the catalog.
        link: what restores the view.

    Raises:
        ValueError: nothing was shown.
    """
    blocks = tuple(make() for make in recorded.blocks)
    if not blocks:
        raise ValueError("want a view that shows something, got an empty page: choose what to look at first.")
    calls = [
        one for one in recorded.calls if one.pipeline.__name__ not in MEANS and one.pipeline.__module__ != MEANS_OF
    ]
    entries = list(dict.fromkeys(recorded.entries))
    runs, models = [], {}
    for one in calls:
        models |= models_of(one.settings)
        record = run(one, entries, anyway=ANYWAY in link)
        if record not in runs:
            runs.append(record)
    return Section(
        title[:LONGEST_TITLE],
        page,
        tuple(link),
        now(),
        blocks,
        tuple(runs),
        sources(entries),
        named(models),
        versions(),
    )


def run(call: Call, entries: list[ClipEntry], *, anyway: bool = False) -> Run:
    """What a pipeline was asked and answered; files are named by their place among the entries, never by their path.

    Args:
        call: the pipeline with its settings and its result.
        entries: the clips and files of the view.
        anyway: answers of models are told that do not know such a clip.
    """
    pipeline, settings = call.pipeline, call.settings
    command, numbers = "", {}
    for spec in TASK_SPECS.values():
        if spec.pipeline is pipeline:
            summary = spec.summary(call.result, str(settings["path"]), anyway)
            numbers = {name: cell(value) for name, value in summary.numbers.items()}
            clips = [_entry(settings[name], entries) for name in ("path", "other") if name in settings]
            rest = {name: value for name, value in settings.items() if name not in ("path", "other")}
            command = "" if None in clips else command_line(spec.name, clips, rest)
    spoken = {name: _each(lambda one: _spoken(one, entries), value) for name, value in settings.items()}
    saved = {name: _each(lambda one: _saved(one, entries), value) for name, value in settings.items()}
    lines = "" if any(map(_lost, leaves(spoken))) else script(pipeline, spoken)
    mark, arrays, left_out = results(call.result)
    return Run(f"{pipeline.__module__}.{pipeline.__qualname__}", saved, mark, numbers, lines, command, arrays, left_out)


def results(result: object) -> tuple[str, bytes, str]:
    """(fingerprint, NPZ, why there is no NPZ) of a result."""
    try:
        named_arrays = {name: array for name, array in flat(result).items() if name != PICTURES}
    except ValueError:
        return "", b"", "This result has no plain numbers."
    size = sum(array.nbytes for array in named_arrays.values())
    data = npz(named_arrays) if size <= 8 * MOST_ARRAYS else b""
    if data and len(data) <= MOST_ARRAYS:
        return fingerprint(result), data, ""
    why = f"Its {size / MEGABYTE:.0f} MB of arrays are too many for a report: the lines below give them again."
    return fingerprint(result), b"", why


def sources(entries: list[ClipEntry]) -> tuple[Source, ...]:
    """Clips and files, by their content."""
    return tuple(
        Source(one.clip_id, one.title, file_key(one.path) if one.path.exists() else "", one.shot, one.form)
        for one in entries
    )


def models_of(settings: Mapping[str, Any]) -> dict[str, Net]:
    """The models that settings name; a family stands for all of its own."""
    given = [*leaves(settings), *(name for name in MODELS if name.startswith(f"{settings.get('family')}-"))]
    found = [one if isinstance(one, Net) else MODELS.get(one) if isinstance(one, str) else None for one in given]
    return {one.name: one for one in found if one is not None}


def named(models: Mapping[str, Net]) -> tuple[tuple[str, str, str], ...]:
    """(name, version, origin) of models; one of a person's own by its title."""
    return tuple((one.title if one.opening else one.name, one.version, one.origin) for one in models.values())


def now() -> str:
    """The time, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _each(change: Callable, value: object) -> Any:
    """A value, or every one inside it, changed."""
    return tuple(_each(change, one) for one in value) if isinstance(value, (tuple, list)) else change(value)


def _entry(value: object, entries: list[ClipEntry]) -> ClipEntry | None:
    """The entry whose file this is; an example stands for itself."""
    return next((one for one in entries if isinstance(value, (str, Path)) and str(one.path) == str(value)), None)


def _spoken(value: object, entries: list[ClipEntry]) -> object:
    """A setting as Python lines say it: a file as its entry, the truth about a clip as what it is."""
    if (entry := _entry(value, entries)) is not None:
        return entry
    return next((TruthOf(one) for one in entries if one.truth and str(one.truth) == value), value)


def _saved(value: object, entries: list[ClipEntry]) -> object:
    """A setting as a report keeps it: words, numbers, and places of files."""
    meant = _spoken(value, entries)
    if isinstance(meant, ClipEntry):
        return {"source": entries.index(meant)}
    if isinstance(meant, TruthOf):
        return {"truth": entries.index(meant.clip)}
    if isinstance(meant, Net):
        return {"model": meant.opening or meant.name}
    if _lost(meant):
        return {"file": Path(meant).name}
    return meant if meant is None or isinstance(meant, (str, bool, int, float)) else str(meant)


def _lost(value: object) -> bool:
    """A path that no entry explains."""
    return isinstance(value, (str, Path)) and Path(value).is_absolute()
