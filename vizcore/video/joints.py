"""Recordings that lie one after the other in one file: the clock falls back, and a new stretch begins.

    stamps of the packets (P,), in file order -> joints: from which packet on, and what to add -> stamps that only rise

File order is not time order: sorted by their stamps, two recordings of one clock would be dealt like cards.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import av
import numpy as np

Stamps = Sequence[int | None]

REORDER = 16  # frames: farther than that no coding moves one
MOST = 4096  # joints: a file of more is not one of recordings
JUMP = 10.0  # seconds that a clock may leap ahead before a person is told


@dataclass(frozen=True)
class Joint:
    """Where a recording begins that is not the first of its file."""

    place: int  # packets of the stream before it
    plus: int  # what is added to the stamps of its packets, so that they follow those before


def find_joints(pts: Stamps, dts: Stamps, keys: Sequence[bool], step: int, second: float) -> tuple[Joint, ...]:
    """Where the clock falls back from one packet to the next, though the frames do not.

    Args:
        pts, dts: presentation and decoding stamps of all packets, in file order; None for what is not to be shown.
        keys: which are of key frames.
        step: how long the last frame is shown, in stamps.
        second: how many stamps a second has.
    """
    joints, plus, highest, recent, begin = [], 0, None, deque(maxlen=REORDER), 0
    before = None  # decoding stamp of the packet before
    for place, (shown, decoded, key) in enumerate(zip(pts, dts, keys)):
        if shown is not None:
            if highest is not None and shown <= highest and _fell(shown, decoded, before, key, recent, second):
                lowest = min(stamp for stamp in pts[place : place + REORDER] if stamp is not None)
                plus += highest + _usual(pts[begin:place], step) - lowest
                joints.append(Joint(place, plus))
                highest, begin = None, place
                recent.clear()
            highest = shown if highest is None else max(highest, shown)
            recent.append(shown)
            before = decoded
    return tuple(joints) if len(joints) <= MOST else ()


def _usual(pts: Stamps, step: int) -> int:
    """How long most frames of a recording are shown, in stamps; `step` where it has but one."""
    steps = np.diff(np.unique([stamp for stamp in pts if stamp is not None]))
    return int(np.median(steps)) if len(steps) else max(step, 1)


def _fell(pts: int, dts: int | None, before: int | None, key: bool, recent: Iterable[int], second: float) -> bool:
    """Whether a packet is of a later recording than the one before, which has a later stamp.

    Args:
        pts, dts: its stamps.
        before: the decoding stamp of the packet before.
        key: it is a key frame.
        recent: presentation stamps of the last packets.
        second: how many stamps a second has.
    """
    if dts is None or before is None:
        return key and all(pts < stamp for stamp in recent)
    return dts < before if key else before - dts > second


def in_line(packets: Iterable[av.Packet | None], joints: tuple[Joint, ...]) -> Iterator[av.Packet | None]:
    """The packets of a stream from its start, with stamps that go on where a recording begins anew."""
    left, plus = deque(joints), 0
    for place, packet in enumerate(packets):
        if left and left[0].place == place:
            plus = left.popleft().plus
        if packet is not None and plus:
            packet.pts = None if packet.pts is None else packet.pts + plus
            packet.dts = None if packet.dts is None else packet.dts + plus
        yield packet


def lined_up(stamps: Stamps, joints: tuple[Joint, ...]) -> list[int | None]:
    """The stamps of all packets, in file order, as if their recordings were one."""
    lengths = np.diff([0, *(joint.place for joint in joints), len(stamps)])
    plus = np.repeat([0, *(joint.plus for joint in joints)], lengths).tolist()
    return [None if stamp is None else stamp + more for stamp, more in zip(stamps, plus)]


def leaps(dts: Stamps, second: float) -> list[int]:
    """Packets before which the clock leaps ahead.

    Args:
        dts: decoding stamps of all packets, in file order.
        second: how many stamps a second has.
    """
    known = [(place, stamp) for place, stamp in enumerate(dts) if stamp is not None]
    return [place for (_, a), (place, b) in pairwise(known) if b - a > JUMP * second]
