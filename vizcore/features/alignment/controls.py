"""The controls of the alignment page: which two clips, described by what, and how they are to be aligned."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from vizcore import ui
from vizcore.algorithms.alignment.smooth_minimum import MINIMA
from vizcore.algorithms.alignment.warping import PATTERNS
from vizcore.features.alignment.figures import UNITS
from vizcore.features.alignment.pipeline import (
    COSTS,
    MOST,
    USUAL,
    Alignment,
    AlignmentSettings,
    aligned,
    compiled,
    paired,
)
from vizcore.features.alignment.pipeline_embeddings import PIXELS, VECTORS, fitting, kinds_of, places
from vizcore.features.alignment.pipeline_strands import Pair
from vizcore.models import PATCH_MODELS, Model
from vizcore.runtime.clip_library import ClipEntry
from vizcore.synthetic.actions import EVERY
from vizcore.synthetic.shot import Shot, shot

FIRST_ACTION, SEEDS = "cartwheel", (42, 7)  # what a new visitor sees: clips that came with the app
FIRST_CLIPS = ("cartwheel", "world-act-7-cartwheel-count72-warp1")
BEST = ("gta", "lite0", "gta-tcc", "gta-untrained")  # models that come first in the menu
GAMMAS = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
BETAS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
GROUNDS = ("cost", "expected alignment", "cost so far")
PACES = {"A in real time": "first", "along the path": "path"}
GROUND = (
    "What the colours of the matrix are: the cost of a pair, the expected alignment at γ, or the cost to get there."
)
GAMMA = "0 is the hard alignment: one path. A larger γ gives weight to dearer paths: see “expected alignment”."
BETA = "Temperature of the contrastive cost: a small one makes a frame's best matches stand out."
BAND = "How far from the diagonal the path may go, as a share of the longer clip (Sakoe and Chiba)."
PACE = (
    "B waits or hurries while A plays as it is; or both go along the path, and each rests where the other needs time."
)
ORIGIN = "The view Path says where a model's weights are from."
EACH_ALONE = 48  # frames at first of a net that sees each alone: two new clips take some seconds on a CPU
LIMIT = "Taken evenly from each clip."
KINDS = "\n".join(f"- **{kind}**: {what}" for kind, what in VECTORS.items())
BEGIN, END = "A may begin in the middle of B.", "A may end in the middle of B."
STEPS = "\n".join(f"- **{name}**: {one.note}" for name, one in PATTERNS.items())
SOFTNESS = "\n".join(f"- **{name}**: {what}" for name, what in list(MINIMA.items())[:2])
UNEVEN = "0: time passes evenly; 1: the person hurries and lingers."
PEOPLE = "Two seeds make two people, rooms and cameras, and each person hurries and lingers in their own way."

Clips = tuple[ClipEntry, ClipEntry]


@dataclass
class Fitted:
    """What the menu of models has shown on this visit."""

    fits: str = ""  # the model that fits the clips of the last run
    shown: str = ""  # the one that was chosen in it


@dataclass(frozen=True, eq=False)
class AlignmentView:
    """One state of the page."""

    clips: Clips
    arguments: dict  # of paired
    found: Alignment
    ground: str  # one of GROUNDS
    unit: str  # a key of UNITS
    pace: str  # a value of PACES

    @property
    def pair(self) -> Pair:
        """What is aligned."""
        return self.found.pair

    @property
    def values(self) -> np.ndarray:
        """(N, M) what the colours of the matrix are."""
        return ground_of(self.found, self.ground)

    @property
    def settings(self) -> dict:
        """All arguments of align_clips but the two paths, less those that are as usual."""
        chosen = asdict(self.found.way)
        usual = asdict(AlignmentSettings())
        described = {name: value for name, value in self.arguments.items() if name not in ("path", "other")}
        described["model"] = getattr(described["model"], "name", described["model"])
        return described | {name: value for name, value in chosen.items() if value != usual[name]}


def ground_of(found: Alignment, ground: str) -> np.ndarray:
    """(N, M) what the colours of the matrix are, by one of GROUNDS."""
    if ground == "cost":
        return found.cost
    if ground == "cost so far":
        return found.soft.table
    return np.maximum(found.soft.gradient, 0)  # smoothMin's negative parts are shown under Soft alignment


@dataclass(frozen=True)
class Asked:
    """How two clips are to be aligned."""

    clips: Clips
    arguments: dict  # of paired
    way: AlignmentSettings
    ground: str  # one of GROUNDS
    pace: str  # a value of PACES
    axes: Any  # the place in the drawer where what the axes count is chosen, once the pair is known

    def answer(self) -> AlignmentView | None:
        """The alignment; None while it is made, with a progress bar here."""
        pair = ui.work_in_place("Running the model on every frame", paired, **self.arguments)
        if pair is None or ui.work_in_place("Compiling", compiled, soft=self.ground != "cost") is None:
            return None
        with self.axes:
            unit = ui.segmented_control("Axes", units_of(pair), "unit")
        return AlignmentView(self.clips, self.arguments, aligned(pair, self.way), self.ground, unit, self.pace)


def choose_view(clips: Clips) -> Asked:
    """The settings of two clips."""
    paths = {"path": str(clips[0].path), "other": str(clips[1].path)}
    chosen = choose_model(fitting(*paths.values()))
    with ui.drawer("Alignment"):
        settings = choose_settings(list(COSTS), "cost")
    with ui.drawer("Cost matrix"):
        ground = ui.segmented_control("Colours", GROUNDS, "ground", help=GROUND)
        axes = ui.container()
    with ui.drawer("Player"):
        pace = PACES[ui.segmented_control("Play", list(PACES), "pace", help=PACE)]
    return Asked(clips, paths | choose_frames(chosen), settings, ground, pace, axes)


def two_people() -> Clips:
    """Two people who do one thing, by the controls."""
    action = choose_action("Both do")
    with ui.drawer("People"):
        seeds = [ui.seed(f"Person {name}", f"seed-{name.lower()}", 9999, seed) for name, seed in zip("AB", SEEDS)]
        counts = [
            ui.slider(f"Frames of {name}", 16, 96, count, f"count-{name.lower()}", step=8)
            for name, count in zip("AB", (48, 72))
        ]
        warps = [
            ui.slider(f"Uneven speed of {name}", 0.0, 1.0, warp, f"warp-{name.lower()}", step=0.05, help=UNEVEN)
            for name, warp in zip("AB", (0.5, 1.0))
        ]
    shots = [shot("act", seed, action, count=count, warp=warp) for seed, count, warp in zip(seeds, counts, warps)]
    return tuple(person(one) for one in shots)


def person(one: Shot) -> ClipEntry:
    """The clip of a shot, by a name that has room over a picture."""
    return replace(ui.world_clip(one.clip_id), title=f"person {one.seed}")


def choose_action(label: str) -> str:
    """One of the things that people of the world do."""
    words = {word.replace("_", " "): word for word in EVERY}
    with ui.top():
        given = {"default": FIRST_ACTION, "help": PEOPLE, "width": 150, "label_visibility": "collapsed"}
        return words[ui.selectbox(label, list(words), "action", **given)]


def two_clips() -> Clips:
    """Any two clips of the menu."""
    each = zip("ab", FIRST_CLIPS, ui.FILM_PAIR, strict=True)
    return tuple(ui.pick_clip(key, f"Clip {key.upper()}", first, film) for key, first, film in each)


def choose_model(fits: str) -> str:
    """What frames are described by, as the menu of the top row calls it.

    It begins with what fits the clips, and goes along when others are chosen for as long as nobody chooses another; a
    link that names none stands for the first of the menu, as it always did.
    """
    models, fitted = list(models_of_frames()), ui.visit(Fitted)
    if fitted.fits and fitted.fits != fits and fitted.shown == fitted.fits:
        ui.choose("model", fits)
    elif not (fitted.fits or ui.came_by_link() or ui.model_along(models)):
        ui.ask("model", fits)
    with ui.top():
        given = {"help": ORIGIN, "width": 170, "label_visibility": "collapsed"}
        chosen = ui.model_menu("Frames described by", models, "model", **given)
    fitted.fits, fitted.shown = fits, chosen
    return chosen


def choose_frames(chosen: str) -> dict:
    """Which frames are described and by which layer of the chosen model, as arguments of sampled."""
    models = models_of_frames()
    with ui.drawer("Frames"):
        layers = () if chosen == PIXELS else places(models[chosen])
        layer = ui.selectbox("Its layer", layers, "layer") if layers else ""
        kinds = kinds_of(chosen if chosen == PIXELS else models[chosen])
        key = "vectors" if kinds[0] == "raw" else "centred"  # so that each has its own first value
        kind = ui.segmented_control("Vectors", kinds, key, help=KINDS) if len(kinds) > 1 else ""
        alone = chosen != PIXELS and kinds[0] == "centred"
        first = ("each-limit", EACH_ALONE) if alone else ("limit", USUAL)  # likewise
        limit = int(ui.slider("Frames of each clip, at most", 8, MOST, first[1], first[0], help=LIMIT))
        ui.open_user_model("alignment")
    return {"model": model_of(chosen), "layer": layer, "vectors": kind, "limit": limit}


def choose_cost(costs: Sequence[str], key: str) -> tuple[str, float]:
    """What a pair costs, and the temperature of that.

    Args:
        costs: of COSTS; the first is chosen at first.
        key: its name in the link.
    """
    cost = ui.segmented_control("Cost", costs, key, help="\n".join(f"- **{name}**: {COSTS[name]}" for name in costs))
    usual = AlignmentSettings.beta
    return cost, ui.select_slider("β", BETAS, usual, "beta", help=BETA) if cost == "contrastive" else usual


def choose_settings(costs: Sequence[str], key: str) -> AlignmentSettings:
    """How a pair is aligned.

    Args:
        costs: of COSTS; the first is chosen at first.
        key: the name of the cost in the link.
    """
    return AlignmentSettings(
        *choose_cost(costs, key),
        ui.select_slider("γ: from hard to soft", GAMMAS, 0.0, "gamma", help=GAMMA),
        ui.segmented_control("Soft minimum", list(MINIMA)[:2], "minimum", help=SOFTNESS),
        ui.segmented_control("Step pattern", list(PATTERNS), "pattern", help=STEPS),
        ui.slider("Band", 0.02, 1.0, 1.0, "band", step=0.02, help=BAND),
        ui.toggle("Open begin", "begin", help=BEGIN),
        ui.toggle("Open end", "end", help=END),
    )


def units_of(pair: Pair) -> list[str]:
    """The units that both axes can have."""
    known = {
        "frames": True,
        "seconds": all(np.isfinite(strand.times).all() for strand in (pair.first, pair.second)),
        "phase": all(np.isfinite(strand.phase).all() for strand in (pair.first, pair.second)),
    }
    return [unit for unit in UNITS if known[unit]]


def model_of(chosen: str) -> str | Model:
    """What describes frames, by what a menu calls it: a name where the table of models has it, else the row."""
    row = models_of_frames()[chosen]
    return chosen if row is None or row.name == chosen else row


def models_of_frames() -> Mapping[str, Model | None]:
    """What can describe a frame, by what a menu calls it: embedders first, pixels last; None for those."""
    first = {name: PATCH_MODELS[name] for name in BEST if name in PATCH_MODELS}
    mine = {row.title: row for row in ui.opened_models().values()}
    return first | {name: row for name, row in PATCH_MODELS.items() if name not in first} | mine | {PIXELS: None}
