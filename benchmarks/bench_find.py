"""How fast is a moment found again? Subsequence warping through a million frames, beside plain loops and peers.

    OMP_NUM_THREADS=1 python -m benchmarks.bench_find [--frames 10000 100000 1000000] [--rounds 3] [DOCUMENT ...]

A query of 75 frames of 128 numbers, float32, from memory to the five best moments, seconds by the clock; nothing is
kept from an earlier search. The plain loop is the same recurrence in numpy, a row of all frames at a time, and must
find the same. librosa's is another: steps of 0 or 1, the whole table, one moment. Where stumpy is installed it looks
for the same query without warping, for each of the 128 numbers by itself (its MASS), and the sums are ranked: what an
exact search without warping costs. Who needs more than MOST_BYTES is left out. With OMP_NUM_THREADS=1 the searches
share no thread with each other; numpy's products take several by themselves without it.
"""

import time
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.marked import load, machine, table, tell
from benchmarks.options import asked
from vizcore.algorithms.alignment.subsequence import find_moments
from vizcore.algorithms.statistics.principal_components import principal_components

FRAMES, QUERY, WIDTH, BEST = (10_000, 100_000, 1_000_000), 75, 128, 5
MOST_BYTES = 3 * 2**30
RATE = 1.2  # how much longer the query takes in the sequence
SMALLEST = {"frames": (600,), "rounds": 1}


def material(frames: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A query (75, 128), and a sequence (T, 128) that has it five times, slower and under more and more noise."""
    rng = np.random.default_rng(seed)
    sequence = rng.standard_normal((frames, WIDTH), dtype=np.float32)
    for t in range(1, frames):  # neighbours are alike, as frames are
        sequence[t] += 0.9 * sequence[t - 1]
    query = sequence[:QUERY].copy()
    slow = query[(np.arange(0, QUERY, 1 / RATE)).astype(int)]
    for k in range(BEST):
        place = slice(k * frames // BEST, k * frames // BEST + len(slow))
        sequence[place] = slow + (k + 1) * rng.standard_normal(slow.shape, dtype=np.float32)
    return query, sequence


def plain(query: np.ndarray, sequence: np.ndarray) -> int:
    """The frame in which the best match ends, by the recurrence as it stands in the paper, a row at a time."""
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (query, sequence)]
    cost = 1 - unit[0] @ unit[1].T  # (Q, T)
    two, one = np.full(len(sequence), np.inf), cost[0].astype(np.float64)
    for i in range(1, len(query)):
        row = np.full(len(sequence), np.inf)
        row[1:] = np.minimum(one[:-1] + cost[i, 1:], two[:-1] + cost[i - 1, 1:] + cost[i, 1:])
        row[2:] = np.minimum(row[2:], one[:-2] + (cost[i, 1:-1] + cost[i, 2:]) / 2)
        two, one = one, row
    return int(one.argmin())


def librosa_table(query: np.ndarray, sequence: np.ndarray) -> int:
    from librosa.sequence import dtw

    total, _ = dtw(query.T, sequence.T, metric="cosine", subseq=True)
    return int(total[-1].argmin())


def stumpy_mass(query: np.ndarray, sequence: np.ndarray) -> int:
    from stumpy import mass

    pairs = zip(query.T.astype(np.float64), sequence.T.astype(np.float64))
    return int(np.sum([mass(short, long) for short, long in pairs], 0).argmin()) + len(query) - 1


WAYS: dict[str, tuple[Callable[[np.ndarray, np.ndarray], int], int]] = {  # name: (how, bytes a frame at most)
    "vizcore, 1 thread": (lambda q, s: find_moments(q, s, BEST, threads=1).found[0].stop - 1, 0),
    "vizcore, 2 threads": (lambda q, s: find_moments(q, s, BEST, threads=2).found[0].stop - 1, 0),
    "plain numpy": (plain, 2 * 4 * QUERY + 4 * WIDTH),
    "librosa, subseq": (librosa_table, 8 * 4 * QUERY),
    "stumpy, MASS": (stumpy_mass, 4 * 8 * WIDTH),
}


def seconds(way: Callable[[np.ndarray, np.ndarray], int], given: tuple, rounds: int) -> tuple[float, float, int]:
    """Median seconds by the clock and of the processor, and what was found."""
    clock, processor = [], []
    for _ in range(rounds):
        start, busy = time.perf_counter(), time.process_time()
        found = way(*given)
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    return float(np.median(clock)), float(np.median(processor)), found


def rows(frames: int, rounds: int) -> list[list[str]]:
    """A row for each way that is installed and fits into memory."""
    given, told = material(frames), []
    right = plain(*given) if frames * WAYS["plain numpy"][1] < MOST_BYTES else None
    for name, (way, memory) in WAYS.items():
        if frames * memory > MOST_BYTES:
            told.append([name, f"{frames:,}", f"more than {MOST_BYTES / 2**30:.0f} GiB", "", ""])
            continue
        try:
            way(*(part[:QUERY] if part is given[0] else part[:600] for part in given))  # compiles and warms up
        except ImportError as absent:
            told.append([name, f"{frames:,}", f"{absent.name} is not installed", "", ""])
            continue
        clock, processor, found = seconds(way, given, rounds)
        if "vizcore" in name and right is not None:
            assert found == right, (name, found, right)
        told.append([name, f"{frames:,}", f"{clock:.3f}", f"{processor:.3f}", f"{found:,}"])
    return told


def ranking(frames: int) -> list[list[str]]:
    """What fewer numbers cost: how many of the best BEST moments stay within half a query of where they were."""
    query, sequence = material(frames)
    whole, told = find_moments(query, sequence, BEST).found, []
    for k in (64, 32, 16, 8):
        axes = principal_components(sequence, k)
        short = axes.project(query), axes.project(sequence)
        clock, _, _ = seconds(lambda q, s: find_moments(q, s, BEST), short, 1)
        found = find_moments(*short, BEST).found
        kept = sum(any(abs(one.start - other.start) < QUERY / 2 for other in found) for one in whole)
        first = abs(whole[0].start - found[0].start) < QUERY / 2
        told.append([str(k), f"{axes.share:.0%}", "yes" if first else "no", f"{kept} of {len(whole)}", f"{clock:.3f}"])
    return told


def main(words: Sequence[str] | None = None) -> None:
    """Print what a search takes by each way, and what principal components cost in ranking."""
    told = asked(__doc__, words, SMALLEST, frames=FRAMES, rounds=3, documents=())
    before = load()
    found = [row for frames in told.frames for row in rows(frames, told.rounds)]
    speed = table(("way", "frames", "seconds", "CPU seconds", "the best ends in frame"), found)
    heads = "components", "variance", "the best is the same", "of the best five", "seconds"
    fewer = table(heads, ranking(told.frames[0]))
    how = f"A query of {QUERY} frames of {WIDTH} numbers, median of {told.rounds}. {machine(before)}."
    texts = {
        "find-speed": f"{speed}\n\n{how}",
        "find-ranking": f"{fewer}\n\n{told.frames[0]:,} frames of noise, the worst case.",
    }
    tell(texts, told.documents)


if __name__ == "__main__":
    main()
