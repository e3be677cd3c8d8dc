"""Long work with progress and cancel: a recipe runs beside the page, which shows it at once when it is quick.

recipe, words and numbers -> Job (one for everybody who asks the same) -> result, or progress bar and Cancel
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import streamlit as st

from vizcore.jobs import Job, Worker
from vizcore.recipes.lab import default_lab
from vizcore.ui.memory import freeze

Result = TypeVar("Result")
QUICK = 1.0  # seconds a page waits before it shows a progress bar
HEAVIEST = 768 << 20  # bytes of all results that are remembered
LOOK = 0.5  # seconds between two looks at a running job


def work(label: str, recipe: Callable[..., Result], **settings) -> Result:
    """The result of recipe(**settings, lab=...); while it is made, the page below waits under a progress bar.

    Settings are words and numbers: with the file's own stamp they are the whole key, so two people who ask the same
    share one job.

    Raises:
        ValueError: what the recipe refused, in its own words.
    """
    key = (
        recipe.__module__,
        recipe.__qualname__,
        *sorted(settings.items()),
        *(_stamp(settings[name]) for name in sorted(settings)),
    )
    owner = st.session_state.setdefault("_owner", object())
    if key in st.session_state.setdefault("_cancelled", set()):
        _offer_again(label, key)
    job = _worker().submit(key, lambda job: recipe(**settings, lab=default_lab().told(job.step)), owner=owner)
    if not job.wait(QUICK):
        freeze()
        _watch(label, job, key, owner)
        st.stop()
    return job.result()


@cache
def _worker() -> Worker:
    return Worker("recipes", 16, bytes_of, HEAVIEST)  # most results take 5 MB, a table of millions of rows 500


def bytes_of(result: object) -> int:
    """How much memory the arrays of a result take, about."""
    if isinstance(result, np.ndarray):
        return result.nbytes
    if isinstance(result, bytes):
        return len(result)
    if isinstance(result, dict):
        return sum(map(bytes_of, result.values()))
    if isinstance(result, tuple | list):
        return sum(map(bytes_of, result))
    if is_dataclass(result):
        return sum(bytes_of(getattr(result, field.name)) for field in fields(result))
    return 0


def _stamp(setting: object) -> tuple[int, ...]:
    """What tells a file from another that was put in its place; () for what names no file."""
    try:
        state = Path(setting).stat() if isinstance(setting, str) else None
    except (OSError, ValueError):
        state = None
    return () if state is None else (state.st_mtime_ns, state.st_size)


@st.fragment(run_every=LOOK)
def _watch(label: str, job: Job, key: tuple, owner: object) -> None:
    """A progress bar and a button; the page runs again when the job has ended."""
    if job.finished:
        st.rerun()
    share = job.done / job.total if job.total else 0.0
    st.progress(min(max(share, 0.0), 1.0), text=f"{label}: {job.message or job.state}")
    if st.button("Cancel", key="cancel-work", icon=":material/close:"):
        job.cancel(owner)
        st.session_state["_cancelled"].add(key)
        st.rerun()


def _offer_again(label: str, key: tuple) -> None:
    """Say that the work was stopped, and offer to start it again."""
    st.info(f"{label}: stopped before it was done. Nothing was lost.", icon=":material/pause_circle:")
    if st.button("Start again", key="start-work", icon=":material/refresh:"):
        st.session_state["_cancelled"].discard(key)
        st.rerun()
    st.stop()
