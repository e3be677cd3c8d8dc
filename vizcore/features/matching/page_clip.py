"""What the matching page shows of a clip whose patches have been matched: the player first, then a closer look."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from vizcore import ui
from vizcore.algorithms.matching.matching import track
from vizcore.features.matching import controls
from vizcore.features.matching import figures as drawn
from vizcore.features.matching import figures_steps as numbers
from vizcore.features.matching.pipeline import ClipMatching, compare_methods, likeness, match_clip, what_attention_sees
from vizcore.features.matching.pipeline_patches import nets_of
from vizcore.figures import strip_figures as strips
from vizcore.figures.strips import filmstrip
from vizcore.models import MODELS
from vizcore.player import Heat, PatchTracks, Pick, PlayerClip, player
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.domain import Badge, badge
from vizcore.runtime.playback import playback
from vizcore.video import FramePack

FRAMES_ACROSS = 6  # of the row of thumbnails: small enough for a phone
UNDECIDED = (
    "Share of pairs for which another would have done as well, up to rounding, as in flat or repeated areas. "
    "Such a patch stays in place, or goes to the nearest."
)
GUIDE = "**Click a patch** to follow it, or press P on the picture and choose one with the arrow keys and Enter."


@dataclass(frozen=True, eq=False)
class MatchingView:
    """One state of the page."""

    clip: ClipEntry
    settings: dict  # arguments of match_clip
    matching: ClipMatching

    @property
    def badges(self) -> tuple[Badge, ...]:
        """How far the model is at home in the clip, where one describes the patches."""
        return tuple(badge(MODELS[name], self.clip.path) for name in nets_of(self.settings["source"]))

    @property
    def seconds(self) -> list[str]:
        """The matched frames' times, as labels."""
        return [f"{time:.2f} s" for time in self.matching.clip.times]


def prepare() -> None:
    """Compile the solver, or load it from disk, before the first clip needs it: seconds the first time, then 0.3 s."""
    track(np.zeros((2, 4, 3), np.float32))


def play(view: MatchingView) -> None:
    """The player with every track, the matched frames in a row, and how to pick a patch."""
    matching = view.matching
    numbers_of_frames = tuple(matching.clip.indices.tolist())
    pack = ui.work("Preparing the player", playback, path=view.settings["path"], shown=numbers_of_frames)
    patch = _play(view, pack)
    ui.overview(*(view.settings[name] for name in ("path", "start", "span")))
    if pack.note:
        ui.caption(f"{pack.note}. The player counts from the first of them.")
    track = None if patch is None else matching.tracks.sigma[:, patch]
    strip = filmstrip(matching.clip.frames, matching.grid, track, across=FRAMES_ACROSS)
    where = "" if patch is None else f", with the track of patch {patch} outlined"
    words = f"{len(view.seconds)} matched frames, {view.seconds[0]} to {view.seconds[-1]}{where}"
    ui.image(strip, alt=words, caption=words)


def picked_track(view: MatchingView) -> None:
    """The matching in numbers, and the picked track step by step."""
    matching, patch = view.matching, picked_patch(view)
    ui.verdict(matching.verdict, *view.badges)
    ui.metrics(_in_numbers(matching))
    ui.caption(GUIDE)
    if patch is not None and len(matching.tracks.steps):
        alt = _track_in_words(matching, patch)
        ui.chart(numbers.track_figure, matching.tracks, patch, matching.clip.times, alt=alt)


def assignment(view: MatchingView) -> None:
    """The permutation of a step over the similarity of all pairs, and the same step as arrows over the frame."""
    ui.verdict(view.matching.verdict, *view.badges)
    with ui.drawer("Assignment"):
        step, composed = controls.step(view.matching), controls.composed()
    patch = picked_patch(view)
    row = None if patch is None else patch if composed else int(view.matching.tracks.sigma[step, patch])
    ui.chart(drawn.permutation_figure, view.matching.tracks, step, composed, row, alt=f"Matches of step {step + 1}")
    _moves(view, step)


def motion(view: MatchingView) -> None:
    """Where patches go, and how each step did."""
    matching = view.matching
    ui.verdict(matching.verdict, *view.badges)
    with ui.drawer("Motion"):
        step = controls.step(matching)
    _moves(view, step)
    alt = "Shares of patches and gain in cosine of every step"
    ui.chart(numbers.steps_figure, matching.tracks, matching.agrees, matching.clip.times, alt=alt)
    ui.caption(
        f"Drift: {matching.loops[-1]:.0%} of the tracks end where matching the first frame with the last directly "
        "puts them; one wrong step shifts a track for good, but no later step."
    )


def scores(view: MatchingView) -> None:
    """All methods on the same patches, scored by the same flow."""
    controls.need_two_frames(view.matching)
    settings = {name: value for name, value in view.settings.items() if name != "method"}
    rows = ui.work("Comparing the methods", compare_methods, **settings)
    ui.verdict(rows.verdict, *view.badges)
    ui.chart(numbers.scores_figure, rows, alt="Agreement with the flow, similarity and time of each method")
    ui.table(numbers.scores_table(rows), percent=("agrees with the flow", "of moving patches"))
    ui.caption(
        "Agreement: the matched patch lies within one patch of where dense optical flow (DIS) says it went. "
        f"{view.matching.moving.mean():.0%} of the patches move by more than one patch a step. "
        "The flow is no ground truth: it fails where things appear, vanish or have no texture."
    )


def attention_input(view: MatchingView) -> None:
    """The clip before alignment, aligned, and put back: what attention over one index of time compares."""
    ui.verdict(view.matching.verdict, *view.badges)
    with ui.drawer("What attention sees"):
        of = controls.patches_as()
    rows, averages, exact = what_attention_sees(view.matching, of)
    alt = "Frames before alignment, aligned and de-aligned"
    ui.chart(strips.strip_figure, list(rows.values()), list(rows), view.seconds, alt=alt)
    ui.caption(
        "De-aligned equals the original, value by value."
        if exact
        else "De-aligned differs from the original: please report it."
    )
    with ui.container(key="averages"):
        for column, (label, average) in zip(ui.columns(len(averages), gap="medium"), averages.items(), strict=True):
            with column:
                ui.image(average, alt=label, caption=label)


def export(view: MatchingView) -> None:
    """Files to take along, the link, and the Python lines."""
    from vizcore.features.matching import export as files  # no other view writes any

    ui.verdict(view.matching.verdict, *view.badges)
    matching, patch = view.matching, picked_patch(view)
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {
        "matching.csv": ("text/csv", lambda: files.matching_csv(matching)),
        "matching.npz": ("application/octet-stream", lambda: files.matching_npz(matching)),
    }
    if patch is not None and len(matching.clip.times) > 1:
        makers |= {
            "track.mp4": ("video/mp4", lambda: files.track_video(view.settings["path"], matching, patch)),
        }
    ui.download_buttons(makers)
    if "track.mp4" in makers:
        ui.paper_figure("track", partial(files.track_paper, matching, patch))
    else:
        ui.caption("Pick a patch of a clip with two frames or more to save its track as a picture or video.")
    settings = {name: value for name, value in view.settings.items() if name != "path"}
    ui.link_and_lines(match_clip, view.clip, settings)


def picked_patch(view: MatchingView) -> int | None:
    """The patch of the first matched frame whose track is picked; None while nothing is."""
    at = controls.picked_at(view.clip.clip_id, view.matching)
    return None if at is None else _tracks(view.matching, view.matching.clip.indices).track_of(*at)


def _play(view: MatchingView, pack: FramePack) -> int | None:
    """Mount the player and note what was picked; the patch of the first matched frame, or None."""
    matching = view.matching
    places = np.searchsorted(pack.indices, matching.clip.indices)  # (T,) where the matched frames are in the pack
    at, patch = controls.picked_at(view.clip.clip_id, matching), picked_patch(view)
    picked = None if at is None else Pick(0, int(np.searchsorted(pack.indices, at[0])), at[1])
    with ui.drawer():
        hot = controls.heat() and patch is not None
    player(
        [PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, view.clip.title)],
        key="matching-player",
        grid=matching.grid,
        tracks=_tracks(matching, places),
        heat=_heat(matching, patch, places) if hot else None,
        picked=picked,
        pick=partial(controls.pick, view.clip.clip_id, pack.indices, matching.grid),
        frame=int(places[0]),
    )
    return patch


def _heat(matching: ClipMatching, patch: int, frames: np.ndarray) -> Heat:
    """The likeness of a track as bytes, from the lowest cosine of the clip to the highest."""
    alike = likeness(matching, patch)
    low, high = float(alike.min()), float(alike.max())
    faintest = 100 * matching.tracks.rounding  # of a still clip nothing but rounding would be seen
    values = (255 * (alike - low) / max(high - low, faintest)).round().astype(np.uint8)
    return Heat(values, frames, low, high, "likeness")


def _tracks(matching: ClipMatching, frames: np.ndarray) -> PatchTracks:
    tracks = matching.tracks
    return PatchTracks(frames, tracks.sigma, tracks.matched, tracks.margin, tracks.overruled)


def _in_numbers(matching: ClipMatching) -> dict[str, tuple[str, str]]:
    tracks = matching.tracks
    if not len(tracks.steps):
        return {"Frames": ("1", "One frame has no next one: there is nothing to match.")}
    moving = matching.agrees[matching.moving]
    undecided = {"Undecided": (f"{tracks.undecided.mean():.0%}", UNDECIDED)} if tracks.undecided.any() else {}
    return {
        "In place": (f"{tracks.identity_share.mean():.0%}", "Share of patches matched with the same place."),
        "Mutual": (f"{tracks.mutual.mean():.0%}", "Cycle check: the best way back leads to the same patch."),
        "With the flow": (
            f"{moving.mean():.0%}" if moving.size else "–",
            "Of the patches that move: share matched within one patch of where the optical flow leads.",
        ),
        "Gain": (
            f"{(tracks.total - tracks.identity_total).sum():+.1f}",
            "Total cosine of all matches, less what staying in place would reach.",
        ),
    } | undecided


def _track_in_words(matching: ClipMatching, patch: int) -> str:
    along = np.arange(len(matching.tracks.steps)), matching.tracks.sigma[:-1, patch]
    overruled, undecided = (int(kind[along].sum()) for kind in (matching.tracks.overruled, matching.tracks.undecided))
    return (
        f"Patch {patch}: cosine {matching.tracks.matched[along].min():.2f} at its worst step, "
        f"overruled in {overruled} of {len(along[0])} steps" + (f", undecided in {undecided}" if undecided else "")
    )


def _moves(view: MatchingView, step: int) -> None:
    matching = view.matching
    frame = matching.clip.frames[step]
    alt = f"Where each patch goes in step {step + 1}"
    ui.chart(drawn.displacement_figure, frame, matching.tracks, step, matching.grid, alt=alt)
