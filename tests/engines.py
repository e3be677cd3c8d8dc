"""Engines of a test's own, models small enough for them, and clips of which one can say what a model sees."""

import numpy as np
import pytest
import torch
from gates import SOON
from torch import nn

from vizcore.models import PATCH_MODELS, Model
from vizcore.models.nets.temporal_vit import TemporalViT
from vizcore.runtime.capture import Tap
from vizcore.runtime.engine import Engine

T, SIZE = 4, 32


def row(name, build):
    """A small model for a table of our own."""
    return Model(name, name, "random weights", "1", build, T, SIZE, (4, 4), ())


def tiny_vit(mode="factorized"):
    return TemporalViT(mode, T, SIZE, 8, 24, 2, 3, 5, zero_time=False)


class Mean(nn.Module):
    """Its only feature is the brightness of the clip, so that a mix-up between clips shows."""

    def __init__(self, limit=None, fails_on=None):
        super().__init__()
        self.tap, self.words, self.head = Tap(), nn.Module(), nn.Linear(1, 3)
        self.limit, self.fails_on = limit, fails_on
        self.batches = []

    def forward(self, video):
        self.batches.append(len(video))
        if self.fails_on == video.device.type or (self.limit is not None and len(video) > self.limit):
            raise torch.OutOfMemoryError("CUDA out of memory (a trial)")
        return self.head(self.tap(video.mean((1, 2, 3, 4))[:, None]))


@pytest.fixture(name="start")
def starting():
    """Engines that are closed at the end; the thread count of the process is as before."""
    threads, engines = torch.get_num_threads(), []

    def start(models=PATCH_MODELS, **settings):
        engines.append(Engine("cpu", models=models, **settings))
        return engines[-1]

    yield start
    for engine in engines:
        engine.close(SOON)
    torch.set_num_threads(threads)


@pytest.fixture(name="vit")
def engine_of_tiny_vits(start):
    return start({mode: row(mode, lambda mode=mode: tiny_vit(mode)) for mode in ("factorized", "ata")})


def frames(seed=0, count=T):
    return np.random.default_rng(seed).integers(0, 256, (count, 40, 48, 3), dtype=np.uint8)


def grey(level):
    return np.full((T, 8, 8, 3), level, np.uint8)


def module_of(engine, name):
    return next(module for (loaded, *_), (module, _) in engine._loaded.items() if loaded == name)


def hooks_of(module):
    tables = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(part, table)) for part in module.modules() for table in tables)
