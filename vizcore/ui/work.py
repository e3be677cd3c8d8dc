"""Long work with progress and cancel: a pipeline runs beside the page, which shows it at once when it is quick.

pipeline, words and numbers -> Job (one for everybody who asks the same) -> result, or progress bar and Cancel
"""

import gc
import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import streamlit as st

from vizcore.player.session import session
from vizcore.runtime.context import default_context
from vizcore.runtime.jobs import QUEUED, RUNNING, Job
from vizcore.runtime.recording import recorded
from vizcore.runtime.tables import CLUSTER
from vizcore.runtime.worker import Worker

Result = TypeVar("Result")
QUICK = 1.0  # seconds a page waits before it shows a progress bar
HEAVIEST = 768 << 20  # bytes of all results that are remembered
POLL = 0.5  # seconds between two looks at a running job
SOON, EARLY = 2.0, 0.05  # seconds and share of a job before which nobody can say how long it takes


@dataclass
class SessionWork:
    """What this session has asked for."""

    owner: object = field(default_factory=object)  # tells its jobs from other people's
    stopped: set[tuple] = field(default_factory=set)  # keys of work that it cancelled


@dataclass(frozen=True)
class JobView:
    """A job as one session may see it: of other people's only what kind of work it is, and its state."""

    title: str
    state: str
    mine: bool
    share: float  # done, 0 to 1
    words: str  # what is being done, or why it failed; "" of other people's
    seconds: float  # that it has been running, or ran; 0 of other people's
    cancel: Callable[[], None] | None  # where it is one's own and has not ended


def work(label: str, pipeline: Callable[..., Result], **settings) -> Result:
    """The result of pipeline(**settings, context=...); while it is made, the page below waits under a progress bar.

    Settings are words and numbers: with the file's own stamp they are the whole key, so two people who ask the same
    share one job. Long pipelines run on a cluster where the app has one.

    Args:
        label: what is being done, for everybody to read.
        pipeline: a function of settings and a context.
        settings: words and numbers, its keyword arguments.

    Raises:
        ValueError: what the pipeline refused, in its own words.
    """
    result = work_in_place(label, pipeline, **settings)
    if result is None:
        st.stop()
    return result


def work_in_place(label: str, pipeline: Callable[..., Result], **settings) -> Result | None:
    """The same, but the page goes on: the progress bar stands here, and there is None until the result is made.

    Args:
        label: what is being done, for everybody to read.
        pipeline: as of `work`.
        settings: words and numbers, its keyword arguments.

    Raises:
        ValueError: what the pipeline refused, in its own words.
    """
    key, mine = _key(pipeline, settings), session(SessionWork)
    if key in mine.stopped:
        _offer_again(label, key)
        return None
    job = _submitted(label, pipeline, settings)
    if not job.wait(QUICK):
        freeze()
        _watch(label, job, mine.owner)
        return None
    recorded.called(pipeline, settings, result := job.result())
    return result


def work_beside(label: str, pipeline: Callable[..., Result], **settings) -> Result | None:
    """The result of a pipeline that nothing on the page waits for; None until it is there, when the page runs again.

    Args:
        label: what is being done, for everybody to read.
        pipeline: as of `work`.
        settings: words and numbers, its keyword arguments.

    Raises:
        ValueError: what the pipeline refused, in its own words.
    """
    job = _submitted(label, pipeline, settings)
    if job.finished:
        return job.result()
    _run_again_after(job)
    return None


def work_ahead(label: str, pipeline: Callable[..., Result], **settings) -> None:
    """Begin work that the page is going to ask for.

    Args:
        label, pipeline, settings: as of `work`.
    """
    _submitted(label, pipeline, settings)


def _key(pipeline: Callable, settings: dict) -> tuple:
    """What tells one piece of work from another."""
    stamps = (_stamp(settings[name]) for name in sorted(settings))
    return (pipeline.__module__, pipeline.__qualname__, *sorted(settings.items()), *stamps)


def _submitted(label: str, pipeline: Callable, settings: dict) -> Job:
    """The job of some work, new or joined."""
    key, owner, elsewhere = _key(pipeline, settings), session(SessionWork).owner, _elsewhere(pipeline, settings)
    if elsewhere:
        return _cluster().submit(key, elsewhere, owner, label)
    return _worker().submit(
        key, lambda job: pipeline(**settings, context=default_context().with_progress(job.step)), owner, label
    )


@st.fragment(run_every=POLL)
def _run_again_after(job: Job) -> None:
    """Run the page again when a job has ended."""
    if job.finished:
        st.rerun()


def jobs() -> list[JobView]:
    """What runs, what waits, and what ended lately, the last first: as this session may see it."""
    owner, workers = session(SessionWork).owner, _workers()
    known = [
        *(job for worker in workers for job in worker.running),
        *(job for worker in workers for job in worker.queued),
        *(job for worker in workers for job in reversed(worker.past)),
    ]
    return [_view_of(job, owner) for job in dict.fromkeys(known)]


def forget_jobs() -> None:
    """Let the results go that are remembered of jobs which have ended; asked for again, they are made again."""
    for worker in _workers():
        worker.forget()


def _view_of(job: Job, owner: object) -> JobView:
    if not job.requested_by(owner):
        return JobView(job.title, job.state, False, 0.0, "", 0.0, None)
    cancel = partial(_stop, job, owner) if job.state in (QUEUED, RUNNING) and not job.unwanted else None
    return JobView(job.title, job.state, True, _share(job), job.error or job.message, job.seconds, cancel)


def _share(job: Job) -> float:
    return min(max(job.done / job.total, 0.0), 1.0) if job.total else 0.0


def _seconds_left(job: Job) -> float | None:
    """How long a job will still take if it goes on as so far; None while that is too early to say."""
    share = _share(job)
    return job.seconds * (1 - share) / share if job.seconds >= SOON and share >= EARLY else None


def _in_words(seconds: float) -> str:
    """A stretch of time, no finer than such a guess is."""
    return f"{max(1, round(seconds)):.0f} s" if seconds < 90 else f"{seconds / 60:.0f} minutes"


def _stop(job: Job, owner: object) -> None:
    """This session wants it no longer; the page that asked offers to start it again."""
    if not job.finished:
        job.cancel(owner)
        session(SessionWork).stopped.add(job.key)


@cache
def _worker() -> Worker:
    return Worker("recipes", 16, bytes_of, HEAVIEST)  # most results take 5 MB, a table of millions of rows 500


def _workers() -> tuple[Worker, ...]:
    return (_worker(), _cluster()) if os.environ.get(CLUSTER) else (_worker(),)


def _elsewhere(pipeline: Callable, settings: dict) -> Callable[[Job], object] | None:
    """What a job does whose work goes to the app's cluster; None where it is done here."""
    if not os.environ.get(CLUSTER):
        return None
    from vizcore.runtime.cluster import service  # most apps have no cluster

    travels = service.travels(pipeline, settings)
    return (lambda job: service.elsewhere(pipeline, settings, job.step)) if travels else None


@cache
def _cluster() -> Worker:
    from vizcore.runtime.cluster import service

    return Worker("cluster", 16, bytes_of, HEAVIEST, service.workers())  # each thread waits for a context elsewhere


@cache
def freeze() -> None:
    """Take what is imported by now out of the garbage collector's rounds; once in a process.

    Streamlit collects garbage after every run; with a few hundred thousand objects of imported modules that costs 0.2 s
    a click, and holds up whatever computes beside the page. Frozen once, a click costs 20 ms.
    """
    gc.collect()
    gc.freeze()


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


def _stamp(setting: object) -> tuple:
    """What tells a file, or each of several, from another that was put in its place; () for what names no file."""
    if isinstance(setting, tuple):
        return tuple(map(_stamp, setting))
    try:
        state = Path(setting).stat() if isinstance(setting, str) else None
    except (OSError, ValueError):
        state = None
    return () if state is None else (state.st_mtime_ns, state.st_size)


@st.fragment(run_every=POLL)
def _watch(label: str, job: Job, owner: object) -> None:
    """A progress bar and a button; the page runs again when the job has ended."""
    if job.finished:
        st.rerun()
    left = _seconds_left(job)
    words = f"{label}: {job.message or job.state}"
    st.progress(_share(job), text=words if left is None else f"{words}, about {_in_words(left)} left")
    if st.button("Cancel", key="cancel-work", icon=":material/close:"):
        _stop(job, owner)
        st.rerun()


def _offer_again(label: str, key: tuple) -> None:
    """Say that the work was stopped, and offer to start it again."""
    st.info(f"{label}: stopped before it was done. Nothing was lost.", icon=":material/pause_circle:")
    if st.button("Start again", key="start-work", icon=":material/refresh:"):
        session(SessionWork).stopped.discard(key)
        st.rerun()
