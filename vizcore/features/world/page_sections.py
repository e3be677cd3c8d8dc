"""What the page of the world shows of a clip: the player with its ground truth over it, then a closer look."""

from dataclasses import dataclass

import numpy as np

from vizcore import ui
from vizcore.features.world import controls
from vizcore.features.world import figures as drawn
from vizcore.features.world.page_annotations import (
    STATE_COLOURS,
    annotations_of,
    boxes_of,
    colours_of,
    doing,
    names_of,
    shows_colour,
    tiers_of,
)
from vizcore.features.world.pipeline import GroundTruthTracks, follow, scenario_json
from vizcore.features.world.pipeline_verdict import world_verdict
from vizcore.figures.strips import filmstrip
from vizcore.player import PatchTracks, Pick, PlayerClip, player
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.playback import playback
from vizcore.runtime.world_clips import truth_of
from vizcore.synthetic.lantern import STATES
from vizcore.synthetic.shot import SCENES, Scene, Shot
from vizcore.synthetic.truth import Truth
from vizcore.video import FramePack, read_frames

WHAT_FOR = (
    "**This world is made by rules, not filmed.** A seed and a few numbers make the clip, so for every frame it is "
    "known who is where, does what, and which pixel became which. Models are trained on it and scored against it; "
    "what they can do here says nothing about real videos."
)
THUMBNAILS, ACROSS = 6, 6  # frames in small, and how many of them in a row
GUIDE = "**Click a patch** to see where its pixels go, or press P on the picture and choose one with the keys."
PATCHES = "Patches"  # the section in which the player has a grid


@dataclass(frozen=True, eq=False)
class WorldView:
    """One state of the page."""

    clip: ClipEntry
    shot: Shot
    truth: Truth
    pack: FramePack

    @property
    def verdict(self) -> str:
        """What happens in the clip, in one sentence."""
        return world_verdict(self.truth, SCENES[self.shot.scene].rate)


def prepare() -> None:
    """Draw a frame of each scene, so that the first visitor does not wait for what is kept from then on."""
    for name, scene in SCENES.items():
        _warm(name, scene)


def view_of(shot: Shot) -> WorldView:
    """The clip of a shot with its truth, rendered if need be."""
    clip = ui.world_clip(shot.clip_id)
    pack = ui.work("Preparing the player", playback, path=str(clip.path))
    return WorldView(clip, shot, ui.work("Reading the ground truth", truth_of, path=str(clip.path)), pack)


def play(view: WorldView, followed: GroundTruthTracks | None) -> None:
    """The player with the truth over it, and where else the clip can be opened."""
    _play(view, followed)
    ui.page_link("matching", "Open in Patch matching", {"clip": view.clip.clip_id})


def happenings(view: WorldView) -> None:
    """Phases and states over time."""
    ui.verdict(view.verdict)
    truth, times = view.truth, view.pack.times
    if np.isfinite(truth.phase).any():
        moments = [(one.thing, one.frame, one.name) for one in truth.events]
        given = truth.phase, names_of(view.truth), colours_of(truth), times, moments
        acting = [names_of(view.truth)[k] for k in np.flatnonzero(np.isfinite(truth.phase).any(0))]
        ui.chart(drawn.phase_figure, *given, alt=f"Phase over time of {', '.join(acting)}")
    lamps = shows_colour(truth)
    if lamps:
        names = [names_of(view.truth)[k] for k in lamps]
        alt = f"Colours over time of {', '.join(names)}"
        ui.chart(drawn.state_figure, truth.state[:, lamps], names, STATES, STATE_COLOURS, times, alt=alt)
    ui.metrics(_in_numbers(view))
    ui.markdown(SCENES[view.shot.scene].about)
    ui.caption(WHAT_FOR)


def patches(view: WorldView, followed: GroundTruthTracks) -> None:
    """Where the pixels of a patch go, by the ground truth."""
    ui.verdict(followed.verdict)
    patch, times = picked_patch(followed), view.pack.times[followed.frames]
    track = None if patch is None else followed.tracks.sigma[:, patch]
    some = np.unique(np.linspace(0, len(followed.frames) - 1, THUMBNAILS).round().astype(int))
    frames = read_frames(view.clip.path, followed.frames[some].tolist())
    strip = filmstrip(frames, followed.grid, None if track is None else track[some], across=ACROSS)
    where = "" if patch is None else f", with the ground-truth track of patch {patch} outlined"
    words = f"{len(some)} of the {len(followed.frames)} frames that were followed{where}"
    ui.image(strip, alt=words, caption=words)
    ui.caption(GUIDE)
    alt = "Share of the pixels of a patch that stay together"
    ui.chart(drawn.fate_figure, followed.tracks, patch, times, alt=alt)


def followed_patches(view: WorldView) -> GroundTruthTracks:
    """The ground-truth tracks of the clip, as finely as a person wants them."""
    return ui.work("Following every pixel", follow, path=str(view.clip.path), **controls.frames_and_grid())


def everyone(view: WorldView) -> None:
    """Who and what is in the clip."""
    ui.verdict(view.verdict)
    truth, last, names = view.truth, len(view.truth.surface) - 1, names_of(view.truth)
    in_view = np.isfinite(boxes_of(truth)[..., 0]).mean(0)  # (K,)
    rows = [
        {
            "thing": names[k],
            "role": thing.role,
            "handled by": "" if thing.owner is None else names[thing.owner],
            "at first": doing(truth, 0, k),
            "at last": doing(truth, last, k),
            "in view": float(in_view[k]),
        }
        for k, thing in enumerate(truth.things)
    ]
    ui.table(rows, percent=("in view",))


def export(view: WorldView) -> None:
    """Files to take along, the link, and the Python lines."""
    ui.verdict(view.verdict)
    clip_id, rate = view.clip.clip_id, SCENES[view.shot.scene].rate
    ui.download_buttons(
        {
            f"{clip_id}.mp4": ("video/mp4", view.clip.path.read_bytes),
            f"{clip_id}.truth.npz": ("application/octet-stream", view.clip.truth.read_bytes),
            f"{clip_id}.json": ("application/json", lambda: scenario_json(view.truth, rate)),
        }
    )
    ui.caption(
        "The MP4 is the clip. The NPZ has everything: `vizcore.synthetic.truth.load_truth` reads it, and the fields of "
        "`Truth` say what each array is. The JSON has all but masks and places, and says itself what its fields mean."
    )
    ui.link_and_lines(truth_of, view.clip, {})


def picked_patch(followed: GroundTruthTracks) -> int | None:
    """The patch of the first frame whose track is picked; None while nothing is."""
    at = controls.picked_at(followed)
    return None if at is None else _tracks(followed).track_of(*at)


def _play(view: WorldView, followed: GroundTruthTracks | None) -> None:
    pack, picked = view.pack, None
    at = None if followed is None else controls.picked_at(followed)
    if at is not None:
        picked = Pick(0, *at)
    player(
        [PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, view.clip.title)],
        key="world-player",
        grid=None if followed is None else followed.grid,
        tracks=None if followed is None else _tracks(followed),
        annotations=annotations_of(view.truth),
        tiers=tiers_of(view.truth),
        picked=picked,
        pick=controls.pick,
    )


def _tracks(followed: GroundTruthTracks) -> PatchTracks:
    """The true tracks as the player draws them: what holds of a track in a frame is noted where it comes from."""
    tracks, before = followed.tracks, followed.tracks.sigma[:-1].argsort(1)  # (T-1, N) the track on each patch
    along = [np.take_along_axis(one[1:], before, 1) for one in (tracks.share, tracks.margin, tracks.overruled)]
    return PatchTracks(followed.frames, tracks.sigma, *along, measure="share of pixels")


def _in_numbers(view: WorldView) -> dict[str, tuple[str, str]]:
    truth = view.truth
    people = sum(thing.role in ("actor", "bystander") for thing in truth.things)
    seconds = len(truth.surface) / SCENES[view.shot.scene].rate
    return {
        "Frames": (
            str(len(truth.surface)),
            f"{seconds:.1f} seconds of {truth.surface.shape[2]} x {truth.surface.shape[1]} px.",
        ),
        "People": (str(people), "Actors and bystanders; a bystander stands around."),
        "Things": (str(len(truth.things)), "People, what they handle, and what only distracts."),
        "Surfaces": (
            str(len(truth.surfaces)),
            "Rigid pieces, such as a thigh or the ground, each with its place in every frame.",
        ),
    }


def _warm(name: str, scene: Scene) -> None:
    scene.make(0, split="show", size=64, count=8, truth=False)
