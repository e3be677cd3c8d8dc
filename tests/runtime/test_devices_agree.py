"""What a GPU computes is what the CPU says: 16 bits, memory that runs out, looking, matching, warping, training.

Every test runs on the CPU as well; there the engine's 16 bits are those of the CPU's autocast, and the anti-diagonals
of a GPU are taken instead of the kernel.
"""

from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from vizcore.algorithms.alignment import soft_dtw as soft_dtw_module
from vizcore.algorithms.alignment.dtw import dtw
from vizcore.algorithms.alignment.smooth_minimum import MINIMA
from vizcore.algorithms.alignment.soft_dtw import accumulate
from vizcore.algorithms.matching.matching import METHODS, align, dealign
from vizcore.models import MODELS, VIDEO_MODELS, Model, frames_of
from vizcore.runtime import engine as engine_module
from vizcore.runtime.attention_rows import attention_rows, watching_rows
from vizcore.runtime.capture import Tap, logits_of_clips, watching
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.devices import is_out_of_memory
from vizcore.runtime.engine import Engine
from vizcore.training.fit import Plan, fit
from vizcore.training.gta_losses import LOSSES, LossSettings
from vizcore.video import probe, read_frames

pytestmark = pytest.mark.usefixtures("one_thread")

SMALL = [name for name in VIDEO_MODELS if not name.startswith("vit-b16")]
MATCHING = [name for name in SMALL if name.endswith("-ata")]
ROUNDING = 2**-8  # of a bfloat16
TOO_MUCH = 2**60  # bytes, for every device


@pytest.fixture(params=["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request):
    return torch.device(request.param)


@pytest.fixture
def start(device):
    """Engines on the device, closed at the end."""
    engines = []

    def start(where=device, **settings):
        engines.append(Engine(str(where), **settings))
        return engines[-1]

    yield start
    for engine in engines:
        engine.close()


@pytest.fixture
def in_16_bits(device, monkeypatch):
    """The engine computes on the CPU as on a GPU."""
    if device.type == "cpu":
        monkeypatch.setattr(engine_module, "precision", lambda device: torch.autocast(device.type, torch.bfloat16))


def shown(row):
    """The frames of a clip of the app that a model chooses."""
    path = bundled()["cartwheel"].path
    return read_frames(path, row.chosen(probe(path).frames).tolist())


def off(found, truth):
    """The length of the difference in lengths of the truth."""
    found, truth = found.detach().cpu().double(), truth.detach().cpu().double()
    return float((found - truth).norm() / truth.norm())


# --- 16 bits


@pytest.mark.parametrize("name", SMALL)
def test_16_bits_are_close_to_32_in_every_net(name, start, in_16_bits):
    row = VIDEO_MODELS[name]
    layer, net = row.layers[len(row.layers) // 2], row.load()
    with torch.inference_mode(), watching(net, [layer]) as truth:
        expected = logits_of_clips(net(row.prepared(shown(row))[None]))[0]
    found = start().run(row, shown(row), [layer], target="top")
    assert found.logits.dtype == found.activations[layer].dtype == found.grads[layer].dtype == torch.float32
    assert found.grads[layer].isfinite().all()
    most = 32 * ROUNDING if name == "lite0" else 16 * ROUNDING  # fifty convolutions that no norm follows
    most = most if name not in MATCHING else 0.5  # nearly equal cosines are matched otherwise
    assert ROUNDING / 64 < off(found.logits, expected) < most  # closer are 32 bits
    assert off(found.activations[layer], truth[layer]) < most


@pytest.mark.parametrize("name", MATCHING)
def test_nets_in_16_bits_match_their_tokens_in_32(name, start, in_16_bits):
    order, tokens = ("blocks.0.order", "blocks.0.entry") if name.startswith("vit") else ("order", "tokens")
    found = start().run(name, shown(MODELS[name]), [order, tokens]).activations
    tokens, sigma = found[tokens].cpu(), found[order].cpu()
    best = align(tokens, batched=True)[1]
    assert sigma.sort(-1).values.equal(torch.arange(sigma.shape[-1]).expand_as(sigma))
    assert matched_cosine(tokens, sigma) == pytest.approx(matched_cosine(tokens, best), abs=1e-6)


def matched_cosine(features, order):
    """The mean cosine of neighbouring frames along tracks."""
    tracks = F.normalize(features.double(), dim=-1).gather(2, order[..., None].expand_as(features))
    return float((tracks[:, 1:] * tracks[:, :-1]).sum(-1).mean())


def test_rows_of_attention_are_of_32_bits_inside_16(device):
    chance = torch.Generator().manual_seed(0)
    query, key = (torch.randn(2, 3, 50, 16, generator=chance).to(device, torch.bfloat16) for _ in range(2))
    expected = (query[..., [4, 7], :].double() @ key.double().mT / 4).softmax(-1)
    with torch.autocast(device.type, torch.bfloat16):
        rows = attention_rows(query, key, [4, 7])
    assert rows.dtype == torch.float32
    assert off(rows, expected) < 1e-6


# --- memory and looking


class Crowded(nn.Module):
    """Asks for more memory than any device has when more than two clips come."""

    def __init__(self):
        super().__init__()
        self.tap, self.head, self.batches = Tap(), nn.Linear(1, 3), []

    def forward(self, video):
        self.batches.append(len(video))
        if len(video) > 2:
            torch.empty(TOO_MUCH, dtype=torch.uint8, device=video.device)
        return self.head(self.tap(video.float().mean((1, 2, 3, 4))[:, None]))


def test_a_batch_is_halved_when_the_device_itself_runs_out_of_memory(device, start):
    net = Crowded()
    row = Model("crowded", "crowded", "random weights", "1", lambda: net, 4, 8, (1, 1), ())
    clips = [np.full((4, 8, 8, 3), 20 * k, np.uint8) for k in range(7)]
    captures = start(batch=7).run_many(row, clips, ["tap"])
    assert net.batches == [7, 3, 1, *[1] * 6]
    assert {torch.device(capture.device).type for capture in captures} == {device.type}
    assert [note.rpartition(": ")[2] for note in captures[-1].notes] == ["went on with 3", "went on with 1"]
    means = [float(row.prepared(frames_of(clip)).mean()) for clip in clips]
    assert [float(capture.activations["tap"]) for capture in captures] == pytest.approx(means, abs=0.02)


def test_what_the_libraries_of_a_gpu_say_of_too_little_memory_is_understood():
    for words in ("CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", "out of memory"):
        assert is_out_of_memory(RuntimeError(f"CUDA error: {words}"))
    assert not is_out_of_memory(RuntimeError("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm`"))


def test_looking_changes_no_bit_of_the_answer_and_shows_what_the_cpu_shows(device, start, in_16_bits):
    row = MODELS["vit-small-factorized"]
    at = ["blocks.1.exit", "blocks.2.attention.value"]
    rows = {"blocks.1.attention": [0, 5], "blocks.2.time_attention": [3]}
    frames, engine = shown(row), start()
    bare, seen = engine.run(row, frames), engine.run(row, frames, at, rows=rows)
    assert torch.equal(bare.logits, seen.logits)
    assert all(tensor.device.type == device.type for part in (seen.activations, seen.rows) for tensor in part.values())
    truth = row.load()
    with torch.inference_mode(), watching(truth, at) as expected, watching_rows(truth, rows) as expected_rows:
        truth(row.prepared(frames)[None])
    for name in at:
        assert off(seen.activations[name], expected[name]) < 16 * ROUNDING
    for name in rows:
        assert off(seen.rows[name], expected_rows[name]) < 16 * ROUNDING
        assert seen.rows[name].sum(-1).cpu() == pytest.approx(np.ones(seen.rows[name].shape[:-1]), abs=1e-5)


# --- matching and warping


@pytest.mark.parametrize("method", METHODS)
def test_batches_are_matched_as_on_the_cpu(device, method):
    features = torch.randn(3, 4, 30, 64, generator=torch.Generator().manual_seed(1))
    there = features.to(device)
    aligned, order = align(there, method, batched=True)
    assert aligned.device.type == order.device.type == device.type
    assert torch.equal(order.cpu(), torch.from_numpy(align(features.numpy(), method, batched=True)[1]))
    assert torch.equal(dealign(aligned, order), there)


@pytest.mark.parametrize("minimum", MINIMA)
@pytest.mark.parametrize("shape", [(3, 7, 4), (1, 1, 5), (2, 40, 33)])
def test_anti_diagonals_give_the_tables_and_slopes_of_the_cpus_kernel(device, shape, minimum, monkeypatch):
    here = torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(2)).requires_grad_()
    there = here.detach().to(device).requires_grad_()
    by_kernel = table_and_slopes(here, 0.1, minimum)
    monkeypatch.setattr(soft_dtw_module, "kernel", lambda name: None)
    by_diagonals = table_and_slopes(there, 0.1, minimum)
    for found, expected in zip(by_diagonals, by_kernel):
        assert found.device.type == device.type
        torch.testing.assert_close(found.cpu(), expected, rtol=1e-9, atol=1e-10)


def test_hard_anti_diagonals_are_hard_warping(device, monkeypatch):
    monkeypatch.setattr(soft_dtw_module, "kernel", lambda name: None)
    cost = np.random.default_rng(3).random((2, 20, 30))
    tables, slopes = table_and_slopes(torch.tensor(cost, device=device, requires_grad=True), 0.0, "smooth")
    for walk, table, slope in zip(map(dtw, cost), tables.cpu(), slopes.cpu()):
        assert table.numpy() == pytest.approx(walk.table)
        assert slope.nonzero().tolist() == sorted(walk.path.tolist())


def table_and_slopes(cost, gamma, minimum):
    """The accumulated costs, and the slopes of the last cell of every table by the costs."""
    table = accumulate(cost, gamma, minimum)
    return table.detach(), torch.autograd.grad(table[:, -1, -1].sum(), cost)[0]


# --- training


def test_a_short_training_lowers_the_loss_and_goes_on_with_the_bits_it_was_killed_with(device, tmp_path):
    plan, before, after = Plan(steps=40, rate=5e-3, warmup=5, every=10), [], []
    targets = torch.randn(16, 6, 5, generator=torch.Generator().manual_seed(4))

    def net():
        torch.manual_seed(5)
        return nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 4)).to(device)

    def loss(net, chance, states):
        states.append([weight.detach().clone() for weight in net.parameters()])
        clips = targets[chance.integers(16, size=6)].to(device)
        with torch.autocast(device.type, torch.bfloat16):
            vectors = net(clips + 0.05 * torch.from_numpy(chance.standard_normal((6, 6, 5), np.float32)).to(device))
            anchors = net(clips)
        pair = F.normalize(vectors.float(), dim=-1), F.normalize(anchors.float(), dim=-1)
        return sum(LOSSES["gta"](*pair, LossSettings("gta"), chance).values())

    def dies(step, steps, loss):
        if step == 25:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(net(), partial(loss, states=before), plan, tmp_path / "net.pt", progress=dies)
    fitted = fit(net(), partial(loss, states=after), plan, tmp_path / "net.pt")
    assert len(after) == 20  # the last checkpoint was after step 20
    assert all(torch.equal(kept, taken) for kept, taken in zip(before[20], after[0], strict=True))
    assert all(weight.device.type == device.type for weight in after[-1])
    assert np.mean(fitted.curve[-5:]) < 0.9 * np.mean(fitted.curve[:5])


@pytest.mark.gpu
def test_a_training_that_began_on_a_gpu_goes_on_on_the_cpu(tmp_path):
    plan, steps = Plan(steps=8, rate=1e-2, every=4), []
    batch = torch.ones(4, 3)

    def dies(step, steps, loss):
        if step == 6:
            raise KeyboardInterrupt

    def loss(net, chance):
        return net(batch.to(net.weight.device)).square().mean()

    with pytest.raises(KeyboardInterrupt):
        fit(nn.Linear(3, 1).cuda(), loss, plan, tmp_path / "net.pt", progress=dies)
    net = nn.Linear(3, 1)
    fit(net, loss, plan, tmp_path / "net.pt", progress=lambda step, *_: steps.append(step))
    assert steps == [5, 6, 7, 8]
    assert not any(weight.is_cuda for weight in net.parameters())


# --- several


@pytest.mark.gpu
def test_every_gpu_of_the_machine_gives_the_same(start):
    row = MODELS["vit-small-factorized"]
    frames = shown(row)
    first = start("cuda:0").run(row, frames, ["blocks.0.exit"], target=3)
    for k in range(1, torch.cuda.device_count()):
        other = start(f"cuda:{k}").run(row, frames, ["blocks.0.exit"], target=3)
        assert other.activations["blocks.0.exit"].device.index == k
        assert off(other.logits, first.logits) < 16 * ROUNDING
        assert off(other.grads["blocks.0.exit"], first.grads["blocks.0.exit"]) < 32 * ROUNDING
