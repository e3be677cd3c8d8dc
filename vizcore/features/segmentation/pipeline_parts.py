"""Files of a data set, sorted by what they are: truth, models, classes, splits, and files that are none of these.

{path: bytes} - by name and folder - each read as whatever it is - what says nothing of a video left out -> Parts
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vizcore.algorithms.segmentation.frame_labels import FrameLabels, folder_of, video_of
from vizcore.features.segmentation.pipeline_folders import (
    Listing,
    distinct,
    is_hidden,
    is_mapping,
    is_stray,
    looked_at,
    names_of,
)
from vizcore.features.segmentation.pipeline_tiers import UPLOADED, is_truth, owners, words_of
from vizcore.formats.label_files import read_bundle, read_mapping
from vizcore.formats.segment_files import read_timelines
from vizcore.formats.timed_segments import SegmentFile, columns
from vizcore.runtime.short_repr import short_repr


@dataclass(frozen=True)
class Parts:
    """Files, sorted by what they are."""

    truth: tuple[FrameLabels, ...]
    models: dict[str, tuple[FrameLabels, ...]]
    mapping: dict[str, int] | None
    bundles: dict[str, dict[str, int]]  # {name: {video: line}}
    timed: tuple[SegmentFile, ...] = ()  # of truth and models, as each counts
    folders: Mapping[str, str] = field(default_factory=dict)  # {folder: what its model is called}
    left_out: tuple[str, ...] = ()  # sentences: files that need not be read
    warnings: tuple[str, ...] = ()  # sentences: files that could not be read, and links that were not followed
    videos: Mapping[str, Path] = field(default_factory=dict)  # {video: file} beside the labels

    __repr__ = short_repr(
        lambda parts: (
            f"ground truth of {len(parts.truth)} videos, {len(parts.models)} models, {len(parts.bundles)} bundles, "
            f"{len(parts.timed)} files of segments"
        )
    )

    @property
    def in_seconds(self) -> bool:
        """Some file is in seconds, or may be, so that frames need a rate."""
        return any(file.unit == "seconds" for file in self.timed)

    @property
    def model_names(self) -> tuple[str, ...]:
        """The names of the models."""
        found = (whose for file in self.timed for whose in owners(file, self.folders).values() if whose)
        return tuple(dict.fromkeys((*self.models, *found)))

    @property
    def words(self) -> list[str]:
        """The classes: of the list of classes, or of the truth and files of segments."""
        true = {word for one in self.truth for word in one.words}
        return sorted(true | words_of(self.timed) | set(self.mapping or ()))


def parts_of(files: Mapping[str, bytes] | Listing) -> Parts:
    """Sort files by their names and folders.

    mapping.txt has the classes, *.bundle names the videos of a split, what lies in a folder called groundTruth is the
    truth, and every other folder is a model, called by the end of its path that no other has. What cannot be read, or
    reads as no label of this set, is left out where no other file is about its video.

    Raises:
        ValueError: a file is not what its place says; with file and line.
    """
    given = files if isinstance(files, Listing) else Listing(dict(files))
    seen = {name: content for name, content in given.files.items() if not is_hidden(name)}
    videos = {name: video_of(name) for name in seen}
    looked = [name for name in seen if looked_at(name, lambda name=name: seen[name], videos.values())]
    mapping = _mapping({name: seen[name] for name in looked if is_mapping(name)})
    splits = [name for name in looked if name.lower().endswith(".bundle")]
    called = distinct(splits)
    bundles = {called[name]: read_bundle(seen[name], name) for name in splits}
    rest = [name for name in looked if name not in splits and not is_mapping(name)]
    wanted = {video for split in bundles.values() for video in split}
    sides = {side: wanted | {videos[name] for name in rest if is_truth(name) == side} for side in (True, False)}
    strays = {name for name in rest if is_stray(name) and videos[name] not in sides[not is_truth(name)]}
    read, warnings = _read({name: seen[name] for name in rest if name not in strays}, wanted, mapping or {})
    read, more = _without_strays(read, wanted, mapping)
    folders = distinct(folder for one in read if not is_truth(one.file) and (folder := folder_of(one.file)))
    labels = [one for one in read if isinstance(one, FrameLabels)]
    models: dict[str, list[FrameLabels]] = {}
    for one in labels:
        if not is_truth(one.file):
            models.setdefault(folders.get(folder_of(one.file), UPLOADED), []).append(one)
    left_out = sorted({*given.left_out, *strays, *(set(seen) - set(looked))})
    return Parts(
        tuple(one for one in labels if is_truth(one.file)),
        {model: tuple(found) for model, found in models.items()},
        mapping,
        bundles,
        tuple(one for one in read if isinstance(one, SegmentFile)),
        folders,
        (f"left out, as no labels: {names_of(left_out)}",) if left_out else (),
        (*_of_links(given.links), *warnings, *more),
        given.videos,
    )


def _mapping(files: Mapping[str, bytes]) -> dict[str, int] | None:
    """The list of classes.

    Raises:
        ValueError: there are several that differ; with their names.
    """
    found = {name: read_mapping(content, name) for name, content in files.items()}
    if len({tuple(sorted(one.items())) for one in found.values()}) > 1:
        raise ValueError(f"want one list of classes, got {names_of(found)}, which differ: open one data set at a time")
    return next(iter(found.values()), None)


def _read(
    files: Mapping[str, bytes], wanted: set[str], known: Mapping[str, int]
) -> tuple[list[FrameLabels | SegmentFile], list[str]]:
    """Files as whatever they are, and a sentence for each that cannot be read and that nothing needs.

    Args:
        files: {name: content} of what may be labels.
        wanted: videos of splits.
        known: the list of classes.

    Raises:
        ValueError: of the first file that is needed and cannot be read.
    """
    found, failed = [], {}
    for name, content in files.items():
        try:
            parts = read_timelines(content, name, known)
            for one in parts:
                if isinstance(one, SegmentFile):
                    owners(one, {})
            found += parts
        except ValueError as refusal:
            failed[name] = refusal
    sides: dict[bool, set[str]] = {True: set(wanted), False: set(wanted)}
    for one in found:
        sides[is_truth(one.file)].add(one.video)
    for name in failed:
        sides[is_truth(name)].add(video_of(name))
    there = {is_truth(one.file) for one in found}
    for name, refusal in failed.items():
        if video_of(name) in sides[not is_truth(name)] or is_truth(name) not in there:
            raise refusal
    return found, [f"left out: {refusal}" for refusal in failed.values()]


def _without_strays(
    read: list[FrameLabels | SegmentFile], wanted: set[str], mapping: Mapping[str, int] | None
) -> tuple[list[FrameLabels | SegmentFile], list[str]]:
    """Files without those of models that are about no video of the truth and whose words are no classes.

    Args:
        read: files of truth and models.
        wanted: videos of splits.
        mapping: the list of classes.
    """
    truth = [one for one in read if is_truth(one.file)]
    videos = {one.video for one in truth} | wanted
    classes = set(mapping or ()) | {word for one in truth for word in _words(one)}
    models = [one for one in read if not is_truth(one.file)]
    strays = [one for one in models if truth and one.video not in videos and not (_words(one) & classes)]
    if len(strays) == len(models):
        return read, []
    kept, why = set(map(id, read)) - set(map(id, strays)), "no ground truth has its video, and no class is in it"
    return [one for one in read if id(one) in kept], [f"left out: {one.file}: {why}" for one in strays]


def _words(one: FrameLabels | SegmentFile) -> set[str]:
    if isinstance(one, FrameLabels):
        return set(one.words)
    return {label for rows in one.tiers.values() for label in columns(rows).labels}


def _of_links(links: tuple[str, ...]) -> list[str]:
    if not links:
        return []
    return [f"not followed, as they lead out of the folder: the links {names_of(links)}; copy what they lead to"]
