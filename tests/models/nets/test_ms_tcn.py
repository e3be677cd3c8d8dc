"""MS-TCN++: its published size, its stages against plain loops, its loss against the formula."""

import numpy as np
import pytest
import torch

from vizcore.models.nets.ms_tcn import MSTCN, over_time, staged_loss

pytestmark = pytest.mark.usefixtures("one_thread")
SMALL = {"inputs": 5, "classes": 3, "width": 4, "first": 3, "later": 2, "refinements": 2}


@pytest.fixture
def net() -> MSTCN:
    torch.manual_seed(0)
    return MSTCN(**SMALL).eval()


def features(frames: int = 13, videos: int = 2) -> torch.Tensor:
    return torch.randn(videos, SMALL["inputs"], frames, generator=torch.Generator().manual_seed(1))


def test_the_full_net_has_the_published_million_of_parameters():
    """0.99 M on GTEA, as the paper's table says; a class more is 65 weights out of each stage and 64 into three."""
    counts = [sum(weight.numel() for weight in MSTCN(2048, classes).parameters()) for classes in (11, 19)]
    assert round(counts[0] / 1e6, 2) == 0.99
    assert counts[1] - counts[0] == (19 - 11) * (4 * 65 + 3 * 64)


def conv(x: np.ndarray, layer: torch.nn.Conv1d, dilation: int = 1) -> np.ndarray:
    """A convolution over time (D, T), frame by frame and tap by tap."""
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    taps, frames = weight.shape[2], x.shape[1]
    out = np.tile(bias[:, None], (1, frames)).astype(np.float64)
    for t in range(frames):
        for k in range(taps):
            source = t + (k - taps // 2) * dilation
            if 0 <= source < frames:
                out[:, t] += weight[:, :, k] @ x[:, source]
    return out


def softmax(x: np.ndarray) -> np.ndarray:
    return np.exp(x) / np.exp(x).sum(0)


def test_every_stage_is_what_loops_over_frames_make_of_it(net):
    video = features(videos=1)
    x = conv(video[0].numpy(), net.prediction.entry)
    for k in range(3):
        far, near = conv(x, net.prediction.far[k], 2 ** (2 - k)), conv(x, net.prediction.near[k], 2**k)
        x = x + conv(np.concatenate([far, near]), net.prediction.fusion[k]).clip(0)
    stages = [conv(x, net.prediction.exit)]
    for stage in net.refinements:
        x = conv(softmax(stages[-1]), stage.entry)
        for k in range(2):
            x = x + conv(conv(x, stage.dilated[k], 2**k).clip(0), stage.mixed[k])
        stages.append(conv(x, stage.exit))
    with torch.no_grad():
        found = net(video)
    assert found.shape == (3, 1, 3, 13)
    assert np.allclose(found[:, 0].numpy(), np.stack(stages), atol=1e-4)


@pytest.mark.parametrize("frames", [1, 2, 30])
def test_any_number_of_frames_keeps_its_number(net, frames):
    assert net(features(frames)).shape == (3, 2, 3, frames)


def test_a_first_stage_sees_as_far_as_its_dilations_reach(net):
    """Each of L layers adds its larger dilation: the sum of max(2^k, 2^(L-1-k)) frames on either side."""
    video = features(41, videos=1).requires_grad_()
    net.prediction(video)[0, :, 20].sum().backward()
    seen = video.grad[0].abs().sum(0).nonzero()[:, 0]
    reach = sum(max(2**k, 2 ** (2 - k)) for k in range(3))
    assert (seen.min().item(), seen.max().item()) == (20 - reach, 20 + reach)


def test_a_convolution_over_time_sees_its_own_frame_in_the_middle():
    layer = over_time(2, 3, kernel=5)
    assert layer(torch.zeros(1, 2, 9)).shape == (1, 2, 9)
    x = torch.zeros(1, 2, 9, requires_grad=True)
    layer(x)[0, 0, 4].backward()
    assert x.grad[0, 0].nonzero()[:, 0].tolist() == [1, 4, 7]


def test_the_loss_is_the_formula_of_the_paper():
    torch.manual_seed(2)
    stages, labels = 4 * torch.randn(3, 2, 4, 6), torch.randint(4, (2, 6))
    total = 0.0
    for logits in stages.double().numpy():
        logs = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        right = [logs[b, labels[b, t], t] for b in range(2) for t in range(6)]
        steps = [min((logs[b, c, t] - logs[b, c, t - 1]) ** 2, 16.0)
                 for b in range(2) for c in range(4) for t in range(1, 6)]  # fmt: skip
        total += -np.mean(right) + 0.15 * np.mean(steps)
    assert staged_loss(stages, labels).item() == pytest.approx(total, rel=1e-5)


def test_smoothing_pulls_a_frame_to_the_one_before_and_not_back():
    stages = torch.tensor([[2.0, 0.0], [0.0, 2.0]]).view(1, 1, 2, 2).requires_grad_()
    labels = torch.zeros(1, 2, dtype=torch.int64)
    pull, plain = (torch.autograd.grad(loss, stages)[0][0, 0] for loss in (
        staged_loss(stages, labels), torch.nn.functional.cross_entropy(stages[0], labels)
    ))  # fmt: skip
    assert torch.allclose(pull[:, 0], plain[:, 0])
    assert not torch.allclose(pull[:, 1], plain[:, 1])
