"""Where a batch runs: in this process, or on a Ray cluster with a worker for every core or share of a GPU."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

from cyclopts import Group, Parameter

from vizcore.cli.options import option
from vizcore.runtime import batch
from vizcore.runtime.cluster import run as on_cluster
from vizcore.runtime.cluster.service import ADDRESS

LOCAL, RAY = "local", "ray"
JOIN = f"of a Ray cluster, such as auto or HOST:6379; by default ${ADDRESS}, or else Ray is started on this machine"


@dataclass(frozen=True)
class Backend:
    """Where a batch runs.

    Attributes:
        engine: in this process, or on a cluster.
        workers: how many clips at once; by default as many as fit.
        gpus_per_worker: of a GPU, such as 0.25; by default 0: workers use the CPU.
    """

    engine: Literal[LOCAL, RAY] = LOCAL
    address: Annotated[str | None, Parameter(help=JOIN)] = None
    workers: option(int) | None = None
    gpus_per_worker: option(float) | None = None


Options = Annotated[Backend, Parameter(name="*", group=Group("Engine", sort_key=1))]
USUAL = Backend()


def runner(backend: Backend) -> Callable[..., list[batch.Outcome]]:
    """What runs a batch.

    Raises:
        ValueError: options of a cluster are given without one, or a number is out of range.
    """
    options = {"address": backend.address, "workers": backend.workers, "gpus": backend.gpus_per_worker}
    options = {name: value for name, value in options.items() if value is not None}
    if backend.engine == LOCAL:
        if options:
            raise ValueError("want --engine ray with --address, --workers and --gpus-per-worker, got --engine local")
        return batch.run
    if options.get("workers", 1) < 1:
        raise ValueError(f"want 1 worker or more, got {backend.workers}")
    return partial(on_cluster.run, **{"address": os.environ.get(ADDRESS)} | options)
