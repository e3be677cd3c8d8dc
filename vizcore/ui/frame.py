"""The frame of every page: a top row, one sentence, a picture with one view beside it, and a drawer of settings.

    top row     title, clip, model ... settings, share, report
    verdict     one sentence, and how far the model is at home in the clip
    stage       the picture, which stays in view   | view    one at a time, chosen by its name
    drawer      every setting, closed at first, with reset, undo and redo

The slots are made when a page begins, in this order, so that nothing below moves whatever is put into them later.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from vizcore.player.frame_buttons import frame_buttons
from vizcore.player.session import session
from vizcore.runtime.domain import Badge
from vizcore.runtime.recording import recorded
from vizcore.runtime.recording.section import Words
from vizcore.ui import history
from vizcore.ui.controls import segmented_control, toggle
from vizcore.ui.state import Frame, Row

STYLE = f"<style>{Path(__file__).with_name('frame.css').read_text(encoding='utf-8')}</style>"
COLOUR = {"inside": "green", "outside": "orange", "unknown": "gray", "random": "orange"}  # of a badge, by its domain
SYMBOL = {"inside": "check", "outside": "warning", "unknown": "help", "random": "casino"}  # of the same


@dataclass
class Slots:
    """Where the parts of the page that runs now are put."""

    choices: DeltaGenerator
    actions: DeltaGenerator
    refusal: DeltaGenerator
    verdict: DeltaGenerator
    drawer: DeltaGenerator
    hidden: bool = False  # answers are: the line that says why is the verdict
    sentence: DeltaGenerator | None = None  # above the line that offers hidden answers, where others are shown


def lay_out(row: Row) -> Slots:
    """Make the slots of a page, with its title and what every page has.

    Args:
        row: of the page.
    """
    st.html(STYLE)
    frame_buttons()
    with st.container(key="top-row", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="top-title", width="content"):
            st.title(row.title, anchor=False)
        choices = st.container(key="top-choices", horizontal=True, vertical_alignment="center", gap="small")
        actions = st.container(
            key="top-actions", horizontal=True, vertical_alignment="center", gap="xsmall", width="content"
        )
    with actions:
        st.button("Settings", key="open-settings", icon=":material/tune:", type="tertiary")
        st.button("Share", key="share", icon=":material/link:", type="tertiary")
    refusal = st.container()
    verdict = st.container(key="verdict")
    with st.container(key="drawer"):
        history.buttons()
        drawer = st.container(key="drawer-body")
    slots = Slots(choices, actions, refusal, verdict, drawer)
    session(Frame).slots = slots
    return slots


def slots() -> Slots:
    """Those of the page that runs."""
    return session(Frame).slots


@contextmanager
def top() -> Iterator[None]:
    """The place in the top row for what is looked at: part, clip, model."""
    with slots().choices:
        yield


@contextmanager
def drawer(heading: str = "") -> Iterator[None]:
    """The place for settings.

    Args:
        heading: what the settings inside are of, where the drawer has several kinds.
    """
    with slots().drawer, st.container():
        if heading:
            st.markdown(f"**{heading}**")
        yield


def verdict(sentence: str, *badges: Badge) -> None:
    """The one sentence that a view begins with, computed from its result, and what a model knows of such a clip.

    Where answers are hidden, `show_anyway` has said already what there is to say.

    Args:
        sentence: a result's `.verdict`.
        badges: one for each model that answers.
    """
    if slots().hidden:
        return
    recorded.note(lambda: Words("text", f"**{sentence}**"))
    once = {one.label: one for one in badges}  # several models may know the same
    marks = "".join(f"&ensp;{_mark(one)}" for one in once.values())
    why = " ".join(dict.fromkeys(one.why for one in badges))
    with slots().sentence or slots().verdict:
        st.markdown(f"{sentence}{marks}", help=why or None)


def stage_and_view(ratio: tuple[int, int] = (1, 1)) -> tuple[DeltaGenerator, DeltaGenerator]:
    """The place of the picture, which stays in view while one scrolls, and that of the view beside it.

    Args:
        ratio: of their widths.
    """
    left, right = st.columns(ratio, gap="medium")
    return left.container(key="stage"), right.container(key="beside")


def views(
    names: Sequence[str] | Mapping[str, object], key: str = "show", *, label: str = "View", default: str | None = None
) -> str:
    """One view at a time, chosen by its name; the choice is in the page's link, and no setting.

    Args:
        names: at least one.
        key: the choice's name in the link.
        label: what is chosen.
        default: the one that is shown at first; without it, the first.
    """
    chosen = segmented_control(label, list(names), key, default=default, label_visibility="collapsed")
    history.forget(key)
    return chosen


def part(names: Sequence[str] | Mapping[str, object], key: str = "part", *, default: str | None = None) -> str:
    """Which part of a page is shown, chosen in the top row.

    Args:
        names: at least one.
        key: the choice's name in the link.
        default: what a link without it stands for; without it, the first.
    """
    with top():
        return views(names, key, label="Part", default=default)


def show_anyway(badge: Badge, key: str = "anyway", *, besides: bool = False) -> bool:
    """Whether the answers of a model may be shown: inside its domain, or where the person has asked for them anyway.

    Outside of it a banner says why they are hidden, or why they mean little.

    Args:
        badge: how far the model is at home in the clip.
        key: the choice's name in the link.
        besides: others answer too, and the verdict is of these; else a banner over hidden answers takes its place.
    """
    if badge.shown:
        return True
    if besides:
        slots().sentence = slots().verdict.container()
    with slots().verdict, st.container(key="outside", horizontal=True, vertical_alignment="center", gap="small"):
        recorded.note(lambda: Words("warning", badge.why))
        st.markdown(f":material/warning: {badge.why}", width="content")
        shown = toggle("Show anyway", key)
    history.forget(key)
    slots().hidden = not shown and not besides
    return shown


def _mark(badge: Badge) -> str:
    """A badge in Markdown."""
    return f":{COLOUR[badge.domain]}-badge[:material/{SYMBOL[badge.domain]}: {badge.label}]"
