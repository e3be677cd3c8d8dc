"""Losses of global temporal alignment: worked numbers, sums of 1, gradients, and where code and maths differ."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from vizcore.algorithms.alignment.losses import (
    CYCLE_FORMS,
    contrastive_cost,
    correspondence,
    cycle_loss,
    round_trip,
    total_loss,
)
from vizcore.algorithms.alignment.smooth_minimum import MINIMA
from vizcore.algorithms.alignment.soft_dtw import accumulate, soft_dtw

pytestmark = pytest.mark.usefixtures("one_thread")

THREE = np.eye(3)


def unit(*shape, seed=0):
    chance = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(shape, dtype=torch.float64, generator=chance), dim=-1)


def test_a_sequence_and_itself():
    trip = round_trip(THREE, THREE)
    assert trip.cost.diagonal().tolist() == pytest.approx([9.08e-5] * 3, abs=1e-8)
    assert trip.cost[0, 1].item() == pytest.approx(10.000091, abs=1e-6)
    assert [trip.value.item(), trip.value_back.item()] == pytest.approx([0.000272] * 2, abs=1e-6)
    cycles = trip.cycle("code"), trip.cycle("prob"), trip.cycle("prob", smoothing=0)
    assert [cycle.item() for cycle in cycles] == pytest.approx([0.618176, 0.833794, 0.000121], abs=1e-6)
    assert trip.total().item() == pytest.approx(0.618231, abs=1e-6)


def test_a_sequence_and_its_reverse_cost_more():
    trip = round_trip(THREE, THREE[::-1])
    assert [trip.value.item(), trip.value_back.item()] == pytest.approx([20.000272] * 2, abs=1e-6)
    assert trip.loop[:2].numpy() == pytest.approx(np.eye(3)[:2], abs=2e-4)
    assert trip.loop[2].tolist() == pytest.approx([0.4444, 0.4444, 0.1111], abs=1e-4)
    assert trip.cycle().item() == pytest.approx(0.848946, abs=1e-6)
    assert trip.total().item() == pytest.approx(4.849000, abs=1e-6)
    assert trip.total() > round_trip(THREE, THREE).total()


def test_the_way_there_is_not_the_way_back():
    trip = round_trip(THREE, THREE[[0, 2]])
    assert [trip.value.item(), trip.value_back.item()] == pytest.approx([10.000272, 0.693575], abs=1e-6)
    assert trip.total().item() == pytest.approx(2.067568, abs=1e-6)


def test_drawn_features_of_a_known_seed():
    chance = np.random.RandomState(0)
    x, y = (chance.rand(count, 128).astype(np.float32).astype(np.float64) for count in (20, 30))
    assert round_trip(x, y).value.item() == pytest.approx(531.0543, abs=1e-4)
    trip = round_trip(*(side / np.linalg.norm(side, axis=1, keepdims=True) for side in (x, y)))
    assert [trip.value.item(), trip.value_back.item()] == pytest.approx([84.5814, 97.1528], abs=1e-4)


def test_shares_sum_to_1():
    trip = round_trip(unit(2, 6, 5), unit(2, 9, 5, seed=1))
    assert (trip.cost >= 0).all()
    ones = [(-trip.cost).exp().sum(-2), trip.there.sum(-2), trip.back.sum(-2), trip.loop.sum(-1)]
    for sums in ones:
        assert sums.numpy() == pytest.approx(np.ones(sums.shape))


def test_the_cost_is_a_soft_max_frame_by_frame():
    x, y = unit(4, 3).numpy(), unit(5, 3, seed=1).numpy()
    cost = contrastive_cost(x, y, 0.2)
    for i in range(4):
        for j in range(5):
            share = np.exp(x[i] @ y[j] / 0.2) / sum(np.exp(x[k] @ y[j] / 0.2) for k in range(4))
            assert cost[i, j] == pytest.approx(-np.log(share))


def test_turning_all_embeddings_changes_nothing():
    x, y = unit(6, 5), unit(7, 5, seed=1)
    turn = torch.linalg.qr(torch.randn(5, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(2)))[0]
    for before, after in ((x, y), (x[:, [4, 2, 0, 1, 3]], y[:, [4, 2, 0, 1, 3]])), ((x, y), (x @ turn, y @ turn)):
        assert total_loss(*after).item() == pytest.approx(total_loss(*before).item())


def test_a_single_frame_has_nowhere_else_to_go():
    trip = round_trip(unit(1, 4), unit(6, 4, seed=1))
    assert trip.cost.abs().max() == trip.value == 0
    assert trip.loop.tolist() == [[pytest.approx(1)]]
    for form in CYCLE_FORMS:
        assert trip.cycle(form).item() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("count", "least"), [(20, 2.1732), (3, 0.6181)])
def test_shares_as_logits_cannot_reach_0(count, least):
    perfect = torch.eye(count, dtype=torch.float64)
    floor = np.log(np.e + count - 1) - 0.9 - 0.1 / count
    assert cycle_loss(perfect, perfect).item() == pytest.approx(floor)
    assert floor == pytest.approx(least, abs=1e-4)
    assert cycle_loss(perfect, perfect, "prob", smoothing=0).item() == 0
    for seed in range(20):
        drawn = torch.softmax(3 * torch.randn(2, count, count, generator=torch.Generator().manual_seed(seed)), -2)
        assert cycle_loss(*drawn) > floor
    level = torch.full((count, count), 1 / count, dtype=torch.float64)
    for form in CYCLE_FORMS:
        assert cycle_loss(level, level, form).item() == pytest.approx(np.log(count))


def test_correspondence_is_not_the_share_of_walks():
    cost = contrastive_cost(unit(4, 3), unit(4, 3, seed=1)).numpy()
    result = soft_dtw(cost, 0.1, "soft")
    assert correspondence(result.table).sum(0) == pytest.approx(np.ones(4))
    assert result.gradient[0, 0] == pytest.approx(1)
    assert result.gradient[-1, -1] == pytest.approx(1)
    assert np.abs(correspondence(result.table) - result.gradient).max() > 0.1


@pytest.mark.parametrize("minimum", MINIMA)
@pytest.mark.parametrize("form", CYCLE_FORMS)
def test_gradients_of_the_total_are_those_of_finite_differences(minimum, form):
    x, y = unit(2, 4, 3).requires_grad_(), unit(2, 5, 3, seed=1).requires_grad_()

    def loss(x, y):
        return total_loss(F.normalize(x, dim=-1), F.normalize(y, dim=-1), gamma=0.3, minimum=minimum, form=form)

    assert torch.autograd.gradcheck(loss, (x, y))


def test_following_the_gradient_aligns():
    x, y = unit(8, 6).requires_grad_(), unit(10, 6, seed=1).requires_grad_()
    optimizer = torch.optim.Adam([x, y], 0.05)
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        loss = total_loss(F.normalize(x, dim=-1), F.normalize(y, dim=-1))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 3


def test_a_batch_is_the_mean_of_its_pairs_and_one_can_be_paired_with_many():
    x, y = unit(3, 5, 4), unit(3, 6, 4, seed=1)
    alone = [total_loss(a, b).item() for a, b in zip(x, y)]
    assert total_loss(x, y).item() == pytest.approx(np.mean(alone))
    assert total_loss(x[:1], y).item() == pytest.approx(np.mean([total_loss(x[0], b).item() for b in y]))


def test_arrays_give_arrays_and_stay_as_they_are():
    x, y = unit(4, 3).numpy(), unit(5, 3, seed=1).numpy()
    x.flags.writeable = False
    cost = contrastive_cost(x[::-1], y)
    there = correspondence(accumulate(torch.from_numpy(cost)).numpy())
    back = correspondence(contrastive_cost(y, x))
    assert all(isinstance(a, np.ndarray) for a in (cost, there, back))
    assert float(cycle_loss(there, back)) > 0


def test_wrong_arguments_are_refused():
    for x, y in [((2, 3), (2, 4)), ((0, 3), (2, 3)), ((3,), (2, 3)), ((2, 0), (2, 0))]:
        with pytest.raises(ValueError, match="not empty, of one width D, got"):
            contrastive_cost(np.zeros(x), np.zeros(y))
    for beta in (0, -1, np.nan):
        with pytest.raises(ValueError, match="want a beta above 0"):
            contrastive_cost(THREE, THREE, beta)
    with pytest.raises(ValueError, match=r"want shares \(..., M, N\) and \(..., N, M\), got \(2, 3\) and \(2, 3\)"):
        cycle_loss(np.zeros((2, 3)), np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"of code, prob and a smoothing of 0 to 1, got .maths. and 0\.1"):
        cycle_loss(THREE, THREE, "maths")
    with pytest.raises(ValueError, match="got 'code' and 2"):
        cycle_loss(THREE, THREE, smoothing=2)
