"""Changes of shot, from what a net says of every frame: cuts, and dissolves and fades that take several frames.

    probability to be the last frame of a shot (T,), to belong to a change (T,) - runs above a threshold -> Transition

As TransNetV2 has it (Souček & Lokoč 2020): its first head marks one frame of a change, its second all of them.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Transition:
    """One change of shot."""

    start: int  # the frame with which the next shot begins
    probability: float  # of the first head, 0 to 1: the largest of its run
    first: int  # frames [first, stop) belong to the change by the second head; [start - 1, start + 1) at least
    stop: int

    @property
    def frames(self) -> int:
        """How many belong to it: 2 of a cut, more of a dissolve."""
        return self.stop - self.first


def transitions(single: np.ndarray, many: np.ndarray, threshold: float = 0.5) -> tuple[Transition, ...]:
    """The changes of shot, in their order.

    A run of frames above the threshold is one change, where its probability is largest; a shot has to follow, so the
    last frame of all ends none.

    Args:
        single: (T,) 0 to 1: the frame is the last of its shot.
        many: (T,) 0 to 1: the frame belongs to a change.
        threshold: 0 to 1; what is above it counts.

    Raises:
        ValueError: the two are not of one length, or the threshold is out of range.
    """
    if single.ndim != 1 or single.shape != many.shape or not 0 <= threshold <= 1:
        raise ValueError(f"want two (T,) and a threshold of 0 to 1, got {single.shape}, {many.shape} and {threshold}")
    found = []
    for first, stop in _runs(single > threshold):
        last = first + int(single[first:stop].argmax())
        if last + 1 < len(single):
            found.append(Transition(last + 1, float(single[last]), *_around(last, many > threshold)))
    return tuple(found)


def _around(last: int, inside: np.ndarray) -> tuple[int, int]:
    """The run of frames inside a change that a shot's last frame is in, and at least that frame and the next."""
    run = next(((first, stop) for first, stop in _runs(inside) if first <= last < stop), (last, last + 2))
    return min(run[0], last), max(run[1], last + 2)


def _runs(inside: np.ndarray) -> list[tuple[int, int]]:
    """[first, stop) of every run of True."""
    edges = np.flatnonzero(np.diff(inside.astype(np.int8), prepend=0, append=0))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
