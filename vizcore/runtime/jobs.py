"""A job, one piece of long work beside the screen: its progress can be read, and whoever asked for it can stop it.

    worker.submit(key, work) -> Job      queued -> running -> done | failed | cancelled
    work(job): job.step(3, 10, "frame 3") -> tells, and raises Cancelled when nobody wants the result any more

The same key asked for twice is one job with two owners; it is cancelled when the last owner cancels it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vizcore.runtime.worker import Worker

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"


class Cancelled(Exception):
    """Nobody wants the result of this job any more."""


class Job:
    """One piece of work and how far it is; made by Worker.submit."""

    def __init__(self, worker: Worker, key: Hashable, work: Callable[[Job], Any], title: str = ""):
        self.key = key  # None: private work, that is not shared and not remembered
        self.title = title  # what kind of work it is; names nothing of a person's, as everybody may read it
        self.state = QUEUED
        self.done = 0  # steps of total
        self.total = 0  # 0 as long as it is not known
        self.message = ""  # what is being done
        self.error: str | None = None  # why it failed, as a sentence
        self.exception: BaseException | None = None  # the same, as it was raised
        self.weight = 0.0  # of the result
        self._worker = worker
        self._work: Callable[[Job], Any] | None = work
        self._owners: set[Hashable] = set()
        self._askers: set[Hashable] = set()  # whoever has ever wanted it
        self._began: float | None = None
        self._stopped: float | None = None
        self._unwanted = False
        self._value: Any = None
        self._trace: TracebackType | None = None
        self._ended = threading.Event()

    @property
    def finished(self) -> bool:
        """Done, failed or cancelled."""
        return self._ended.is_set()

    @property
    def seconds(self) -> float:
        """How long it has been running, or ran; 0 before it begins."""
        if self._began is None:
            return 0.0
        return (self._stopped or time.monotonic()) - self._began

    def requested_by(self, owner: Hashable) -> bool:
        """Whether this owner has asked for it, and has not left it to others who still want it."""
        return owner in self._askers and (owner in self._owners or self._unwanted or self.finished)

    @property
    def unwanted(self) -> bool:
        """Its last owner has cancelled; a running job stops at its next step."""
        return self._unwanted

    def step(self, done: int, total: int, message: str = "") -> None:
        """Report how far the work is; for the work itself to call.

        Args:
            done: steps that are done.
            total: steps in all, 0 where that is not known.
            message: what is being done.

        Raises:
            Cancelled: nobody wants the result any more. Let it pass.
        """
        self.check()
        self.done, self.total, self.message = done, total, message

    def check(self) -> None:
        """Raise Cancelled when nobody wants the result any more."""
        if self._unwanted:
            raise Cancelled(f"{self.key!r} was cancelled")

    def cancel(self, owner: Hashable = None) -> bool:
        """One owner wants it no longer; True when the job has no owner left, and so ends.

        A queued job ends at once, a running one at its next step; a finished one stays as it is.
        """
        with self._worker._lock:
            self._owners.discard(owner)
            if self._owners or self.finished:
                return False
            self._give_up()
            return True

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end at most `timeout` seconds; True when it has ended.

        Raises:
            RuntimeError: asked by a job of the same worker, which would wait for ever.
        """
        if not self.finished and self._worker.inside:
            raise RuntimeError("a job cannot wait for another job of its own worker: use worker.call(work)")
        return self._ended.wait(timeout)

    def result(self, timeout: float | None = None) -> Any:
        """What the work returned, once it has ended.

        Raises:
            TimeoutError: it had not ended after `timeout` seconds.
            Cancelled: it was cancelled.
            Exception: whatever the work raised.
        """
        if not self.wait(timeout):
            raise TimeoutError(f"{self.key!r} is {self.state} after {timeout} s")
        if self.exception is not None:
            raise self.exception.with_traceback(self._trace)  # the same error raised twice must not grow
        return self._value

    def _give_up(self) -> None:
        """Mark as unwanted; the worker's lock is held."""
        self._unwanted = True
        self._owners.clear()
        if self.state == QUEUED:
            self._end(CANCELLED, exception=Cancelled(f"{self.key!r} was cancelled before it began"))

    def _end(self, state: str, value: Any = None, exception: BaseException | None = None) -> None:
        self.state, self._value, self.exception, self._work = state, value, exception, None
        self._trace = exception and exception.__traceback__
        self.error = _sentence(exception) if state == FAILED else None
        self._stopped = time.monotonic()
        self._ended.set()


def _sentence(error: BaseException) -> str:
    """What went wrong, for a person: refusals are sentences already, anything else says what it is."""
    text = str(error).strip()
    if isinstance(error, ValueError) and text:
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
