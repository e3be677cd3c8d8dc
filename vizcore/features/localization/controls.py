"""One state of the part "Who does what": which clip and model, key frame and token, and what is predicted."""

from dataclasses import dataclass

import numpy as np

from vizcore import ui
from vizcore.algorithms.detection.boxes import corners
from vizcore.features.localization.controls_part import FIRST, lead_to_following
from vizcore.features.localization.pipeline import (
    STRIDE,
    Present,
    Sighting,
    Survey,
    locate,
    people_at,
    survey,
    theta_of,
)
from vizcore.models import LOCALIZERS, MODELS
from vizcore.models.weights import card
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.domain import Badge, badge
from vizcore.runtime.playback import playback
from vizcore.runtime.world_clips import truth_of
from vizcore.synthetic.shot import Shot
from vizcore.synthetic.truth import Truth
from vizcore.video import FramePack

CLICKS = ("the token there", "the most confident box there")
SOURCES = ("A clip", "A crowd of the world")
PICK = "pick"  # in the link: FRAME.TOKEN
THETA = "Boxes of tokens with p(actor) above it are shown over the whole video. The slider of the figure is its own."
ABOUT_STRIDE = "Frames of the video between two that the model sees: it looks at 8 around the key frame."


@dataclass(frozen=True, eq=False)
class PeopleView:
    """One state of the page."""

    clip: ClipEntry
    settings: dict  # the arguments of locate, without the path
    pack: FramePack
    truth: Truth | None
    survey: Survey
    sighting: Sighting
    present: Present | None
    theta: float
    frame: int  # place of the key frame in the pack
    token: int
    click: str  # one of CLICKS
    badge: Badge  # how far the model is at home in the clip
    shown: bool  # whether its boxes and words may be shown

    @property
    def verdict(self) -> str:
        """Whom the model finds in the key frame, or that it does not know such a clip."""
        if not self.shown:
            return self.badge.why
        return self.sighting.verdict_at(self.theta, self.present)

    @property
    def corners(self) -> np.ndarray:
        """(N, 4) boxes of the key frame's tokens."""
        return corners(self.sighting.boxes).clip(0, 1)

    @property
    def above(self) -> np.ndarray:
        """Tokens above theta, the most confident first."""
        order = np.argsort(-self.sighting.actor, kind="stable")
        return order[self.sighting.actor[order] > self.theta]

    def pick(self, token: int) -> None:
        """Choose a token of this key frame."""
        ui.set_link(PICK, f"{self.frame}.{token}")


def read_controls() -> PeopleView:
    """The controls: which clip and model; and what was clicked."""
    with ui.drawer("What is shown"):
        source = ui.segmented_control("What is shown", list(SOURCES), "source", label_visibility="collapsed")
        drawn = None if source == SOURCES[0] else _crowd()
    clip = ui.pick_clip(default=FIRST) if drawn is None else ui.world_clip(drawn.clip_id)
    lead_to_following(clip)
    titles = {MODELS[name].title: name for name in LOCALIZERS if name in MODELS}
    if not titles:
        raise ValueError(f"want the weights of a localiser ({', '.join(LOCALIZERS)}), got none: train one first.")
    with ui.top():
        model = titles[ui.model_menu("Model", list(titles), "model", width=200, label_visibility="collapsed")]
    with ui.drawer("Boxes"):
        theta = ui.slider("θ over the player", 0.0, 1.0, theta_of(model), "theta", step=0.05, help=THETA)
        stride = int(ui.slider("Frames apart", 1, 16, STRIDE, "stride", help=ABOUT_STRIDE))
        click = ui.segmented_control("A click means", list(CLICKS), "click")
        ui.caption(f"{MODELS[model].title}: {MODELS[model].origin}. {card(model).about}")
    known = badge(MODELS[model], clip.path)
    shown = ui.show_anyway(known)
    path = str(clip.path)
    pack = ui.work("Preparing the player", playback, path=path)
    whole = ui.work("Running every key frame", survey, path=path, model=model, stride=stride)
    frame, token = _picked(pack, whole, stride * MODELS[model].frames // 2)
    settings = {"model": model, "key": int(pack.indices[frame]), "stride": stride}
    sighting = ui.work("Running the model", locate, path=path, **settings)
    truth = truth_of(clip.path)
    present = people_at(truth, sighting.key)
    token = int(sighting.actor.argmax()) if token is None else token
    seen = clip, settings, pack, truth, whole, sighting, present
    return PeopleView(*seen, theta, frame, token, click, known, shown)


def _crowd() -> Shot:
    """A crowd of the world as the person has arranged it."""
    from vizcore.ui.scene_picker import arranged  # most clips are chosen from the menu

    return arranged(lambda: "crowd")


def _picked(pack: FramePack, whole: Survey, reach: int) -> tuple[int, int | None]:
    """(place in the pack, token) from the link; else a key frame with many actors, and None: its most confident token.

    Args:
        reach: frames before and after a key frame that the model sees: a key frame that has them all comes first.
    """
    frame, _, token = ui.from_link(PICK).partition(".")
    if frame.isdecimal() and token.isdecimal() and int(frame) < len(pack.indices) and int(token) < whole.actor.shape[1]:
        return int(frame), int(token)
    inside = (whole.keys >= reach) & (whole.keys <= pack.total - reach)
    best = whole.keys[np.where(inside | ~inside.any(), whole.actor.sum(1), -1).argmax()]
    return int(np.searchsorted(pack.indices, best).clip(0, len(pack.indices) - 1)), None
