"""What a clip costs: CPU seconds and bytes of every product.

    OMP_NUM_THREADS=1 python -m benchmarks.cost_per_clip [docs/scale.md] [--smallest]

The clips that come with the app, an empty store for each, one thread, the second pass of two: models are loaded and
kernels compiled, as in a worker that has done a clip before.
"""

import pickle
import tempfile
import time
import tracemalloc
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import mean, median

import torch

from benchmarks import options
from benchmarks.marked import load, machine, table, tell
from vizcore.features.tasks import TASK_SPECS
from vizcore.runtime.batch import FORMS, Outcome, Task, sources
from vizcore.runtime.batch.run import DONE
from vizcore.runtime.batch.task import keep, result_of
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.cluster.file_transfer import sent_file
from vizcore.runtime.cluster.packing import packed, unpacked
from vizcore.runtime.context import Context
from vizcore.runtime.engine import Engine
from vizcore.runtime.store import Store

MILLION = 1_000_000
ROUNDS = 5  # of writing
CASES = {
    "match": ("match", ()),
    "heatmap, 2 small nets": ("heatmap", (("models", ("lamps-space", "lamps-ata")),)),
    "align with the one before": ("align", ()),
}
QUICK = (("count", 2),)
SMALLEST = {
    "clips": 2,
    "rounds": 1,
    "outcomes": 2,
    "cases": {
        "match": ("match", QUICK),
        "heatmap, a small net": ("heatmap", (("models", ("lamps-space",)),)),
        "align with the one before": ("align", (("model", "pixels"),)),
    },
}
SIZES = {"json": "JSON, kB", "npz": "NPZ, kB", "mp4": "MP4, kB", "store": "store, kB"}


def asked(spec: str, settings: tuple, forms: tuple[str, ...], count: int) -> list[Task]:
    """A task for every clip, or pair of neighbours, of so many of the app."""
    clips = sources(bundled())[:count]
    if not TASK_SPECS[spec].pairs:
        return [Task(spec, clip, settings, forms) for clip in clips]
    return [Task(spec, clip, settings, forms, before) for before, clip in pairwise(clips)]


def costs(engine: Engine, tasks: Sequence[Task]) -> tuple[list[float], list[dict[str, int]]]:
    """CPU seconds of every task, and the bytes of its files by their ending."""
    seconds, sizes = [], []
    for task in tasks:
        with tempfile.TemporaryDirectory() as folder:
            context = Context(engine, Store(folder))
            start = time.process_time()
            sheet, files = result_of(task, context)
            seconds.append(time.process_time() - start)
            kept = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        sizes.append({Path(name).suffix[1:]: len(data) for name, data in files.items()})
        sizes[-1] |= {"json": len(str(sheet)), "store": kept}
    return seconds, sizes


def match_costs(forms: tuple[str, ...], clips: int, settings: tuple = ()) -> tuple[list[float], float]:
    """CPU seconds of matching each of so many clips, and of this process's part in one: hash, unpack, write."""
    torch.set_num_threads(1)
    engine, tasks = Engine("cpu"), asked("match", settings, forms, clips)
    costs(engine, tasks[:2])  # loads and compiles
    seconds, _ = costs(engine, tasks)
    with tempfile.TemporaryDirectory() as folder:
        context = Context(engine, Store(folder))
        results = [packed((True, result_of(task, context))) for task in tasks]
        own = []
        for turn in range(ROUNDS):
            for task, result in zip(tasks, results, strict=True):
                start = time.process_time()
                packed(sent_file(task.source.path(context)))
                keep(task, Path(folder) / f"{turn}", *unpacked(result)[1])
                own.append(time.process_time() - start)
        return seconds, median(own)


def remembered(engine: Engine, count: int) -> str:
    """Memory that a batch needs for what it knows of every clip until its end."""
    (task,) = asked("match", QUICK, ("json",), 1)
    with tempfile.TemporaryDirectory() as folder:
        sheet = result_of(task, Context(engine, Store(folder)))[0]
    tracemalloc.start()
    known = [Outcome(*pickle.loads(pickle.dumps((task, DONE, sheet)))) for _ in range(count)]
    kilobytes = tracemalloc.get_traced_memory()[0] / len(known) / 1e3
    tracemalloc.stop()
    return f"A task and its outcome take {kilobytes:.1f} kB: {kilobytes * MILLION / 1e6:.1f} GB for a million."


def hours(title: str, cpu: list[float], bytes_each: list[dict[str, int]]) -> list[str]:
    """A row of the second table: what a million such clips take."""
    terabytes = [sum(one.get(form, 0) for one in bytes_each) / len(bytes_each) * MILLION / 1e12 for form in FORMS]
    return [title, f"{mean(cpu) * MILLION / 3600:.0f}", *(f"{each:.3f}" for each in terabytes)]


def main(words: Sequence[str] | None = None) -> None:
    """Print the tables, and write them into the documents that are named."""
    usual = {"clips": len(bundled()), "rounds": ROUNDS, "outcomes": 2000, "cases": CASES}
    told = options.asked(__doc__, words, SMALLEST, documents=(), **usual)
    torch.set_num_threads(1)
    before, engine, rows, large = load(), Engine("cpu"), [], []
    clips = [entry.path.stat().st_size / 1e3 for entry in bundled().values()][: told.clips]
    for title, (spec, settings) in told.cases.items():
        costs(engine, asked(spec, settings, FORMS, told.clips)[:2])  # loads and compiles
        ways = (asked(spec, settings, FORMS[:count], told.clips) for count in (1, 2, 3))
        (numbers, _), (seconds, _), (filmed, films) = (costs(engine, tasks) for tasks in ways)
        cpu = [mean(numbers), median(seconds), mean(seconds), max(seconds), mean(filmed)]
        sizes = [mean([one.get(form, 0) for one in films]) / 1e3 for form in SIZES]
        rows.append([title, *(f"{each:.2f}" for each in cpu), *(f"{each:.1f}" for each in sizes)])
        large.append(hours(title, seconds, films))
    about = (
        f"{len(clips)} clips of {min(clips):.0f} to {max(clips):.0f} kB, mean {mean(clips):.0f} kB; {machine(before)}."
    )
    heads = ["product", "CPU s: JSON alone", "with NPZ: median", "mean", "longest", "with NPZ and MP4, mean"]
    heads_large = ["a million clips", "core hours with NPZ", *(f"{form.upper()}, TB" for form in FORMS)]
    tell(
        {
            "clip-costs": f"{about}\n\n{table([*heads, *SIZES.values()], rows)}",
            "million-costs": table(heads_large, large),
            "remembered": remembered(engine, told.outcomes),
        },
        told.documents,
    )


if __name__ == "__main__":
    main()
