"""What rows of heat come to, in a sentence: every outcome, made up; and that of a real clip."""

from dataclasses import dataclass

import numpy as np
import pytest

from vizcore.features.heatmaps.pipeline import heat_maps
from vizcore.features.heatmaps.pipeline_answers import badges_of, class_scores
from vizcore.features.heatmaps.pipeline_faithfulness import faithfulness, heat_on_things
from vizcore.features.heatmaps.pipeline_scale import heat_difference
from vizcore.features.heatmaps.pipeline_verdict import (
    classes_verdict,
    difference_verdict,
    faithfulness_verdict,
    heat_verdict,
    things_verdict,
)
from vizcore.models import find
from vizcore.runtime.clip_library import bundled

ENTRY = bundled()["lanterns-slow"]
CLIP = str(ENTRY.path)
RAMP = np.arange(8, dtype=np.float32).reshape(2, 2, 2)
ODD = np.array([1, -1, -1, 1, 1, -1, -1, 1], np.float32).reshape(2, 2, 2)  # unlike RAMP
SOME = RAMP + 2 * ODD
FLAT = np.ones((2, 2, 2), np.float32)
NONE = "This net has no attention over time alone."


def said(heats, why_not=(), domains=None, rows="rows"):
    names = ["a-net", "b-net", "c-net"][: len(heats)]
    return heat_verdict(names, heats, why_not, domains or ["inside"] * len(heats), rows)


@pytest.mark.parametrize(
    ("heats", "sentence"),
    [
        ([RAMP, RAMP + 1], "a-net and b-net look at the same patches: correlation 1.00."),
        ([RAMP, SOME], "a-net and b-net look at the same patches: correlation 0.75."),
        ([RAMP, RAMP + 4 * ODD], "a-net and b-net look at partly the same patches: correlation 0.50."),
        ([RAMP, ODD], "a-net and b-net look at other patches: correlation 0.00."),
        ([RAMP, -RAMP], "a-net and b-net look at opposite patches: correlation −1.00."),
        ([RAMP, RAMP, SOME], "All rows look at the same patches: correlation 0.75 or more."),
        (
            [RAMP, RAMP, ODD],
            "a-net and b-net agree most about where to look, correlation 1.00; a-net and c-net least, 0.00.",
        ),
        ([RAMP], "The hottest tenth of the patches holds 25% of the heat of a-net."),
        ([RAMP, FLAT], "The hottest tenth of the patches holds 25% of the heat of a-net."),
        ([FLAT, FLAT], "The heat is the same everywhere: it points at nothing."),
    ],
    ids=str,
)
def test_rows_agree_about_where_to_look_or_do_not(heats, sentence):
    assert said(heats) == sentence


def test_rows_that_share_nothing_say_so():
    third = np.array([1, 1, -1, -1, -1, -1, 1, 1], np.float32).reshape(2, 2, 2)
    assert said([RAMP, ODD, third], rows="panes") == (
        "No two panes look at the same patches: correlation 0.00 at most."
    )


def test_grids_that_differ_are_made_one():
    fine = np.arange(16, dtype=np.float32).reshape(1, 4, 4)
    coarse = fine[:, ::2, ::2]
    assert said([fine, np.repeat(np.repeat(coarse, 2, 1), 2, 2)]) == said([fine, coarse])


def test_why_there_is_no_heat_is_said_where_it_is_one_reason():
    assert said([None, None], [NONE, NONE]) == "There is no heat: this net has no attention over time alone."
    assert said([None, None], [NONE, "Another."]) == "There is no heat."


@pytest.mark.parametrize(
    ("domains", "rest"),
    [
        (["inside", "unknown"], ""),
        (["outside", "outside"], "; none of these nets knows such a clip"),
        (["outside", "inside"], "; a-net does not know such a clip"),
        (["none of its classes", "inside"], "; a-net sees none of its classes"),
        (["none of its classes", "none of its classes"], "; a-net and b-net see none of their classes"),
        (["random", "random"], "; all weights are random"),
        (["outside", "random"], "; a-net does not know such a clip and the weights of b-net are random"),
    ],
)
def test_heat_of_nets_that_do_not_know_such_a_clip_says_so(domains, rest):
    assert said([RAMP, -RAMP], domains=domains) == (
        f"a-net and b-net look at opposite patches: correlation −1.00{rest}."
    )


def test_of_many_strangers_the_first_is_named():
    assert said([RAMP, RAMP, RAMP], domains=["outside", "outside", "unknown"]).endswith(
        "; a-net and b-net do not know such a clip."
    )


@dataclass(frozen=True)
class Said:
    name: str
    classes: tuple = ()
    of_truth: float | None = None
    domain: str = "inside"


RIGHT = Said("a-net", (("a_throw", 0.9), ("sit", 0.1)), 0.9)
WRONG = Said("b-net", (("sit", 0.6), ("a_throw", 0.4)), 0.4)
OTHER = Said("c-net", (("forward", 0.95),))
HIDDEN = Said("d-net", domain="outside")
RANDOM = Said("e-net", domain="random")
UNSEEN = Said("f-net", domain="none of its classes")


@pytest.mark.parametrize(
    ("found", "label", "sentence"),
    [
        ([RIGHT], "a_throw", "a-net predicts the ground truth, *a throw*, with 90%."),
        ([WRONG], "a_throw", "b-net predicts *sit*, 60%; the ground truth, *a throw*, has 40%."),
        ([RIGHT, RIGHT], "a_throw", "All 2 rows predict the ground truth, *a throw*; a-net gives it most, 90%."),
        ([RIGHT, WRONG], "a_throw", "1 of 2 rows predicts the ground truth, *a throw*; a-net gives it most, 90%."),
        ([WRONG, WRONG], "a_throw", "None of 2 rows predicts the ground truth, *a throw*; b-net gives it most, 40%."),
        ([OTHER], "a_throw", "No net here knows the class *a throw*; c-net predicts *forward*, 95%."),
        ([OTHER], "", "c-net predicts *forward*, 95%."),
        ([RIGHT, RIGHT], "", "2 rows predict *a throw*, a-net with most confidence, 90%."),
        ([RIGHT, OTHER], "", "2 rows predict 2 classes; c-net is the most confident: *forward*, 95%."),
        ([HIDDEN, HIDDEN], "", "These nets do not know such a clip: what they predict is not shown."),
        ([HIDDEN], "", "d-net does not know such a clip: what it predicts is not shown."),
        ([HIDDEN, RANDOM], "", "These nets do not know such a clip: what they predict is not shown."),
        ([UNSEEN], "", "f-net sees none of its classes."),
        ([UNSEEN, UNSEEN], "", "None of these nets sees one of its classes."),
        ([UNSEEN, HIDDEN], "", "These nets do not know such a clip: what they predict is not shown."),
        ([RIGHT, UNSEEN], "", "a-net predicts *a throw*, 90%; f-net sees none of its classes."),
        ([RANDOM, RANDOM], "", "These nets have random weights: they have learnt no classes."),
        ([Said("own", domain="unknown")], "", "None of these nets names classes."),
        ([RIGHT, HIDDEN], "", "a-net predicts *a throw*, 90%; d-net does not know such a clip."),
        ([RIGHT, RANDOM], "", "a-net predicts *a throw*, 90%; the weights of e-net are random."),
    ],
    ids=str,
)
def test_predictions_are_held_to_the_ground_truth_where_it_is_known(found, label, sentence):
    assert classes_verdict(found, label) == sentence


def test_a_difference_says_where_which_row_is_hotter():
    less = np.array([0.5, 0.2, -0.3, 0.0, 0.05, 0, 0, -0.05, 0, 0]).reshape(1, 2, 5)
    assert difference_verdict(less, "a", "b") == (
        "a and b have the same heat, to a tenth of the scale, in 70% of the patches; a is hotter in 20% and cooler "
        "in 10%."
    )
    assert difference_verdict(less / 10, "a", "b") == "a and b have the same heat, to a tenth of the scale."
    assert difference_verdict(less, "a", "a") == "a minus itself is nothing: choose two rows in the settings."


@pytest.mark.parametrize(
    ("gaps", "sentence"),
    [
        ({}, "There is no heat whose faithfulness could be measured."),
        ({"a": (0.3, 0.1)}, "The heat of a is faithful beyond chance: its gap is 0.30 ± 0.10 over it."),
        (
            {"a": (0.3, 0.1), "b": (0.5, 0.2), "c": (0.1, 0.1)},
            "2 of 3 heat maps are faithful beyond chance, most that of b: its gap is 0.50 ± 0.20 over it.",
        ),
        (
            {"a": (0.3, 0.1), "b": (0.1, 0.1)},
            "1 of 2 heat maps is faithful beyond chance, most that of a: its gap is 0.30 ± 0.10 over it.",
        ),
        (
            {"a": (0.3, 0.1), "b": (0.5, 0.1)},
            "All 2 heat maps are faithful beyond chance, most that of b: its gap is 0.50 ± 0.10 over it.",
        ),
        ({"a": (0.1, 0.1)}, "No heat is more faithful than chance: that of a has a gap of 0.10 ± 0.10 over it."),
        (
            {"a": (0.1, 0.1), "b": (-0.5, 0.1)},
            "No heat is more faithful than chance: the best, that of a, has a gap of 0.10 ± 0.10 over it.",
        ),
        ({"a": (-0.5, 0.1)}, "This heat is less faithful than chance: its coolest patches matter most."),
        (
            {"a": (-0.5, 0.1), "b": (-0.4, 0.1)},
            "All of this heat is less faithful than chance: its coolest patches matter most.",
        ),
    ],
    ids=str,
)
def test_heat_is_faithful_where_its_gap_is_twice_the_spread_of_chance(gaps, sentence):
    assert faithfulness_verdict(gaps) == sentence


@pytest.mark.parametrize(
    ("shares", "area", "sentence"),
    [
        ({}, 0.0, "There is no heat that could lie on people and things."),
        ({"a": float("nan")}, 0.2, "There is no heat that could lie on people and things."),
        ({"a": 0.2}, 0.0, "These frames show no people and no things."),
        (
            {"a": 0.5, "b": 0.3},
            0.2,
            "The heat of a prefers people and things most: 50% of it, 2.5 times the 20% of the picture that they "
            "cover.",
        ),
        (
            {"a": 0.5},
            0.2,
            "The heat of a prefers people and things: 50% of it, 2.5 times the 20% of the picture that they cover.",
        ),
        (
            {"a": 0.2, "b": 0.1},
            0.2,
            "The heat does not prefer people and things: 20% of it at most, and they cover 20% of the picture.",
        ),
        (
            {"a": 0.1},
            0.2,
            "The heat does not prefer people and things: 10% of it, and they cover 20% of the picture.",
        ),
    ],
    ids=str,
)
def test_heat_prefers_people_and_things_where_it_is_more_than_they_cover(shares, area, sentence):
    assert things_verdict(shares, area) == sentence


@pytest.fixture(scope="module")
def maps():
    return heat_maps(CLIP)


def test_the_verdicts_of_a_real_clip_have_its_numbers(maps):
    heats = {row.name: row.heat.ravel() for row in maps.rows}
    names = list(heats)
    pairs = {
        (one, other): np.corrcoef(heats[one], heats[other])[0, 1]
        for k, one in enumerate(names)
        for other in names[k + 1 :]
    }
    (most, best), (least, worst) = max(pairs.items(), key=lambda p: p[1]), min(pairs.items(), key=lambda p: p[1])
    assert maps.verdict == (
        f"{' and '.join(most)} agree most about where to look, correlation {best:.2f}; "
        f"{' and '.join(least)} least, {worst:.2f}."
    )
    right = [row for row in maps.rows if row.top(1)[0][0] == "forward"]
    truth = maps.rows[3].probabilities[find("lamps-ata").classes.index("forward")]
    assert class_scores(maps).verdict == (
        f"{len(right)} of 4 rows predicts the ground truth, *forward*; lamps-ata gives it most, {truth:.0%}."
    )
    less = heat_difference(maps, 0, 3)
    assert f"lamps-space is hotter in {(less.values > 0.1).mean():.0%}" in less.verdict
    found = heat_on_things(maps, ENTRY.truth)
    assert f"they cover {found.shares['lamps-ata'].area:.0%} of the picture" in found.verdict
    tried = faithfulness(CLIP, models=["lamps-ata"], method="rollout", steps=2)
    assert f"{tried[0].over_chance:.2f} ± {tried[0].spread:.2f}" in tried.verdict


def test_models_that_are_equally_at_home_share_a_badge(maps):
    (badge,) = badges_of(maps.rows)
    assert (badge.domain, badge.why) == ("inside", "These models were trained on clips like this one.")
    mixed = heat_maps(CLIP, models=["lamps-ata", "vit-small-ata"])
    assert [one.domain for one in badges_of(mixed.rows)] == ["inside", "random"] == [row.domain for row in mixed.rows]
    assert badges_of(mixed.rows)[0].why.startswith(find("lamps-ata").title), "one model is named"
