"""The labels of a video's frames as words, run by run, as files bring them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import PurePosixPath

import numpy as np

from vizcore.algorithms.segmentation.metrics import LABEL

ENDINGS = (".txt", ".csv", ".tsv", ".json", ".xml", ".eaf")
VIDEOS = (".mp4", ".avi", ".mkv", ".mov", ".webm", ".m4v", ".mpg", ".mpeg", ".wmv")  # that a name of labels may keep
SLACK = 10  # frames by which two files of one video may differ: networks see features of strided frames


@dataclass(frozen=True)
class FrameLabels:
    """The labels of one video as words, run by run."""

    file: str  # as a person knows it
    words: tuple[str, ...]  # (S,) of each run
    counts: tuple[int, ...]  # (S,) frames of each run
    places: tuple[str, ...]  # (S,) where in the file each run begins: "line 3"
    named: str = ""  # the video, where it is not the file's name
    form: str = ""  # how the file has them, of formats.recognise.FORMS

    @property
    def video(self) -> str:
        """What the file is about: its name without its folder and ending, or a video that it names itself."""
        return self.named or video_of(self.file)

    @property
    def frames(self) -> int:
        return sum(self.counts)

    def labels(self, classes: Mapping[str, int]) -> np.ndarray:
        """(T,) int32 class of each frame.

        Raises:
            ValueError: a word is no class; with file, line and frame.
        """
        for word, count, place, stop in zip(self.words, self.counts, self.places, accumulate(self.counts)):
            if word not in classes:
                known = f"one of {len(classes)} classes ({', '.join(list(classes)[:4])} ...)"
                raise ValueError(f"{self.file}, {place}, frame {stop - count}: want {known}, got {word!r}")
        return np.repeat(np.array([classes[word] for word in self.words], LABEL), self.counts)


def video_of(file: str) -> str:
    """The video that a file is about: its name without the folder and the endings of labels and of videos.

    A dot of a name is no ending: rgb-01-1.v2 stays whole.
    """
    name = file.replace("\\", "/").rpartition("/")[2]
    for endings in (ENDINGS, VIDEOS):
        stem, dot, ending = name.rpartition(".")
        if stem and f"{dot}{ending}".lower() in endings:
            name = stem
    return name


def folder_of(file: str) -> str:
    """The folder of a file, "" where it lies in none."""
    folder = PurePosixPath(file.replace("\\", "/")).parent.as_posix()
    return "" if folder == "." else folder
