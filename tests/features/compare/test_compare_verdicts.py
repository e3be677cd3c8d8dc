"""What panes come to, in a sentence: every outcome, made up; and what stands on the page of real ones."""

from dataclasses import dataclass

import numpy as np
import pytest
from shown import words
from test_pages import complaints, opened, settled

from vizcore.algorithms.statistics.paired_mean import MeanDifference
from vizcore.features.compare.pipeline import compare
from vizcore.features.compare.pipeline_numbers import Gaps, hide, pane_answers, spread
from vizcore.features.compare.pipeline_verdict import answers_verdict, number, spread_verdict, strengths_verdict
from vizcore.models import find
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.domain import badge
from vizcore.video import write_video

SLOW, FAST, THROW = (str(bundled()[word].path) for word in ("lanterns-slow", "lanterns-fast", "throw"))
WORDS = "probability of the true class"


@pytest.mark.parametrize(
    ("strengths", "same", "sentence"),
    [
        (
            {"pane 1": 0.5, "pane 2": 0.2, "pane 3": 0.3},
            True,
            "The heat is strongest in pane 1, mean heat 0.50, and weakest in pane 2, 0.20.",
        ),
        ({"pane 1": 0.5, "pane 2": 0.501}, True, "The heat is as strong on every clip: mean heat 0.50."),
        (
            {"a": 0.5, "b": 0.2},
            False,
            "The panes show different clips: where their heat lies can be seen, but not compared.",
        ),
        ({"pane 1": 0.5}, True, "The panes show different clips: where their heat lies can be seen, but not compared."),
        ({}, True, "There is no heat: this net has none."),
    ],
    ids=str,
)
def test_heat_of_several_clips_is_strongest_on_one(strengths, same, sentence):
    assert strengths_verdict(strengths, "mean heat", ["This net has none."] * 2, same) == sentence


def test_panes_without_heat_for_several_reasons_have_none():
    assert strengths_verdict({}, "mean heat", ["One.", "Two."], True) == "There is no heat."


@dataclass(frozen=True)
class Said:
    name: str
    classes: tuple = ()
    of_truth: float | None = None
    domain: str = "inside"


RIGHT, WRONG = Said("a", (("sit", 0.9),), 0.9), Said("b", (("run", 0.7),), 0.2)


@pytest.mark.parametrize(
    ("found", "label", "sentence"),
    [
        ([RIGHT, WRONG], "sit", "1 of 2 panes predicts the ground truth; a gives it 90%, b 20%."),
        ([RIGHT, RIGHT, WRONG], "sit", "2 of 3 panes predict the ground truth; a gives it 90%, b 20%."),
        ([RIGHT, RIGHT], "sit", "All 2 panes predict the ground truth; a gives it 90%, a 90%."),
        ([WRONG, WRONG], "sit", "None of 2 panes predicts the ground truth; b gives it 20%, b 20%."),
        ([RIGHT, Said("c", (("run", 0.3),))], "sit", "a predicts the ground truth, *sit*, with 90%."),
        ([Said("a", (("sit", 0.9),)), WRONG], "", "2 panes predict 2 classes; a is the most confident: *sit*, 90%."),
        (
            [Said("a", domain="outside"), Said("b", domain="outside")],
            "",
            "These nets do not know such a clip: what they predict is not shown.",
        ),
        (
            [Said("a", domain="random"), Said("b", domain="random")],
            "sit",
            "These nets have random weights: they have learnt no classes.",
        ),
        (
            [RIGHT, WRONG, Said("pane 3", domain="random")],
            "sit",
            "1 of 2 panes predicts the ground truth; a gives it 90%, b 20%; the weights of pane 3 are random.",
        ),
    ],
    ids=str,
)
def test_answers_differ_by_what_they_give_the_ground_truth(found, label, sentence):
    assert answers_verdict(found, [label] * len(found)) == sentence


def test_each_pane_is_held_to_the_ground_truth_of_its_own_clip():
    assert answers_verdict([RIGHT, WRONG], ["sit", "run"]) == (
        "All 2 panes predict the ground truth; a gives it 90%, b 20%."
    )


def difference(each, low, high) -> MeanDifference:
    each = np.array(each, float)
    known = each[np.isfinite(each)]
    return MeanDifference(each, float(known.mean()) if len(known) else np.nan, low, high, len(known))


KNOWN = {"a": np.array([0.5, 0.5]), "b": np.array([0.7, 0.9])}
CLEAR, UNCLEAR = difference([0.2, 0.4], 0.2, 0.4), difference([-0.1, 0.2], -0.1, 0.2)
BEHIND = difference([-0.2, -0.4], -0.4, -0.2)
ONE, NO_CLIP = difference([0.2], np.nan, np.nan), difference([np.nan, np.nan], np.nan, np.nan)


@pytest.mark.parametrize(
    ("differences", "measure", "sentence"),
    [
        (
            {"b": CLEAR},
            "true_probability",
            f"b is better than a beyond chance over 2 clips: {WORDS}, +0.30 on average, 95% interval +0.20 to +0.40.",
        ),
        (
            {"b": BEHIND},
            "gap",
            f"a is better than b beyond chance over 2 clips: {WORDS}, +0.30 on average, 95% interval +0.20 to +0.40.",
        ),
        (
            {"b": CLEAR},
            "energy",
            f"b has more than a beyond chance over 2 clips: {WORDS}, +0.30 on average, 95% interval +0.20 to +0.40.",
        ),
        (
            {"b": CLEAR, "c": UNCLEAR, "d": BEHIND},
            "right",
            f"b is better than a beyond chance over 2 clips: {WORDS}, +0.30 on average, 95% interval +0.20 to +0.40; "
            "2 of 3 panes differ so from a.",
        ),
        (
            {"b": UNCLEAR},
            "right",
            "No difference beyond chance over 2 clips: the difference, b minus a, is +0.05, 95% interval −0.10 to "
            "+0.20.",
        ),
        (
            {"b": UNCLEAR, "c": UNCLEAR},
            "right",
            "No difference beyond chance over 2 clips: the largest difference, b minus a, is +0.05, 95% interval "
            "−0.10 to +0.20.",
        ),
        ({"b": ONE}, "right", "One clip says nothing of chance: b minus a is +0.20 there."),
        ({"b": NO_CLIP}, "right", f"a alone: {WORDS}, mean 0.50 over 2 clips."),
        ({}, "right", f"a alone: {WORDS}, mean 0.50 over 2 clips."),
    ],
    ids=str,
)
def test_over_many_clips_a_pane_is_better_or_nobody_knows(differences, measure, sentence):
    assert spread_verdict(KNOWN, differences, "a", measure, WORDS) == sentence


def test_a_measure_that_is_known_on_no_clip_says_so():
    assert spread_verdict({"a": np.array([np.nan])}, {}, "a", "right", WORDS) == (
        f"There is no clip on which the {WORDS} is known."
    )


@pytest.mark.parametrize(
    ("value", "word"), [(0.314, "+0.31"), (-0.314, "−0.31"), (0.0123, "+0.012"), (0.0, "+0.00"), (12.345, "+12.35")]
)
def test_numbers_keep_what_counts(value, word):
    assert number(value, signed=True) == word


def test_the_verdicts_of_real_panes_have_their_numbers():
    found = compare([SLOW] * 2, models=["lamps-ata", "lamps-space"])
    heats = [row.heat.ravel() for row in found.rows().rows]
    assert found.verdict.startswith("lamps-ata and lamps-space look at ")
    assert f"correlation {np.corrcoef(*heats)[0, 1]:.2f}" in found.verdict
    truths = [pane.true_probability for pane in found.panes]
    assert pane_answers(found).verdict == (
        f"1 of 2 panes predicts the ground truth; lamps-ata gives it {truths[0]:.0%}, lamps-space {truths[1]:.0%}."
    )
    clips = compare([SLOW, THROW], models=["lamps-ata"] * 2)
    means = [row.heat.mean() for row in clips.rows().rows]
    assert f"strongest in pane {1 + int(np.argmax(means))}, mean heat {number(max(means))}" in clips.verdict
    same = compare([SLOW] * 2, models=["lamps-ata"] * 2)
    assert same.verdict == "Pane 1 and pane 2 look at the same patches: correlation 1.00."
    mixed = compare([SLOW, THROW], models=["lamps-ata", "acts-ata"])
    assert mixed.verdict.startswith("The panes show different clips")


def test_gaps_say_whose_heat_is_faithful():
    assert Gaps([{"gap": 0.5, "chance": 0.1}, {}]).verdict == (
        "The heat of pane 1 is faithful beyond chance: its gap is 0.50 ± 0.10 over it."
    )


def test_what_a_model_says_of_a_clip_that_it_does_not_know_is_hidden_from_the_spread(tmp_path):
    film = tmp_path / "film.mp4"
    write_video(film, np.random.default_rng(0).integers(0, 255, (12, 64, 96, 3), np.uint8), 12)
    clips, models = [(SLOW, str(film))] * 2, ("lamps-ata", "vit-small-space")
    found = spread(clips, models=models)
    badges = [[badge(find(model), clip) for clip in each] for model, each in zip(models, clips, strict=True)]
    shown = [np.isfinite(hide(found, badges, anyway).values("probability")).tolist() for anyway in (False, True)]
    assert shown == [[[True, False], [False, False]], [[True, True], [False, False]]]
    assert "One clip says nothing" not in found.verdict
    assert found.verdict.startswith("Pane 1 alone: probability of the true class")


@pytest.fixture
def film(monkeypatch, tmp_path) -> str:
    """The id of a clip that nobody has rendered here."""
    write_video(tmp_path / "film.mp4", np.random.default_rng(0).integers(0, 255, (12, 64, 96, 3), np.uint8), 12)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    return "media/film.mp4"


def named(app) -> list[str]:
    """The classes that are on the page."""
    table = app.dataframe[0].value if app.dataframe else {}
    said = [word for word in table.get("says", ()) if word]
    return said + [word for word in ("forward", "backward", "flicker") if word in words(app)]


def switch(app):
    return next((one for one in app.toggle if one.label == "Show anyway"), None)


def test_a_film_shows_no_class_and_no_confidence_before_somebody_asks(film):
    app = opened("compare", {"clip": film, "show": "Scores", "panes": "2"})
    assert words(app).startswith(":material/warning: These models were trained on the procedural world alone")
    assert named(app) == []
    assert not {"says", "probability"} & set(app.dataframe[0].value)
    switch(app).set_value(True)
    settled(app.run())
    assert len(named(app)) == 2
    assert {"says", "probability"} <= set(app.dataframe[0].value)
    assert "none of these nets knows such a clip" in words(app)


@pytest.mark.parametrize("show", ["Heat over time", "What they saw", "Files and link"])
def test_heat_of_a_film_is_shown_and_no_class(film, show):
    app = opened("compare", {"clip": film, "show": show, "panes": "2"})
    assert complaints(app) == []
    assert named(app) == []
    assert switch(app) is None
    assert "orange-badge[:material/warning: knows only the world]" in words(app)


def test_confidences_on_films_are_hidden_over_many_clips(film):
    query = {"show": "Over many clips", "set": "my choice", "clips": film, "panes": "2"}
    app = opened("compare", query | {"measure": "probability of the likeliest class"})
    assert words(app).startswith(":material/warning: These models were trained on the procedural world alone")
    assert not app.dataframe
    switch(app).set_value(True)
    settled(app.run())
    assert len(app.dataframe[0].value) == 2
    other = opened("compare", query | {"measure": "mean heat, in the model's own numbers"})
    assert complaints(other) == []
    assert switch(other) is None
