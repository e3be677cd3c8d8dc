"""The door to localisation: the names that others rely on, and the whole way from tokens to average precision."""

import inspect

import numpy as np
import pytest

from vizcore.algorithms import localization
from vizcore.algorithms.detection.ava_rows import ava_rows
from vizcore.algorithms.detection.average_precision import evaluate_ava
from vizcore.algorithms.detection.boxes import giou
from vizcore.algorithms.detection.decoding import decode
from vizcore.algorithms.detection.set_matching import match_boxes

PEOPLE = np.array([(0.25, 0.3, 0.3, 0.4), (0.7, 0.6, 0.3, 0.3)])  # (cx, cy, w, h)
ACTIONS = np.array([[1, 0, 1], [0, 1, 0]])
CLASSES = (1, 2, 3)


def truth(frames):
    """Two people in every second of two videos."""
    rows = [(f"v{k % 2}", float(k), person, c) for k in range(frames) for person in range(2) for c in CLASSES]
    rows = [row for row in rows if ACTIONS[row[2], row[3] - 1]]
    corners = np.concatenate([PEOPLE[:, :2] - PEOPLE[:, 2:] / 2, PEOPLE[:, :2] + PEOPLE[:, 2:] / 2], 1)
    return ava_rows([r[0] for r in rows], [r[1] for r in rows], [corners[r[2]] for r in rows], [r[3] for r in rows])


def found(frames, theta, actor):
    """Detections of a net with four tokens: two that see the people, two that see nobody."""
    boxes = np.concatenate([PEOPLE[::-1], np.full((2, 4), 0.1)])
    scores = np.concatenate([ACTIONS[::-1] * 0.8 + 0.1, np.full((2, 3), 0.95)])
    videos, times, places, actions, sure = [], [], [], [], []
    for k in range(frames):
        kept = decode(boxes, actor, scores, theta)
        for token in range(len(kept.tokens)):
            videos += [f"v{k % 2}"] * 3
            times += [float(k)] * 3
            places += [kept.boxes[token]] * 3
            actions += CLASSES
            sure += kept.scores[token].tolist()
    return ava_rows(videos, times, np.array(places).reshape(-1, 4), actions, sure)


@pytest.mark.parametrize(
    ("theta", "actor", "mean"), [(0.5, (0.9, 0.8, 0.1, 0.2), 1.0), (0.95, (0.9, 0.8, 0.1, 0.2), 0.0)]
)
def test_tokens_that_see_right_reach_the_highest_mean_and_a_high_theta_reaches_none(theta, actor, mean):
    result = evaluate_ava(truth(4), found(4, theta, np.array(actor)), CLASSES)
    assert result.mean == pytest.approx(mean)
    assert (mean > 0) or result.notes == ("there are no detections: every AP is 0",)


def test_a_token_that_sees_nobody_costs_precision_if_it_is_above_theta():
    sure, quiet = (found(4, 0.5, np.array([0.9, 0.8, stranger, 0.1])) for stranger in (0.95, 0.45))
    means = [evaluate_ava(truth(4), rows, CLASSES).mean for rows in (sure, quiet)]
    assert means[0] < means[1] == 1


def test_tokens_are_matched_with_the_people_they_see():
    matching = match_boxes(np.concatenate([PEOPLE[::-1], np.full((2, 4), 0.1)]), np.full(4, 0.5), PEOPLE)
    assert (matching.token_of(0), matching.token_of(1)) == (1, 0)
    assert giou(PEOPLE[0], PEOPLE[0]) == pytest.approx(1)


def test_the_names_that_others_rely_on_keep_their_first_arguments():
    wanted = {
        "giou": ["a", "b"],
        "match_boxes": ["boxes", "actor", "truths"],
        "evaluate_ava": ["ground_truth", "detections", "classes", "iou", "protocol"],
        "read_ava_csv": ["path"],
        "read_label_map": ["path"],
    }
    for name, arguments in wanted.items():
        assert list(inspect.signature(getattr(localization, name)).parameters)[: len(arguments)] == arguments
    assert set(localization.__all__) <= set(dir(localization))
