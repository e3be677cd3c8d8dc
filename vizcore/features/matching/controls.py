"""The controls of the page of patch matching: which patches are matched and how, what was picked, what is looked at."""

from dataclasses import dataclass

import numpy as np

from vizcore import ui
from vizcore.algorithms.matching.matching import METHODS
from vizcore.features.matching.figures_steps import method_name
from vizcore.features.matching.pipeline import ClipMatching
from vizcore.features.matching.pipeline_patches import ON_FILMS, SOURCES, offered
from vizcore.models import PATCH_MODELS, Model
from vizcore.models.photographs import knows_photographs
from vizcore.player import Pick
from vizcore.ui.picked_patch import patch_at, place_of
from vizcore.ui.taken_along import place_along, take_along

PICK = "pick"  # in the link: FRAME.PATCH, or none
METHOD_OF = {method_name(method): method for method in METHODS}  # by what it is called on the screen
METHODS_IN_WORDS = "\n".join(f"- **{method_name(method)}**: {about}" for method, about in METHODS.items())
PRIOR = "Added to the cosine of a patch's own place and, fading, of the places around it. 0 is the paper's matching."
HEAT = "Colours every patch by its similarity to where the picked track was one matched frame before."
COMPOSED = "Rows are the patches of frame 0 wherever they are now, as the paper's loop sees them; else each step alone."
ACROSS = "A model that looks at several frames at once brings its own grid."
ORIGIN = "Below a model it is said where its weights are from."
STEP = "Step k leads from matched frame k to k + 1."


@dataclass(frozen=True)
class Example:
    """A handful of tokens, and which of the printed errors are made on them."""

    name: str  # a key of EXAMPLES
    minimise: bool
    off_by_one: bool


@dataclass(frozen=True)
class Sizes:
    """What a model's cost follows from."""

    frames: int
    patch: int  # px
    side: int  # patches along a frame
    width: int
    depth: int


def settings(path: str) -> dict:
    """The settings of a clip: arguments of match_clip."""
    seconds, sources = ui.look_into(path).duration, offered()
    with ui.top():
        source = ui.model_menu(
            "Describe patches by",
            sources,
            "source",
            first=ON_FILMS if knows_photographs(path) else "",
            help=ORIGIN,
            width=200,
            label_visibility="collapsed",
        )
    model, layer = PATCH_MODELS.get(source), ""
    with ui.drawer("Matching"):
        method = METHOD_OF[ui.segmented_control("Match patches by", list(METHOD_OF), "method", help=METHODS_IN_WORDS)]
        prior = ui.slider("Prefer staying near", 0.0, 0.5, 0.0, "prior", step=0.05, help=PRIOR)
    with ui.drawer("Patches"):
        if model is not None:
            layer = ui.selectbox("Tokens of", model.layers, "layer")
            ui.caption(model_in_words(model))
        for absent in (one for one in SOURCES if one not in sources):
            ui.caption(f"*{absent}* describes patches as well once its net is there: `make real` brings it.")
        across = ui.slider("Patches across", 4, 32, 16, "across", help=ACROSS)
    with ui.drawer("Frames"):
        count = ui.slider("Frames", 2, 32, 12, "count", help="Taken evenly from the stretch of the clip below.")
        start = ui.slider("Start, seconds", 0.0, max(0.0, round(seconds - 0.1, 1)), 0.0, "start", step=0.1)
        span = ui.slider("Length, seconds", 0.1, max(0.1, round(seconds, 1)), 4.0, "span", step=0.1)
    stretch = {"count": count, "start": start, "span": span}
    patches = {"across": across, "source": source, "layer": layer}
    return {"path": path, **stretch, **patches, "method": method, "prior": prior}


def model_in_words(model: Model) -> str:
    """What a model is and where its weights come from, with its size as counted and, where there is one, as printed."""
    from vizcore.features.matching.published import TABLE_1  # for who describes patches by a model

    counted = model.counted()
    looks = "each frame by itself" if model.strides else f"{model.frames} frames of {model.size} x {model.size} px"
    words = (
        f"{model.title}: **{model.origin}**. It looks at {looks}. "
        f"Counted: {counted.parameters:,} parameters, {counted.macs:,} multiply-adds."
    )
    printed = {f"vit-b16-{row.mode}": row for row in TABLE_1}.get(model.name)
    if printed is None:
        return words
    return f"{words} Printed: {printed.mparams} million parameters, {printed.gflops} · 10⁹ multiply-adds."


def heat() -> bool:
    """Whether the player shows what looks like the picked patch."""
    return ui.toggle("Show what looks like it", "heat", help=HEAT)


def picked_at(clip_id: str, matching: ClipMatching) -> tuple[int, int] | None:
    """(frame number, patch): from the link, else from the page before, else of the track that moves most.

    Args:
        clip_id: of the matched clip.

    Returns:
        None when nothing is to be picked.
    """
    along = place_along(clip_id)
    if along is not None and not ui.from_link(PICK):
        ui.set_link(PICK, f"{along.frame}.{patch_at(along, matching.grid)}")
    link = ui.from_link(PICK)
    if link == "none":
        return None
    frame, _, patch = link.partition(".")
    if frame.isdecimal() and patch.isdecimal() and int(patch) < matching.features.shape[1]:
        at = int(np.clip(int(frame), matching.clip.indices[0], matching.clip.indices[-1])), int(patch)
        take_along(clip_id, place_of(*at, matching.grid))
        return at
    return int(matching.clip.indices[0]), matching.most_moving


def pick(clip_id: str, indices: np.ndarray, grid: tuple[int, int], picked: Pick | None) -> None:
    """Keep in the link, and for other pages, what a person has picked, or that it is nothing.

    Args:
        clip_id: of the clip in the player.
        indices: (F,) frame numbers of the player's frames.
        grid: (rows, columns) of the player's patches.
        picked: the patch.
    """
    place = None if picked is None else place_of(int(indices[picked.frame]), picked.patch, grid)
    ui.set_link(PICK, "none" if place is None else f"{place.frame}.{picked.patch}")
    take_along(clip_id, place)


def need_two_frames(matching: ClipMatching) -> None:
    """Refuse what compares two frames where there is one.

    Raises:
        ValueError: the stretch of the clip has one frame.
    """
    if not len(matching.tracks.steps):
        raise ValueError("This view compares two frames; this stretch of the clip has one: choose a longer stretch.")


def step(matching: ClipMatching) -> int:
    """The step that is looked at, 0 to T - 2; the one in which most patches move comes first.

    Raises:
        ValueError: the stretch of the clip has one frame.
    """
    need_two_frames(matching)
    share = matching.tracks.identity_share
    busiest = int(share.argmin()) + 1
    return int(ui.slider("Step", 1, len(share), busiest, "step", help=STEP)) - 1


def composed() -> bool:
    """Whether the assignment is that of frame 0's patches, or of a step alone."""
    return ui.toggle("Follow frame 0", "composed", help=COMPOSED)


def patches_as() -> str:
    """What the patches show that temporal attention compares: pixels, or feature colours."""
    return ui.segmented_control("Show patches as", ["pixels", "feature colours"], "of")


def example() -> Example:
    """The example on which Algorithms 1 and 2 are walked through."""
    from vizcore.algorithms.matching.walkthrough import EXAMPLES  # for the part Background alone

    with ui.drawer("Algorithm"):
        name = ui.selectbox("Example", list(EXAMPLES), "example")
        minimise = ui.toggle("As printed: linear_sum_assignment minimises", "minimise")
        off_by_one = ui.toggle("As printed: the masks are read one place too far", "late")
    return Example(name, minimise, off_by_one)


def line(count: int) -> int:
    """The line of the algorithm that is looked at, 1 to count."""
    return int(ui.slider("Line", 1, count, 1, "line"))


def sizes() -> Sizes:
    """The model whose cost is counted."""
    with ui.drawer("A model of any size"):
        frames = int(ui.slider("Frames", 1, 64, 8, "T"))
        patch = int(ui.selectbox("Patch, px", ["8", "14", "16", "32"], "patch", default="16"))
        side = int(ui.slider("Frame, patches a side", 4, 64, 14, "side"))
        width = int(ui.slider("Width d", 64, 1536, 768, "d", step=64))
        depth = int(ui.slider("Blocks", 1, 48, 12, "depth"))
    return Sizes(frames, patch, side, width, depth)
