"""Facts of a clip before any model: how bright it is, how much moves, where it is cut, and its scenes as pictures.

    path -> frames, every one or some (F,) - colours, luma, optical flow -> ClipFacts: cuts, scenes, curves over time

Of a long clip every step-th frame is looked at, and a cut that shows between two of them is looked for in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from vizcore.algorithms.segmentation.cuts import LEAST, NEARBY, colour_changes, outstanding
from vizcore.algorithms.segmentation.light_and_motion import brightness, motion
from vizcore.features.segmentation.pipeline_verdict_groups import facts_verdict
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import content_key, key_of
from vizcore.video import VideoInfo, probe, read_frames

VERSION = "2"  # of what is cached: a new one makes it outdated
LIMIT = 1200  # frames that are looked at: of a longer clip every step-th
SIDE = 128  # px: the longer side of what is looked at
CLOSER = 200  # of the changes between frames of which some were left out, so many are looked at in full
AT_ONCE = 120  # frames that are decoded together
THUMBNAIL = 200  # px: the width of a scene's picture


@dataclass(frozen=True, eq=False)
class ClipFacts:
    """F frames of a clip of T that were looked at."""

    frames: int  # T
    duration: float  # seconds
    numbers: np.ndarray  # (F,) int64 frames of the clip: every step-th, from the first on
    times: np.ndarray  # (F,) seconds
    brightness: np.ndarray  # (F,) mean luma, 0 to 1
    motion: np.ndarray  # (F,) percent of the width that pixels move until the next frame; nan at the end and at a cut
    changes: np.ndarray  # (F,) share of the pixels whose colours the frame looked at before has not; nan of the first
    cuts: np.ndarray  # (S - 1,) int64 frames that begin another scene, rising
    cut_times: np.ndarray  # (S - 1,) seconds
    sharpness: np.ndarray  # (S - 1,) share of the pixels whose colours change at each cut, 0 to 1

    __repr__ = short_repr(lambda one: f"{len(one.numbers)} of {one.frames} frames, {len(one.cuts)} cuts")

    @property
    def step(self) -> int:
        """Every so-manieth frame was looked at."""
        return int(self.numbers[1] - self.numbers[0]) if len(self.numbers) > 1 else 1

    @property
    def scenes(self) -> tuple[tuple[int, int], ...]:
        """[start, stop) of each stretch between cuts, in frames."""
        edges = [0, *self.cuts.tolist(), self.frames]
        return tuple(pairwise(edges))

    @property
    def verdict(self) -> str:
        """Scenes, the sharpest cut and where most moves, in one sentence."""
        moving = self.motion[np.isfinite(self.motion)]
        most = float(self.times[np.nanargmax(self.motion)]) if len(moving) else float("nan")
        sharpest = float(self.cut_times[self.sharpness.argmax()]) if len(self.cuts) else float("nan")
        moved = float(moving.max(initial=0))
        return facts_verdict(len(self.cuts) + 1, self.duration, sharpest, most, moved, self.step)


def clip_facts(path: str | Path, *, limit: int = LIMIT, context: Context | None = None) -> ClipFacts:
    """What can be said of a clip without a net.

    Args:
        path: a video file.
        limit: frames that are looked at, at most; 2 or more.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: the limit is less than 2.
    """
    if limit < 2:
        raise ValueError(f"want at least 2 frames to look at, got {limit}")
    context, info = context or default_context(), probe(path)
    numbers = np.arange(0, info.frames, -(-info.frames // limit))
    key = key_of("clip facts", VERSION, content_key(path), numbers.tolist(), SIDE, LEAST)
    found = context.store.get(key)
    if found is None:
        found = _looked_at(path, info, numbers, context)
        context.store.put(key, found)
    times = {"times": info.times[numbers], "cut_times": info.times[found["cuts"]]}
    return ClipFacts(info.frames, info.duration, numbers, **times, **found)


def pictures_at(
    path: str | Path, *, frames: Sequence[int], width: int = THUMBNAIL, context: Context | None = None
) -> np.ndarray:
    """(K, H, W, 3) uint8: some frames of a clip, small; the context is not needed.

    Args:
        path: a video file.
        frames: their numbers.
        width: px.
    """
    info = probe(path)
    return read_frames(path, frames, (width, max(1, round(width * info.height / info.width))))


def _looked_at(path: str | Path, info: VideoInfo, numbers: np.ndarray, context: Context) -> dict[str, np.ndarray]:
    """brightness, motion, changes (F,), cuts and sharpness (S - 1,)."""
    scale = SIDE / max(info.width, info.height)
    size = (max(1, round(info.width * scale)), max(1, round(info.height * scale)))
    read, last = partial(read_frames, path, size=size), info.frames - 1
    light, moved, changed = [], [], [np.full(1, np.nan)]
    for first in range(0, len(numbers), AT_ONCE):
        context.progress(first, len(numbers), "looking at frames")
        some = numbers[first : first + AT_ONCE + 1]  # with the first of the next ones
        wanted = np.union1d(some, np.minimum(some + 1, last))
        pictures = read(wanted)
        here, after = (pictures[np.searchsorted(wanted, one)] for one in (some, np.minimum(some + 1, last)))
        light.append(brightness(here[:AT_ONCE]))
        moved.append(motion(here[:AT_ONCE], after[:AT_ONCE]))
        changed.append(colour_changes(here))
    found = {name: np.concatenate(parts) for name, parts in (("brightness", light), ("changes", changed))}
    cuts, sharpness = _cuts(found["changes"][1:], numbers, read, last)
    moved = np.concatenate(moved)
    moved[(numbers == last) | np.isin(numbers + 1, cuts)] = np.nan
    return found | {"motion": moved, "cuts": cuts, "sharpness": sharpness}


def _cuts(changes: np.ndarray, numbers: np.ndarray, read: partial, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Frames that begin a scene, and how much changes there; where frames were left out, these are looked at now.

    Args:
        changes: (F - 1,) between neighbours of those that were looked at.
        numbers: (F,) which these are.
        read: frames by their numbers.
        last: frame of the clip.
    """
    places = outstanding(changes)
    if len(numbers) < 2 or numbers[1] == 1:
        return numbers[places + 1], changes[places]
    large = np.flatnonzero(changes >= LEAST)
    cuts, sharpness = [], []
    for place in np.sort(large[np.argsort(-changes[large], kind="stable")][:CLOSER]):
        first, stop = max(0, numbers[place] - NEARBY), min(last, numbers[place + 1] + NEARBY) + 1
        near = colour_changes(read(np.arange(first, stop)))
        inside = [k for k in outstanding(near).tolist() if numbers[place] <= first + k < numbers[place + 1]]
        cuts += [first + k + 1 for k in inside]
        sharpness += [float(near[k]) for k in inside]
    return np.array(cuts, np.int64), np.array(sharpness)
