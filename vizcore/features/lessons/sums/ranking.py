"""Scores of an order, by hand: average precision of a ranked list, and Kendall's tau of a sequence.

hits of a list in its order - precision at every hit - its envelope - mean over all that was to be found -> AP
numbers in their order - pairs that rise less pairs that fall, among all pairs -> tau
"""

from itertools import combinations

import numpy as np

from vizcore.algorithms.alignment.kendall import kendall_tau
from vizcore.features.lessons import numbers
from vizcore.features.lessons.boards import Ranks
from vizcore.features.lessons.worked import Line, Numbers, Sum, Worked, written

HIT, MISS = "✓", "✗"


def _precision(given: Numbers, hand: tuple[int, ...]) -> Worked:
    ranking = _ranking(given, hand)
    best = _ranking(given, tuple(np.argsort(~given["hits"], kind="stable").tolist()))
    positives, found = given["positives"], 0
    lines = []
    for rank, item in enumerate(hand, 1):
        hit = bool(given["hits"][item])
        found += hit
        words = f"Rank {rank}, {given['names'][item]}: {'right' if hit else 'wrong'}."
        at = f"precision {found}/{rank} = {written(found / rank)}, recall {found}/{positives}"
        lines.append(Line(words, f"{at} = {written(found / positives)}"))
    envelope = [written(value) for value in ranking.envelope]
    lifted = "At every hit the best precision there or further down the list counts."
    lines.append(Line(lifted, ", ".join(envelope) or "no hit"))
    missed = positives - found
    never = f" {missed} of the {positives} never found: 0 each." * bool(missed)
    area = f"({' + '.join([*envelope, *['0'] * missed])}) / {positives} = {written(ranking.ap)}"
    lines.append(Line(f"Average precision is their mean over all {positives} that were to be found.{never}", area))
    values = {"ap": ranking.ap, "best": best.ap, "hits": found, "positives": positives, "missed": missed}
    drawn = (ranking.recall, ranking.precision, ranking.envelope, given["hits"][list(hand)], positives)
    alt = f"Average precision {written(ranking.ap)}"
    return Worked(tuple(lines), values, drawn, alt, yours=f"Yours: AP = {written(ranking.ap)}")


def _ranking(given: Numbers, order: tuple[int, ...]):
    from vizcore.algorithms.detection.average_precision import Ranking  # torch comes with it

    hits = given["hits"][list(order)]
    if hits.sum() > given["positives"]:
        raise ValueError(f"want at most {given['positives']} hits, as many as positives, got {hits.sum()}")
    if len(given["hits"]) != len(given["names"]):
        raise ValueError(f"want as many hits as names, {len(given['names'])}, got {len(given['hits'])}")
    return Ranking(np.array(order), hits, np.arange(hits.sum()), np.arange(given["positives"]))


def _ranked(given: Numbers, _sliders: tuple) -> Ranks:
    marks = (HIT if hit else MISS for hit in given["hits"])
    return Ranks(tuple(f"{mark} {name}" for mark, name in zip(marks, given["names"])))


def _tau(given: Numbers, hand: tuple[int, ...]) -> Worked:
    order = given["order"][list(hand)]
    pairs = list(combinations(range(len(order)), 2))
    signs = [int(np.sign(order[later] - order[earlier])) for earlier, later in pairs]
    rises, falls = signs.count(1), signs.count(-1)
    tau = kendall_tau(order, "a")
    words = {1: "rises", -1: "falls", 0: "stays"}
    lines = []
    for start in range(len(order) - 1):
        comparisons = [
            f"{written(order[start])} to {written(order[later])} {words[sign]}"
            for (earlier, later), sign in zip(pairs, signs)
            if earlier == start
        ]
        total = sum(sign for (earlier, _), sign in zip(pairs, signs) if earlier == start)
        lines.append(Line(f"Place {start} against all after it: {', '.join(comparisons)}.", f"{total:+d}"))
    sums = f"({rises} - {falls}) / {len(pairs)} = {written(tau)}"
    lines.append(Line("Kendall's tau: pairs that rise minus pairs that fall, over all pairs.", sums))
    values = {"tau": tau, "rises": rises, "falls": falls, "pairs": len(pairs), "best": kendall_tau(np.sort(order), "a")}
    alt = f"{rises} pairs rise and {falls} fall: tau {written(tau)}"
    return Worked(tuple(lines), values, (order,), alt, yours=f"Yours: tau = {written(tau)}")


def _framed(given: Numbers, _sliders: tuple) -> Ranks:
    return Ranks(tuple(f"frame {written(value)}" for value in given["order"]))


DETECTIONS = {"names": numbers.names(2, 10), "hits": numbers.flags(2, 10), "positives": numbers.whole(1, 10)}
PRECISION = Sum("average precision of a ranked list", DETECTIONS, _ranked, _precision)
TAU = Sum("Kendall's tau of a sequence of matched frames", {"order": numbers.row(3, 8)}, _framed, _tau)
