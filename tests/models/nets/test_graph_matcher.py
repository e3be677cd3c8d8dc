"""The graph matching net: its layer against loops, what it must not depend on, the gradient switch, and learning."""

import numpy as np
import pytest
import torch

from vizcore.algorithms.matching.assignment import assign
from vizcore.algorithms.matching.graph_matching import permutation_loss
from vizcore.models.nets.graph_matching import Affinity, GraphConvolution, GraphMatcher, chain

pytestmark = pytest.mark.usefixtures("one_thread")


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def matcher():
    torch.manual_seed(0)
    return GraphMatcher(6, 16, temperature=0.5)


def test_a_graph_convolution_is_what_its_formula_says():
    torch.manual_seed(0)
    layer, x, edges = GraphConvolution(3, 4), drawn(5, 3), drawn(5, 5, seed=1).abs()
    with torch.no_grad():
        found = layer(x, edges)
        for i in range(5):
            wanted = (layer.own.weight @ x[i] + layer.own.bias).clamp(min=0)
            for j in range(5):
                taken = (layer.neighbours.weight @ x[j] + layer.neighbours.bias).clamp(min=0)
                wanted = wanted + edges[i, j] / edges[:, j].sum() * taken
            assert torch.allclose(found[i], wanted, atol=1e-5)


def test_a_node_without_neighbours_attends_to_itself_alone():
    torch.manual_seed(0)
    layer, x = GraphConvolution(3, 4), drawn(1, 2, 3)
    assert torch.equal(layer(x, torch.zeros(2, 2)), layer.own(x).relu())


def test_the_affinity_begins_near_the_identity():
    torch.manual_seed(0)
    weight = Affinity(25).weight.detach() - torch.eye(25)
    assert 0.15 < weight.abs().max() <= 0.2


def test_a_plan_has_columns_of_sum_1_and_follows_the_names_of_the_nodes(matcher):
    source, target, edges = drawn(2, 7, 6), drawn(2, 7, 6, seed=1), chain(7)
    with torch.no_grad():
        plan = matcher(source, target, edges, edges)
        assert plan.shape == (2, 7, 7)
        assert torch.allclose(plan.sum(1), torch.ones(2, 7), atol=1e-5)
        assert torch.allclose(plan.sum(2), torch.ones(2, 7), atol=0.05)
        order = torch.randperm(7, generator=torch.Generator().manual_seed(2))
        renamed = matcher(source[:, order], target, edges[order][:, order], edges)
        assert torch.allclose(renamed, plan[:, order], atol=1e-4)
        renamed = matcher(source, target[:, order], edges, edges[order][:, order])
        assert torch.allclose(renamed, plan[:, :, order], atol=1e-4)


def test_the_structure_of_a_graph_knows_nothing_of_another_batch_entry_or_graph(matcher):
    nodes = drawn(2, 7, 6)
    with torch.no_grad():
        together, alone = matcher.structure(nodes, chain(7)), matcher.structure(nodes[:1], chain(7))
    assert together.shape == (2, 7, 16)
    assert torch.allclose(together[:1], alone, atol=1e-6)


@pytest.mark.parametrize("apart", [True, False])
def test_the_switch_stops_the_gradient_to_whoever_made_the_nodes(matcher, apart):
    matcher.apart = apart
    nodes = drawn(1, 5, 6).requires_grad_()
    maker = nodes * 1.0
    loss = permutation_loss(matcher(maker, drawn(1, 5, 6, seed=1), chain(5), chain(5)), torch.eye(5)[None]).sum()
    (gradient,) = torch.autograd.grad(loss, nodes, allow_unused=True, retain_graph=True)
    assert (gradient is None) == apart
    assert all(weight is not None for weight in torch.autograd.grad(loss, list(matcher.parameters())))


def test_it_learns_to_match_shuffled_and_disturbed_chains():
    torch.manual_seed(1)
    matcher = GraphMatcher(8, 24)
    learner = torch.optim.Adam(matcher.parameters(), 3e-3)
    chance = torch.Generator().manual_seed(3)

    def batch(size=8, count=6):
        source = torch.randn(size, count, 8, generator=chance)
        orders = torch.stack([torch.randperm(count, generator=chance) for _ in range(size)])
        truth = torch.nn.functional.one_hot(orders.argsort(1), count).float()  # source i is target orders^-1[i]
        noise = 0.3 * torch.randn(size, count, 8, generator=chance)
        target = torch.gather(source, 1, orders[..., None].expand_as(source)) + noise
        edges = chain(count).expand(size, -1, -1)
        moved = truth.mT @ edges @ truth
        return (source, target, edges, moved), truth

    losses = []
    for _ in range(100):
        graphs, truth = batch()
        loss = permutation_loss(matcher(*graphs), truth).mean() / truth.shape[-1]
        learner.zero_grad()
        loss.backward()
        learner.step()
        losses.append(loss.item())
    assert np.mean(losses[-20:]) < 0.5 * np.mean(losses[:20])
    with torch.no_grad():
        graphs, truth = batch(64)
        found = assign(matcher(*graphs).numpy())
    assert (found == truth.argmax(-1).numpy()).mean() > 0.9


def test_a_chain_joins_what_is_next_in_time():
    assert chain(4).tolist() == [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]]
    assert torch.equal(chain(4, reach=3), 1 - torch.eye(4))


def test_errata_2_graphs_of_different_sizes_have_no_such_plan(matcher):
    with pytest.raises(ValueError, match=r"want graphs of as many nodes, got \(1, 5, 6\) and \(1, 4, 6\)"):
        matcher(drawn(1, 5, 6), drawn(1, 4, 6), chain(5), chain(4))
