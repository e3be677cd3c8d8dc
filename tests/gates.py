"""Work that begins and ends when a test says so, and a worker that is busy with it."""

import threading

import pytest

from vizcore.runtime.worker import Worker

SOON = 20.0  # seconds: how long a test waits for what should happen at once, before it fails


class Gate:
    """Work that tells when it has begun, and ends when it may."""

    def __init__(self, value=None):
        self.begun, self.may_end, self.value = threading.Event(), threading.Event(), value

    def __call__(self, job):
        self.begun.set()
        assert self.may_end.wait(SOON)
        job.step(1, 1, "through the gate")
        return self.value


class Big:
    """Stands for a tensor: something whose end can be seen."""


@pytest.fixture(name="worker")
def idle_worker():
    worker = Worker("test")
    yield worker
    assert worker.close(SOON)


@pytest.fixture(name="gate")
def busy_worker(worker):
    """The worker is busy until the gate is opened."""
    gate = Gate("gate")
    gate.job = worker.submit("gate", gate)
    assert gate.begun.wait(SOON)
    yield gate
    gate.may_end.set()
