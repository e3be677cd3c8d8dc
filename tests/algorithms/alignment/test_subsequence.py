"""A moment found again: no match is cheaper, by brute force; planted copies; invariances; refusals."""

import itertools
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vizcore.algorithms.alignment import subsequence as module
from vizcore.algorithms.alignment.dtw import METRICS, distances
from vizcore.algorithms.alignment.subsequence import LONGEST_QUERY, Moment, find_moments


@pytest.fixture(params=["compiled", "numpy"])
def way(request, monkeypatch):
    if request.param == "numpy":
        monkeypatch.setattr(module, "kernel", lambda name: None)
    return request.param


def walk(count, seed=0, width=6):
    """Features that go on from frame to frame, as those of a film do."""
    return np.cumsum(np.random.default_rng(seed).standard_normal((count, width)), 0)


def every_match(count, frames):
    """Steps (rows, columns) of every match of a query, from (0, 0), within so many frames."""
    matches = [[(0, 0)]] if frames else []
    while matches:
        path = matches.pop()
        row, column = path[-1]
        if row == count - 1:
            yield path
        for down, right in ((1, 1), (2, 1), (1, 2)):
            if row + down < count and column + right < frames:
                matches.append([*path, (row + down, column + right)])


def worth(cost, path, start):
    """What a match costs, written down from the words: two rows share a column, or a row has the mean of two."""
    total = cost[0, start]
    for (i, j), (row, column) in pairwise(path):
        if row - i == 2:
            total += cost[i + 1, start + column] + cost[row, start + column]
        elif column - j == 2:
            total += (cost[row, start + j + 1] + cost[row, start + column]) / 2
        else:
            total += cost[row, start + column]
    return total


def greedily(cost, k, breaks=()):
    """[(total, start, stop)] of the k cheapest matches one after the other, each free of the frames of the others."""
    count, frames = cost.shape
    clip = np.searchsorted(breaks, np.arange(frames), "right")
    every = []
    for start in range(frames):
        for path in every_match(count, frames - start):
            stop = start + path[-1][1] + 1
            if clip[start] == clip[stop - 1]:
                every.append((worth(cost, path, start), start, stop))
    chosen = []
    for total, start, stop in sorted(every):
        if len(chosen) < k and all(stop <= a or b <= start for _, a, b in chosen):
            chosen.append((total, start, stop))
    return chosen


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 6])
def test_no_match_is_cheaper_and_the_next_are_the_cheapest_of_what_is_left(way, count, metric):
    for seed, breaks in itertools.product(range(3), [(), (5,), (4, 11)]):
        query, sequence = walk(count, seed), walk(14, seed + 9)
        cost = distances(query, sequence, metric)
        found = find_moments(query, sequence, 4, metric, breaks=breaks)
        wanted = greedily(cost, 4, breaks)
        assert [(one.start, one.stop) for one in found.found] == [row[1:] for row in wanted]
        assert [one.distance * count for one in found.found] == pytest.approx([row[0] for row in wanted])


def test_the_profile_is_the_cheapest_match_that_ends_in_each_frame(way):
    query, sequence = walk(5), walk(12, 1)
    cost = distances(query, sequence, "euclidean")
    best = np.full(12, np.nan)
    for start in range(12):
        for path in every_match(5, 12 - start):
            last = start + path[-1][1]
            best[last] = np.fmin(best[last], worth(cost, path, start) / 5)
    found = find_moments(query, sequence, 2, "euclidean")
    assert found.profile == pytest.approx(best, nan_ok=True)
    assert found.typical == pytest.approx(np.nanmedian(best))


@pytest.mark.parametrize("metric", METRICS)
def test_a_path_costs_what_is_said_and_leaves_no_gap(way, metric):
    query, sequence = walk(17, 3), walk(200, 4)
    cost = distances(query, sequence, metric)
    found = find_moments(query, sequence, 5, metric).found
    assert len(found) == 5
    for one in found:
        rows, columns = one.path.T
        assert rows[0] == 0
        assert rows[-1] == 16
        assert set(map(tuple, np.diff(one.path, axis=0).tolist())) <= {(1, 1), (1, 0), (0, 1)}
        assert 9 <= one.stop - one.start <= 33
        shared = np.bincount(rows)  # frames of the sequence beside each of the query
        assert one.distance == pytest.approx((cost[rows, columns] / shared[rows]).sum() / 17)
        assert one.partner == pytest.approx(np.bincount(rows, columns) / shared)


def test_no_two_share_a_frame_and_the_nearest_come_first():
    found = find_moments(walk(8, 1), walk(300, 2), 12).found
    assert [one.distance for one in found] == sorted(one.distance for one in found)
    taken = np.concatenate([np.arange(one.start, one.stop) for one in found])
    assert len(np.unique(taken)) == len(taken)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 400), st.integers(1, 60), st.integers(0, 99))
def test_a_planted_copy_is_found_exactly(start, length, seed):
    rng = np.random.default_rng(seed)
    query, sequence = rng.standard_normal((2, 500, 8))
    query = query[:length]
    sequence[start : start + length] = query
    best = find_moments(query, sequence, 1, "euclidean").found[0]
    assert (best.start, best.stop) == (start, start + length)
    assert best.path.tolist() == [[i, start + i] for i in range(length)]
    assert best.distance == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("rate", [0.6, 0.8, 1.25, 1.8])
def test_a_copy_at_another_speed_is_found(rate):
    sequence = walk(600)
    moments = np.arange(0, 80, 1 / rate).round().astype(int)
    best = find_moments(sequence[200 + moments[moments < 80]], sequence, 1, "euclidean").found[0]
    assert abs(best.start - 200) <= 2
    assert abs(best.stop - 280) <= 2
    assert best.rate == pytest.approx(1 / rate, rel=0.05)


def test_where_the_sequence_stands_still_not_all_of_the_query_is_there(way):
    query = walk(20)
    still = np.repeat(query[10:11], 60, 0)
    sequence = np.concatenate([still, query + 0.1, still])
    best = find_moments(query, sequence, 1, "euclidean").found[0]
    assert (best.start, best.stop) == (60, 80)


@pytest.mark.parametrize("metric", METRICS)
def test_blocks_threads_and_precision_change_nothing(monkeypatch, metric):
    query, sequence = walk(30, 1, 16), walk(3000, 2, 16)
    whole = find_moments(query, sequence, 6, metric, threads=1)
    monkeypatch.setattr(module, "FRAMES_AT_ONCE", 1)
    for threads in (1, 3):
        parts = find_moments(query, sequence, 6, metric, threads=threads)
        assert parts.profile == pytest.approx(whole.profile, nan_ok=True, rel=1e-5)
        assert [(one.start, one.stop) for one in parts.found] == [(one.start, one.stop) for one in whole.found]
    for kind in (lambda x: x.astype(np.float32), torch.from_numpy):
        narrow = find_moments(kind(query), kind(sequence), 6, metric)
        assert [(one.start, one.stop) for one in narrow.found] == [(one.start, one.stop) for one in whole.found]


def test_compiled_and_numpy_agree_to_the_last_bit(monkeypatch):
    query, sequence = walk(40, 1).astype(np.float32), walk(5000, 2).astype(np.float32)
    one = find_moments(query, sequence, 3)
    monkeypatch.setattr(module, "kernel", lambda name: None)
    assert np.array_equal(find_moments(query, sequence, 3).profile, one.profile, equal_nan=True)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.1, 10), st.integers(0, 99))
def test_lengths_of_vectors_do_not_matter_to_the_cosine_nor_places_to_the_euclidean(scale, seed):
    query, sequence = walk(6, seed) + 3, walk(80, seed + 1) + 3
    rng = np.random.default_rng(seed)
    lengths, turn = rng.uniform(0.2, 5, (80, 1)), np.linalg.qr(rng.standard_normal((6, 6)))[0]
    plain, scaled = find_moments(query, sequence, 3), find_moments(scale * query @ turn, lengths * sequence @ turn, 3)
    assert scaled.profile == pytest.approx(plain.profile, nan_ok=True, abs=1e-6)
    plain, moved = (find_moments(query + by, sequence + by, 3, "euclidean") for by in (0, scale))
    assert moved.profile == pytest.approx(plain.profile, nan_ok=True, abs=1e-5)


def test_backwards_is_the_same_match_backwards():
    query, sequence = walk(12, 5), walk(90, 6)
    one, other = find_moments(query, sequence, 1).found[0], find_moments(query[::-1], sequence[::-1], 1).found[0]
    assert one.distance == pytest.approx(other.distance)
    assert (other.start, other.stop) == (90 - one.stop, 90 - one.start)


def test_no_match_goes_over_a_break_and_short_clips_are_passed_over():
    query, sequence = walk(10), np.concatenate([walk(30, 1), walk(10), walk(30, 2)])
    assert (find_moments(query, sequence, 1).found[0].start) == 30
    breaks = (32, 35, 38)
    found = find_moments(query, sequence, 20, breaks=breaks)
    for one in found.found:
        assert not any(one.start < edge < one.stop for edge in breaks)
    assert np.isnan(found.profile[32:38]).all()


def test_progress_is_told_and_can_stop_it():
    told = []
    find_moments(walk(5), walk(20_000, 1), 1, threads=1, step=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 20_000)
    assert told[-1] == (20_000, 20_000)
    assert told == sorted(told)

    def stop(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_moments(walk(5), walk(20_000, 1), 1, step=stop)


def test_nothing_is_changed_and_a_result_says_what_it_is():
    query, sequence = walk(5), walk(50, 1)
    before = query.copy(), sequence.copy()
    found = find_moments(query, sequence, 2)
    assert np.array_equal(query, before[0])
    assert np.array_equal(sequence, before[1])
    assert repr(found).startswith("Moments(2 of 5 frames in 50, cosine, best ")
    assert repr(Moment(np.array([[0, 4], [1, 5]]), 0.25)) == "Moment(frames 4 to 6, 1.00 x as long, distance 0.25)"


def test_wrong_arguments_are_refused():
    query, sequence = walk(5), walk(50, 1)
    for bad in [(), (0, 3)], [(5, 6), (0, 6)], [(5, 6), (50, 4)], [(5,), (50, 6)]:
        with pytest.raises(ValueError, match=r"want features \(N, D\) and \(M, D\)"):
            find_moments(np.zeros(bad[0]), np.zeros(bad[1]))
    for breaks in [(0,), (50,), (9, 9), (9, 4)]:
        with pytest.raises(ValueError, match="want breaks that rise from 1 to at most 49, got"):
            find_moments(query, sequence, breaks=breaks)
    with pytest.raises(ValueError, match="want a clip of at least 26 frames for a query of 50, got 5"):
        find_moments(sequence, query)
    with pytest.raises(ValueError, match="want a clip of at least 3 frames for a query of 5, got 2"):
        find_moments(query, query, breaks=(2, 4))
    with pytest.raises(ValueError, match="want a query of at most 2,048 frames, got 2,049"):
        find_moments(np.ones((LONGEST_QUERY + 1, 1)), np.ones((3000, 1)))
    for words in ({"k": 0}, {"threads": 0}):
        with pytest.raises(ValueError, match="want one moment or more and one thread or more"):
            find_moments(query, sequence, **words)
    with pytest.raises(ValueError, match="want a metric of cosine, euclidean, squared, got 'taxi'"):
        find_moments(query, sequence, metric="taxi")
    sequence[7, 2] = np.nan
    with pytest.raises(ValueError, match="in frame 7 of the second sequence"):
        find_moments(query, sequence)
