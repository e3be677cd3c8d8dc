"""The timelines of whole videos: what travels is small and exact, and what comes back is not trusted."""

import json
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from segmentation_probes import CLASSES, FRAMES, NAMES, three_hours

from vizcore.player import presses

rooms = import_module("vizcore.player.timeline")  # the package has a function of that name
ROWS = {"one": np.zeros(9, int)}
COLOURS = [(name, "#0072B2") for name in NAMES]


class Again(Exception):
    """The page is run anew."""


class Told:
    """Stands for streamlit: keeps what is sent, and says what a browser tells."""

    def __init__(self):
        self.session_state = {}

    def mount(self, *, key, data, on_click_change):
        self.meta, self.block, self.heard = data["meta"], data["block"], on_click_change
        return self.session_state.get(key, {})

    def says(self, click) -> None:
        self.session_state["rows"] = {"click": click}
        self.heard()

    def rerun(self) -> None:
        raise Again

    def row(self, number: int) -> np.ndarray:
        """(T,) labels as the browser unpacks them."""
        kinds = {"u1": np.uint8, "u2": np.uint16, "u4": np.uint32}
        columns = []
        for name in ("starts", "labels"):
            kind, first, count = self.meta["contents"][f"{name}.{number}"]
            columns.append(np.frombuffer(self.block.tobytes(), kinds[kind], count, first))
        starts, labels = columns
        return np.repeat(labels, np.diff([*starts, self.meta["stops"][number]]))


@pytest.fixture
def told(monkeypatch):
    page = Told()
    monkeypatch.setattr(rooms, "_mount", page.mount)
    monkeypatch.setattr(presses, "st", page)
    return page


@given(st.lists(st.integers(0, CLASSES - 1), min_size=1, max_size=60))
def test_every_label_arrives(labels):
    page = Told()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rooms, "_mount", page.mount)
        rooms.timeline({"one": np.array(labels), "two": np.array(labels[:1])}, COLOURS, key="rows", origin="x")
    assert page.row(0).tolist() == labels
    assert page.row(1).tolist() == labels[:1]
    assert page.meta["length"] == len(labels)


def test_more_classes_than_a_byte_holds_arrive(told):
    classes = [(str(k), "#000000") for k in range(300)]
    rooms.timeline({"one": np.arange(300)}, classes, key="rows", origin="x")
    assert told.row(0).tolist() == list(range(300))


def test_three_hours_of_four_rows_are_less_than_a_megabyte_and_exact(told):
    rows = three_hours()
    rooms.timeline(rows, COLOURS, key="rows", origin="film", rate=25.0)
    assert len(told.block) + len(json.dumps(told.meta)) < 1_000_000
    for number, labels in enumerate(rows.values()):
        assert len(labels) == FRAMES
        np.testing.assert_array_equal(told.row(number), labels)


def click(seq: int = 1, **changed) -> dict:
    return {"origin": "x", "start": 2, "stop": 9, "seq": seq, "at": 1_700_000_000_000} | changed


def test_a_click_is_passed_on_and_nonsense_is_not(told):
    went = []
    rooms.timeline(ROWS, COLOURS, key="rows", origin="x", click=lambda *ends: went.append(ends))
    told.says(click())
    assert went == [(2, 9)]
    nonsense = ({"start": 5, "stop": 5}, {"start": -1}, {"stop": 10}, {"start": 0.5}, {"start": True}, {"origin": "y"})
    for said in (None, 3, {}, {"start": 2}, *(click(seq, **one) for seq, one in enumerate(nonsense, 2))):
        told.says(said)
    assert went == [(2, 9)]


def test_a_click_is_acted_on_once_however_many_runs_bring_it_and_the_same_place_can_be_clicked_again(told):
    went = []
    for _ in range(2):
        rooms.timeline(ROWS, COLOURS, key="rows", origin="x", click=lambda *ends: went.append(ends))
        told.says(click())
    assert len(went) == 1
    told.says(click(2))
    told.says(click(2, at=1_700_000_000_001))  # another mount counts from the beginning
    assert len(went) == 3


def test_a_click_whose_callback_was_stopped_is_acted_on_by_the_next_run(told):
    went = []

    def show(act) -> None:
        rooms.timeline(ROWS, COLOURS, key="rows", origin="x", click=act)

    def stopped(*_) -> None:
        raise Again

    show(stopped)
    with pytest.raises(Again):
        told.says(click())
    with pytest.raises(Again):  # acts, and has what was drawn above it drawn anew
        show(lambda *ends: went.append(ends))
    show(lambda *ends: went.append(ends))
    assert went == [(2, 9)]


def test_what_cannot_be_drawn_is_refused(told):
    with pytest.raises(ValueError, match="at least one row"):
        rooms.timeline({}, COLOURS, key="rows", origin="x")
    with pytest.raises(ValueError, match="#rrggbb for take, got 'red'"):
        rooms.timeline({"one": np.zeros(2, int)}, [("take", "red")], key="rows", origin="x")
