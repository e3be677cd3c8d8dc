"""The menu of clips in the top row: a list with pictures to type into, and ways to bring a video of one's own.

clips -> [browser: find, choose; open, drop, record] -> the clip that was chosen; files go to Streamlit's own uploader
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import streamlit as st

from vizcore.player.parts import script, styles
from vizcore.player.presses import act_once, catch_up
from vizcore.player.publishing import publish

MIME = "image/jpeg"

_mount = st.components.v2.component("vizcore_clip_menu", css=styles("clip_menu"), js=script("clip_menu"))


class MenuClip(NamedTuple):
    """A row of the menu."""

    clip_id: str
    title: str
    about: str
    group: str  # where it comes from
    picture: bytes = b""  # a small JPEG; empty as long as there is none


def clip_menu(
    clips: Sequence[MenuClip], chosen: str, *, key: str, label: str, uploader: str, pick: Callable[[str], None]
) -> None:
    """Show the menu.

    Args:
        clips: its rows, those of a group beside each other.
        chosen: the clip id that is shown.
        key: its name on the page.
        label: what is chosen.
        uploader: the key of the container with the uploader that takes files.
        pick: gets the clip id that a person has chosen, before the page runs.
    """
    rows, blob = [], bytearray()
    for clip in clips:
        start = len(blob)
        blob += clip.picture
        picture = [start, len(blob)] if clip.picture else None
        rows.append(
            {"id": clip.clip_id, "title": clip.title, "about": clip.about, "group": clip.group, "picture": picture}
        )
    url = publish(bytes(blob), MIME, f"{key}.pictures") if blob else ""
    act = partial(_picked, {clip.clip_id for clip in clips}, pick)
    state = _mount(
        key=key,
        data={"label": label, "chosen": chosen, "clips": rows, "url": url, "uploader": uploader},
        width="content",
        on_pick_change=partial(act_once, key, "pick", act),
    )
    catch_up(key, "pick", act, state.get("pick"))


def _picked(known: set[str], pick: Callable[[str], None], press: Mapping) -> bool:
    """Pass a choice on, if there is such a clip: anybody can send anything."""
    clip_id = press.get("clip")
    if clip_id not in known:
        return False
    pick(clip_id)
    return True
