"""A report is put to the test: every pipeline runs again on the same clip, and its result is compared bit by bit.

report, clips -> verdicts -> Verdict(section, pipeline, same | same but for rounding | different | not checked)

Sums in floating point depend on their order, and that on the processor and on how many threads share them: results of
another machine are seldom the same to the last bit, and near to each other in every number.
"""

import io
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from vizcore import former
from vizcore.features.catalog import PIPELINES
from vizcore.runtime.clip_library import TABLES
from vizcore.runtime.clip_sources import shipped
from vizcore.runtime.context import Context
from vizcore.runtime.plain_arrays import fingerprint, flat
from vizcore.runtime.recording.section import Report, Run, Source
from vizcore.runtime.store import file_key
from vizcore.runtime.world_clips import rendered
from vizcore.synthetic.truth_file import truth_path
from vizcore.video.recognise import ENDINGS

ENDINGS_OF = {"clip": ENDINGS, "world clip": ENDINGS, "features": TABLES}
SAME, NEAR, DIFFERENT, UNCHECKED = "same", "same but for rounding", "different", "not checked"
ROUNDING = 1e-4  # of the largest number of an array; words, whole numbers and shapes have to be the same


@dataclass(frozen=True)
class Verdict:
    """What became of one run of a report."""

    section: str  # its title
    pipeline: str
    state: str  # SAME, NEAR, DIFFERENT or UNCHECKED
    why: str = ""


class Missing(ValueError):
    """What a run needs is not on this machine."""


def verdicts(report: Report, folders: Iterable[Path], context: Context) -> Iterator[Verdict]:
    """Every run of a report, made again.

    Args:
        report: whose runs are made again.
        folders: where clips and tables may lie, besides those of the app and of the world; found by their SHA-256.
        context: its engine and its store are used.
    """
    files = by_content(folders)
    for section in report.sections:
        find = partial(found, files=files, context=context)
        for run in section.runs:
            yield Verdict(section.title, run.pipeline, *_verdict(run, section.sources, find, context))


def by_content(folders: Iterable[Path]) -> dict[str, Path]:
    """{SHA-256: file} of the clips and tables of some folders."""
    inside = [one for folder in folders for one in (folder.rglob("*") if folder.is_dir() else [folder])]
    return {file_key(one): one for one in sorted(inside) if one.suffix.lower() in ENDINGS + TABLES and one.is_file()}


def found(source: Source, files: dict[str, Path], context: Context) -> Path:
    """The file of a source, by its content.

    Args:
        source: a clip or table of a report.
        files: {SHA-256: file} of what is at hand besides, as of by_content.
        context: whose store has rendered clips of the world.

    Raises:
        Missing: it is not here, or is not the same any more.
    """
    if source.form == "example":  # a pipeline makes it from its name
        if _is_path(source.clip_id):
            raise Missing(f"{source.clip_id[:60]!r} is to be the name of an example, and is a file")
        return Path(source.clip_id)
    known = shipped().get(source.clip_id)
    here = files.get(source.sha256) or (known.path if known else None)
    if source.form == "world clip" and here is None:
        here = rendered(source.shot, context=context).path
    if here is None or here.suffix.lower() not in ENDINGS_OF.get(source.form, ()):
        raise Missing(f"{source.title} is not here: name its folder with --clips (SHA-256 {source.sha256[:12]}…)")
    if file_key(here) != source.sha256:
        raise Missing(f"{source.title} is another file here than it was: SHA-256 {file_key(here)[:12]}…")
    return here


def pipeline_of(name: str) -> Callable:
    """The pipeline of a name, or of the name that it had in an earlier version.

    Raises:
        Missing: no entry of the catalog has it; nothing else is ever run.
    """
    now = former.pipeline(name)
    if now not in PIPELINES:
        raise Missing(f"{name[:60]} is no pipeline of this version")
    module, _, verb = now.rpartition(".")
    return getattr(import_module(module), verb)


def _verdict(
    run: Run, sources: tuple[Source, ...], find: Callable[[Source], Path], context: Context
) -> tuple[str, str]:
    if not run.fingerprint:
        return UNCHECKED, "it has no fingerprint"
    try:
        pipeline = pipeline_of(run.pipeline)
        settings = {
            former.argument(run.pipeline, name): _meant(value, sources, find) for name, value in run.settings.items()
        }
        result = pipeline(**settings, context=context)
    except Missing as missing:
        return UNCHECKED, str(missing)
    except (ValueError, TypeError, OSError) as refusal:
        return UNCHECKED, f"it is refused here: {refusal}"
    if fingerprint(result) == run.fingerprint:
        return SAME, ""
    return _distance(result, run)


def _meant(value: Any, sources: tuple[Source, ...], find: Callable[[Source], Path]) -> Any:
    """A setting of a report as a pipeline takes it: a file is named by its place among the sources, never its path."""
    if isinstance(value, tuple):
        return tuple(_meant(one, sources, find) for one in value)
    if isinstance(value, str) and _is_path(value):
        raise Missing(f"it names the file {value[:60]!r} by its path")
    if not isinstance(value, dict):
        return value
    if "model" in value or "file" in value or len(value) != 1:
        raise Missing("it used a model or a file of a person's own")
    ((kind, place),) = value.items()
    if type(place) is not int or not 0 <= place < len(sources):
        raise Missing("it names a clip that the report has not")
    path = find(sources[place])
    return str(truth_path(path)) if kind == "truth" else str(path)


def _is_path(word: str) -> bool:
    """It leads to something on this machine, where a name is wanted."""
    return Path(word).is_file() or (os.sep in word and Path(word).exists())


def _distance(result: object, run: Run) -> tuple[str, str]:
    """NEAR or DIFFERENT, and which array differs most, and by how much, where the report has its arrays."""
    if not run.arrays:
        return DIFFERENT, "the report has no arrays to compare"
    now = flat(result)
    try:
        with np.load(io.BytesIO(run.arrays), allow_pickle=False) as before:
            saved = {name: before[name] for name in before.files}
    except (ValueError, OSError, EOFError) as fault:
        return DIFFERENT, f"its arrays cannot be read ({fault})"
    worst, where, near = 0.0, "", True
    for name, array in saved.items():
        other = now.get(name)
        if other is None or other.shape != array.shape or other.dtype != array.dtype:
            return DIFFERENT, f"{name} has another shape or kind"
        if array.dtype.kind not in "fiub":
            if not np.array_equal(array, other):
                return DIFFERENT, f"{name} says something else"
            continue
        gap = _gap(array, other)
        worst, where = (gap, name) if gap > worst else (worst, where)
        near = near and gap <= (ROUNDING * _largest(array) if array.dtype.kind == "f" else 0)
    if not where:
        return DIFFERENT, "in what no array tells, such as weights or pixels"
    return NEAR if near else DIFFERENT, f"by at most {worst:.3g}, in {where}"


def _gap(array: np.ndarray, other: np.ndarray) -> float:
    """The largest difference of two arrays; infinite where one has no number and the other has."""
    one, two = array.astype(float), other.astype(float)
    alike = (one == two) | (np.isnan(one) & np.isnan(two))
    gaps = np.abs(one[~alike] - two[~alike])
    return float(np.max(np.where(np.isnan(gaps), np.inf, gaps), initial=0.0))


def _largest(array: np.ndarray) -> float:
    return float(np.max(np.abs(array[np.isfinite(array)]), initial=0.0))
