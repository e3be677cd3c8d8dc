"""The app's workers: who asks gets an idle one, sees how far it is, and may stop it.

pipeline, words and numbers -> files as sent files -> an idle worker -> looked at until it answers -> the result
A cluster that is gone is said to be gone, and is joined anew when somebody asks again.
"""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from vizcore.runtime.cluster.connection import join, ray
from vizcore.runtime.cluster.file_transfer import sent_file
from vizcore.runtime.cluster.remote_worker import Sent
from vizcore.runtime.cluster.worker_pool import (
    ATTEMPTS,
    KILLED,
    LACKS,
    Call,
    Died,
    WorkerPool,
    answer_of,
    ask,
    get_ready,
    refusal,
)
from vizcore.runtime.context import Progress

POLL = 0.2  # seconds between two looks at a worker
GRACE = 20.0  # seconds in which work that was stopped may end by itself
STANDS = 60.0  # seconds in which a worker begins, or begins again
LASTING = "RAY_gcs_rpc_server_reconnect_timeout_s", "1000000"  # else Ray ends the app a minute after its head is gone
_alone = threading.Lock()
_known: dict[tuple[str, int, float], "Workers"] = {}


class Gone(ValueError):
    """The cluster does not answer any more."""


def elsewhere(place: tuple[str, int, float], pipeline: Callable, settings: dict[str, Any], tell: Progress) -> Any:
    """The result of pipeline(**settings, context=...), by this process's workers at a place, made when first asked for.

    Args:
        place: address, how many workers, the share of a GPU of each.
        pipeline: a function of settings and a context.
        settings: its keyword arguments, the context aside.
        tell: called with how far it is; may raise to stop it.

    Raises:
        ValueError: what the pipeline refused, or that nothing answers there, or that no worker can be had.
    """
    os.environ.setdefault(*LASTING)
    with _alone:
        if place not in _known:
            address, size, gpus = place
            if not ray().is_initialized():
                join(address)
            _known[place] = Workers(WorkerPool(size, gpus))
        workers = _known[place]
    try:
        return workers.do(pipeline, settings, tell)
    except Gone:
        with _alone:
            if _known.pop(place, None) is workers:
                ray().shutdown()
        raise


class Workers:
    """A pool whose members are asked one by one.

    Raises:
        ValueError: one of them cannot begin.
    """

    def __init__(self, pool: WorkerPool):
        self._idle: SimpleQueue = SimpleQueue()
        self._numbers = count(1)
        for worker in pool.workers:
            _wait_for(worker)
            self._idle.put(worker)

    def do(self, pipeline: Callable, settings: dict[str, Any], tell: Progress) -> Any:
        """The result of pipeline(**settings, context=...), tried again if its worker dies; faults are raised.

        Args:
            pipeline: a function of settings and a context.
            settings: its keyword arguments, the context aside.
            tell: called with how far it is; may raise to stop it.
        """
        call = Call(pipeline, {name: _carried(value) for name, value in settings.items()})
        worker = self._free(tell)
        try:
            for _ in range(ATTEMPTS):
                answer = self._answer(worker, call, tell)
                if not isinstance(answer, Died):
                    break
                _wait_for(worker)
            else:
                raise RuntimeError(KILLED)
        finally:
            self._idle.put(worker)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _free(self, tell: Progress) -> Any:
        """A worker that has nothing to do, waited for if need be."""
        while True:
            try:
                return self._idle.get(timeout=POLL)
            except Empty:
                tell(0, 0, "waiting for a worker")

    def _answer(self, worker: Any, call: Call, tell: Progress) -> Any:
        """What a worker answers, its sent files sent if it wants them."""
        answer = self._watched(worker, call, tell)
        return self._watched(worker, call, tell, call.sent()) if answer is LACKS else answer

    def _watched(self, worker: Any, call: Call, tell: Progress, sent: Sent | None = None) -> Any:
        """The answer of a worker, which is looked at until it has one, or is stopped."""
        number = next(self._numbers)
        reference = ask(worker, number, call, sent)
        try:
            while not ray().wait([reference], timeout=POLL)[0]:
                progress = None
                with suppress(ray().exceptions.RayError):  # it died: the next look finds that
                    progress = ray().get(worker.progress.remote(), timeout=GRACE)
                if progress is not None:
                    tell(*progress)
        except BaseException:
            worker.stop.remote(number)
            if not ray().wait([reference], timeout=GRACE)[0]:
                ray().kill(worker, no_restart=False)
                _wait_for(worker)
            raise
        return answer_of(reference)


def _carried(value: Any) -> Any:
    """A setting, with a sent_file for every file that it names by its path; a word without a folder names none."""
    if isinstance(value, tuple):
        return tuple(map(_carried, value))
    return sent_file(value) if os.sep in str(value) and Path(value).is_file() else value


def _wait_for(worker: Any) -> None:
    """Until a worker stands.

    Raises:
        Gone: it does not.
    """
    reference = get_ready(worker)
    why = refusal(reference) if ray().wait([reference], timeout=STANDS)[0] else f"nothing came in {STANDS:.0f} s"
    if why:
        raise Gone(f"want a worker of the cluster, but none could begin: {why}")
