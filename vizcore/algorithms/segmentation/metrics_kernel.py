"""The compiled heart of segmentation.py: what one video counts, in one pass. Imported on first use only.

labels (T,), (T,) - runs (P, 3), (T, 3) - equal frames; edit distance; hits -> tally (5 + thresholds,)
"""

import numpy as np
from numba import njit

from vizcore.algorithms.compiled import cached

BLOCK = 64  # frames that are compared at once with the run they may belong to


@njit(nogil=True)
def _run_end(labels, start):
    """Where the run that begins at `start` stops; looked for a block at a time."""
    label, stop, n = labels[start], start + 1, len(labels)
    while stop + BLOCK <= n:
        differs = labels.dtype.type(0)
        block = labels[stop : stop + BLOCK]
        for i in range(BLOCK):
            differs |= block[i] ^ label
        if differs:
            break
        stop += BLOCK
    while stop < n and labels[stop] == label:
        stop += 1
    return stop


@njit(nogil=True)
def _runs(labels):
    """(S, 3) start, stop and label of every run."""
    found = np.empty((16, 3), np.int64)
    count = start = 0
    while start < len(labels):
        if count == len(found):
            grown = np.empty((2 * count, 3), np.int64)
            for i in range(count):
                for k in range(3):
                    grown[i, k] = found[i, k]
            found = grown
        stop = _run_end(labels, start)
        found[count, 0], found[count, 1], found[count, 2] = start, stop, labels[start]
        count += 1
        start = stop
    return found[:count]


@njit(nogil=True)
def _equal_frames(predicted, truth):
    """Frames of one label on both sides, from the runs: the labels themselves need not be read again."""
    equal = i = j = 0
    while i < len(predicted):
        stop = min(predicted[i, 1], truth[j, 1])
        if predicted[i, 2] == truth[j, 2]:
            equal += stop - max(predicted[i, 0], truth[j, 0])
        i, j = i + (predicted[i, 1] == stop), j + (truth[j, 1] == stop)
    return equal


@njit(nogil=True)
def _segments(runs, dropped):
    """The runs whose label is not dropped; in their place, since nobody else needs them."""
    count = 0
    for i in range(len(runs)):
        counted = True
        for label in dropped:
            counted &= runs[i, 2] != label
        if counted:
            for k in range(3):
                runs[count, k] = runs[i, k]
            count += 1
    return runs[:count]


@njit(nogil=True)
def _distance(one, other):
    """Levenshtein distance of the labels of two lists of segments."""
    row = np.arange(len(other) + 1)
    for i in range(len(one)):
        diagonal = row[0]
        row[0] = i + 1
        for j in range(len(other)):
            above = row[j + 1]
            change = diagonal + (one[i, 2] != other[j, 2])
            row[j + 1] = min(change, above + 1, row[j] + 1)
            diagonal = above
    return row[len(other)]


@njit(nogil=True)
def _hits(predicted, truth, thresholds, hits):
    """Count the true segments that are hit. Both lists are in order, so what overlaps is found by walking along."""
    taken = np.zeros((len(thresholds), len(truth)), np.bool_)
    first = 0
    for i in range(len(predicted)):
        start, stop, label = predicted[i, 0], predicted[i, 1], predicted[i, 2]
        while first < len(truth) and truth[first, 1] <= start:
            first += 1
        best, best_shared, best_union = -1, 0, 1
        j = first
        while j < len(truth) and truth[j, 0] < stop:
            if truth[j, 2] == label:
                shared = min(stop, truth[j, 1]) - max(start, truth[j, 0])
                union = max(stop, truth[j, 1]) - min(start, truth[j, 0])
                if shared * best_union > best_shared * union:
                    best, best_shared, best_union = j, shared, union
            j += 1
        if best < 0:
            continue
        for k in range(len(thresholds)):
            if 100 * best_shared >= thresholds[k] * best_union and not taken[k, best]:
                taken[k, best] = True
                hits[k] += 1


@cached
def tally(predicted, truth, dropped, thresholds):
    """(5 + thresholds,): frames, equal ones, segments predicted and true, edit distance, hits of each threshold.

    Args:
        predicted, truth: (T,) int32 or int64, both of one kind.
        dropped: (K,) int64 labels whose segments do not count.
        thresholds: (3,) int64 percent.
    """
    counted = np.zeros(5 + len(thresholds), np.int64)
    p, t = _runs(predicted), _runs(truth)
    equal = _equal_frames(p, t)
    p, t = _segments(p, dropped), _segments(t, dropped)
    counted[0], counted[1], counted[2], counted[3], counted[4] = len(truth), equal, len(p), len(t), _distance(p, t)
    _hits(p, t, thresholds, counted[5:])
    return counted
