"""Which alignments can be trusted? Re-timed copies of films under another look, against unrelated films.

    python -m benchmarks.alignment_trust [DOCUMENT ...] [--data FOLDER] [--limit 48] [--films K] [--smallest]

FOLDER holds films, each of which is copied four times: re-timed, and mirrored, cropped, darkened or brightened, tinted.
Every second film, by name, is one that limits are chosen on; the others are what they are tested on. A film with each
of its copies is a pair that should be trusted; a film with another of the same half, and with the copies of that, one
that should not. Two numbers of a pair are looked at: the centred cost of its path, and its ratio to the mean cost of
paths through shuffled costs (four blocks in another order, and shifts around the end).
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.looks import LOOKS, copy_of, real_films
from benchmarks.marked import table, tell
from benchmarks.options import asked, films
from vizcore.algorithms.alignment.dtw import dtw
from vizcore.features.alignment.pipeline import PIXELS, aligned, sampled
from vizcore.features.alignment.pipeline_strands import Pair, Strand
from vizcore.features.alignment.pipeline_trust import LEVELS

MODELS = {"lite0 pooled": "lite0", PIXELS: PIXELS}
BLOCKS, ORDERS, SHIFTS = 4, 16, 7  # of a shuffle; how many orders and shifts
FALSE = 0.05  # share of unrelated pairs that may be trusted
HALVES = ("chosen on", "tested on")
SMALLEST = {"films": 4, "limit": 12, "models": {PIXELS: PIXELS}}
SIGNS = "intel_asl"  # how films of signs in one room begin

Measured = list[tuple[str, str, float, float, str]]  # first film, second film, centred cost, ratio, one of LEVELS


def described(paths: Sequence[Path], model: str, limit: int) -> dict[str, list[Strand]]:
    """{film: itself and its copies}, described by a model.

    Args:
        paths: of the films.
        model: or PIXELS.
        limit: frames of each, evenly taken.
    """
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            copies = [Path(folder) / f"{path.name}-{k}.mp4" for k in range(len(LOOKS))]
            for copy, look in zip(copies, LOOKS, strict=True):
                copy_of(path, copy, look)
            found[path.name] = [sampled(one, model=model, limit=limit) for one in (path, *copies)]
    return found


def measured(strands: dict[str, list[Strand]], name: str, rng: np.random.Generator) -> tuple[Measured, Measured]:
    """Pairs of a film and its copies, and unrelated ones.

    Args:
        strands: {film: itself and its copies}.
        name: of what describes them.
        rng: source of chance.
    """
    alike, unlike = [], []
    for k, (film, (itself, *copies)) in enumerate(strands.items()):
        alike += [(film, film, *_numbers(itself, copy, name, rng)) for copy in copies]
        for j, (other, some) in enumerate(strands.items()):
            others = some if k < j else some[1:] if k > j else []
            unlike += [(film, other, *_numbers(itself, one, name, rng)) for one in others]
    return alike, unlike


def _numbers(one: Strand, other: Strand, name: str, rng: np.random.Generator) -> tuple[float, float, str]:
    """Centred cost of the path, its ratio to the mean of shuffled costs, and whether it is trusted."""
    found = aligned(Pair(one, other, described=name))
    cost = found.numbers.centred
    return cost, cost / np.mean([_cost(table) for table in shuffled(found.cost, rng)]), found.numbers.level


def shuffled(cost: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Costs (N, M) whose columns are in another order: blocks of them, or turned around the end."""
    columns, tables = np.arange(cost.shape[1]), []
    for _ in range(ORDERS):
        blocks = np.array_split(columns, np.sort(rng.choice(columns[1:], BLOCKS - 1, replace=False)))
        order = rng.permutation(BLOCKS)
        while (order == np.arange(BLOCKS)).all():
            order = rng.permutation(BLOCKS)
        tables.append(cost[:, np.concatenate([blocks[k] for k in order])])
    shifts = len(columns) * np.arange(1, SHIFTS + 1) // (SHIFTS + 1)
    return tables + [np.roll(cost, shift, 1) for shift in shifts]


def _cost(cost: np.ndarray) -> float:
    return float(cost[tuple(dtw(cost).path.T)].mean())


def spread(values: np.ndarray) -> list[str]:
    """Least, 5 % quantile, median, 95 % quantile and greatest."""
    return [f"{one:.2f}" for one in np.quantile(values, [0, 0.05, 0.5, 0.95, 1])]


def candidates(halves: Sequence[tuple[Measured, Measured]]) -> list[list[str]]:
    """For each number the limit that trusts FALSE of the unrelated pairs that it is chosen on, and what it trusts."""
    rows = []
    for column, name in ((2, "centred cost"), (3, "ratio to shuffled costs")):
        alike, unlike = ([np.array([one[column] for one in pairs]) for pairs in kind] for kind in zip(*halves))
        limit = np.quantile(unlike[0], FALSE)
        shares = [f"{(values < limit).mean():.0%}" for values in (alike[0], alike[1], unlike[1])]
        rows.append([name, f"{limit:.2f}", f"{np.quantile(alike[0], 1 - FALSE):.2f}", *shares])
    return rows


def levels(kinds: dict[tuple[str, str], Measured]) -> list[list[str]]:
    """The centred costs of each kind of pair, {(films, pairs): their numbers}, and what is said of them."""
    rows = []
    for kind, pairs in kinds.items():
        costs = np.array([one[2] for one in pairs])
        said = [one[4] for one in pairs]
        if said:
            shares = [f"{said.count(level) / len(said):.0%}" for level in LEVELS]
            rows.append([*kind, str(len(costs)), *spread(costs), *shares])
    return rows


def kinds_of(halves: Sequence[tuple[Measured, Measured]], signs: Measured) -> dict[tuple[str, str], Measured]:
    """Copies, unrelated pairs, and among these what is signed in one room; the last also across halves.

    Args:
        halves: copies and unrelated pairs of each.
        signs: pairs of all films of that room.
    """
    kinds = {}
    for half, (alike, unlike) in zip(HALVES, halves, strict=True):
        kinds[half, "copies"], kinds[half, "unrelated"] = alike, unlike
        one_room = [one for one in unlike if one[0].startswith(SIGNS) and one[1].startswith(SIGNS)]
        kinds[half, "of these, two signs in one room"] = one_room
    return kinds | {("all", "two signs in one room"): signs}


def main(words: Sequence[str] | None = None) -> None:
    """Print the tables, and write them into documents."""
    usual = {"data": films(), "films": 100, "limit": 48, "models": MODELS, "documents": ()}
    told = asked(__doc__, words, SMALLEST, **usual)
    paths = real_films(told.data)[: told.films] if told.data else []
    if len(paths) < 4:
        print("skipped: fewer than four films: say --data FOLDER, or set VIZCORE_SHARED_DATA")
        return
    tried, said, rng = [], [], np.random.default_rng(0)
    for name, model in told.models.items():
        strands = described(paths, model, told.limit)
        halves = [measured({path.name: strands[path.name] for path in paths[k::2]}, name, rng) for k in range(2)]
        tried += [[name, *row] for row in candidates(halves)]
        of_signer = {film: some for film, some in strands.items() if film.startswith(SIGNS)}
        said += [[name, *row] for row in levels(kinds_of(halves, measured(of_signer, name, rng)[1]))]
    where = [[half, ", ".join(path.name for path in paths[k::2])] for k, half in enumerate(HALVES)]
    shares = ["copies trusted (chosen on)", "copies trusted (tested on)", "unrelated trusted (tested on)"]
    heads = ["vectors", "number", "5 % of unrelated pairs are below", "95 % of copies are below", *shares]
    columns = ["vectors", "films", "pairs", "count", "least", "5 %", "median", "95 %", "greatest", *LEVELS]
    texts = {"trust-films": table(["limits are", "films"], where), "trust-candidates": table(heads, tried)}
    tell(texts | {"trust-levels": table(columns, said)}, told.documents)


if __name__ == "__main__":
    main()
