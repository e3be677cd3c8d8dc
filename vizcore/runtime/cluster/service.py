"""What of the app's work goes to a cluster: pipelines that take long, when VIZCORE_RAY_ADDRESS names one.

pipeline, words and numbers -> travels -> elsewhere -> the same result as here
Whatever else a pipeline is given, such as a checkpoint of a person's own, never leaves this process, and then the work
does not either. Light: the first page need not wait for what workers are made of.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vizcore.runtime.tables import CLUSTER as ADDRESS
from vizcore.runtime.tables import LONG

WORKERS = "VIZCORE_RAY_WORKERS"
GPUS = "VIZCORE_RAY_GPUS"


def workers() -> int:
    """Workers that the app has on the cluster: $VIZCORE_RAY_WORKERS, usually 2.

    Raises:
        ValueError: the variable is no whole number above 0.
    """
    text = os.environ.get(WORKERS, "2")
    if not text.isdecimal() or not int(text):
        raise ValueError(f"want {WORKERS} to be a number of workers, got {text!r}")
    return int(text)


def gpus() -> float:
    """The share of a GPU that each of them takes: $VIZCORE_RAY_GPUS, usually 0.

    Raises:
        ValueError: the variable is no number.
    """
    text = os.environ.get(GPUS, "0")
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"want {GPUS} to be a share of a GPU, got {text!r}") from None


def is_there() -> bool:
    """The app is on a cluster."""
    return bool(os.environ.get(ADDRESS))


def travels(pipeline: Callable, settings: dict[str, Any]) -> bool:
    """The app is on a cluster, and this is work for it: a long pipeline, asked for in words and numbers alone."""
    long = pipeline.__qualname__ in LONG.get(pipeline.__module__, ())
    return is_there() and long and all(map(_is_plain, settings.values()))


def elsewhere(pipeline: Callable, settings: dict[str, Any], tell: Callable[[int, int, str], None]) -> Any:
    """The result of pipeline(**settings, context=...), made by a worker of the cluster.

    Args:
        pipeline: a long one, as of travels.
        settings: its keyword arguments, the context aside.
        tell: called with how far it is; may raise to stop it.

    Raises:
        ValueError: what the pipeline refused, or that no worker can be had, in a sentence.
    """
    from vizcore.runtime.cluster import workers as here

    return here.elsewhere((os.environ[ADDRESS], workers(), gpus()), pipeline, settings, tell)


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, (str, int, float, Path))
