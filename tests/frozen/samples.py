"""Small files of labels, boxes and numbers in the forms of the field, the same at every call.

folder -> labels/ labels.zip seconds/ frames/ truth.csv first.csv second.csv actions.pbtxt first-series.csv ...
"""

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

WORDS = ("rest", "take", "pour", "stir", "drink")
VIDEOS = ("P1_tea", "P2_tea", "P3_cereals")
RATE = 10  # frames a second of files with seconds
TYPES = ("PERSON_MOVEMENT", "OBJECT_MANIPULATION", "PERSON_INTERACTION", "PERSON_MOVEMENT")

Runs = list[tuple[str, int]]  # a word and how many frames it holds


def write(folder: Path) -> None:
    """All samples, below a new folder."""
    folder.mkdir(parents=True)
    _labels(folder)
    _segments(folder)
    _boxes(folder)
    _series(folder)


def _labels(folder: Path) -> None:
    """Labels of frames: the truth and two models, the classes, a split; as a folder and as a ZIP of it."""
    root, chance = folder / "labels", random.Random(1)
    for video in VIDEOS:
        runs = _runs(chance)
        _text(root / "groundTruth" / f"{video}.txt", "\n".join(_frames(runs)) + "\n")
        for model, skill in (("careful", 0.9), ("hasty", 0.6)):
            said = " ".join(_mistaken(runs, skill, chance))
            _text(root / model / video, f"### Frame level recognition: ###\n{said}\n")
    _text(root / "mapping.txt", "".join(f"{number} {word}\n" for number, word in enumerate(WORDS)))
    _text(root / "splits" / "test.split1.bundle", "".join(f"{video}.txt\n" for video in VIDEOS[:2]))
    with zipfile.ZipFile(folder / "labels.zip", "w") as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(root).as_posix())


def _segments(folder: Path) -> None:
    """Segments with times: in seconds, a file for each teller, and in frames, a file with a tier for each."""
    chance = random.Random(2)
    for video in VIDEOS:
        truth = _runs(chance)
        told = [(word, count + chance.choice((-2, 0, 3))) for word, count in truth]
        for teller, runs in (("groundTruth", truth), ("a_net", told)):
            rows = [f"{start / RATE},{stop / RATE},{word}" for start, stop, word in _spans(runs)]
            _text(folder / "seconds" / teller / f"{video}.csv", "\n".join(["start,stop,label", *rows]) + "\n")
        tiers = [
            f"{tier},{start},{stop},{word}"
            for tier, runs in (("truth", truth), ("one", told), ("other", truth[:-1]))
            for start, stop, word in _spans(runs)
        ]
        _text(folder / "frames" / f"{video}.csv", "\n".join(["tier,start_frame,stop_frame,label", *tiers]) + "\n")


def _boxes(folder: Path) -> None:
    """Boxes with actions in AVA's form: the truth, two detectors, a list of actions, and a file that is refused."""
    chance = random.Random(3)
    truth = [
        (f"film{video}", 900 + second, _box(chance), action)
        for video in range(3)
        for second in range(4)
        for action in chance.sample((1, 2, 3, 4), 2)
    ]
    tables = {"truth": [_row(*one) for one in truth]}
    for name, skill in (("first", 0.75), ("second", 0.9)):
        tables[name] = [line for one in truth for line in _detected(one, skill, chance)]
    tables["pixels"] = ["film0,900,64,32,200,180,1,0.9"]
    tables["excluded"] = ["film0,0900", "film2,0903"]
    for name, rows in tables.items():
        _text(folder / f"{name}.csv", "\n".join(rows) + "\n")
    entries = (
        f'label {{\n  name: "act {k}"\n  label_id: {k}\n  label_type: {kind}\n}}\n' for k, kind in enumerate(TYPES, 1)
    )
    _text(folder / "actions.pbtxt", "".join(entries))


def _series(folder: Path) -> None:
    """Two tables of numbers, a row for each moment."""
    rng, whole = np.random.default_rng(4), np.linspace(0, 6, 90)
    first = np.stack([np.sin(whole), np.cos(2 * whole), whole / 6], 1) + rng.normal(0, 0.02, (90, 3))
    late = 6 * np.linspace(0, 1, 70) ** 1.3
    second = np.stack([np.sin(late), np.cos(2 * late), late / 6], 1) + rng.normal(0, 0.02, (70, 3))
    rows = (",".join(f"{value:.6f}" for value in row) for row in first)
    _text(folder / "first-series.csv", "\n".join(["a,b,c", *rows]) + "\n")
    np.save(folder / "second-series.npy", second)


def _runs(chance: random.Random) -> Runs:
    return [(word, chance.randrange(6, 25)) for word in ("rest", *chance.sample(WORDS[1:], 4), "rest")]


def _frames(runs: Runs) -> list[str]:
    return [word for word, count in runs for _ in range(count)]


def _spans(runs: Runs) -> Iterator[tuple[int, int, str]]:
    start = 0
    for word, count in runs:
        yield start, start + count, word
        start += count


def _mistaken(runs: Runs, skill: float, chance: random.Random) -> list[str]:
    """Labels of frames, blocks of five of which are right with a probability of `skill`."""
    said = _frames(runs)
    for start in range(0, len(said), 5):
        if chance.random() > skill:
            said[start : start + 5] = [chance.choice(WORDS)] * len(said[start : start + 5])
    return said


def _box(chance: random.Random) -> list[float]:
    left, top = chance.uniform(0, 0.5), chance.uniform(0, 0.5)
    return [left, top, left + chance.uniform(0.2, 0.5), top + chance.uniform(0.2, 0.5)]


def _detected(row: tuple, skill: float, chance: random.Random) -> Iterator[str]:
    """One row of the truth, found or not, a little off, and sometimes another one where nobody is."""
    video, second, box, action = row
    if chance.random() < skill:
        yield _row(video, second, [value + chance.gauss(0, 0.02) for value in box], action, chance.uniform(0.4, 1))
    if chance.random() > skill:
        yield _row(video, second, _box(chance), chance.randrange(1, 5), chance.uniform(0, 0.7))


def _row(video: str, second: int, box: list[float], action: int, score: float | None = None) -> str:
    numbers = [f"{min(max(value, 0), 1):.4f}" for value in box]
    return ",".join([video, f"{second:04d}", *numbers, str(action), *([f"{score:.4f}"] if score is not None else [])])


def _text(path: Path, words: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words)
