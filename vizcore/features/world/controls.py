"""The controls of the page of the world: which clip is made, how finely it is followed, and which patch was picked."""

from vizcore import ui
from vizcore.features.world.pipeline import GroundTruthTracks
from vizcore.player import Pick
from vizcore.synthetic.shot import SCENES, Shot
from vizcore.ui.scene_picker import arranged

PICK = "pick"  # in the link: FRAME.PATCH, or none


def shot() -> Shot:
    """Which clip of the world."""
    titles = {scene.title: name for name, scene in SCENES.items()}
    return arranged(lambda: titles[ui.part(titles, "what")])


def frames_and_grid() -> dict:
    """How finely the pixels are followed: arguments of follow, the path aside."""
    with ui.drawer("Patches"):
        count = ui.slider("Frames followed", 2, 24, 12, "count")
        across = ui.slider("Patches across", 4, 24, 16, "across")
    return {"count": count, "across": across}


def picked_at(followed: GroundTruthTracks) -> tuple[int, int] | None:
    """(frame, patch) from the link, else the track that moves most; None when nothing is to be picked."""
    link, patches = ui.from_link(PICK), followed.tracks.votes.shape[1]
    if link == "none":
        return None
    frame, _, patch = link.partition(".")
    if frame.isdecimal() and patch.isdecimal() and int(frame) <= followed.frames[-1] and int(patch) < patches:
        return int(frame), int(patch)
    return 0, followed.tracks.most_moving


def pick(picked: Pick | None) -> None:
    """Keep in the link what a person has picked, or that it is nothing."""
    ui.set_link(PICK, "none" if picked is None else f"{picked.frame}.{picked.patch}")
