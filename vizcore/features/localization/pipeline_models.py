"""How well do the project's own localisers predict what people do? Clips of the world, drawn live and scored.

names of models, K clips -> compare_models -> Compared, as of files
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vizcore.algorithms.detection.ava_rows import AvaRows
from vizcore.features.localization.pipeline import ONE_STAGE, predictions_of
from vizcore.features.localization.pipeline_precision import Compared, compared
from vizcore.formats.action_lists import Action
from vizcore.models import LOCALIZERS, find
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.store import key_of
from vizcore.synthetic.census import IDS, Detections, detected, filmed, truths
from vizcore.synthetic.postures import LABELS

SPLIT = "test"  # no net has learnt from these clips
AT_ONCE = 8  # clips that are drawn between two words of progress
VERSION = "1"  # of the clips: a new one has them drawn anew
PARTS = ("said_boxes", "said_actor", "said_actions")  # of Detections, as they are stored
WITH_THINGS = ("throw", "lift", "push", "pour")
ACTIONS = {k: Action(word, "object" if word in WITH_THINGS else "pose") for k, word in zip(IDS, LABELS)}
NOTE = (
    "Crowds of the procedural world that no net has learnt from, drawn now, with who is there and what they do known "
    "exactly. Every token above p(actor) = 0.01 counts as a detection; nothing is suppressed."
)


def compare_models(
    model: str = ONE_STAGE,
    *,
    other: str = "",
    clips: int = 48,
    protocol: str = "activitynet",
    iou: float = 0.5,
    context: Context | None = None,
) -> Compared:
    """Average precision per class of one localiser or two.

    Args:
        model: a key of vizcore.models.LOCALIZERS.
        other: another, to be compared with; "" for none.
        clips: how many crowds of the test split, 2 or more.
        protocol, iou: as of evaluate_ava.

    Raises:
        ValueError: a name is no localiser whose weights are there, or a number is out of range.
    """
    if clips < 2:
        raise ValueError(f"want 2 clips or more, got {clips}")
    context, models = context or default_context(), list(dict.fromkeys(name for name in (model, other) if name))
    truth, predictions = answers(models, clips, context)
    context.progress(clips, clips, "evaluating")
    titles = tuple(LOCALIZERS[name][0] for name in models)
    tables = [_words(detected(one)) for one in predictions]
    return compared(titles, ACTIONS, truth, tables, NOTE, protocol=protocol, iou=iou)


def answers(models: Sequence[str], clips: int, context: Context) -> tuple[AvaRows, list[Detections]]:
    """Ground truth of the first clips of the test split, and each model's predictions; stored once computed.

    Args:
        models: keys of LOCALIZERS.
        clips: how many, at least 1.
        context: its engine, its store and its progress are used.
    """
    rows = [find(model) for model in models]
    size, count = rows[0].size, rows[0].frames
    keys = {row.name: key_of("crowds", VERSION, SPLIT, clips, size, count, row.name, row.version) for row in rows}
    stored = {name: context.store.get(key) for name, key in keys.items()}
    if any(one is None for one in stored.values()):
        data = _drawn(clips, size, count, context)
        true = {name: data[name] for name in ("boxes", "does", "role")}
        for name in (name for name, one in stored.items() if one is None):
            predictions = predictions_of(name, list(data["frames"]), context)
            stored[name] = true | dict(zip(PARTS, map(np.stack, zip(*predictions))))
            context.store.put(keys[name], stored[name])
    predictions = [Detections(*(one[part] for part in PARTS)) for one in stored.values()]
    return _words(truths(next(iter(stored.values())))), predictions


def _drawn(clips: int, size: int, count: int, context: Context) -> dict[str, np.ndarray]:
    parts = []
    for first in range(0, clips, AT_ONCE):
        context.progress(first, clips, "drawing crowds")
        parts.append(filmed(range(first, min(first + AT_ONCE, clips)), SPLIT, size, count))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _words(table: AvaRows) -> AvaRows:
    """The rows of the twelve words, less those that say "an actor"."""
    inside = np.isin(table.actions, IDS)
    scores = None if table.scores is None else table.scores[inside]
    columns = {"frames": table.frames[inside], "boxes": table.boxes[inside], "actions": table.actions[inside]}
    return replace(table, **columns, scores=scores)
