"""Many clips at the same moment: a reference and up to eight others warped onto it, played as one video."""

import numpy as np

from vizcore import ui
from vizcore.features.alignment import figures as drawn
from vizcore.features.alignment.controls import choose_action, choose_cost, choose_frames, choose_model, person
from vizcore.features.alignment.pipeline import COSTS, Alignment
from vizcore.features.alignment.pipeline_embeddings import fitting
from vizcore.features.alignment.pipeline_many import MOST, Together, together
from vizcore.player import PlayerClip, player
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.playback import playback
from vizcore.synthetic.shot import shot

PEOPLE, MENU = "People of the world", "Clips of the menu"
COUNTS, WARPS = (48, 72, 40, 64, 56), (0.5, 1.0, 0.0, 0.8, 0.3)  # of one person after the other
FIRST_OTHERS = ("throw", "sit")
LETTERS = 26  # of a clip's name
TOGETHER = "Off: every clip is warped onto the first. On: all are simply played together, and what has ended waits."


def many() -> None:
    """The clips, all in one player, and how far off each of them is."""
    clips = _clips()
    if len(clips) < 2:
        raise ValueError("want a reference and at least one other clip: choose one more.")
    chosen = choose_model(fitting(*(one.path for one in clips)))
    with ui.drawer("Alignment"):
        cost, beta = choose_cost(list(COSTS), "cost")
        unwarped = ui.toggle("Play together, for contrast", "locked", help=TOGETHER)
    arguments = {"path": str(clips[0].path), "others": tuple(str(one.path) for one in clips[1:])}
    arguments |= {"titles": _names(clips), **choose_frames(chosen), "cost": cost, "beta": beta, "warped": not unwarped}
    found = ui.work("Aligning the clips", together, **arguments)
    ui.verdict(found.verdict, *([found.badge] if found.badge else []))
    stage, beside = ui.stage_and_view((3, 2))
    with stage:
        _play(found)
    with beside:
        _numbers(found, arguments["titles"][1:])


def _clips() -> list[ClipEntry]:
    """The reference and the others."""
    with ui.drawer("Clips"):
        menu = ui.segmented_control("Which", [PEOPLE, MENU], "which", label_visibility="collapsed") == MENU
        if menu:
            others = ui.container()
        else:
            count = int(ui.slider("Others", 1, MOST, 5, "people"))
            seed = ui.seed("First person", "person", 9990, 42)
    if menu:
        reference = ui.pick_clip("a", "Reference", "cartwheel")
        with others:
            return [reference, *ui.pick_clips("others", "Others", FIRST_OTHERS, MOST)]
    action = choose_action("All of them")
    shots = [
        shot("act", seed + k, action, count=COUNTS[k % len(COUNTS)], warp=WARPS[k % len(WARPS)])
        for k in range(count + 1)
    ]
    return [person(one) for one in shots]


def _names(clips: list[ClipEntry]) -> tuple[str, ...]:
    """What stands over each clip: short, and never the same twice."""
    titles = [one.title if len(one.title) <= LETTERS else f"{one.title[: LETTERS - 1]}…" for one in clips]
    return tuple(f"{k}: {title}" if k else f"reference: {title}" for k, title in enumerate(titles))


def _play(found: Together) -> None:
    """The video of all clips."""
    pack = ui.work("Preparing the player", playback, path=str(found.video))
    title = "warped onto the reference" if found.warped else "played together"
    clip = PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, title)
    player([clip], key="alignment-many", height=620)
    ui.download_buttons({"together.mp4": ("video/mp4", found.video.read_bytes)})


def _numbers(found: Together, names: tuple[str, ...]) -> None:
    """How far each clip is at every moment of the reference, and how far off that is."""
    curves = {
        name: _shown(one, found.warped) / max(len(one.pair.second) - 1, 1)
        for name, one in zip(names, found.alignments, strict=True)
    }
    frames = found.alignments[0].pair.first.frames
    ui.chart(drawn.warps_figure, frames, curves, alt="How far each clip is at every frame of the reference")
    ui.table(_row(name, one, found.warped) for name, one in zip(names, found.alignments, strict=True))
    ui.caption("Frames off: mean distance from the ground truth, in frames of that clip; empty where there is none.")


def _row(name: str, one: Alignment, warped: bool) -> dict:
    answer, cost = _shown(one, warped), round(one.warping.distance, 4)
    off = _known(one.pair.frame_error(answer), 1), _known(one.pair.phase_error(answer), 3)
    told = {"clip": name, "cost of a pair": cost, "frames off": off[0], "phase off": off[1]}
    return told | ({"alignment": one.trusted} if warped else {})


def _shown(one: Alignment, warped: bool) -> np.ndarray:
    """(N,) places of the other clip that are shown with the reference's."""
    return one.answer if warped else one.pair.clock_sync


def _known(value: float, digits: int) -> float | None:
    return None if np.isnan(value) else round(value, digits)
