"""The sentence that each result of localisation begins with, for every outcome there is."""

import numpy as np
import pytest

from vizcore.algorithms.detection.set_matching import Weights
from vizcore.features.localization.pipeline import locate, people_at, survey
from vizcore.features.localization.pipeline_example import EARLIER, LATER, LIST, TRUTH
from vizcore.features.localization.pipeline_loss import lesson
from vizcore.features.localization.pipeline_precision import compare_files
from vizcore.features.localization.pipeline_stages import FORMS, stages
from vizcore.features.localization.pipeline_verdict import (
    Actors,
    Detected,
    claimed,
    lesson_verdict,
    people_verdict,
    survey_verdict,
)
from vizcore.features.localization.pipeline_verdict_precision import (
    Chance,
    Group,
    Outcome,
    calibration_verdict,
    class_verdict,
    difference_verdict,
    errors_verdict,
    precision_verdict,
    sensitivity_verdict,
    stages_verdict,
    table_verdict,
)
from vizcore.features.localization.published import TABLE_1
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.world_clips import truth_of

pytestmark = pytest.mark.usefixtures("one_thread")
NAN = float("nan")
LEFT, MIDDLE, RIGHT = np.array([[0, 0, 0.3, 1], [0.35, 0, 0.65, 1], [0.7, 0, 1, 1]])


def seen(*said, boxes=(LEFT, MIDDLE, RIGHT)):
    return Detected("Net", 48, 0.4, 0.9 if said else 0.3, np.array(boxes[: len(said)]).reshape(-1, 4), said)


def there(*does):
    return Actors(np.array((LEFT, MIDDLE, RIGHT)[: len(does)]).reshape(-1, 4), does)


BEND, WAVE, SIT = ("bend", 0.981), ("wave", 0.9), ("sit", 0.5)


@pytest.mark.parametrize(
    ("found", "actors", "sentence"),
    [
        (seen(), None, "No token is above θ = 0.4 in frame 48; the highest p(actor) is 0.30."),
        (seen(), there(("bend",)), "No token is above θ = 0.4 in frame 48; the highest p(actor) is 0.30."),
        (seen(BEND), None, "Net predicts 1 actor in frame 48: *bend* 0.98; there is no ground truth."),
        (
            seen(*[BEND, WAVE, SIT, SIT], boxes=[LEFT] * 4),
            None,
            "Net predicts 4 actors in frame 48: *bend* 0.98, *wave* 0.90, *sit* 0.50 and 1 more; there is no ground "
            "truth.",
        ),
        (seen(BEND), there(), "Nobody acts in frame 48, but 1 box is above θ."),
        (seen(BEND, WAVE), there(), "Nobody acts in frame 48, but 2 boxes are above θ."),
        (
            seen(BEND, WAVE),
            there(("bend", "push"), ("wave",)),
            "Net finds 2 of 2 actors in frame 48; *bend* 0.98 and *wave* 0.90 are right.",
        ),
        (
            seen(BEND, SIT, boxes=(MIDDLE, LEFT)),
            there(("stand", "wave"), ("bend",), ("walk", "kick")),
            "Net finds 2 of 3 actors in frame 48; *bend* 0.98 is right, *sit* 0.50 should be *stand and wave*; it "
            "misses who does *walk and kick*.",
        ),
        (
            seen(BEND, boxes=(RIGHT,)),
            there(("bend",)),
            "Net finds 0 of 1 actor in frame 48; it misses who does *bend*; 1 box holds no actor.",
        ),
        (
            seen(BEND, WAVE, boxes=(LEFT, LEFT)),
            there(
                (),
            ),
            "Net finds 1 of 1 actor in frame 48; nobody knows what they do; 1 box holds no actor.",
        ),
    ],
)
def test_a_key_frame_says_whom_the_model_finds_and_misses(found, actors, sentence):
    assert people_verdict(found, actors) == sentence


def test_a_person_is_claimed_once_and_by_a_box_that_covers_them_enough():
    boxes = np.array([LEFT, LEFT, [0.35, 0, 0.5, 1], [0.35, 0, 0.49, 1]])
    assert claimed(boxes, np.array([LEFT, MIDDLE])) == [0, None, 1, None]


def test_a_survey_says_how_many_actors_there_are_on_the_mean():
    assert survey_verdict("Net", 0.4, np.zeros(3), []) == (
        "Net predicts no actor in 3 key frames: no token is above θ = 0.4."
    )
    assert survey_verdict("Net", 0.4, np.array([2, 1]), ["sit", "sit", "bend"]) == (
        "Net predicts 1.5 actors in each of 2 key frames, and *sit* for 67% of them."
    )


def test_a_lesson_says_who_is_matched_and_where_the_loss_is_from():
    shares = {"words": 1.5, "actor or not": 0.5}
    assert lesson_verdict(2, 2, 2.0, shares) == (
        "2 actors are matched with a token each; the loss of this key frame is 2.00, 75% of it by words."
    )
    assert lesson_verdict(3, 1, 2.0, shares).startswith("1 of 3 actors is matched with a token each; ")
    assert lesson_verdict(0, 0, 0.0, {"words": 0.0}) == (
        "Nobody acts in this key frame, so every token would learn “no actor”; the loss of this key frame is 0.00."
    )


ONE, TWO = Outcome("A", 0.412, {"wave": 0.83, "jump": 0.12}), Outcome("B", 0.5, {"wave": 0.9, "jump": 0.1})


@pytest.mark.parametrize(
    ("outcomes", "chance", "iou", "sentence"),
    [
        ([Outcome("A", NAN, {})], None, 0.5, "No class has ground truth, so there is no average precision."),
        ([Outcome("A", 0.4, {"sit": 0.4})], None, 0.5, "A: frame-mAP 40.0% over 1 class."),
        ([ONE], None, 0.5, "A: frame-mAP 41.2% over 2 classes; best *wave* 83%, worst *jump* 12%."),
        ([ONE], None, 0.6, "A: mAP at an IoU of 0.6 41.2% over 2 classes; best *wave* 83%, worst *jump* 12%."),
        (
            [ONE, TWO],
            Chance(1, 0, 8.8, 0.01),
            0.5,
            "B reaches a frame-mAP of 50.0% over 2 classes, A 41.2%; 1 is better beyond chance and none worse.",
        ),
        (
            [ONE, TWO],
            Chance(0, 0, 8.8, 0.4),
            0.5,
            "B reaches a frame-mAP of 50.0% over 2 classes, A 41.2%; no class differs beyond chance.",
        ),
        (
            [ONE, TWO],
            Chance(0, 0, 8.8, NAN),
            0.5,
            "B reaches a frame-mAP of 50.0% over 2 classes, A 41.2%; with one video nothing can be said of chance.",
        ),
    ],
)
def test_average_precision_has_its_mean_and_what_differs_beyond_chance(outcomes, chance, iou, sentence):
    assert precision_verdict(outcomes, chance, iou) == sentence


def test_a_difference_names_the_class_that_changes_most():
    assert difference_verdict(None, {}) == "There is one result: choose a second to compare them."
    assert difference_verdict(Chance(2, 1, -3.0, 0.2), {"a": 0.1, "b": -0.21, "c": 0.0}) == (
        "Of 3 classes 2 are better beyond chance and 1 worse; the mean changes by -3.0 points, *b* most, by -21.0."
    )


def test_a_class_has_its_hits_and_its_false_positives():
    assert class_verdict(ONE, "wave", 8, 9, 1) == (
        "A finds 8 of 9 boxes of *wave*, with 1 false positive of any confidence: AP 83%."
    )


def test_the_kind_of_error_that_costs_most_is_named_where_one_costs_anything():
    assert errors_verdict("A", {"class": 0.123, "miss": 0.01}) == (
        "Errors of the kind *class* cost A most: 12.3 points of mAP."
    )
    assert errors_verdict("A", {"class": 0.0, "miss": NAN}) == "No kind of error costs A anything."


def test_calibration_says_which_way_scores_are_off():
    assert calibration_verdict({"A": None}) == "These scores are no probabilities, so there is nothing to calibrate."
    assert calibration_verdict({"A": (0.1, 0.05), "B": (0.02, -0.01), "C": None}) == (
        "Scores are off on average: A by 0.100, too high; B by 0.020, too low."
    )


def test_what_is_hard_is_where_groups_differ_most():
    assert sensitivity_verdict("A", [Group("size", "small", NAN)]) == (
        "No group has ground truth, so nothing is hard or easy."
    )
    flat = [Group("size", "small", 0.5), Group("size", "large", 0.5)]
    assert sensitivity_verdict("A", flat) == ("Nothing makes people harder to find for A: AP is 50% in every group.")
    assert sensitivity_verdict("A", [*flat, Group("number", "1", 0.8), Group("number", "4 or more", 0.2)]) == (
        "What is hard for A is told best by number: AP 20% at 4 or more, 80% at 1."
    )


def test_the_papers_nets_and_table_have_their_sentences():
    assert stages_verdict({"a": (1_000_000, 10**9), "b": (500_000, 3 * 10**9)}) == (
        "The net takes 4.0 × 10⁹ multiply-adds, 75% of them in b, and has 1.5 million parameters."
    )
    assert stages(next(iter(FORMS))).verdict.startswith("The net takes 12")
    assert table_verdict([(row.method, row.map, row.end_to_end) for row in TABLE_1]) == (
        "As printed, BMViT Hiera-L is best end to end with 38.5 mAP, and Hiera-L with a detector before it: 39.8."
    )


def test_results_say_their_own_verdict():
    crowd = bundled()["crowd"].path
    sighting, truth = locate(crowd, key=48), truth_of(crowd)
    present = people_at(truth, 48)
    assert sighting.verdict.startswith("small BMViT predicts 3 actors in frame 48: ")
    assert sighting.verdict_at(0.38, present).startswith("small BMViT finds 3 of 3 actors in frame 48; ")
    assert sighting.verdict_at(1.0, present).startswith("No token is above θ = 1 in frame 48; ")
    assert survey(crowd).verdict.startswith("small BMViT predicts ")
    assert lesson(sighting, present, Weights()).verdict.startswith("3 actors are matched with a token each; ")
    alone = compare_files(TRUTH, other=EARLIER, actions=LIST)
    assert alone.verdict.startswith(f"{alone.titles[0]}: frame-mAP {alone.results[0].mean:.1%} over 12 classes; best *")
    both = compare_files(TRUTH, other=EARLIER, second=LATER, actions=LIST)
    better, worse = both.difference.better(), both.difference.worse()
    assert (both.chance.better, both.chance.worse) == (len(better), len(worse))
    assert "beyond chance" in both.verdict
