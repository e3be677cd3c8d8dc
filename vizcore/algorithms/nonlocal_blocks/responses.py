"""What a non-local block does to a frequency, in numbers that Python and the browser share.

    g(lambda) = sum over k of W_k p_k(lambda),  p_k = numerator / denominator in lambda and in one more weight s

An eigenvalue lambda of the graph A is a frequency: 1 slow, -1 fast. s is W_h of the blocks that have one ("inner"), or
the zoom h of the Cayley filter. Row i, column j of a numerator is the factor of s^i lambda^j.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev as series
from numpy.polynomial import polynomial

Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Response:
    """One p_k."""

    numerator: Rows
    denominator: Rows = ((1.0,),)

    def parts(self, values: np.ndarray) -> list[np.ndarray]:
        """[p_k of s^0, of s^1, ...] at eigenvalues (K,), real or complex; only where nothing is divided by s."""
        return [polynomial.polyval(values, row or (0.0,)) for row in self.numerator]

    def at(self, values: np.ndarray, s: float) -> np.ndarray:
        """p_k at eigenvalues (K,) for one s."""
        over, under = (
            sum(s**i * polynomial.polyval(values, row or (0.0,)) for i, row in enumerate(rows))
            for rows in (self.numerator, self.denominator)
        )
        return over / under


ITSELF = Response(((1.0,),))  # p = 1: the features as they are
ATTENDED = Response(((0.0, 1.0),))  # p = lambda: what they attend to
LACKING = Response(((-1.0, 1.0),))  # p = lambda - 1
SQUARED = (1.0, -2.0, 1.0)  # mu^2 = (1 - lambda)^2, of L^2


def chebyshev(order: int) -> Response:
    """T_order."""
    return Response((tuple(float(one) for one in series.cheb2poly([0] * order + [1])),))


COSINE = Response(((-2.0,), (), (2.0, -4.0, 2.0)), ((1.0,), (), SQUARED))  # 2 (h^2 mu^2 - 1) / (h^2 mu^2 + 1)
SINE = Response(((), (4.0, -4.0)), ((1.0,), (), SQUARED))  # 4 h mu / (h^2 mu^2 + 1)
PRINTED = Response(((2.0,), (2.0, -4.0, 2.0)))  # 2 (mu^2 W_h + 1)
RELEASED = Response((SQUARED, (1.0,)))  # mu^2 + W_h
