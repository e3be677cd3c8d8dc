"""Every non-local operator as its paper defines it: sums over pairs of positions, number by number."""

import math

import numpy as np

TAYLOR = [math.exp(-2e-4) * 2e-4**k / math.factorial(k) for k in range(3)]


def softmaxed(scores):
    """Of a list."""
    top = max(scores)
    parts = [math.exp(score - top) for score in scores]
    return [part / sum(parts) for part in parts]


def edges(name, theta, phi, grid=None):
    """A (N, N), or for CGNL (N S, N S), entry by entry."""
    count, width = theta.shape
    if name in ("nl", "ns"):
        return np.array([softmaxed([float(theta[i] @ phi[j]) for j in range(count)]) for i in range(count)])
    if name == "a2":
        gather = np.array([softmaxed(list(phi[:, c])) for c in range(width)])  # (S, N)
        return np.array([softmaxed(list(row)) for row in theta]) @ gather
    if name.startswith("cgnl"):
        one, other = theta.ravel(), phi.ravel()
        kernel = (
            (lambda a, b: a * b) if name == "cgnl" else lambda a, b: sum(TAYLOR[k] * (a * b) ** k for k in range(3))
        )
        return np.array([[kernel(a, b) for b in other] for a in one])
    if name == "cc":
        return criss_cross(theta, phi, grid)
    kernel = np.maximum(theta, 0) @ np.maximum(phi, 0).T
    return normalised((kernel + kernel.T) / 2)


def criss_cross(theta, phi, grid):
    places = list(np.ndindex(*grid))
    found = np.zeros((len(places), len(places)))
    for i, here in enumerate(places):
        heard = [j for j, there in enumerate(places) if sum(a != b for a, b in zip(here, there)) <= 1]
        found[i, heard] = softmaxed([float(theta[i] @ phi[j]) for j in heard])
    return found


def normalised(kernel):
    """D^-1/2 M D^-1/2; a node of degree zero has no edges."""
    degree = kernel.sum(1)
    found = np.zeros_like(kernel)
    for i, j in np.ndindex(*kernel.shape):
        if degree[i] > 0 and degree[j] > 0:
            found[i, j] = kernel[i, j] / math.sqrt(degree[i] * degree[j])
    return found


def heard(table, z):
    """A Z as a sum over all positions."""
    return np.array([sum(table[i, j] * z[j] for j in range(len(z))) for i in range(len(table))])


def operator(name, table, z, out, inner=None, h=1.0):
    """F(A, Z) by the formula of its paper."""
    if name.startswith("cgnl"):
        return heard(table, z.ravel()).reshape(z.shape) @ out[0]
    far = heard(table, z)
    if name == "ns":
        return (far - z) @ out[0]
    if name in ("snl", "gsnl"):
        return sum(part @ matrix for part, matrix in zip((z, far, 2 * far - z), out))
    if name == "chebyshev":
        parts = [z, far, 2 * heard(table, far) - z, 4 * heard(table, heard(table, far)) - 3 * far]
        return sum(part @ matrix for part, matrix in zip(parts, out))
    if name.startswith("cayley"):
        return cayley(name, np.eye(len(table)) - table, z, out, inner, h)
    return far @ out[0]


def cayley(name, laplacian, z, out, inner, h):
    whole = np.eye(len(z))
    twice = laplacian @ laplacian @ z
    if name == "cayley-printed":
        return z @ out[0] + 2 * (twice @ inner + z) @ out[1]
    if name == "cayley-code":
        return z @ out[0] + (twice + z @ inner) @ out[1]
    transform = (h * laplacian - 1j * whole) @ np.linalg.inv(h * laplacian + 1j * whole)
    return z @ out[0] + 2 * (transform @ z @ (out[1] + 1j * out[2])).real
