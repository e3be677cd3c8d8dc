"""The things along the way of a story: each exists once, all the time, and moves only when somebody moves it.

beats, their phases, joints (T, 14, 2) (arms changed in place) -> cutouts behind the person, and before them
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np

from vizcore.synthetic.actions import forwards
from vizcore.synthetic.cutout import Colour, Cutout
from vizcore.synthetic.figure import Body, J, reach
from vizcore.synthetic.props import PROPS
from vizcore.synthetic.script import Beat

FLIES = {"throw", "kick"}  # what is used goes on without the person
GONE = 2.1  # phase at which it is far out of the picture
HANDS = ("left", "right")


@dataclass(frozen=True, eq=False)
class Use:
    """What one beat does to its thing: the pieces in its frames, and the arms that reach for it."""

    beat: Beat
    stop: int  # the frame after the last one for which the places are known: a ball flies on
    pieces: list[Cutout]
    behind: int  # so many of the pieces are behind the person
    arms: np.ndarray  # (F, 14, 2) joints of the beat's frames with the hands on the thing

    def hand(self, side: str, frame: int) -> np.ndarray:
        """(2,) where the hand is at the beat's first (0) or last (-1) frame, seen from the neck."""
        return self.arms[frame, J[f"{side} hand"]] - self.arms[frame, J["neck"]]


def furnish(
    beats: Sequence[Beat],
    phases: Sequence[np.ndarray],
    joints: np.ndarray,
    body: Body,
    colours: Sequence[Colour],
    ease: int,
) -> tuple[list[Cutout], list[Cutout]]:
    """Everything that the beats need; the arms of the joints go to what they hold.

    Args:
        beats: in order of time.
        phases: of each beat, (stop - first,).
        joints: (T, 14, 2) in the body's own units.
        body: lengths of the limbs.
        colours: one for each episode.
        ease: frames in which a hand comes and goes.
    """
    behind, held = [], []
    handled = [(beat, phase) for beat, phase in zip(beats, phases, strict=True) if beat.prop]
    for thing, (number, group) in enumerate(groupby(handled, lambda pair: pair[0].episode), 1):
        uses = [_use(beat, phase, joints, body, colours[number]) for beat, phase in group]
        _bring_hands(uses, joints, body, ease)
        whole = [replace(piece, thing=thing) for piece in _whole(uses, joints)]
        behind += whole[: uses[0].behind]
        held += whole[uses[0].behind :]
    return behind, held


def _use(beat: Beat, phase: np.ndarray, joints: np.ndarray, body: Body, colour: Colour) -> Use:
    _, phase = forwards(beat.action, phase)
    if beat.action in FLIES and beat.given_up is None:
        rate = np.clip(phase[-1] - phase[-2], 0.025, 0.06)
        phase = np.concatenate([phase, np.arange(phase[-1] + rate, GONE, rate)])[: len(joints) - beat.first]
    stop, shift = beat.first + len(phase), np.array([beat.origin * body.leg, 0])
    arms = joints[beat.first : stop] - shift
    behind, held = PROPS[beat.prop](phase, arms, body, colour)
    move = np.zeros((2, 3))
    move[:, 2] = shift
    pieces = [replace(piece, places=piece.places + move) for piece in behind + held]
    return Use(beat, stop, pieces, len(behind), arms[: beat.stop - beat.first] + shift)


def _bring_hands(uses: list[Use], joints: np.ndarray, body: Body, ease: int) -> None:
    """Put the arms where the beats have them, in place; between beats of one thing they stay on it."""
    for use in uses:
        joints[use.beat.first : use.beat.stop] = use.arms
    for side in HANDS:
        for one, other in pairwise(uses):
            frames = slice(one.beat.stop, other.beat.first)
            u = passage(other.beat.first - one.beat.stop, ease)[:, None]
            aim = (1 - u) * one.hand(side, -1) + u * other.hand(side, 0)
            _lead_hand(joints, body, side, frames, aim, np.ones(len(u)))
        first, last = uses[0], uses[-1]
        start, stop = max(0, first.beat.first - ease), min(len(joints), last.beat.stop + ease)
        rise = smooth((np.arange(start, first.beat.first) - first.beat.first + ease + 1) / (ease + 1))
        fall = smooth(1 - (np.arange(last.beat.stop, stop) - last.beat.stop + 1) / (ease + 1))
        _lead_hand(joints, body, side, slice(start, first.beat.first), first.hand(side, 0), rise)
        if last.beat.action not in FLIES:
            _lead_hand(joints, body, side, slice(last.beat.stop, stop), last.hand(side, -1), fall)


def _lead_hand(joints: np.ndarray, body: Body, side: str, frames: slice, aim: np.ndarray, weight: np.ndarray) -> None:
    part = joints[frames]
    reach(part, body, side, part[:, J["neck"]] + aim, weight)


def _whole(uses: list[Use], joints: np.ndarray) -> list[Cutout]:
    """The pieces of a thing in all frames: at rest before, between and after the beats, or carried between them."""
    found = []
    for k, piece in enumerate(uses[0].pieces):
        places = np.repeat(piece.places[:1], len(joints), 0)
        for use in uses:
            places[use.beat.first : use.stop] = use.pieces[k].places
            places[use.stop :] = use.pieces[k].places[-1]
        for one, other in pairwise(uses):
            if one.beat.action == "pick_up" and one.beat.given_up is None:
                _carry(places, joints[:, J["right hand"]], one.beat.stop, other.beat.first)
        flown = uses[-1].beat.action in FLIES
        found.append(replace(piece, places=places, shown=np.arange(len(joints)) < uses[-1].stop if flown else None))
    return found


def _carry(places: np.ndarray, hand: np.ndarray, first: int, stop: int) -> None:
    """Between two beats a thing stays with the hand, in place; how it lies in the hand changes evenly."""
    u = np.linspace(0, 1, stop - first + 2)[1:-1, None]
    before, after = places[first - 1, :, 2] - hand[first - 1], places[stop, :, 2] - hand[stop]
    places[first:stop, :, 2] = hand[first:stop] + (1 - u) * before + u * after


def smooth(share: np.ndarray) -> np.ndarray:
    """0..1 with no corner at either end."""
    share = np.clip(share, 0, 1)
    return share * share * (3 - 2 * share)


def passage(count: int, ease: int) -> np.ndarray:
    """(count,) from 0 to 1: nothing happens until the last `ease` frames."""
    ease = min(ease, count)
    return smooth((np.arange(count) - count + ease + 1) / (ease + 1))
