"""Twelve words for what somebody is doing at a moment; several can hold at once."""

import numpy as np

from vizcore.synthetic.actions import forwards
from vizcore.synthetic.figure import C

LABELS = ("stand", "bend", "sit", "inverted", "wave", "jump", "kick", "throw", "lift", "walk", "push", "pour")
MOVES = {  # action, played either way: words that hold as long as it lasts
    "wave": ("wave",),
    "jump": ("jump",),
    "jack": ("jump",),
    "kick": ("kick",),
    "throw": ("throw",),
    "pick_up": ("lift",),
    "walk": ("walk",),
    "push": ("push", "walk"),
    "pour": ("pour",),
    "stir": ("pour",),
}
SEATED = 0.66  # phase of sitting down from which on one sits


def labels_of(action: str, angles: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """(T, 12) bool: which LABELS hold; exactly one of the first four, which are postures, does.

    Args:
        action: of actions.EVERY.
        angles: (T, 15) pose, in degrees.
        phase: (T,) of the action.
    """
    name, phase = forwards(action, phase)
    turned = np.abs((angles[:, C["turn"]] + 180) % 360 - 180) > 60
    seated = (phase > SEATED) & (name == "sit_down")
    folded = (angles[:, [C["left knee"], C["right knee"]]] < -65).all(1)
    bent = (np.abs(angles[:, C["lean"]]) > 35) | folded
    posture = np.select([turned, seated, bent], [3, 2, 1], 0)
    found = np.zeros((len(angles), len(LABELS)), bool)
    found[np.arange(len(angles)), posture] = True
    for word in MOVES.get(name, ()):
        found[:, LABELS.index(word)] = True
    return found
