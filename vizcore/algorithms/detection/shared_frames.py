"""One numbering of key frames for two tables, ground truth and detections, and which of the frames count.

two AvaRows, key frames to leave out - share_frames -> SharedFrames
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.detection.ava_rows import LONGEST, MICROSECONDS, AvaRows, Frame


@dataclass(frozen=True, eq=False)
class SharedFrames:
    """F key frames of V videos, by video and then by time."""

    videos: tuple[str, ...]  # V names
    video: np.ndarray  # (F,) int: the video of every key frame
    of_truth: np.ndarray  # (frames of the ground truth,) int: their number here
    of_detection: np.ndarray  # (frames of the detections,) int
    listed: np.ndarray  # (F,) bool: in the ground truth, with rows or without
    excluded: np.ndarray  # (F,) bool

    def counted(self, everywhere: bool) -> np.ndarray:
        """(F,) bool: key frames whose detections count: the listed ones, or all, but no excluded one."""
        return ~self.excluded if everywhere else self.listed & ~self.excluded


def share_frames(ground_truth: AvaRows, detections: AvaRows, excluded: Iterable[Frame] = ()) -> SharedFrames:
    """Number the key frames of both tables; those that are in one alone are there as well.

    Args:
        ground_truth, detections: the two tables; videos are the same where their names are.
        excluded: (video, seconds) of key frames that count for nothing.
    """
    left_out = list(excluded)
    names = sorted({*ground_truth.videos, *detections.videos, *(video for video, _ in left_out)})
    code = {name: k for k, name in enumerate(names)}
    keys = [_keys(table, code) for table in (ground_truth, detections)]
    keys.append(np.array([_key(code[video], second) for video, second in left_out], np.int64))
    found, numbers = np.unique(np.concatenate(keys), return_inverse=True)
    of_truth, of_detection, out = np.split(numbers, np.cumsum([len(part) for part in keys[:2]]))
    listed, left = np.zeros(len(found), bool), np.zeros(len(found), bool)
    listed[of_truth], left[out] = True, True
    return SharedFrames(tuple(names), found // LONGEST, of_truth, of_detection, listed, left)


def _keys(table: AvaRows, code: dict[str, int]) -> np.ndarray:
    """(F,) int64: video and time of every key frame in one number."""
    codes = np.array([code[name] for name in table.videos], np.int64)
    return codes[table.frame_videos] * LONGEST + np.rint(table.frame_times * MICROSECONDS).astype(np.int64)


def _key(video: int, second: float) -> int:
    return video * LONGEST + round(second * MICROSECONDS)
