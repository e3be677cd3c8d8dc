"""Principal components against the singular values of the whole, what they keep, and what is refused."""

import numpy as np
import pytest

from vizcore.algorithms.statistics import principal_components as module
from vizcore.algorithms.statistics.principal_components import principal_components


def features(count=300, width=10, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((count, width)) * np.arange(1, width + 1) @ rng.standard_normal((width, width)) + 7


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_they_are_the_singular_vectors_of_the_centred_features(monkeypatch, kind):
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 64)
    x = features().astype(kind)
    found = principal_components(x, 4)
    _, sizes, rows = np.linalg.svd(x - x.mean(0, dtype=np.float64))
    assert np.abs(found.axes @ rows[:4].T) == pytest.approx(np.eye(4), abs=1e-5)
    assert found.variance == pytest.approx(sizes[:4] ** 2 / len(x), rel=1e-5)
    assert found.share == pytest.approx((sizes[:4] ** 2).sum() / (sizes**2).sum())
    assert found.project(x).dtype == kind
    assert found.project(x) == pytest.approx((x - x.mean(0)) @ found.axes.T, abs=1e-3)


def test_all_of_them_keep_every_distance():
    x = features()
    projected = principal_components(x, x.shape[1]).project(x)
    assert np.linalg.norm(projected[:, None] - projected, axis=-1) == pytest.approx(
        np.linalg.norm(x[:, None] - x, axis=-1), abs=1e-6
    )


def test_signs_do_not_hang_on_the_order_of_the_frames():
    x = features()
    assert principal_components(x, 3).axes == pytest.approx(principal_components(x[::-1], 3).axes)
    assert (principal_components(x, 3).axes.max(1) >= -principal_components(x, 3).axes.min(1)).all()


def test_where_nothing_varies_everything_is_kept():
    found = principal_components(np.ones((5, 3)), 2)
    assert found.share == 1
    assert (found.project(np.ones((5, 3))) == 0).all()
    assert repr(found) == "PrincipalComponents(2 of 3, 100.0% of the variance)"


def test_wrong_arguments_are_refused():
    for shape, k in [((5,), 1), ((0, 3), 1), ((5, 3), 0), ((5, 3), 4)]:
        with pytest.raises(ValueError, match=r"want features \(T, D\), not empty, and 1 to D components"):
            principal_components(np.zeros(shape), k)
    with pytest.raises(ValueError, match="want finite features"):
        principal_components(np.array([[np.nan, 1]]), 1)
    with pytest.raises(ValueError, match=r"want features \(T, 3\), got \(2, 4\)"):
        principal_components(np.eye(3), 1).project(np.zeros((2, 4)))
