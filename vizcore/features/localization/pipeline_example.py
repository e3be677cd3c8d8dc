"""Made-up tables of results, the same at every call: what the page of average precision shows before a file is opened.

name -> example -> AvaRows: people with actions, or what one of two made-up detectors says of them
"""

from functools import lru_cache

import numpy as np

from vizcore.algorithms.detection.ava_rows import AvaRows, ava_rows
from vizcore.formats.action_lists import Action

TRUTH = "truth (made up)"
EARLIER, LATER = "older (made up)", "newer (made up)"
EXAMPLES = (TRUTH, EARLIER, LATER)
LIST = "made up: twelve actions"
NOTE = "Nobody filmed this: boxes, words and scores are drawn by chance, so that the page can be tried without a file."
WORDS = {
    "pose": ("stand", "sit", "walk", "run"),
    "object": ("carry", "read", "drink", "drive"),
    "person": ("talk to", "listen to", "watch", "hug"),
}
ACTIONS = {
    number: Action(word, group)
    for number, (group, word) in enumerate(((group, word) for group, words in WORDS.items() for word in words), 1)
}
VIDEOS, KEY_FRAMES = 24, 8  # of each video
COMMON = np.array([0.7, 0.2, 0.15, 0.04, 0.2, 0.08, 0.06, 0.05, 0.35, 0.3, 0.25, 0.03])  # (12,) how often a word holds
SKILL = {EARLIER: 1.2, LATER: 1.5}  # how far apart the scores of right and wrong words lie
BETTER = np.array([0, -0.3, 0.2, 0.4, 0, -1.2, -0.9, 1.5, 0, -0.3, 0, 0.6])  # (12,) what the newer one learnt or forgot


@lru_cache
def example(name: str) -> AvaRows:
    """One of EXAMPLES, seconds 0 to 7 of 24 videos.

    Raises:
        ValueError: there is no such example.
    """
    if name not in EXAMPLES:
        raise ValueError(f"want one of {', '.join(EXAMPLES)}, got {name!r}")
    rng = np.random.default_rng(3)
    frame = np.repeat(np.arange(VIDEOS * KEY_FRAMES), rng.integers(1, 5, VIDEOS * KEY_FRAMES))  # (P,) of each person
    size = rng.uniform(0.12, 0.3, (len(frame), 1)) * [1, 2]
    low = rng.uniform(0, 1 - size)
    boxes = np.concatenate([low, low + size], 1)  # (P, 4)
    holds = rng.random((len(frame), len(COMMON))) < COMMON  # (P, 12)
    if name == TRUTH:
        person, word = np.nonzero(holds)
        return _table(frame[person], boxes[person], word)
    return _detected(name, frame, boxes, holds)


def _detected(name: str, frame: np.ndarray, boxes: np.ndarray, holds: np.ndarray) -> AvaRows:
    """What a made-up detector says: boxes that are a little off, a few on nobody, and a score of every word."""
    rng = np.random.default_rng([4, EXAMPLES.index(name)])
    off = rng.normal(0, 0.025, boxes.shape)
    nobody = rng.random(len(frame)) < 0.15
    off[nobody] += rng.uniform(-0.12, 0.12, (nobody.sum(), 2))[:, [0, 1, 0, 1]]
    skill = SKILL[name] + (BETTER if name == LATER else 0)
    logit = rng.normal(-2, 1, holds.shape) + skill * holds
    scores = 1 / (1 + np.exp(-logit))
    person, word = np.indices(holds.shape).reshape(2, -1)
    return _table(frame[person], (boxes + off).clip(0, 1)[person], word, scores.ravel())


def _table(frame: np.ndarray, boxes: np.ndarray, word: np.ndarray, scores: np.ndarray | None = None) -> AvaRows:
    names = [f"film {number // KEY_FRAMES + 1:02d}" for number in frame]
    return ava_rows(names, (frame % KEY_FRAMES).astype(float), boxes, word + 1, scores)
