"""Files of labels as data sets come: ground truth, predictions of models, the classes and the split, brought together.

GTEA/groundTruth/S1_Tea_C1.txt, predictions_split1/S1_Tea_C1, mapping.txt, splits/test.split1.bundle
or segments with times, see pipeline_tiers
    path - pipeline_folders, pipeline_parts -> Parts - one convention, frames - gathered -> LabelSet - ranked -> Ranking
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Literal

from vizcore.algorithms.segmentation.label_sets import LabelSet, Ranking, gather, ranked
from vizcore.algorithms.segmentation.segment_errors import Diagnosis, diagnose
from vizcore.features.segmentation.pipeline_folders import Listing, listing, names_of
from vizcore.features.segmentation.pipeline_parts import Parts, parts_of
from vizcore.features.segmentation.pipeline_tiers import TRUTH_FOLDERS, Framed, framed
from vizcore.features.segmentation.pipeline_verdict import counted, ranking_verdict, scored_verdict
from vizcore.formats.apart.calls import read_apart
from vizcore.formats.conventions import NOTHING, Said, Settled, one_line, read_as, settle
from vizcore.formats.timed_segments import ENDS, UNITS
from vizcore.runtime.context import Context
from vizcore.runtime.refusals import NothingToScore, refuse_warnings
from vizcore.runtime.short_repr import short_repr

__all__ = ["Dataset", "Listing", "Parts", "compare_set", "compared", "contents", "errors_of", "folders", "parts_of",
           "read_set"]  # fmt: skip
LISTED = 50  # folders that a menu offers
AS_TOLD = "as the files tell"  # of how files of segments count
COUNTED = {"unit": (AS_TOLD, *UNITS), "ends": (AS_TOLD, *ENDS), "first_frame": (AS_TOLD, "0", "1")}


@dataclass(frozen=True, eq=False)
class Dataset:
    """Videos with their labels, and what each model scores on them."""

    labels: LabelSet
    rankings: tuple[Ranking, ...]  # a model each
    understood: tuple[str, ...] = ()  # how files were read, and which were left out by their names, a line each
    warnings: tuple[str, ...] = ()  # what was a guess, trimmed or left out, a sentence each

    __repr__ = short_repr(
        lambda one: (
            f"{len(one.labels.truth)} videos, {len(one.labels.names)} classes, {len(one.rankings)} models, "
            f"best F1@50 {max((ranking.scores.f1[50] for ranking in one.rankings), default=float('nan')):.1f}"
        )
    )

    @property
    def verdict(self) -> str:
        """Which model is better by which score, in one sentence."""
        return ranking_verdict(self.rankings, len(self.warnings))

    def video_verdict(self, model: str, video: str) -> str:
        """How many segments of a video one of the models finds, in one sentence."""
        found = counted(model, errors_of(self, model, video), self.labels.names)
        return scored_verdict([found], f" of {video}")


def folders(root: str | None = None) -> dict[str, Path]:
    """The data sets below a server folder (by default $VIZCORE_MEDIA), by the path from there: folders with a truth."""
    root = os.environ.get("VIZCORE_MEDIA", "") if root is None else root
    if not root or not Path(root).is_dir():
        return {}
    top = Path(root).resolve()
    found = (path for path in top.rglob("*") if path.is_dir() and path.name.lower() in TRUTH_FOLDERS)
    inside = sorted(path.parent for path in found if path.resolve().is_relative_to(top))
    return {path.relative_to(top).as_posix(): path for path in inside[:LISTED]}


def contents(path: Path | BinaryIO) -> dict[str, bytes]:
    """{path in it: bytes} of every file of a folder or a ZIP that may be labels, classes or a split; as listing."""
    return listing(path).files


def compared(
    parts: Parts,
    bundle: str = "",
    background: tuple[str, ...] = ("background",),
    rate: float | None = None,
    *,
    said: Said = NOTHING,
    frames: Mapping[str, int] | int | None = None,
    video_times: Callable[[Path], tuple[int, float]] | None = None,
) -> Dataset:
    """Bring files together and score every model.

    Args:
        parts: of one data set.
        bundle: a key of parts.bundles; without it, the videos that the models have.
        background: names of classes whose segments do not count.
        rate: frames in a second, for files in seconds.
        said: how files of segments count time, where that is not to be told by themselves.
        frames: how long videos are, {video: frames} or all of one length, where files of segments do not tell.
        video_times: (frames, frames in a second) of a video file, where videos lie beside the labels.

    Raises:
        NothingToScore: there is no ground truth, or no model.
        ValueError: what gather and framed refuse; with file and line.
    """
    if bundle and bundle not in parts.bundles:
        raise ValueError(f"want a split of {', '.join(parts.bundles) or 'none'}, got {bundle!r}")
    lengths, rates = _lengths(parts, frames, rate, video_times)
    settled = settle(parts.timed, lengths, rates, said)
    found = framed(
        settled.files,
        parts.truth,
        parts.models,
        folders=parts.folders,
        lengths=lengths,
        rates=rates,
        gap=(*background, "background")[0],
    )
    _refuse_nothing(parts, found.truth, found.models)
    chosen = (bundle, parts.bundles[bundle]) if bundle else None
    labels = gather(found.truth, found.models, parts.mapping, chosen, background)
    notes = [note for note in labels.notes if note not in labels.left_out]
    warnings = (*parts.warnings, *settled.warnings, *found.warnings, *_notes(settled.files), *notes)
    rankings = tuple(ranked(labels, model) for model in found.models)
    return Dataset(labels, rankings, _understood(parts, settled, found, labels), tuple(dict.fromkeys(warnings)))


def read_set(path: str | Path, *, context: Context | None = None) -> Parts:
    """The files of a folder or a ZIP, sorted by what they are; refuses as listing and parts_of."""
    return _parts(Path(path).absolute())


@read_apart("labels")
def _parts(path: Path) -> Parts:
    return parts_of(listing(path))


def compare_set(
    path: str | Path,
    *,
    bundle: str = "",
    background: tuple[str, ...] = ("background",),
    rate: float | None = None,
    unit: Literal[*COUNTED["unit"]] = AS_TOLD,
    ends: Literal[*COUNTED["ends"]] = AS_TOLD,
    first_frame: Literal[*COUNTED["first_frame"]] = AS_TOLD,
    frames: tuple[str, ...] = (),
    strict: bool = False,
    context: Context | None = None,
) -> Dataset:
    """Score what models say of the videos of a data set.

    Args:
        path: a folder or ZIP with groundTruth and a folder for each model; mapping.txt and *.bundle are used where
            they are, and videos beside them tell lengths and rates.
        bundle: the name of a *.bundle file in it, or none.
        background: names of classes whose segments do not count.
        rate: frames in a second, for files of segments in seconds.
        unit: of times of segments.
        ends: whether the stop of a segment in frames is its last frame (inclusive) or the one after it.
        first_frame: the number of a video's first frame, in files of segments.
        frames: how long videos of segments are, such as 300, or v1=300,v2=390.
        strict: any warning is an error.

    Raises:
        NothingToScore: there is no ground truth, or no model.
        Doubtful: strict, and there is a warning.
        ValueError: a file or a setting is refused.
    """
    given = {"unit": unit, "ends": ends, "first_frame": first_frame}
    for name, word in given.items():
        if word not in COUNTED[name]:
            raise ValueError(f"want {name} of {', '.join(COUNTED[name])}, got {word!r}")
    unit, ends, first = ("" if word == AS_TOLD else word for word in given.values())
    said = Said(unit, ends, int(first) if first else None)
    found = compared(
        read_set(path), bundle, background, rate, said=said, frames=_frames(frames), video_times=_video_times
    )
    refuse_warnings(found.warnings, strict)
    return found


@lru_cache(maxsize=4)  # videos of thousands of segments take a while; data sets are compared by identity
def errors_of(dataset: Dataset, model: str, video: str) -> Diagnosis:
    """What is wrong with one model's timeline of one video.

    Args:
        dataset: with ground truth of the video.
        model: one of its rankings' models.
        video: one of its videos.
    """
    return diagnose(*dataset.labels.pair(model, video), dataset.labels.background)


def _lengths(
    parts: Parts,
    frames: Mapping[str, int] | int | None,
    rate: float | None,
    video_times: Callable[[Path], tuple[int, float]] | None,
) -> tuple[dict[str, int], dict[str, float]]:
    """{video: frames} and {video: frames in a second}, as far as labels of frames, a person or the videos tell.

    Args:
        parts: of one data set.
        frames: what a person says.
        rate: likewise.
        video_times: of a video file.
    """
    named = dict.fromkeys(one.video for one in parts.timed)
    lengths = {one.video: one.frames for one in (*chain.from_iterable(parts.models.values()), *parts.truth)}
    rates = dict.fromkeys(named, rate) if rate is not None else {}
    given = dict.fromkeys(named, frames) if isinstance(frames, int) else dict(frames or {})
    for video in named:
        path = parts.videos.get(video)
        if path is None or video_times is None or ((video in lengths or video in given) and video in rates):
            continue
        count, per_second = video_times(path)
        lengths.setdefault(video, count)
        rates.setdefault(video, per_second)
    if unknown := sorted(set(given) - set(named)):
        raise ValueError(f"want lengths of videos with segments, got one of {names_of(unknown)}")
    return lengths | given, rates


def _video_times(path: Path) -> tuple[int, float]:
    """(frames, frames in a second) of a video file."""
    from vizcore.video import probe  # sets without videos need none

    info = probe(path)
    return info.frames, info.frames / info.duration if info.duration else 0.0


def _frames(words: tuple[str, ...]) -> Mapping[str, int] | int | None:
    """What a person says of lengths: one number, or VIDEO=NUMBER of several.

    Raises:
        ValueError: a word is neither.
    """
    found: dict[str, int] = {}
    for word in words:
        video, equal, number = word.rpartition("=")
        if not (number.isascii() and number.isdigit() and 0 < len(number) < 9) or (not equal and len(words) > 1):
            raise ValueError(f"want a number of frames, or VIDEO=FRAMES for each video, got {word!r}")
        found[video] = int(number)
    return found.get("", found or None)


def _understood(parts: Parts, settled: Settled, found: Framed, labels: LabelSet) -> tuple[str, ...]:
    """How files were read, in one line, and what was left out as in any good data set.

    Args:
        parts: of one data set.
        settled: its files of segments in one convention.
        found: its labels of frames.
        labels: these brought together.
    """
    rows = [*read_as((*parts.truth, *chain.from_iterable(parts.models.values()))), *settled.read_as]
    rows += [(model or "ground truth", how) for model, how in labels.translated]
    line = f"{one_line(rows)}{'; ' if found.lengths else ''}{found.lengths}"
    return (line, *parts.left_out, *labels.left_out)


def _refuse_nothing(parts: Parts, truth: list, models: dict) -> None:
    """Refuse a set without truth or without models.

    Raises:
        NothingToScore: with what was left out.
    """
    also = "".join(f"; {one}" for one in (*parts.warnings, *parts.left_out))
    if not truth:
        raise NothingToScore(
            f"want a ground truth, in a folder called groundTruth, or in a tier called truth, got none{also}"
        )
    if not models:
        raise NothingToScore(f"want predictions of at least one model beside the ground truth, got none{also}")


def _notes(files: tuple) -> list[str]:
    return [note for file in files for note in file.notes]
