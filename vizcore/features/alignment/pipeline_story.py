"""What people of the world do one after the other, each in an order of their own, and one order for all of them.

seeds -> stories of the world -> Story: blocks of what is done, from when to when -> prototype: one order for all
"""

import json
from dataclasses import dataclass

import numpy as np

from vizcore.features.alignment.pipeline_verdict import stories_verdict
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr
from vizcore.runtime.store import key_of
from vizcore.synthetic.story import story

VERSION = "1"  # of what is cached
FRAMES, RATE = 480, 20  # of a story, as the page World shows it
SMALL = 16  # px: what is done does not depend on the size that it is drawn at


@dataclass(frozen=True)
class DoneAction:
    """Something that is done without a break."""

    label: str
    first: int  # frame
    stop: int

    @property
    def length(self) -> int:
        """Frames."""
        return self.stop - self.first


@dataclass(frozen=True)
class Story:
    """One story: its blocks in the order in which they were done."""

    seed: int
    blocks: tuple[DoneAction, ...]

    __repr__ = short_repr(lambda one: f"seed {one.seed}, {len(one.blocks)} actions, {FRAMES} frames")

    def sorted_by(self, order: tuple[str, ...]) -> tuple[DoneAction, ...]:
        """The blocks in another order; equal ones stay in the order in which they were done."""
        return tuple(sorted(self.blocks, key=lambda block: order.index(block.label)))


class Stories(tuple[Story, ...]):
    """Several stories, one a video."""

    @property
    def wrong(self) -> list[float]:
        """Of each, how much is out of the order for all; see out_of_order."""
        order = prototype(self)
        return [out_of_order(one, order) for one in self]

    @property
    def verdict(self) -> str:
        """How far they are from one order for all, in one sentence."""
        return stories_verdict(self.wrong)


def stories(*, seed: int = 0, count: int = 6, context: Context | None = None) -> Stories:
    """Stories of the world as the page World shows them.

    Args:
        seed: of the first; the others follow.
        count: 1 to 12.

    Raises:
        ValueError: a number is out of range.
    """
    if not 1 <= count <= 12 or seed < 0:
        raise ValueError(f"want 1 to 12 stories and a seed of 0 or more, got {count} and {seed}")
    context = context or default_context()
    found = []
    for number in range(seed, seed + count):
        context.progress(number - seed, count, f"making story {number}")
        found.append(_performed(number, context))
    return Stories(found)


def prototype(performed: tuple[Story, ...]) -> tuple[str, ...]:
    """One order for all: the labels by how early, as a share of a story, they come on the mean."""
    places: dict[str, list[float]] = {}
    for one in performed:
        for block in one.blocks:
            places.setdefault(block.label, []).append((block.first + block.stop) / 2)
    return tuple(sorted(places, key=lambda label: (np.mean(places[label]), label)))


def out_of_order(one: Story, order: tuple[str, ...]) -> float:
    """Share of pairs of blocks, 0 to 1, that are done in the other order than the prototype's; nan without pairs."""
    place = [order.index(block.label) for block in one.blocks]
    pairs = [(a > b, a < b) for k, a in enumerate(place) for b in place[k + 1 :]]
    wrong, right = (sum(column) for column in zip(*pairs)) if pairs else (0, 0)
    return wrong / (wrong + right) if wrong + right else float("nan")


def _performed(seed: int, context: Context) -> Story:
    """The blocks of one story, cached in the store."""
    key = key_of("story", VERSION, seed, FRAMES)
    cached = context.store.get_bytes(key)
    if cached is None:
        truth = story(seed, "show", SMALL, FRAMES, 1).truth
        blocks = [(one.label, one.first, one.stop) for one in truth.segments]
        cached = json.dumps(blocks).encode()
        context.store.put_bytes(key, cached)
    return Story(seed, tuple(DoneAction(*block) for block in json.loads(cached)))
