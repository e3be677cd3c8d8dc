"""The queue of a cluster, simulated: many clips, workers that die, one driver that writes; what breaks first?

    OMP_NUM_THREADS=1 python -m benchmarks.queue_simulation [docs/scale.md] [--smallest]

A discrete-event simulation: clips arrive, wait, are worked on, may lose their worker, and end when the driver has
written them. Service times are drawn from those of the clips of the app, which are measured first (two minutes).
With Poisson arrivals, exponential service and nothing else it is the queue M/M/c, whose mean wait Erlang's formula C
gives (A. K. Erlang 1917); the tests hold it to that.
"""

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np

from benchmarks.cost_per_clip import MILLION, QUICK, match_costs
from benchmarks.marked import load, machine, table, tell
from benchmarks.options import asked
from vizcore.runtime.clip_library import bundled

LONG, TIMES = 0.01, 40.0  # of the clips one in a hundred is long, and takes 40 times as long
SPOT = 1 / 36_000  # deaths of a worker for each second that it works: one in ten hours
RESTART = 120.0  # seconds until another machine stands
SEED = 1
SMALLEST = {"clips": 1, "settings": QUICK, "simulated": 500, "waiting": 500, "sizes": (2, 8), "workers": 4}


@dataclass(frozen=True)
class Fleet:
    """What works."""

    workers: int
    deaths: float = 0.0  # of a worker, for each second that it works
    restart: float = 20.0  # seconds until a dead worker stands again
    driver: float = 0.0  # seconds of the one driver for each clip


@dataclass(frozen=True, eq=False)
class Run:
    """What came of it; times are seconds from the first arrival."""

    begun: np.ndarray  # (N,) when each clip was first worked on
    ended: np.ndarray  # (N,) when it was written
    worked: float  # seconds of all workers together, in vain or not
    died: int  # workers
    dry: float  # when the first worker had written its last clip

    @property
    def makespan(self) -> float:
        """When the last clip was written."""
        return float(self.ended.max())

    @property
    def tail(self) -> float:
        """Seconds at the end in which workers have nothing to do any more."""
        return self.makespan - self.dry


@dataclass
class _State:
    """A fleet at one moment of the simulation."""

    fleet: Fleet
    rng: np.random.Generator
    service: np.ndarray  # (N,)
    waiting: list[deque[int]]  # a queue for each worker, or one for all
    idle: set[int]
    last: list[float]  # when each worker's last clip was written
    events: list[tuple[float, int, str, int, int]] = field(default_factory=list)  # (time, order, what, worker, clip)
    order: int = 0
    driver_free: float = 0.0
    worked: float = 0.0
    died: int = 0

    def queue(self, worker: int) -> deque[int]:
        return self.waiting[worker % len(self.waiting)]

    def plan(self, time: float, what: str, worker: int, clip: int) -> None:
        heapq.heappush(self.events, (time, self.order, what, worker, clip))
        self.order += 1

    def begin(self, now: float, worker: int, clip: int) -> None:
        """Work on a clip until it is done or the worker dies, whichever is first."""
        needs = self.service[clip]
        lives = self.rng.exponential(1 / self.fleet.deaths) if self.fleet.deaths else inf
        self.worked += min(needs, lives)
        self.plan(now + min(needs, lives), "dies" if lives < needs else "done", worker, clip)


def simulate(
    arrivals: np.ndarray, service: np.ndarray, fleet: Fleet, rng: np.random.Generator, dealt: bool = False
) -> Run:
    """Let a fleet do clips in the order of their arrivals.

    Args:
        arrivals: (N,) seconds, not falling.
        service: (N,) seconds that each clip takes a worker.
        rng: decides who dies.
        dealt: every worker has its share of the clips from the start, instead of taking the next one when it is free.
    """
    count = len(service)
    queues = [deque() for _ in range(fleet.workers if dealt else 1)]
    state = _State(fleet, rng, np.asarray(service, float), queues, set(range(fleet.workers)), [0.0] * fleet.workers)
    begun, ended = np.full(count, np.nan), np.full(count, np.nan)
    for clip, time in enumerate(arrivals):
        state.plan(float(time), "comes", clip % fleet.workers, clip)
    while state.events:
        now, _, what, worker, clip = heapq.heappop(state.events)
        if what == "comes":
            state.queue(worker).append(clip)
        elif what == "done":  # who waits for the driver, which hands out the next clip before it writes this one
            heard = max(state.driver_free, now)
            ended[clip] = state.last[worker] = state.driver_free = heard + fleet.driver
            state.plan(heard, "stands", worker, -1)
        elif what == "dies":
            state.died += 1
            state.queue(worker).appendleft(clip)
            state.plan(now + fleet.restart, "stands", worker, -1)
        else:
            state.idle.add(worker)
        _hand_out(state, now, begun, dealt)
    return Run(begun, ended, state.worked, state.died, min(state.last))


def _hand_out(state: _State, now: float, begun: np.ndarray, dealt: bool) -> None:
    """Give waiting clips to idle workers."""
    if not dealt:
        while state.idle and state.waiting[0]:
            _start(state, now, state.idle.pop(), begun)
        return
    for worker in [worker for worker in state.idle if state.waiting[worker]]:
        state.idle.discard(worker)
        _start(state, now, worker, begun)


def _start(state: _State, now: float, worker: int, begun: np.ndarray) -> None:
    clip = state.queue(worker).popleft()
    if np.isnan(begun[clip]):
        begun[clip] = now
    state.begin(now, worker, clip)


def erlang_wait(arrival: float, service: float, workers: int) -> float:
    """Mean seconds that a clip waits in M/M/c: Erlang's formula C by the recursion of formula B.

    Args:
        arrival: clips a second.
        service: mean seconds of work of one.

    Raises:
        ValueError: more comes than the workers can do.
    """
    offered = arrival * service
    if offered >= workers:
        raise ValueError(f"want less work than {workers} workers can do, got {offered:g}")
    blocked = 1.0
    for k in range(1, workers + 1):
        blocked = offered * blocked / (k + offered * blocked)
    waits = blocked / (1 - offered / workers * (1 - blocked))
    return waits * service / (workers - offered)


def drawn(measured: Sequence[float], count: int, rng: np.random.Generator, long: float = LONG) -> np.ndarray:
    """(N,) service times: measured ones, of which a share is TIMES as long."""
    return rng.choice(measured, count) * np.where(rng.random(count) < long, TIMES, 1.0)


def share(run: Run, service: np.ndarray, workers: int) -> float:
    """How much of the fleet's time went into clips, 0 to 1: what the whole took at best over what it took."""
    return float(service.sum() / (workers * run.makespan))


def orders() -> dict[str, tuple[Callable[[np.ndarray], Sequence[int]], bool]]:
    """Ways to hand out clips: (their order, dealt out at the start)."""
    return {
        "one at a time, as they come": (lambda service: np.arange(len(service)), False),
        "one at a time, long ones first": (lambda service: np.argsort(-service, kind="stable"), False),
        "one at a time, long ones last": (lambda service: np.argsort(service, kind="stable"), False),
        "dealt out at the start": (lambda service: np.arange(len(service)), True),
    }


def fleets(measured: Sequence[float], driver: float, sizes: Sequence[int], clips: int) -> str:
    """The first table: so many clips on fleets whose workers may vanish, and where one driver is not enough."""
    heads = ["workers", "hours", "clips a second", "of workers' time into clips, %", "driver busy, %", "workers lost"]
    rows = []
    for workers in sizes:
        rng = np.random.default_rng(SEED)
        service = drawn(measured, clips, rng)
        run = simulate(np.zeros(clips), service, Fleet(workers, SPOT, RESTART, driver), rng)
        cells = [run.makespan / 3600, clips / run.makespan, 100 * share(run, service, workers)]
        busy, tail = 100 * clips * driver / run.makespan, run.tail
        rows.append([f"{workers}", *(f"{cell:.1f}" for cell in cells), f"{busy:.0f}", f"{run.died}", f"{tail:.0f}"])
    return table([*heads, "tail, s"], rows)


def policies(measured: Sequence[float], workers: int, clips: int) -> str:
    """The second table: how so many clips are handed out."""
    heads = ["handed out", "into clips, %", "tail, s", "into clips, %, a worker dies every 10 minutes", "tail, s"]
    rows = []
    for name, (order, dealt) in orders().items():
        cells = []
        for deaths in (0.0, 1 / 600):
            rng = np.random.default_rng(SEED)
            service = drawn(measured, clips, rng)
            service = service[order(service)]
            run = simulate(np.zeros(clips), service, Fleet(workers, deaths), rng, dealt)
            cells += [f"{100 * share(run, service, workers):.1f}", f"{run.tail:.0f}"]
        rows.append([name, *cells])
    return table(heads, rows)


def waits(measured: Sequence[float], count: int, workers: int = 8) -> str:
    """The third table: people who wait, not batches: the app's queue beside Erlang's formula."""
    rows = []
    for busy in (0.5, 0.7, 0.9):
        rng = np.random.default_rng(SEED)
        mixed = drawn(measured, count, rng)
        mean = float(mixed.mean())
        cells = []
        for service in (rng.exponential(mean, count), mixed):
            arrivals = np.cumsum(rng.exponential(mean / (busy * workers), count))
            waited = simulate(arrivals, service, Fleet(workers), rng).begun - arrivals
            cells += [f"{waited.mean():.2f}"]
        exact = erlang_wait(busy * workers / mean, mean, workers)
        rows.append([f"{100 * busy:.0f}", f"{exact:.2f}", *cells, f"{np.quantile(waited, 0.99):.1f}"])
    heads = [
        "busy, %",
        "Erlang C",
        "simulated, exponential",
        "measured times, long ones too",
        "the longest in a hundred",
    ]
    return table(heads, rows)


def main(words: Sequence[str] | None = None) -> None:
    """Print the tables, and write them into the documents that are named."""
    usual = {"clips": len(bundled()), "simulated": MILLION, "waiting": 100_000, "sizes": (16, 64, 256, 1024)}
    told = asked(__doc__, words, SMALLEST, documents=(), settings=(), workers=64, **usual)
    before = load()
    pair = (match_costs(forms, told.clips, told.settings) for forms in (("json",), ("json", "npz")))
    (numbers, light), (measured, driver) = pair
    ways = {"JSON alone": (numbers, light), "JSON and NPZ": (measured, driver)}
    heads = ["files", "a worker, CPU s a clip", "the driver, ms a clip", "workers that one driver can serve"]
    rows = []
    for name, (service, each) in ways.items():
        busy = np.mean(service) * (1 + LONG * (TIMES - 1))  # long ones too
        rows.append([name, f"{np.mean(service):.2f}", f"{1e3 * each:.1f}", f"{busy / each:.0f}"])
    tell(
        {
            "queue-driver": f"{len(measured)} clips matched; {machine(before)}.\n\n{table(heads, rows)}",
            "queue-json": fleets(numbers, light, told.sizes, told.simulated),
            "queue-npz": fleets(measured, driver, told.sizes, told.simulated),
            "queue-orders": policies(measured, told.workers, told.simulated),
            "queue-waits": waits(measured, told.waiting),
        },
        told.documents,
    )


if __name__ == "__main__":
    main()
