"""The clips of the world that come with the app, by the word that a menu knows them by."""

from dataclasses import dataclass

from vizcore.synthetic.shot import Shot, shot


@dataclass(frozen=True)
class Shown:
    """A clip that is worth seeing first."""

    title: str
    about: str
    shot: Shot


SHOWN = {
    "sit": Shown(
        "Sitting down",
        "A person sits down; played backwards, the same frames stand up.",
        shot("act", 3, "sit_down"),
    ),
    "throw": Shown(
        "A throw",
        "An arm swings and a ball flies: limbs and what they hold, each known in every pixel.",
        shot("act", 39, "throw"),
    ),
    "cartwheel": Shown(
        "A cartwheel",
        "Every limb goes through the place of every other: hard for whoever matches patches by looks.",
        shot("act", 42, "cartwheel"),
    ),
    "push": Shown(
        "Pushing a crate",
        "The camera goes along, so the room moves and the person hardly does.",
        shot("act", 64, "push"),
    ),
    "crowd": Shown(
        "Three actors and a bystander",
        "Four people, near ones before far ones; one of them only stands there.",
        shot("crowd", 5, people=3),
    ),
    "story": Shown(
        "A long story",
        "Half a minute of one person's doings, with pauses and false starts between them.",
        shot("story", 4),
    ),
    "lanterns-still": Shown(
        "Lanterns at rest",
        "Nothing moves but the colours of three lamps: every kind of time attention can tell what happened.",
        shot("carousel", 4, "forward", speed=0),
    ),
    "lanterns-slow": Shown(
        "Lanterns, slow",
        "The same at a stroll: from one look to the next a lantern stays within a patch of where it was.",
        shot("carousel", 3, "forward", speed=4),
    ),
    "lanterns-fast": Shown(
        "Lanterns, fast",
        "Where a lantern was, another one is next: only who follows one can tell what its lamp did.",
        shot("carousel", 9, "forward", speed=10),
    ),
}
