"""What a matching comes to in one sentence: made results for every outcome."""

import numpy as np
import pytest

from vizcore.algorithms.matching.complexity import Cost, vit_cost
from vizcore.algorithms.matching.tracks import Tracks
from vizcore.algorithms.matching.walkthrough import EXAMPLES, walk
from vizcore.features.matching.pipeline import MethodScore, MethodScores, compare_methods, match_clip
from vizcore.features.matching.pipeline_truth import TruthScore, TruthScores
from vizcore.features.matching.pipeline_verdict import cost_verdict, matching_verdict, walk_verdict
from vizcore.runtime.clip_library import bundled

PARADE = str(bundled()["parade"].path)
NAN = float("nan")


def tracks(steps, method="hungarian", overruled=(), undecided=()):
    """T - 1 steps of N patches with cosines of .9; of those overruled another patch is more similar."""
    steps = np.array(steps)
    similarity = np.zeros((*steps.shape, steps.shape[1]), np.float32)
    np.put_along_axis(similarity, steps[..., None], 0.9, axis=-1)
    for step, patch in overruled:
        similarity[step, patch] = 0.95
        similarity[step, patch, steps[step, patch]] = 0.9
    unsure = np.zeros(steps.shape, bool)
    for step, patch in undecided:
        unsure[step, patch] = True
    return Tracks(steps, similarity, method, unsure)


STEP = [[1, 0, 2, 3]]
MOVING = np.array([[True, True, False, False]])
AGREES = np.array([[True, False, True, True]])


@pytest.mark.parametrize(
    ("found", "agrees", "moving", "sentence"),
    [
        (tracks(STEP), AGREES, MOVING, "50% of the moving patches agree with the optical flow."),
        (
            tracks(STEP, overruled=[(0, 2)]),
            AGREES,
            MOVING,
            "50% of the moving patches agree with the optical flow; Hungarian overruled 25% of the best matches.",
        ),
        (
            tracks(STEP, "greedy", overruled=[(0, 2)]),
            ~AGREES,
            MOVING,
            "50% of the moving patches agree with the optical flow; greedy overruled 25% of the best matches.",
        ),
        (
            tracks([[0, 1, 2, 3]], "identity"),
            AGREES,
            MOVING,
            "50% of the moving patches agree with the optical flow when every patch stays in place.",
        ),
        (
            tracks([[0, 1, 2, 3]]),
            AGREES,
            np.zeros((1, 4), bool),
            "No patch moves by more than one patch; all of them stay in place.",
        ),
        (tracks(STEP), AGREES, np.zeros((1, 4), bool), "No patch moves by more than one patch; 50% stay in place."),
        (
            tracks(STEP, undecided=[(0, 0), (0, 1), (0, 2)]),
            AGREES,
            MOVING,
            "Most patches look alike: for 75% of the matches another would do as well.",
        ),
        (
            Tracks(np.zeros((0, 4), int), np.zeros((0, 4, 4), np.float32), "hungarian"),
            np.zeros((0, 4), bool),
            np.zeros((0, 4), bool),
            "One frame: there is no next one to match it with.",
        ),
    ],
)
def test_a_matching_says_what_it_is_worth(found, agrees, moving, sentence):
    assert matching_verdict(found, agrees, moving) == sentence


def test_a_real_matching_says_the_shares_that_its_arrays_have():
    matching = match_clip(PARADE)
    agree = np.mean([a for a, m in zip(matching.agrees.ravel(), matching.moving.ravel()) if m])
    overruled = np.mean([one for row in matching.tracks.margin for one in row < -1e-5])
    assert matching.verdict == (
        f"{agree:.0%} of the moving patches agree with the optical flow; "
        f"Hungarian overruled {overruled:.0%} of the best matches."
    )


def scored(**shares):
    return MethodScores(MethodScore(name, share, share, 0.5, 0.9, 0.1) for name, share in shares.items())


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        (
            scored(hungarian=0.8, greedy=0.6, identity=0.1),
            "Hungarian agrees best with the optical flow: 80% of the moving patches, against 60% of greedy.",
        ),
        (
            scored(hungarian=0.8, greedy=0.801, identity=0.1),
            "Hungarian and greedy agree with the optical flow equally well: 80% of the moving patches.",
        ),
        (scored(greedy=0.7), "greedy agrees with the optical flow for 70% of the moving patches."),
        (scored(hungarian=NAN, greedy=NAN), "Nothing moves, so the optical flow tells no method from another."),
    ],
)
def test_methods_are_told_apart_by_the_flow(scores, sentence):
    assert scores.verdict == sentence


def test_real_scores_name_the_method_with_the_largest_share():
    scores = compare_methods(PARADE)
    best = max(scores, key=lambda one: one.agreement_moving)
    assert f"{best.agreement_moving:.0%} of the moving patches" in scores.verdict


def test_the_ground_truth_names_who_is_right_most_often():
    scores = TruthScores(
        [TruthScore("pixels", "greedy", 0.4, 0.5, 0.5), TruthScore("a net", "hungarian", 0.7, 0.5, 0.5)]
    )
    assert scores.verdict == "By the ground truth a net, Hungarian, is right most often: 70% of the patches."
    none = TruthScores([TruthScore("pixels", "greedy", NAN, NAN, NAN)])
    assert none.verdict == "No patch of this stretch holds enough of a thing to be scored."


def test_a_walk_says_whether_the_lines_as_they_were_read_restore_the_tokens():
    assert walk_verdict(walk(EXAMPLES["a chain of shifts"])) == (
        "Read this way, the algorithm matches every token, and de-alignment restores what was there."
    )
    late = walk_verdict(walk(EXAMPLES["a chain of shifts"], off_by_one=True))
    assert late.startswith("Read this way, the algorithm fails: not restored")


def test_the_cost_says_what_alignment_adds_and_what_it_spares():
    costs = {mode: vit_cost(mode) for mode in ("factorized", "ata")}
    more = (costs["ata"].macs + costs["ata"].matching) / costs["factorized"].macs - 1
    assert f"{abs(more):.1%} {'more' if more > 0 else 'fewer'} multiply-adds" in cost_verdict(costs)
    dear = cost_verdict({"factorized": Cost(100, 1000, {}), "ata": Cost(160, 1000, {}, 500)})
    assert dear == (
        "ATA needs 50.0% more multiply-adds than factorized attention, matching included, and 60 more parameters."
    )
    cheap = cost_verdict({"factorized": Cost(100, 1000, {}), "ata": Cost(60, 900, {}, 0)})
    assert cheap == (
        "ATA needs 10.0% fewer multiply-adds than factorized attention, matching included, and 40 fewer parameters."
    )
