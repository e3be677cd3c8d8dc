"""The controls of the page of non-local blocks: which positions, described by what, and with whose weights."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vizcore import ui
from vizcore.algorithms.matching.descriptors import DESCRIPTORS
from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS
from vizcore.features.nonlocal_blocks.pipeline import EXAMPLES, FILE, LANTERNS, RANDOM, Nodes, nodes_of
from vizcore.features.nonlocal_blocks.pipeline_blocks import FAMILIES, KINDS, SHOWN, TRAINED, BlockSettings
from vizcore.models import VIDEO_MODELS, Model
from vizcore.models.pairs import NAMES
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.domain import Badge, badge
from vizcore.runtime.recording import recorded
from vizcore.ui.picked_patch import patch_at, picked

if TYPE_CHECKING:  # most clips have no target
    from vizcore.features.nonlocal_blocks.pipeline_targets import Target

FIRST_SEED = 3
FIRST_NET = "lite0"  # of a new visitor's film
SHARPNESS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
SEEDS = 999_999
AXES = ("Frame", "Row", "Column")
NET = "pairs-snl"  # whose stages are run; those of all pairs nets are the same
LAMPS = "What the second lantern has in common with the first: the nets were trained to predict it."
SHARP = "Scores are multiplied by it: softmax then attends to fewer positions. SNL divides it out again."
WEIGHTS = "\n".join(f"- **{kind}**: {words}" for kind, words in KINDS.items())
SOURCE = "Colours and gradients need no model; every token of a model is a node, at the layer below."
CHOSEN = "the chosen operator"
AT_HOME = Badge("inside", "knows the world", "The nets were trained on two lanterns like these.")
UNTRAINED = Badge("random", "random weights", "Theta, phi and value are drawn at random: the block has learnt nothing.")
WHAT = (
    "An NPY file of features, (N, C) or (T, H, W, C): each position is a node. Criss-cross attention needs the second "
    "form. Nothing in a file is run."
)


@dataclass(frozen=True, eq=False)
class BlockView:
    """One state of the page."""

    clip: ClipEntry
    settings: dict  # the arguments of nodes_of, with the path
    nodes: Nodes
    block_settings: BlockSettings
    operator: str  # a key of OPERATORS
    at: tuple[int, int, int]  # frame, row and column of the position that is asked about

    @property
    def arguments(self) -> dict:
        """The arguments of frequencies, without the operator."""
        return self.settings | asdict(self.block_settings)

    @property
    def position(self) -> int:
        """0 to N - 1."""
        _, rows, columns = self.nodes.shape
        return (self.at[0] * rows + self.at[1]) * columns + self.at[2]

    @property
    def badges(self) -> tuple[Badge, ...]:
        """How far the net of the features, and the blocks, are at home in the clip."""
        source = self.settings["source"]
        model = source if isinstance(source, Model) else VIDEO_MODELS.get(source)
        at_home = str(self.settings["path"]).startswith(LANTERNS)
        nets = () if model is None else (AT_HOME if at_home else badge(model, self.clip.path),)
        return nets + ((UNTRAINED,) if self.block_settings.kind == "random" else ())

    @property
    def target(self) -> "Target | None":
        """What the position might attend to, where that is known."""
        word = str(self.settings["path"])
        if not word.startswith(LANTERNS):
            return None
        from vizcore.features.nonlocal_blocks.pipeline_targets import target_of  # of no other clip it is known

        return target_of(word, self.nodes.shape, self.position)


def two_lanterns() -> BlockView:
    """A clip of the world, and the nets that were trained on such."""
    from vizcore.synthetic.pair import KINDS as PAIR_KINDS  # no other part has a pair

    operator = _operator()
    with ui.drawer("Two lanterns"):
        kind = ui.segmented_control("The second has the same", list(PAIR_KINDS), "kind", help=LAMPS)
        seed = ui.seed("Seed", "seed", SEEDS, FIRST_SEED)
    block_settings = _block_settings(list(KINDS))
    word = f"{LANTERNS}{seed}-{kind}"
    same = {"both": "same lamp and body", "neither": "nothing the same"}.get(kind, f"same {kind}")
    title = f"two lanterns, {same}"
    entry = ClipEntry(word, title, Path(word), form="example")
    recorded.opened(entry)
    return _view(entry, {"path": word, "source": NET, "layer": "before"}, block_settings, operator)


def a_clip() -> BlockView:
    """Any clip, and any source of features."""
    clip, operator = ui.pick_clip(film=ui.FILM), _operator()
    seconds = max(0.1, round(ui.look_into(str(clip.path)).duration, 1))
    mine = {row.title: row for row in ui.opened_models().values()}
    models = VIDEO_MODELS | mine
    for name in ui.just_opened():
        ui.choose("source", ui.opened_models()[name].title)
    with ui.drawer("Positions"):
        source = ui.model_menu(
            "Described by",
            [*DESCRIPTORS, RANDOM, *models],
            "source",
            first=FIRST_NET if ui.begins_with_film() else "",
            help=SOURCE,
        )
        model = models.get(source)
        layer = "" if model is None else ui.selectbox("Layer", model.layers, "layer", default=model.layers[-1])
        ui.open_user_model("spectral")
    trained = source in NAMES.values() and layer == "before"
    block_settings = _block_settings(list(KINDS) if trained else [kind for kind in KINDS if kind != "trained"])
    with ui.drawer("Frames and grid"):
        count = int(ui.slider("Frames", 1, 8, 4, "count", help="A model of clips has its own number."))
        across = int(ui.slider("Patches across", 1, 28, 14, "across", help="A model of clips has its own grid."))
        start = ui.slider("Start, seconds", 0.0, max(0.0, round(seconds - 0.1, 1)), 0.0, "start", step=0.1)
        span = ui.slider("Length, seconds", 0.1, seconds, min(4.0, seconds), "span", step=0.1)
    settings = {"path": str(clip.path), "source": mine.get(source, source), "start": start, "span": span}
    settings |= {} if model is None else {"layer": layer}
    settings |= {"count": count, "across": across} if model is None or model.strides else {}
    return _view(clip, settings, block_settings, operator)


def a_file() -> BlockView:
    """Features that a person brings."""
    from vizcore.formats.feature_files import read_features  # no other part reads any

    names = list(EXAMPLES)
    with ui.top():
        clip = ui.pick_table("file", "File", names, names[0], read_features, width=200)
    operator = _operator()
    with ui.drawer():
        ui.caption(WHAT)
    block_settings = _block_settings([kind for kind in KINDS if kind != "trained"])
    return _view(clip, {"path": str(clip.path), "source": FILE}, block_settings, operator)


def heat_of(view: BlockView, names: list[str]) -> str:
    """The operator whose attention lies over the picture, a key of OPERATORS.

    Args:
        view: the state of the page.
        names: of operators that may lie there, the chosen one aside.
    """
    titles = {OPERATORS[name].title: name for name in names}
    with ui.drawer("Picture"):
        chosen = ui.selectbox("Heat over it", [CHOSEN, *titles], "over")
    return titles.get(chosen, view.operator)


def owner_of(view: BlockView) -> str:
    """Of the operators whose graphs differ, the one whose graph the chosen operator has."""
    if view.block_settings.kind == "trained" and view.operator in TRAINED:
        return view.operator
    return next(one for one, family in FAMILIES.items() if view.operator in family)


def source_in_words(source: str | Model, block_settings: BlockSettings) -> str:
    """What described the nodes, and where the weights of the blocks are from."""
    model = source if isinstance(source, Model) else VIDEO_MODELS.get(source)
    described = "Features of the file" if source == FILE else f"Nodes are described by {source}, which is not trained"
    if model is not None:
        described = f"Features of {model.title}: **{model.origin}**"
    weights = {
        "trained": "each operator has theta, phi and value of **its own net, trained on the procedural world**",
        "θ = φ": "**no weights**: features are compared as they are",
        "random": "theta, phi and value are **random weights**",
    }
    return f"{described}; {weights[block_settings.kind]}."


def _operator() -> str:
    """The operator that is looked at, a key of OPERATORS."""
    titles = {OPERATORS[name].title: name for name in SHOWN}
    first = OPERATORS["snl"].title
    with ui.top():
        return titles[
            ui.selectbox("Operator", list(titles), "op", default=first, width=150, label_visibility="collapsed")
        ]


def _view(clip: ClipEntry, settings: dict, block_settings: BlockSettings, operator: str) -> BlockView:
    with ui.drawer():
        ui.caption(source_in_words(settings["source"], block_settings))
    nodes = ui.work("Reading the features", nodes_of, **settings)
    return BlockView(clip, settings, nodes, block_settings, operator, _at(clip, nodes))


def _at(clip: ClipEntry, nodes: Nodes) -> tuple[int, int, int]:
    """The position that was clicked, from the link; of a file, from sliders."""
    _, rows, columns = nodes.shape
    if nodes.clip is None:
        with ui.drawer("Position"):
            return tuple(int(ui.slider(*_place(name, side))) for name, side in zip(AXES, nodes.shape, strict=True))
    place = picked(clip.clip_id)
    if place is None:
        return 0, *divmod(nodes.most_distinct, columns)
    return int(abs(nodes.clip.indices - place.frame).argmin()), *divmod(patch_at(place, (rows, columns)), columns)


def _block_settings(kinds: list[str]) -> BlockSettings:
    """The weights of all blocks."""
    key = "weights" if "trained" in kinds else "untrained"  # a choice that is not offered must not be kept
    with ui.drawer("Blocks"):
        kind = ui.segmented_control("Weights", kinds, key, help=WEIGHTS)
        if kind == "trained":
            return BlockSettings(kind)
        seed = ui.seed("Seed of weights", "weight-seed", SEEDS) if kind == "random" else 0
        sharpness = ui.select_slider("Sharpness", SHARPNESS, BlockSettings.sharpness, "sharpness", help=SHARP)
    return BlockSettings(kind, seed, sharpness)


def _place(name: str, side: int) -> tuple[str, int, int, int, str]:
    """A slider for one axis of the grid."""
    return name, 0, side - 1, (side - 1) // 2, f"at-{name.lower()}"
