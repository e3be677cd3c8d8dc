"""The sentence that every view of the page of temporal models begins with: each outcome, and some real results."""

from types import SimpleNamespace

import numpy as np
import pytest
from shown import sent
from test_pages import complaints, opened, settled

from vizcore.features.temporal import pipeline_verdict as verdicts
from vizcore.features.temporal.pipeline import ATA, JOINTS, OFF, ROWS, answer, places_of, results
from vizcore.synthetic.figure import J
from vizcore.synthetic.shot import render, shot
from vizcore.synthetic.truth import load_truth
from vizcore.synthetic.truth_file import truth_path

CLASSES = ("forward", "back_ward")
FOUR = ("space", "joint", "factorized", "ATA")


def shares(*forward):
    return np.array([[share, 1 - share] for share in forward])


@pytest.mark.parametrize(
    ("forward", "true", "words"),
    [
        (
            (0.4, 0.7, 0.1, 0.98),
            0,
            "Joint attention and ATA are right: *forward* (70% and 98%); averaging frames and factorized attention are "
            "not.",
        ),
        (
            (0.6, 0.7, 0.9, 0.1),
            0,
            "Averaging frames, joint attention and factorized attention are right: *forward* (60%, 70% and 90%); ATA "
            "is not.",
        ),
        ((0.6, 0.7, 0.9, 0.8), 0, "All 4 models are right: *forward* (60%, 70%, 90% and 80%)."),
        ((0.6, 0.7, 0.9, 0.8), 1, "No model knows that it is *back ward*; ATA says *forward* (80%)."),
        (
            (0.6, 0.7, 0.9, 0.2),
            None,
            "The clip shows none of the 2 classes that the models know; ATA says *back ward* (80%).",
        ),
    ],
    ids=str,
)
def test_answers_say_who_knows(forward, true, words):
    assert verdicts.answers_verdict(FOUR, CLASSES, shares(*forward), true) == words


def test_with_alignment_off_the_same_net_is_named_so():
    found = verdicts.answers_verdict((*FOUR[:3], OFF), CLASSES, shares(0.1, 0.1, 0.1, 0.9), 0)
    assert found.startswith("ATA without alignment is right: *forward* (90%)")


def test_tracks_say_how_many_hold_to_the_end():
    on, off = np.ones((3, 4), bool), np.array([[True] * 4, [False] * 4, [True, False, False, False]])
    assert verdicts.tracks_verdict(on, off) == "With alignment 4 of 4 tracks are on target at the end, in place 1."
    same = "Alignment makes no difference: 4 of 4 tracks are on target at the end with it and without."
    assert verdicts.tracks_verdict(on, on) == same
    nothing = "Nothing covers enough of a patch to be followed."
    assert verdicts.tracks_verdict(np.ones((3, 0), bool), np.ones((3, 0), bool)) == nothing


def result(row, *seeds, fast=None, aside=False):
    speeds = {} if fast is None else {"at rest": {"mean": 1.0}, "at 8-12 px a frame": {"mean": fast}}
    return SimpleNamespace(row=row, accuracy={"seeds": list(seeds)}, by_speed=speeds, aside=aside)


def test_speed_says_who_is_right_where_things_are_fastest():
    rows = [result("joint", fast=0.4), result("ATA", fast=0.9), result("given", fast=0.99, aside=True)]
    assert verdicts.speed_verdict(rows, 0.25) == (
        "ATA is right in 90% of the fastest test clips (8-12 px a frame); the next, joint attention, in 40%; guessing "
        "is in 25%."
    )
    alone = "Joint attention is right in 40% of the fastest test clips (8-12 px a frame); guessing is in 25%."
    assert verdicts.speed_verdict(rows[:1], 0.25) == alone
    assert verdicts.speed_verdict([], 0.25) == "These models were not tested by speed."


def test_results_say_who_is_best_with_an_interval_and_who_cannot_be_told_from_it():
    ata, joint = result("ATA", 0.90, 0.92, 0.94), result("joint", 0.3, 0.32, 0.31)
    best = "On the test clips ATA is right most often: 92.0% (95 % interval 87.0 to 97.0, 3 trainings)"
    assert verdicts.results_verdict([joint, ata]) == f"{best}; the next, joint attention, 31.0%."
    assert verdicts.results_verdict([ata]) == f"{best}."
    near = result("factorized", 0.91, 0.88, 0.93)
    same = f"{best}; factorized attention (90.7%) cannot be told from it."
    assert verdicts.results_verdict([joint, ata, near]) == same
    assert verdicts.results_verdict([result("ATA", 0.9)]) == (
        "On the test clips ATA is right most often: 90.0%, in one training."
    )
    assert verdicts.results_verdict([result("ATA", 0.9, aside=True)]) == "These models were not tested."


def test_recalls_say_whose_matching_follows_the_lantern():
    rows = [SimpleNamespace(source=name, stepping=share) for name, share in (("tokens", 0.9), ("a", 0.2), ("b", 0.3))]
    words = "When a lamp steps on, matching tokens follows 90% of the lanterns"
    assert verdicts.recalls_verdict(rows) == f"{words}; the best of the others, b, 30%."
    assert verdicts.recalls_verdict(rows[:1]) == f"{words}."
    still = [SimpleNamespace(source="a", stepping=float("nan"))]
    assert verdicts.recalls_verdict(still) == "No lamp steps on in these clips."


@pytest.mark.parametrize("family", ["lamps", "acts"])
def test_results_of_the_cards_have_a_sentence(family):
    found = results(family)
    best = max((one for one in found if not one.aside), key=lambda one: one.accuracy["mean"])
    assert f"{best.accuracy['mean']:.1%} (95 % interval" in found.verdict
    fast = [one.by_speed["at 8-12 px a frame"]["mean"] for one in found if one.by_speed and not one.aside]
    assert (f"{max(fast):.0%} of the fastest" if fast else "not tested by speed") in found.speed_verdict


@pytest.fixture(scope="module")
def lamps(tmp_path_factory):
    path = tmp_path_factory.mktemp("temporal") / "fast.mp4"
    render(shot("carousel", 3, "forward", speed=8.0), path)
    return answer(path, truth=truth_path(path), family="lamps"), load_truth(truth_path(path))


def test_a_real_answer_says_what_its_probabilities_say(lamps):
    found, _ = lamps
    share = found.probabilities[ROWS.index(ATA), found.true]
    assert found.right[ROWS.index(ATA)]
    assert found.verdict.startswith("ATA is right: *forward* (" if found.right.sum() == 1 else "")
    assert f"{share:.0%}" in found.verdict
    assert found.tracks_verdict.startswith("With alignment ")


def test_places_are_the_boxes_of_things_and_patches_around_joints(lamps, tmp_path):
    found, truth = lamps
    height, width = truth.surface.shape[1:]
    places = places_of(truth, found.followed.names, found.grid)
    assert places.shape == (len(truth.surface), len(found.followed.names), 4)
    assert np.allclose(places * [width, height, width, height], truth.boxes()[:, :4])
    path = tmp_path / "throw.mp4"
    render(shot("act", 2, "throw"), path)
    person = load_truth(truth_path(path))
    around = places_of(person, JOINTS, (8, 8))
    middle = (around[..., :2] + around[..., 2:]) / 2
    size = np.array(person.surface.shape[:0:-1])
    inside = ((around > 0) & (around < 1)).all(-1)
    assert np.allclose(middle[inside], (person.joints[:, 0, [J[name] for name in JOINTS]] / size)[inside])


def test_on_the_page_every_box_on_target_is_around_its_lamp_and_lost_ones_are_dashed(lamps):
    app = opened("temporal", {"carousel-speed": "8.0", "align": "false"})
    assert complaints(app) == []
    styles = sent(app, "temporal-player")["annotations"][0]["styles"]
    assert [(name, dashed) for name, _, dashed in styles] == [("on target", False), ("lost", True)]


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("Answers", "right: *forward*"),
        ("Tracks", "With alignment"),
        ("Against speed", "of the fastest test clips"),
        ("Results", "On the test clips ATA is right most often"),
        ("What a matching follows", "When a lamp steps on"),
        ("Files and link", "right: *forward*"),
    ],
)
def test_every_view_opens_from_a_link_and_begins_with_its_sentence(view, words):
    app = opened("temporal", {"show": view, "carousel-speed": "8.0"})
    assert complaints(app) == []
    (said,) = [text.value for text in app.markdown if words in text.value]
    assert ("knows the world" in said) == (view in ("Answers", "Tracks", "Files and link"))


def test_the_switch_of_alignment_changes_who_answers():
    app = opened("temporal", {"carousel-speed": "8.0"})
    before = app.markdown
    assert any("ATA is right" in text.value for text in before)
    app.toggle("align").set_value(False)
    settled(app.run())
    assert any("ATA without alignment" in text.value for text in app.markdown)
    assert not any("ATA is right" in text.value for text in app.markdown)
