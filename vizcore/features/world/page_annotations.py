"""The ground truth of a clip, as the player shows it: boxes, skeletons and masks over it, and rows of what happens.

Truth -> annotations_of -> Annotations;  Truth -> tiers_of -> Tiers
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import numpy as np

from vizcore.figures.theme import OKABE_ITO, SEQUENTIAL
from vizcore.player import Annotations, Boxes, Lines, Mask, Segment, Style, Tier
from vizcore.synthetic.figure import JOINTS, LIMBS
from vizcore.synthetic.lantern import STATES
from vizcore.synthetic.truth import Truth

COLOURS = tuple(colour for name, colour in OKABE_ITO.items() if name != "grey")
STATE_COLOURS = (OKABE_ITO["vermilion"], OKABE_ITO["green"], OKABE_ITO["blue"])  # of STATES
BONES = tuple((JOINTS.index(one), JOINTS.index(other)) for one, other in LIMBS.values())
MASK_SIDE = 192  # px at most of a mask's side: it is a soft colour
TENTHS = 10  # steps of the row that shows a phase


def colours_of(truth: Truth) -> list[str]:
    """A colour for each thing, people before what they handle; what only distracts is grey."""
    order = sorted(range(len(truth.things)), key=lambda k: ("actor", "bystander", "object").index(_kind(truth, k)))
    order = [k for k in order if truth.things[k].role != "distractor"]
    place = {thing: number for number, thing in enumerate(order)}
    return [COLOURS[place[k] % len(COLOURS)] if k in place else OKABE_ITO["grey"] for k in range(len(truth.things))]


@lru_cache(maxsize=4)
def names_of(truth: Truth) -> list[str]:
    """A name for each thing: those that share one are counted."""
    names = [thing.name for thing in truth.things]
    return [f"{name} {names[: k + 1].count(name)}" if names.count(name) > 1 else name for k, name in enumerate(names)]


@lru_cache(maxsize=4)
def boxes_of(truth: Truth) -> np.ndarray:
    """(T, K, 4) boxes of a truth, which take a second to find in a long clip."""
    return truth.boxes()


@lru_cache(maxsize=4)
def annotations_of(truth: Truth) -> Annotations:
    """Boxes with what each thing does, skeletons of people, and a mask of everything that is no ground."""
    styles = [
        Style(_named(truth, k), colour, dashed=truth.things[k].role in ("bystander", "distractor"))
        for k, colour in enumerate(colours_of(truth))
    ]
    return Annotations(styles, _boxes(truth), _skeletons(truth), _mask(truth))


def tiers_of(truth: Truth) -> list[Tier]:
    """What everybody does, what lamps show, how far the first action is, and the moments with a name."""
    total = len(truth.surface)
    acting = sorted({segment.thing for segment in truth.segments})
    labels = sorted({segment.label for segment in truth.segments})
    rows = []
    for k in acting:
        doings = [one for one in truth.segments if one.thing == k and one.first < min(one.stop, total)]
        rows.append((names_of(truth)[k], [_block(one, labels) for one in doings]))
    for k in shows_colour(truth):
        runs = _runs(truth.state[:, k])
        rows.append((names_of(truth)[k], [Segment(a, b, STATES[int(v)], STATE_COLOURS[int(v)]) for a, b, v in runs]))
    for k in np.flatnonzero(np.isfinite(truth.phase).any(0))[:1]:
        tenths = np.minimum(np.floor(truth.phase[:, k] * TENTHS), TENTHS - 1)
        blocks = [Segment(a, b, f"{v / TENTHS:.0%}", SEQUENTIAL[int(v)]) for a, b, v in _runs(tenths)]
        rows.append((f"phase of {names_of(truth)[k]}", blocks))
    moments = [Segment(one.frame, one.frame + 1, one.name, OKABE_ITO["orange"]) for one in truth.events]
    rows.append(("moments", [one for one in moments if one.stop <= total]))
    return [Tier(name, blocks) for name, blocks in rows if blocks]


def shows_colour(truth: Truth) -> list[int]:
    """The things whose state is the colour of a lamp: people have states, too."""
    lit = np.isfinite(truth.state).all(0)
    return [k for k, thing in enumerate(truth.things) if thing.role == "object" and lit[k]]


def doing(truth: Truth, frame: int, thing: int) -> str:
    """What a thing does or shows in a frame, in words; empty where there is nothing to say.

    Args:
        truth: of T frames and K things.
        frame: 0 to T-1.
        thing: 0 to K-1.
    """
    if thing in shows_colour(truth):
        return STATES[int(truth.state[frame, thing])]
    if truth.does is not None and truth.does[frame, thing].any():
        found = [label for label, holds in zip(truth.labels, truth.does[frame, thing], strict=True) if holds]
    else:
        found = [one.label for one in truth.segments if one.thing == thing and one.first <= frame < one.stop]
    return ", ".join(found).replace("_", " ")


def _boxes(truth: Truth) -> Boxes:
    height, width = truth.surface.shape[1:]
    corners = boxes_of(truth) / np.float32([width, height, width, height])  # (T, K, 4)
    shown = np.isfinite(corners).all(-1) & [thing.role != "distractor" for thing in truth.things]
    frames, things = np.nonzero(shown)
    labels = [_tag(truth, frame, thing) for frame, thing in zip(frames.tolist(), things.tolist(), strict=True)]
    return Boxes(frames, corners[frames, things], things, labels)


def _tag(truth: Truth, frame: int, thing: int) -> str:
    """What is written at a box: a thing that somebody handles speaks for itself."""
    if truth.things[thing].role == "object" and truth.things[thing].owner is not None:
        return ""
    return ": ".join(filter(None, [names_of(truth)[thing], doing(truth, frame, thing)]))


def _skeletons(truth: Truth) -> Lines | None:
    if truth.joints.shape[2] != len(JOINTS):
        return None
    height, width = truth.surface.shape[1:]
    visible = np.isfinite(truth.joints).any((2, 3)) & np.isfinite(boxes_of(truth)).all(-1)
    frames, things = np.nonzero(visible)
    return Lines(frames, truth.joints[frames, things] / np.float32([width, height]), things, BONES)


def _mask(truth: Truth) -> Mask:
    step = -(-max(truth.surface.shape[1:]) // MASK_SIDE)
    return Mask((truth.owner + 1).astype(np.uint8)[truth.surface[:, step // 2 :: step, step // 2 :: step]])


def _block(segment, labels: list[str]) -> Segment:
    colour = COLOURS[labels.index(segment.label) % len(COLOURS)]
    return Segment(segment.first, segment.stop, segment.label.replace("_", " "), colour)


def _runs(values: np.ndarray) -> Iterator[tuple[int, int, float]]:
    """Stretches [first, stop) of one value (T,), less those of nan."""
    cuts = [0, *(np.flatnonzero(~_alike(values[1:], values[:-1])) + 1).tolist(), len(values)]
    return ((a, b, float(values[a])) for a, b in pairwise(cuts) if np.isfinite(values[a]))


def _alike(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (one == other) | (np.isnan(one) & np.isnan(other))


def _kind(truth: Truth, thing: int) -> str:
    role = truth.things[thing].role
    return "object" if role == "distractor" else role


def _named(truth: Truth, thing: int) -> str:
    name, role = names_of(truth)[thing], truth.things[thing].role
    return name if role in ("actor", "object") else f"{name} ({role})"
