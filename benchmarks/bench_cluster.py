"""A cluster of this machine: how much faster than one process, and what a task costs that does nothing.

    OMP_NUM_THREADS=1 python -m benchmarks.bench_cluster [docs/cluster.md] [--smallest]

All do the same clips and give the same bytes; they take turns within one run, and medians are compared.
"""

import os
import signal
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median

import psutil
import torch
from threadpoolctl import threadpool_limits

import vizcore.features.tasks  # noqa: F401  (hands the runtime its tasks)
from benchmarks import options
from benchmarks.marked import load, machine, table, tell
from vizcore.runtime.batch import Task, run, sources
from vizcore.runtime.batch.run import DONE
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.cluster import run as on_cluster
from vizcore.runtime.cluster.connection import joined, ray
from vizcore.runtime.cluster.packing import unpacked
from vizcore.runtime.cluster.remote_worker import RemoteWorker
from vizcore.runtime.cluster.worker_pool import ONE_THREAD, Call, WorkerPool, answer_of, ask, get_ready, refusal
from vizcore.runtime.context import Context
from vizcore.runtime.engine import Engine
from vizcore.runtime.store import Store

FORMS = {"numbers alone": ("json",), "with arrays": ("json", "npz")}
SMALLEST = {"clips": 1, "rounds": 1, "empty": 3, "workers": (1,)}
HERE = "one process, one thread"


def nothing(context: Context) -> None:
    """A task that only travels."""


def who(context: Context) -> tuple[int, int]:
    """The process of a worker, and the bytes of memory that it takes."""
    return os.getpid(), psutil.Process().memory_info().rss


def asked(forms: tuple[str, ...], clips: int) -> list[Task]:
    """So many clips of the app."""
    return [Task("match", one, (), forms) for one in sources(bundled())][:clips]


def timed(folder: Path, context: Context, tasks: list[Task], work: Callable) -> tuple[float, dict[str, bytes]]:
    """Seconds of a batch with an empty store, and its files."""
    context.store.clear()
    start = time.perf_counter()
    outcomes = work(tasks, folder, context, lambda *_: None)
    seconds = time.perf_counter() - start
    assert all(one.state == DONE for one in outcomes)
    return seconds, {file.name: file.read_bytes() for file in folder.iterdir()}


def rounds(
    folder: Path, context: Context, tasks: list[Task], ways: dict[str, Callable], count: int
) -> dict[str, float]:
    """{way: median seconds of a batch}; all write the same files."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(count):
        made = []
        for name, work in ways.items():
            with tempfile.TemporaryDirectory(dir=folder, prefix=f"{turn}-") as out:
                taken, files = timed(Path(out), context, tasks, work)
            seconds[name].append(taken)
            made.append(files)
        assert all(files == made[0] for files in made), "the files differ"
    return {name: median(values) for name, values in seconds.items()}


def each(many: Callable[[], int], empty: int, count: int) -> float:
    """Median milliseconds of one of many tasks that do nothing."""
    taken = []
    for _ in range(count):
        start = time.perf_counter()
        assert many() == empty
        taken.append((time.perf_counter() - start) / empty)
    return 1e3 * median(taken)


def overhead(pools: dict[int, WorkerPool], empty: int, count: int) -> dict[str, float]:
    """{way: milliseconds of a task that does nothing}."""
    here = RemoteWorker()
    ways = {
        "called here, packed and unpacked": lambda: sum(1 for k in range(empty) if unpacked(here.do(k, nothing, {})))
    }
    for size, pool in pools.items():
        calls = partial(map, lambda _: Call(nothing, {}), range(empty))
        ways[f"through Ray, {size} at a time"] = lambda pool=pool, calls=calls: sum(1 for _ in pool.each(calls()))
    return {name: each(many, empty, count) for name, many in ways.items()}


def again(pool: WorkerPool) -> float:
    """Seconds after which a worker that was killed stands again."""
    pid, _ = answer_of(ask(pool.workers[0], 1, Call(who, {})))
    start = time.perf_counter()
    os.kill(pid, signal.SIGKILL)
    assert not refusal(get_ready(pool.workers[0]))
    return time.perf_counter() - start


def measured(folder: Path, told: Namespace) -> dict[str, str]:
    """The texts for docs/cluster.md."""
    os.environ |= ONE_THREAD | {"VIZCORE_CACHE": str(folder / "store")}  # the workers' too
    torch.set_num_threads(1)
    before, context, begin = load(), Context(Engine("cpu"), Store()), time.perf_counter()
    asking = {title: asked(forms, told.clips) for title, forms in FORMS.items()}
    with ExitStack() as open_until_the_end, threadpool_limits(1):  # numpy may have been loaded with more
        open_until_the_end.enter_context(joined(cpus=sum(told.workers)))
        pools = {count: open_until_the_end.enter_context(WorkerPool(count)) for count in told.workers}
        ways: dict[str, Callable] = {HERE: run}
        ways |= {f"{k} worker{'s' * (k > 1)}": partial(on_cluster.run, pool=pool) for k, pool in pools.items()}
        for name, work in ways.items():  # workers stand, kernels are compiled
            timed(folder / name, context, asked(("json",), told.clips), work)
        begun = time.perf_counter() - begin
        found = {title: rounds(folder, context, tasks, ways, told.rounds) for title, tasks in asking.items()}
        nothings, one = overhead(pools, told.empty, told.rounds), pools[min(pools)]
        _, memory = answer_of(ask(one.workers[0], 1, Call(who, {})))
        clips, rest = len(asking["numbers alone"]), (begun, sum(told.workers), again(one), memory)
        return {"speed": speed(machine(before), clips, found), "overhead": cost(nothings, clips, found, rest)}


def speed(where: str, clips: int, found: dict[str, dict[str, float]]) -> str:
    """The first table."""
    heads = ["", *(f"{title}: {what}" for title in found for what in ("s", "ratio"))]
    rows = []
    for way in next(iter(found.values())):
        cells = [f"{seconds[way]:.1f} | {seconds[HERE] / seconds[way]:.2f}x" for seconds in found.values()]
        rows.append([way, *cells])
    return f"{clips} clips matched; {where}.\n\n{table(heads, rows)}"


def cost(nothings: dict[str, float], clips: int, found: dict[str, dict[str, float]], rest: tuple) -> str:
    """The second table, and what else there is to know of a worker."""
    clip = 1e3 * found["numbers alone"][HERE] / clips
    rows = [[name, f"{ms:.3f}", f"{100 * ms / clip:.3f}"] for name, ms in nothings.items()]
    begun, workers, back, memory = rest
    return (
        f"{table(['a task that does nothing', 'ms', '% of a clip'], rows)}\n\n"
        f"Ray and its workers ({workers}) stand and each has done all clips once {begun:.0f} s after the start; one "
        f"that is killed stands again after {back:.1f} s; one takes {memory / 1e6:.0f} MB of memory."
    )


def main(words: Sequence[str] | None = None) -> None:
    """Print both tables, and write them into the documents that are named."""
    usual = {"clips": len(bundled()), "rounds": 3, "empty": 400, "workers": (1, 2)}
    told = options.asked(__doc__, words, SMALLEST, documents=(), **usual)
    try:
        ray()
    except ValueError as absent:
        print(f"skipped: {absent}")
        return
    with tempfile.TemporaryDirectory() as folder:
        tell(measured(Path(folder), told), told.documents)


if __name__ == "__main__":
    main()
