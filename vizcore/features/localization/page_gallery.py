"""What is behind a bar, as pictures: hits, false positives and misses of a class, each of which opens in the player."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from vizcore import ui
from vizcore.features.localization.figures import framed
from vizcore.features.localization.pipeline_gallery import (
    GROUPS,
    HITS,
    KEY,
    MISSES,
    WRONG,
    Instance,
    all_of,
    crowd_video,
    frame_at,
    instances,
    key_pictures,
    true_boxes,
)
from vizcore.features.localization.pipeline_precision import Compared
from vizcore.figures.theme import OKABE_ITO
from vizcore.player import Annotations, Boxes, PlayerClip, Style, player
from vizcore.runtime.playback import playback
from vizcore.synthetic.census import clip_number
from vizcore.video import FramePack

SOME = "some of each"
FEW, MANY = 5, 15  # pictures of a group
WIDE = 180  # px of a card
HELD = 0.5  # seconds around a key frame in which its boxes are shown
COLOURS = {"hit": OKABE_ITO["yellow"], "miss": OKABE_ITO["orange"], "truth": OKABE_ITO["sky"]}
ERROR = OKABE_ITO["vermilion"]
STYLES = (
    Style("ground truth", OKABE_ITO["sky"], dashed=True),
    Style("hit", OKABE_ITO["yellow"]),
    Style("false positive", ERROR),
)
ORDERED = {
    HITS: "The most confident first. The yellow box claimed a ground-truth box, which is blue.",
    WRONG: "The most confident first. The red box is a false positive; blue is ground truth.",
    MISSES: "The largest first. No detection claimed the orange box.",
}
MEANING = {
    "hit": "claimed a ground-truth box",
    "localization": "the right person, at too low an IoU",
    "class": "a person who does not do this",
    "both": "a person who does not do this, at too low an IoU",
    "duplicate": "the person was already claimed",
    "background": "no person there",
    "miss": "no detection claimed this person",
}
NO_VIDEO = (
    "Grey: no video of that name is at hand. Open it on the part *Who does what*, or put it into the server's folder; "
    "its file's name is the name in the table."
)
NOT_IN_IT = "The video is there, but has no such second (nor when it is an excerpt that begins at second 900)."

Where = Callable[[str], str]  # name of a video in a table -> path, name of a crowd, or "" where it is not at hand


def gallery(found: Compared, which: int, action: int) -> None:
    """The pictures of a class, and the player once one of them was opened.

    Args:
        found: one result or two against a ground truth.
        which: of the results, from 0.
        action: class id.
    """
    groups = [SOME, *GROUPS]
    with ui.drawer():
        chosen = ui.segmented_control("Pictures", groups, "instances")
    most = FEW if chosen == SOME else MANY
    shown = {group: instances(found, which, action, group, most) for group in GROUPS if chosen in (SOME, group)}
    _opened(found, which, action)
    rows = [one for group in shown.values() for one in group]
    moments = tuple((place_of(one.video), one.time) for one in rows)
    found_pictures = ui.work("Looking up key frames", key_pictures, moments=moments)
    pictures = dict(zip(rows, found_pictures, strict=True))
    for group, members in shown.items():
        ui.subheader(f"{group.capitalize()} of {found.actions[action].name}, {found.titles[which]}")
        if not members:
            ui.caption("There are none.")
            continue
        ui.caption(ORDERED[group])
        with ui.container(horizontal=True, gap="small"):
            for number, one in enumerate(members):
                _card(found, action, one, *pictures[one], f"{group}-{number}")
    lost = {bool(where) for (where, _), (_, there) in zip(moments, found_pictures) if not there}
    if False in lost:
        ui.caption(NO_VIDEO)
    if True in lost:
        ui.caption(NOT_IN_IT)


def place_of(video: str) -> str:
    """Where the pictures of a video come from: its path, the name of a crowd, or "" where it is not at hand."""
    if clip_number(video) is not None:
        return video
    clip = ui.clip_named(video)
    return "" if clip is None else str(clip.path)


def _card(found: Compared, action: int, one: Instance, picture: np.ndarray, there: bool, key: str) -> None:
    """A picture with its boxes, what it is, and a button that opens it."""
    true = true_boxes(found, action, one.video, one.time)
    boxes = [(box, COLOURS["truth"]) for box in true] + [(np.array(one.box), COLOURS.get(one.kind, ERROR))]
    score = "" if np.isnan(one.score) else f" · {one.score:.2f}"
    with ui.container(width=WIDE, gap="xsmall"):
        ui.image(framed(picture, boxes), alt=f"{one.kind} in {one.video} at {one.time:g} s: {MEANING[one.kind]}")
        ui.caption(f"**{one.kind}**{score} · {one.video}, {one.time:g} s")
        if there:
            word = f"{one.time:g}@{one.video}"
            ui.button(
                "Play", key=f"open-{key}", icon=":material/play_arrow:", on_click=ui.set_link, args=("open", word)
            )


def _opened(found: Compared, which: int, action: int) -> None:
    """The player at the key frame that was opened, with every box of the class in its video."""
    time, _, video = ui.from_link("open").partition("@")
    rows = all_of(found, which, action, video) if video else []
    where = place_of(video) if rows else ""
    try:
        seconds = float(time)
    except ValueError:
        return
    if not where or not np.isfinite(seconds):
        return
    crowd = clip_number(where) is not None
    path = ui.work("Drawing the crowd", crowd_video, name=where) if crowd else where
    frame = KEY if crowd else frame_at(path, seconds)
    if frame is None:
        ui.caption(NOT_IN_IT)
        return
    pack = ui.work("Preparing the player", playback, path=path, shown=(frame,))
    ui.subheader(f"{video}, {seconds:g} s")
    player(
        [PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, Path(video).name)],
        key="localization-opened",
        annotations=annotations_of(rows, pack, path, crowd),
        frame=int(np.searchsorted(pack.indices, frame).clip(0, len(pack.indices) - 1)),
        height=380,
    )


def annotations_of(rows: list[Instance], pack: FramePack, path: str, crowd: bool) -> Annotations:
    """The boxes of a class in a video, each around its key frame; a crowd has one key frame.

    Args:
        rows: boxes of the class, with their seconds.
        pack: frames that the player has.
        path: the video.
        crowd: the video is a crowd of the world, whose one key frame is KEY.
    """
    held = {}  # by time: places in the pack
    for time in {one.time for one in rows}:
        number = KEY if crowd else frame_at(path, time)
        if number is not None:
            place = int(np.searchsorted(pack.indices, number).clip(0, len(pack.indices) - 1))
            near = np.abs(pack.times - pack.times[place]) <= (0 if crowd else HELD)
            held[time] = np.flatnonzero(near) if pack.indices[place] == number else []
    drawn = [(int(place), one) for one in rows for place in held.get(one.time, ())]
    drawn.sort(key=lambda pair: pair[0])
    styles = {"truth": 0, "hit": 1}
    return Annotations(
        STYLES,
        Boxes(
            np.array([place for place, _ in drawn], np.int64),
            np.reshape([one.box for _, one in drawn], (-1, 4)),
            np.array([styles.get(one.kind, 2) for _, one in drawn], np.int64),
            [one.kind for _, one in drawn],
            np.array([one.score for _, one in drawn], float),
        ),
    )
