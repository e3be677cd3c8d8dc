"""The engine asked by many at once: everybody's tensors are their own, and jobs share it and can be stopped."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from engines import Mean, engine_of_tiny_vits, frames, grey, module_of, row, starting  # noqa: F401
from gates import SOON
from torch import nn

from vizcore.runtime.capture import Tap
from vizcore.runtime.jobs import Cancelled
from vizcore.runtime.worker import Worker


class Slow(nn.Module):
    """Brightness again, with so much to do after its tap that unguarded passes meet."""

    def __init__(self):
        super().__init__()
        self.tap, self.head = Tap(), nn.Linear(1, 3)

    def forward(self, video):
        brightness = self.tap(video.mean((1, 2, 3, 4))[:, None])
        logits = self.head(brightness)
        for _ in range(50):
            logits = logits + 0.0
        return logits


def wrong_passes(engine):
    """8 threads, each with clips of its own brightness; how many of 320 passes showed somebody else's."""

    def passes(level):
        own = engine.models["slow"].prepared(grey(level)).mean()
        return sum(
            not torch.allclose(engine.run("slow", grey(level), ["tap"]).activations["tap"], own, atol=1e-4)
            for _ in range(40)
        )

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(passes, range(0, 240, 30)))
    finally:
        sys.setswitchinterval(interval)


def test_eight_threads_on_one_engine_never_see_each_others_tensors(start):
    assert wrong_passes(start({"slow": row("slow", Slow)})) == 0


def test_without_the_worker_they_would(start, monkeypatch):
    """The test above can fail: here every thread runs its passes itself."""
    engine = start({"slow": row("slow", Slow)})
    engine.run("slow", grey(0))
    job = engine.submit("a job", lambda job: None)
    assert job.wait(SOON)
    monkeypatch.setattr(engine._worker, "call", lambda work: work(job))
    assert wrong_passes(engine) > 0


def test_a_job_that_runs_a_model_on_its_own_engine_does_not_wait_for_itself(vit):
    job = vit.submit("outer", lambda job: vit.run("ata", frames(), ["blocks.0.exit"]))
    capture = job.result(SOON)
    assert torch.equal(capture.logits, vit.run("ata", frames()).logits)


def test_the_same_job_asked_for_by_two_sessions_runs_once(vit):
    jobs = [vit.submit(("heat", "clip", 8), lambda job: vit.run("ata", frames()).logits, owner) for owner in "ab"]
    assert jobs[0] is jobs[1]
    assert jobs[0].result(SOON).shape == (5,)


def test_a_job_is_cancelled_between_two_batches(start):
    engine, passes, second = start({"mean": row("mean", Mean)}), [], threading.Event()

    def work(job):
        def step(*told):
            passes.append(told)
            if len(passes) == 2:
                second.set()
                assert cancelled.wait(SOON)
            job.step(*told)

        return engine.run_many("mean", [grey(1)] * 5, step=step)

    cancelled = threading.Event()
    job = engine.submit("long", work)
    assert second.wait(SOON)
    job.cancel()
    cancelled.set()
    with pytest.raises(Cancelled):
        job.result(SOON)
    assert passes == [(0, 5, "running mean"), (1, 5, "running mean")]
    assert module_of(engine, "mean").batches == [1]
    assert engine.run("mean", grey(1)).logits.shape == (3,)


def test_a_run_inside_a_cancelled_job_stops_even_when_nobody_is_told(start):
    engine, begun, cancelled = start({"mean": row("mean", Mean)}), threading.Event(), threading.Event()

    def work(job):
        engine.run("mean", grey(1))
        begun.set()
        assert cancelled.wait(SOON)
        engine.run("mean", grey(1))

    job = engine.submit("long", work)
    assert begun.wait(SOON)
    job.cancel()
    cancelled.set()
    assert job.wait(SOON)
    assert job.state == "cancelled"
    assert module_of(engine, "mean").batches == [1]


class Endless(nn.Module):
    """A net of many layers whose first holds everything up until the test lets it go on."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(*(nn.Linear(3, 3) for _ in range(4)))
        self.entered, self.may_go, self.ran = threading.Event(), threading.Event(), []
        self.layers[0].register_forward_hook(self._hold)
        for layer in self.layers:
            layer.register_forward_hook(lambda *_: self.ran.append(1))

    def _hold(self, *_):
        self.entered.set()
        assert self.may_go.wait(SOON)

    def forward(self, video):
        return self.layers(video.mean((2, 3, 4))[:, :3])


def test_a_pass_that_nobody_wants_ends_at_its_next_layer(start):
    net = Endless()
    engine = start({"endless": row("endless", lambda: net)})
    asking = Worker("asking")
    job = asking.submit("look", lambda job: engine.run("endless", grey(0)))
    assert net.entered.wait(SOON)
    job.cancel()
    assert job.wait(SOON)  # though the pass is held up
    net.may_go.set()
    assert engine.submit("the next", lambda job: "free").result(SOON) == "free"
    assert len(net.ran) == 1
    assert asking.close(SOON)
