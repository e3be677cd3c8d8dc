"""The small localisers: who answers, where it looks, what a box is cropped from, and one stage against two."""

import numpy as np
import pytest
import torch

from vizcore.models import LOCALIZERS, MODELS
from vizcore.models.nets.attention import Attention
from vizcore.models.nets.localizer import PERSON, Gaze, Localizer, Trunk, anchors
from vizcore.models.nets.stems import Stem
from vizcore.models.nets.two_stage import POINTS, TwoStage, crops
from vizcore.runtime.attention_rows import watching_rows
from vizcore.runtime.capture import watching
from vizcore.runtime.counting import count
from vizcore.runtime.engine import Engine
from vizcore.synthetic.crowd import crowd
from vizcore.synthetic.postures import LABELS

pytestmark = pytest.mark.usefixtures("one_thread")

SMALL = {"width": 24, "heads": 2, "depth": 1, "late": 2}


def a_net(kind: type = Localizer, **shape: int):
    torch.manual_seed(0)
    return kind(Stem((4, 4, 4), width=6), 5, frames=6, size=32, **SMALL | shape).eval()


def a_video(seed: int = 0) -> torch.Tensor:
    return torch.randn(2, 3, 6, 32, 32, generator=torch.Generator().manual_seed(seed))


def some_tokens(seed: int = 0) -> torch.Tensor:
    return torch.randn(2, 6, 16, 6, generator=torch.Generator().manual_seed(seed))


def taught(kind: type = Localizer, **shape: int):
    """A net whose box head says something."""
    net = a_net(kind, **shape)
    heads = [module for name, module in net.named_modules() if name.endswith("box_head")]
    for head in heads:
        torch.nn.init.normal_(head[-1].weight)
    return net


@pytest.mark.parametrize("kind", [Localizer, TwoStage])
def test_every_token_of_the_central_tubelet_says_a_box_an_actor_and_actions(kind):
    located = taught(kind).localize(a_video())
    assert [tuple(part.shape) for part in located] == [(2, 16, 4), (2, 16, 2), (2, 16, 5)]
    assert ((located.boxes > 0) & (located.boxes < 1)).all()


def test_an_untaught_token_says_a_person_in_its_own_place_and_no_actor():
    located = a_net().localize(a_video())
    places = torch.tensor([[(k % 4 + 0.5) / 4, (k // 4 + 0.5) / 4, *PERSON] for k in range(16)])
    assert torch.allclose(located.boxes, places.expand(2, 16, 4), atol=1e-6)
    assert torch.equal(anchors(4), places)
    assert (located.actor.softmax(-1)[..., 0] < 0.05).all()


@pytest.mark.parametrize("kind", [Localizer, TwoStage])
def test_the_clip_has_the_actions_of_its_most_confident_token(kind):
    net = taught(kind)
    logits, located = net(a_video()), net.localize(a_video())
    for clip in range(2):
        for action in range(5):
            candidates = [
                located.actor[clip, k].softmax(-1)[0] * located.actions[clip, k, action].sigmoid() for k in range(16)
            ]
            assert logits[clip, action].exp().item() == pytest.approx(max(candidates).item(), rel=1e-4)


@pytest.mark.parametrize("kind", [Localizer, TwoStage])
def test_what_the_page_asks_for_can_be_watched(kind):
    net = taught(kind)
    with watching(net, ["tokens", "boxes", "actor", "actions"]) as captured:
        net(a_video())
    located = net.answer(captured["tokens"])
    assert captured["tokens"].shape == (2, 6, 16, 6)
    assert all(torch.equal(captured[name], part) for name, part in located._asdict().items())


def test_tokens_that_look_at_themselves_attend_as_any_other_net_does():
    torch.manual_seed(1)
    gaze, x = Gaze(12, 3), torch.randn(2, 10, 12)
    whole = Attention.forward(gaze, x)
    assert torch.allclose(gaze(x, x), whole, atol=1e-6)
    assert torch.allclose(gaze(x[:, 4:7], x), whole[:, 4:7], atol=1e-6)


def test_all_blocks_but_the_last_see_means_of_four_places():
    blocks = a_net(depth=1, late=2).trunk.blocks
    assert [block.stride for block in blocks] == [2, 2, 1]
    x = torch.randn(2, 3, 16, 24)
    pooled = blocks[0]._pooled(x)
    for k, corner in enumerate((0, 2, 8, 10)):
        mean = x[:, :, [corner, corner + 1, corner + 4, corner + 5]].mean(2)
        assert torch.allclose(pooled[:, :, k], mean, atol=1e-6)
    assert torch.equal(blocks[2]._pooled(x), x)


def test_early_blocks_move_every_tubelet_and_late_ones_the_central_one_alone():
    net = a_net(depth=1, late=1)
    with watching(net, ["trunk.blocks.0.exit", "trunk.blocks.1.exit"]) as captured:
        net(a_video())
    first, last = (captured[f"trunk.blocks.{k}.exit"] for k in range(2))
    assert first.shape == last.shape == (2, 3, 16, 24)
    assert [torch.equal(first[:, k], last[:, k]) for k in range(3)] == [True, False, True]


def test_the_central_tubelet_holds_the_key_frame():
    """A change of the key frame changes what central tokens have attended to before they look around."""
    trunk = Trunk(6, 6, 4, depth=0, late=0, width=24, heads=2)
    tokens, changed = some_tokens(), some_tokens()
    for frame in range(6):
        changed[:] = tokens
        changed[:, frame] += 1
        assert torch.equal(trunk(tokens), trunk(changed)) == (frame not in (2, 3))


@pytest.mark.parametrize(("late", "queries"), [(0, 48), (1, 16)])
def test_rows_of_the_last_attention_span_all_frames_and_places(late, queries):
    net = a_net(depth=1, late=late)
    name = f"trunk.blocks.{late}.attention"
    with watching(net, [f"{name}.query", f"{name}.key"]) as captured, watching_rows(net, {name: [3, 15]}) as rows:
        net(a_video())
    assert captured[f"{name}.query"].shape == (2, 2, queries, 12)
    assert rows[name].shape == (2, 2, 2, 48)
    scores = captured[f"{name}.query"][:, :, [3, 15]] @ captured[f"{name}.key"].transpose(2, 3) / 12**0.5
    assert torch.allclose(rows[name], scores.softmax(-1), atol=1e-6)
    assert torch.allclose(rows[name].sum(-1), torch.ones(2, 2, 2))


def test_the_order_of_frames_counts():
    net = taught()
    assert not torch.allclose(net(a_video()), net(a_video().flip(2)), atol=1e-4)


@pytest.mark.parametrize("kind", [Localizer, TwoStage])
def test_every_weight_but_the_stem_learns(kind):
    net = taught(kind).train()
    sum(part.float().square().sum() for part in net.answer(some_tokens())).backward()
    still = [name for name, weight in net.named_parameters() if weight.grad is None and not name.startswith("stem")]
    assert not still


def test_attention_keeps_32_bits_where_the_rest_computes_in_16():
    net = a_net()
    name = "trunk.blocks.0.attention"
    with watching(net, [f"{name}.mixed", name]) as captured, torch.autocast("cpu", torch.bfloat16):
        net.answer(some_tokens())
    assert (captured[f"{name}.mixed"].dtype, captured[name].dtype) == (torch.float32, torch.bfloat16)


@pytest.mark.parametrize("kind", [Localizer, TwoStage])
def test_a_video_of_another_size_is_refused(kind):
    with pytest.raises(ValueError, match=r"want a video \(B, 3, 6, 32, 32\)"):
        a_net(kind)(torch.zeros(1, 3, 6, 40, 32))


@pytest.mark.parametrize(("frames", "side"), [(5, 4), (6, 3)])
def test_frames_that_make_no_tubelets_and_places_that_cannot_be_pooled_are_refused(frames, side):
    with pytest.raises(ValueError, match=f"want frames in tubelets of 2 and an even side, got {frames} and {side}"):
        Trunk(6, frames, side)


def a_ramp(side: int = 4) -> torch.Tensor:
    """Maps (1, 2, side, side) of the places of tokens: x, then -y, as shares of the picture."""
    line = (torch.arange(side) + 0.5) / side
    return torch.stack([line.expand(side, side), -line[:, None].expand(side, side)])[None]


def test_a_box_is_looked_at_in_a_grid_of_points_and_the_largest_counts():
    boxes = torch.tensor([[[0.5, 0.5, 0.4, 0.2], [0.45, 0.6, 0.1, 0.3]]])
    reach = (POINTS - 1) / POINTS / 2  # of a side: from the middle to the outermost points
    wanted = [[0.5 + reach * 0.4, -(0.5 - reach * 0.2)], [0.45 + reach * 0.1, -(0.6 - reach * 0.3)]]
    assert torch.allclose(crops(a_ramp(), boxes)[0], torch.tensor(wanted), atol=1e-6)


def test_beyond_the_edge_the_nearest_token_counts():
    assert torch.allclose(crops(a_ramp(), torch.tensor([[[1.5, -0.5, 0.1, 0.1]]])), torch.tensor([0.875, -0.125]))


def test_what_is_said_of_a_box_does_not_depend_on_other_boxes():
    net, boxes = taught(TwoStage), torch.rand(2, 4, 4) * 0.5 + 0.2
    actor, actions = net.classifier(some_tokens(), boxes)
    alone = net.classifier(some_tokens(), boxes[:, 2:3])
    assert torch.allclose(actor[:, 2:3], alone[0], atol=1e-5)
    assert torch.allclose(actions[:, 2:3], alone[1], atol=1e-5)


def test_an_actor_of_two_stages_is_a_person_who_acts():
    net = taught(TwoStage)
    boxes, person = net.detector(some_tokens()[:, 3])
    actor, actions = net.classifier(some_tokens(), boxes)
    located = net.answer(some_tokens())
    both = person.softmax(-1)[..., 0] * actor.softmax(-1)[..., 0]
    assert torch.allclose(located.actor.softmax(-1)[..., 0], both, atol=1e-5)
    assert torch.equal(located.boxes, boxes)
    assert torch.equal(located.actions, actions)


def test_a_person_for_sure_who_acts_for_sure_is_a_finite_number():
    net = taught(TwoStage)
    for head in (net.detector.person_head, net.classifier.actor_head):
        head[-1].bias.data = torch.tensor([60.0, -60.0])
    assert net.answer(some_tokens()).actor.isfinite().all()


def test_both_systems_stand_on_the_same_trunk():
    one, two = ({name: weight.shape for name, weight in trunk.state_dict().items()} for trunk in (
        a_net().trunk, a_net(TwoStage).classifier.trunk
    ))  # fmt: skip
    assert one == two


def test_the_detector_sees_the_key_frame_alone():
    net, tokens = taught(TwoStage), some_tokens()
    with watching(net, ["boxes"]) as before:
        net.answer(tokens)
    for frame in range(6):
        changed = tokens.clone()
        changed[:, frame] += np.float32(1)
        with watching(net, ["boxes"]) as after:
            net.answer(changed)
        assert torch.equal(before["boxes"], after["boxes"]) == (frame != 3)


@pytest.mark.parametrize("name", [name for name in LOCALIZERS if name in MODELS])
def test_the_engine_tells_who_is_where_and_where_tokens_look_in_one_pass(name):
    clip, row = crowd(3, "test", 96), MODELS[name]
    last = next(path for path, _ in reversed(list(row.load().named_modules())) if path.endswith("3.attention"))
    engine = Engine("cpu")
    try:
        captured = engine.run(name, clip.frames, at=["boxes", "actor", "actions"], rows={last: [17, 90]})
    finally:
        engine.close()
    with torch.no_grad():
        located = row.load().localize(row.prepared(clip.frames)[None])
    for part, wanted in located._asdict().items():
        assert torch.allclose(captured.activations[part], wanted, atol=1e-4)
    assert captured.rows[last].shape == (1, 3, 2, 4 * 144)
    assert row.classes == LABELS
    assert len(captured.logits) == len(LABELS)


@pytest.mark.parametrize("kind", [Localizer, TwoStage])
def test_a_net_can_be_counted_without_data(kind):
    net = a_net(kind)
    counted = count(net, torch.empty(1, 3, 6, 32, 32))
    assert counted.parameters == sum(weight.numel() for weight in net.parameters())
    twice = count(net, torch.empty(2, 3, 6, 32, 32))
    assert twice.macs == 2 * counted.macs > 0
