"""Operators through the spectrum of their graph: against their direct form, whole and in part, and what modes tell."""

from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from test_nonlocal_operators import GRID, NAMES, drawn

from vizcore.algorithms.nonlocal_blocks import graph_spectrum
from vizcore.algorithms.nonlocal_blocks.affinity import Factored, Softmax
from vizcore.algorithms.nonlocal_blocks.edges import LARGEST, SYMMETRIC, UNNORMALISED
from vizcore.algorithms.nonlocal_blocks.operators import times
from vizcore.algorithms.nonlocal_blocks.spectral import (
    OPERATORS,
    Weights,
    affinity,
    apply_operator,
    response,
    spectrum,
    through,
)

pytestmark = pytest.mark.usefixtures("one_thread")
BOUNDS = {np.float32: 1e-5, np.float64: 1e-11}
SYMMETRICAL = [name for name in NAMES if OPERATORS[name].graph == "symmetric"]


@pytest.mark.parametrize("dtype", BOUNDS)
@pytest.mark.parametrize("name", NAMES)
def test_both_forms_are_one_operator(name, dtype):
    x, weights = drawn(name, dtype=dtype)
    direct, spectral = (apply_operator(name, x, weights, form, GRID) for form in ("direct", "spectral"))
    assert spectral.dtype == dtype
    assert np.abs(direct - spectral).max() < BOUNDS[dtype] * max(1, np.abs(direct).max())


@given(st.sampled_from(NAMES), st.integers(0, 1000), st.integers(1, 20))
def test_both_forms_are_one_operator_whether_there_are_few_nodes_or_many(name, seed, count):
    x, weights = drawn(name, seed, count)
    direct, spectral = (apply_operator(name, x, weights, form, (count, 1)) for form in ("direct", "spectral"))
    assert np.abs(direct - spectral).max() < 1e-8 * max(1, np.abs(direct).max())


@pytest.mark.parametrize("name", ["nl", "cc"])
def test_features_that_are_compared_with_themselves_have_real_frequencies(name):
    x, _ = drawn(name)
    alike = affinity(name, x, grid=GRID)
    modes = spectrum(alike)
    assert not np.iscomplexobj(modes.values)
    assert np.sort(modes.values) == pytest.approx(np.sort(np.linalg.eigvals(alike.matrix().numpy()).real), abs=1e-10)
    different = spectrum(affinity(name, x, Weights(phi=np.roll(np.eye(6), 1, 0)), GRID))
    assert np.iscomplexobj(different.values)


@given(st.sampled_from(SYMMETRICAL), st.integers(0, 100), st.integers(1, 30))
def test_a_symmetric_graph_has_frequencies_from_0_to_2_and_keeps_the_energy(name, seed, count):
    x, weights = drawn(name, seed, count)
    graph = affinity(name, x, weights)
    modes, z = spectrum(graph), x @ weights.value
    assert modes.kind == SYMMETRIC
    assert modes.frequencies.min() >= -1e-6
    assert modes.frequencies.max() <= 2 + 1e-6
    signal = modes.analysed(z)
    assert signal.energy.sum() + signal.rest_energy == pytest.approx((z**2).sum())
    filtered = modes.filtered(signal, lambda values: response("snl", values, Weights((0.3, -2.0))))
    assert filtered.energy.sum() + filtered.rest_energy == pytest.approx((filtered.nodes**2).sum())
    gain = 0.3 - 2 * modes.values
    assert filtered.energy == pytest.approx(gain**2 * signal.energy)


def test_the_slowest_mode_is_the_root_of_the_degree():
    x, weights = drawn("snl")
    theta, phi = (np.maximum(x @ part, 0) for part in (weights.theta, weights.phi))
    degree = ((theta @ phi.T + phi @ theta.T) / 2).sum(1)
    modes = spectrum(affinity("snl", x, weights))
    assert modes.values[0] == pytest.approx(1)
    slowest = modes.right[:, 0] * np.sign(modes.right[0, 0])
    assert slowest == pytest.approx(np.sqrt(degree / degree.sum()))


def test_frequencies_of_worked_graphs():
    def frequencies(kernel):
        return spectrum(affinity("snl", np.eye(len(kernel)), Weights(theta=np.array(kernel, float)))).values

    assert frequencies([[1, 3], [1, 1]]) == pytest.approx([1, -1 / 3])
    assert frequencies([[0, 0, 0], [0, 1, 1], [0, 1, 1]]) == pytest.approx([1, 0, 0], abs=1e-12)
    assert frequencies([[0, 1], [1, 0]]) == pytest.approx([1, -1])
    rows = spectrum(affinity("nl", np.eye(2), Weights(theta=np.log([[1.0, 3], [1, 1]]))))
    assert rows.values == pytest.approx([1, -0.25])


def test_responses_at_worked_frequencies():
    values = 1 - np.array([0.0, 1, 2])
    assert response("nl", values) == pytest.approx([1, 0, -1])
    assert response("ns", values) == pytest.approx([0, -1, -2])
    assert response("snl", values) == pytest.approx([2, 1, 0])
    assert response("gsnl", values) == pytest.approx(2 * values + values)
    assert response("chebyshev", values, Weights((0.0, 0.0, 0.0, 1.0))) == pytest.approx(4 * values**3 - 3 * values)


@pytest.mark.parametrize("name", NAMES)
def test_a_response_is_what_happens_to_a_mode(name):
    x, weights = drawn(name)
    numbers = Weights(tuple(0.5 + k for k in range(OPERATORS[name].outs or 4)), weights.theta, weights.phi, inner=0.7)
    graph = affinity(name, x, numbers, GRID)
    modes = spectrum(graph)
    k = int(np.abs(modes.values).argmax())
    mode = torch.from_numpy(np.ascontiguousarray(modes.right[:, k].real)[:, None])
    mode = mode.reshape(24, -1)  # of CGNL, where every channel is a node
    found = OPERATORS[name].direct(graph, mode, numbers).numpy()
    assert found == pytest.approx((response(name, modes.values[k : k + 1], numbers) * mode.numpy()).real, abs=1e-9)


@pytest.mark.parametrize("name", ["nl", "cc", "snl"])
@pytest.mark.parametrize("same", [True, False])
def test_the_top_part_is_part_of_the_whole(name, same):
    x, weights = drawn(name, count=36)
    weights = Weights() if same else Weights(theta=weights.theta, phi=weights.phi)
    graph = affinity(name, x, weights, (6, 6))
    whole, part = spectrum(graph), spectrum(graph, most=6, whole=4)
    assert 4 <= len(part.values) <= 6
    assert not part.whole
    largest = np.sort(np.abs(whole.values))[::-1][: len(part.values)]
    assert np.sort(np.abs(part.values))[::-1] == pytest.approx(largest, abs=1e-8)
    assert part.left @ part.right == pytest.approx(np.eye(len(part.values)), abs=1e-8)
    table = graph.matrix().numpy()
    assert table @ part.right == pytest.approx(part.right * part.values, abs=1e-8)


def test_a_spectrum_at_hand_serves_any_weights():
    x, weights = drawn("snl")
    graph = affinity("snl", x, weights)
    modes, z = spectrum(graph), times(torch.from_numpy(x), torch.from_numpy(weights.value))
    for slider in (-1.0, 0.5):
        numbers = Weights((1.0, slider), weights.theta, weights.phi, weights.value)
        found = through(modes, "snl", graph, z, numbers).numpy()
        assert found == pytest.approx(apply_operator("snl", x, numbers), abs=1e-12)
        curve = modes.filtered(modes.analysed(z.numpy()), partial(response, "snl", weights=numbers))
        assert curve.nodes == pytest.approx(found, abs=1e-12)


@pytest.mark.parametrize("name", ["a2", "cgnl", "cgnl-taylor", "snl", "cayley"])
def test_a_large_clip_has_all_modes_of_its_thin_factors(name):
    x, weights = drawn(name, count=6272)
    direct, spectral = (apply_operator(name, x, weights, form) for form in ("direct", "spectral"))
    assert np.abs(direct - spectral).max() < 1e-9 * max(1, np.abs(direct).max())
    assert spectrum(affinity(name, x, weights)).whole


def test_a_large_clip_of_criss_cross_has_its_largest_modes():
    t, y, x = np.indices((8, 28, 28)).reshape(3, -1)
    smooth = np.stack([np.sin(x / 5), np.cos(y / 6), t / 8], 1)
    modes = spectrum(affinity("cc", smooth, grid=(8, 28, 28)), most=32)
    assert modes.values[0] == pytest.approx(1)
    assert modes.right.shape == (6272, 32)


def test_what_has_no_spectrum_is_refused_in_a_sentence():
    large = affinity("nl", np.zeros((LARGEST + 1, 1)))
    with pytest.raises(ValueError, match=f"at most {LARGEST} nodes"):
        spectrum(large)
    with pytest.raises(ValueError, match="a single graph"):
        spectrum(Softmax(torch.ones(2, 3, 1), torch.ones(2, 3, 1)))
    with pytest.raises(ValueError, match="at least 1 mode"):
        spectrum(affinity("nl", np.zeros((3, 1))), most=0)
    with pytest.raises(ValueError, match="a response for every pair"):
        response("nl", np.zeros(1), Weights((np.eye(2),)))
    onward = Factored(torch.eye(3)[:, :1], torch.eye(3)[:, 1:2], UNNORMALISED)  # A is not 0, but A^2 is
    with pytest.raises(ValueError, match="modes carry all signals"):
        spectrum(onward)
    with pytest.raises(ValueError, match="modes carry all signals"):
        spectrum(affinity("nl", np.array([[0.0], [40.0], [80.0]])))


@pytest.mark.parametrize("most", range(3, 12))
def test_no_mode_is_parted_from_its_conjugate(most):
    x, weights = drawn("nl", count=36)
    values = spectrum(affinity("nl", x, weights), most=most, whole=4).values
    assert np.sort_complex(values) == pytest.approx(np.sort_complex(values.conj()), abs=1e-6)


def test_a_search_for_modes_that_takes_too_long_ends_with_a_sentence(monkeypatch):
    x = np.random.default_rng(0).standard_normal((300, 20))
    graph = affinity("nl", x, Weights(phi=np.roll(np.eye(20), 1, 0)))
    assert len(spectrum(graph, most=40, whole=9).values) >= 38
    monkeypatch.setattr(graph_spectrum, "TURNS", 1)
    with pytest.raises(ValueError, match="300 nodes whose 40 largest modes can be told apart"):
        spectrum(graph, most=40, whole=9)
