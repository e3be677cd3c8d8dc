"""Matching tokens with people: worked numbers, every matching there is as oracle, permutations, refusals."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizcore.algorithms.detection.set_matching import Weights, match_boxes

TOKENS = np.array([(x, y, 0.3, 0.3) for y in (0.25, 0.75) for x in (0.25, 0.75)])
ACTOR = np.array([0.9, 0.2, 0.4, 0.1])
TRUTHS = np.array([(0.25, 0.3, 0.3, 0.4), (0.7, 0.75, 0.3, 0.3)])


def scene(seed, tokens, truths, classes=3):
    rng = np.random.default_rng(seed)
    boxes, people = (rng.uniform(0.1, 0.9, (count, 4)) for count in (tokens, truths))
    actions = rng.integers(0, 2, (truths, classes)).astype(float)
    return boxes, rng.uniform(0, 1, tokens), people, rng.uniform(0, 1, (tokens, classes)), actions


def cheapest(cost):
    """The least total of all one-to-one matchings, one by one."""
    few, many = sorted(cost.shape)
    table = cost if cost.shape[0] == few else cost.T
    return min(sum(table[i, order[i]] for i in range(few)) for order in permutations(range(many), few))


def test_worked_example_of_two_people_among_four_tokens():
    found = match_boxes(TOKENS, ACTOR, TRUTHS)
    table = [[-1.65, 5.25], [3.7375, 3.264286], [2.6, 2.25], [6.49375, -1.278571]]
    assert found.cost == pytest.approx(np.array(table), abs=1e-6)
    assert (found.token_of(0), found.token_of(1)) == (0, 3)
    assert found.total == pytest.approx(-2.928571, abs=1e-6)


def test_where_boxes_tie_the_actor_decides():
    found = match_boxes(TOKENS, ACTOR, np.array([[0.5, 0.25, 0.3, 0.3]]))
    assert found.cost[:, 0] == pytest.approx([0.168182, 0.868182, 4.531818, 4.831818], abs=1e-6)
    assert found.tokens.tolist() == [0]
    assert found.terms["l1"][0] == found.terms["l1"][1]


def test_of_more_people_than_tokens_the_dearest_are_left_out():
    found = match_boxes(TOKENS[:1], ACTOR[:1], TRUTHS)
    assert found.cost[0] == pytest.approx([-1.65, 5.25])
    assert (found.token_of(0), found.token_of(1)) == (0, None)


def test_nobody_matches_nothing():
    found = match_boxes(TOKENS, ACTOR, np.empty((0, 4)))
    assert (found.cost.shape, len(found.tokens), found.total) == ((4, 0), 0, 0)


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(0, 6), st.sampled_from([0.0, 1.5]))
def test_no_other_matching_is_cheaper(seed, tokens, truths, action):
    boxes, actor, people, scores, actions = scene(seed, tokens, truths)
    found = match_boxes(boxes, actor, people, Weights(action=action), scores, actions)
    assert len(found.tokens) == min(tokens, truths)
    assert len(set(found.tokens)) == len(set(found.truths)) == len(found.tokens)
    assert found.total == pytest.approx(cheapest(found.cost)) if truths else found.total == 0


@given(st.integers(0, 10**6), st.permutations(range(6)), st.permutations(range(3)))
@settings(max_examples=25)
def test_tokens_and_people_in_another_order_are_matched_the_same(seed, tokens, people):
    boxes, actor, truths, *_ = scene(seed, 6, 3)
    plain = match_boxes(boxes, actor, truths)
    moved = match_boxes(boxes[tokens], actor[tokens], truths[people])
    found = {people[truth]: tokens[token] for truth, token in zip(moved.truths, moved.tokens)}
    assert found == dict(zip(plain.truths, plain.tokens))
    assert moved.total == pytest.approx(plain.total)


def test_the_action_term_is_the_mean_binary_cross_entropy():
    boxes, actor, people, scores, actions = scene(1, 4, 2)
    found = match_boxes(boxes, actor, people, Weights(action=2.0), scores, actions)
    for i in range(4):
        for j in range(2):
            each = [np.log(p if y else 1 - p) for p, y in zip(scores[i], actions[j])]
            assert found.terms["action"][i, j] == pytest.approx(-2 * np.mean(each))
    certain = match_boxes(boxes, actor, people, Weights(action=1.0), np.round(scores), actions)
    assert np.isfinite(certain.cost).all()


def test_each_term_counts_as_much_as_its_weight():
    terms = match_boxes(TOKENS, ACTOR, TRUTHS, (1, 1, 1)).terms
    weighed = match_boxes(TOKENS, ACTOR, TRUTHS, (3, 0.5, 7)).terms
    for name, weight in (("actor", 3), ("l1", 0.5), ("giou", 7)):
        assert weighed[name] == pytest.approx(weight * terms[name])


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match=r"want boxes \(N, 4\).*got \(4, 4\), \(3,\) and \(2, 4\)"):
        match_boxes(TOKENS, ACTOR[:3], TRUTHS)
    with pytest.raises(ValueError, match="want finite boxes"):
        match_boxes(TOKENS * np.nan, ACTOR, TRUTHS)
    with pytest.raises(ValueError, match=r"want scores \(N, C\) and actions"):
        match_boxes(TOKENS, ACTOR, TRUTHS, Weights(action=1))
