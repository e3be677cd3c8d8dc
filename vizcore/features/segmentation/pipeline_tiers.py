"""Segments with times among the files of a data set (ELAN, CSV, JSON): whose tiers they are, and each frame's label.

groundTruth/S1_Tea_C1.eaf, a_net/S1_Tea_C1.csv, or S1_Tea_C1.json with a tier for the truth and one for each model
    SegmentFile, length of its video -> labels of frames by the truth and by each model
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import PurePosixPath

from vizcore.algorithms.segmentation.frame_labels import FrameLabels, video_of
from vizcore.formats.segment_files import FORMATS
from vizcore.formats.timed_segments import SegmentFile

TIMED = tuple(ending for row in FORMATS.values() for ending in row.endings)  # of files of segments
TRUTH_FOLDERS = ("groundtruth", "ground_truth", "gt")
TRUTH_TIERS = ("truth", "what_is_true", *TRUTH_FOLDERS)  # the second: as earlier tables call it
UPLOADED = "predictions"  # what a model is called whose files came without a folder
GAP = "background"  # the label of frames in no segment, where no class is said to be the background

Labels = dict[str, list[FrameLabels]]  # by model


def framed(
    files: Sequence[SegmentFile], truth: Sequence[FrameLabels], models: Mapping[str, Sequence[FrameLabels]],
    background: Sequence[str], rate: float | None,
) -> tuple[list[FrameLabels], Labels]:  # fmt: skip
    """Frame labels of the truth and of every model, those of segments beside those that were given.

    A tier that is called truth (or ground truth, groundTruth, ...) and the only tier of a file in a folder of that name
    are the truth. Other tiers are models: a lone one goes by the name of its folder, several by their own.

    Args:
        files: segments; the name of each is the name of its video.
        truth, models: what is known by frames already; it says how long a video is.
        background: the first one is the label of frames in no segment.
        rate: frames in a second, for files in seconds.

    Raises:
        ValueError: it is not clear which tier is the truth, or what frame_labels refuses; with the file.
    """
    known = {one.video: one.frames for one in (*chain.from_iterable(models.values()), *truth)}
    gap = (*background, GAP)[0]
    true, predicted = list(truth), {model: list(found) for model, found in models.items()}
    for file in files:
        tiers = {tier: whose for tier, whose in owners(file).items() if whose is not None}
        length = known.get(video_of(file.file))
        length = length or max(file.frame_labels(tier, rate, gap=gap).frames for tier in tiers)
        for tier, whose in tiers.items():
            labels = file.frame_labels(tier, rate, length, gap)
            (predicted.setdefault(whose, []) if whose else true).append(labels)
    return true, predicted


def owners(file: SegmentFile) -> dict[str, str | None]:
    """Whose each tier is: a model's name, "" for the truth, None for those that are not used.

    Raises:
        ValueError: a file in the folder of the truth has several tiers, and none is called the truth.
    """
    folder = PurePosixPath(file.file).parent.name
    filled = [tier for tier, found in file.tiers.items() if found]
    true = [tier for tier in filled if tier.lower().replace(" ", "_") in TRUTH_TIERS]
    others = [tier for tier in filled if tier not in true]
    if folder.lower() in TRUTH_FOLDERS:
        if not true and len(others) > 1:
            raise ValueError(
                f"{file.file}: want one tier, or one that is called 'truth', got {', '.join(map(repr, others))}"
            )
        return dict.fromkeys(true or others, "") | dict.fromkeys(others if true else [])
    names = [folder or UPLOADED] if len(others) == 1 else others
    return dict.fromkeys(true, "") | dict(zip(others, names))


def words_of(files: Sequence[SegmentFile]) -> set[str]:
    """Every label of the files, and that of the gaps between their segments."""
    return {one.label for file in files for found in file.tiers.values() for one in found} | ({GAP} if files else set())
