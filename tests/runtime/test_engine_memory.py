"""The engine and memory: it runs out gently, the longest unused models make room, and nothing stays behind."""

import gc
import threading
import weakref

import pytest
import torch
from engines import Mean, engine_of_tiny_vits, frames, grey, hooks_of, module_of, row, starting  # noqa: F401
from gates import SOON
from torch import nn

from vizcore.runtime.devices import is_out_of_memory
from vizcore.runtime.engine import Engine


def test_when_memory_runs_out_the_batch_is_halved_until_it_fits(start):
    engine = start({"mean": row("mean", lambda: Mean(limit=3))}, batch=8)
    levels = list(range(0, 220, 20))
    captures = engine.run_many("mean", [grey(level) for level in levels], ["tap"])
    assert module_of(engine, "mean").batches == [8, 4, 2, 2, 2, 2, 2, 1]
    brightness = [float(engine.models["mean"].prepared(grey(level)).mean()) for level in levels]
    assert [float(capture.activations["tap"]) for capture in captures] == pytest.approx(brightness, abs=1e-5)
    assert captures[-1].notes == (
        "out of memory on cpu with 8 clips at once: went on with 4",
        "out of memory on cpu with 4 clips at once: went on with 2",
    )
    assert engine.status().notes == captures[-1].notes


def test_a_batch_of_two_is_halved_to_single_clips(start):
    engine = start({"mean": row("mean", lambda: Mean(limit=1))}, batch=2)
    captures = engine.run_many("mean", [grey(level) for level in (50, 100, 150)], ["tap"])
    assert module_of(engine, "mean").batches == [2, 1, 1, 1]
    assert [capture.device for capture in captures] == ["cpu"] * 3
    assert captures[0].notes == ("out of memory on cpu with 2 clips at once: went on with 1",)


def test_a_device_without_room_for_one_clip_leaves_it_to_the_cpu(start):
    engine = start({"mean": row("mean", lambda: Mean(fails_on="meta"))}, batch=2)
    engine.device = torch.device("meta")  # a device that every machine has, and that holds nothing
    captures = engine.run_many("mean", [grey(level) for level in (50, 100, 150)], ["tap"], target=1)
    assert [capture.device for capture in captures] == ["cpu"] * 3
    assert captures[2].notes[-1] == "out of memory on meta with one clip: went on on the CPU"
    assert (
        float(captures[0].activations["tap"])
        < float(captures[1].activations["tap"])
        < float(captures[2].activations["tap"])
    )
    assert [str(device) for *_, device in engine._loaded] == ["cpu"]


def test_a_clip_that_fits_nowhere_is_refused_in_words(start):
    engine = start({"mean": row("mean", lambda: Mean(limit=0))}, batch=2)
    with pytest.raises(MemoryError, match="one clip of mean does not fit into memory"):
        engine.run_many("mean", [grey(1)] * 2)
    assert engine.status().models == {}


def test_other_models_are_unloaded_before_a_batch_is_halved(start):
    shared = []

    class Greedy(Mean):
        def forward(self, video):
            if "other" in shared[0].status().models:
                raise torch.OutOfMemoryError("CUDA out of memory (a trial)")
            return super().forward(video)

    engine = start({"other": row("other", Mean), "greedy": row("greedy", Greedy)}, batch=2)
    shared.append(engine)
    engine.run("other", grey(1))
    capture = engine.run_many("greedy", [grey(1)] * 2)[0]
    assert capture.notes == ("out of memory on cpu: unloaded other",)
    assert module_of(engine, "greedy").batches == [2]


def test_an_error_that_is_not_about_memory_is_passed_on(start):
    class Broken(Mean):
        def forward(self, video):
            raise RuntimeError("shapes do not fit")

    engine = start({"broken": row("broken", Broken)})
    with pytest.raises(RuntimeError, match="shapes do not fit"):
        engine.run("broken", grey(1))
    assert not is_out_of_memory(RuntimeError("shapes do not fit"))


def test_the_cpus_own_failure_to_allocate_is_recognised():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)


def test_the_longest_unused_model_goes_when_the_budget_is_spent(start):
    builds = []

    def build(name):
        builds.append(name)
        return nn.Sequential(Mean(), nn.Linear(3, 997))

    size = 4 * (2 * 3 + 4 * 997)
    engine = start({name: row(name, lambda name=name: build(name)) for name in "abc"}, budget_bytes=2 * size)
    for name in "abacba":
        engine.run(name, grey(1))
        held = engine.status().models
        assert sum(held.values()) <= 2 * size
        assert list(held)[-1] == name
        assert held[name] == size
    assert builds == ["a", "b", "c", "b", "a"]


def test_a_model_larger_than_the_budget_is_still_run_alone(start):
    engine = start({name: row(name, Mean) for name in "ab"}, budget_bytes=1)
    for name in "ab":
        engine.run(name, grey(1))
        assert list(engine.status().models) == [name]


def test_nothing_is_left_after_fifty_runs_of_which_some_fail(vit):
    kept = []
    for turn in range(50):
        try:
            bad = turn % 5 == 0
            capture = vit.run("ata", frames(turn), ["blocks.0.exit"], target=99 if bad else (None, 1)[turn % 2])
            kept += [weakref.ref(capture.activations["blocks.0.exit"]), weakref.ref(capture.logits)]
            del capture
        except ValueError:
            assert bad
        assert hooks_of(module_of(vit, "ata")) == 0
    vit.submit("the last word", lambda job: None).result(SOON)
    gc.collect()
    assert len(kept) == 80
    assert all(tensor() is None for tensor in kept)


def test_a_closed_engine_holds_nothing_and_takes_nothing(vit):
    vit.run("ata", frames())
    net = weakref.ref(module_of(vit, "ata"))
    vit.close(SOON)
    gc.collect()
    assert net() is None
    assert vit.status().models == {}
    with pytest.raises(RuntimeError, match="closed"):
        vit.run("ata", frames())
    vit.close(SOON)


@pytest.mark.gpu
def test_a_gpu_that_runs_out_of_memory_goes_on_with_less(start):
    class Hungry(Mean):
        def forward(self, video):
            if video.is_cuda:
                torch.empty(torch.cuda.get_device_properties(0).total_memory * (len(video) - 1) + 8, device="cuda")
            return super().forward(video)

    engine = Engine("cuda", models={"hungry": row("hungry", Hungry)}, batch=4)
    try:
        captures = engine.run_many("hungry", [grey(1)] * 4, ["tap"])
        assert [capture.device for capture in captures] == ["cuda"] * 4
        assert len(captures[0].notes) == 2
    finally:
        engine.close(SOON)


def test_models_go_in_the_turn_of_the_job_that_unloads_them_and_come_back_when_asked_for(vit, monkeypatch):
    begun, may_end = threading.Event(), threading.Event()

    def work(job):
        begun.set()
        assert may_end.wait(SOON)

    before = vit.run("ata", frames()).logits
    net, threads, drop = weakref.ref(module_of(vit, "ata")), [], vit._drop
    monkeypatch.setattr(vit, "_drop", lambda keys: threads.append(threading.current_thread()) or drop(keys))
    vit.submit("busy", work)
    assert begun.wait(SOON)
    going = vit.unload()
    assert (going.state, list(vit.status().models)) == ("queued", ["ata"])
    may_end.set()
    assert going.wait(SOON)
    gc.collect()
    assert vit.status().models == {}
    assert net() is None
    assert threads == vit._worker._threads
    assert torch.equal(vit.run("ata", frames()).logits, before)
