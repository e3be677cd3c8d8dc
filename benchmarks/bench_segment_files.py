"""How fast is a table of segments read? Beside what pandas alone takes for the same bytes.

    OMP_NUM_THREADS=1 python -m benchmarks.bench_segment_files [--rows 100000] [--rounds 7] [DOCUMENT ...]

pandas makes a data frame of the table and knows nothing of segments; here every time, label and column is checked,
segments are sorted, and none may overlap. CPU ms, the least of some rounds, from memory, one after the other in each
round.
"""

import gc
import io
import time
from collections.abc import Callable, Sequence

import pandas as pd

from benchmarks.marked import load, machine, table, tell
from benchmarks.options import asked
from vizcore.formats.segment_files import read_segments, read_timelines

ROWS, CLASSES, LENGTH = 100_000, 48, 20  # frames of a segment
SMALLEST = {"rows": 3000, "rounds": 1}
TABLES = {  # what it is: (header, a row of segment k)
    "frames": ("start_frame,stop_frame,label", lambda k: f"{LENGTH * k},{LENGTH * (k + 1)},action_{k % CLASSES:02d}"),
    "seconds": ("start,end,label", lambda k: f"{0.8 * k:.3f},{0.8 * (k + 1):.3f},action_{k % CLASSES:02d}"),
    "videos": ("video,label,start,end", lambda k: f"v{k // 1000},a{k % CLASSES:02d},{k % 1000}.5,{k % 1000 + 1}.5"),
}  # fmt: skip


def fastest(runs: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Least CPU milliseconds of each, taken in turn."""
    best = [float("inf")] * len(runs)
    gc.disable()
    for _ in range(rounds + 1):
        for k, run in enumerate(runs):
            start = time.process_time()
            run()
            best[k] = min(best[k], 1e3 * (time.process_time() - start))
        gc.collect()
    gc.enable()
    return best


def main(words: Sequence[str] | None = None) -> None:
    """Print the table, and write it into documents."""
    told = asked(__doc__, words, SMALLEST, rows=ROWS, rounds=7, documents=())
    before, rows = load(), []
    for what, (header, row) in TABLES.items():
        content = "\n".join([header, *map(row, range(told.rows))]).encode()
        read = read_timelines if what == "videos" else read_segments
        found = read(content, "a.csv")
        count = sum(
            len(found_rows) for one in (found if what == "videos" else [found]) for found_rows in one.tiers.values()
        )
        assert count == told.rows
        alone, ours = fastest(
            [
                lambda content=content: pd.read_csv(io.BytesIO(content)),
                lambda read=read, content=content: read(content, "a.csv"),
            ],
            told.rounds,
        )
        rows.append([f"{told.rows:,} in {what}", f"{alone:.0f}", f"{ours:.0f}", f"{ours / alone:.1f}x"])
    text = table(["segments", "pandas alone, ms", "vizcore, ms", "ratio"], rows)
    tell({"segment files": f"{text}\n\nOn {machine(before)}."}, told.documents)


if __name__ == "__main__":
    main()
