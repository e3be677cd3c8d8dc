"""What the alignment page shows of two clips: the path between them, and a closer look at each side of it."""

import numpy as np

from vizcore import ui
from vizcore.features.alignment import figures as drawn
from vizcore.features.alignment.controls import GAMMAS, AlignmentView
from vizcore.features.alignment.pipeline import PIXELS, align_clips, compiled, path_costs
from vizcore.features.alignment.pipeline_cycle import nearest as nearest_neighbours
from vizcore.features.alignment.pipeline_playback import in_pack, matched_frames, steps
from vizcore.models import PATCH_MODELS
from vizcore.player import Axis, CostMatrix, PlayerClip, Route, player
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
TOGETHER = "How many frames off both clips are when simply played together."
OFF = "Mean distance of the path from the ground truth, in frames of B."


def prepare() -> None:
    """Compile the kernels, or load them from disk, before the first pair needs them."""
    compiled()


def player_and_cost_matrix(view: AlignmentView) -> None:
    """The matrix with its path, and both clips played along it."""
    pair = view.pair
    strands = pair.first, pair.second
    packs = [
        ui.work("Preparing the player", playback, path=str(clip.path), shown=tuple(strand.frames.tolist()))
        for clip, strand in zip(view.clips, strands, strict=True)
    ]
    player(
        [
            PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, f"{name}: {clip.title}")
            for name, pack, clip in zip("AB", packs, view.clips, strict=True)
        ],
        key="alignment-player",
        sync=_sync(view, packs),
        cost_matrix=_cost_matrix(view, packs),
        height=340,
    )
    for name, pack in zip("AB", packs, strict=True):
        if pack.note:
            ui.caption(f"{name}: {pack.note}. The player counts these.")
    ui.caption(GUIDE.format(DARK[view.ground]))


def in_numbers(view: AlignmentView) -> None:
    """What the path costs, how far it is from the ground truth, and what was compared."""
    pair, found = view.pair, view.found
    values = {
        "Cost of a pair": (f"{found.warping.distance:.3f}", "Mean cost along the path, as of the chosen cost."),
        "Kendall's tau": (_two_digits(np.mean(nearest_neighbours(pair).tau["b"])), TAU),
    }
    if pair.truth is not None:
        values |= {
            "Frames off": (f"{pair.frame_error(found.answer):.1f}", OFF),
            "Phase off": (f"{pair.phase_error(found.answer):.3f}", PHASE_OFF),
            "Unaligned": (f"{pair.frame_error(pair.clock_sync):.1f}", TOGETHER),
        }
    ui.metrics(values)
    ui.caption(_in_words(view))


def soft(view: AlignmentView) -> None:
    """The expected alignment at gamma, the accumulated cost, and what gamma does to the whole."""
    found, names = view.found, ("place of A", "place of B")
    alt = f"Expected alignment at γ = {found.way.gamma:g}, and accumulated cost"
    ui.chart(drawn.expected_alignment_figure, found.soft.gradient, found.soft.table, found.path, names, alt=alt)
    left, right = ui.columns([3, 2], gap="medium")
    with left:
        hard, values = path_costs(view.pair, found.way.cost, found.way.beta, GAMMAS[1:])
        alt = f"Cost of the path from γ = {GAMMAS[1]:g} to {GAMMAS[-1]:g}; {hard:.2f} at 0"
        ui.chart(drawn.value_figure, np.array(GAMMAS[1:]), values, hard, found.way.gamma, alt=alt)
    with right:
        ui.markdown(
            "Hard warping takes the cheapest of three steps to a cell. That choice jumps when costs change a little, "
            "so nothing can be learnt through it. A soft minimum gives weight to all three, and γ says how much. "
            "**smoothMin** is their mean, weighted towards the least; **min^γ** is −γ times the logarithm of a sum."
        )
        ui.caption("Band, step pattern and open ends are the hard path's; the soft alignment is over all paths.")


def nearest(view: AlignmentView) -> None:
    """Each frame's nearest neighbour, chosen alone, beside the path."""
    pair, near = view.pair, nearest_neighbours(view.pair)
    left, right = ui.columns([3, 2], gap="medium")
    with left:
        alt = f"Nearest neighbours and path; tau-b {near.tau['b'][0]:.3f}"
        ui.chart(drawn.nearest_figure, near.there, view.found.path, pair.truth, ("place of A", "place of B"), alt=alt)
    with right:
        ui.table(
            {"direction": name, "tau-a": round(near.tau["a"][k], 4), "tau-b": round(near.tau["b"][k], 4)}
            for k, name in enumerate(("A → B", "B → A"))
        )
        ui.caption(
            "Kendall's tau counts pairs of frames whose neighbours come in the same order, less those in the other. "
            "tau-a counts frames with one neighbour as not in order; tau-b leaves them out. They differ when "
            "neighbours repeat: papers print tau-b, as scipy does. Tau knows nothing of how far a neighbour is off."
        )
    if pair.truth is not None:
        errors = {"path": view.found.answer, "nearest neighbour": near.there, "played together": pair.clock_sync}
        late = {name: pair.second_frame(answer) - pair.second_frame(pair.truth) for name, answer in errors.items()}
        alt = "; ".join(f"{name} {np.abs(error).mean():.1f} frames off" for name, error in late.items())
        ui.chart(drawn.error_figure, pair.first.frames, late, alt=alt)


def export(view: AlignmentView) -> None:
    """Files to take along, the link, and the Python lines."""
    from vizcore.features.alignment import export as files  # no other section writes any

    found, paths = view.found, [str(clip.path) for clip in view.clips]
    titles = [clip.title for clip in view.clips]
    named = view.settings | {"clips": titles}
    ui.download_buttons(
        {
            "path.csv": ("text/csv", lambda: files.path_csv(found)),
            "path.json": ("application/json", lambda: files.path_json(found, named)),
            "alignment.npz": ("application/octet-stream", lambda: files.alignment_npz(found, named)),
            "alignment.png": ("image/png", lambda: files.alignment_paper(found, paths, view.unit, "png")),
            "alignment.svg": ("image/svg+xml", lambda: files.alignment_paper(found, paths, view.unit, "svg")),
            "aligned.mp4": ("video/mp4", lambda: files.pair_video(found, paths, titles, view.pace)),
        }
    )
    ui.caption("The MP4 plays as chosen under *More*: A in real time, or along the path.")
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
    routes = (
        [Route("path", drawn.PATH, view.found.path)] if view.ground != "expected alignment" else []
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
    return f"{counted} Features of {row.title}: **{row.origin}**.{truth}"


def _two_digits(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.2f}"
