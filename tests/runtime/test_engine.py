"""The engine: everybody's tensors are their own, memory runs out gently, and nothing stays behind."""

import gc
import os
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import nn

from vizcore.models import MODELS, Model
from vizcore.models.nets.temporal_vit import TemporalViT
from vizcore.runtime import engine as engine_module
from vizcore.runtime.capture import Tap, watching
from vizcore.runtime.devices import choose_device, cores, is_out_of_memory
from vizcore.runtime.engine import Engine
from vizcore.runtime.jobs import Cancelled

SOON = 20.0
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


@pytest.fixture
def start():
    """Engines that are closed at the end; the thread count of the process is as before."""
    threads, engines = torch.get_num_threads(), []

    def start(models=MODELS, **settings):
        engines.append(Engine("cpu", models=models, **settings))
        return engines[-1]

    yield start
    for engine in engines:
        engine.close(SOON)
    torch.set_num_threads(threads)


@pytest.fixture
def vit(start):
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


# --- one pass


@pytest.mark.parametrize("target", [None, 2, "top"])
def test_a_run_is_the_network_applied_to_the_prepared_frames(vit, target):
    at = ["blocks.0.exit", "blocks.1.attention.query"]
    capture = vit.run("ata", frames(count=9), at, target)
    model, net = vit.models["ata"], tiny_vit("ata").eval()
    video = model.prepared(frames(count=9)[model.chosen(9)])[None]
    with watching(net, at) as seen:
        logits = net(video)
    torch.testing.assert_close(capture.logits, logits[0])
    assert capture.frames.tolist() == [1, 3, 5, 7]
    for name in at:
        torch.testing.assert_close(capture.seen[name], seen[name])
    if target is None:
        assert capture.grads == {}
        return
    index = target if target != "top" else int(logits[0].argmax())
    for name, grad in zip(at, torch.autograd.grad(logits[0, index], [seen[name] for name in at])):
        torch.testing.assert_close(capture.grads[name], grad)


def test_what_is_handed_out_holds_no_graph_and_the_model_no_gradient(vit):
    capture = vit.run("ata", frames(), ["blocks.0.exit"], target=1)
    tensors = [capture.logits, *capture.seen.values(), *capture.grads.values()]
    assert not any(tensor.requires_grad or tensor.grad_fn for tensor in tensors)
    assert all(weight.grad is None and not weight.requires_grad for weight in module_of(vit, "ata").parameters())


def test_a_clip_is_taken_as_well_as_its_frames(vit):
    class Clip:
        pass

    clip = Clip()
    clip.frames = frames()
    assert torch.equal(vit.run("ata", clip).logits, vit.run("ata", frames()).logits)


def test_too_few_frames_are_shown_twice_and_it_is_said(vit):
    short = vit.run("factorized", frames(count=3))
    assert short.frames.tolist() == [0, 1, 1, 2]
    assert short.notes == ("the clip has 3 frames and the model wants 4: some are shown twice",)
    assert vit.run("factorized", frames()).notes == ()


@pytest.mark.parametrize("batch", [1, 2, 3, 8])
def test_many_clips_at_once_give_what_each_gives_alone(start, batch):
    engine = start({"ata": row("ata", lambda: tiny_vit("ata"))}, batch=batch)
    clips, at = [frames(seed, 4 + seed) for seed in range(5)], ["blocks.0.time", "blocks.1.attention.key"]
    together = engine.run_many("ata", clips, at, target=3)
    for clip, capture in zip(clips, together, strict=True):
        alone = engine.run("ata", clip, at, target=3)
        torch.testing.assert_close(capture.logits, alone.logits)
        assert capture.frames.tolist() == alone.frames.tolist()
        for name in at:
            torch.testing.assert_close(capture.seen[name], alone.seen[name])
            torch.testing.assert_close(capture.grads[name], alone.grads[name])


def test_a_capture_does_not_hold_the_memory_of_its_whole_batch(start):
    engine = start({"ata": row("ata", lambda: tiny_vit("ata"))}, batch=4)
    seen = engine.run_many("ata", [frames(seed) for seed in range(4)], ["blocks.0.space"])[1].seen["blocks.0.space"]
    assert seen.untyped_storage().nbytes() == seen.nbytes


def test_no_clips_give_no_captures(vit):
    assert vit.run_many("ata", []) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"model": "atta"}, r"want a model \(ata"),
        ({"at": ["blocks.0.exti"]}, "blocks.0.exit"),
        ({"at": "blocks.0.exit"}, "single word"),
        ({"clip": np.zeros((4, 8, 8), np.uint8)}, "want frames"),
        ({"target": 5}, r'class from 0 to 4, or "top", got 5'),
        ({"target": -1}, "got -1"),
        ({"target": "best"}, "got 'best'"),
        ({"target": True}, "got True"),
    ],
)
def test_what_cannot_be_is_refused_and_the_engine_goes_on(vit, arguments, words):
    with pytest.raises(ValueError, match=words):
        vit.run(**{"model": "ata", "clip": frames()} | arguments)
    assert vit.run("ata", frames()).logits.shape == (5,)
    assert hooks_of(module_of(vit, "ata")) == 0


def test_a_module_that_does_not_run_is_named(start):
    engine = start({"mean": row("mean", Mean)})
    with pytest.raises(ValueError, match="modules that run in a pass of mean, but 'words' does not"):
        engine.run("mean", grey(1), ["words"])


# --- many threads


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
            not torch.allclose(engine.run("slow", grey(level), ["tap"]).seen["tap"], own, atol=1e-4) for _ in range(40)
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


# --- memory


def test_when_memory_runs_out_the_batch_is_halved_until_it_fits(start):
    engine = start({"mean": row("mean", lambda: Mean(limit=3))}, batch=8)
    levels = list(range(0, 220, 20))
    captures = engine.run_many("mean", [grey(level) for level in levels], ["tap"])
    assert module_of(engine, "mean").batches == [8, 4, 2, 2, 2, 2, 2, 1]
    brightness = [float(engine.models["mean"].prepared(grey(level)).mean()) for level in levels]
    assert [float(capture.seen["tap"]) for capture in captures] == pytest.approx(brightness, abs=1e-5)
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
    assert float(captures[0].seen["tap"]) < float(captures[1].seen["tap"]) < float(captures[2].seen["tap"])
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
            kept += [weakref.ref(capture.seen["blocks.0.exit"]), weakref.ref(capture.logits)]
            del capture
        except ValueError:
            assert bad
        assert hooks_of(module_of(vit, "ata")) == 0
    vit.submit("the last word", lambda job: None).result(SOON)
    gc.collect()
    assert len(kept) == 80
    assert all(tensor() is None for tensor in kept)


# --- what can be asked, and the end


def test_the_status_tells_what_is_loaded_and_what_is_done(vit):
    begun, may_end = threading.Event(), threading.Event()

    def work(job):
        job.step(0, 1, "looking")
        begun.set()
        assert may_end.wait(SOON)

    vit.run("ata", frames())
    before = vit.status()
    assert (before.device, before.queued, before.running) == ("cpu", 0, None)
    assert before.models == {"ata": 4 * sum(weight.numel() for weight in tiny_vit("ata").parameters())}
    jobs = [vit.submit(key, work) for key in ("one", "two")]
    assert begun.wait(SOON)
    during = vit.status()
    assert (during.queued, during.running) == (1, "looking")
    may_end.set()
    assert all(job.wait(SOON) for job in jobs)
    assert vit.status().finished == before.finished + 2
    assert before.name
    assert before.memory is None or before.memory > 2**28


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


def test_on_the_cpu_one_core_is_left_to_the_pages_unless_the_user_has_chosen(start, monkeypatch):
    monkeypatch.setattr(engine_module, "cores", lambda: 4)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert start()._worker.call(lambda job: torch.get_num_threads()) == 3
    monkeypatch.setattr(engine_module, "cores", lambda: 1)
    assert start()._worker.call(lambda job: torch.get_num_threads()) == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    before = torch.get_num_threads()
    start()
    assert torch.get_num_threads() == before
    assert 1 <= cores() <= os.cpu_count()


def test_the_device_is_the_asked_for_one_then_the_environments_then_the_best(monkeypatch):
    monkeypatch.setenv("VIZCORE_DEVICE", "cpu")
    assert choose_device() == torch.device("cpu")
    monkeypatch.setenv("VIZCORE_DEVICE", "abacus")
    assert choose_device("cpu") == torch.device("cpu")
    with pytest.raises(ValueError, match=r"want a device of this machine \(.*cpu\), got 'abacus'"):
        choose_device()
    monkeypatch.delenv("VIZCORE_DEVICE")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert choose_device() == torch.device("cpu")
    with pytest.raises(ValueError, match="got 'cuda'"):
        choose_device("cuda")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device() == torch.device("mps")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert choose_device() == torch.device("cuda")
    assert choose_device("cuda:1") == torch.device("cuda:1")
    with pytest.raises(ValueError, match="got 'cuda:2'"):
        choose_device("cuda:2")


def test_a_shipped_small_model_runs_in_every_mode(start):
    engine = start()
    logits = [
        engine.run(f"vit-small-{mode}", frames(count=10)).logits for mode in ("space", "joint", "factorized", "ata")
    ]
    assert all(one.shape == (400,) and one.isfinite().all() for one in logits)
    assert len({tuple(one.tolist()) for one in logits}) == 4


@pytest.mark.gpu
def test_a_machine_with_a_gpu_uses_it_and_agrees_with_the_cpu(start, monkeypatch):
    monkeypatch.delenv("VIZCORE_DEVICE", raising=False)
    engine = Engine()
    try:
        assert engine.device.type == "cuda"
        there = engine.run("vit-small-ata", frames(count=8), ["blocks.0.entry", "blocks.3.exit"], target=7)
        here = start().run("vit-small-ata", frames(count=8), ["blocks.0.entry", "blocks.3.exit"], target=7)
        assert there.device.startswith("cuda")
        for name in here.seen:
            assert there.seen[name].is_cuda
            assert there.seen[name].dtype == torch.float32
            assert there.grads[name].is_cuda
        cosine = torch.nn.functional.cosine_similarity(there.logits.cpu(), here.logits, dim=0)
        assert cosine > 0.99
        entries = [capture.seen["blocks.0.entry"].cpu() for capture in (there, here)]
        torch.testing.assert_close(*entries, atol=0.02, rtol=0.02)
        assert engine.status().memory == torch.cuda.get_device_properties(engine.device).total_memory
    finally:
        engine.close(SOON)


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


def test_alignment_can_be_switched_off_in_one_pass_and_is_back_in_the_next(vit):
    clip = np.random.default_rng(5).integers(0, 256, (T, SIZE, SIZE, 3), np.uint8)
    at = ["blocks.0.order", "blocks.0.time"]
    aligned, off = vit.run("ata", clip, at=at), vit.run("ata", clip, at=at, method="identity")
    assert (off.seen[at[0]] == torch.arange(16)).all()
    assert not (aligned.seen[at[0]] == torch.arange(16)).all()
    assert torch.equal(off.seen[at[1]], vit.run("factorized", clip, at=at[1:]).seen[at[1]])
    assert not torch.equal(off.seen[at[1]], aligned.seen[at[1]])
    assert torch.equal(vit.run("ata", clip, at=at).seen[at[0]], aligned.seen[at[0]])


@pytest.mark.parametrize(("model", "method"), [("factorized", "identity"), ("ata", "guess")])
def test_a_method_that_means_nothing_to_the_model_is_refused(vit, model, method):
    with pytest.raises(ValueError, match="want a model that aligns and a method"):
        vit.run(model, np.zeros((T, SIZE, SIZE, 3), np.uint8), method=method)


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
