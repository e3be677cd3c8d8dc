"""What every result of the alignment page comes to, in one sentence: each outcome from made-up numbers."""

import re

import numpy as np
import pytest
from test_alignment import verdict
from test_pages import complaints, opened

from vizcore.features.alignment import published as paper
from vizcore.features.alignment.pipeline import PIXELS, align_clips
from vizcore.features.alignment.pipeline_cycle import cycle, nearest
from vizcore.features.alignment.pipeline_many import together
from vizcore.features.alignment.pipeline_series import align_series
from vizcore.features.alignment.pipeline_story import stories
from vizcore.features.alignment.pipeline_verdict import (
    PathNumbers,
    cycle_verdict,
    minimum_verdict,
    nearest_verdict,
    path_verdict,
    soft_verdict,
    stories_verdict,
    table_verdict,
    together_verdict,
    with_caveat,
)
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.domain import Badge
from vizcore.video import write_video

NAN = float("nan")
FILM = Badge("outside", "knows only the world", "It was trained on the procedural world alone.")
RANDOM = Badge("random", "random weights", "It has learnt nothing.")
HOME = Badge("inside", "knows the world", "It was trained on clips like this one.")
OWN = Badge("unknown", "your own model", "Nobody knows.")


def path(**changed):
    usual = {"lengths": (48, 72), "cost": 0.06, "spread": 1.0, "tau": 0.9}
    return PathNumbers(**usual | changed)


def known(off, together=13.5, **changed):
    return path(off=off, together=together, span=72, **changed)


KEPT = "Nearest neighbours keep the order of time (Kendall's tau 0.90); a pair of the path costs 0.060 on the mean."


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        (known(1.7), "The path is 1.7 frames off the ground truth, against 13.5 when both are simply played together."),
        (
            known(0.3, 0.0),
            "The path is 0.3 frames off the ground truth; simply played together both are 0.0 off already.",
        ),
        (
            known(21.0),
            "No reliable alignment: the path is 21.0 frames off the ground truth, both clips simply played together "
            "are 13.5 off.",
        ),
        (path(), KEPT),
        (
            path(tau=0.3),
            "Nearest neighbours partly keep the order of time (Kendall's tau 0.30); a pair of the path costs 0.060 on "
            "the mean.",
        ),
        (
            path(tau=-0.03),
            "No reliable alignment: nearest neighbours keep no order of time (Kendall's tau −0.03).",
        ),
        (path(tau=-0.8), "No reliable alignment: nearest neighbours run backwards (Kendall's tau −0.80)."),
        (
            path(tau=NAN),
            "No reliable alignment: all moments of a clip have one and the same nearest neighbour.",
        ),
        (
            path(spread=0.0),
            "No reliable alignment: every moment of A is as much like one moment of B as like any other.",
        ),
        (
            path(lengths=(1, 72), tau=NAN, spread=0.0),
            "One moment is joined with every moment of the other side: there is no order to keep.",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_path_is_said_to_be_as_far_off_as_it_is_known_to_be(numbers, sentence):
    assert path_verdict(numbers, None) == sentence
    assert path_verdict(numbers, HOME) == sentence
    assert path_verdict(numbers, OWN) == sentence


def test_what_a_model_does_not_know_comes_first():
    assert path_verdict(path(), FILM) == f"The model does not know such clips; {KEPT[0].lower()}{KEPT[1:]}"
    assert path_verdict(known(21.0), RANDOM).startswith("The model has random weights; no reliable alignment: the path")
    assert with_caveat(FILM, "γ is 0: one path.") == "The model does not know such clips; γ is 0: one path."
    assert with_caveat(FILM, "Kendall's tau is 1.") == "The model does not know such clips; Kendall's tau is 1."


def test_a_path_off_by_little_is_no_failure_even_where_no_warping_was_needed():
    assert "No reliable" not in path_verdict(known(7.1, 7.0), None)
    assert "No reliable" in path_verdict(known(7.3, 7.0), None)


@pytest.mark.parametrize(
    ("paths", "warped", "sentence"),
    [
        (
            [known(1.0, 6.0), known(2.0, 8.0)],
            True,
            "The 2 clips are 1.5 frames off the ground truth on the mean, 7.0 when simply played together; the worst "
            "is clip 2 with 2.0.",
        ),
        (
            [known(1.0, 6.0)],
            True,
            "The other clip is 1.0 frames off the ground truth on the mean, 6.0 when simply played together.",
        ),
        (
            [known(1.0, 6.0), known(2.0, 8.0)],
            False,
            "Simply played together: 7.0 frames off the ground truth on the mean; warped, 1.5.",
        ),
        (
            [path(), path()],
            False,
            "The 2 clips are simply played together with the reference; nobody knows how far that is off.",
        ),
        (
            [path(), path(tau=0.4)],
            True,
            "The 2 clips are warped onto the reference with a Kendall's tau of 0.65 on the mean; the least tau is "
            "0.40, of clip 2.",
        ),
        ([path()], True, "The other clip is warped onto the reference with a Kendall's tau of 0.90."),
        ([path(), path(tau=0.0), known(30.0)], True, "No reliable alignment for clips 2 and 3."),
        ([path(), path(tau=0.0)], True, "No reliable alignment for clip 2."),
        ([path(tau=0.0)] * 3, True, "No reliable alignment for any of the 3 clips."),
        ([path(tau=0.0)], True, "No reliable alignment for clip 1."),
    ],
)
def test_many_clips_are_off_on_the_mean_and_those_that_fail_are_named(paths, warped, sentence):
    assert together_verdict(paths, warped, None) == sentence
    if warped:
        assert together_verdict(paths, warped, FILM) == with_caveat(FILM, sentence)


def test_neighbours_keep_the_order_of_time_or_do_not():
    assert nearest_verdict((0.99, 0.98)) == (
        "Nearest neighbours keep the order of time: Kendall's tau is 0.99 from A to B and 0.98 back."
    )
    assert nearest_verdict((0.4, 0.2)).startswith("Nearest neighbours partly keep the order of time")
    assert nearest_verdict((0.1, -0.1)).startswith("Nearest neighbours keep no order of time")
    assert nearest_verdict((-0.9, -0.8)).startswith("Nearest neighbours run backwards: Kendall's tau is −0.90")
    assert nearest_verdict((NAN, 0.5)).startswith("Kendall's tau is undefined")


def test_moments_that_return_are_counted_within_the_tolerance():
    returned = np.array([0, 2, 3, 3])
    assert cycle_verdict(returned, 0, 1.0) == (
        "2 of 4 moments of A return exactly to where they began; the cycle loss is 1.000 nats."
    )
    assert cycle_verdict(returned, 1, 1.0).startswith("All 4 moments of A return within 1 place of where they began")
    assert cycle_verdict(returned[::-1], 2, 1.0).startswith("2 of 4 moments of A return within 2 places of")
    assert cycle_verdict(np.array([5, 5, 5]), 1, 1.0).startswith("0 of 3 moments")


def test_the_share_of_the_weight_on_the_path_is_that_of_both_signs():
    gradient = np.array([[1.0, -1.0], [0.0, 2.0]])
    diagonal = np.array([[0, 0], [1, 1]])
    assert soft_verdict(gradient, diagonal, 0.5, 3.0) == (
        "At γ = 0.5 the whole costs 3.00, and 75% of the weight lies on the hard path."
    )
    assert soft_verdict(gradient, diagonal, 0, 3.0) == "γ is 0: the expected alignment is one path, at a cost of 3.00."


def test_what_needs_no_clip_has_its_sentence():
    assert minimum_verdict(3, 0.5, 0.2316, 0.5493) == (
        "Of 3 values at γ = 0.5 smoothMin is at most 0.232 too large, min^γ at most 0.549 too small."
    )
    assert stories_verdict([0.5, 0.25, NAN]).startswith("38% of the pairs of actions are out of the common order")
    assert stories_verdict([0.0, 0.0]) == "All 2 videos do everything in one order: warping alone can align them."
    assert stories_verdict([NAN]).startswith("No video has two different actions")


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        ("1", "In Table 1 Ours is best in all 6 columns, 2.92 to 4.46 points ahead of the second."),
        ("2", "In Table 2 Ours is best in all 2 columns, 2.63 to 3.34 points ahead of the second."),
        ("3", "In Table 3 Ours is best in all 4 columns, 0.05 to 3.04 points ahead of the second."),
        ("4", "In Table 4 Ours is best, 4.76 points ahead of the second."),
    ],
)
def test_the_best_method_of_every_table_is_named(which, sentence):
    assert table_verdict(f"Table {which}", paper.columns(which)) == sentence


def test_a_table_without_one_winner_says_in_how_many_columns_the_best_is_best():
    table = {"x": {"a": 3.0, "b": 1.0}, "y": {"a": 1.0, "b": 2.0}, "z": {"a": 5.0, "b": 1.0}}
    assert table_verdict("T", table) == "In T a is best in 2 of 3 columns, 2.00 to 4.00 points ahead of the second."


# ---- of real results


def test_real_results_say_what_they_come_to(tmp_path):
    clips = {name: str(entry.path) for name, entry in bundled().items()}
    found = align_clips(clips["cartwheel"], other=clips["cartwheel"], model=PIXELS, limit=12)
    assert found.pair.badge is None
    assert found.verdict == (
        "The path is 0.0 frames off the ground truth; simply played together both are 0.0 off already."
    )
    assert nearest(found.pair).verdict.startswith("Nearest neighbours keep the order of time: Kendall's tau is 1.00")
    assert cycle(found.pair).verdict.startswith("All 12 moments of A return within 1 place")
    assert align_series("a pulse, early", other="a pulse, late").verdict.startswith("Nearest neighbours keep the order")
    assert re.match(r"\d+% of the pairs of actions", stories(seed=0, count=2).verdict)
    others = (clips["throw"], clips["sit"])
    many = together(clips["cartwheel"], others=others, titles=("0", "1", "2"), model=PIXELS, limit=12)
    assert many.verdict.startswith(("No reliable alignment for", "The 2 clips are warped onto the reference"))
    apart = together(clips["cartwheel"], others=others, titles=("0", "1", "2"), model=PIXELS, limit=12, warped=False)
    assert apart.verdict.startswith("The 2 clips are simply played together")


@pytest.fixture
def film(monkeypatch, tmp_path):
    """A clip of the server's folder that nobody has the truth of."""
    frames = np.random.default_rng(0).integers(0, 255, (12, 64, 64, 3), np.uint8)
    write_video(tmp_path / "film.mp4", frames, 10)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    return "media/film.mp4"


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("view", ["Path", "Soft alignment", "Cycle", "Nearest neighbours"])
def test_on_a_film_every_view_begins_with_what_the_embedder_does_not_know(film, view):
    app = opened("alignment", {"part": "Two clips", "a": film, "b": "cartwheel", "limit": "12", "show": view})
    assert complaints(app) == []
    assert verdict(app).startswith("The model does not know such clips; ")
    assert verdict(app).count("knows only the world") == 1
    app = opened("alignment", {"part": "Two clips", "a": film, "b": "cartwheel", "model": PIXELS, "show": view})
    assert "does not know" not in verdict(app)


@pytest.mark.usefixtures("one_thread")
def test_random_weights_are_said_to_be_random():
    app = opened("alignment", {"part": "Two clips", "model": "gta-untrained", "limit": "12"})
    assert verdict(app).startswith("The model has random weights; ")


@pytest.mark.parametrize("view", ["A soft minimum", "Re-organised", "The paper's tables"])
def test_an_old_link_to_the_background_leads_there(view):
    app = opened("alignment", {"part": view})
    assert complaints(app) == []
    assert (app.session_state["part"], app.session_state["background"]) == ("Background", view)
    assert verdict(app).startswith(("Of 3 values", "39% of the pairs", "In Table 1"))
