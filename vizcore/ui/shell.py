"""The frame around every page: the way in, the title, plain sentences for what goes wrong, and a quick second click."""

import importlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps

import streamlit as st

from vizcore.player.session import session
from vizcore.runtime.recording.recorded import Recorded, watching
from vizcore.ui.controls import arrive
from vizcore.ui.state import Frame, Row, now
from vizcore.ui.uploads import refusal
from vizcore.ui.work import freeze

log = logging.getLogger(__name__)
HEAVY = ("pandas", "plotly.io")


class Around:
    """What stands around every page: its title, and what is done when it has run. The report's page brings another."""

    def title(self, row: Row) -> None:
        """The first line of the page."""
        st.title(row.title, anchor=False)

    def remember(self, row: Row) -> None:
        """Called when a page begins, and when it has changed."""

    def settle(self, row: Row, recorded: Recorded) -> None:
        """Called where a page has run to its end."""

    def forget(self) -> None:
        """Called where it did not."""


_around = [Around()]


def surround(around: Around) -> None:
    """Put something else around every page from now on."""
    _around[:] = [around]


@contextmanager
def page(row: Row) -> Iterator[None]:
    """Everything a page does happens in here: `with ui.page(ENTRY): ...`."""
    _go_through_the_front_door()
    arrive(row.name)
    (reports,) = _around
    session(Frame).row = row
    reports.title(row)
    reports.remember(row)  # now as well as at the end: a page that waits for work is stopped before its end
    st.caption(row.question)
    place = st.container()  # also while it says nothing: nothing below moves, so the player stays
    session(Frame).refusal = place
    with place:
        refusal()
    try:
        with _in_words():
            with watching() as recorded:
                yield
            reports.settle(row, recorded)
    finally:
        reports.remember(row)
        _mark_the_end()


@contextmanager
def title_line(title: str) -> Iterator[None]:
    """A page's title, with what is put on the page inside at the end of its line."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="title-line"):
        st.title(title, anchor=False, width="content")
        st.space("stretch")
        yield


def go_to(page: str, query: Mapping[str, Sequence[str]]) -> None:
    """Leave for another page in a state, on a new visit: all its controls ask the link."""
    now().page = None
    st.switch_page(f"pages/{page}.py", query_params=query)


def lead_on(file: str) -> None:
    """A page's former address: go to the page as it is called now, in the state that the link describes.

    Args:
        file: pages/NAME.py of the page as it is called now.
    """
    st.switch_page(file, query_params={name: st.query_params.get_all(name) for name in st.query_params})


def live(part: Callable[..., None]) -> Callable[..., None]:
    """A part of a page that runs anew by itself when something in it changes, while the rest stays as it is."""

    @st.fragment
    @wraps(part)
    def alone(*args) -> None:
        with _in_words():
            part(*args)
        _around[0].remember(session(Frame).row)  # what it asked may have changed the link

    return alone


@contextmanager
def _in_words() -> Iterator[None]:
    """A ValueError says what was wanted and what was got, so its sentence is shown as it is; anything else is a fault
    of ours, which goes to the log while the person keeps clip and settings.
    """
    try:
        yield
    except ValueError as refusal:
        _around[0].forget()
        log.info("refused: %s", refusal, exc_info=True)
        st.error(str(refusal), icon=":material/error:")
    except Exception as fault:
        _around[0].forget()
        log.exception("a page failed")
        st.error(
            f"Something went wrong inside VizCore ({type(fault).__name__}). Your clip and settings are kept: "
            "change a setting or reload the page. Details are in the server's log.",
            icon=":material/bug_report:",
        )


@st.cache_resource(show_spinner=False)
def warm(modules: tuple[str, ...]) -> None:
    """Import what the pages need while the person still reads, then take it out of the garbage collector's rounds.

    Args:
        modules: dotted names; one that has a function `prepare` is prepared as well.
    """
    threading.Thread(target=_import_and_freeze, args=(modules,), daemon=True, name="warm").start()


def _import_and_freeze(modules: tuple[str, ...]) -> None:
    for name in (*HEAVY, *modules):
        module = importlib.import_module(name)
        if hasattr(module, "prepare"):
            module.prepare()
    freeze.__wrapped__()  # what is here by now, even if some was frozen before


def _go_through_the_front_door() -> None:
    """A deep link on a fresh server skips app.py (the folder is named pages/): send the first run through it."""
    from streamlit.runtime.pages_manager import PagesManager

    if getattr(PagesManager, "uses_pages_directory", False):
        PagesManager.uses_pages_directory = False
        st.rerun()


def _mark_the_end() -> None:
    """For browser tests only: a number that grows with every finished run."""
    if os.environ.get("VIZCORE_TEST"):
        frame = session(Frame)
        frame.runs += 1
        st.html(f'<i class="vz-run" data-seq="{frame.runs}" hidden></i>')
