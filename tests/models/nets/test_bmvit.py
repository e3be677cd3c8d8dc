"""BMViT at full size: counts of its parts, which tokens speak, what they attend to, and that its loss can teach it."""

import pytest
import torch
from torch import nn

from vizcore.algorithms.detection.set_loss import People, set_loss
from vizcore.models.nets.bmvit import TOKENS, BMViT, ViTBMViT, chosen
from vizcore.runtime.counting import count

pytestmark = pytest.mark.usefixtures("one_thread")


def size(*parts):
    return sum(weight.numel() for part in parts for weight in part.parameters())


def small(kind, **more):
    if kind == "mvit":
        return BMViT(5, projected=16, frames=4, size=64, width=8, depth=4, heads=2, **more)
    return ViTBMViT(5, 4, 64, 16, 16, 2, 2, 32, **more)


class See(nn.Module):
    """The backbone of a ViTBMViT alone."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, video):
        return self.net.see(video)


def test_parts_of_the_multiscale_form_have_the_sizes_of_the_closed_form():
    with torch.device("meta"):
        net = BMViT()
    heads = [size(head) for head in (net.box_head, net.actor_head, net.action_head)]
    assert heads == [527_364, 526_338, 566_352]
    assert (size(net.backbone), size(net.project)) == (34_248_864, 393_728)


@pytest.mark.parametrize(("depth", "parameters"), [(3, 86_826_240), (2, 86_236_416)])
def test_the_plain_form_has_the_size_of_the_closed_form(depth, parameters):
    with torch.device("meta"):
        net = ViTBMViT(depth_of_patch=depth)
        assert size(net.patch, net.blocks, net.norm) == parameters
        if depth == 3:
            found = count(See(net), torch.empty(1, 3, 16, 288, 288))
            assert round((found.macs - found.by_kind["norm"]) / 1e9, 1) == 348.6


@pytest.mark.parametrize(("tokens", "speaking"), [("central", 256), ("two central", 512), ("all", 2048)])
def test_as_many_tokens_speak_as_are_chosen_and_each_says_4_2_and_c_numbers(tokens, speaking):
    with torch.device("meta"):
        answer = BMViT(tokens=tokens)(torch.empty(1, 3, 16, 256, 256))
    assert [tuple(part.shape) for part in answer] == [(1, speaking, numbers) for numbers in (4, 2, 80)]


def test_the_plain_form_has_8_slices_of_which_the_central_one_speaks():
    with torch.device("meta"):
        net = ViTBMViT().to("meta")  # the table of places as well
        answer = net(torch.empty(1, 3, 16, 288, 288))
    assert net.grid == (8, 18, 18)
    assert tuple(answer.boxes.shape) == (1, 324, 4)
    assert net.patch(torch.empty(1, 3, 16, 288, 288, device="meta")).shape[2] == 8
    bare = nn.Conv3d(3, 1, (3, 16, 16), (2, 16, 16))  # without padding in time a slice is missing
    assert bare(torch.empty(1, 3, 16, 32, 32)).shape[2] == 7


def test_the_central_slice_of_8_is_the_fifth():
    slices = torch.arange(8.0).reshape(1, 8, 1, 1, 1)
    assert chosen(slices, "central").flatten().tolist() == [4]
    assert chosen(slices, "two central").flatten().tolist() == [3, 4]
    assert chosen(slices, "all").flatten().tolist() == list(range(8))
    assert set(TOKENS) == {"central", "two central", "all"}


def test_tokens_speak_row_by_row():
    tokens = torch.arange(24.0).reshape(1, 2, 3, 4, 1)
    assert chosen(tokens, "central").flatten().tolist() == list(range(12, 24))


@pytest.mark.parametrize("kind", ["mvit", "vit"])
def test_all_that_is_said_follows_from_the_video_and_boxes_are_shares(kind):
    net = small(kind).eval()
    video = torch.randn(2, 3, 4, 64, 64)
    with torch.no_grad():
        answer, other = net(video), net(video.flip(0))
    for part, turned in zip(answer, other):
        assert torch.allclose(part.flip(0), turned, atol=1e-5)
        assert not torch.allclose(part[0], part[1])
    assert ((answer.boxes > 0) & (answer.boxes < 1)).all()


def test_in_the_plain_form_actions_attend_to_what_boxes_do_not():
    net = small("vit").eval()
    for block in net.blocks:  # no token attends to another before the heads
        nn.init.zeros_(block.attention.proj.weight)
        nn.init.zeros_(block.attention.proj.bias)
    video = torch.randn(1, 3, 4, 64, 64)
    other = video.clone()
    other[:, :, 0] = 0  # the first slice alone sees it
    with torch.no_grad():
        one, two = net(video), net(other)
    assert torch.equal(one.boxes, two.boxes)
    assert torch.equal(one.actor, two.actor)
    assert not torch.allclose(one.actions, two.actions)


@pytest.mark.parametrize("kind", ["mvit", "vit"])
def test_the_set_loss_teaches_every_weight_and_falls(kind):
    torch.manual_seed(0)
    net, video = small(kind), torch.randn(1, 3, 4, 64, 64)
    people = [People(torch.tensor([[0.3, 0.4, 0.2, 0.5]]), torch.tensor([[1, 0, 0, 1, 0]]))]
    optimizer, losses = torch.optim.AdamW(net.parameters(), 1e-2), []
    for _ in range(20):
        loss = set_loss(*net(video), people).total
        optimizer.zero_grad()
        loss.backward()
        if not losses:
            assert all(weight.grad is not None for weight in net.parameters())
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize("net", [BMViT, ViTBMViT])
def test_unknown_tokens_are_refused(net):
    with pytest.raises(ValueError, match="want tokens of central, two central, all, got 'last'"), torch.device("meta"):
        net(tokens="last")


def test_wrong_sizes_are_refused():
    with pytest.raises(ValueError, match=r"want a video \(B, 3, 4, 64, 64\), got \(1, 3, 8, 64, 64\)"):
        small("vit")(torch.zeros(1, 3, 8, 64, 64))
    with pytest.raises(ValueError, match="want frames that 2 divides, and a size that 16 divides, got 16 and 100"):
        ViTBMViT(size=100)
