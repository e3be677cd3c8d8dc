"""Several videos, their true labels and what models say: brought together, compared, and listed from the worst.

    FrameLabels of the truth, {model: FrameLabels}, mapping, bundle - gather -> LabelSet - ranked -> Ranking

Files of one video may differ by a few frames: then the first frames that both have are compared, and the difference is
noted. A larger one means that the files are not of one video.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.segmentation.frame_labels import SLACK, FrameLabels
from vizcore.algorithms.segmentation.label_words import in_names
from vizcore.algorithms.segmentation.metrics import Pair, Scores, evaluate, evaluate_each

MOST_LISTED = 10  # words that a note names


@dataclass(frozen=True, eq=False)
class LabelSet:
    """The labels of some videos, by the truth and by models."""

    names: dict[int, str]  # of the classes, by number
    truth: dict[str, np.ndarray]  # {video: (T,) int32}
    models: dict[str, dict[str, np.ndarray]]  # {model: {video: (T,) int32, up to SLACK frames more or fewer}}
    background: tuple[int, ...]  # classes whose segments do not count
    notes: tuple[str, ...]  # what was trimmed or left out, a sentence each
    left_out: tuple[str, ...] = ()  # of the notes, those on ground truth that no model was asked for
    translated: tuple[tuple[str, str], ...] = ()  # (model, or "" for the truth; how its words became names of classes)

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

    Models of different videos, of which none has a video of another, are the splits of a cross-validation: each keeps
    its own.

    Raises:
        ValueError: a video is there twice or missing, a word is no class, lengths differ by more than SLACK frames, or
            there is nothing to bring together; with file and, where there is one, line.
    """
    true = _by_video(truth, "the ground truth")
    predicted = {model: _by_video(files, model) for model, files in models.items()}
    videos, left_out, notes = _videos(true, predicted, bundle)
    true, predicted, translated = _translated(true, predicted, videos, mapping)
    every = [one for files in (true, *predicted.values()) for one in files.values()]
    classes = dict(mapping) if mapping else _alphabet(every)
    notes += _doubts(true, predicted, set(background))
    return LabelSet(
        {number: name for name, number in classes.items()},
        {video: one.labels(classes) for video, one in true.items()},
        {model: {video: one.labels(classes) for video, one in files.items()} for model, files in predicted.items()},
        tuple(classes[name] for name in background if name in classes),
        (*left_out, *notes),
        tuple(left_out),
        translated,
    )


def ranked(labels: LabelSet, model: str) -> Ranking:
    """Score a model on every video of a set.

    Raises:
        ValueError: the set has no such model.
    """
    if model not in labels.models:
        raise ValueError(f"want a model of {', '.join(labels.models)}, got {model!r}")
    pairs = {video: labels.pair(model, video) for video in labels.truth if video in labels.models[model]}
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
) -> tuple[list[str], list[str], list[str]]:
    """The videos to look at, what was left out, and notes."""
    if bundle:
        wanted = {video: f"{bundle[0]}, line {line}" for video, line in bundle[1].items()}
    else:
        wanted = {video: one.file for files in (predicted.values() or [true]) for video, one in files.items()}
    if not wanted:
        raise ValueError("want the labels of at least one video, got none")
    apart = {} if bundle else _apart(predicted)
    for whose, files in (("the ground truth", true), *predicted.items()):
        for video, where in wanted.items():
            if video not in files and video not in apart.get(whose, ()):
                raise ValueError(f"{where}: want the labels of {video} by {whose} as well, got none")
    left = sorted(true.keys() - wanted.keys())
    left_out = [f"{len(left)} videos of the ground truth are left out, {left[0]} first"] if left else []
    notes = [
        f"{whose} is scored on {len(predicted[whose])} of {len(wanted)} videos, and other models on others: scores of "
        "different videos are not to be compared"
        for whose, others in apart.items()
        if others
    ]
    return list(wanted), left_out, notes


def _apart(predicted: Mapping[str, Mapping[str, FrameLabels]]) -> dict[str, set[str]]:
    """{model: videos of others}, where each two models have the same videos or none in common."""
    videos = {model: set(files) for model, files in predicted.items()}
    every = set().union(*videos.values())
    if any(one & other and one != other for one in videos.values() for other in videos.values()):
        return {}
    return {model: every - own for model, own in videos.items()}


def _translated(
    true: Mapping[str, FrameLabels],
    predicted: Mapping[str, Mapping[str, FrameLabels]],
    videos: Iterable[str],
    mapping: Mapping[str, int] | None,
) -> tuple[dict[str, FrameLabels], dict[str, dict[str, FrameLabels]], tuple[tuple[str, str], ...]]:
    """The labels of some videos in names of classes, by truth and models, and how those of whom became that.

    Args:
        true: {video: labels}.
        predicted: {model: likewise}.
        videos: that are looked at.
        mapping: {class: number}.
    """
    told: dict[tuple[str, str], None] = {}
    found: dict[str, dict[str, FrameLabels]] = {}
    names: Collection[str] = set(mapping or ())
    for whose, files in {"": true, **predicted}.items():
        found[whose] = {}
        for video in (video for video in videos if video in files):
            found[whose][video], how = in_names(files[video], names, mapping)
            told |= {(whose, how): None} if how else {}
        if not whose and not mapping:
            names = {word for one in found[whose].values() for word in one.words}
    return found.pop(""), found, tuple(told)


def _doubts(
    true: Mapping[str, FrameLabels], predicted: Mapping[str, Mapping[str, FrameLabels]], background: set[str]
) -> list[str]:
    """Notes on lengths that differ, and on classes of which one side alone tells.

    Args:
        true: {video: labels}.
        predicted: {model: likewise}.
        background: classes whose segments do not count.
    """
    words, notes = {word for one in true.values() for word in one.words}, []
    for model, files in predicted.items():
        notes += [note for video, one in files.items() if (note := _difference(model, one, true[video]))]
        if unknown := sorted({word for one in files.values() for word in one.words} - words - background):
            notes.append(f"{model} predicts {_listed(unknown)}, which the ground truth does not have")
    if words and words <= background:
        notes.append(f"the ground truth has nothing but {_listed(sorted(words))}: edit score and F1 say nothing")
    return notes


def _listed(words: Collection[str]) -> str:
    """The first of some words, and how many more there are."""
    rest = f" and {len(words) - MOST_LISTED} more" if len(words) > MOST_LISTED else ""
    return ", ".join(map(repr, list(words)[:MOST_LISTED])) + rest


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
