"""What people look like: skin, hair and clothes, cut to the limbs of a body."""

from collections.abc import Callable
from colorsys import hsv_to_rgb
from dataclasses import dataclass

import numpy as np

from vizcore.synthetic.cutout import Colour, Cutout, Patch, box, capsule, disc, moved, shade
from vizcore.synthetic.figure import LIMBS, SHIN, THIGH, Body, limb_places

SKIN = ((244, 208, 177), (224, 172, 135), (190, 134, 96), (141, 92, 62), (99, 63, 45))
HAIR = ((38, 30, 28), (84, 54, 36), (140, 90, 48), (214, 172, 96), (172, 74, 40), (128, 124, 124))
STYLES = ("short", "long", "bun", "cap")
FAR = 0.7  # brightness of the limbs on the far side


@dataclass(frozen=True)
class Clothes:
    """Colours, and which clothes they are of."""

    skin: Colour
    hair: Colour
    shirt: Colour
    trousers: Colour
    shoes: Colour
    style: str  # of STYLES
    sleeves: bool  # long ones
    shorts: bool


def paint(rng: np.random.Generator, dull: float = 0.0) -> Colour:
    """A friendly colour: never black, white or neon; dull 1 has no hue left."""
    hue, saturation, value = rng.random(), rng.uniform(0.38, 0.76) * (1 - dull), rng.uniform(0.5, 0.95)
    return tuple(int(255 * part) for part in hsv_to_rgb(hue, saturation, value))


def dress(rng: np.random.Generator) -> Clothes:
    """Somebody's clothes for the day."""
    return Clothes(
        skin=SKIN[rng.integers(len(SKIN))],
        hair=HAIR[rng.integers(len(HAIR))],
        shirt=paint(rng),
        trousers=shade(paint(rng, 0.4), 0.75),
        shoes=(240, 240, 236) if rng.random() < 0.4 else shade(paint(rng), 0.5),
        style=STYLES[rng.integers(len(STYLES))],
        sleeves=bool(rng.random() < 0.5),
        shorts=bool(rng.random() < 0.3),
    )


def cut(body: Body, clothes: Clothes, joints: np.ndarray) -> list[Cutout]:
    """The limbs of a figure whose joints are (T, 14, 2), in the order of drawing.

    Args:
        body: lengths of the limbs.
        clothes: colours and cuts.
        joints: (T, 14, 2) units.
    """
    places = limb_places(joints)  # (T, 12, 2, 3)
    return [
        Cutout(
            name, SHAPES[name.removeprefix("left ").removeprefix("right ")](body, _side(clothes, name)), places[:, k]
        )
        for k, name in enumerate(LIMBS)
    ]


def _side(clothes: Clothes, limb: str) -> Clothes:
    """The clothes as they look on this limb: the far side is darker."""
    if not limb.startswith("left"):
        return clothes
    darker = {part: shade(getattr(clothes, part), FAR) for part in ("skin", "shirt", "trousers", "shoes")}
    return Clothes(**(vars(clothes) | darker))


def _limb(length: float, start: float, stop: float, colour: Colour) -> tuple[Patch, ...]:
    """A round limb, lighter along its front."""
    light = moved(capsule(length, 0.4 * start, 0.4 * stop), 0, -0.3 * min(start, stop))
    return Patch(capsule(length, start, stop), colour), Patch(light, shade(colour, 1.12), fine=True)


def _upper_arm(body: Body, clothes: Clothes) -> tuple[Patch, ...]:
    thick = 0.034 * body.height * (0.6 + 0.4 * body.girth)
    if clothes.sleeves:
        return _limb(body.upper, 1.15 * thick, 0.9 * thick, clothes.shirt)
    sleeve = Patch(capsule(0.5 * body.upper, 1.2 * thick, 1.1 * thick), clothes.shirt)
    return *_limb(body.upper, thick, 0.8 * thick, clothes.skin), sleeve


def _forearm(body: Body, clothes: Clothes) -> tuple[Patch, ...]:
    thick = 0.029 * body.height * (0.6 + 0.4 * body.girth)
    hand = Patch(disc(1.1 * thick, body.fore, 0, 14), clothes.skin)
    if clothes.sleeves:
        return hand, *_limb(0.88 * body.fore, thick, 0.85 * thick, clothes.shirt)
    return *_limb(body.fore, 0.92 * thick, 0.7 * thick, clothes.skin), hand


def _thigh(body: Body, clothes: Clothes) -> tuple[Patch, ...]:
    return _limb(THIGH * body.leg, 0.058 * body.height * body.girth**0.6, 0.043 * body.height, clothes.trousers)


def _shin(body: Body, clothes: Clothes) -> tuple[Patch, ...]:
    length, thick = SHIN * body.leg, 0.041 * body.height
    if not clothes.shorts:
        return _limb(length, thick, 0.72 * thick, clothes.trousers)
    knee = Patch(capsule(0.12 * length, 1.05 * thick, 1.0 * thick), clothes.trousers)
    return *_limb(length, 0.9 * thick, 0.55 * thick, clothes.skin), knee


def _foot(body: Body, clothes: Clothes) -> tuple[Patch, ...]:
    """Along x to the toe; the sole is to the right of that, at -ankle."""
    heel, sole, tip = -0.42 * body.foot, -body.ankle, 1.12 * body.foot
    instep = 0.7 * body.ankle
    front = (tip, sole), (tip, 0.55 * sole), (0.75 * tip, 0.15 * sole), (0.3 * tip, instep)
    upper = np.array([(heel, sole), *front, (0.9 * heel, instep), (1.05 * heel, 0)])
    return Patch(upper, clothes.shoes), Patch(box(heel, sole, tip, 0.72 * sole), shade(clothes.shoes, 0.72), fine=True)


def _torso(body: Body, clothes: Clothes) -> tuple[Patch, ...]:
    hip, chest = 0.062 * body.height * body.girth**0.7, 0.064 * body.height * body.girth**0.5
    shirt = capsule(body.torso - 0.3 * chest, 1.0 * hip, chest)
    light = moved(capsule(0.8 * body.torso, 0.35 * hip, 0.4 * chest), 0.05 * body.torso, -0.45 * hip)
    belt = capsule(0.02 * body.torso, 1.02 * hip, 1.02 * hip)
    collar = Patch(disc(0.4 * chest, 0.98 * body.torso, 0, 12), clothes.skin)
    front = Patch(light, shade(clothes.shirt, 1.12), fine=True)
    return collar, Patch(shirt, clothes.shirt), front, Patch(belt, clothes.trousers)


def _head(body: Body, clothes: Clothes) -> tuple[Patch, ...]:
    """Along x from the neck up; the face is to the right of that, at negative y."""
    r, x = body.skull, 1.45 * body.skull
    neck = Patch(box(-0.3 * r, -0.36 * r, x, 0.42 * r), shade(clothes.skin, 0.88))
    skull = Patch(disc(r, x, 0, 24), clothes.skin)
    nose = Patch(
        np.array([(x + 0.22 * r, -0.85 * r), (x - 0.2 * r, -1.22 * r), (x - 0.28 * r, -0.8 * r)]), clothes.skin
    )
    eye = Patch(disc(0.12 * r, x + 0.16 * r, -0.55 * r, 10), (40, 32, 30), fine=True)
    cheek = Patch(disc(0.17 * r, x - 0.3 * r, -0.42 * r, 10), _blush(clothes.skin), fine=True)
    mouth = Patch(
        moved(capsule(0.06 * r, 0.06 * r, 0.06 * r), x - 0.52 * r, -0.6 * r), shade(clothes.skin, 0.62), fine=True
    )
    ear = Patch(disc(0.2 * r, x - 0.02 * r, 0.16 * r, 12), shade(clothes.skin, 0.9), fine=True)
    back, front = _hair(clothes.style, r, x, clothes.hair)
    return *back, neck, skull, nose, *front, ear, eye, cheek, mouth


def _blush(skin: Colour) -> Colour:
    return (min(255, skin[0] + 8), int(skin[1] * 0.86), int(skin[2] * 0.86))


def _hair(style: str, r: float, x: float, colour: Colour) -> tuple[list[Patch], list[Patch]]:
    """What is drawn behind the skull, and what is drawn over it."""
    angle = np.linspace(-0.3 * np.pi, 0.78 * np.pi, 18)  # from over the brow, by the crown, to the nape
    cap = np.stack([x + 1.12 * r * np.cos(angle), 1.12 * r * np.sin(angle)], -1)
    crown = [Patch(cap, colour)]
    gloss = Patch(disc(0.26 * r, x + 0.62 * r, 0.3 * r, 14, 1.4), shade(colour, 1.16), fine=True)
    if style == "long":
        fall = np.array(
            [(x + 0.5 * r, 1.05 * r), (x - 0.2 * r, 1.25 * r), (x - 1.6 * r, 1.2 * r), (x - 1.7 * r, 0.45 * r)]
        )
        return [], [*crown, Patch(np.vstack([fall, [(x, 0.2 * r)]]), colour), gloss]
    if style == "bun":
        return [Patch(disc(0.48 * r, x + 0.75 * r, 1.15 * r, 14), shade(colour, 0.9))], [*crown, gloss]
    if style == "cap":
        peak = np.array(
            [(x + 0.42 * r, -0.9 * r), (x + 0.62 * r, -0.85 * r), (x + 0.44 * r, -1.7 * r), (x + 0.3 * r, -1.65 * r)]
        )
        return [], [*crown, Patch(peak, shade(colour, 0.8)), gloss]
    return [], [*crown, gloss]


SHAPES: dict[str, Callable[[Body, Clothes], tuple[Patch, ...]]] = {
    "upper arm": _upper_arm,
    "forearm": _forearm,
    "thigh": _thigh,
    "shin": _shin,
    "foot": _foot,
    "torso": _torso,
    "head": _head,
}
