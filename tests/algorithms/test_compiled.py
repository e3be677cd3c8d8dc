"""Compiled kernels: nothing is compiled on import, a disk that refuses is done without, and so is numba."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vizcore.algorithms.compiled import kernel
from vizcore.algorithms.matching.assignment import assign
from vizcore.algorithms.segmentation.metrics import evaluate

ROOT = Path(__file__).resolve().parents[2]
STACK = np.random.default_rng(0).uniform(-1, 1, (4, 30, 30))
PREDICTED, TRUTH = np.repeat([1, 2, 1, 3], [5, 9, 2, 7]), np.repeat([1, 2, 3], [7, 9, 7])


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("matching.assignment_kernel", lambda: assign(STACK).tolist()),
        ("segmentation.metrics_kernel", lambda: evaluate([(PREDICTED, TRUTH)])),
    ],
)
def test_without_numba_the_answer_is_the_same(name, ask, monkeypatch):
    compiled = ask()
    assert kernel(name) is not None
    kernel.cache_clear()
    monkeypatch.setitem(sys.modules, "numba", None)  # its import fails, as where it is not installed
    monkeypatch.delitem(sys.modules, f"vizcore.algorithms.{name}")
    monkeypatch.delattr(f"vizcore.algorithms.{name}")
    try:
        assert kernel(name) is None
        assert ask() == compiled
    finally:
        kernel.cache_clear()


def test_importing_compiles_nothing_and_a_cache_that_cannot_be_written_is_done_without(tmp_path):
    blocked = tmp_path / "a file, not a folder"
    blocked.touch()
    code = """
import sys
from vizcore.algorithms.matching.assignment import assign
from vizcore.algorithms.compiled import kernel
from vizcore.algorithms.segmentation.metrics import accuracy
assert "numba" not in sys.modules
import numba.core.caching as caching
caching.CacheImpl._locator_classes = [caching.UserProvidedCacheLocator]
assert assign([[0.0, 1.0], [1.0, 0.0]]).tolist() == [1, 0]
print(type(kernel("matching.assignment_kernel").solve._cache).__name__)
"""
    env = {**os.environ, "NUMBA_CACHE_DIR": str(blocked), "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert run.stdout.split() == ["NullCache"], run.stderr
