"""Find a moment: a stretch of a clip, and beside it what is like it in other clips, playing in step."""

import io
import json
from collections.abc import Sequence

from vizcore import ui
from vizcore.features.alignment.controls import model_of, models_of_frames
from vizcore.features.alignment.pipeline_find import (
    COUNT,
    MOST_COUNT,
    RATE,
    SPAN,
    FoundMoment,
    FoundMoments,
    find_in_clips,
    moment_pack,
)
from vizcore.player import PlayerClip, player
from vizcore.runtime.clip_library import ClipEntry

MOST_CLIPS = 24  # that are searched on the page; the command line takes folders
SHOWN = 3  # moments beside the stretch: the player has room for four clips
FITTING = "what fits the clips"
MOMENT = "moment"  # in the link: the rank of the first that is shown, from 0
FIRST = ("film-carphone-distorted", "film-bikes", "film-bunny")  # that are searched at first
LESS = ("throw", "sit", "cartwheel")  # the same without the package of films
DENSE = "More find quicker moments, and take longer the first time; vectors of clips are kept."
ABOUT = (
    "Distance: the mean over the stretch of 1 less the cosine of frames' vectors, less their clip's mean: 0 is alike, "
    "1 unrelated. Chance: the share of queries that mean nothing ({}) which come as near anywhere. Speed: above 1 the "
    "moment is slower than the stretch. Folders are searched by `python -m vizcore find CLIP FOLDER`, on a cluster too."
)


def find() -> None:
    """The stretch with the moments that are like it, and what is known of each."""
    clip = ui.pick_clip(film=ui.FILM)
    others = _searched()
    seconds = ui.look_into(str(clip.path)).duration
    if not others:
        ui.verdict("Choose clips to search, under Settings.")
        return
    with ui.drawer("The moment"):
        start = ui.slider("Start, seconds", 0.0, max(0.0, round(seconds - 0.5, 1)), 0.0, "start", step=0.1)
        span = ui.slider("Length, seconds", 0.5, max(0.6, round(min(seconds, 20.0), 1)), SPAN, "span", step=0.1)
    with ui.drawer("The search"):
        count = int(ui.slider("Moments", 1, MOST_COUNT, COUNT, "moments"))
        model = ui.selectbox("Frames described by", [FITTING, *models_of_frames()], "find-model")
        rate = float(ui.slider("Frames a second", 2, 30, int(RATE), "rate", help=DENSE))
    settings = {"others": tuple(str(one.path) for one in others), "names": tuple(one.title for one in others)}
    settings |= {"start": start, "span": span, "count": count, "rate": rate}
    settings |= {} if model == FITTING else {"model": model_of(model)}
    found = ui.work("Looking for the moment", find_in_clips, path=str(clip.path), **settings)
    ui.verdict(found.verdict, *([found.badge] if found.badge else []))
    chosen = ui.from_link(MOMENT)
    first = min(int(chosen), len(found.moments) - 1) if chosen.isdecimal() else 0
    stage, beside = ui.stage_and_view((3, 2))
    with stage:
        _play(clip, found, first)
        ui.overview(str(clip.path), start, span)
    with beside:
        _table(found.moments)
        ui.caption(ABOUT.format(found.against))
        ui.caption(
            f"{found.frames:,} frames of {found.searched} clips were searched, in numbers that hold {found.kept:.1%} "
            "of their variance."
        )
        ui.download_buttons(
            {
                "moments.csv": ("text/csv", lambda: moments_csv(found.moments)),
                "moments.json": ("application/json", lambda: moments_json(found)),
            }
        )
        ui.link_and_lines(find_in_clips, clip, settings)


def moments_csv(moments: Sequence[FoundMoment]) -> bytes:
    """A line for each moment, the nearest first."""
    out = io.StringIO()
    out.write("rank,clip,start,stop,distance,significance,rate\n")
    for place, one in enumerate(moments, 1):
        numbers = (f"{value:.6f}" for value in (one.start, one.stop, one.distance, one.significance, one.rate))
        out.write(",".join([str(place), json.dumps(one.name), *numbers]) + "\n")
    return out.getvalue().encode()


def moments_json(found: FoundMoments) -> bytes:
    """The same, with the frame of each clip beside each of the stretch."""
    rows = [
        {"clip": one.name, "start": one.start, "stop": one.stop, "distance": one.distance}
        | {"significance": one.significance, "rate": one.rate, "frames": one.frames.tolist()}
        for one in found.moments
    ]
    told = {"verdict": found.verdict, "against": found.against, "query frames": found.query.frames.tolist()}
    return json.dumps(told | {"moments": rows}, indent=1).encode()


def _searched() -> list[ClipEntry]:
    """The clips that are searched."""
    with ui.drawer("Searched"):
        first = FIRST if ui.clip_named(FIRST[0]) is not None else LESS
        return ui.pick_clips("in", "Clips", first, MOST_CLIPS)


def _play(clip: ClipEntry, found: FoundMoments, first: int) -> None:
    """The stretch and some moments, side by side and in step.

    Args:
        clip: with the stretch.
        found: the moments.
        first: the rank of the first that is shown, from 0.
    """
    shown = [(str(clip.path), found.query.frames, f"looked for: {clip.title}")]
    for place, one in enumerate(found.moments[first : first + SHOWN], first + 1):
        shown.append((one.path, one.frames, f"{place}: {one.name}, {one.start:.1f} s"))
    clips = []
    for path, frames, label in shown:
        pack = ui.work("Preparing the moments", moment_pack, path=path, frames=tuple(frames.tolist()))
        times = found.query.times[: len(pack.times)] - found.query.times[0]  # of the stretch: all play in step
        clips.append(PlayerClip(pack.blob, pack.offsets, times, pack.width, pack.height, label))
    player(clips, key="moments-player", height=420)
    if len(found.moments) > SHOWN:
        ui.caption("**Click a row of the table** to see that moment, and those after it.")


def _table(moments: Sequence[FoundMoment]) -> None:
    ui.table(
        (
            {
                "": place,
                "clip": one.name,
                "from, s": round(one.start, 2),
                "to, s": round(one.stop, 2),
                "distance": round(one.distance, 3),
                "chance": one.significance,
                "speed": round(one.rate, 2),
            }
            for place, one in enumerate(moments, 1)
        ),
        key="moments-table",
        on_select=lambda number: ui.set_link(MOMENT, str(number)),
    )
