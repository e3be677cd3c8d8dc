"""What the alignment page shows of two clips: the path between them, and a closer look at each side of it."""

from functools import partial

import numpy as np

from vizcore import ui
from vizcore.features.alignment import figures as drawn
from vizcore.features.alignment.controls import AlignmentView, Clips
from vizcore.features.alignment.pipeline import align_clips, compiled
from vizcore.features.alignment.pipeline_embeddings import PIXELS, taken
from vizcore.features.alignment.pipeline_playback import in_pack, matched_frames, steps
from vizcore.models import PATCH_MODELS
from vizcore.player import Axis, CostMatrix, PlayerClip, Route, player
from vizcore.runtime.clip_info import look_into
from vizcore.runtime.playback import playback
from vizcore.video import FramePack

GUIDE = (
    "Each cell is a frame of A (to the right) with a frame of B (upwards); {}. **Move over it** to see any pair, "
    "**press or drag** to go along the path, or play: the point follows. *Same time* in the player shows both clips at "
    "the same second instead."
)
DARK = {
    "cost": "dark is alike",
    "expected alignment": "bright is where paths go",
    "cost so far": "dark is cheaply reached from the lower left",
}
TAU = "Do nearest neighbours come in order? 1 yes, 0 no order, −1 reversed. Mean of both directions (tau-b)."
PHASE_OFF = "Mean difference in ground-truth phase of two joined frames, 0 to 1."
TRUST = (
    "Trusted, weak or not trusted: by the ground truth where it is known, else by what a pair of the path costs, of "
    "centred vectors, against copies of clips and unrelated ones. Weak as well where nobody has measured that."
)
TOGETHER = "How many frames off both clips are when simply played together."
OFF = "Mean distance of the path from the ground truth, in frames of B."


def prepare() -> None:
    """Compile the kernels, or load them from disk, before the first pair needs them."""
    compiled()


def say(view, sentence: str) -> None:
    """The verdict of a view, with how far the model is at home in the clips.

    Args:
        view: of two clips, or of two files.
        sentence: which begins with what the model does not know.
    """
    badge = view.pair.badge
    ui.verdict(sentence, *([badge] if badge else []))


def packs_of(clips: Clips, limit: int) -> list[FramePack]:
    """What the player shows of two clips, with the frames in it that are going to be described.

    Args:
        clips: both.
        limit: frames of each that are described at most.
    """
    found = []
    for clip in clips:
        shown = taken(ui.work("Reading the clip", look_into, path=str(clip.path)), limit)
        found.append(ui.work("Preparing the player", playback, path=str(clip.path), shown=tuple(shown.tolist())))
    return found


def play(clips: Clips, packs: list[FramePack], view: AlignmentView | None) -> None:
    """The matrix with its path, and both clips played along it.

    Args:
        clips: both.
        packs: what the player shows of them.
        view: None while there is no path yet: both are played together.
    """
    along = {} if view is None else {"sync": _sync(view, packs), "cost_matrix": _cost_matrix(view, packs)}
    player(
        [
            PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, f"{name}: {clip.title}")
            for name, pack, clip in zip("AB", packs, clips, strict=True)
        ],
        key="alignment-player",
        height=340,
        **along,
    )
    for name, pack, clip in zip("AB", packs, clips, strict=True):
        if pack.note:
            ui.caption(f"{name}: {pack.note}. The player counts these.")
        for warning in ui.work("Reading the clip", look_into, path=str(clip.path)).warnings:
            ui.warning(f"{name}: {warning}.", icon=":material/warning:")
    if view is not None:
        ui.caption(GUIDE.format(DARK[view.ground]))


def path(view: AlignmentView) -> None:
    """What the path costs and how far it is from the ground truth, in numbers and frame by frame."""
    pair, found = view.pair, view.found
    say(view, found.verdict)
    values = {
        "Cost of a pair": (f"{found.warping.distance:.3f}", "Mean cost along the path, as of the chosen cost."),
        "Alignment": (found.trusted, TRUST),
        "Kendall's tau": (_two_digits(pair.tau), TAU),
    }
    if pair.truth is not None:
        values |= {
            "Frames off": (f"{pair.frame_error(found.answer):.1f}", OFF),
            "Phase off": (f"{pair.phase_error(found.answer):.3f}", PHASE_OFF),
            "Unaligned": (f"{pair.frame_error(pair.clock_sync):.1f}", TOGETHER),
        }
    ui.metrics(values)
    ui.caption(_in_words(view))
    if pair.truth is not None:
        late = pair.frames_late({"path": found.answer, "played together": pair.clock_sync})
        alt = "; ".join(f"{name} {np.abs(error).mean():.1f} frames off" for name, error in late.items())
        ui.chart(drawn.error_figure, pair.first.frames, late, alt=alt)
    along, every = found.cost_along, found.cost.mean(1)
    alt = (
        f"Along the path a pair costs {along.min():.3f} to {along.max():.3f}; all pairs {every.mean():.3f} on the mean"
    )
    ui.chart(drawn.cost_along_figure, pair.first.frames, along, every, alt=alt)


def export(view: AlignmentView) -> None:
    """Files to take along, the link, and the Python lines."""
    from vizcore.features.alignment import export as files  # no other section writes any

    say(view, view.found.verdict)
    found, paths = view.found, [str(clip.path) for clip in view.clips]
    titles = [clip.title for clip in view.clips]
    named = view.settings | {"clips": titles}
    ui.download_buttons(
        {
            "path.csv": ("text/csv", lambda: files.path_csv(found)),
            "path.json": ("application/json", lambda: files.path_json(found, named)),
            "alignment.npz": ("application/octet-stream", lambda: files.alignment_npz(found, named)),
            "aligned.mp4": ("video/mp4", lambda: files.pair_video(found, paths, titles, view.pace)),
        }
    )
    ui.paper_figure("alignment", partial(files.alignment_paper, found, paths, view.unit))
    ui.caption("The MP4 plays as chosen under *Player*: A in real time, or along the path.")
    settings = view.settings | {"model": view.arguments["model"]}
    ui.link_and_lines(align_clips, view.clips[0], settings, view.clips[1])


def _sync(view: AlignmentView, packs: list[FramePack]) -> np.ndarray:
    """The pairs of frames that are played, as places of both packs."""
    if view.pace == "first":
        return in_pack(matched_frames(view.found, packs[0].indices), packs[1].indices)
    return np.stack([in_pack(side, pack.indices) for side, pack in zip(steps(view.found).T, packs)], axis=1)


def _cost_matrix(view: AlignmentView, packs: list[FramePack]) -> CostMatrix:
    """The matrix with the path and, where it is known, the ground truth."""
    pair, strands = view.pair, (view.pair.first, view.pair.second)
    values, low, high = drawn.cost_matrix_values(view.values)
    faint = view.found.untrusted
    routes = (
        [Route(drawn.path_name(faint), drawn.PATH, view.found.path, faint=faint)]
        if view.ground != "expected alignment"
        else []
    )  # it would hide the ridge
    if pair.truth is not None:
        routes.append(
            Route("ground truth", drawn.TRUTH, np.stack([np.arange(len(pair.truth)), pair.truth], 1), dashed=True)
        )
    axes = [
        Axis(f"{name}, {drawn.UNITS[view.unit]}", drawn.ticks(strand.frames, strand.times, strand.phase, view.unit))
        for name, strand in zip("AB", strands)
    ]
    frames = tuple(in_pack(strand.frames, pack.indices) for strand, pack in zip(strands, packs))
    return CostMatrix(values, frames, tuple(axes), routes, low, high, view.ground)


def _in_words(view: AlignmentView) -> str:
    """What was compared with what."""
    pair, model = view.pair, view.arguments["model"]
    shown = [
        f"{len(one)} of {one.total}" if len(one) < one.total else f"all {one.total}"
        for one in (pair.first, pair.second)
    ]
    counted = f"{shown[0].capitalize()} frames of A, {shown[1]} of B."
    if model == PIXELS:
        return f"{counted} Each frame is its own pixels, shrunk to 16 x 16, less the clip's mean: no model."
    row = PATCH_MODELS.get(model, model)
    truth = (
        f" Both show *{pair.action.replace('_', ' ')}*, so it is known which moment is which." if pair.action else ""
    )
    less = ", less the clip's mean" if pair.first.centred else ""
    return f"{counted} Features of {row.title}{less}: **{row.origin}**.{truth}"


def _two_digits(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.2f}".replace("-", "−")
