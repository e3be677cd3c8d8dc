"""Features as colours: what is alike looks alike, because the three widest directions become red, green and blue.

features (T, N, C) - principal components -> (T, N, 3) - stretch -> colours (T, N, 3) uint8
"""

import numpy as np
import torch

from vizcore.algorithms.ties import SLACK, upright

COVERED = (1.0, 99.0)  # percentiles of each component that take the whole range of its colour


def feature_colours(features: np.ndarray | torch.Tensor) -> np.ndarray:
    """Colours of tokens, one scale for the whole clip, so that equal colours mean equal features in any frame.

    The colours do not change when the features are moved, scaled as a whole or turned: each component's sign is
    the one that makes its farthest token bright. A component without any spread is mid grey.

    Args:
        features: (T, N, C), numpy or torch, any device; T, N and C at least 1.

    Returns:
        (T, N, 3) uint8 RGB.

    Raises:
        ValueError: features are not (T, N, C), one axis is empty, or a value is not finite.
    """
    if features.ndim != 3 or 0 in features.shape:
        raise ValueError(f"want features (T, N, C), none empty, got {(*features.shape,)}")
    if isinstance(features, torch.Tensor):
        features = features.detach().float().cpu().numpy()
    if not np.isfinite(features).all():
        raise ValueError("want finite features, got nan or infinity among them")
    precision = np.finfo(np.result_type(features, np.float32)).eps
    tokens = features.reshape(-1, features.shape[-1]).astype(np.float64)  # (T N, C)
    components = _principal(tokens - tokens.mean(0))  # (T N, 3)
    components = components * upright(components)
    low, high = np.percentile(components, COVERED, axis=0)
    span = high - low
    flat = span <= SLACK * precision * np.linalg.norm(tokens, axis=1).max()  # what rounding makes of equal tokens
    stretched = np.where(flat, 0.5, (components - low) / np.where(flat, 1.0, span))
    return (np.clip(stretched, 0, 1) * 255).round().astype(np.uint8).reshape(*features.shape[:2], 3)


def _principal(tokens: np.ndarray) -> np.ndarray:
    """Centred tokens (M, C) along their three widest directions, widest first: (M, 3), zeros where there are fewer."""
    count, width = tokens.shape
    if width <= count:
        directions = np.linalg.eigh(tokens.T @ tokens)[1][:, ::-1][:, :3]  # (C, <= 3)
        found = tokens @ directions
    else:
        spread, places = np.linalg.eigh(tokens @ tokens.T)  # the same from the smaller side
        found = (places * np.sqrt(np.maximum(spread, 0)))[:, ::-1][:, :3]
    return np.pad(found, ((0, 0), (0, 3 - found.shape[1])))
