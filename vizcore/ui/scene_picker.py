"""The controls of a scene of the world, for every page that shows one: what, its seed and its sliders."""

from collections.abc import Callable

from vizcore import ui
from vizcore.synthetic.shot import SCENES, Shot, Slider, shot
from vizcore.synthetic.shown import SHOWN

SEED = "Everything else of a clip: bodies, clothes, room, camera. The same seed makes the same clip on every computer."
FIRST_SEED = SHOWN["sit"].shot.seed  # a new visitor sees a clip that is there already


def arranged(pick: Callable[[], str]) -> Shot:
    """The controls of one scene: what it shows in the top row, its seed and its sliders in the drawer.

    Args:
        pick: asks for the scene, a key of SCENES; what it puts on the page comes first in the top row.
    """
    with ui.top():
        name, choice = pick(), ""
        scene = SCENES[name]
        if scene.choices:
            words = {word.replace("_", " "): word for word in scene.choices}
            label = scene.argument.capitalize()
            chosen = ui.selectbox(label, list(words), scene.argument, width=170, label_visibility="collapsed")
            choice = words[chosen]
    with ui.drawer("Clip of the world"):
        seed = ui.seed("Seed", "seed", 9999, FIRST_SEED, help=SEED)
        sliders = {slider.name: _slide(name, slider) for slider in scene.sliders}
    return shot(name, seed, choice, **sliders)


def _slide(scene: str, slider: Slider) -> float:
    span, key = (slider.low, slider.high, slider.usual), f"{scene}-{slider.name}"
    return slider.nearest(ui.slider(slider.label, *span, key, step=slider.step, help=slider.about))
