"""The controls of the page of temporal models: which family, which clip, and whether tokens are aligned."""

from typing import TYPE_CHECKING

from vizcore import ui
from vizcore.features.temporal.pipeline_families import shown
from vizcore.models import FAMILIES

if TYPE_CHECKING:  # who looks at a film has no shot
    from vizcore.synthetic.shot import Shot

FILMS = "Any film"  # the part of the page in which tokens are mixed without training
SCENES = {
    "lamps": ("carousel", "What changes while it moves", "Which way did the lamps step on?"),
    "acts": ("act", "Which way it moves", "What does the person do, and which way in time?"),
}
WHY = {
    "lamps": (
        "Every frame shows the same colours, and things move: who looks at one place over time sees lanterns come and "
        "go. Only along the track of a lantern is the order of its colours to be seen. **Alignment gains here.**"
    ),
    "acts": (
        "Every action is another one played backwards, with the same frames: who averages them can only guess "
        "which way. A fixed place sees limbs come and go, and that is enough to tell. **Alignment gains nothing here.**"
    ),
}
ALIGN = (
    "The same trained net and the same weights: with alignment off, each token attends to its own place in the other "
    "frames instead of to its track, which is what a factorized net does."
)


def family() -> str:
    """The family of models that are asked, by its name; "" for a film, which needs none.

    Who comes without a link, or with one that names a clip, begins with a film.
    """
    families = {SCENES[name][1]: name for name in FAMILIES if shown(name)}
    if ui.from_link("clip") or ui.begins_with_film():
        ui.ask("family", FILMS)
    chosen = ui.part([FILMS, *families], "family", default=next(iter(families), FILMS))
    return families.get(chosen, "")


def scene(family: str) -> "Shot":
    """The clip of the world that a family of models is asked about."""
    from vizcore.ui import scene_picker  # who looks at a film has none

    return scene_picker.arranged(lambda: SCENES[family][0])


def aligned() -> bool:
    """Whether time attention looks along the tracks, or at one place."""
    with ui.drawer("Models"):
        return ui.toggle("Alignment", "align", value=True, help=ALIGN)


def about(family: str) -> str:
    """What the clips of a family ask, and whether alignment helps there."""
    return f"**{SCENES[family][2]}** {WHY[family]}"
