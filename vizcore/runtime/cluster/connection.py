"""The way to Ray: imported when it is asked for, joined where it runs, or started here for as long as it is needed."""

import importlib
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from vizcore.runtime.devices import cores

INSTALL = "pip install -r requirements-cluster.txt"
USUAL = {
    "RAY_USAGE_STATS_ENABLED": "0",  # what runs here is nobody else's business
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # what Ray will do by itself some day, and warns about until then
    "RAY_worker_niceness": "0",  # of workers started here: at Ray's 15 they starve beside anything else that computes
}


def ray() -> ModuleType:
    """The module.

    Raises:
        ValueError: it is not installed.
    """
    for name, value in USUAL.items():
        os.environ.setdefault(name, value)
    try:
        return importlib.import_module("ray")
    except ImportError as absent:
        raise ValueError(f"want Ray to work on a cluster, but it is not installed: {INSTALL}") from absent


def join(address: str | None = None, cpus: int | None = None) -> None:
    """Join a cluster for the rest of this process, or start one on this machine.

    Args:
        address: HOST:6379 or auto, on a machine of the cluster; None starts one.
        cpus: of one that is started; every core if not given.

    Raises:
        ValueError: Ray is not installed, or nothing answers there.
    """
    module = ray()
    options = {"log_to_driver": False, "logging_level": "CRITICAL"}  # what goes wrong is told as outcomes
    if address is None:
        options |= {"num_cpus": cpus or cores(), "include_dashboard": False}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an address where nothing answers is refused below, and that is enough
            module.init(address or "local", **options)
    except (ConnectionError, RuntimeError, ValueError, AssertionError, ImportError) as fault:
        place = f"at {address}" if address else "on this machine"
        raise ValueError(f"want a Ray cluster {place}, got: {str(fault).strip() or type(fault).__name__}") from fault


@contextmanager
def joined(address: str | None = None, cpus: int | None = None) -> Iterator[ModuleType]:
    """Ray for a while; a cluster that this process has joined before is used, and stays joined. Refusals as of join."""
    module = ray()
    if module.is_initialized():
        yield module
        return
    join(address, cpus)
    try:
        yield module
    finally:
        module.shutdown()
