"""One clip of the world, shown to four ways to look at time: what each says, and whether its tracks hold.

path -> the 8 frames that the nets see -> engine, once for each mode -> Answers
cards of a family -> Result: how each mode did on the test clips, overall and by speed
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from vizcore.features.temporal.pipeline_families import ATA, NETS, OFF, ROWS, family_of
from vizcore.features.temporal.pipeline_verdict import answers_verdict, results_verdict, speed_verdict, tracks_verdict
from vizcore.models import MODELS
from vizcore.models.nets.temporal_modes import MODES
from vizcore.models.weights import card
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr
from vizcore.synthetic.figure import J
from vizcore.synthetic.ground_truth_tracks import TargetPatches, joints_followed, things_followed
from vizcore.synthetic.truth import Truth, load_truth
from vizcore.video import Clip, probe, read_frames

CARDS = {  # row of a table -> the card that has it, and how its metrics begin and end
    **{row: (mode, "", "") for row, mode in NETS.items()},
    OFF: ("ata", "", ", alignment off"),
    "ATA, given the true tracks": ("ata", "", ", true tracks given"),
    "trained on the true tracks": ("ata", "trained with true tracks: ", ""),
}
JOINTS = ("head", "left hand", "right hand", "left ankle", "right ankle")  # of an action, that are followed
SPEEDS = {"at rest": 0.0, "at 0-4 px a frame": 2.0, "at 4-8 px a frame": 6.0, "at 8-12 px a frame": 10.0}


@dataclass(frozen=True, eq=False)
class Answers:
    """What the nets of a family say of one clip, rows in the order of ROWS."""

    clip: Clip  # the T frames that they saw
    grid: tuple[int, int]  # rows, columns of tokens
    classes: tuple[str, ...]
    true: int | None  # the class of the clip, None where it is none of them
    probabilities: np.ndarray  # (5, C) float32, each row of sum 1
    order: np.ndarray  # (T, N) int64: track i of the ATA net is patch order[t, i] of frame t
    truth: Truth  # of the T frames

    __repr__ = short_repr(lambda answers: _in_words(answers))

    @property
    def verdict(self) -> str:
        """Who knows what happened, in one sentence."""
        return self.verdict_of(tuple(row for row in ROWS if row != OFF))

    def verdict_of(self, rows: tuple[str, ...]) -> str:
        """The same of some of ROWS."""
        return answers_verdict(rows, self.classes, self.probabilities[[ROWS.index(row) for row in rows]], self.true)

    @property
    def tracks_verdict(self) -> str:
        """Whose tracks hold, in one sentence."""
        return tracks_verdict(self.followed.holds(self.order), self.followed.holds(self.in_place))

    @cached_property
    def followed(self) -> TargetPatches:
        """What the page follows: things that change, or, where nobody but one person is, the person's joints."""
        joints = np.isfinite(self.truth.joints).any()
        return joints_followed(self.truth, self.grid, JOINTS) if joints else things_followed(self.truth, self.grid)

    @cached_property
    def in_place(self) -> np.ndarray:
        """(T, N) int64: tracks that stay where they began."""
        return np.tile(np.arange(self.order.shape[1]), (len(self.order), 1))

    @property
    def right(self) -> np.ndarray:
        """(5,) bool: the likeliest class is the true one."""
        return self.probabilities.argmax(-1) == (-1 if self.true is None else self.true)


@dataclass(frozen=True)
class Result:
    """How one row did on the test clips: mean over seeds, and what it varies by."""

    row: str
    parameters: int
    accuracy: Mapping
    order: Mapping
    by_speed: Mapping[str, Mapping]  # {bin: mean, sd and seeds}; {} for families without speeds
    aside: bool  # none of the modes as it is: other tracks, in the test or in the training

    __repr__ = short_repr(lambda result: f"{result.row}, test accuracy {result.accuracy['mean']:.3f}")


class Results(tuple[Result, ...]):
    """How every row of a family did."""

    @property
    def verdict(self) -> str:
        """Who is right most often on the test clips, in one sentence."""
        return results_verdict(self)

    @property
    def speed_verdict(self) -> str:
        """Who is right most often where things are fast, in one sentence."""
        return speed_verdict([one for one in self if one.by_speed], self.chance)

    @property
    def chance(self) -> float:
        """Accuracy of guessing."""
        return 1 / len(MODELS["lamps-ata"].classes)


def answer(path: str | Path, *, truth: str | Path, family: str = "lamps", context: Context | None = None) -> Answers:
    """Show a clip to the nets of a family.

    Args:
        path: a clip of the world.
        truth: its Truth as saved.
        family: a key of FAMILIES.

    Raises:
        VideoError: the file is no video that can be read.
        ValueError: there are no nets of that name.
    """
    model = family_of(family)
    context, ground_truth, info = context or default_context(), load_truth(truth), probe(path)
    chosen = model.chosen(info.frames)
    frames, passes = read_frames(path, chosen.tolist()), {}
    for done, row in enumerate(ROWS):
        context.progress(done, len(ROWS), f"running {row}")
        name, method = f"{family}-{NETS[row]}", "identity" if row == OFF else None
        passes[row] = context.engine.run(name, frames, at=["order"] if row == ATA else [], method=method)
    return Answers(
        Clip(frames, info.times[chosen], chosen),
        model.grid,
        model.classes,
        model.classes.index(ground_truth.label) if ground_truth.label in model.classes else None,
        np.stack([passes[row].logits.softmax(-1).cpu().numpy() for row in ROWS]),
        passes[ATA].activations["order"][0].cpu().numpy(),
        ground_truth.at(chosen),
    )


def results(family: str) -> Results:
    """What the cards of a family say of its test clips: the four modes, then ATA with other tracks."""
    found = []
    for row, (mode, before, after) in CARDS.items():
        page = card(f"{family}-{mode}")
        metrics = {
            name.removeprefix(before).removesuffix(after): value
            for name, value in page.metrics.items()
            if name.startswith(f"{before}test ") and name.endswith(after) and (after or "," not in name)
        }
        if "test accuracy" in metrics:
            speeds = {
                words: metrics[f"test accuracy {words}"] for words in SPEEDS if f"test accuracy {words}" in metrics
            }
            scores = metrics["test accuracy"], metrics["test order accuracy"]
            found.append(Result(row, page.parameters, *scores, speeds, aside=row not in (*MODES, ATA)))
    return Results(found)


def places_of(truth: Truth, names: Sequence[str], grid: tuple[int, int]) -> np.ndarray:
    """(T, K, 4) x0, y0, x1, y1 of what is followed, as shares of the picture; nan where it is not seen.

    Args:
        truth: of T frames.
        names: (K,) things, which have boxes of their own, or joints of the first person, which get one of a patch.
        grid: (rows, columns) of patches.
    """
    height, width = truth.surface.shape[1:]
    if set(names) <= set(J):
        person = int(np.flatnonzero(np.isfinite(truth.joints[0, :, 0, 0]))[0])
        middles = truth.joints[:, person, [J[name] for name in names]] / [width, height]  # (T, K, 2)
        half = np.array([0.5 / grid[1], 0.5 / grid[0]])
        return np.concatenate([middles - half, middles + half], -1).clip(0, 1)
    every = [thing.name for thing in truth.things]
    return truth.boxes()[:, [every.index(name) for name in names]] / [width, height, width, height]


def _in_words(answers: Answers) -> str:
    shares = answers.probabilities[ROWS.index(ATA)]
    likeliest, (rows, columns) = int(shares.argmax()), answers.grid
    size = f"{len(answers.order)} frames of {rows} x {columns} tokens"
    known = "unknown" if answers.true is None else answers.classes[answers.true]
    return f"{size}, ATA: {answers.classes[likeliest]} {shares[likeliest]:.0%}, ground truth: {known}"
