"""How soon is a table of detections read, beside what pandas alone takes for the same file? CPU time and memory.

    OMP_NUM_THREADS=1 python -m benchmarks.bench_read docs/localization.md [--rows 1000000] [--rounds 5] [--smallest]

Detections as of bench_ava in AVA's form. vizcore and pandas take turns in one process; the medians are compared. What
pandas does not do is counted too: rows are looked over, key frames numbered, repeats found. Memory: what a process of
its own needs at its peak, beyond what it needs before, for each of the two.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.bench_ava import medians, scene, write
from benchmarks.marked import load, machine, table, tell
from benchmarks.options import asked
from vizcore.formats.ava_files import read_ava_csv
from vizcore.runtime.devices import process_memory

SMALLEST = {"rows": 2000, "rounds": 1}
BOXES_A_FRAME = 48  # nearly: 50 at most
READERS = {
    "vizcore": lambda path: read_ava_csv(path, scored=True),
    "pandas": lambda path: pd.read_csv(path, header=None),
}


def peak(path: Path, reader: str) -> None:
    """Print how much memory reading a file takes in this process, MB."""
    before = process_memory()
    held = READERS[reader](path)
    after = process_memory()
    print("nan" if before is None or after is None else f"{(after[1] - before[0]) / 1e6:.0f}", len(held))


def needed(path: Path, reader: str) -> float:
    """The same of a process of its own."""
    told = [sys.executable, "-m", "benchmarks.bench_read", "--file", str(path), "--reader", reader]
    return float(subprocess.run(told, check=True, capture_output=True, text=True).stdout.split()[0])


def main(words: Sequence[str] | None = None) -> None:
    """Print the table; with --file, what one reader needs for it."""
    told = asked(__doc__, words, SMALLEST, documents=[], rows=1_000_000, rounds=5, file=None, reader="vizcore")
    if told.file:
        peak(Path(told.file), told.reader)
        return
    before = load()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "detections.csv"
        write(scene(2 + told.rows // BOXES_A_FRAME)[1], path, told.rows)
        spent = medians({name: lambda read=read: read(path) for name, read in READERS.items()}, told.rounds)
        size = path.stat().st_size / 1e6
        rows = [
            [name, f"{seconds:.2f}", f"{seconds / spent['pandas']:.1f}", f"{needed(path, name):.0f}"]
            for name, seconds in spent.items()
        ]
    text = f"{told.rows:,} detections, {size:.0f} MB; {machine(before)}:\n\n"
    heads = ["reader", "CPU s", "times what pandas takes", "memory at its peak, MB"]
    tell({"detections": text + table(heads, rows)}, told.documents)


if __name__ == "__main__":
    main()
