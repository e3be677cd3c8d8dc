"""A net that aligns matches by another method for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


@contextmanager
def matching_by(module: nn.Module, method: str | None) -> Iterator[None]:
    """A net that aligns matches by another method for a while; None leaves it its own."""
    if method is None:
        yield
        return
    from vizcore.algorithms.matching.matching import METHODS  # hardly a pass asks for one

    if method not in METHODS or getattr(module, "mode", None) != "ata":
        raise ValueError(f"want a model that aligns and a method ({', '.join(METHODS)}), got {method!r}")
    before, module.method = module.method, method
    try:
        yield
    finally:
        module.method = before
