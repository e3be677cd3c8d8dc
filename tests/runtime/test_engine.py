"""The engine: a pass is the network on the prepared frames; what it is asked, and what it says of itself."""

import os
import threading

import numpy as np
import pytest
import torch
from engines import (  # noqa: F401
    SIZE,
    Mean,
    T,
    engine_of_tiny_vits,
    frames,
    grey,
    hooks_of,
    module_of,
    row,
    starting,
    tiny_vit,
)
from gates import SOON

from vizcore.runtime import engine as engine_module
from vizcore.runtime.capture import watching
from vizcore.runtime.devices import choose_device, cores
from vizcore.runtime.engine import Engine

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
        torch.testing.assert_close(capture.activations[name], seen[name])
    if target is None:
        assert capture.grads == {}
        return
    index = target if target != "top" else int(logits[0].argmax())
    for name, grad in zip(at, torch.autograd.grad(logits[0, index], [seen[name] for name in at])):
        torch.testing.assert_close(capture.grads[name], grad)


def test_what_is_handed_out_holds_no_graph_and_the_model_no_gradient(vit):
    capture = vit.run("ata", frames(), ["blocks.0.exit"], target=1)
    tensors = [capture.logits, *capture.activations.values(), *capture.grads.values()]
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
            torch.testing.assert_close(capture.activations[name], alone.activations[name])
            torch.testing.assert_close(capture.grads[name], alone.grads[name])


def test_a_capture_does_not_hold_the_memory_of_its_whole_batch(start):
    engine = start({"ata": row("ata", lambda: tiny_vit("ata"))}, batch=4)
    seen = engine.run_many("ata", [frames(seed) for seed in range(4)], ["blocks.0.space"])[1].activations[
        "blocks.0.space"
    ]
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
        for name in here.activations:
            assert there.activations[name].is_cuda
            assert there.activations[name].dtype == torch.float32
            assert there.grads[name].is_cuda
        cosine = torch.nn.functional.cosine_similarity(there.logits.cpu(), here.logits, dim=0)
        assert cosine > 0.99
        entries = [capture.activations["blocks.0.entry"].cpu() for capture in (there, here)]
        torch.testing.assert_close(*entries, atol=0.02, rtol=0.02)
        assert engine.status().memory == torch.cuda.get_device_properties(engine.device).total_memory
    finally:
        engine.close(SOON)


def test_alignment_can_be_switched_off_in_one_pass_and_is_back_in_the_next(vit):
    clip = np.random.default_rng(5).integers(0, 256, (T, SIZE, SIZE, 3), np.uint8)
    at = ["blocks.0.order", "blocks.0.time"]
    aligned, off = vit.run("ata", clip, at=at), vit.run("ata", clip, at=at, method="identity")
    assert (off.activations[at[0]] == torch.arange(16)).all()
    assert not (aligned.activations[at[0]] == torch.arange(16)).all()
    assert torch.equal(off.activations[at[1]], vit.run("factorized", clip, at=at[1:]).activations[at[1]])
    assert not torch.equal(off.activations[at[1]], aligned.activations[at[1]])
    assert torch.equal(vit.run("ata", clip, at=at).activations[at[0]], aligned.activations[at[0]])


@pytest.mark.parametrize(("model", "method"), [("factorized", "identity"), ("ata", "guess")])
def test_a_method_that_means_nothing_to_the_model_is_refused(vit, model, method):
    with pytest.raises(ValueError, match="want a model that aligns and a method"):
        vit.run(model, np.zeros((T, SIZE, SIZE, 3), np.uint8), method=method)
