"""Many clips at the same moment: a reference and up to eight others warped onto it, played as one video."""

import numpy as np

from vizcore import ui
from vizcore.features.alignment import figures as drawn
from vizcore.features.alignment.controls import BETAS, choose_action, describe, person
from vizcore.features.alignment.pipeline import COSTS, Alignment, AlignmentSettings
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
    with ui.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        described, more = describe()
        unwarped = ui.toggle("Play together, for contrast", "locked", help=TOGETHER)
    with more:
        cost = ui.segmented_control("Cost", list(COSTS), "cost")
        beta = (
            ui.select_slider("β", BETAS, AlignmentSettings.beta, "beta")
            if cost == "contrastive"
            else AlignmentSettings.beta
        )
    arguments = {"path": str(clips[0].path), "others": tuple(str(one.path) for one in clips[1:])}
    arguments |= {"titles": _names(clips), **described, "cost": cost, "beta": beta, "warped": not unwarped}
    found = ui.work("Aligning the clips", together, **arguments)
    _show(found, arguments, unwarped)


def _clips() -> list[ClipEntry]:
    """The reference and the others."""
    if ui.segmented_control("Which", [PEOPLE, MENU], "which", label_visibility="collapsed") == MENU:
        reference = ui.pick_clip("a", "Reference", "cartwheel")
        return [reference, *ui.pick_clips("others", "Others", FIRST_OTHERS, MOST)]
    with ui.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        action = choose_action("All of them")
        count = int(ui.slider("Others", 1, MOST, 5, "people", width=220))
        seed = ui.seed("First person", "person", 9990, 42)
    shots = [
        shot("act", seed + k, action, count=COUNTS[k % len(COUNTS)], warp=WARPS[k % len(WARPS)])
        for k in range(count + 1)
    ]
    return [person(one) for one in shots]


def _names(clips: list[ClipEntry]) -> tuple[str, ...]:
    """What stands over each clip: short, and never the same twice."""
    titles = [one.title if len(one.title) <= LETTERS else f"{one.title[: LETTERS - 1]}…" for one in clips]
    return tuple(f"{k}: {title}" if k else f"reference: {title}" for k, title in enumerate(titles))


def _show(found: Together, arguments: dict, unwarped: bool) -> None:
    """The video of all clips in the player, and the numbers of each."""
    pack = ui.work("Preparing the player", playback, path=str(found.video))
    names, title = arguments["titles"][1:], "played together" if unwarped else "warped onto the reference"
    left, right = ui.columns([3, 2], gap="medium")
    with left:
        clip = PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, title)
        player([clip], key="alignment-many", height=620)
        ui.download_buttons({"together.mp4": ("video/mp4", found.video.read_bytes)})
    with right:
        curves = {
            name: _shown(one, unwarped) / max(len(one.pair.second) - 1, 1)
            for name, one in zip(names, found.alignments, strict=True)
        }
        frames = found.alignments[0].pair.first.frames
        ui.chart(drawn.warps_figure, frames, curves, alt="How far each clip is at every frame of the reference")
    ui.table(_row(name, one, unwarped) for name, one in zip(names, found.alignments, strict=True))
    ui.caption("Frames off: mean distance from the ground truth, in frames of that clip; empty where there is none.")


def _row(name: str, one: Alignment, unwarped: bool) -> dict:
    answer, cost = _shown(one, unwarped), round(one.warping.distance, 4)
    off = _known(one.pair.frame_error(answer), 1), _known(one.pair.phase_error(answer), 3)
    return {"clip": name, "cost of a pair": cost, "frames off": off[0], "phase off": off[1]}


def _shown(one: Alignment, unwarped: bool) -> np.ndarray:
    """(N,) places of the other clip that are shown with the reference's."""
    return one.pair.clock_sync if unwarped else one.answer


def _known(value: float, digits: int) -> float | None:
    return None if np.isnan(value) else round(value, digits)
