"""Workers on a cluster, each with one piece of work at a time: what they do not hold yet waits here, and none piles up.

calls -> an idle worker each -> (call, result or fault) as they end
A worker that dies is started again by Ray, on another machine if need be; its call goes to the next idle one, and one
whose workers die ATTEMPTS times is given up.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Any

from vizcore.runtime.cluster.connection import ray
from vizcore.runtime.cluster.file_transfer import SentFile
from vizcore.runtime.cluster.packing import edition, unpacked
from vizcore.runtime.cluster.remote_worker import RemoteWorker, Sent
from vizcore.runtime.tables import filled_by

ATTEMPTS = 3
PATIENCE = 120.0  # seconds until the first worker stands: a machine may have to come up first
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")  # sums differ by how many share them
KILLED = f"its worker died {ATTEMPTS} times over it: out of memory, or a crash in a library"


LACKS = object()  # what a worker answers that does not have the files


class Died(Exception):
    """A worker died, or lost touch, before it answered."""


@dataclass(eq=False)
class Call:
    """A piece of work: function(**words, context=...)."""

    function: Callable
    words: Mapping[str, Any]  # numbers, words, sent files, and tuples of them
    about: Any = None  # for who asks
    deaths: int = 0  # of workers that had it

    def sent(self) -> Sent:
        """The content of every sent_file among the words.

        Raises:
            OSError: a file is gone.
        """
        return {one: one.content() for one in _sent_files(tuple(self.words.values()))}


class WorkerPool:
    """Workers of the cluster that was joined; a `with` lets them go.

    Args:
        size: how many, at most as many as fit; that many if not given.
        gpus: the share of a GPU that each takes; 0 computes on the CPU.

    Raises:
        ValueError: the cluster is too small for one.
    """

    def __init__(self, size: int | None = None, gpus: float = 0.0):
        fit = room(gpus)
        kind = (
            ray()
            .remote(RemoteWorker)
            .options(
                num_cpus=1, num_gpus=gpus, max_restarts=-1, max_concurrency=2, runtime_env={"env_vars": ONE_THREAD}
            )
        )
        self.workers = [kind.remote(gpus, filled_by()) for _ in range(min(size or fit, fit))]
        self._numbers = count(1)
        self._busy: dict[Any, tuple[Any, Call | None]] = {}  # {reference: (worker, its call; None while it gets ready)}
        self._stood = False  # one was ready

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(self, kind: type | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        for worker in self.workers:
            ray().kill(worker)

    def each(self, calls: Iterable[Call]) -> Iterator[tuple[Call, Any]]:
        """Every call with its result, or with the exception that it ended with, in the order of their ends.

        Calls are taken one at a time, when a worker is free for them. A pool whose round was left early is still at
        work: let it go.

        Raises:
            ValueError: no worker can be had, in a sentence.
        """
        calls, again, idle = iter(calls), deque(), []
        self._busy = {get_ready(worker): (worker, None) for worker in self.workers}
        while True:
            while idle and (call := again.popleft() if again else next(calls, None)) is not None:
                self._send(idle.pop(), call)
            if idle and not any(call for _, call in self._busy.values()):
                return
            worker, call, answer = self._next()
            if call is None:
                idle.append(worker)
            elif isinstance(answer, Died):
                self._busy[get_ready(worker)] = worker, None
                call.deaths += 1
                if call.deaths < ATTEMPTS:
                    again.append(call)
                else:
                    yield call, RuntimeError(KILLED)
            else:  # the worker has its next call before anybody looks at this answer
                next_call = again.popleft() if again else next(calls, None)
                if next_call is None:
                    idle.append(worker)
                else:
                    self._send(worker, next_call)
                yield call, answer

    def _send(self, worker: Any, call: Call, sent: Sent | None = None) -> None:
        self._busy[ask(worker, next(self._numbers), call, sent)] = worker, call

    def _next(self) -> tuple[Any, Call | None, Any]:
        """(worker, call, answer) of the next call that ends, or (worker, None, None) of a worker that is ready."""
        why = ""
        while self._busy:
            found, _ = ray().wait(list(self._busy), num_returns=1, timeout=None if self._stood else PATIENCE)
            if not found:
                raise ValueError(f"want room for a worker, but none came free within {PATIENCE:.0f} s: others hold it")
            worker, call = self._busy.pop(found[0])
            if call is None:
                why = refusal(found[0])
                if not why:
                    self._stood = True
                    return worker, None, None
                continue
            answer = answer_of(found[0])
            if answer is not LACKS:
                return worker, call, answer
            try:
                self._send(worker, call, call.sent())
            except OSError as gone:
                return worker, call, gone
        raise ValueError(f"want a worker, but none could begin: {why}")


def _sent_files(value: Any) -> Iterator[SentFile]:
    """Those among words, and among tuples of them."""
    if isinstance(value, tuple):
        for one in value:
            yield from _sent_files(one)
    elif isinstance(value, SentFile):
        yield value


def room(gpus: float) -> int:
    """How many workers fit on the cluster while nobody else uses it.

    Raises:
        ValueError: none.
    """
    if gpus < 0 or (gpus > 1 and gpus != int(gpus)):
        raise ValueError(f"want a share of a GPU from 0 to 1, or a whole number of them, for a worker, got {gpus}")
    there = ray().cluster_resources()
    fit = int(there.get("CPU", 0))
    if gpus:  # shares of one GPU are never put together from two
        whole = int(there.get("GPU", 0))
        fit = min(fit, whole * int(1 / gpus + 1e-9) if gpus <= 1 else whole // int(gpus))
    if not fit:
        raise ValueError(
            f"want a cluster with a core and {gpus:g} GPUs for a worker, got one with "
            f"{there.get('CPU', 0):g} cores and {there.get('GPU', 0):g} GPUs"
        )
    return fit


def ask(worker: Any, number: int, call: Call, sent: Sent | None = None) -> Any:
    """A reference to the answer of a worker, which Ray does not try again by itself.

    Args:
        worker: a handle of Ray.
        number: of this piece of work, higher than any before.
        call: what is to be done.
        sent: {SHA-256: content} of files that come along.
    """
    return worker.do.remote(number, call.function, dict(call.words), sent)


def get_ready(worker: Any) -> Any:
    """A reference to what a worker says once it stands, however often it has to be started until then."""
    return worker.ready.options(max_task_retries=-1).remote(edition())


def refusal(reference: Any) -> str:
    """Why a worker cannot be used; "" where it can."""
    try:
        return ray().get(reference)
    except ray().exceptions.RayError as fault:
        return _last_line(fault)


def answer_of(reference: Any) -> Any:
    """A result, the exception that the work ended with, Died, or LACKS."""
    try:
        data = ray().get(reference)
    except ray().exceptions.RayTaskError as fault:
        return RuntimeError(f"a worker failed: {_last_line(fault)}")
    except ray().exceptions.RayError as fault:
        return Died(_last_line(fault))
    return LACKS if data is None else unpacked(data)[1]


def _last_line(fault: Exception) -> str:
    return (str(fault).strip() or type(fault).__name__).splitlines()[-1].strip()
