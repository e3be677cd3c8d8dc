"""Hard warping: no walk is cheaper, by every rule; compiled and not; and what is refused."""

import itertools
import sys

import numpy as np
import pytest
import torch
from walks import every_walk, price

from vizcore.algorithms import compiled
from vizcore.algorithms.alignment import dtw as module
from vizcore.algorithms.alignment import feature_distances
from vizcore.algorithms.alignment.dtw import METRICS, PATTERNS, Rules, distances, dtw, warp, widest_band

SIZES = [(1, 1), (1, 5), (5, 1), (3, 4), (4, 3), (5, 5)]


@pytest.fixture(params=["compiled", "numpy"])
def way(request, monkeypatch):
    if request.param == "numpy":
        for one in (module, feature_distances):
            monkeypatch.setattr(one, "kernel", lambda name: None)
    return request.param


def table(n, m, seed=0):
    return np.random.default_rng((n, m, seed)).uniform(-0.2, 1, (n, m))


def features(count, seed=0, width=6):
    return np.cumsum(np.random.default_rng(seed).standard_normal((count, width)), 0)


def test_with_numba_there_are_kernels_and_without_there_are_none(monkeypatch):
    assert all(compiled.kernel(name) for name in ("alignment.dtw_kernel", "alignment.soft_dtw_kernel"))
    compiled.kernel.cache_clear()
    monkeypatch.setitem(
        sys.modules, "vizcore.algorithms.alignment.dtw_kernel", None
    )  # its import fails, as without numba
    try:
        assert compiled.kernel("alignment.dtw_kernel") is None
        assert dtw(np.eye(3)).total == 2
    finally:
        compiled.kernel.cache_clear()


def test_the_worked_table(way):
    result = dtw(np.array([[1.0, 2, 3], [2, 1, 2], [3, 2, 1]]))
    assert result.table.tolist() == [[1, 3, 6], [3, 2, 4], [6, 4, 3]]
    assert result.path.tolist() == [[0, 0], [1, 1], [2, 2]]
    assert (result.total, result.distance) == (3, 1)


@pytest.mark.parametrize(("n", "m"), SIZES)
@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("band", [None, 0, 1])
def test_no_walk_is_cheaper(way, n, m, pattern, band):
    for open_begin, open_end in itertools.product((False, True), repeat=2):
        cost = table(n, m)
        lo, hi = Rules(pattern, band).stretches(n, m)
        starts = range(m if open_begin else 1)
        walks = [walk for j in starts for walk in every_walk(n, m, (0, j), open_end)]
        walks = [walk for walk in walks if all(lo[i] <= j <= hi[i] for i, j in walk)]
        prices = [price(cost, walk, PATTERNS[pattern].diagonal) for walk in walks]
        result = dtw(cost, pattern=pattern, band=band, open_begin=open_begin, open_end=open_end)
        assert result.total == pytest.approx(min(prices), abs=1e-12)
        walked = [tuple(cell) for cell in result.path.tolist()]
        assert walked in walks
        assert price(cost, walked, PATTERNS[pattern].diagonal) == pytest.approx(result.total, abs=1e-12)


@pytest.mark.parametrize("band", [None, 0, 3, 40])
@pytest.mark.parametrize(("n", "m"), [(150, 150), (37, 301), (301, 37), (129, 1), (1, 129)])
def test_compiled_and_scanned_walks_and_tables_are_one(monkeypatch, n, m, band):
    cost = table(n, m)
    for pattern, ends in itertools.product(PATTERNS, (False, True)):
        rules = {"pattern": pattern, "band": band, "open_begin": ends, "open_end": ends}
        compiled = dtw(cost, **rules)
        whole = compiled.table
        with monkeypatch.context() as patch:
            patch.setattr(module, "kernel", lambda name: None)
            scanned = dtw(cost, **rules)
            assert np.array_equal(compiled.path, scanned.path)
            assert whole == pytest.approx(scanned.table, abs=1e-9)
        assert whole[tuple(compiled.path[-1])] == compiled.total


def test_of_equal_ways_the_diagonal_is_taken_then_the_one_from_above(way):
    assert dtw(np.zeros((3, 3))).path.tolist() == [[0, 0], [1, 1], [2, 2]]
    assert dtw(np.zeros((3, 2))).path.tolist() == [[0, 0], [1, 0], [2, 1]]
    assert dtw(np.zeros((2, 3))).path.tolist() == [[0, 0], [0, 1], [1, 2]]


def test_identical_frames_cost_nothing_and_are_walked_straight(way):
    still = np.tile([[1.0, 2.0]], (7, 1))
    walk = warp(still, still)
    assert walk.total == pytest.approx(0, abs=1e-12)
    assert len(walk.path) == 7


def test_a_piece_is_found_within_a_longer_sequence():
    whole = features(60)
    walk = warp(whole[20:45], whole, "euclidean", open_begin=True, open_end=True)
    assert walk.partner == pytest.approx(np.arange(20, 45))
    assert walk.total == pytest.approx(0, abs=1e-5)


def test_a_changed_speed_is_found_again():
    moments = np.sort(np.random.default_rng(0).uniform(0, 99, 140)).round().astype(int)
    slow = features(100)
    walk = warp(slow[moments], slow, "euclidean")
    assert np.median(np.abs(walk.partner - moments)) <= 1


def test_a_partner_is_the_mean_of_several():
    cost = np.ones((2, 4))
    cost[0, :3] = cost[1, 3] = 0
    assert dtw(cost).partner.tolist() == [1, 3]


def test_symmetric2_prefers_steps_and_pays_for_diagonals():
    cost = np.array([[1.0, 1.4], [1.6, 1.0]])
    assert dtw(cost, pattern="symmetric2").total == 3
    assert dtw(cost, pattern="symmetric2").distance == 1
    cost[0, 1] = 0.5
    assert dtw(cost, pattern="symmetric2").path.tolist() == [[0, 0], [0, 1], [1, 1]]


def test_sums_are_kept_in_double_precision():
    cost = np.full((1, 20_000), 0.1, np.float32)
    assert dtw(cost).total == pytest.approx(20_000 * float(np.float32(0.1)), rel=1e-12)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(("n", "m"), [(300, 900), (1, 40), (513, 2)])
def test_features_are_walked_as_their_distances_are(way, metric, n, m):
    x, y = features(n, 1), features(m, 2)
    walk, result = warp(x, y, metric), dtw(distances(x, y, metric))
    assert np.array_equal(walk.path, result.path)
    assert walk.total == pytest.approx(result.total)


def test_distances_are_the_textbooks(way):
    x, y = features(5) + 1000, features(7, 1) + 1000
    difference = x[:, None] - y
    assert distances(x, y, "squared") == pytest.approx((difference**2).sum(2))
    assert distances(x, y, "euclidean") == pytest.approx(np.sqrt((difference**2).sum(2)))
    unit_x, unit_y = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in (x, y))
    assert distances(x, y) == pytest.approx(1 - unit_x @ unit_y.T, abs=1e-12)
    assert distances(x.astype(np.float32), y.astype(np.float32), "squared") == pytest.approx(
        (difference**2).sum(2), rel=1e-2
    )


def test_tensors_half_floats_and_whole_numbers_are_features_too():
    x, y = features(9).round(), features(11, 1).round()
    for kind in (torch.from_numpy, np.float16, lambda a: a.astype(int), lambda a: torch.from_numpy(a).half()):
        assert warp(kind(x), kind(y), "squared").path.tolist() == warp(x, y, "squared").path.tolist()
    assert distances(torch.from_numpy(x).requires_grad_(), y).dtype == np.float64


def test_a_frame_of_noughts_is_like_no_other():
    x = np.zeros((2, 3))
    assert distances(x, np.eye(3)).tolist() == [[1, 1, 1]] * 2


def test_the_walk_of_tslearn_is_ours():
    metrics = pytest.importorskip("tslearn.metrics", reason="the peer tslearn is not installed")
    for seed, (n, m) in enumerate([(30, 40), (80, 25), (64, 64)]):
        x, y = features(n, seed), features(m, seed + 9)
        path, length = metrics.dtw_path(x, y)
        walk = warp(x, y, "squared")
        assert np.sqrt(walk.total) == pytest.approx(length)
        assert walk.path.tolist() == [list(pair) for pair in path]


def test_nothing_is_changed_and_strided_or_read_only_costs_are_taken():
    cost = table(12, 15)
    cost.flags.writeable = False
    before = cost.copy()
    assert dtw(cost[::-2, ::3]).total == dtw(cost[::-2, ::3].copy()).total
    assert np.array_equal(cost, before)


def test_a_long_pair_is_refused_with_a_band_that_would_fit():
    x = np.random.default_rng(0).standard_normal((10_000, 2)).astype(np.float32)
    sentence = r"want at most 67,108,864 pairs of frames \(such as 8,192 x 8,192\), got 10,000 x 10,000 in no band: "
    with pytest.raises(ValueError, match=sentence + "a band of 3,353 frames would fit"):
        warp(x, x)
    lo, hi = Rules(band=widest_band(10_000, 10_000, module.LARGEST_TABLE)).stretches(10_000, 10_000)
    assert 10_000 * ((hi - lo).max() + 1) <= module.LARGEST_TABLE
    assert warp(x, x, band=20).path.tolist() == [[i, i] for i in range(10_000)]


@pytest.mark.parametrize(("n", "m"), [(9, 1000), (1000, 9), (500, 700)])
def test_the_widest_band_fits_and_nothing_needs_one_that_fits_without(n, m):
    assert widest_band(n, m, n * m) is None
    lo, hi = Rules(band=widest_band(n, m, n * m // 2)).stretches(n, m)
    assert n * ((hi - lo).max() + 1) <= n * m // 2


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_refused(way, bad):
    cost = np.zeros((6, 6))
    cost[4, 2] = bad
    with pytest.raises(ValueError, match="want finite costs, got nan or infinity"):
        dtw(cost)
    assert dtw(cost, band=1).total == 0
    x = np.ones((6, 2))
    x[3, 1] = bad
    for metric in METRICS:
        with pytest.raises(ValueError, match="in frame 3 of the second sequence"):
            warp(np.ones((4, 2)), x, metric)
        with pytest.raises(ValueError, match="in frame 3 of the first sequence"):
            warp(x, np.ones((4, 2)), metric)


def test_wrong_arguments_are_refused():
    for shape in [(0, 3), (3, 0), (3,), (1, 2, 3)]:
        with pytest.raises(ValueError, match=r"want costs \(N, M\), not empty"):
            dtw(np.zeros(shape))
    for x, y in [((0, 2), (3, 2)), ((3, 2), (3, 4)), ((3,), (3, 2)), ((2, 0), (2, 0))]:
        with pytest.raises(ValueError, match=r"want features \(N, D\) and \(M, D\), not empty, of one width D"):
            warp(np.zeros(x), np.zeros(y))
    with pytest.raises(ValueError, match="want a pattern of symmetric1, symmetric2, got 'asymmetric'"):
        dtw(np.zeros((2, 2)), pattern="asymmetric")
    with pytest.raises(ValueError, match="want a band of 0 or more frames, or None, got -1"):
        dtw(np.zeros((2, 2)), band=-1)
    with pytest.raises(ValueError, match="want a metric of cosine, euclidean, squared, got 'taxi'"):
        warp(np.ones((2, 2)), np.ones((2, 2)), "taxi")


@pytest.mark.parametrize("metric", ["euclidean", "squared"])
def test_a_black_frame_before_all_others_moves_no_frame(way, metric):
    """Frames far from the first one, and near to each other, in float32."""
    rng = np.random.default_rng(0)
    x = np.maximum(rng.normal(size=(1, 2048)), 0) + 0.2 + np.cumsum(rng.normal(size=(200, 2048)) * 1e-4, 0)
    x = x.astype(np.float32)
    x[0] = 0
    assert warp(x, x, metric).path.tolist() == [[k, k] for k in range(200)]
    halved, exact = (warp(x[::2].astype(kind), x.astype(kind), metric) for kind in (np.float32, np.float64))
    assert np.array_equal(halved.path, exact.path)
    assert np.abs(halved.partner - 2 * np.arange(100)).mean() < 0.3


def test_distances_of_large_numbers_are_those_of_their_differences(way):
    """Pixels of 0 to 255: next to squares of 6e7, a difference of 1 is lost in float32."""
    rng = np.random.default_rng(0)
    p = rng.integers(0, 256, (50, 3072)).astype(np.float32)
    q = p.copy()
    q[:, 0] += 1
    for metric in ("euclidean", "squared"):
        found = distances(p, q, metric)
        assert found.dtype == np.float32
        assert np.diag(found) == pytest.approx(np.ones(50), abs=1e-6)
        assert np.diag(distances(p, p, metric)).tolist() == [0] * 50
    seconds = np.column_stack([1.7e9 + np.arange(60), rng.normal(size=(60, 3))])
    slow = np.sqrt(((seconds[:, None] - seconds) ** 2).sum(-1))
    assert distances(seconds, seconds, "euclidean") == pytest.approx(slow, abs=1e-6)


def test_a_frame_that_is_not_finite_is_named_whatever_the_metric(way):
    x = features(5)
    x[3, 1] = np.inf
    for metric in METRICS:
        with pytest.raises(ValueError, match="frame 3 of the second sequence"):
            warp(features(4), x, metric)
