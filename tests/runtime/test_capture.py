"""Watching a model: what is seen is what ran, and nothing stays behind."""

import pytest
import torch
from torch import nn

from vizcore.runtime.capture import Tap, changing, gradients_of, watching


class Pair(nn.Module):
    """Gives a tuple, as the blocks of some libraries do."""

    def forward(self, x):
        return x * 2, "note"


class Steps(nn.Module):
    """x -> first -> tap -> second; `idle` never runs, `words` gives no tensor."""

    def __init__(self):
        super().__init__()
        self.first, self.tap, self.second = nn.Linear(3, 4), Tap(), nn.Linear(4, 2)
        self.pair, self.idle, self.words = Pair(), nn.Identity(), nn.Module()
        self.words.forward = lambda x: "text"
        self.requires_grad_(False)

    def forward(self, x, broken=False, speak=False):
        x = self.tap(self.first(x))
        if broken:
            raise ArithmeticError("broken on purpose")
        if speak:
            self.words(x)
        return self.second(self.pair(x)[0])


@pytest.fixture
def steps():
    torch.manual_seed(0)
    return Steps()


def hooks_of(module):
    tables = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(part, table)) for part in module.modules() for table in tables)


def test_a_watched_module_shows_what_it_gave(steps):
    x = torch.randn(5, 3)
    with watching(steps, ["first", "tap", "pair"]) as activations:
        steps(x)
    by_hand = x @ steps.first.weight.T + steps.first.bias
    torch.testing.assert_close(activations["first"], by_hand)
    assert torch.equal(activations["tap"], activations["first"])
    assert torch.equal(activations["pair"], activations["first"] * 2)


def test_watching_does_not_change_the_answer(steps):
    x = torch.randn(5, 3)
    plain = steps(x)
    with watching(steps, ["tap", "pair"], gradients=True):
        assert torch.equal(steps(x), plain)


def test_a_module_that_did_not_run_is_not_seen(steps):
    with watching(steps, ["idle", "tap"]) as activations:
        steps(torch.randn(1, 3))
    assert set(activations) == {"tap"}


def test_no_hook_is_left_after_fifty_passes_half_of_which_fail(steps):
    for turn in range(50):
        try:
            with watching(steps, ["first", "tap", "pair"], gradients=turn % 3 == 0):
                assert hooks_of(steps) == 3
                steps(torch.randn(1, 3), broken=turn % 2 == 0)
        except ArithmeticError:
            assert turn % 2 == 0
        assert hooks_of(steps) == 0


def test_no_hook_is_left_when_one_of_the_names_is_unknown(steps):
    with pytest.raises(ValueError, match="frist"), watching(steps, ["first", "tap", "frist"]):
        pytest.fail("the block must not run")
    assert hooks_of(steps) == 0


def test_two_watchers_of_one_module_both_see_it_and_leave_separately(steps):
    with watching(steps, ["tap"]) as outer:
        with watching(steps, ["tap"]) as inner:
            steps(torch.randn(1, 3))
        assert hooks_of(steps) == 1
    assert torch.equal(outer["tap"], inner["tap"])


@pytest.mark.parametrize(("typed", "meant"), [("frist", "first"), ("taps", "tap"), ("secnod", "second")])
def test_an_unknown_name_is_answered_with_near_ones(steps, typed, meant):
    with pytest.raises(ValueError, match=rf"such as {meant}\b.*got '{typed}'"), watching(steps, [typed]):
        pytest.fail("the block must not run")


def test_a_name_like_nothing_is_answered_with_some_that_exist(steps):
    with pytest.raises(ValueError, match="first, tap, second"), watching(steps, ["qqqqqq"]):
        pytest.fail("the block must not run")


def test_one_word_instead_of_a_list_is_refused(steps):
    with pytest.raises(ValueError, match="list of module names, got the single word 'tap'"), watching(steps, "tap"):
        pytest.fail("the block must not run")


def test_a_module_that_gives_no_tensor_is_refused_by_name(steps):
    with pytest.raises(ValueError, match="'words' gives str"), watching(steps, ["words"]):
        steps(torch.randn(1, 3), speak=True)
    assert hooks_of(steps) == 0


def test_gradients_are_those_of_the_layers_after_the_tensor(steps):
    with watching(steps, ["tap", "pair"], gradients=True) as activations:
        logits = steps(torch.randn(1, 3))
    grads = gradients_of(logits[0, 1], activations)
    torch.testing.assert_close(grads["pair"][0], steps.second.weight[1])
    torch.testing.assert_close(grads["tap"][0], 2 * steps.second.weight[1])


def test_gradients_leave_nothing_in_the_model_even_where_its_weights_are_trainable(steps):
    steps.requires_grad_(True)
    with watching(steps, ["tap"], gradients=True) as activations:
        logits = steps(torch.randn(1, 3))
    gradients_of(logits.sum(), activations)
    assert all(weight.grad is None for weight in steps.parameters())


def test_the_gradient_of_what_the_score_does_not_need_is_zero(steps):
    with watching(steps, ["tap", "second"], gradients=True) as activations:
        steps(torch.randn(2, 3))
    grads = gradients_of(activations["tap"].sum(), activations)
    assert torch.equal(grads["second"], torch.zeros(2, 2))
    assert torch.equal(grads["tap"], torch.ones(2, 4))


def test_the_gradient_is_zero_where_nothing_that_was_seen_is_on_the_way_to_the_score(steps):
    with torch.no_grad(), watching(steps, ["tap"], gradients=True) as activations:
        logits = steps(torch.randn(2, 3))
    assert torch.equal(gradients_of(logits.sum(), activations)["tap"], torch.zeros(2, 4))


def test_whole_numbers_are_seen_and_have_no_gradient():
    order = nn.Sequential(Tap())
    with watching(order, ["0"], gradients=True) as activations:
        order(torch.arange(3))
    assert activations["0"].tolist() == [0, 1, 2]
    assert gradients_of(torch.tensor(1.0), activations) == {}


def test_nothing_before_the_first_watched_tensor_is_kept_for_gradients(steps):
    with watching(steps, ["tap"], gradients=True) as activations:
        steps(torch.randn(1, 3))
    assert activations["tap"].is_leaf
    assert activations["tap"].requires_grad


def test_a_pass_goes_on_with_what_a_module_was_changed_to(steps):
    x, hooks = torch.randn(5, 3), hooks_of(steps)
    with changing(steps, {"tap": lambda seen: seen.flip(0)}), watching(steps, ["first", "tap"]) as activations:
        changed = steps(x)
    assert torch.equal(activations["tap"], activations["first"].flip(0))
    assert torch.allclose(changed, steps(x).flip(0))
    assert hooks_of(steps) == hooks
    with pytest.raises(ValueError, match="such as first"), changing(steps, {"frist": lambda seen: seen}):
        pass
