"""Features as colours: alike stays alike however the features are turned, and nothing is made up."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vizcore.algorithms.matching.feature_colours import feature_colours


def some_features(frames=3, patches=20, width=6, seed=0):
    rng = np.random.default_rng(seed)
    return rng.gamma(2.0, 1.0, (frames, patches, width)) * 2.0 ** -np.arange(width)


@given(seed=st.integers(0, 200), size=st.floats(0.01, 100), shift=st.floats(-10, 10))
def test_turning_moving_and_scaling_all_features_changes_no_colour(seed, size, shift):
    features = some_features(seed=seed)
    turn = np.linalg.qr(np.random.default_rng(seed + 1).normal(size=(6, 6)))[0]
    apart = feature_colours(features).astype(int) - feature_colours(size * features @ turn + shift)
    assert np.abs(apart).max() <= 1  # a value on the edge between two levels may fall to either side


def test_permuted_tokens_keep_their_colours():
    features = some_features()
    order = np.random.default_rng(1).permutation(20)
    assert np.abs(feature_colours(features[:, order]).astype(int) - feature_colours(features)[:, order]).max() <= 1


def test_more_channels_than_tokens_give_the_same_colours():
    features = some_features(2, 5)
    wide = np.concatenate([features, np.zeros((2, 5, 94))], -1)
    assert np.abs(feature_colours(wide).astype(int) - feature_colours(features)).max() <= 1


def test_the_widest_direction_is_red_and_its_order_is_kept():
    line = np.linspace(0, 1, 50)[:, None] ** 2 * [0.6, 0.8]  # along one direction only
    colours = feature_colours(line[None])[0]
    assert (np.diff(colours[:, 0].astype(int)) >= 0).all()
    assert colours[0, 0] == 0
    assert colours[-1, 0] == 255
    assert (colours[:, 1:] == 128).all()


@pytest.mark.parametrize("shape", [(2, 7, 4), (1, 1, 1), (3, 2, 1)])
def test_features_that_are_all_equal_are_grey(shape):
    assert (feature_colours(np.full(shape, 0.3)) == 128).all()


def test_three_directions_of_known_width_become_red_green_and_blue():
    rng = np.random.default_rng(0)
    features = rng.gamma(2.0, 1.0, (1, 4000, 3)) * [1.0, 9.0, 3.0]
    colours = feature_colours(features)[0].astype(float)
    for channel, source in enumerate((1, 2, 0)):
        assert np.corrcoef(colours[:, channel], features[0, :, source])[0, 1] > 0.9


def test_torch_and_numpy_agree():
    features = some_features().astype(np.float32)
    assert np.array_equal(feature_colours(features), feature_colours(torch.from_numpy(features).requires_grad_()))


@pytest.mark.parametrize(
    "features", [np.zeros((3, 4)), np.zeros((2, 0, 3)), np.array([[[np.nan]]]), np.array([[[np.inf, 0.0]]])]
)
def test_what_is_no_clip_of_features_is_refused(features):
    with pytest.raises(ValueError, match="want"):
        feature_colours(features)
