"""Several videos, their true labels and what models say: brought together, compared, and listed from the worst.

    FrameLabels of the truth, {model: FrameLabels}, mapping, bundle - gather -> LabelSet - ranked -> Ranking

Files of one video may differ by a few frames: then the first frames that both have are compared, and the difference is
noted. A larger one means that the files are not of one video.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.segmentation.frame_labels import SLACK, FrameLabels
from vizcore.algorithms.segmentation.metrics import Pair, Scores, evaluate, evaluate_each


@dataclass(frozen=True, eq=False)
class LabelSet:
    """The labels of some videos, by the truth and by models."""

    names: dict[int, str]  # of the classes, by number
    truth: dict[str, np.ndarray]  # {video: (T,) int32}
    models: dict[str, dict[str, np.ndarray]]  # {model: {video: (T,) int32, up to SLACK frames more or fewer}}
    background: tuple[int, ...]  # classes whose segments do not count
    notes: tuple[str, ...]  # what was trimmed or left out, a sentence each

    def pair(self, model: str, video: str) -> Pair:
        """Predicted and true labels of one video, trimmed to the shorter."""
        predicted, truth = self.models[model][video], self.truth[video]
        shorter = min(len(predicted), len(truth))
        return predicted[:shorter], truth[:shorter]

    def __repr__(self) -> str:
        models = f"{len(self.models)} models ({', '.join(self.models)[:80]})"
        return f"LabelSet({len(self.truth)} videos, {len(self.names)} classes, {models})"


@dataclass(frozen=True)
class Ranking:
    """What one model scores, all together and on each video."""

    model: str
    scores: Scores
    rows: tuple[tuple[str, Scores], ...]  # (video, its scores), the worst first: by F1@50, then edit, then accuracy

    def __repr__(self) -> str:
        numbers = f"F1@50 {self.scores.f1[50]:.1f}, edit {self.scores.edit:.1f}, accuracy {self.scores.acc:.1f}"
        return f"Ranking({self.model[:80]} on {len(self.rows)} videos, {numbers})"


def gather(
    truth: Iterable[FrameLabels],
    models: Mapping[str, Iterable[FrameLabels]],
    mapping: Mapping[str, int] | None = None,
    bundle: tuple[str, Mapping[str, int]] | None = None,
    background: Collection[str] = ("background",),
) -> LabelSet:
    """Bring files together by the names of their videos.

    Args:
        truth: of each video.
        models: {model: of each video}.
        mapping: {class: number}, of read_mapping; without it the classes are all words, in the order of the alphabet.
        bundle: a file's name and the videos that it names (of read_bundle); without it, all that the models tell of.
        background: names of classes whose segments do not count; those that are no class are passed over.

    Raises:
        ValueError: a video is there twice or missing, a word is no class, lengths differ by more than SLACK frames, or
            there is nothing to bring together; with file and, where there is one, line.
    """
    true = _by_video(truth, "the ground truth")
    predicted = {model: _by_video(files, model) for model, files in models.items()}
    videos, notes = _videos(true, predicted, bundle)
    classes = (
        dict(mapping)
        if mapping
        else _alphabet(files[video] for files in (true, *predicted.values()) for video in videos)
    )
    words = {word for video in videos for word in true[video].words}
    for model, files in predicted.items():
        notes += [note for video in videos if (note := _difference(model, files[video], true[video]))]
        if unknown := sorted({word for video in videos for word in files[video].words} - words):
            notes.append(f"{model} predicts {', '.join(map(repr, unknown))}, which the ground truth does not have")
    return LabelSet(
        {number: name for name, number in classes.items()},
        {video: true[video].labels(classes) for video in videos},
        {model: {video: files[video].labels(classes) for video in videos} for model, files in predicted.items()},
        tuple(classes[name] for name in background if name in classes),
        tuple(notes),
    )


def ranked(labels: LabelSet, model: str) -> Ranking:
    """Score a model on every video of a set.

    Raises:
        ValueError: the set has no such model.
    """
    if model not in labels.models:
        raise ValueError(f"want a model of {', '.join(labels.models)}, got {model!r}")
    pairs = {video: labels.pair(model, video) for video in labels.truth}
    each = zip(pairs, evaluate_each(pairs.values(), labels.background))
    rows = sorted(each, key=lambda row: (row[1].f1[50], row[1].edit, row[1].acc, row[0]))
    return Ranking(model, evaluate(pairs.values(), labels.background), tuple(rows))


def _by_video(files: Iterable[FrameLabels], whose: str) -> dict[str, FrameLabels]:
    found: dict[str, FrameLabels] = {}
    for one in files:
        if one.video in found:
            raise ValueError(f"{one.file}: want one file a video, got {one.video} of {whose} twice")
        found[one.video] = one
    return found


def _alphabet(files: Iterable[FrameLabels]) -> dict[str, int]:
    """The words of all files, numbered in the order of the alphabet."""
    return {word: number for number, word in enumerate(sorted({word for one in files for word in one.words}))}


def _videos(
    true: Mapping[str, FrameLabels],
    predicted: Mapping[str, Mapping[str, FrameLabels]],
    bundle: tuple[str, Mapping[str, int]] | None,
) -> tuple[list[str], list[str]]:
    """The videos to look at, and what was left out."""
    if bundle:
        wanted = {video: f"{bundle[0]}, line {line}" for video, line in bundle[1].items()}
    else:
        wanted = {video: one.file for files in (predicted.values() or [true]) for video, one in files.items()}
    if not wanted:
        raise ValueError("want the labels of at least one video, got none")
    for whose, files in (("the ground truth", true), *predicted.items()):
        for video, where in wanted.items():
            if video not in files:
                raise ValueError(f"{where}: want the labels of {video} by {whose} as well, got none")
    left = sorted(true.keys() - wanted.keys())
    return list(wanted), [f"{len(left)} videos of the ground truth are left out, {left[0]} first"] if left else []


def _difference(model: str, predicted: FrameLabels, true: FrameLabels) -> str | None:
    """A note on lengths that differ by little, or a refusal."""
    ours, theirs = predicted.frames, true.frames
    if abs(ours - theirs) > SLACK:
        raise ValueError(
            f"{predicted.file}: want labels of {theirs} frames as in {true.file}, up to {SLACK} more or fewer, "
            f"got {ours}"
        )
    if ours == theirs:
        return None
    return f"{true.video}: {model} has {ours} labels for {theirs} frames; the first {min(ours, theirs)} are compared"
