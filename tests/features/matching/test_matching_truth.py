"""Matching is scored against the truth: counted by hand, perfect for the true matching, fair to staying in place."""

import numpy as np
import pytest

from vizcore.algorithms.matching.matching import METHODS, Tracks
from vizcore.features.matching.figures_truth import truth_figure, truth_table
from vizcore.features.matching.pipeline_truth import compare_with_truth, true_matches
from vizcore.runtime.context import Context
from vizcore.runtime.store import Store
from vizcore.synthetic.truth import Surface, Thing, Truth, load_truth, recall, true_partner
from vizcore.video import write_video

SIDE, GRID = 32, (4, 4)


def a_square_that_moves(steps: tuple[tuple[int, int], ...], side: int = 8) -> Truth:
    """A thing of side x side px whose upper left corner is at (x, y) of each frame, before a ground that stays."""
    surface = np.zeros((len(steps), SIDE, SIDE), np.uint8)
    places = np.zeros((len(steps), 2, 2, 3), np.float32)
    places[..., 0, 0] = places[..., 1, 1] = 1
    for t, (x, y) in enumerate(steps):
        surface[t, y : y + side, x : x + side] = 1
        places[t, 1, :, 2] = x, y
    nothing = np.full((len(steps), 1), np.nan, np.float32)
    return Truth(
        surface,
        places,
        (Surface("ground"), Surface("square", 0)),
        (Thing("square", "object"),),
        nothing,
        nothing,
        np.full((len(steps), 1, 0, 2), np.nan, np.float32),
    )


def tracks_of(steps: np.ndarray) -> Tracks:
    count = steps.shape[1]
    return Tracks(steps, np.zeros((len(steps), count, count), np.float32), "by hand")


def test_votes_are_the_pixels_that_go_from_patch_to_patch():
    """A square of 8 x 8 px fills patch 0 and moves 4 px to the right: half of it is in patch 1."""
    votes = a_square_that_moves(((0, 0), (4, 0))).votes(0, 1, GRID)
    expected = np.zeros((16, 16), int)
    expected[0, 0] = expected[0, 1] = 32
    assert (votes == expected).all()


def test_moved_pixels_are_those_of_their_surface():
    truth = a_square_that_moves(((0, 0), (5, 3)))
    there = truth.moved(0, 1)
    assert (there[2, 4] == (9, 5)).all()
    assert (there[20, 20] == (20, 20)).all()


def test_covered_pixels_do_not_vote():
    truth = a_square_that_moves(((0, 0), (8, 0)))
    ground = truth.votes(0, 1, GRID, truth.surface[0] == 0)
    assert ground[1].sum() == 0
    assert ground[5, 5] == 64


def test_boxes_and_masks_are_what_is_seen():
    truth = a_square_that_moves(((2, 3), (30, 3)))
    assert truth.boxes()[0, 0].tolist() == [2, 3, 10, 11]
    assert truth.boxes()[1, 0].tolist() == [30, 3, 32, 11]
    assert truth.mask(0).sum() == 64 + 16


def test_the_box_of_what_is_not_seen_is_unknown():
    truth = a_square_that_moves(((0, 0), (0, 0)))
    truth.surface[1] = 0
    assert np.isnan(truth.boxes()[1]).all()


def test_the_true_matching_follows_everything_and_the_identity_what_stays():
    truth = a_square_that_moves(((0, 0), (8, 0)))
    votes = truth.votes(0, 1, GRID)
    assert recall(votes, true_partner(votes)) == 1.0
    assert recall(votes, np.arange(16)) == 0.0
    assert np.isnan(recall(np.zeros((16, 16), int), np.arange(16)))


def test_scores_of_a_clip_are_those_counted_by_hand():
    """Two steps: into the next patch, which one matching follows and the other does not, and then none at all."""
    matches = true_matches(a_square_that_moves(((0, 0), (8, 0), (8, 0))), np.arange(3), GRID)
    follows, stays = np.tile(np.arange(16), (2, 1)), np.tile(np.arange(16), (2, 1))
    follows[0, [0, 1]] = 1, 0
    good, lazy = matches.score(tracks_of(follows), "x"), matches.score(tracks_of(stays), "x")
    assert (good.right, good.recall, good.recall_moving) == (1.0, 1.0, 1.0)
    assert (lazy.right, lazy.recall, lazy.recall_moving) == (0.5, 0.5, 0.0)


def test_either_of_two_equal_matches_is_right():
    matches = true_matches(a_square_that_moves(((0, 0), (4, 0))), np.arange(2), GRID)
    onward = np.arange(16)[None].copy()
    onward[0, [0, 1]] = 1, 0
    assert matches.score(tracks_of(onward), "x").right == matches.score(tracks_of(np.arange(16)[None]), "x").right == 1


def test_patches_that_hold_little_of_a_thing_do_not_count():
    matches = true_matches(a_square_that_moves(((6, 0), (6, 0)), side=4), np.arange(2), GRID)
    assert not matches.held.any()
    assert np.isnan(matches.score(tracks_of(np.arange(16)[None]), "x").right)


def test_the_truth_of_some_frames_is_cut_out():
    truth = a_square_that_moves(((0, 0), (8, 0), (16, 0)))
    cut = truth.at(np.array([2, 0]))
    assert (cut.boxes()[:, 0, 0] == (16, 0)).all()


def test_a_saved_truth_is_read_back_whole(tmp_path):
    truth = a_square_that_moves(((0, 0), (8, 0)))
    truth.save(tmp_path / "a.npz")
    back = load_truth(tmp_path / "a.npz")
    assert (back.surface == truth.surface).all()
    assert (back.places == truth.places).all()
    assert (back.surfaces, back.things, back.labels) == (truth.surfaces, truth.things, truth.labels)


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    """A bright patterned square crosses a dark ground, one patch a frame."""
    folder = tmp_path_factory.mktemp("truth")
    truth = a_square_that_moves(tuple((8 * t, 8) for t in range(4)))
    pattern = np.random.default_rng(0).integers(90, 256, (8, 8, 3), np.uint8)
    frames = np.full((4, SIDE, SIDE, 3), 20, np.uint8)
    for t in range(4):
        frames[t, 8:16, 8 * t : 8 * t + 8] = pattern
    write_video(folder / "a.mp4", frames.repeat(4, 1).repeat(4, 2), 4)
    truth.save(folder / "a.truth.npz")
    context = Context(None, Store(folder / "store"))
    settings = {"truth": folder / "a.truth.npz", "sources": ("pixels",), "count": 4, "span": 9.0, "across": 4}
    return compare_with_truth(folder / "a.mp4", **settings, context=context)


def test_every_method_is_scored_and_content_beats_place(scores):
    found = {score.method: score for score in scores}
    assert list(found) == list(METHODS)
    assert found["hungarian"].right == 1.0
    assert found["identity"].right == found["identity"].recall_moving == 0.0


def test_scores_are_drawn_and_tabled_with_their_numbers(scores):
    fig, rows = truth_figure(scores), truth_table(scores)
    assert [trace.name for trace in fig.data] == ["Hungarian", *list(METHODS)[1:]]
    assert fig.data[0].x[0] == rows[0]["patches right"] == 1.0
