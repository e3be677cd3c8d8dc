"""What is done when in a clip, as each net of segmentation says it: classes of frames, keypoints, timelines.

path -> every frame at the nets' size -> features, kept -> each net, kept -> Prediction: one tier of a timeline
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from vizcore.algorithms.segmentation.metrics import Segment, segments
from vizcore.algorithms.segmentation.reassembly import ActionPoint, BoundaryPoint, Reassembly, reassemble
from vizcore.features.segmentation.pipeline_verdict import predicted_verdict
from vizcore.models import MODELS, of_task
from vizcore.models.nets.frame_features import features_of
from vizcore.models.nets.keypoints import CANDIDATE, Heat, Points, points_of
from vizcore.models.segmenters import PLAIN, POSE, RTK
from vizcore.models.weights import card
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import content_key, key_of
from vizcore.runtime.world_clips import truth_of
from vizcore.synthetic.doing import BACKGROUND, CLASSES, doing
from vizcore.video import probe, read_frames

TRUTH, TITLE = "truth", "ground truth"  # of the tier that is known: its name, and what it is called on the screen
BATCH = 256  # frames that are read at once
MOST = 400_000  # frames: more than three hours


@dataclass(frozen=True, eq=False)
class Prediction:
    """What one net, or the truth, says of the T frames of a clip."""

    name: str  # of MODELS, or TRUTH
    title: str
    labels: np.ndarray  # (T,) int class of each frame
    probabilities: np.ndarray | None = None  # (T, C) float32 of the classes of frames; None for the truth
    points: Points | None = None  # the keypoints that were re-assembled; None for nets that find none
    heat: np.ndarray | None = None  # (C + 1, T) float32 of keypoints: middles by class, boundaries; likewise

    __repr__ = short_repr(lambda one: f"{one.title}, {len(one.labels)} frames, {len(one.segments)} segments")

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Runs of equal labels; they tile the clip."""
        return segments(self.labels)

    def reassembly(self) -> Reassembly:
        """How the keypoints became the labels, step by step.

        Raises:
            ValueError: this net finds no keypoints.
        """
        if self.points is None:
            raise ValueError(f"want a net that finds keypoints, got {self.title}")
        return reassemble(*self.points, len(self.labels), fill=BACKGROUND)


@dataclass(frozen=True, eq=False)
class Predictions:
    """What several nets say of one clip."""

    times: np.ndarray  # (T,) seconds
    classes: tuple[str, ...]  # C, the first one the background
    tiers: tuple[Prediction, ...]  # the truth first, where it is known

    __repr__ = short_repr(
        lambda found: (
            f"{len(found.times)} frames, {len(found.classes)} classes; segments: "
            + ", ".join(f"{tier.name} {len(tier.segments)}" for tier in found.tiers)
        )
    )

    @property
    def verdict(self) -> str:
        """How many segments each net predicts, in one sentence."""
        counts = {tier.title: sum(one.label != BACKGROUND for one in tier.segments) for tier in self.tiers}
        true = counts.pop(TITLE, None)
        return predicted_verdict(counts, true)

    @property
    def segments(self) -> tuple[tuple[float, float, str], ...]:
        """(start s, stop s, class) of each action that the first net predicts, or of the ground truth alone."""
        tier = next((tier for tier in self.tiers if tier.name != TRUTH), self.tiers[0])
        edges = np.append(self.times, self.times[-1] + np.diff(self.times).mean())
        found = [one for one in tier.segments if one.label != BACKGROUND]
        return tuple((float(edges[a]), float(edges[b]), self.classes[label]) for a, b, label in found)

    def tier(self, name: str) -> Prediction:
        """One of them by name."""
        return next(tier for tier in self.tiers if tier.name == name)


def shown() -> tuple[str, ...]:
    """The models of segmentation that came with the app."""
    return tuple(of_task("segmentation"))


def predict(path: str | Path, *, models: Sequence[str] | None = None, context: Context | None = None) -> Predictions:
    """Show a clip to nets of segmentation, frame by frame.

    Args:
        path: a video; its whole pictures are squeezed into the nets' square.
        models: of MODELS, for segmentation; all if not given.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: a model is unknown, or the video has fewer frames than 2 or more than MOST.
    """
    context, models = context or default_context(), shown() if models is None else tuple(models)
    if unknown := set(models) - set(shown()):
        raise ValueError(f"want nets of segmentation ({', '.join(shown())}), got {min(unknown)!r}")
    info = probe(path)
    if not 2 <= info.frames <= MOST:
        raise ValueError(f"want a video of 2 to {MOST:,} frames, got {info.frames:,}; choose a longer or shorter part")
    features = features_kept(path, context)
    classes = MODELS[models[0]].classes if models else CLASSES
    tiers = []
    for done, name in enumerate(models):
        context.progress(done, len(models), f"running {MODELS[name].title}")
        tiers.append(predicted(name, features, content_key(path), context))
    if (labels := true_labels(path, classes)) is not None and len(labels) == info.frames:
        tiers.insert(0, Prediction(TRUTH, TITLE, labels))
    return Predictions(info.times, classes, tuple(tiers))


def true_labels(path: str | Path, classes: Sequence[str] = CLASSES) -> np.ndarray | None:
    """(T,) int class of each frame of a clip of the world; None where that is not known or not just one person acts."""
    known = truth_of(path)
    try:
        return None if known is None else doing(known, classes)
    except ValueError:
        return None


def features_kept(path: str | Path, context: Context) -> np.ndarray:
    """(T, WIDTH) float16 of every frame, from the store or made now."""
    key = key_of("frame features", 1, content_key(path), MODELS[POSE].version)
    cached = context.store.get(key)
    if cached is None:
        net, count, parts = MODELS[POSE], probe(path).frames, []
        side = card(POSE).recipe["size"]
        for first in range(0, count, BATCH):
            context.progress(first, count, "reading poses")
            frames = read_frames(path, range(first, min(first + BATCH, count)), (side, side))
            parts.append(context.engine.use(net, partial(_posed, frames)))
        cached = {"features": np.concatenate(parts)}
        context.store.put(key, cached)
    return cached["features"]


def predicted(name: str, features: np.ndarray, clip: str, context: Context) -> Prediction:
    """What one net says of a clip, from the store or made now.

    Args:
        name: of MODELS, for segmentation.
        features: (T, WIDTH) float16, of features_kept.
        clip: the key of the video's content, of content_key.
    """
    row, title = MODELS[RTK if name == PLAIN else name], MODELS[name].title
    key = key_of("actions", 1, clip, MODELS[POSE].version, row.version, name)
    cached = context.store.get(key)
    if cached is None:
        ask = partial(_by_keypoints, name) if row.name == RTK else _by_frames
        cached = context.engine.use(row, partial(ask, torch.from_numpy(features).float()[None]))
        context.store.put(key, cached)
    if row.name != RTK:
        return Prediction(name, title, cached["probabilities"].argmax(1), cached["probabilities"])
    points = Points(
        [ActionPoint(time, int(label), share) for time, label, share in cached["actions"].tolist()],
        [BoundaryPoint(time, share) for time, share in cached["boundaries"].tolist()],
    )
    labels = reassemble(*points, len(features), fill=BACKGROUND).labels
    return Prediction(name, title, labels, cached["probabilities"], points, cached["heat"])


def _posed(frames: np.ndarray, net: nn.Module, device: torch.device) -> np.ndarray:
    """(T, WIDTH) float16 of frames (T, S, S, 3)."""
    pictures = torch.from_numpy(frames).to(device).movedim(-1, 1).float() / 127.5 - 1
    return features_of(net, pictures).half().cpu().numpy()


def _by_frames(video: Tensor, net: nn.Module, device: torch.device) -> dict[str, np.ndarray]:
    return {"probabilities": net(video.to(device))[-1, 0].softmax(0).T.cpu().numpy()}


def _by_keypoints(name: str, video: Tensor, net: nn.Module, device: torch.device) -> dict[str, np.ndarray]:
    """Points above the thresholds of the card, with what the net saw."""
    thresholds = card(MODELS[name].weights).recipe["thresholds"][name]
    heat: Heat = net.keypoints(video.to(device))
    found = points_of(heat, CANDIDATE, CANDIDATE, thresholds["farthest"])
    found = (found if name == PLAIN else net.refiner.refined(heat, found))[0]
    points = found.above(thresholds["action"], thresholds["boundary"])
    return {
        "probabilities": heat.frames[0].softmax(0).T.cpu().numpy(),
        "heat": torch.cat([heat.classes[0], heat.boundaries]).sigmoid().cpu().numpy(),
        "actions": np.array(points.actions, np.float64).reshape(-1, 3),
        "boundaries": np.array(points.boundaries, np.float64).reshape(-1, 2),
    }
