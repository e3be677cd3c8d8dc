"""The settings of the comparing page: which panes, which heat, how deep, on which scale, and how they are laid out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from vizcore import ui
from vizcore.algorithms.alignment.clock_sync import at_once
from vizcore.features.compare.pipeline import FEWEST, MOST, Comparison, compare
from vizcore.features.heatmaps.pipeline import HeatMaps
from vizcore.features.heatmaps.pipeline_answers import badges_of, hidden
from vizcore.features.heatmaps.pipeline_methods import FAMILIES, METHODS, rows_of
from vizcore.features.heatmaps.pipeline_rows import row_name
from vizcore.features.heatmaps.pipeline_scale import Scaled, scaled
from vizcore.features.heatmaps.pipeline_words import IN_WORDS
from vizcore.models import PATCH_MODELS, Model
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.domain import Badge
from vizcore.ui.taken_along import Place, place_along, take_along

ONE_CLIP, ONE_MODEL, BOTH = "models", "clips", "both"
FIRST_MODELS = (*FAMILIES["lamps nets"][::-1], *PATCH_MODELS)  # the one that follows what moves comes first
FIRST_CLIPS = ("lanterns-slow", "lanterns-fast", "lanterns-still", "throw")
SIDE, WIPE, LESS = "side by side", "wipe", "difference"
SCALES = {"all panes": "all", "each pane": "row"}
SYNCS = {"the second": "second", "the share of the clip": "share"}
CLASSES = {"likeliest": "top", "ground truth": "true"}
KIND = "Models: several on one clip. Clips: several through one model. Both: each pane has its own model and clip."
SCALE = (
    "All panes: one colour is one number everywhere, which is fair where one net's numbers mean what another's do. "
    "Each pane: from its own lowest heat to its highest, which shows where and not how much."
)
ROBUST = "The 2nd and 98th percentiles become the ends."
DEPTH = (
    "0 is the last layer, −1 the one before it, in all panes at once: every layer comes from the same pass. "
    "Models with fewer layers take the same one, or the nearest."
)
STEP = "The clips differ in length: the others show the same second (the short ones wait at their end), or keep pace."


@dataclass(frozen=True, eq=False)
class ComparisonView:
    """One state of the page."""

    entries: tuple[ClipEntry, ...]  # of the panes
    settings: dict  # the arguments of compare
    found: Comparison
    layer: str
    scope: str  # a key of algorithms.attribution.cam.SCOPES
    robust: bool
    mode: str  # SIDE, WIPE or LESS
    pair: tuple[int, int]  # the panes that are wiped or subtracted
    maps: HeatMaps  # at the layer
    parts: tuple[Scaled | None, ...]

    @property
    def names(self) -> list[str]:
        """A short name for each pane: what tells it from the others, after its number."""
        models = [row_name(pane.model) for pane in self.found.panes]
        if len(set(models)) == len(models) and len({pane.file for pane in self.found.panes}) == 1:
            return [f"{k} {model}" for k, model in enumerate(models, 1)]
        if len(set(models)) == 1:
            return [f"{k} {entry.title}" for k, entry in enumerate(self.entries, 1)]
        both = zip(models, self.entries, strict=True)
        return [f"{k} {model}, {entry.title}" for k, (model, entry) in enumerate(both, 1)]

    @cached_property
    def badges(self) -> list[Badge]:
        """How far the panes' models are at home in their clips."""
        return badges_of(self.maps.rows)

    @cached_property
    def anyway(self) -> bool:
        """Whether somebody wants to see what models predict that do not know such a clip; it is asked for here."""
        strange = hidden(self.maps.rows)
        return bool(strange) and ui.show_anyway(strange[0])

    @property
    def shown(self) -> tuple[int, ...]:
        """The panes whose pictures are shown."""
        return {SIDE: tuple(range(len(self.entries))), WIPE: self.pair}.get(self.mode, self.pair[:1])

    def moment(self) -> list[int]:
        """The frame number of every pane at the moment that the link keeps, else at the first that pane 1 saw."""
        side, frame = at_moment() or (0, int(self.maps.rows[0].frames[0]))
        side = side if side < len(self.entries) else 0
        times = [pane.info.times for pane in self.found.panes]
        return at_once(times, side, min(frame, len(times[side]) - 1), self.settings["sync"])


def read_controls() -> ComparisonView:
    """The settings of the page, and the comparison that they ask for."""
    entries, models = _panes()
    with ui.drawer("Layout"):
        mode = ui.segmented_control("Panes are shown", [SIDE, WIPE, LESS], "view")
        pair = _pair(mode, [row_name(model) for model in rows_of(models)], entries)
    with ui.drawer("Heat"):
        titles = {one.title: name for name, one in METHODS.items()}
        method = titles[ui.selectbox("Heat", list(titles), "method", help=IN_WORDS)]
        target = CLASSES[ui.segmented_control("Class", list(CLASSES), "class")] if METHODS[method].asks_class else "top"
        depth = ui.container()  # of what is known later
        scope = SCALES[ui.segmented_control("One scale for", list(SCALES), "scale", help=SCALE)]
        robust = ui.toggle("Clip the lowest and highest 2 %", "robust", help=ROBUST)
    settings = {"paths": tuple(str(entry.path) for entry in entries), "models": models, "method": method}
    settings |= {"target": target, "query": _query(method, entries)} | _frames(entries)
    with ui.drawer("A model of your own"):
        ui.open_user_model("compare")
    found = ui.work("Running the models", compare, **settings)
    with depth:
        layer = _layer(found)
    maps = found.rows(layer)
    return ComparisonView(entries, settings, found, layer, scope, robust, mode, pair, maps, scaled(maps, scope, robust))


def picked(clip_id: str) -> tuple[int, int, float, float] | None:
    """(pane, frame number, y, x), y and x as shares of the picture: from the link, else from the page before.

    Args:
        clip_id: of the first pane's clip.

    Returns:
        None while nothing is picked.
    """
    along = place_along(clip_id)
    if along is not None and not ui.from_link("pick"):
        pick(clip_id, 0, along)
    parts = _numbers("pick", 4)
    if parts is None or parts[0] >= MOST or max(parts[2:]) > 1000:
        return None
    place = Place(parts[1], parts[2] / 1000, parts[3] / 1000)
    if parts[0] == 0:
        take_along(clip_id, place)
    return parts[0], *place


def pick(clip_id: str, pane: int, place: Place) -> None:
    """Keep a place in the link, and for other pages.

    Args:
        clip_id: of the pane's clip.
        pane: from 0.
        place: in that clip.
    """
    ui.set_link("pick", f"{pane}.{place.frame}.{round(1000 * place.y)}.{round(1000 * place.x)}")
    take_along(clip_id, place)


def at_moment() -> tuple[int, int] | None:
    """(pane, frame number of its clip) that the link keeps; None while nobody has moved."""
    parts = _numbers("at", 2)
    return None if parts is None else (parts[0], parts[1])


def stay_at(pane: int, frame: int) -> None:
    """Keep a moment in the link."""
    ui.set_link("at", f"{pane}.{frame}")


def _numbers(name: str, count: int) -> list[int] | None:
    parts = ui.from_link(name).split(".")
    if len(parts) != count or not all(part.isascii() and part.isdecimal() and len(part) < 9 for part in parts):
        return None
    return [int(part) for part in parts]


def _panes() -> tuple[tuple[ClipEntry, ...], tuple[str | Model, ...]]:
    """The clip and the model of every pane."""
    models = _models()
    _begin()
    with ui.drawer("Panes"):
        kind = ui.segmented_control("What differs", [ONE_CLIP, ONE_MODEL, BOTH], "kind", help=KIND)
        count = int(ui.slider("Panes", FEWEST, MOST, MOST, "panes"))
        if kind == ONE_MODEL:
            chosen = [_model(models, 0, "Model")] * count
        else:
            chosen = [_model(models, k) for k in range(count)]
    if kind == ONE_CLIP:
        return (ui.pick_clip(default=FIRST_CLIPS[0], film=ui.FILM),) * count, tuple(chosen)
    return tuple(_clip(k) for k in range(count)), tuple(chosen)


def _begin() -> None:
    """Who comes without a link sees one net on a film and on the same film after compression."""
    if ui.begins_with_film():
        for key, value in {"kind": ONE_MODEL, "panes": "2", "m1": "lite0"}.items():
            ui.ask(key, value)


def _clip(k: int) -> ClipEntry:
    """The menu of a pane's clip: of the first in the top row, of the others in the drawer."""
    label = f"Clip of pane {k + 1}"
    if k == 0:
        return ui.pick_clip("clip", label, FIRST_CLIPS[0], ui.FILM)
    film = ui.FILM_PAIR[k] if k < len(ui.FILM_PAIR) else ""
    return ui.pick_clip(f"clip{k + 1}", label, FIRST_CLIPS[k], film, partial(ui.drawer, label))


def _model(models: Mapping[str, Model], k: int, label: str = "") -> str | Model:
    """A menu of models; the name where the table of models has it."""
    menu = ui.selectbox if k else ui.model_menu
    name = menu(label or f"Model of pane {k + 1}", list(models), f"m{k + 1}", default=FIRST_MODELS[k])
    return name if name in PATCH_MODELS else models[name]


def _frames(entries: Sequence[ClipEntry]) -> dict:
    """The stretch of the clips, and what the same moment of clips of several lengths is: arguments of compare."""
    lasting = [ui.look_into(path).duration for path in dict.fromkeys(str(entry.path) for entry in entries)]
    seconds = max(0.1, round(max(lasting), 1))
    uneven = np.ptp(lasting) > 0.05
    with ui.drawer("Frames"):
        sync = SYNCS[ui.segmented_control("Synchronise by", list(SYNCS), "step", help=STEP)] if uneven else "second"
        start = ui.slider("Start, seconds", 0.0, max(0.0, round(seconds - 0.1, 1)), 0.0, "start", step=0.1)
        span = ui.slider("Length, seconds", 0.1, seconds, seconds, "span", step=0.1)
    return {"sync": sync, "start": start, "span": None if span >= seconds else span}


def _models() -> dict[str, Model]:
    """The models that may be in a pane, by what a menu calls them; those that were just opened come into the last."""
    mine = {row.title: row for row in ui.opened_models().values()}
    opened = ui.just_opened()
    new = [row.title for name, row in ui.opened_models().items() if name in opened]
    for k, title in enumerate(new[:FEWEST]):
        ui.choose(f"m{FEWEST - k}", title)
    return PATCH_MODELS | mine


def _query(method: str, entries: Sequence[ClipEntry]) -> tuple[int, int, float, float] | None:
    """The patch that is asked about, from the link, where the method asks about one."""
    chosen = picked(entries[0].clip_id)
    if chosen is None or chosen[0] >= len(entries):
        return None
    return chosen if METHODS[method].of == "row" else None


def _layer(found: Comparison) -> str:
    """One depth for all panes, "" for methods that go through the whole net."""
    places, method = found.depths, METHODS[found.method]
    if not places:
        return ""
    first = 0
    if method.asks_class:  # a class token hears nothing of the last block's patches: begin where it does
        reached = [places.index(row.layer) for row in found.rows().rows if row.layer in places]
        first = max(reached, default=len(places) - 1) + 1 - len(places)
    key = "attention-depth" if method.of == "row" else "class-depth" if method.asks_class else "depth"
    return places[int(ui.slider("Depth", 1 - len(places), 0, first, key, help=DEPTH)) - 1]


def _pair(mode: str, models: Sequence[str], entries: Sequence[ClipEntry]) -> tuple[int, int]:
    """The two panes that are wiped or subtracted."""
    if mode == SIDE:
        return 0, 1
    words = [f"{k} {model}, {entry.title}" for k, (model, entry) in enumerate(zip(models, entries, strict=True), 1)]
    first = ui.selectbox("Pane on the left" if mode == WIPE else "Pane", words, "first")
    others = [word for word in words if word != first]
    label = "Pane on the right" if mode == WIPE else "minus pane"
    second = ui.selectbox(label, others, "second", default=others[-1])
    return words.index(first), words.index(second)
