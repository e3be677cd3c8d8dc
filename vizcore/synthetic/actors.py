"""Everybody who plays in a clip, brought together: whose cutout is whose, and the truth about all of them.

players + scene -> Truth; people are the first things, then what they handle, then what merely moves about
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vizcore.synthetic.actions import events
from vizcore.synthetic.cutout import Cutout
from vizcore.synthetic.figure import JOINTS
from vizcore.synthetic.people import Performance
from vizcore.synthetic.postures import LABELS, labels_of
from vizcore.synthetic.scene import Scene, projected, surface_map, surfaces
from vizcore.synthetic.truth import Event, Segment, Thing, Truth


@dataclass(frozen=True, eq=False)
class Player:
    """Somebody, which part they have, and what is true of them in T frames."""

    played: Performance
    role: str  # actor or bystander
    phase: np.ndarray  # (T,) of what they are doing; nan while that does not count
    does: np.ndarray  # (T, 12) bool: which of postures.LABELS hold
    segments: tuple[tuple[str, int, int], ...] = ()  # action, first frame, frame after the last
    events: tuple[tuple[str, int], ...] = ()  # name, frame
    state: np.ndarray | float = np.nan  # (T,)


def single(played: Performance, action: str, phase: np.ndarray, role: str = "actor") -> Player:
    """Somebody who does one thing all the time, at the phases (T,); of a bystander it does not count.

    Args:
        played: how the person moves, T frames.
        action: of ACTIONS or its twins.
        phase: (T,) 0 to 1.
        role: "actor" or "bystander".
    """
    does = labels_of(action, played.pose, phase)
    if role != "actor":
        return Player(played, role, np.full(len(phase), np.nan), does)
    return Player(played, role, phase, does, ((action, 0, len(phase)),), tuple(happening(action, phase)))


def gather(players: Sequence[Player]) -> tuple[list[list[Cutout]], tuple[Thing, ...]]:
    """The cutouts of each player with the numbers of their things, and those things."""
    things = [Thing("person", player.role) for player in players]
    found = []
    for owner, player in enumerate(players):
        numbers = [owner, *range(len(things), len(things) + len(player.played.objects))]
        things += [Thing(name, "object", owner) for name in player.played.objects]
        found.append([replace(cutout, thing=numbers[cutout.thing]) for cutout in player.played.cutouts])
    return found, tuple(things)


def known(scene: Scene, players: Sequence[Player], things: tuple[Thing, ...], size: int, label: str = "") -> Truth:
    """The truth about a scene whose first things are the players.

    Args:
        scene: T frames of it.
        players: K people, drawn in this order.
        things: all things; the first K are the players.
        size: px of a side.
        label: class of the whole clip.
    """
    count = len(scene.camera)
    phase = np.full((count, len(things)), np.nan, np.float32)
    joints = np.full((count, len(things), len(JOINTS), 2), np.nan, np.float32)
    does = np.zeros((count, len(things), len(LABELS)), bool)
    state, segments, moments = np.full_like(phase, np.nan), [], []
    for k, player in enumerate(players):
        joints[:, k] = projected(scene, player.played.joints, size)
        phase[:, k], does[:, k], state[:, k] = player.phase, player.does, player.state
        segments += [Segment(k, *fields) for fields in player.segments]
        moments += [Event(k, *fields) for fields in player.events]
    named, places = surfaces(scene, size)
    return Truth(
        surface=surface_map(scene, size),
        places=places,
        surfaces=named,
        things=things,
        phase=phase,
        state=state,
        joints=joints,
        labels=LABELS,
        does=does,
        segments=tuple(segments),
        events=tuple(moments),
        label=label,
    )


def happening(action: str, phase: np.ndarray) -> list[tuple[str, int]]:
    """The moments of an action that the phases (T,) pass, as (name, first frame at or after it)."""
    passed = [(word, moment) for moment, word in events(action) if phase[0] <= moment + 0.1 and moment <= phase[-1]]
    return [(word, int(np.searchsorted(phase, moment))) for word, moment in passed]
