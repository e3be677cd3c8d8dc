"""What came of a claim that was tried out, in one sentence each: arrays of pipeline_claims -> sentence."""

from collections.abc import Mapping

import numpy as np

SAME = 1e-5  # curves that differ by less are one
SUMS = 1e-3  # rows whose sums are nearer to 1 are averages


def turning_verdict(mu: np.ndarray, fraction: np.ndarray) -> str:
    """Whether the Cayley fraction is real: (K,) complex at frequencies mu (K,)."""
    farthest = int(np.abs(fraction.imag).argmax())
    return (
        f"The fraction is not real: at μ = {mu[farthest]:.2f} its imaginary part is {_minus(fraction.imag[farthest])}, "
        "so Re cannot be removed."
    )


def filters_verdict(curves: Mapping[str, np.ndarray]) -> str:
    """How far the printed filter and the released one are from the exact one; the first of the curves (K,) is exact."""
    exact, *others = curves.items()
    apart = {name: float(np.abs(values - exact[1]).max()) for name, values in others}
    if max(apart.values()) < SAME:
        return "With these weights all three filters are the same."
    words = " and ".join(f"{name} by up to {gap:.2f}" for name, gap in apart.items())
    return f"The filters differ from the exact one: {words}."


def third_verdict(curves: Mapping[str, np.ndarray]) -> str:
    """Whether gSNL's third term bends anything: gSNL, SNL with two weights, and a true third polynomial, (K,) each."""
    first, second, bent = curves.values()
    gap, bend = np.abs(first - second).max(), np.abs(first - bent).max()
    if gap >= SAME:
        return f"gSNL differs from an SNL with two weights by up to {gap:.2f}."
    more = f"T₂ differs by up to {bend:.2f}" if bend >= SAME else "nor does T₂ with this W3"
    return f"gSNL's third term adds nothing: two weights give the same curve; {more}."


def sums_verdict(sums: Mapping[str, np.ndarray]) -> str:
    """Which axes of the two softmaxes make averages: sums of rows (N,) by axes."""
    averages = [name for name, values in sums.items() if np.abs(values - 1).max() < SUMS]
    if not averages:
        return "No choice of axes makes an average."
    worst = max(float(np.abs(values - 1).max()) for values in sums.values())
    return (
        f"{len(averages)} of {len(sums)} choices of the axes averages: {', '.join(averages)}; "
        f"elsewhere a row's sum is up to {worst:.2f} off."
    )


def degrees_verdict(degrees: np.ndarray) -> str:
    """Whether one can divide by the degrees (K,)."""
    below = int((degrees <= 0).sum())
    if not below:
        return "All degrees are above 0 here: one could divide by them."
    return f"{below} of {len(degrees)} degrees are 0 or below, so one cannot divide by them."


def laplacian_verdict(values: Mapping[str, np.ndarray]) -> str:
    """Whether eigenvalues of L are frequencies, from 0 to 2: of the graph that is not normalised, then the other."""
    plain, normal = values.values()
    words = f"Without normalisation L's least eigenvalue is {_minus(plain.min(), '.1f')}"
    fine = normal.min() > -SAME and normal.max() < 2 + SAME
    ends = f"{_minus(max(normal.min(), 0.0))} and {_minus(normal.max())}"
    return f"{words}, which is no frequency; normalised all lie between {ends}." if fine else f"{words}."


def jacobi_verdict(radii: Mapping[float, float]) -> str:
    """Where Jacobi's iteration converges: {h: spectral radius}, h rising."""
    away = [h for h, radius in radii.items() if radius >= 1]
    if away:
        return f"Jacobi runs away from h = {away[0]:g} on, where its spectral radius is {radii[away[0]]:.2f}."
    slowest, largest = list(radii.items())[-1]
    return f"Jacobi converges, slowly for a large h: at h = {slowest:g} a step leaves {largest:.0%} of the error."


def _minus(value: float, form: str = ".2f") -> str:
    return f"{value + 0.0:{form}}".replace("-", "−")
