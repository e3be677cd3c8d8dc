"""Crowds and their people as localisers learn them: boxes, turns, tables in AVA's form, and scores of what is said."""

from dataclasses import replace

import numpy as np
import pytest
from crowds import CLIPS, FRAMES, SIZE, films, marked

from vizcore.algorithms.detection.boxes import centred, corners
from vizcore.synthetic.census import (
    ACTION,
    ACTOR,
    BYSTANDER,
    LEAST_VISIBLE,
    NOBODY,
    Detections,
    clip_of,
    detected,
    filmed,
    truths,
)
from vizcore.synthetic.crowd import MOST
from vizcore.synthetic.postures import LABELS
from vizcore.training.localizer_clips import chances, drawn, people_of
from vizcore.training.localizer_scores import OVERLAPS, THETAS, best_overlap, best_theta, decided, scored
from vizcore.training.localizer_two_stage import everybody

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def data():
    return marked()


def test_boxes_are_around_what_is_seen_in_both_key_frames():
    seen = 0
    for number in range(CLIPS):
        truth = clip_of(number, "validation", SIZE, FRAMES).truth
        for view, frame in enumerate((4, 3)):
            people = [k for k, thing in enumerate(truth.things) if thing.role in ("actor", "bystander")]
            for place, thing in enumerate(people):
                rows, columns = np.nonzero(truth.mask(thing)[frame])
                box = films()["boxes"][number, view, place] * SIZE
                if len(rows) < LEAST_VISIBLE * (SIZE / 96) ** 2:
                    assert np.isnan(box).all()
                    continue
                wanted = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
                assert np.allclose(box, wanted, atol=1e-4)
                assert (films()["does"][number, view, place] == truth.does[frame, thing]).all()
                seen += 1
    assert seen > 2 * CLIPS


def test_roles_are_told_and_the_rest_is_nobody():
    roles = {"actor": ACTOR, "bystander": BYSTANDER}
    for number in range(CLIPS):
        things = clip_of(number, "validation", SIZE, FRAMES).truth.things
        wanted = [roles[thing.role] for thing in things if thing.role in roles]
        assert films()["role"][number].tolist() == wanted + [NOBODY] * (MOST - len(wanted))
    assert {ACTOR, BYSTANDER, NOBODY} <= set(films()["role"].ravel().tolist())


def test_who_is_hardly_seen_is_not_annotated(monkeypatch):
    monkeypatch.setattr("vizcore.synthetic.census.LEAST_VISIBLE", 10_000)
    hidden = filmed(range(2), "validation", SIZE, FRAMES)
    assert np.isnan(hidden["boxes"]).all()
    assert not hidden["does"].any()


def test_a_clip_is_mirrored_and_played_backwards_with_its_people(data):
    rows, mirrored, back = np.array([2, 2, 0, 5]), np.array([0, 1, 0, 1], bool), np.array([0, 0, 1, 1], bool)
    tokens, people = drawn(data, rows, mirrored, back)
    assert tokens.shape == (4, FRAMES, 4, 4)
    assert (tokens[..., 0].numpy() == rows[:, None, None]).all()
    assert (tokens[..., 1].numpy() == mirrored[:, None, None]).all()
    for k in range(4):
        frames = tokens[k, :, 0, 2].tolist()
        assert frames == (list(range(FRAMES))[::-1] if back[k] else list(range(FRAMES)))
        was = data["boxes"][rows[k], int(back[k])]
        there = np.isfinite(was[:, 0])
        wanted = was[there & (data["role"][rows[k]] == ACTOR)]
        if mirrored[k]:
            wanted = np.stack([1 - wanted[:, 2], wanted[:, 1], 1 - wanted[:, 0], wanted[:, 3]], 1)
        assert np.allclose(corners(people[k].boxes), wanted, atol=1e-6)
        assert len(people[k].actions) == len(wanted)
        assert len(everybody(people[k])) == there.sum()


def test_drawing_changes_no_clip(data):
    before = data["boxes"].copy()
    drawn(data, np.arange(CLIPS), np.ones(CLIPS, bool), np.ones(CLIPS, bool))
    assert np.array_equal(before, data["boxes"], equal_nan=True)


def test_bystanders_are_no_truths_and_every_label_of_an_actor_is_one(data):
    rows, wanted = truths(data), []
    for clip in range(CLIPS):
        people = people_of(data, clip)
        for box, does in zip(corners(people.boxes).numpy(), people.actions.numpy()):
            wanted += [(clip, *box.round(4), action + 1) for action in np.flatnonzero(does)] + [
                (clip, *box.round(4), ACTION)
            ]
    found = [
        (int(rows.videos[rows.frame_videos[frame]].split()[1]), *box, action)
        for frame, box, action in zip(rows.frames, rows.boxes.round(4), rows.actions)
    ]
    assert np.allclose(sorted(found), sorted(wanted), atol=2e-4)
    assert len(rows.keys) == CLIPS


def perfect(data, bystanders: bool = False) -> Detections:
    """An answer that knows all actors and, if wanted, takes bystanders for such."""
    boxes = np.zeros((CLIPS, MOST, 4))
    actor, actions = np.zeros((CLIPS, MOST)), np.zeros((CLIPS, MOST, len(LABELS)))
    for clip in range(CLIPS):
        there = np.isfinite(data["boxes"][clip, 0, :, 0])
        boxes[clip, there] = centred(data["boxes"][clip, 0, there])
        speaks = there & ((data["role"][clip] == ACTOR) | bystanders)
        actor[clip, speaks] = np.where(data["role"][clip, speaks] == ACTOR, 0.8, 0.9)
        actions[clip, there] = data["does"][clip, 0, there]
    return Detections(boxes, actor, actions)


def test_who_knows_everything_is_perfect(data):
    found = scored(perfect(data), data, 0.5, 0.7)
    assert {found[name] for name in ("actor AP50", "mAP50", "actor AP75", "actor precision", "actor recall")} == {1.0}
    shown = {word for k, word in enumerate(LABELS) if (truths(data).actions == k + 1).any()}
    assert {word for word in LABELS if found[f"AP50 {word}"] == 1} == shown


def test_whoever_takes_a_bystander_for_an_actor_is_wrong(data):
    predicted = perfect(data, bystanders=True)
    actors = sum(len(people_of(data, clip).boxes) for clip in range(CLIPS))
    others = sum(len(people_of(data, clip).bystanders) for clip in range(CLIPS))
    assert others
    precision, recall, f1 = decided(predicted, data, 0.5)
    assert (precision, recall) == (actors / (actors + others), 1.0)
    assert f1 == pytest.approx(2 * precision / (1 + precision))
    assert scored(predicted, data, 0.5, 0.7)["actor AP50"] == pytest.approx(precision)  # of bystanders, too


def test_detections_are_rows_of_every_label_and_of_actor(data):
    predicted = perfect(data)
    rows = detected(predicted, 0.5)
    assert len(rows) == (predicted.actor > 0.5).sum() * ACTION
    for action in (3, ACTION):
        score = predicted.actor if action == ACTION else predicted.actor * predicted.actions[..., action - 1]
        found = rows.scores[rows.actions == action]
        assert np.allclose(found, score[predicted.actor > 0.5])


def test_the_threshold_with_the_best_f1_is_chosen(data):
    rng = np.random.default_rng(0)
    predicted = perfect(data, bystanders=True)
    predicted = replace(
        predicted, actor=np.where(predicted.actor > 0, rng.uniform(0.02, 0.98, predicted.actor.shape), 0)
    )
    found = [decided(predicted, data, theta)[2] for theta in THETAS]
    assert decided(predicted, data, best_theta(predicted, data))[2] == max(found)
    assert len(set(found)) > 2
    assert decided(predicted, data, 0.99) == (0, 0, 0)


def test_clips_with_a_rare_label_are_drawn_more_often():
    does = np.zeros((100, 2, MOST, len(LABELS)), bool)
    does[:, :, 0, 0] = True
    does[:4, 0, 1, 3], does[:1, 0, 1, 5], does[90:, 0, 1, 5] = True, True, True
    role = np.full((100, MOST), ACTOR, np.int8)
    role[90:, 1] = BYSTANDER  # whose words do not count
    found = chances({"does": does, "role": role}) / chances({"does": does, "role": role})[-1]
    assert chances({"does": does, "role": role}).sum() == pytest.approx(1)
    assert np.allclose(found[:4], [(0.1 / 0.01) ** 0.5] + [(0.1 / 0.04) ** 0.5] * 3)
    assert np.allclose(found[4:], 1)


def test_suppression_takes_away_who_says_the_same_again(data):
    once = perfect(data)
    surer = replace(once, actor=once.actor * np.linspace(1, 0.8, CLIPS)[:, None])
    again = Detections(*(np.concatenate(pair, 1) for pair in (
        (once.boxes, once.boxes), (surer.actor, 0.99 * surer.actor), (once.actions, once.actions)
    )))  # fmt: skip
    found = scored(again, data, 0.5, 0.7)
    assert found["actor precision"] == 0.5
    assert found["actor AP50"] < 1
    assert found["mAP50"] < 1
    assert (found["actor AP50, suppressed"], found["mAP50, suppressed"]) == (1, 1)
    assert best_overlap(again, data) in OVERLAPS
