"""Principal components: features in fewer numbers, those in which they differ most.

features (T, D) - mean, covariance, eigenvectors -> PrincipalComponents - project -> (T, K)
"""

from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.ties import upright

ROWS_AT_ONCE = 16_384


@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """The mean and the K orthonormal directions in which features of D numbers vary most."""

    mean: np.ndarray  # (D,) float64
    axes: np.ndarray  # (K, D) float64, the widest first, each with the first of its largest entries positive
    variance: np.ndarray  # (K,) float64 along each axis
    total: float  # variance along all D

    @property
    def share(self) -> float:
        """How much of the variance is kept, 0 to 1; 1 where nothing varies."""
        return float(self.variance.sum() / self.total) if self.total > 0 else 1.0

    def project(self, features: np.ndarray) -> np.ndarray:
        """(T, K) of features (T, D), less the mean, in the same precision (float32 or float64).

        Raises:
            ValueError: the features have another width.
        """
        features = np.asarray(features)
        if features.ndim != 2 or features.shape[1] != len(self.mean):
            raise ValueError(f"want features (T, {len(self.mean)}), got {features.shape}")
        kind = np.float32 if features.dtype in (np.float16, np.float32) else np.float64
        axes = self.axes.T.astype(kind)
        return features.astype(kind, copy=False) @ axes - (self.mean @ self.axes.T).astype(kind)

    def __repr__(self) -> str:
        return f"PrincipalComponents({len(self.axes)} of {len(self.mean)}, {self.share:.1%} of the variance)"


def principal_components(features: np.ndarray, k: int) -> PrincipalComponents:
    """The K widest directions of features, by the eigenvectors of their covariance, read some rows at a time.

    Args:
        features: (T, D) finite, T of 1 or more.
        k: directions wanted, 1 to D.

    Raises:
        ValueError: the features are not (T, D), empty or not finite, or k is out of range.
    """
    features = np.asarray(features)
    if features.ndim != 2 or 0 in features.shape or not 1 <= k <= features.shape[1]:
        raise ValueError(f"want features (T, D), not empty, and 1 to D components, got {features.shape} and {k}")
    mean = features.mean(0, dtype=np.float64)
    if not np.isfinite(mean).all():
        raise ValueError("want finite features, got nan or infinity")
    covariance = np.zeros((len(mean), len(mean)))
    for first in range(0, len(features), ROWS_AT_ONCE):
        some = features[first : first + ROWS_AT_ONCE] - mean
        covariance += some.T @ some
    covariance /= len(features)
    variance, axes = np.linalg.eigh(covariance)  # rising, as columns
    axes = axes[:, ::-1][:, :k]
    axes = (axes * upright(axes)).T
    return PrincipalComponents(mean, axes, variance[::-1][:k].clip(0), float(np.trace(covariance)))
