"""A shot: what is filmed of the world, with every choice in one word that a link can hold.

    world-carousel-7-forward-speed6  <->  Shot("carousel", 7, "forward", (("speed", 6.0),))  -> filmed -> WorldClip

A word leaves out what is as usual, and there is one word for a shot: whatever is written otherwise is refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name

from vizcore.files import draft_of
from vizcore.synthetic.truth import WorldClip
from vizcore.synthetic.truth_file import truth_path

WORD = re.compile(r"world-([a-z]+)-(\d{1,6})(?:-([a-z_]+))?((?:-[a-z]+\d{1,3}(?:\.\d{1,2})?)*)")
CHOSEN = re.compile(r"-([a-z]+)([\d.]+)")
SEEDS = 1_000_000  # seeds are below it


@dataclass(frozen=True)
class Slider:
    """A number that a person may choose: low, low + step, ... high."""

    name: str  # the argument of the scene's maker, and what a word says
    label: str
    low: float
    high: float
    usual: float
    step: float
    about: str

    def nearest(self, value: float) -> float:
        """The place of the slider that is nearest to a number."""
        place = self.low + round((value - self.low) / self.step) * self.step
        return round(min(max(place, self.low), self.high), 2)

    def fits(self, value: float) -> bool:
        """It is one of the slider's places."""
        return abs(self.nearest(value) - value) < 1e-6


@dataclass(frozen=True)
class Scene:
    """A family of clips: what it shows, how it is made, and what can be chosen.

    Maker and choices are named as module:name and imported when they are wanted: a word of another family needs none.
    """

    title: str
    about: str
    maker: str
    argument: str  # the maker's word for what is chosen; "" where nothing is
    chosen: str  # the choices; "" where there are none
    sliders: tuple[Slider, ...]
    count: int  # frames
    rate: float  # frames a second
    size: int = 384  # px of a side

    @property
    def make(self) -> Callable[..., WorldClip]:
        """seed, split, size, supersample, choice and sliders -> a clip."""
        return resolve_name(self.maker)

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be chosen; () where nothing can."""
        return resolve_name(self.chosen) if self.chosen else ()

    def slider(self, name: str) -> Slider | None:
        """The slider of a name, if there is one."""
        return next((slider for slider in self.sliders if slider.name == name), None)


PAN = Slider("pan", "Pan", 0.0, 1.0, 0.5, 0.05, "How far the camera turns with what happens.")
ZOOM = Slider("zoom", "Zoom", 0.0, 1.0, 0.5, 0.05, "How much the camera goes nearer or back.")
SHAKE = Slider("shake", "Shake", 0.0, 1.0, 0.3, 0.05, "How unsteady the hand is that holds the camera.")
CLUTTER = "At most so many things move about that have no part in it."
WARP = Slider("warp", "Uneven speed", 0.0, 1.0, 0.5, 0.05, "0: time passes evenly; 1: it hurries and lingers.")
SCENES = {
    "act": Scene(
        "One action",
        "One person does one thing. Half of the actions are the other half played backwards: only the order tells.",
        "vizcore.synthetic.act:act",
        "action",
        "vizcore.synthetic.actions:EVERY",
        (
            Slider("count", "Frames", 16, 96, 48, 8, "The same action in more frames is a slower one."),
            WARP,
            *(PAN, ZOOM, SHAKE),
            Slider("clutter", "Clutter", 0, 6, 2, 1, CLUTTER),
        ),
        count=48,
        rate=24,
    ),
    "crowd": Scene(
        "A crowd",
        "People who each do something of their own, near ones before far ones, and bystanders who only stand there.",
        "vizcore.synthetic.crowd:crowd",
        "",
        "",
        (
            Slider("people", "Actors", 1, 3, 2, 1, "People who do something."),
            Slider("bystanders", "Bystanders", 0, 2, 1, 1, "People who do nothing but stand."),
            Slider("speed", "Speed", 0.1, 1.0, 0.9, 0.1, "How much of every action the clip shows."),
            WARP,
            *(PAN, ZOOM, SHAKE),
            Slider("clutter", "Clutter", 0, 6, 1, 1, CLUTTER),
        ),
        count=72,
        rate=24,
    ),
    "story": Scene(
        "A long story",
        "One person goes from thing to thing, rests between, and sometimes begins something and gives it up.",
        "vizcore.synthetic.story:story",
        "",
        "",
        (
            Slider("count", "Frames", 120, 720, 480, 60, "How long it goes on."),
            Slider("speed", "Speed", 0.5, 2.0, 1.0, 0.25, "At 1 an action takes about 30 frames."),
            Slider("bystanders", "Bystanders", 0, 3, 1, 1, "People who stand along the way."),
            WARP,
            *(PAN, ZOOM, SHAKE),
            Slider("clutter", "Clutter", 0, 6, 1, 1, CLUTTER),
        ),
        count=480,
        rate=20,
        size=320,
    ),
    "carousel": Scene(
        "Lamps",
        "Four lanterns wander while the lamps of three step on: only who follows a lantern knows in which direction.",
        "vizcore.synthetic.carousel:carousel",
        "kind",
        "vizcore.synthetic.carousel:KINDS",
        (
            Slider("speed", "Speed", 0.0, 12.0, 4.0, 0.5, "How far lanterns go in an eighth of the clip; 56 cross it."),
            Slider("lamp", "Size of lamps", 0.5, 1.8, 1.0, 0.1, "Large lamps lead a matching astray."),
            Slider("shake", "Shake", 0.0, 9.0, 0.0, 0.5, "How far the camera jumps, in the same lengths as speed."),
        ),
        count=72,
        rate=24,
    ),
}


@dataclass(frozen=True)
class Shot:
    """One clip of the world.

    Raises:
        ValueError: a word is unknown or a number out of range.
    """

    scene: str  # of SCENES
    seed: int
    choice: str = ""  # one of the scene's choices; the first where there is nothing to choose
    sliders: tuple[tuple[str, float], ...] = ()  # what is not as usual

    def __post_init__(self):
        if self.scene not in SCENES:
            raise ValueError(f"want a scene of the world ({', '.join(SCENES)}), got {self.scene!r}")
        scene = SCENES[self.scene]
        if not 0 <= self.seed < SEEDS:
            raise ValueError(f"want a seed of 0 to {SEEDS - 1}, got {self.seed}")
        if self.choice not in (scene.choices or ("",)):
            raise ValueError(f"want {self.scene} of {', '.join(scene.choices) or 'no choice'}, got {self.choice!r}")
        for name, value in self.sliders:
            slider = scene.slider(name)
            if slider is None or not slider.fits(value):
                raise ValueError(f"want {self.scene} with {_ranges(scene)}, got {name} {value:g}")

    @property
    def clip_id(self) -> str:
        """What a link says."""
        chosen = [f"{name}{value:g}" for name, value in self.sliders]
        return "-".join(["world", self.scene, str(self.seed), *([self.choice] if self.choice else []), *chosen])

    @property
    def title(self) -> str:
        """What a menu says."""
        chosen = ", ".join(f"{name} {value:g}" for name, value in self.sliders)
        words = [SCENES[self.scene].title, self.choice.replace("_", " "), chosen]
        return f"{': '.join(filter(None, words[:2]))}{', ' + chosen if chosen else ''} (seed {self.seed})"


def shot(scene: str, seed: int, choice: str = "", **sliders: float) -> Shot:
    """A shot with its sliders in the scene's order; those at their usual place are left out.

    Args:
        scene: a key of SCENES.
        seed: 0 or more.
        choice: such as the action; "" for any.
        **sliders: numbers by the names of the scene's sliders, rounded to two digits.

    Raises:
        ValueError: a word is unknown or a number out of range.
    """
    known = {slider.name: slider for slider in SCENES[scene].sliders} if scene in SCENES else {}
    order = [*known, *(name for name in sliders if name not in known)]
    chosen = [(name, round(float(sliders[name]), 2)) for name in order if name in sliders]
    return Shot(scene, seed, choice, tuple(pair for pair in chosen if pair[0] not in known or not _usual(known, *pair)))


def shot_of(clip_id: str) -> Shot:
    """The shot that a word names.

    Raises:
        ValueError: it is no such word, or not the one word of its shot.
    """
    found = WORD.fullmatch(clip_id)
    if found is None:
        raise ValueError(f"want a clip of the world as world-SCENE-SEED-CHOICE-SLIDERS, got {clip_id[:80]!r}")
    scene, seed, choice, chosen = found.groups()
    sliders = {name: float(value) for name, value in CHOSEN.findall(chosen)}
    named = shot(scene, int(seed), choice or "", **sliders)
    if named.clip_id != clip_id:
        raise ValueError(f"want {named.clip_id!r} for this clip of the world, got {clip_id[:80]!r}")
    return named


def filmed(shot: Shot, size: int | None = None, supersample: int = 2) -> WorldClip:
    """The frames of a shot, with what is true about them.

    Args:
        shot: which clip of the world.
        size: px of a side; None for the scene's own.
        supersample: how many times larger frames are drawn before they are shrunk.
    """
    scene = SCENES[shot.scene]
    choice = {scene.argument: shot.choice} if scene.argument else {}
    sliders = {slider.name: slider.usual for slider in scene.sliders} | dict(shot.sliders)
    numbers = {"count": scene.count} | {name: _plain(value) for name, value in sliders.items()}
    return scene.make(shot.seed, split="show", size=size or scene.size, supersample=supersample, **choice, **numbers)


def render(shot: Shot, path: Path, drawn: Callable[[], None] = lambda: None) -> WorldClip:
    """Write a shot as MP4 and, first, its truth beside it; either is there in full or not at all.

    Args:
        shot: which clip of the world.
        path: of the MP4.
        drawn: called once the frames are drawn; what it raises ends the work.
    """
    from vizcore.video import write_video  # a shot that is only named writes nothing

    clip = filmed(shot)
    drawn()
    with draft_of(truth_path(path), ".npz") as draft:
        clip.truth.save(draft)
    write_video(path, clip.frames, SCENES[shot.scene].rate)
    return clip


def _usual(known: dict[str, Slider], name: str, value: float) -> bool:
    return abs(known[name].usual - value) < 1e-6


def _plain(value: float) -> int | float:
    """Whole numbers as such: a count of people is one."""
    return int(value) if value == int(value) else value


def _ranges(scene: Scene) -> str:
    return ", ".join(f"{slider.name} {slider.low:g} to {slider.high:g}" for slider in scene.sliders)
