"""Tokens mixed over time are what the definition says, place by place and track by track."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vizcore.algorithms.matching.matching import align
from vizcore.algorithms.matching.token_mixing import ALONE, ATA, MIXINGS, divergence, mixed

SHAPES = st.tuples(st.integers(1, 5), st.integers(1, 6), st.integers(2, 4))


def mixed_one_by_one(tokens: np.ndarray, name: str, tracks: np.ndarray, temperature: float) -> np.ndarray:
    """Token by token, as it is said in words."""
    frames, count, _ = tokens.shape
    along, centred, out = "along" in name, tokens - tokens.mean((0, 1)), np.empty_like(tokens)
    for i in range(count):
        places = [tracks[t, i] if along else i for t in range(frames)]
        mine = np.array([tokens[t, place] for t, place in enumerate(places)])
        unit = [centred[t, place] / max(np.linalg.norm(centred[t, place]), 1e-12) for t, place in enumerate(places)]
        for t, place in enumerate(places):
            scores = np.array([unit[t] @ other / temperature for other in unit])
            weights = np.exp(scores - scores.max()) if "attention" in name else np.ones(frames)
            out[t, place] = tokens[t, place] if name == ALONE else weights @ mine / weights.sum()
    return out


@settings(max_examples=60, deadline=None)
@given(data=st.data(), shape=SHAPES, name=st.sampled_from(list(MIXINGS)), temperature=st.sampled_from([0.05, 0.1, 1.0]))
def test_every_mixing_is_its_definition(data, shape, name, temperature):
    tokens = data.draw(arrays(np.float64, shape, elements=st.floats(-3, 3, width=32)))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    tracks = np.stack([rng.permutation(shape[1]) for _ in range(shape[0])])
    found = mixed(torch.from_numpy(tokens), name, torch.from_numpy(tracks), temperature)
    np.testing.assert_allclose(found, mixed_one_by_one(tokens, name, tracks, temperature), atol=2e-5)


def test_along_tracks_what_only_moves_stays_what_it_is():
    rng = np.random.default_rng(0)
    first = torch.from_numpy(rng.normal(size=(12, 8)))
    tokens = torch.stack([first[torch.from_numpy(rng.permutation(12))] for _ in range(5)])
    tracks = align(tokens)[1]
    for name in ("average along tracks", ATA):
        assert torch.allclose(mixed(tokens, name, tracks), tokens, atol=1e-5)
    assert not torch.allclose(mixed(tokens, "average in place", tracks), tokens, atol=0.1)


def test_a_low_temperature_leaves_tokens_alone_and_a_high_one_averages():
    tokens, tracks = torch.randn(4, 6, 8, generator=torch.manual_seed(0)), torch.arange(6).repeat(4, 1)
    assert torch.allclose(mixed(tokens, "attention in place", tracks, 1e-3), tokens, atol=1e-4)
    averages = mixed(tokens, "average in place", tracks)
    assert torch.allclose(mixed(tokens, "attention in place", tracks, 1e4), averages, atol=1e-3)


def test_the_divergence_is_that_of_kullback_and_leibler():
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.2, 0.6])
    found = divergence(torch.from_numpy(np.log(p)), torch.from_numpy(np.log(q)))
    assert found == pytest.approx(sum(p * np.log(p / q)))
    assert divergence(torch.from_numpy(np.log(p)), torch.from_numpy(np.log(p))) == 0


@pytest.mark.parametrize(("name", "temperature"), [("median", 0.1), (ATA, 0.0), (ATA, -1.0), (ATA, float("nan"))])
def test_what_there_is_not_is_refused(name, temperature):
    with pytest.raises(ValueError, match="want one of each frame alone"):
        mixed(torch.zeros(2, 3, 4), name, torch.arange(3).repeat(2, 1), temperature)
