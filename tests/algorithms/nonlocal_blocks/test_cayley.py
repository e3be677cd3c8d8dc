"""The Cayley filter: worked numbers, a whole inverse as oracle, what the paper says of it and what is true."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vizcore.algorithms.nonlocal_blocks.affinity import symmetric
from vizcore.algorithms.nonlocal_blocks.cayley import cayley_matrix, cayley_parts, cayley_transform, jacobi
from vizcore.algorithms.nonlocal_blocks.spectral import Weights, apply_operator, response

pytestmark = pytest.mark.usefixtures("one_thread")
TWO = np.array([[2, -2], [-2, 2]]) / 3  # the Laplacian of two nodes, the worked example
Z = np.array([2.0, 4.0])


def graph(seed, count, inner):
    rng = np.random.default_rng(seed)
    theta, phi = (torch.from_numpy(rng.standard_normal((count, inner))) for _ in range(2))
    return symmetric(theta, phi)


@given(st.integers(0, 1000), st.integers(1, 12), st.integers(1, 4), st.floats(0.05, 20))
def test_the_transform_is_that_of_a_whole_inverse_whatever_is_smaller(seed, count, inner, zoom):
    edges = graph(seed, count, inner)
    z = torch.from_numpy(np.random.default_rng(seed).standard_normal((count, 3)))
    real, imaginary = cayley_transform(edges, z, zoom)
    expected = cayley_matrix(np.eye(count) - edges.matrix().numpy(), zoom) @ z.numpy()
    np.testing.assert_allclose(real.numpy() + 1j * imaginary.numpy(), expected, atol=1e-11)


@given(st.integers(0, 1000), st.floats(0.1, 10))
def test_the_matrix_turns_and_does_not_stretch(seed, zoom):
    matrix = cayley_matrix(np.eye(8) - graph(seed, 8, 3).matrix().numpy(), zoom)
    np.testing.assert_allclose(matrix @ matrix.conj().T, np.eye(8), atol=1e-12)


def test_real_eigenvalues_do_not_make_the_filter_real():
    real, imaginary = cayley_parts(np.array([0.0]), 1.0)  # mu = h = 1: (1 - i) / (1 + i) = -i
    assert real[0] == 0
    assert imaginary[0] == -1
    matrix = cayley_matrix(TWO, 1.0)
    assert np.abs(matrix.imag).max() > 0.4
    values = np.linspace(-1, 1, 21)
    assert np.hypot(*cayley_parts(values, 3.0)) == pytest.approx(np.ones(21))


def test_the_printed_formula_is_a_parabola_and_not_the_filter():
    values = 1 - np.array([0.0, 1, 2])
    exact = response("cayley", values, Weights((0.0, 0.5, 0.0)))
    printed = response("cayley-printed", values, Weights((0.0, 0.5)))
    assert exact == pytest.approx([-1, 0, 0.6])
    assert printed == pytest.approx([1, 2, 5])
    along = np.linspace(-1, 1, 9)
    assert np.diff(response("cayley-printed", along, Weights((0.3, 0.7), inner=2.0)), 3) == pytest.approx(np.zeros(6))
    assert np.abs(np.diff(response("cayley", along, Weights((0.0, 0.5, 0.0))), 3)).max() > 0.01


def test_the_released_code_is_not_the_printed_formula_either():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((12, 6))
    weights = Weights((rng.standard_normal((6, 6)), rng.standard_normal((6, 6))), inner=rng.standard_normal((6, 6)))
    printed, released = (apply_operator(f"cayley-{which}", x, weights) for which in ("printed", "code"))
    assert np.abs(printed - released).max() > 1
    values = np.linspace(-1, 1, 5)
    numbers = Weights((0.5, 2.0), inner=3.0)
    assert response("cayley-code", values, numbers) == pytest.approx(0.5 + ((1 - values) ** 2 + 3) * 2)
    assert response("cayley-printed", values, numbers) == pytest.approx(0.5 + 2 * (3 * (1 - values) ** 2 + 1) * 2)


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-3, 3), st.floats(0.1, 5), st.floats(-1, 1))
def test_the_response_is_that_of_its_complex_formula(zero, real, imaginary, zoom, value):
    along = zoom * (1 - value)
    expected = zero + 2 * ((real + 1j * imaginary) * (along - 1j) / (along + 1j)).real
    found = response("cayley", np.array([value]), Weights((zero, real, imaginary), h=zoom))
    assert found[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [(0, (-2, -2.153846)), (5, (-3.180957, -2.657147)), (10, (-3.282208, -2.719479)), (200, (-3.28, -2.72))],
)
def test_jacobi_s_iteration_by_hand(steps, wanted):
    found, radius = jacobi(TWO, Z, 1.0, steps)
    assert found.real == pytest.approx(wanted, abs=1e-6)
    assert radius == pytest.approx(0.5547, abs=1e-4)


def test_jacobi_s_iteration_reaches_the_inverse_where_it_converges():
    laplacian = np.eye(9) - graph(3, 9, 3).matrix().numpy()
    z = np.random.default_rng(0).standard_normal((9, 2))
    found, radius = jacobi(laplacian, z, 0.4, 300)
    assert radius < 1
    np.testing.assert_allclose(found, cayley_matrix(laplacian, 0.4) @ z, atol=1e-12)


def test_without_normalised_affinities_there_are_no_frequencies_from_0_to_2():
    rng = np.random.default_rng(0)
    kernel = 1 / (1 + np.exp(-rng.standard_normal((9, 9))))  # "just a sigmoid", as the paper's remark has it
    kernel = (kernel + kernel.T) / 2
    assert np.linalg.eigvalsh(np.eye(9) - kernel).min() < -2
    degree = kernel.sum(1)
    normalised = np.linalg.eigvalsh(np.eye(9) - kernel / np.sqrt(degree[:, None] * degree))
    assert normalised.min() == pytest.approx(0, abs=1e-12)
    assert normalised.max() < 2
