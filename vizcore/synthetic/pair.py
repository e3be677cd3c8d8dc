"""Two lanterns, one after the other and far apart: has the second the first one's colour of lamp, or pattern of body?

seed, split, kind -> pair(...) -> WorldClip: frames (T, S, S, 3), the first lantern in the earlier half of them

    both, lamp, body, neither     what the second lantern has in common with the first

No frame shows both lanterns, so who looks at frames one by one and adds up what each says cannot know: an even lamp of
three colours is seen at best in 2 of 3 clips, a pattern of five in 13 of 20 (ceiling). Lengths are units: a picture has
40 of them, whatever its size in px is.
"""

from itertools import combinations

import cv2
import numpy as np

from vizcore.synthetic.backdrop import BANK, backdrop
from vizcore.synthetic.lantern import PATTERNS, SIDE, STATES, Appearance, lantern, paint, random_appearance
from vizcore.synthetic.splits import generator
from vizcore.synthetic.truth import WorldClip

KINDS = ("both", "lamp", "body", "neither")
UNITS = 40
APART = 20.0  # units between the middles of the two, at least
NOISE = 4.0  # levels of 255
ROOM = (SIDE / 2, UNITS - SIDE / 2)  # units in which a middle lies


def pair(seed: int, split: str = "show", kind: str | None = None, size: int = UNITS, count: int = 2) -> WorldClip:
    """One clip; the same arguments make the same bytes.

    Args:
        seed: from 0.
        split: of vizcore.synthetic.splits; no two share a wall.
        kind: of KINDS; None for any.
        size: px of the sides.
        count: frames, an even number.

    Raises:
        ValueError: a word is unknown or a number out of range.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"want a kind ({', '.join(KINDS)}), got {kind!r}")
    if size < UNITS // 2 or count < 2 or count % 2:
        raise ValueError(f"want a size of at least {UNITS // 2} px and an even count of frames, got {size} and {count}")
    shown = shown_by(seed, split, kind)
    rng = generator(split, 52, seed)
    plain, middles = _bodies_and_places(rng)
    appearances = [_of_pattern(one, pattern) for one, pattern in zip(plain, shown["pattern"], strict=True)]
    wall = _wall(rng, split, size)
    frames = np.empty((count, size, size, 3), np.float32)
    for half in range(2):
        scene = wall.copy()
        picture = lantern(appearances[half], int(shown["lamp"][half]), size / UNITS)
        paint(scene, picture, *(middles[half] * size / UNITS - 0.5))
        frames[half * count // 2 : (half + 1) * count // 2] = scene
    frames += generator(split, 53, seed).standard_normal(frames.shape, np.float32) * np.float32(NOISE / 255)
    label = KINDS[shown["kind"]]
    return WorldClip((np.clip(frames, 0, 1) * 255 + 0.5).astype(np.uint8), None, label, KINDS.index(label))


def shown_by(seed: int, split: str, kind: str | None = None) -> dict[str, np.ndarray]:
    """What the two lanterns of a clip show: kind (), lamp (2,) of lantern.STATES, pattern (2,) of lantern.PATTERNS.

    Args:
        seed: of the clip.
        split: of vizcore.synthetic.splits.
        kind: of KINDS; None for any.
    """
    rng = generator(split, 51, seed)
    drawn = int(rng.integers(len(KINDS)))
    number = drawn if kind is None else KINDS.index(kind)
    lamp = _second(rng, len(STATES), same=KINDS[number] in ("both", "lamp"))
    pattern = _second(rng, len(PATTERNS), same=KINDS[number] in ("both", "body"))
    return {"kind": np.array(number), "lamp": lamp, "pattern": pattern}


def places(seed: int, split: str = "show") -> np.ndarray:
    """(2, 4) x0, y0, x1, y1 of both lanterns of a clip, as shares of the picture; the first is in its earlier half."""
    _, middles = _bodies_and_places(generator(split, 52, seed))
    return np.hstack([middles - SIDE / 2, middles + SIDE / 2]) / UNITS


def ceiling(kinds: int) -> float:
    """The largest share of even or uneven pairs of `kinds` that a sum of two scores, one of each frame, can tell.

    Half of the pairs are of one kind. Those above half of what counts as even are found when even; of uneven pairs only
    two of those are then taken for even.
    """
    shares = []
    for above in range(kinds + 1):
        wrong = sum(1 for _ in combinations(range(above), 2)) / (kinds * (kinds - 1) / 2)
        shares.append((above / kinds + 1 - wrong) / 2)
    return max(shares)


def _second(rng: np.random.Generator, kinds: int, same: bool) -> np.ndarray:
    """(2,) two of so many kinds, the same or not."""
    first, step = int(rng.integers(kinds)), int(rng.integers(1, kinds))
    return np.array([first, first if same else (first + step) % kinds])


def _of_pattern(appearance: Appearance, pattern: int) -> Appearance:
    return Appearance(PATTERNS[pattern], appearance.colours, appearance.width, appearance.shift)


def _bodies_and_places(rng: np.random.Generator) -> tuple[list[Appearance], np.ndarray]:
    """How two lanterns look, the pattern aside, and (2, 2) their middles."""
    return [random_appearance(rng) for _ in range(2)], _places(rng)


def _places(rng: np.random.Generator) -> np.ndarray:
    """(2, 2) x and y of two middles, evenly drawn among those that lie apart."""
    while True:
        middles = rng.uniform(*ROOM, (2, 2))
        if np.hypot(*(middles[0] - middles[1])) >= APART:
            return middles


def _wall(rng: np.random.Generator, split: str, size: int) -> np.ndarray:
    """A part of one of the split's backdrops, (size, size, 3) float32 from 0 to 1."""
    picture = backdrop(split, int(rng.integers(BANK[split])))
    side = int(len(picture) * rng.uniform(0.4, 0.8))
    top, left = rng.integers(0, len(picture) - side + 1, 2)
    part = picture[top : top + side, left : left + side, rng.permutation(3)]
    return cv2.resize(np.ascontiguousarray(part), (size, size), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
