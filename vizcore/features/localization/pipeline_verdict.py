"""Who does what, in one sentence: the verdicts of a key frame, of a whole video, and of what a key frame would teach.

boxes above theta, who is there -> sentence;  boxes of every key frame -> sentence;  a matching and its loss -> sentence
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from vizcore.algorithms.detection.boxes import corner_iou

OVERLAP = 0.5  # IoU with a person from which on a box has found them
SHOWN = 3  # people and actions that a sentence names one by one


class Detected(NamedTuple):
    """The B boxes above theta of a key frame, the most confident first."""

    title: str  # of the model
    key: int  # number of the key frame
    theta: float
    highest: float  # p(actor) of the most confident token, above theta or not
    boxes: np.ndarray  # (B, 4) corners
    said: tuple[tuple[str, float], ...]  # B: the most probable action, and its probability


class Actors(NamedTuple):
    """The A people of a key frame who act."""

    boxes: np.ndarray  # (A, 4) corners
    does: tuple[tuple[str, ...], ...]  # A: the actions of each


def people_verdict(found: Detected, there: Actors | None) -> str:
    """Whom a model finds in a key frame, and whom it misses.

    Args:
        found: the boxes above theta.
        there: who acts; None where nobody knows.
    """
    if not found.said:
        return (
            f"No token is above θ = {found.theta:g} in frame {found.key}; the highest p(actor) is {found.highest:.2f}."
        )
    if there is None:
        count = _many(len(found.said), "actor")
        return f"{found.title} predicts {count} in frame {found.key}: {_said(found.said)}; there is no ground truth."
    if not there.does:
        count = len(found.said)
        return f"Nobody acts in frame {found.key}, but {_many(count, 'box')} {'is' if count == 1 else 'are'} above θ."
    whom = claimed(found.boxes, there.boxes)
    hits = [(*one, there.does[person]) for one, person in zip(found.said, whom) if person is not None]
    missed = [_and(does) or "nothing" for k, does in enumerate(there.does) if k not in whom]
    sentence = f"{found.title} finds {len(hits)} of {_many(len(there.does), 'actor')} in frame {found.key}"
    ends = [_named(hits)] if hits else []
    ends += [f"it misses who does *{_and(missed[:SHOWN])}*"] if missed else []
    if wrong := len(whom) - len(hits):
        ends.append(f"{_many(wrong, 'box')} {'holds' if wrong == 1 else 'hold'} no actor")
    return "; ".join([sentence, *ends]) + "."


def claimed(boxes: np.ndarray, people: np.ndarray) -> list[int | None]:
    """For each box, in their order, the person that it claims: the nearest by IoU, if not claimed before.

    Args:
        boxes: (B, 4) corners.
        people: (A, 4) corners, at least one.
    """
    overlaps, found = corner_iou(boxes[:, None], people[None]), []
    for row in overlaps:
        nearest = int(row.argmax())
        found.append(nearest if row[nearest] >= OVERLAP and nearest not in found else None)
    return found


def survey_verdict(title: str, theta: float, counts: np.ndarray, best: Sequence[str]) -> str:
    """What a model says of a whole video.

    Args:
        title: of the model.
        theta: threshold of p(actor).
        counts: (K,) boxes above it in each key frame.
        best: the most probable action of every such box.
    """
    frames = _many(len(counts), "key frame")
    if not len(best):
        return f"{title} predicts no actor in {frames}: no token is above θ = {theta:g}."
    action, often = Counter(best).most_common(1)[0]
    share = often / len(best)
    return f"{title} predicts {counts.mean():.1f} actors in each of {frames}, and *{action}* for {share:.0%} of them."


def lesson_verdict(actors: int, matched: int, loss: float, shares: Mapping[str, float]) -> str:
    """What a key frame would teach.

    Args:
        actors: who act.
        matched: of them, those that a token is matched with.
        loss: of the key frame.
        shares: {part: what of the loss comes from it}.
    """
    most = max(shares, key=shares.get)
    ending = f"the loss of this key frame is {loss:.2f}" + (
        f", {shares[most] / loss:.0%} of it by {most}" if loss else ""
    )
    if not actors:
        return f"Nobody acts in this key frame, so every token would learn “no actor”; {ending}."
    who = _many(actors, "actor") if matched == actors else f"{matched} of {_many(actors, 'actor')}"
    return f"{who} {'is' if matched == 1 else 'are'} matched with a token each; {ending}."


def _said(said: Sequence[tuple[str, float]]) -> str:
    named = [f"*{word}* {score:.2f}" for word, score in said[:SHOWN]]
    return _and([*named, f"{len(said) - SHOWN} more"] if len(said) > SHOWN else named)


def _named(hits: Sequence[tuple[str, float, tuple[str, ...]]]) -> str:
    """Of those that were found, what is right about their actions and what is not."""
    right = [(word, score) for word, score, does in hits if word in does]
    wrong = [
        f"*{word}* {score:.2f} should be *{_and(does)}*" for word, score, does in hits if does and word not in does
    ]
    parts = [f"{_said(right)} {'is' if len(right) == 1 else 'are'} right"] if right else []
    return ", ".join(parts + wrong[:SHOWN]) or "nobody knows what they do"


def _many(number: int, what: str) -> str:
    return f"{number:,} {what if number == 1 else f'{what}es' if what.endswith('x') else f'{what}s'}"


def _and(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
