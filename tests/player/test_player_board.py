"""The board of keypoints: what travels to the browser is Python's own replay, and what comes back is not trusted."""

import json
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizcore.algorithms.segmentation.reassembly import reassemble
from vizcore.features.segmentation.pipeline_examples import EXAMPLES, NAMES
from vizcore.player.board import Placed, sound

rooms = import_module("vizcore.player.board")  # the package has a function of that name
CLASSES = [(name, "#0072B2") for name in NAMES]
GOOD = {"origin": "one", "seq": 3, "actions": [[10, 1, 0.5]], "boundaries": [[20.5, 1]]}


@pytest.fixture
def sent(monkeypatch):
    """What boards send to the browser."""
    told = []
    monkeypatch.setattr(rooms, "_mount", lambda **given: told.append(given["data"]))
    monkeypatch.setattr(rooms.st, "session_state", {})
    return told


def spliced(data, count):
    """The points after so many steps, as the browser finds them: a stretch replaced by another."""
    lists = [list(map(list, data["actions"])), list(map(list, data["boundaries"]))]
    for _, _, *changes, _ in data["steps"][:count]:
        for points, (at, gone, added) in zip(lists, changes):
            points[at : at + gone] = added
    return lists


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_browsers_replay_is_pythons_at_every_step(sent, name):
    found = reassemble(*EXAMPLES[name].points, EXAMPLES[name].length)
    rooms.board(found, CLASSES, key="board", origin=name)
    data = json.loads(json.dumps(sent[0]))
    for count in range(len(found.steps) + 1):
        state = found.state(count)
        assert spliced(data, count) == [list(map(list, state.actions)), list(map(list, state.boundaries))]
    assert [words for _, words, *_ in data["steps"]] == [step.words(NAMES) for step in found.steps]


def test_points_that_a_person_left_are_taken():
    assert sound(GOOD, "one", 40, 4) == Placed([(10, 1, 0.5)], [(20.5, 1)])


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "another"},
        {"actions": None},
        {"actions": [[10, 4, 0.5]]},
        {"actions": [[10, 1.5, 0.5]]},
        {"actions": [[10, True, 0.5]]},
        {"actions": [[float("nan"), 1, 0.5]]},
        {"actions": [[41, 1, 0.5]]},
        {"actions": [[10, 1, 1.5]]},
        {"actions": [[10, 1]]},
        {"actions": [["10", 1, 0.5]]},
        {"boundaries": [[-1, 0.5]]},
        {"boundaries": [[1, 0.5]] * 2001},
        {"boundaries": "ab"},
    ],
    ids=str,
)
def test_what_does_not_fit_is_dropped(change):
    assert sound(GOOD | change, "one", 40, 4) is None


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(st.none() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_nothing_that_is_sent_breaks_the_page(edit):
    assert sound(edit, "one", 40, 4) is None
    assert sound({"origin": "one", "actions": edit, "boundaries": []}, "one", 40, 4) in (None, Placed([], []))


def test_a_board_refuses_more_points_than_it_can_show(sent):
    found = reassemble([(k / 10, 0, 0.5) for k in range(2001)], [], 300)
    with pytest.raises(ValueError, match="at most 2,000 points"):
        rooms.board(found, CLASSES, key="board", origin="many")
