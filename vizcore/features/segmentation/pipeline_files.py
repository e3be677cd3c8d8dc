"""Files of labels as data sets come: ground truth, predictions of models, the classes and the split, brought together.

GTEA/groundTruth/S1_Tea_C1.txt, predictions_split1/S1_Tea_C1, mapping.txt, splits/test.split1.bundle
or segments with times, see segmentation_tiers
    {path: bytes} - sorted by what they are -> Parts - gathered -> LabelSet - ranked -> Ranking
"""

import os
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from vizcore.algorithms.segmentation.frame_labels import FrameLabels
from vizcore.algorithms.segmentation.label_sets import LabelSet, Ranking, gather, ranked
from vizcore.algorithms.segmentation.segment_errors import Diagnosis, diagnose
from vizcore.features.segmentation.pipeline_tiers import TIMED, TRUTH_FOLDERS, UPLOADED, framed, owners, words_of
from vizcore.features.segmentation.pipeline_verdict import counted, ranking_verdict, scored_verdict
from vizcore.formats.label_files import read_bundle, read_labels, read_mapping, refuse_long_mapping
from vizcore.formats.segment_files import read_segments
from vizcore.formats.timed_segments import SegmentFile
from vizcore.runtime.context import Context
from vizcore.runtime.short_repr import short_repr

ENDINGS = ("", ".txt", ".bundle", *TIMED)  # of files that are looked at
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what every program that makes ZIPs does
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, OverflowError)  # by a ZIP
MAPPING = "mapping.txt"  # the list of classes
MOST_FILES = 20_000
LARGEST = 256 << 20  # bytes of all files together
LISTED = 50  # folders that a menu offers


@dataclass(frozen=True)
class Parts:
    """Files, sorted by what they are."""

    truth: tuple[FrameLabels, ...]
    models: dict[str, tuple[FrameLabels, ...]]
    mapping: dict[str, int] | None
    bundles: dict[str, dict[str, int]]  # {name: {video: line}}
    timed: tuple[SegmentFile, ...] = ()  # of truth and models

    __repr__ = short_repr(
        lambda parts: (
            f"ground truth of {len(parts.truth)} videos, {len(parts.models)} models, {len(parts.bundles)} bundles, "
            f"{len(parts.timed)} files of segments"
        )
    )

    @property
    def in_seconds(self) -> bool:
        """Some file is in seconds, so that frames need a rate."""
        return any(file.unit == "seconds" for file in self.timed)

    @property
    def model_names(self) -> tuple[str, ...]:
        """The names of the models."""
        found = (whose for file in self.timed for whose in owners(file).values() if whose)
        return tuple(dict.fromkeys((*self.models, *found)))

    @property
    def words(self) -> list[str]:
        """The classes that the truth, or some file of segments, has."""
        return sorted({word for one in self.truth for word in one.words} | words_of(self.timed))


@dataclass(frozen=True, eq=False)
class Dataset:
    """Videos with their labels, and what each model scores on them."""

    labels: LabelSet
    rankings: tuple[Ranking, ...]  # a model each

    __repr__ = short_repr(
        lambda one: (
            f"{len(one.labels.truth)} videos, {len(one.labels.names)} classes, {len(one.rankings)} models, "
            f"best F1@50 {max((ranking.scores.f1[50] for ranking in one.rankings), default=float('nan')):.1f}"
        )
    )

    @property
    def verdict(self) -> str:
        """Which model is better by which score, in one sentence."""
        return ranking_verdict(self.rankings, len(self.labels.notes))

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
    """{path in it: bytes} of every file of a folder or a ZIP that is a text of labels, classes or a split.

    Raises:
        ValueError: there are more than MOST_FILES, or more than LARGEST bytes, or it is a file that is no ZIP.
    """
    if isinstance(path, Path) and path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.is_file() and one.resolve().is_relative_to(path.resolve()))
        sizes = {one.relative_to(path).as_posix(): one.stat().st_size for one in files}
        return {name: (path / name).read_bytes() for name in _within_limits(sizes)}
    try:
        with zipfile.ZipFile(path) as archive:
            if any(one.compress_type not in PACKED for one in archive.infolist()):
                raise NotImplementedError("it is packed in a way of its own")
            sizes = {one.filename: one.file_size for one in archive.infolist() if not one.is_dir()}
            return {name: archive.read(name) for name in _within_limits(sizes)}
    except FileNotFoundError:
        raise
    except DAMAGED as fault:
        raise ValueError(f"want a ZIP that can be unpacked, got one with this fault: {fault}") from None


def parts_of(files: Mapping[str, bytes]) -> Parts:
    """Sort files by their names and folders.

    mapping.txt has the classes, *.bundle names the videos of a split, what lies in a folder called groundTruth is the
    truth, and every other folder is a model. Files of segments with times are kept apart.

    Raises:
        ValueError: a file is not what its place says; with file and line.
    """
    truth, models, mapping, bundles, timed = [], {}, None, {}, []
    for name, content in files.items():
        path = PurePosixPath(name.replace("\\", "/"))
        if path.suffix not in ENDINGS or path.name.startswith("."):
            continue
        if path.name == MAPPING:
            mapping = read_mapping(content, name)
        elif path.suffix == ".bundle":
            bundles[path.name] = read_bundle(content, name)
        elif path.suffix in TIMED:
            timed.append(read_segments(content, name))
            owners(timed[-1])
        elif path.parent.name.lower() in TRUTH_FOLDERS:
            truth.append(read_labels(content, name))
        else:
            models.setdefault(path.parent.name or UPLOADED, []).append(read_labels(content, name))
    return Parts(tuple(truth), {model: tuple(found) for model, found in models.items()}, mapping, bundles, tuple(timed))


def compared(
    parts: Parts, bundle: str = "", background: tuple[str, ...] = ("background",), rate: float | None = None
) -> Dataset:
    """Bring files together and score every model.

    Args:
        parts: of one data set.
        bundle: a key of parts.bundles; without it, the videos that the models have.
        background: names of classes whose segments do not count.
        rate: frames in a second, for files in seconds.

    Raises:
        ValueError: what gather and framed refuse; with file and line.
    """
    chosen = (bundle, parts.bundles[bundle]) if bundle else None
    truth, models = framed(parts.timed, parts.truth, parts.models, background, rate)
    labels = gather(truth, models, parts.mapping, chosen, background)
    return Dataset(labels, tuple(ranked(labels, model) for model in models))


def read_set(path: str | Path, *, context: Context | None = None) -> Parts:
    """The files of a folder or a ZIP, sorted by what they are; refuses as contents and parts_of."""
    return parts_of(contents(Path(path)))


def compare_set(
    path: str | Path,
    *,
    bundle: str = "",
    background: tuple[str, ...] = ("background",),
    rate: float | None = None,
    context: Context | None = None,
) -> Dataset:
    """Score what models say of the videos of a data set.

    Args:
        path: a folder or ZIP with groundTruth and a folder for each model; mapping.txt and *.bundle are used where
            they are.
        bundle: the name of a *.bundle file in it, or none.
        background: names of classes whose segments do not count.
        rate: frames in a second, for files of segments in seconds.
    """
    return compared(read_set(path), bundle, background, rate)


@lru_cache(maxsize=4)  # videos of thousands of segments take a while; data sets are compared by identity
def errors_of(dataset: Dataset, model: str, video: str) -> Diagnosis:
    """What is wrong with one model's timeline of one video.

    Args:
        dataset: with ground truth of the video.
        model: one of its rankings' models.
        video: one of its videos.
    """
    return diagnose(*dataset.labels.pair(model, video), dataset.labels.background)


def _within_limits(sizes: Mapping[str, int]) -> list[str]:
    """Names of the files that are looked at; a list of classes has a limit of its own."""
    names = [name for name in sizes if PurePosixPath(name).suffix in ENDINGS and not name.startswith("__MACOSX")]
    size = sum(sizes[name] for name in names)
    if len(names) > MOST_FILES or size > LARGEST:
        raise ValueError(
            f"want at most {MOST_FILES:,} files of {LARGEST >> 20} MB together, got {len(names):,} of {size >> 20} MB"
        )
    for name in names:
        if PurePosixPath(name).name == MAPPING:
            refuse_long_mapping(sizes[name], name)
    return names
