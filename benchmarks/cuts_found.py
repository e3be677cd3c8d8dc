"""Which cuts are found, and what is taken for one? TransNetV2, histograms of colours, and the difference of frames.

    python -m benchmarks.cuts_found [--data DIR] [--smallest] [DOCUMENT ...]

Stretches of real shots are joined, by cuts or by dissolves of 12 frames, in an order drawn by chance; neighbours are of
different films. Films as they are: what is a change of shot there was judged by eye, once, for this table. A change is
found where a method tells one within 2 frames of it (of a dissolve: of any of its frames), each once. All see the same
frames, brought to 96 x 54 px. The difference of frames has the threshold that serves it best on the cuts of this table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from benchmarks.marked import table, tell
from benchmarks.options import asked, films
from vizcore.algorithms.segmentation.cuts import cuts
from vizcore.algorithms.segmentation.transitions import transitions
from vizcore.features.heatmaps.pipeline_cuts import SIZE, THRESHOLD, missing, probabilities_of
from vizcore.runtime import package_films
from vizcore.video import probe, read_frames

SHOTS = {  # file below DIR, or a film of a package: [first, stop) frames of its shots, by eye
    "film-bikes": ((0, 30), (30, 76), (76, 137), (137, 187), (187, 242), (242, 250)),
    "film-bunny": ((0, 132),),
    "film-carphone": ((0, 120),),
    "mmaction2_demo.mp4": ((0, 268), (268, 280)),  # a smear until then, which is frozen from 233 on
    "mmaction2_test.mp4": ((0, 300),),
    "mmaction2_test.avi": ((0, 164),),
    "decord_flipping_a_pancake.mkv": ((0, 310),),
    "moviepy_chaplin.mp4": ((0, 241),),
    **{f"intel_asl_{word}.mkv": ((0, 47),) for word in ("again", "bird", "eat", "milk", "thanks")},
}
SMEAR = 233
LARGE = (96, 54)  # px
SHORTEST, LONGEST, DISSOLVE = 30, 70, 12  # frames of a stretch; of a dissolve
NEAR = 2  # frames that a method may be off
SMALLEST = {"splices": 1, "stretches": 2, "few": 3}
METHODS = ("TransNetV2", "histograms of colours", "difference of frames")
Changes = list[tuple[int, int]]  # [first, last] frames with which the next shot may begin


@dataclass
class Counted:
    """How a method did."""

    found: int = 0
    told: int = 0
    there: int = 0

    def cells(self) -> list[str]:
        """Precision, recall and F1 in %; "-" where there is nothing to divide by."""
        shares = [self.found / whole if whole else None for whole in (self.told, self.there)]
        shares.append(2 * self.found / (self.told + self.there) if self.told + self.there else None)
        return ["-" if one is None else f"{100 * one:.0f}" for one in shares]


@dataclass
class Kind:
    """Films of one kind."""

    name: str
    films: list[tuple[np.ndarray, Changes]] = field(default_factory=list)  # (F, 54, 96, 3) each


def read(name: str, data: Path | None) -> np.ndarray | None:
    """All frames (F, 54, 96, 3) of a film; None where it is not here."""
    film = package_films.films().get(name)
    path = film.path if film else data / name if data else None
    if path is None or not path.exists():
        return None
    return read_frames(path, range(probe(path).frames), LARGE)


def spliced(here: dict[str, np.ndarray], stretches: int, dissolve: int, rng: np.random.Generator) -> tuple:
    """(F, 54, 96, 3) of stretches one after the other, and where they change.

    Args:
        here: frames of films, by name.
        stretches: how many.
        dissolve: frames in which one goes over into the next; 0 for cuts.
        rng: chance.
    """
    whole, changes, before = None, [], ""
    shots = [(name, *shot) for name in here for shot in SHOTS[name]]
    shots = [
        (name, first, min(stop, len(here[name]), SMEAR if "demo" in name else stop)) for name, first, stop in shots
    ]
    shots = [one for one in shots if one[2] - one[1] >= SHORTEST]
    for _ in range(stretches):
        others = [one for one in shots if one[0] != before]
        before, first, stop = others[rng.integers(len(others))]
        length = int(rng.integers(SHORTEST, min(LONGEST, stop - first) + 1))
        begin = int(rng.integers(first, stop - length + 1))
        part = here[before][begin : begin + length]
        if whole is None:
            whole = part
        elif dissolve:
            share = ((np.arange(dissolve) + 1) / (dissolve + 1))[:, None, None, None]
            both = (whole[-dissolve:] * (1 - share) + part[:dissolve] * share).astype(np.uint8)
            changes.append((len(whole) - dissolve, len(whole) - 1))
            whole = np.concatenate([whole[:-dissolve], both, part[dissolve:]])
        else:
            changes.append((len(whole), len(whole)))
            whole = np.concatenate([whole, part])
    return whole, changes


def difference(frames: np.ndarray) -> np.ndarray:
    """(F - 1,) mean difference of grey from a frame to the next, 0 to 1, at the size that the net sees."""
    small = np.stack([cv2.resize(frame, SIZE, interpolation=cv2.INTER_AREA) for frame in frames]).mean(-1) / 255
    return np.abs(np.diff(small, axis=0)).mean((1, 2))


def by_net(frames: np.ndarray) -> list[int]:
    """Frames with which a shot begins, by TransNetV2."""
    small = np.stack([cv2.resize(frame, SIZE, interpolation=cv2.INTER_AREA) for frame in frames])
    single, many = probabilities_of(small).T
    return [one.start for one in transitions(single, many, THRESHOLD)]


def counted(told: Sequence[int], changes: Changes) -> Counted:
    """How many changes are found, each once, by frames that are told."""
    left, found = list(told), 0
    for first, last in changes:
        near = [one for one in left if first - NEAR <= one <= last + NEAR]
        if near:
            found += 1
            left.remove(near[0])
    return Counted(found, len(told), len(changes))


def summed(tell_of: Callable[[np.ndarray], Sequence[int]], kind: Kind) -> Counted:
    """How a method does on all films of a kind."""
    total = Counted()
    for frames, changes in kind.films:
        one = counted(tell_of(frames), changes)
        total = Counted(total.found + one.found, total.told + one.told, total.there + one.there)
    return total


def best_threshold(kind: Kind) -> float:
    """That of the difference of frames with the highest F1 on films of a kind."""
    lines = [(difference(frames), changes) for frames, changes in kind.films]
    best = 0.0, 0.0
    for threshold in np.unique(np.concatenate([line for line, _ in lines])):
        each = [counted(np.flatnonzero(line > threshold) + 1, changes) for line, changes in lines]
        found, told, there = (sum(getattr(one, name) for one in each) for name in ("found", "told", "there"))
        best = max(best, (2 * found / (told + there), float(threshold)))
    return best[1]


def main(words: Sequence[str] | None = None) -> None:
    """Print the table; --data is a folder of films besides those of packages."""
    told = asked(__doc__, words, SMALLEST, data=films(), splices=6, stretches=10, few=len(SHOTS), documents=[])
    if sentences := missing():
        print(f"skipped: {sentences[0]}")
        return
    read_all = {name: read(name, told.data) for name in list(SHOTS)[: told.few]}
    here = {name: frames for name, frames in read_all.items() if frames is not None}
    if len(here) < 2:
        print("skipped: want two films at least: say --data FOLDER")
        return
    rng = np.random.default_rng(0)
    hard, soft = Kind("joined by cuts"), Kind(f"joined by dissolves of {DISSOLVE} frames")
    for _ in range(told.splices):
        hard.films.append(spliced(here, told.stretches, 0, rng))
        soft.films.append(spliced(here, told.stretches, DISSOLVE, rng))
    as_is = Kind("films as they are")
    as_is.films += [(frames, [(stop, stop) for _, stop in SHOTS[name][:-1]]) for name, frames in here.items()]
    threshold = best_threshold(hard)
    by = dict(
        zip(METHODS, (by_net, cuts, lambda frames: np.flatnonzero(difference(frames) > threshold) + 1), strict=True)
    )
    rows = []
    for kind in (hard, soft, as_is):
        size = f"{sum(len(frames) for frames, _ in kind.films)}", f"{sum(len(one) for _, one in kind.films)}"
        for name, tell_of in by.items():
            one = summed(tell_of, kind)
            rows.append([kind.name, *size, name, str(one.told), *one.cells()])
            print(" ".join(rows[-1]), flush=True)
    heads = ["films", "frames", "changes", "method", "told", "precision, %", "recall, %", "F1, %"]
    tell({"cuts found": table(heads, rows)}, told.documents)


if __name__ == "__main__":
    main()
