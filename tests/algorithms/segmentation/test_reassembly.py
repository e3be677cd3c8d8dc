"""Re-assembly: the worked examples, an oracle in fractions, and what holds whatever points are given."""

import math
import random
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizcore.algorithms.segmentation.reassembly import ActionPoint, BoundaryPoint, in_paint, reassemble

R1 = [(10, 0, 0.9), (14, 0, 0.3), (30, 1, 0.6), (36, 2, 0.8), (70, 1, 0.7)], [(20, 0.8), (50, 0.4), (54, 0.6)], 100
EXAMPLES = {  # actions, boundaries, length; actions, boundaries, segments
    "R1 a point of another class is discarded": (
        *R1,
        [(11, 0, 0.9), (36, 2, 0.8), (70, 1, 0.7)],
        [(20, 0.8), (52.4, 0.6)],
        [(0, 20, 0), (20, 53, 2), (53, 100, 1)],
    ),
    "R2 no action": ([], [(20, 0.8)], 50, [], [], [(0, 50, -1)]),
    "R3 no boundary": (
        *([(5, 0, 0.4), (20, 1, 0.9), (25, 1, 0.6), (40, 0, 0.5)], [], 50),
        *([(22, 1, 0.9)], [], [(0, 50, 1)]),
    ),
    "R4 one class": (
        *([(5, 3, 0.2), (15, 3, 0.9), (30, 3, 0.4)], [(10, 0.5), (20, 0.9)], 40),
        *([(17.666667, 3, 0.9)], [], [(0, 40, 3)]),
    ),
    "R5 duplicates, and a tie for the smallest class": (
        *([(10, 0, 0.5), (10, 0, 0.5), (10, 1, 0.5), (30, 1, 0.7)], [(20, 0.6), (20, 0.2)], 40),
        *([(10, 0, 0.5), (30, 1, 0.7)], [(20, 0.6)], [(0, 20, 0), (20, 40, 1)]),
    ),
    "R7 boundaries beyond the actions": (
        *([(30, 0, 0.9), (60, 1, 0.8)], [(5, 0.9), (12, 0.5), (45, 0.7), (80, 0.9), (95, 0.2)], 100),
        *([(30, 0, 0.9), (60, 1, 0.8)], [(45, 0.7)], [(0, 45, 0), (45, 100, 1)]),
    ),
    "R8 a run is merged at once": (
        [(5, 0, 0.6), (15, 1, 0.3), (18, 0, 0.5), (25, 0, 0.4), (45, 1, 0.9)],
        *([(10, 0.5), (20, 0.5), (40, 0.5)], 50),
        *([(14.666667, 0, 0.6), (45, 1, 0.9)], [(40, 0.5)], [(0, 40, 0), (40, 50, 1)]),
    ),
    "R9 a point on a boundary begins there": (
        *([(20, 0, 0.9), (40, 1, 0.8)], [(20, 0.5), (40, 0.5)], 60),
        *([(20, 0, 0.9), (40, 1, 0.8)], [(40, 0.5)], [(0, 40, 0), (40, 60, 1)]),
    ),
    "R10 no confidence at all": (
        *([(10, 0, 0), (12, 0, 0), (30, 1, 0)], [(20, 0), (24, 0)], 40),
        *([(11, 0, 0), (30, 1, 0)], [(22, 0)], [(0, 22, 0), (22, 40, 1)]),
    ),
    "R11 less than a frame": (
        *([(10.2, 0, 0.9), (10.6, 1, 0.8), (10.9, 0, 0.7)], [(10.3, 0.5), (10.7, 0.5)], 20),
        [(10.2, 0, 0.9), (10.6, 1, 0.8), (10.9, 0, 0.7)],
        *([(10.3, 0.5), (10.7, 0.5)], [(0, 20, 0)]),
    ),
    "R12 one action": ([(7, 2, 0.5)], [(3, 0.9), (9, 0.9)], 12, [(7, 2, 0.5)], [], [(0, 12, 2)]),
    "R13 empty intervals": (
        *([(10, 0, 0.9), (50, 1, 0.8)], [(20, 0.2), (30, 0.2), (40, 0.4)], 60),
        *([(10, 0, 0.9), (50, 1, 0.8)], [(32.5, 0.4)], [(0, 33, 0), (33, 60, 1)]),
    ),
}

LENGTH = 12
TIMES = st.integers(-4, 4 * LENGTH + 4).map(lambda quarter: quarter / 4)  # many of them are equal, some lie outside
SHARES = st.integers(0, 4).map(lambda eighth: eighth / 8)
ACTIONS = st.lists(st.tuples(TIMES, st.integers(0, 3), SHARES), max_size=12)
BOUNDARIES = st.lists(st.tuples(TIMES, SHARES), max_size=8)


def points_at_random(seed):
    """Points that often coincide, lie outside, or have no confidence."""
    rng = random.Random(seed)
    step, length = rng.choice([0.25, 1.0, 0.1]), rng.choice([1, 7, 40])
    shares = [0.0, 0.5, 1.0] if rng.random() < 0.3 else [rng.random() for _ in range(9)]

    def time():
        return step * rng.randint(-2, int(length / step) + 2)

    actions = [(time(), rng.randrange(rng.choice([1, 2, 5])), rng.choice(shares)) for _ in range(rng.randrange(15))]
    return actions, [(time(), rng.choice(shares)) for _ in range(rng.randrange(10))], length


def oracle(actions, boundaries, length):
    """The rules in exact numbers, frame by frame; groups of points are kept together until the very end."""
    a = sorted((Fraction(d), c, -Fraction(w)) for d, c, w in actions if 0 <= d < length)
    b = sorted((Fraction(t), Fraction(w)) for t, w in boundaries if 0 < t < length)
    intervals = {}
    for d, c, w in a:
        intervals.setdefault(sum(t <= d for t, _ in b), []).append((w, d, c))
    found = [(place, *merged(group)) for place, group in sorted(intervals.items())]  # place, time, class, confidence
    between = [[one for k, one in enumerate(b) if p[0] <= k < q[0]] for p, q in pairwise(found)]
    seams = [(mean([(w, t) for t, w in group]), max(w for _, w in group)) for group in between]
    while True:  # a whole run at a time, from its first pair of equal neighbours
        pair = next((k for k in range(len(seams)) if found[k][2] == found[k + 1][2]), None)
        if pair is None:
            break
        stop = pair + 1
        while stop < len(found) and found[stop][2] == found[pair][2]:
            stop += 1
        run = [(-w, d, c) for _, d, c, w in found[pair:stop]]
        found[pair:stop], seams[pair : stop - 1] = [(found[pair][0], *merged(run))], []
    labels = [found[sum(t <= f for t, _ in seams)][2] if found else -1 for f in range(length)]
    return [(float(d), c, float(w)) for _, d, c, w in found], [(float(t), float(w)) for t, w in seams], labels


def merged(group):
    """(-confidence, time, class) each -> time, class, confidence."""
    w, _, c = sorted(group)[0]
    return mean([(-one, d) for one, d, label in group if label == c]), c, -w


def mean(weighted):
    total = sum(w for w, _ in weighted)
    return sum(w * t for w, t in weighted) / total if total else sum(t for _, t in weighted) / Fraction(len(weighted))


def close(found, wanted):
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted):
        assert tuple(one) == pytest.approx(tuple(other), abs=1e-6)


def same(one, other):
    return (one.actions, one.boundaries, one.segments) == (other.actions, other.boundaries, other.segments)


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_examples(name):
    actions, boundaries, length, *wanted = EXAMPLES[name]
    found = reassemble(actions, boundaries, length)
    close(found.actions, wanted[0])
    close(found.boundaries, wanted[1])
    assert [tuple(segment) for segment in found.segments] == wanted[2]
    assert not found.actions or isinstance(found.actions[0], ActionPoint)
    assert not found.boundaries or isinstance(found.boundaries[0], BoundaryPoint)


def test_r6_the_order_of_points_does_not_matter():
    actions, boundaries, length = R1
    assert same(reassemble(actions[::-1], boundaries[::-1], length), reassemble(*R1))


@given(ACTIONS, BOUNDARIES)
@settings(max_examples=600)
def test_points_and_labels_are_those_of_exact_arithmetic(actions, boundaries):
    found = reassemble(actions, boundaries, LENGTH)
    points, seams, labels = oracle(actions, boundaries, LENGTH)
    close(found.actions, points)
    close(found.boundaries, seams)
    assert found.labels.tolist() == labels


@pytest.mark.parametrize("part", range(4))
def test_properties_hold_on_10000_inputs(part):
    for seed in range(2500 * part, 2500 * (part + 1)):
        actions, boundaries, length = points_at_random(seed)
        found = reassemble(actions, boundaries, length)
        d, c = ([point[k] for point in found.actions] for k in (0, 1))
        b = [point.time for point in found.boundaries]
        assert len(b) == max(len(d) - 1, 0)  # P1
        assert all(left < seam <= right for left, seam, right in zip(d, b, d[1:]))
        assert all(one != other for one, other in pairwise(c))
        assert found.labels.shape == (length,)  # P2
        assert [edge for start, stop, _ in found.segments for edge in range(start, stop)] == list(range(length))
        again = reassemble(found.actions, found.boundaries, length)
        assert same(again, found)  # P3, exactly
        random.Random(seed).shuffle(actions)
        assert same(reassemble(actions, boundaries[::-1], length), found)  # P4
        assert set(c) <= {label for _, label, _ in actions}  # P5
        assert len(d) <= min(len(actions), len(boundaries) + 1)  # P6
        last = found.state(len(found.steps))
        assert (last.actions, last.boundaries) == (found.actions, found.boundaries)  # the replay ends where it should


def test_p7_and_p14_equal_neighbours_change_points_and_no_frame():
    for seed in range(1000):
        actions, boundaries, length = points_at_random(seed)
        found = reassemble(actions, boundaries, length)
        before = found.state(sum(step.stage < 3 for step in found.steps))
        assert np.array_equal(in_paint(before.actions, before.boundaries, length), found.labels)


@pytest.mark.parametrize("scale", [1e-300, 1e-3, 7.0, 1e300])
def test_p8_the_scale_of_confidences_does_not_matter(scale):
    for seed in range(300):
        actions, boundaries, length = points_at_random(seed)
        found = reassemble(actions, boundaries, length)
        scaled = [(d, c, w * scale) for d, c, w in actions], [(b, w * scale) for b, w in boundaries]
        other = reassemble(*scaled, length)
        close([point[:2] for point in other.actions], [point[:2] for point in found.actions])
        close([point[:1] for point in other.boundaries], [point[:1] for point in found.boundaries])
        exact = all(abs(b - round(b)) > 1e-6 for b, _ in found.boundaries)  # else rounding may move a frame
        assert not exact or np.array_equal(other.labels, found.labels)


def test_p9_a_boundary_beyond_the_actions_changes_no_label():
    for seed in range(500):
        actions, boundaries, length = points_at_random(seed)
        times = [d for d, _, _ in actions if 0 <= d < length]
        if times:
            wanted = reassemble(actions, boundaries, length).labels
            for beyond in (min(times), min(times) / 2, (max(times) + length) / 2):
                if beyond <= min(times) or beyond > max(times):
                    more = reassemble(actions, [*boundaries, (beyond, 0.9)], length)
                    assert np.array_equal(more.labels, wanted)


def test_pair_by_pair_the_order_would_matter_and_at_once_it_does_not():
    def merge(*points):
        return reassemble(points, [], 50).actions[0]

    first, second, third = (5, 0, 0.6), (18, 0, 0.5), (25, 0, 0.4)
    assert merge(merge(first, second), third).time == pytest.approx(16.5455, abs=1e-4)
    assert merge(first, merge(second, third)).time == pytest.approx(12.3232, abs=1e-4)
    assert merge(first, second, third).time == pytest.approx(14.6667, abs=1e-4)


def test_a_mean_of_equal_weights_hits_the_frame_between():
    """Rounding must not push a boundary beyond the frame that it is on."""
    for k in range(1, 190):
        found = reassemble([(1, 0, 1), (390, 1, 1)], [(2 * k, k / 7), (2 * k + 2, k / 7)], 400)
        assert found.boundaries[0].time == 2 * k + 1
        assert math.ceil(found.boundaries[0].time) == found.segments[0].stop


def test_in_painting_wants_points_that_alternate():
    with pytest.raises(ValueError, match="want a boundary between every two actions, got 2 and 0"):
        in_paint([ActionPoint(1, 0, 1), ActionPoint(2, 1, 1)], [], 5)


@pytest.mark.parametrize(
    ("actions", "boundaries", "length", "sentence"),
    [
        ([(math.nan, 0, 1)], [], 5, r"want finite times .*, got \(nan, 0, 1\)"),
        ([(1, 0, -0.5)], [], 5, r"confidences of 0 or more, got \(1, 0, -0.5\)"),
        ([], [(1, math.inf)], 5, r"got \(1, inf\)"),
        ([(1, 0.5, 1)], [], 5, r"want a whole number up to 2147483647 as the label of an action, got 0.5"),
        ([(1, 2**40, 1)], [], 5, r"want a whole number up to 2147483647 as the label of an action, got 1099511627776"),
        ([], [], 0, r"want a length of 1 frame or more, got 0"),
    ],
)
def test_points_that_mean_nothing_are_refused(actions, boundaries, length, sentence):
    with pytest.raises(ValueError, match=sentence):
        reassemble(actions, boundaries, length)


def test_the_input_is_not_changed_and_may_be_numpy():
    actions, boundaries = [(3.0, 1, 0.5), (1.0, 0, 0.5)], [(2.0, 0.5)]
    found = reassemble(actions, boundaries, 4)
    assert actions == [(3.0, 1, 0.5), (1.0, 0, 0.5)]
    numbers = [(np.float32(d), np.int64(c), np.float64(w)) for d, c, w in actions]
    assert same(reassemble(numbers, iter(boundaries), 4), found)
    assert type(reassemble(numbers, boundaries, 4).actions[0].time) is float
