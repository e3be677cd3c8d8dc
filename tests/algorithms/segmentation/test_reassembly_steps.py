"""The replay: every state of the figure, back and forth, and what each step says in words."""

from itertools import pairwise

import pytest
from test_reassembly import R1, points_at_random

from vizcore.algorithms.segmentation.reassembly import RULES, State, reassemble
from vizcore.algorithms.segmentation.reassembly_steps import replay

NAMES = ["pour", "stir", "take"]


def test_the_states_of_r1_are_those_of_the_figure():
    found = reassemble(*R1)
    assert [(step.rule, step.stage) for step in found.steps] == [
        ("actions", 1),
        ("actions", 1),
        ("boundaries", 2),
        ("in-paint", 4),
    ]
    times = [[round(point.time, 6) for point in found.state(k).actions] for k in range(4)]
    assert times == [[10, 14, 30, 36, 70], [11, 30, 36, 70], [11, 36, 70], [11, 36, 70]]
    assert [len(found.state(k).boundaries) for k in range(5)] == [3, 3, 3, 2, 2]


def test_steps_one_after_the_other_are_the_replay_and_undo_goes_back():
    for seed in range(1000):
        found = reassemble(*points_at_random(seed))
        states = [found.start]
        for k, step in enumerate(found.steps, 1):
            states.append(step.apply(states[-1]))
            assert states[-1] == found.state(k)
        for k in range(len(found.steps), 0, -1):
            assert found.steps[k - 1].undo(states[k]) == states[k - 1]


def test_points_stay_in_order_of_time_and_never_become_more():
    for seed in range(1000):
        found = reassemble(*points_at_random(seed))
        before = found.start
        for step in found.steps:
            after = step.apply(before)
            for points, earlier in ((after.actions, before.actions), (after.boundaries, before.boundaries)):
                assert len(points) <= len(earlier)
                assert all(one.time <= other.time for one, other in pairwise(points))
            assert after != before or step.rule == "in-paint"
            before = after


def test_stages_follow_each_other_and_the_start_holds_every_point():
    rules = set()
    for seed in range(2000):
        actions, boundaries, length = points_at_random(seed)
        found = reassemble(actions, boundaries, length)
        stages = [step.stage for step in found.steps]
        assert stages == sorted(stages)
        assert stages[-1] == 4
        assert (len(found.start.actions), len(found.start.boundaries)) == (len(actions), len(boundaries))
        rules |= {step.rule for step in found.steps}
    assert rules == set(RULES)  # every rule has had its turn above


def test_a_step_says_in_words_what_it_did_and_why():
    first, second, seams, paint = (step.words(NAMES) for step in reassemble(*R1).steps)
    assert first.startswith("From 0 to 20, merge pour at 10 (confidence 0.9) and pour at 14 (confidence 0.3) into pour")
    assert "stir at 30 (confidence 0.6) and take at 36 (confidence 0.8) into take at 36" in second
    assert ", discarding 1 of other classes: between two neighbouring boundaries the most confident" in second
    assert seams.startswith("Merge boundaries 50 (confidence 0.4) and 54 (confidence 0.6) into 52.4 (confidence 0.6)")
    assert paint.startswith("Colour 100 frames: every frame takes the class")


def test_what_is_deleted_is_said():
    found = reassemble([(-1, 7, 0.5), (3, 0, 0.5)], [(0, 0.5), (2, 0.5), (9, 1)], 9)
    words = "\n".join(step.words() for step in found.steps)
    assert "Delete action class 7 at -1 (confidence 0.5) and boundary 0 (confidence 0.5): points outside" in words
    assert "Delete boundary 9 (confidence 1): points outside the video do not count." in words
    assert "Delete boundary 2 (confidence 0.5): a boundary before the first action or after" in words


def test_equal_neighbours_and_many_points_are_said():
    found = reassemble([(k, 0, 0.5) for k in range(8)], [(3.5, 0.5)], 9)
    merged, equal = (step.words({0: "pour"}) for step in (found.steps[0], found.steps[2]))
    assert "merge pour at 0" in merged
    assert equal.startswith("Delete boundary 3.5 (confidence 0.5), and merge actions pour at 1.5 (confidence 0.5) and")
    many = reassemble([(k, 0, 0.5) for k in range(8)], [], 9).steps[0].words()
    assert many.startswith("From 0 to 9, merge 8 from 0 to 7 into class 0 at 3.5")
    assert reassemble([], [(3, 1)], 9).steps[0].words().endswith("without an action there is nothing to separate.")


def test_discarded_points_are_those_of_other_classes():
    step = reassemble(*R1).steps[1]
    assert [point.label for point in step.discarded] == [1]


def test_an_empty_replay_is_the_state_itself():
    state = State((), ())
    assert replay(state, []) == state


def test_states_beyond_the_steps_are_refused():
    with pytest.raises(ValueError, match="want 0 to 4 steps, got 5"):
        reassemble(*R1).state(5)
