"""Kinds of errors: a scene of each, every detection has one kind, and what mending gives by a literal evaluator."""

import ava_literal
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_average_precision import result

from vizcore.algorithms.detection.average_precision import evaluate_ava
from vizcore.algorithms.detection.detection_errors import HIT, KINDS, error_types

PERSON, OTHER = (0.1, 0.1, 0.5, 0.5), (0.55, 0.1, 0.95, 0.5)
SHIFTED = (0.25, 0.1, 0.65, 0.5)  # overlaps PERSON by 5/11
TRUTHS = [("v", 1.0, PERSON, 1), ("v", 1.0, OTHER, 2)]


def kind_of(box, action=1, before=(), truths=TRUTHS):
    """The kind of the last detection of its class."""
    rows = [*before, ("v", 1.0, box, action, 0.5)]
    found = error_types(result(truths, rows, (1, 2))).classes[action].kinds[-1]
    return "hit" if found == HIT else KINDS[found]


def test_each_kind_is_what_its_scene_shows():
    assert kind_of(PERSON) == "hit"
    assert kind_of(PERSON, before=[("v", 1.0, PERSON, 1, 0.9)]) == "duplicate"
    assert kind_of(OTHER) == "class"
    assert kind_of(SHIFTED, truths=[*TRUTHS[:1], ("v", 1.0, (0.0, 0.9, 0.1, 1.0), 2)]) == "localization"
    assert kind_of(SHIFTED, action=2, truths=[("v", 1.0, PERSON, 1), ("v", 1.0, (0.0, 0.9, 0.1, 1.0), 2)]) == "both"
    assert kind_of((0.1, 0.7, 0.3, 0.9)) == "background"


def test_a_box_that_sits_well_on_somebody_else_is_a_class_error_though_it_touches_who_does_it():
    corner = (0.3, 0.1, 0.9, 0.5)  # a fifth of PERSON's overlap, on somebody else exactly
    truths = [("v", 1.0, PERSON, 1), ("v", 1.0, corner, 2)]
    assert kind_of(corner, truths=truths) == "class"


def test_a_miss_is_a_truth_that_nothing_is_about():
    truths = [("v", float(k), PERSON, 1) for k in range(3)]
    rows = [("v", 0.0, PERSON, 1, 0.9), ("v", 1.0, SHIFTED, 1, 0.8)]
    found = error_types(result(truths, rows)).classes[1]
    assert found.missed.tolist() == [2]
    assert found.counts == dict.fromkeys(KINDS, 0) | {"localization": 1, "miss": 1}
    assert found.gains["localization"] == pytest.approx(1 / 3)
    assert found.gains["miss"] == pytest.approx(1 / 2 - 1 / 3)
    nobody = error_types(result(truths, [("v", 0.0, (0.7, 0.7, 0.9, 0.9), 1, 0.9)])).classes[1]
    assert nobody.gains["miss"] == 1


def test_of_boxes_moved_onto_one_person_the_most_confident_claims_and_the_others_go():
    rows = [("v", 1.0, SHIFTED, 1, 0.9), ("v", 1.0, PERSON, 1, 0.8), ("v", 1.0, SHIFTED, 1, 0.7)]
    last = [("v", 2.0, PERSON, 1, 0.1)]  # a second hit, which every detection above it costs precision
    found = error_types(result([TRUTHS[0], last[0][:4]], rows + last))
    assert found.classes[1].gains["localization"] == pytest.approx(1 - 1 / 2)
    assert found.mean["localization"] == found.classes[1].gains["localization"]


@given(st.integers(0, 10**6))
@settings(max_examples=20)
def test_mending_gives_what_an_evaluation_without_the_errors_gives(seed):
    truths, rows = ava_literal.scene(seed, rows=40)
    classes = range(1, 7)
    if not {row[:2] for row in truths} & {row[:2] for row in rows}:
        return
    found = result(truths, rows, classes, protocol="uncapped")
    errors = error_types(found).classes
    for action in classes:
        ranking, one = found.rankings[action], errors[action]
        if not len(ranking.positives):
            assert np.isnan(list(one.gains.values())).all()
            continue
        assert sum(one.counts.values()) == (~ranking.hits).sum() + len(one.missed)
        for kind in ("class", "both", "duplicate", "background", "miss"):
            gone = set(ranking.rows[one.kinds == KINDS.index(kind)])
            remaining = [row for k, row in enumerate(rows) if k not in gone]
            there = [row for k, row in enumerate(truths) if kind != "miss" or k not in one.missed]
            if kind == "miss" and len(one.missed) == len(ranking.positives):
                assert one.gains[kind] == pytest.approx(1 - ranking.ap)
                continue
            of_class = [row for row in there if row[3] == action]
            counting = ava_literal.counted(truths, remaining, {action}, "uncapped", set())[1]
            marks = ava_literal.marked(of_class, counting, by_score=True)
            assert found.ap[action] + one.gains[kind] == pytest.approx(ava_literal.area(marks, len(of_class)))
        assert -1e-12 <= one.gains["localization"] <= 1


def test_a_background_limit_that_is_no_limit_is_refused():
    found = result(TRUTHS, [("v", 1.0, PERSON, 1, 0.5)], (1, 2))
    for limit in (0, 0.5, float("nan")):
        with pytest.raises(ValueError, match=r"want a background limit above 0 and below 0\.5"):
            error_types(found, limit)


def test_errors_are_of_the_rows_that_the_protocol_counts():
    rows = [("v", 1.0, PERSON, 1, 0.9), ("v", 2.0, PERSON, 1, 0.8)]
    ignoring = result(TRUTHS, rows, (1, 2))
    counting = evaluate_ava(ignoring.ground_truth, ignoring.detections, (1, 2), protocol="slowfast")
    assert error_types(ignoring).classes[1].counts["background"] == 0
    assert error_types(counting).classes[1].counts["background"] == 1
