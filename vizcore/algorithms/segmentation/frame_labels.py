"""The labels of a video's frames as words, run by run, as files bring them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import PurePosixPath

import numpy as np

from vizcore.algorithms.segmentation.metrics import LABEL

ENDINGS = (".txt", ".csv", ".tsv", ".json", ".eaf")
SLACK = 10  # frames by which two files of one video may differ: networks see features of strided frames


@dataclass(frozen=True)
class FrameLabels:
    """The labels of one video as words, run by run."""

    file: str  # as a person knows it
    words: tuple[str, ...]  # (S,) of each run
    counts: tuple[int, ...]  # (S,) frames of each run
    places: tuple[str, ...]  # (S,) where in the file each run begins: "line 3"

    @property
    def video(self) -> str:
        """The file's name without its folder and ending."""
        return video_of(self.file)

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
    """The video that a file is about: its name without the folder and the ending of a file of labels."""
    name = PurePosixPath(file.replace("\\", "/"))
    return name.stem if name.suffix in ENDINGS else name.name
