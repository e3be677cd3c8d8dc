"""What mixing tokens over time does to the answers of a net that sees each frame alone, in one sentence.

divergences of the mixings -> sentence                      divergences and answers of the orders of frames -> sentence
"""

from collections.abc import Sequence

import numpy as np

ALIKE = 0.05  # nats below which two answers are as good as the same
CLEARLY = 1.25  # times less: below that, tracks and places do alike


def mixings_verdict(names: Sequence[str], divergences: np.ndarray) -> str:
    """Whether tracks keep what each frame says better than places do.

    Args:
        names: (M,) of the mixings, "KIND in place" and "KIND along tracks" among them.
        divergences: (M,) nats from what each frame says by itself, mean over the frames.
    """
    found = dict(zip(names, divergences.tolist(), strict=True))
    place, tracks = found["average in place"], found["average along tracks"]
    told = f"averaging tokens moves the answers by {place:.2f} nats in place and by {tracks:.2f} along tracks"
    attended = f"attention by {found['attention in place']:.2f} and {found['attention along tracks']:.2f}"
    if max(place, tracks) < ALIKE:
        return f"Hardly anything moves: {told}, {attended}."
    if place > CLEARLY * tracks:
        return f"Alignment keeps more of what each frame says: {told}, {attended}."
    if tracks > CLEARLY * place:
        return f"Alignment does harm here: {told}, {attended}."
    return f"Alignment makes little difference here: {told}, {attended}."


def orders_verdict(names: Sequence[str], orders: Sequence[str], divergences: np.ndarray) -> str:
    """Whether the answer for the whole clip changes when the order of its frames does.

    Args:
        names: (M,) of the ways to look at time.
        orders: (O,) "reversed", "shuffled" and "frozen" among them.
        divergences: (O, M) nats from the answer to the clip as it was filmed.
    """
    moved = dict(zip(orders, divergences, strict=True))
    backwards, shuffled, frozen = (moved[name] for name in ("reversed", "shuffled", "frozen"))
    readers = [name for name, one, other in zip(names, backwards, shuffled, strict=True) if max(one, other) >= ALIKE]
    most = f"played backwards by {backwards.max():.2f} nats at most, shuffled by {shuffled.max():.2f}"
    still = f"a single frame, frozen, by {frozen.min():.2f} to {frozen.max():.2f}"
    if not readers:
        return f"The order of the frames hardly matters to any of them: {most}; {still}."
    if len(readers) == len(names):
        return f"The answers of all change with the order of the frames: {most}; {still}."
    others = [name for name in names if name not in readers]
    return f"The order of the frames matters to {_and(readers)}, not to {_and(others)}: {most}; {still}."


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
