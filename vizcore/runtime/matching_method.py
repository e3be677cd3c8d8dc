"""A net that aligns matches by another method for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn

from vizcore.algorithms.matching.matching import METHODS


@contextmanager
def matching_by(module: nn.Module, method: str) -> Iterator[None]:
    """A net that aligns matches by another method for a while."""
    if method not in METHODS or getattr(module, "mode", None) != "ata":
        raise ValueError(f"want a model that aligns and a method ({', '.join(METHODS)}), got {method!r}")
    before, module.method = module.method, method
    try:
        yield
    finally:
        module.method = before
