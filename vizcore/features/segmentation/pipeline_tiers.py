"""Segments with times among the files of a data set (ELAN, CSV, JSON): whose tiers they are, and each frame's label.

groundTruth/S1_Tea_C1.eaf, a_net/S1_Tea_C1.csv, or S1_Tea_C1.json with a tier for the truth and one for each model
    SegmentFile, length of its video -> labels of frames by the truth and by each model
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from vizcore.algorithms.segmentation.frame_labels import FrameLabels, folder_of
from vizcore.formats.timed_segments import NEAR, SegmentFile, columns

TRUTH_FOLDERS = ("groundtruth", "ground_truth", "gt")
TRUTH_TIERS = ("truth", "what_is_true", *TRUTH_FOLDERS)  # the second: as earlier tables call it
UPLOADED = "predictions"  # what a model is called whose files came without a folder
GAP = "background"  # the label of frames in no segment, where no class is said to be the background

Labels = dict[str, list[FrameLabels]]  # by model


@dataclass(frozen=True)
class Framed:
    """Labels of frames, made of segments, beside those that were given."""

    truth: list[FrameLabels]
    models: Labels
    lengths: str  # how long videos of segments are taken to be, in words; "" where all are known
    warnings: tuple[str, ...]


def framed(
    files: Sequence[SegmentFile],
    truth: Sequence[FrameLabels],
    models: Mapping[str, Sequence[FrameLabels]],
    *,
    folders: Mapping[str, str],
    lengths: Mapping[str, int],
    rates: Mapping[str, float],
    gap: str = GAP,
) -> Framed:
    """Frame labels of the truth and of every model, those of segments beside those that were given.

    A tier that is called truth (or ground truth, groundTruth, ...) and the only tier of a file in a folder of that name
    are the truth. Other tiers are models: a lone one goes by the name of its folder, several by their own. A video
    whose length is not known ends where the last segment of any file ends; what a file does not reach is a gap.

    Args:
        files: segments, as SegmentFile.settled gives them.
        truth, models: what is known by frames already.
        folders: {folder: what its model is called}.
        lengths: {video: frames}, where they are known.
        rates: {video: frames in a second}, for files in seconds.
        gap: the label of frames in no segment.

    Raises:
        ValueError: it is not clear which tier is the truth, or what frame_labels refuses; with the file.
    """
    used = [(file, tiers) for file in files if (tiers := _used(file, folders))]
    ends = {id(file): _last(file, tiers, rates.get(file.video)) for file, tiers in used}
    longest: dict[str, int] = {}
    for file, _ in used:
        longest[file.video] = max(longest.get(file.video, 0), ends[id(file)])
    true, predicted = list(truth), {model: list(found) for model, found in models.items()}
    beyond: dict[tuple[str, bool], list[str]] = {}
    for file, tiers in used:
        length, last = lengths.get(file.video, longest[file.video]), ends[id(file)]
        for tier, whose in tiers.items():
            labels = file.frame_labels(tier, rates.get(file.video), length, gap)
            (predicted.setdefault(whose, []) if whose else true).append(labels)
        if last != length and (last > length or file.video not in lengths):
            beyond.setdefault((folder_of(file.file), last > length), []).append(_beyond(file, last, length, gap))
    unknown = [video for video in longest if video not in lengths]
    said = "a video ends with its last segment" if unknown else ""
    more = ((found[0], len(found) - 1) for found in beyond.values())
    return Framed(true, predicted, said, tuple(f"{first}; {n:,} more like it" if n else first for first, n in more))


def owners(file: SegmentFile, folders: Mapping[str, str] | None = None) -> dict[str, str | None]:
    """Whose each tier is: a model's name, "" for the truth, None for those that are not used.

    Args:
        file: in a folder.
        folders: {folder: what its model is called}; its own name, if not given.

    Raises:
        ValueError: a file in the folder of the truth has several tiers, and none is called the truth.
    """
    folder = folder_of(file.file)
    filled = [tier for tier, found in file.tiers.items() if len(found)]
    true = [tier for tier in filled if tier.lower().replace(" ", "_") in TRUTH_TIERS]
    others = [tier for tier in filled if tier not in true]
    if is_truth(file.file):
        if not true and len(others) > 1:
            raise ValueError(
                f"{file.file}: want one tier, or one that is called 'truth', got {', '.join(map(repr, others))}"
            )
        return dict.fromkeys(true or others, "") | dict.fromkeys(others if true else [])
    model = (folders or {}).get(folder) or PurePosixPath(folder).name or UPLOADED
    names = [model] if len(others) == 1 else others
    return dict.fromkeys(true, "") | dict(zip(others, names))


def is_truth(name: str) -> bool:
    """A file in a folder of the ground truth, or in one below."""
    return any(part.lower() in TRUTH_FOLDERS for part in PurePosixPath(name.replace("\\", "/")).parts[:-1])


def words_of(files: Sequence[SegmentFile]) -> set[str]:
    """Every label of the files, and that of the gaps between their segments."""
    found = {label for file in files for rows in file.tiers.values() for label in columns(rows).labels}
    return found | ({GAP} if files else set())


def _used(file: SegmentFile, folders: Mapping[str, str]) -> dict[str, str]:
    return {tier: whose for tier, whose in owners(file, folders).items() if whose is not None}


def _last(file: SegmentFile, tiers: Mapping[str, str], rate: float | None) -> int:
    """The frame at which the last segment of some tiers ends."""
    return math.ceil(max(columns(file.tiers[tier]).stop.max() for tier in tiers) * file.scale(rate) - NEAR)


def _beyond(file: SegmentFile, last: int, length: int, gap: str) -> str:
    """What is said of a file whose segments end elsewhere than its video."""
    if last > length:
        return f"{file.file}: segments reach {last - length} frames beyond the {length} of its video, and are cut off"
    return (
        f"{file.file}: segments end at frame {last}, those of other files of {file.video} at {length}: the rest is "
        f"{gap}; where the video is longer, say how long by the setting frames, or put the video beside the labels"
    )
