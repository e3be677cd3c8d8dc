"""Who does long work: one queue, one thread or a few, and what is remembered of the jobs that have ended.

submit(key, work) -> Job (jobs.py): the same key asked for twice is one job;  call(work) -> its result, in its turn
"""

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any

from vizcore.formats.apart.calls import checked
from vizcore.runtime.jobs import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Cancelled, Job

LOOK = 0.1  # seconds between two looks at whether a job is still wanted that waits for another worker
_here = threading.local()  # job: the one that this thread is doing


class Worker:
    """One daemon thread, or a few, that take one job after the other, in the order in which they came.

    Args:
        name: of the threads.
        history: finished jobs with a key that are remembered with their results; a done one is not done again.
        weigh: how large a result is.
        most: what the remembered results may weigh together; the latest one stays whatever it weighs.
        threads: how many; more than one only for jobs that may run beside each other.
    """

    def __init__(
        self,
        name: str = "worker",
        history: int = 32,
        weigh: Callable[[Any], float] = lambda value: 0.0,
        most: float = float("inf"),
        threads: int = 1,
    ):
        if history < 0 or threads < 1:
            raise ValueError(f"want a history of 0 or more jobs and a thread or more, got {history}, {threads}")
        self._weigh, self._most = weigh, most
        self._lock = threading.RLock()
        self._came = threading.Condition(self._lock)
        self._queue: deque[Job] = deque()
        self._known: dict[Hashable, Job] = {}  # by key: the job that a second submit would get
        self._past: deque[Job] = deque()
        self._history = history
        self._running: dict[threading.Thread, Job] = {}
        self._ended = 0
        self._closed = False
        self._threads = [threading.Thread(target=self._serve, name=name, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    @property
    def inside(self) -> bool:
        """The asking thread is the worker's own: a job is asking."""
        return threading.current_thread() in self._threads

    @property
    def running(self) -> tuple[Job, ...]:
        """The jobs that are being done, begun first first; one at most where there is one thread."""
        with self._lock:
            return tuple(self._running.values())

    @property
    def queued(self) -> tuple[Job, ...]:
        """The jobs that wait, first come first."""
        with self._lock:
            return tuple(job for job in self._queue if job.state == QUEUED)

    @property
    def past(self) -> tuple[Job, ...]:
        """The finished jobs that are remembered, oldest first."""
        with self._lock:
            return tuple(self._past)

    @property
    def ended(self) -> int:
        """How many jobs have been taken from the queue and have ended."""
        return self._ended

    def submit(self, key: Hashable, work: Callable[[Job], Any], owner: Hashable = None, title: str = "") -> Job:
        """Queue work(job), or join the job that is queued, running or lately done under the same key.

        Args:
            key: words and numbers that say what is wanted; None for private work, which is never joined.
            work: gets the job; what it returns is the result.
            owner: who wants it, such as a session; the job is cancelled when all owners have cancelled.
            title: what kind of work it is, in words that everybody may read.

        Raises:
            RuntimeError: the worker is closed.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("the worker is closed")
            job = None if key is None else self._known.get(key)
            if job is not None and job.state == DONE:
                job._askers.add(owner)
                return job
            if job is None or job.unwanted:
                job = Job(self, key, work, title)
                self._queue.append(job)
                if key is not None:
                    self._known[key] = job
                self._came.notify()
            job._owners.add(owner)
            job._askers.add(owner)
            return job

    def call(self, work: Callable[[Job], Any]) -> Any:
        """The result of work(job), done by the worker's thread in its turn; at once when a job of its own asks.

        Raises:
            Cancelled: the job of another worker that asks was cancelled; then this one is, too.
        """
        if (job := self._running.get(threading.current_thread())) is not None:
            return work(job)
        job, asking = self.submit(None, work), getattr(_here, "job", None)
        while asking is not None and not job.wait(LOOK):
            if asking.unwanted:
                job.cancel()
                asking.check()
        return job.result()

    def forget(self) -> None:
        """Let the finished jobs and their results go; what is asked for again is done again."""
        with self._lock:
            while self._past:
                self._forget(self._past.popleft())

    def close(self, timeout: float | None = None) -> bool:
        """Cancel everything and stop; True when each thread has ended within `timeout` seconds."""
        with self._lock:
            self._closed = True
            for job in (*self._queue, *self._running.values()):
                if not job.finished:
                    job._give_up()
            self._came.notify_all()
        if not self.inside:
            for thread in self._threads:
                thread.join(timeout)
        return not any(thread.is_alive() for thread in self._threads)

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            work, _here.job = job._work, job
            try:
                with checked(job.check):  # what reads a file elsewhere ends when nobody wants it any more
                    outcome = (DONE, work(job), None)
            except Cancelled as stopped:
                outcome = (CANCELLED, None, stopped)
            except BaseException as error:  # the thread outlives whatever a job does, SystemExit included
                outcome = (FAILED, None, error)
            _here.job = None
            _let_go(outcome[2])
            self._finish(job, outcome)
            del work, job, outcome  # nor an idle thread those of its last job

    def _next(self) -> Job | None:
        """Wait for a job that is still wanted; None when the worker is closed."""
        with self._lock:
            while True:
                while self._queue:
                    job = self._queue.popleft()
                    if job.state == QUEUED:
                        job.state, job._began = RUNNING, time.monotonic()
                        self._running[threading.current_thread()] = job
                        return job
                    self._forget(job)
                if self._closed:
                    return None
                self._came.wait()

    def _finish(self, job: Job, outcome: tuple[str, Any, BaseException | None]) -> None:
        with self._lock:
            del self._running[threading.current_thread()]
            self._ended += 1
            if job.key is not None:
                self._past.append(job)
                if outcome[0] != DONE:
                    self._forget(job)
                while len(self._past) > self._history:
                    self._forget(self._past.popleft())
                job.weight = self._weigh(outcome[1]) if outcome[0] == DONE else 0.0
                while len(self._past) > 1 and sum(one.weight for one in self._past) > self._most:
                    self._forget(self._past.popleft())
            job._end(*outcome)

    def _forget(self, job: Job) -> None:
        """The key is free again, unless a newer job has it."""
        if self._known.get(job.key) is job:
            del self._known[job.key]


def _let_go(error: BaseException | None) -> None:
    """Empty the frames of an error that is kept: they would keep the tensors of its pass."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
