"""A training can be killed at any step and still ends at the same weights; a plan's rate rises, then falls."""

import numpy as np
import pytest
import torch
from torch import nn

from vizcore.training.fit import STRETCHES, Plan, fit
from vizcore.training.workshop import Workshop

PLAN = Plan(steps=23, rate=1e-2, warmup=5, every=4)


class Killed(Exception):
    """The power is gone."""


pytestmark = pytest.mark.usefixtures("one_thread")


def a_net() -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))


def squares(net: nn.Module, chance: np.random.Generator) -> torch.Tensor:
    batch = torch.from_numpy(chance.standard_normal((16, 6), np.float32))
    return (net(batch)[:, 0] - batch.sum(1)).square().mean()


def state(net: nn.Module) -> list[torch.Tensor]:
    return list(net.state_dict().values())


def killed_at(step: int):
    def progress(done: int, steps: int, loss: float) -> None:
        if done == step:
            raise Killed

    return progress


@pytest.mark.parametrize("step", [1, 4, 5, 11, 22])
def test_a_killed_training_goes_on_to_the_same_weights(tmp_path, step):
    whole, parts = a_net(), a_net()
    straight = fit(whole, squares, PLAN)
    with pytest.raises(Killed):
        fit(parts, squares, PLAN, tmp_path / "net.pt", progress=killed_at(step))
    resumed = a_net()
    again = fit(resumed, squares, PLAN, tmp_path / "net.pt")
    assert all(torch.equal(a, b) for a, b in zip(state(whole), state(resumed), strict=True))
    assert again.curve == straight.curve


def test_only_the_steps_after_the_last_checkpoint_are_made_again(tmp_path):
    with pytest.raises(Killed):
        fit(a_net(), squares, PLAN, tmp_path / "net.pt", progress=killed_at(11))
    steps = []
    fit(a_net(), squares, PLAN, tmp_path / "net.pt", progress=lambda step, *_: steps.append(step))
    assert steps == list(range(9, 24))


def test_a_finished_training_is_not_made_again(tmp_path):
    first, second = a_net(), a_net()
    fit(first, squares, PLAN, tmp_path / "net.pt")
    fit(second, squares, PLAN, tmp_path / "net.pt", progress=lambda *_: pytest.fail("a step was made"))
    assert all(torch.equal(a, b) for a, b in zip(state(first), state(second), strict=True))


@pytest.mark.parametrize("other", [{"stamp": "other data"}, {"plan": Plan(steps=23, rate=2e-2, warmup=5, every=4)}])
def test_a_checkpoint_of_another_training_is_not_used(tmp_path, other):
    fit(a_net(), squares, PLAN, tmp_path / "net.pt", "data")
    steps = []
    settings = {"plan": PLAN, "stamp": "data"} | other
    fit(a_net(), squares, settings["plan"], tmp_path / "net.pt", settings["stamp"], lambda step, *_: steps.append(step))
    assert steps[0] == 1


def test_weights_that_want_no_gradient_stay():
    net = a_net()
    net[0].requires_grad_(False)
    frozen, trained = net[0].weight.clone(), net[3].weight.clone()
    fit(net, squares, PLAN)
    assert torch.equal(net[0].weight, frozen)
    assert not torch.equal(net[3].weight, trained)


def test_training_lowers_the_loss_and_the_curve_says_so():
    fitted = fit(a_net(), squares, Plan(steps=300, rate=2e-2, warmup=10))
    assert len(fitted.curve) == STRETCHES
    assert fitted.curve[-1] < fitted.curve[0] / 5


def test_chance_depends_on_seed_and_step_only():
    drawn = {}
    for seed in (0, 1):
        seen = drawn.setdefault(seed, [])

        def loss(net, chance, seen=seen):
            seen.append(chance.random())
            return net(torch.ones(2, 6)).sum()

        fit(a_net(), loss, Plan(steps=5, rate=1e-3, seed=seed))
    assert len(set(drawn[0]) | set(drawn[1])) == 10
    assert drawn[1][3] == np.random.default_rng([1, 3]).random()


def test_the_rate_rises_then_falls_to_its_last_share():
    plan = Plan(steps=100, rate=1.0, warmup=10, last=0.1)
    rates = [plan.rate_at(step) for step in range(100)]
    assert rates.index(max(rates)) in (8, 9, 10)
    assert rates[-1] == pytest.approx(0.1)
    assert rates[:9] == sorted(rates[:9])
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_a_workshop_keeps_rehearsals_apart(tmp_path):
    real, rehearsal = Workshop(scratch=tmp_path), Workshop(scratch=tmp_path, quick=True)
    assert real.checkpoint("lamps", "ata", 0) != rehearsal.checkpoint("lamps", "ata", 0)
    assert real.checkpoint("lamps", "ata", 0).name == "lamps-ata-0.pt"


def test_a_stage_is_named_and_timed():
    lines = []
    shop = Workshop(say=lines.append)
    with shop.stage("Counting"):
        sum(range(10**6))
    assert shop.minutes > 0
    assert "Counting" in lines[0]
