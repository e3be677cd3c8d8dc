"""Compiled kernels: imported on first use, kept on disk where a folder can be written, done without where they fail.

A kernel is a module beside its algorithm whose functions numba compiles on their first call. Nothing is compiled, and
numba is not imported, before an algorithm asks for its kernel; without numba it gets None and takes another way.
"""

import functools
import importlib
from collections.abc import Callable
from types import ModuleType


@functools.cache
def kernel(name: str) -> ModuleType | None:
    """The module vizcore.algorithms.FAMILY.NAME of "FAMILY.NAME", or None where numba is not installed."""
    try:
        return importlib.import_module(f"vizcore.algorithms.{name}")
    except ImportError:
        return None


def cached(function: Callable) -> Callable:
    """Compile on the first call and keep the result on disk, where a folder can be written; else in memory only."""
    from numba import njit

    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba found no folder for its cache
        return njit(nogil=True)(function)
