"""The loss of a set of predictions: worked numbers, its limits, who teaches whom, orders that do not matter."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from vizcore.algorithms.detection.boxes import giou
from vizcore.algorithms.detection.set_loss import ACTOR, NO_ACTOR, People, set_loss
from vizcore.algorithms.detection.set_matching import Weights

pytestmark = pytest.mark.usefixtures("one_thread")
TOKENS = torch.tensor([[0.25, 0.25, 0.3, 0.3], [0.75, 0.25, 0.3, 0.3], [0.25, 0.75, 0.3, 0.3], [0.75, 0.75, 0.3, 0.3]])
ACTORS = torch.tensor([0.9, 0.2, 0.4, 0.1])
TRUTHS = torch.tensor([[0.25, 0.3, 0.3, 0.4], [0.7, 0.75, 0.3, 0.3]])
LOGITS = torch.stack([ACTORS, 1 - ACTORS], -1).log()[None]  # (1, 4, 2)
NOBODY = People(torch.empty(0, 4), torch.empty(0, 3))


def scene(seed=0, clips=2, tokens=6, classes=3, people=(2, 1)):
    random = torch.Generator().manual_seed(seed)
    boxes = torch.rand(clips, tokens, 4, generator=random) * 0.5 + 0.2
    actor, actions = (torch.randn(clips, tokens, size, generator=random) for size in (2, classes))
    truths = [
        People(torch.rand(m, 4, generator=random) * 0.5 + 0.2, torch.randint(0, 2, (m, classes), generator=random))
        for m in people
    ]
    return boxes, actor, actions, truths


def test_worked_example():
    actions = torch.zeros(1, 4, 3)
    actions[0, [0, 3]] = torch.tensor([2.0, -1, 0])
    loss = set_loss(TOKENS[None], LOGITS, actions, [People(TRUTHS, torch.tensor([[1, 0, 1.0]] * 2))])
    assert loss.actor.item() == pytest.approx(1.127883, abs=1e-6)
    assert loss.l1.item() == pytest.approx(0.1, abs=1e-6)
    assert loss.giou.item() == pytest.approx(0.267857, abs=1e-6)
    assert loss.action.item() == pytest.approx(0.377779, abs=1e-6)
    assert loss.total.item() == pytest.approx(1.127883 + 5 * 0.1 + 2 * 0.267857 + 0.377779, abs=1e-5)
    plain = set_loss(TOKENS[None], LOGITS, actions, [People(TRUTHS, torch.zeros(2, 3))], no_actor=1.0)
    assert plain.actor.item() == pytest.approx(0.785479, abs=1e-6)


def test_it_is_the_sum_that_is_written_down():
    boxes, actor, actions, people = scene()
    weights, no_actor = Weights(2.0, 3.0, 4.0, 5.0), 0.3
    loss = set_loss(boxes, actor, actions, people, weights, no_actor=no_actor)
    count, surprise, weight, l1, apart, does = 3, 0.0, 0.0, 0.0, 0.0, 0.0
    for k, (one, found) in enumerate(zip(people, loss.matchings)):
        for i in range(boxes.shape[1]):
            matched = i in found.tokens
            weight_of = 1.0 if matched else no_actor
            surprise -= weight_of * actor[k, i].log_softmax(-1)[ACTOR if matched else NO_ACTOR].item()
            weight += weight_of
        for token, truth in zip(found.tokens, found.truths):
            l1 += (boxes[k, token] - one.boxes[truth]).abs().sum().item() / count
            apart += (1 - giou(boxes[k, token], one.boxes[truth]).item()) / count
            each = F.binary_cross_entropy(actions[k, token].sigmoid(), one.actions[truth].float())
            does += each.item() / count
    parts = [surprise / weight, l1, apart, does]
    assert [loss.actor.item(), loss.l1.item(), loss.giou.item(), loss.action.item()] == pytest.approx(parts, rel=1e-5)
    assert loss.total.item() == pytest.approx(np.dot([2, 3, 4, 5], parts), rel=1e-5)


def test_without_people_it_is_the_cross_entropy_of_no_actor():
    boxes, actor, actions, _ = scene()
    boxes.requires_grad_()
    loss = set_loss(boxes, actor, actions, [NOBODY, NOBODY])
    assert loss.total.item() == pytest.approx(-actor.log_softmax(-1)[..., NO_ACTOR].mean().item(), rel=1e-5)
    loss.total.backward()
    assert (boxes.grad == 0).all()


def test_a_perfect_prediction_costs_nothing():
    boxes = torch.cat([TRUTHS, TOKENS[1:2]])[None]
    actor = torch.tensor([[[40.0, -40], [40, -40], [-40, 40]]])
    actions = torch.tensor([[[40.0, -40, 40], [-40, 40, -40], [0, 0, 0]]])
    loss = set_loss(boxes, actor, actions, [People(TRUTHS, torch.tensor([[1, 0, 1], [0, 1, 0]]))])
    assert loss.total.item() == pytest.approx(0, abs=1e-5)


def test_only_matched_tokens_learn_boxes_and_actions_and_all_learn_who_is_an_actor():
    boxes, actor, actions, people = scene()
    for tensor in (boxes, actor, actions):
        tensor.requires_grad_()
    loss = set_loss(boxes, actor, actions, people)
    loss.total.backward()
    for k, found in enumerate(loss.matchings):
        matched = torch.zeros(6, dtype=torch.bool)
        matched[torch.as_tensor(found.tokens)] = True
        for tensor in (boxes, actions):
            assert torch.equal((tensor.grad[k] != 0).any(-1), matched)
    assert (actor.grad != 0).all()


def test_people_and_tokens_in_another_order_cost_the_same():
    boxes, actor, actions, people = scene()
    plain = set_loss(boxes, actor, actions, people).total.item()
    turned = [People(one.boxes.flip(0), one.actions.flip(0)) for one in people]
    assert set_loss(boxes, actor, actions, turned).total.item() == pytest.approx(plain, rel=1e-5)
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    moved = set_loss(boxes[:, order], actor[:, order], actions[:, order], people).total.item()
    assert moved == pytest.approx(plain, rel=1e-5)


def test_focal_counts_what_is_known_already_for_less():
    boxes, actor, actions, people = scene()
    plain, focal = (set_loss(boxes, actor, actions, people, focal=power).actor.item() for power in (0.0, 2.0))
    assert 0 < focal < plain
    focused = set_loss(TOKENS[None], LOGITS, torch.zeros(1, 4, 3), [People(TRUTHS, torch.zeros(2, 3))], focal=2.0)
    each = [-np.log(p) * (1 - p) ** 2 for p in (0.9, 0.8, 0.6, 0.1)]
    assert focused.actor.item() == pytest.approx((each[0] + each[3] + 0.1 * (each[1] + each[2])) / 2.2, rel=1e-5)


def test_bystanders_teach_boxes_only_if_asked_and_never_who_is_an_actor():
    boxes, actor, actions, people = scene()
    boxes.requires_grad_()
    near = boxes[:, 4].detach() + 0.01
    crowd = [People(one.boxes, one.actions, near[k : k + 1]) for k, one in enumerate(people)]
    off, plain = (set_loss(boxes, actor, actions, these) for these in (crowd, people))
    assert off.total.item() == plain.total.item()
    on = set_loss(boxes, actor, actions, crowd, bystander_boxes=True)
    assert (on.actor.item(), on.action.item()) == (plain.actor.item(), plain.action.item())
    on.l1.backward()
    taught = (boxes.grad != 0).any(-1)
    for k, found in enumerate(plain.matchings):
        assert taught[k].sum() == len(found.tokens) + 1
        assert 4 in found.tokens or taught[k, 4]
    alone = set_loss(boxes, actor, actions, people, bystander_boxes=True)
    assert alone.l1.item() == pytest.approx(plain.l1.item())


def test_more_people_than_tokens_are_survived():
    boxes, actor, actions, people = scene(tokens=1, people=(3, 2))
    loss = set_loss(boxes, actor, actions, people)
    assert [len(found.tokens) for found in loss.matchings] == [1, 1]
    assert torch.isfinite(loss.total)


def test_wrong_shapes_are_refused():
    boxes, actor, actions, people = scene()
    with pytest.raises(ValueError, match=r"want boxes \(B, N, 4\).*got \(2, 6, 4\), \(2, 6, 2\), \(2, 6, 3\) and 1"):
        set_loss(boxes, actor, actions, people[:1])
    with pytest.raises(ValueError, match=r"got \(2, 6, 4\), \(2, 6, 3\)"):
        set_loss(boxes, actions, actions, people)
