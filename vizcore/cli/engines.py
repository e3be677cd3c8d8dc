"""Where a batch runs: in this process, or on a Ray cluster with a worker for every core or share of a GPU."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from functools import partial

from vizcore.runtime import batch
from vizcore.runtime.cluster import run as on_cluster
from vizcore.runtime.cluster.service import ADDRESS

LOCAL, RAY = "local", "ray"
JOIN = f"of a Ray cluster, such as auto or HOST:6379 (usually ${ADDRESS}; without, Ray is started on this machine)"


def add(parser: ArgumentParser) -> None:
    """The options."""
    group = parser.add_argument_group("engine")
    group.add_argument(
        "--engine", choices=(LOCAL, RAY), default=LOCAL, help="in this process, or on a cluster (usually local)"
    )
    group.add_argument("--address", metavar="WORD", help=JOIN)
    group.add_argument("--workers", type=int, metavar="N", help="how many clips at once (usually as many as fit)")
    group.add_argument(
        "--gpus-per-worker", type=float, metavar="X", help="of a GPU, such as 0.25 (usually 0: workers use the CPU)"
    )


def chosen(given: Namespace) -> Callable[..., list[batch.Outcome]]:
    """What runs a batch.

    Raises:
        ValueError: options of a cluster are given without one, or a number is out of range.
    """
    asked = {"address": given.address, "workers": given.workers, "gpus": given.gpus_per_worker}
    asked = {name: value for name, value in asked.items() if value is not None}
    if given.engine == LOCAL:
        if asked:
            raise ValueError("want --engine ray with --address, --workers and --gpus-per-worker, got --engine local")
        return batch.run
    if asked.get("workers", 1) < 1:
        raise ValueError(f"want 1 worker or more, got {given.workers}")
    return partial(on_cluster.run, **{"address": os.environ.get(ADDRESS)} | asked)
