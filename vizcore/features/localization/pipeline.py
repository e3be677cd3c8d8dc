"""Who does what and where: what every token of a localiser says of a key frame, and who is really there.

path, model, key frame  -> locate -> Sighting: boxes, p(actor), scores, and where each token looks
path, model, every so many frames -> survey -> Survey: the same without looks, over the whole video
Truth, key frame        -> people_at -> Present: who is really there

A localiser sees T frames around its key frame, which is the one after their middle. In clips of the world it was
trained on frames that lie so far apart that they show between a third and four fifths of an action.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from vizcore.algorithms.detection.decoding import decode
from vizcore.features.localization.pipeline_verdict import Actors, Detected, people_verdict, survey_verdict
from vizcore.models import LOCALIZERS, find
from vizcore.models.weights import card
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr
from vizcore.synthetic.truth import Truth
from vizcore.video import probe, read_frames

ONE_STAGE = "localizer"
HEADS = ("boxes", "actor", "actions")
SIDE = 320  # px of the pictures that are handed back, the longer side
STRIDE = 6  # frames: of the world's clips of 72, so that 8 of them show about half an action
MOST_KEYS = 48  # key frames of a survey
THRESHOLD = "threshold"  # of a card: the theta with the best F1 on validation clips


@dataclass(frozen=True, eq=False)
class Present:
    """Who is in a key frame: P people, actors and bystanders."""

    boxes: np.ndarray  # (P, 4) corners, shares of the frame
    does: np.ndarray  # (P, C) bool
    actors: np.ndarray  # (P,) bool
    names: tuple[str, ...]  # P, such as "1: bend, push"

    @property
    def acting(self) -> Actors:
        """Those of them who act, and what each does."""
        words = (name.partition(": ")[2] for name, acts in zip(self.names, self.actors) if acts)
        return Actors(self.boxes[self.actors], tuple(tuple(filter(None, word.split(", "))) for word in words))


@dataclass(frozen=True, eq=False)
class Sighting:
    """What N tokens say of one key frame."""

    model: str
    labels: tuple[str, ...]  # C words
    grid: tuple[int, int]  # rows, columns of the tokens
    key: int  # number of the key frame
    numbers: np.ndarray  # (T,) int: the frames that were seen
    frames: np.ndarray  # (T, H, W, 3) uint8
    boxes: np.ndarray  # (N, 4) (cx, cy, w, h), shares of the frame
    actor: np.ndarray  # (N,) p(actor)
    actions: np.ndarray  # (N, C) probabilities
    looks: np.ndarray | None  # (heads, N, T', N) where each token looks in the last layer, each row of sum 1

    __repr__ = short_repr(
        lambda seen: (
            f"{seen.model}, frame {seen.key}, {seen.grid[0]} x {seen.grid[1]} tokens, {len(seen.labels)} actions, "
            f"largest p(actor) {seen.actor.max():.2f}"
        )
    )

    @property
    def verdict(self) -> str:
        """Who is seen at the model's own theta, in one sentence."""
        return self.verdict_at(theta_of(self.model), None)

    def verdict_at(self, theta: float, present: Present | None) -> str:
        """Whom the model finds and misses, in one sentence.

        Args:
            theta: threshold of p(actor), 0 to 1.
            present: who is there; None where nobody knows.
        """
        found = decode(self.boxes, self.actor, self.actions, theta, "action")
        order = np.argsort(-found.actor, kind="stable")
        said = tuple((self.labels[int(row.argmax())], float(row.max())) for row in found.scores[order])
        detected = Detected(_title(self.model), self.key, theta, float(self.actor.max()), found.boxes[order], said)
        return people_verdict(detected, None if present is None else present.acting)

    @property
    def shown(self) -> np.ndarray:
        """(T',) places in `frames`: of each tubelet the frame that stands for it."""
        return np.arange(self.looks.shape[2]) * (len(self.numbers) // self.looks.shape[2])

    @property
    def picture(self) -> np.ndarray:
        """(H, W, 3) the key frame."""
        return self.frames[len(self.frames) // 2]

    def attention(self, token: int, head: int | None = None) -> np.ndarray:
        """(T', rows, columns) where a token looks: the mean of all heads, or one."""
        rows = self.looks[:, token].mean(0) if head is None else self.looks[head, token]
        return rows.reshape(-1, *self.grid)


@dataclass(frozen=True, eq=False)
class Survey:
    """What N tokens say of K key frames of a video."""

    labels: tuple[str, ...]
    grid: tuple[int, int]
    keys: np.ndarray  # (K,) int numbers of the key frames, rising
    boxes: np.ndarray  # (K, N, 4) (cx, cy, w, h)
    actor: np.ndarray  # (K, N)
    actions: np.ndarray  # (K, N, C)
    model: str = ONE_STAGE

    @property
    def verdict(self) -> str:
        """How many actors are seen and what most of them do, at the model's own theta, in one sentence."""
        theta = theta_of(self.model)
        best = np.array(self.labels)[self.actions.argmax(-1)[self.actor > theta]].tolist()
        return survey_verdict(_title(self.model), theta, (self.actor > theta).sum(1), best)

    __repr__ = short_repr(
        lambda survey: (
            f"{survey.model}, {len(survey.keys)} key frames of {survey.grid[0]} x {survey.grid[1]} tokens, "
            f"{len(survey.labels)} actions, {(survey.actor > 0.5).sum(1).mean():.2f} tokens per key frame above 0.5"
        )
    )


def locate(
    path: str | Path, *, model: str = ONE_STAGE, key: int = 0, stride: int = 6, context: Context | None = None
) -> Sighting:
    """What every token says of one key frame.

    Args:
        path: a video.
        model: a key of vizcore.models.LOCALIZERS whose weights are there.
        key: number of the key frame; beyond the last it is the last.
        stride: frames between two that are seen; at the ends of the video its first and last are seen again.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: the model is no localiser, or a number is out of range.
    """
    context = context or default_context()
    row, info = _row(model), probe(path)
    numbers = window(min(key, info.frames - 1), stride, row.frames, info.frames)
    size = _size(info.width, info.height)
    frames = _frames(path, numbers, size)
    tokens = range(row.grid[0] * row.grid[1])
    last = _last_attention(model)
    queries = {last: tokens} if last else {}
    capture = context.engine.run(model, frames, at=HEADS, rows=queries)
    attention = None
    if last:
        rows = capture.rows[last][0].float().cpu().numpy()  # (heads, N, T' N)
        attention = rows.reshape(*rows.shape[:2], -1, len(tokens))
    predictions = _predictions(capture)
    return Sighting(model, row.classes, row.grid, min(key, info.frames - 1), numbers, frames, *predictions, attention)


def survey(
    path: str | Path,
    *,
    model: Literal[*LOCALIZERS] = ONE_STAGE,
    stride: int = 6,
    every: int = 6,
    context: Context | None = None,
) -> Survey:
    """The same for a key frame every so many frames, at most MOST_KEYS: then they lie farther apart.

    Args:
        path: a video.
        model: a localiser whose weights are there.
        stride: frames between two that are seen around a key frame.
        every: frames from one key frame to the next.

    Raises:
        VideoError, ValueError: as of locate.
    """
    context = context or default_context()
    row, info = _row(model), probe(path)
    if every < 1:
        raise ValueError(f"want key frames 1 frame apart or more, got {every}")
    keys = np.arange(0, info.frames, max(every, -(-info.frames // MOST_KEYS)))
    windows = [window(int(key), stride, row.frames, info.frames) for key in keys]
    needed, places = np.unique(np.concatenate(windows), return_inverse=True)
    frames = read_frames(path, needed, (row.size, row.size))
    clips = [frames[place] for place in places.reshape(len(keys), -1)]
    boxes, actor, actions = map(np.stack, zip(*predictions_of(model, clips, context)))
    return Survey(row.classes, row.grid, keys, boxes, actor, actions, model)


def predictions_of(
    model: str, clips: Sequence[np.ndarray], context: Context
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Boxes (N, 4), p(actor) (N,) and probabilities of actions (N, C) of each clip (T, H, W, 3).

    Args:
        model: a key of LOCALIZERS.
        clips: (T, H, W, 3) uint8 RGB each.
        context: whose engine runs the passes.

    Raises:
        ValueError: the model is no localiser whose weights are there.
    """
    _row(model)
    captures = context.engine.run_many(model, clips, at=HEADS, step=context.progress)
    return [_predictions(capture) for capture in captures]


def window(key: int, stride: int, count: int, total: int) -> np.ndarray:
    """(count,) numbers of the frames that are seen around a key frame, inside [0, total).

    Args:
        key: number of the key frame.
        stride: frames from one to the next, at least 1.
        count: how many frames the model sees.
        total: frames of the video.

    Raises:
        ValueError: the stride is below 1.
    """
    if stride < 1:
        raise ValueError(f"want a stride of 1 frame or more, got {stride}")
    return (key + stride * (np.arange(count) - count // 2)).clip(0, total - 1)


def theta_of(model: str) -> float:
    """The threshold of p(actor) that was best on validation clips; 0.5 where the card does not tell."""
    found = card(model).metrics.get(THRESHOLD)
    return round(float(found["mean"]), 2) if isinstance(found, Mapping) else 0.5


def people_at(truth: Truth | None, key: int) -> Present | None:
    """Who is in a key frame of a clip of the world; None where nobody knows."""
    if truth is None or truth.does is None or key >= len(truth.surface):
        return None
    now = truth.at(np.array([key]))
    height, width = truth.surface.shape[1:]
    corners = now.boxes()[0] / [width, height, width, height]  # (K, 4)
    there = [
        k for k, thing in enumerate(now.things) if thing.role in ("actor", "bystander") and np.isfinite(corners[k, 0])
    ]
    does = now.does[0, there]
    actors = np.array([now.things[k].role == "actor" for k in there], bool)
    words = (", ".join(np.array(now.labels)[holds]) if acts else "bystander" for holds, acts in zip(does, actors))
    names = tuple(f"{number}: {word}" for number, word in enumerate(words, 1))
    return Present(corners[there].reshape(-1, 4), does, actors, names)


def _predictions(capture) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Boxes (N, 4), p(actor) (N,) and probabilities of actions (N, C) of a pass."""
    boxes, actor, actions = (capture.activations[name][0].float().cpu() for name in HEADS)
    return boxes.numpy(), actor.softmax(-1)[:, 0].numpy(), actions.sigmoid().numpy()


def _title(model: str) -> str:
    return LOCALIZERS[model][0] if model in LOCALIZERS else model


def _row(model: str):
    if model not in LOCALIZERS:
        raise ValueError(f"want a localiser ({', '.join(LOCALIZERS)}), got {model!r}")
    return find(model)


def _last_attention(model: str) -> str:
    """The attention of the last layer, where one net says everything; "" of nets in two stages."""
    if model != ONE_STAGE:
        return ""
    recipe = card(model).recipe
    return f"trunk.blocks.{recipe['depth'] + recipe['late'] - 1}.attention"


def _size(width: int, height: int) -> tuple[int, int]:
    """Of the pictures that are handed back."""
    share = min(1.0, SIDE / max(width, height))
    return max(2, round(width * share)), max(2, round(height * share))


def _frames(path: str | Path, numbers: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Frames of these numbers, each decoded once."""
    needed, places = np.unique(numbers, return_inverse=True)
    return read_frames(path, needed, size)[places]
