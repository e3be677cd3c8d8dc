"""The settings of the page of heat maps: which clip, which rows, which heat, how deep, and how it is coloured."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from vizcore import ui
from vizcore.features.heatmaps.pipeline import HeatMaps, Row, heat_maps
from vizcore.features.heatmaps.pipeline_answers import badges_of, hidden
from vizcore.features.heatmaps.pipeline_methods import FAMILIES, METHODS, OF_PHOTOGRAPHS, depths, every_layer, rows_of
from vizcore.features.heatmaps.pipeline_scale import Scaled, scaled
from vizcore.features.heatmaps.pipeline_words import IN_WORDS
from vizcore.figures.heat_preferences import Preferences
from vizcore.models import PATCH_MODELS, Model
from vizcore.models.photographs import knows_photographs
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.domain import Badge
from vizcore.ui.picked_patch import picked

FIRST = "lanterns-slow"  # the clip a new visitor sees: of the world that the first rows were trained on
MINE, NONE, MOST = "my choice", "none", 5  # rows at most that a person puts together
SCALES = {"each row": "row", "all rows": "all", "each frame": "frame"}
CLASSES = {"likeliest": "top", "ground truth": "true", "another": ""}
NUMBERED = 400  # classes of the nets that nobody has trained
FEW = 100  # classes in the order of the net; of more, the likeliest come first
SCALE = (
    "What shares a scale can be compared: the frames of a row; or all rows as well, where one net's numbers mean what "
    "another's do; or the patches of each frame alone."
)
ROBUST = "The 2nd and 98th percentiles become the ends."
DEPTH = (
    "0 is the last layer, −1 the one before it. Click it, then use the left and right keys: every layer comes "
    "from one and the same pass. Rows of other nets take the same layer, or the one nearest to it."
)
EVERY = (
    "Beside what the blocks give, every layer inside them whose output can be laid out as maps, in the order in which "
    "they run."
)
MANY = "All classes of the net, the likeliest first: type a part of a name to find it."
ROWS = "Which models have a row. Each row says where its weights come from."
CLASS = "Each row's own likeliest class, the clip's ground truth where that is known, or one for all rows."


@dataclass(frozen=True, eq=False)
class HeatmapView:
    """One state of the page."""

    clip: ClipEntry
    settings: dict  # the arguments of heat_maps
    maps: HeatMaps
    parts: tuple[Scaled | None, ...]  # by row
    preferences: Preferences
    over: str | None  # the row whose heat is over the player; None where no row has heat

    @property
    def names(self) -> list[str]:
        """A short word for each row."""
        return [row.name for row in self.maps.rows]

    @property
    def hot(self) -> dict[str, tuple[Row, Scaled]]:
        """The rows that have heat, by their words."""
        each = zip(self.names, self.maps.rows, self.parts, strict=True)
        return {name: (row, part) for name, row, part in each if part is not None}

    @cached_property
    def badges(self) -> list[Badge]:
        """How far the rows are at home in the clip."""
        return badges_of(self.maps.rows)

    @cached_property
    def anyway(self) -> bool:
        """Whether somebody wants to see what models predict that do not know such a clip; it is asked for here."""
        strange = hidden(self.maps.rows)
        return bool(strange) and ui.show_anyway(strange[0])


def read_controls() -> HeatmapView:
    """The controls of the page, and the heat maps that they ask for."""
    clip, models = ui.pick_clip(default=FIRST, film=ui.FILM), _models()
    _begin(clip, models)
    with ui.top():
        rows = ui.selectbox("Rows", [*FAMILIES, MINE], "rows", help=ROWS, width=200, label_visibility="collapsed")
    seconds = _seconds(clip)
    settings = {"path": str(clip.path), "models": FAMILIES.get(rows) or _mine(models)}
    with ui.drawer("Heat"):
        titles = {one.title: name for name, one in METHODS.items()}
        method = titles[ui.selectbox("Heat", list(titles), "method", help=IN_WORDS)]
        which, depth, over = (ui.container() for _ in range(3))  # of what is known later
    with ui.drawer("Colours"):
        scope = SCALES[ui.segmented_control("One scale for", list(SCALES), "scale", help=SCALE)]
        robust = ui.toggle("Clip the lowest and highest 2 %", "robust", help=ROBUST)
        opacity = ui.slider("Opacity of the heat", 0.0, 1.0, Preferences.opacity, "opacity", step=0.05)
        smooth = ui.toggle("Smooth between patches", "smooth", value=True)
    with ui.drawer("Frames"):
        start = ui.slider("Start, seconds", 0.0, max(0.0, round(seconds - 0.1, 1)), 0.0, "start", step=0.1)
        span = ui.slider("Length, seconds", 0.1, seconds, seconds, "span", step=0.1)
    with ui.drawer("A model of your own"):
        ui.open_user_model("cam")
    settings |= {"method": method, "query": _query(method, clip)}
    settings |= {"start": start, "span": None if span >= seconds else span}
    with which:
        settings["target"] = _target(settings)
    places, first = _depths(settings)
    with depth:
        settings["layer"] = _layer(settings, places, first)
    maps = ui.work("Running the models", heat_maps, **settings)
    parts = scaled(maps, scope, robust)
    with over:
        shown = _over([row.name for row in maps.rows if row.heat is not None])
    return HeatmapView(clip, settings, maps, parts, Preferences(scope, robust, opacity, smooth), shown)


def _begin(clip: ClipEntry, models: Mapping[str, Model]) -> None:
    """What who comes without a link sees first: the model of the page before, else what knows such a clip, and where
    and when it sees its likeliest classes.
    """
    if ui.model_along(models):
        ui.ask("rows", MINE)
        ui.ask("row2", NONE)
    elif not ui.came_by_link() and knows_photographs(clip.path):
        ui.ask("rows", OF_PHOTOGRAPHS)
        ui.ask("method", METHODS["grad-cam"].title)
        ui.ask("show", "Classes over time")


def _models() -> dict[str, Model]:
    """The models that may be rows, by what a menu calls them; those that were just opened become the rows."""
    mine = {row.title: row for row in ui.opened_models().values()}
    opened = ui.just_opened()
    new = [row.title for name, row in ui.opened_models().items() if name in opened]
    if new:
        ui.choose("rows", MINE)
        ui.choose("show", "Rows")  # few models of one's own name classes in each frame alone
        for k in range(MOST):
            ui.choose(f"row{k + 1}", new[k] if k < len(new) else NONE)
    return PATCH_MODELS | mine


def _seconds(clip: ClipEntry) -> float:
    """How long the clip is, in tenths of a second, at least one."""
    return max(0.1, round(ui.look_into(str(clip.path)).duration, 1))


def _mine(models: Mapping[str, Model]) -> tuple[str | Model, ...]:
    """The rows that a person puts together, each once; names where the table of models has them."""
    first, chosen = FAMILIES["lamps nets"][-2:], []
    with ui.drawer("Rows"):
        for k in range(MOST):
            given = first[k] if k < len(first) else NONE
            options = list(models) if k == 0 else [NONE, *models]
            menu = ui.selectbox if k else ui.model_menu
            chosen.append(menu(f"Row {k + 1}", options, f"row{k + 1}", default=given))
            if chosen[-1] == NONE:
                break  # the next menu comes with the next row
    return tuple(name if models[name].name == name else models[name] for name in dict.fromkeys(chosen) if name != NONE)


def _target(settings: dict) -> str:
    """The class that is asked about, for the methods that do.

    Args:
        settings: arguments of heat_maps, its target aside.
    """
    if not METHODS[settings["method"]].asks_class:
        return "top"
    target = CLASSES[ui.segmented_control("Class", list(CLASSES), "class", help=CLASS)]
    if target:
        return target
    row = next((row for row in rows_of(settings["models"]) if row.classes), None)
    if row is None:
        return str(ui.slider("Number of the class", 0, NUMBERED - 1, 0, "number"))
    if len(row.classes) <= FEW:
        return ui.selectbox("Which", row.classes, "which")
    maps = ui.work("Running the models", heat_maps, **settings, target="top")
    chosen = next(one for one in maps.rows if one.model == row)
    order = [word for word, _ in chosen.top(len(row.classes))] if len(chosen.probabilities) else row.classes
    return ui.selectbox("Which", order, "which", help=MANY)


def _query(method: str, clip: ClipEntry) -> tuple[int, float, float] | None:
    """The patch that is asked about, from the link, where the method asks about one."""
    return picked(clip.clip_id) if METHODS[method].of == "row" else None


def _depths(settings: dict) -> tuple[tuple[str, ...], int]:
    """The layers of the row that has most of them, first to last, () for methods that go through the whole net; and
    where the depth begins, as it counts from the last.
    """
    places, first = depths(settings["models"], settings["method"]), 0
    if places and METHODS[settings["method"]].asks_class:
        # a class token attends to nothing of the last block's patches: begin where it does
        rows = ui.work("Running the models", heat_maps, **settings).rows
        last = max((places.index(row.layer) for row in rows if row.layer in places), default=len(places) - 1)
        first = last + 1 - len(places)
    return places, first


def _layer(settings: dict, places: tuple[str, ...], first: int) -> str:
    """The depth: one of the places, or of all layers, "" where there is none to choose.

    Args:
        settings: arguments of heat_maps.
        places: as of _depths.
        first: likewise.
    """
    method = METHODS[settings["method"]]
    if not places:
        return ""
    key = "attention-depth" if method.of == "row" else "class-depth" if method.asks_class else "depth"
    if method.of == "features" and ui.toggle("Every layer", "every", help=EVERY):
        return _picked_layer(settings["models"])
    return places[int(ui.slider("Depth", 1 - len(places), 0, first, key, help=DEPTH)) - 1]


def _over(names: list[str]) -> str | None:
    """The row whose heat is over the player."""
    return ui.selectbox("Heat over the player", names, "over", default=names[-1]) if names else None


def _picked_layer(models: tuple[str | Model, ...]) -> str:
    """The layer picker: every layer that can be drawn, with what it gives."""
    layers = {f"{one.name} · {' × '.join(map(str, one.maps))}": one.name for one in every_layer(models)}
    words = list(layers)
    return layers[ui.selectbox("Layer · frames × rows × columns × channels", words, "layer", default=words[-1])]
