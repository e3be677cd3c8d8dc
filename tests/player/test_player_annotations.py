"""Annotations in the player: what they refuse, and how small they travel."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from test_player import clip

from vizcore.player import Annotations, Boxes, Lines, Mask, Style, player
from vizcore.player.annotations import annotation_arrays, annotation_words, run_lengths
from vizcore.player.payload import UNKNOWN, pack

TWO = (Style("one", "#0072B2"), Style("other", "#E69F00", dashed=True))


def boxes(count=2, **fields) -> Boxes:
    given = {"frames": np.arange(count), "corners": np.zeros((count, 4)), "styles": np.zeros(count, int)}
    return Boxes(**{**given, **fields})


def lines(**fields) -> Lines:
    given = {"frames": np.arange(2), "points": np.zeros((2, 3, 2)), "styles": np.zeros(2, int), "bones": [(0, 2)]}
    return Lines(**{**given, **fields})


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Style("x", "red"), "#rrggbb"),
        (lambda: boxes(corners=np.zeros((2, 3))), r"got .*\(2, 3\)"),
        (lambda: boxes(labels=["one"]), "want boxes of"),
        (lambda: boxes(scores=np.zeros(3)), "want boxes of"),
        (lambda: boxes(frames=np.array([1, 0])), "never fall"),
        (lambda: boxes(frames=np.array([-1, 0])), "from 0 on"),
        (lambda: boxes(frames=np.array([0.0, 1.0])), "frame numbers of boxes"),
        (lambda: lines(points=np.zeros((2, 3))), "want points"),
        (lambda: lines(styles=np.zeros(3, int)), "want points"),
        (lambda: lines(bones=[(0, 3)]), "bones between points 0 to 2"),
        (lambda: Mask(np.zeros((2, 3), np.uint8)), "want a mask"),
        (lambda: Mask(np.zeros((2, 3, 4))), "want a mask"),
        (lambda: Annotations(TWO, boxes(styles=np.array([0, 2]))), "styles of 0 to 1, got 0 to 2"),
        (lambda: Annotations(TWO, lines=lines(styles=np.array([0, -1]))), "styles of 0 to 1, got -1"),
        (lambda: Annotations(TWO, mask=Mask(np.full((1, 2, 2), 3, np.uint8))), "styles of 0 to 1"),
    ],
)
def test_annotations_that_do_not_fit_themselves_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(
    "annotations",
    [
        Annotations(TWO, boxes(5)),
        Annotations(TWO, lines=lines(frames=np.array([0, 4]))),
        Annotations(TWO, mask=Mask(np.zeros((3, 2, 2), np.uint8))),
    ],
)
def test_annotations_beyond_the_clip_are_refused(annotations):
    with pytest.raises(ValueError, match=r"below 4, got 4|each of 4 frames, got 3"):
        player([clip()], key="p", annotations=annotations)


@given(arrays(np.uint8, st.tuples(*[st.integers(1, 9)] * 3), elements=st.integers(0, 3)))
def test_runs_give_the_maps_back(maps):
    values, lengths, starts = run_lengths(maps)
    assert np.repeat(values, lengths).reshape(maps.shape).tolist() == maps.tolist()
    assert len(starts) == len(maps) + 1
    for frame, (first, stop) in enumerate(pairwise(starts)):
        assert np.array_equal(np.repeat(values[first:stop], lengths[first:stop]), maps[frame].ravel())


def test_a_run_longer_than_two_bytes_can_count_is_cut():
    maps = np.zeros((2, 300, 300), np.uint8)
    _, lengths, starts = run_lengths(maps)
    assert lengths.astype(int).sum() == maps.size
    assert starts.tolist() == [0, 2, 4]


def test_the_masks_of_a_clip_travel_in_a_few_kilobytes():
    y, x = np.mgrid[:192, :192]
    maps = np.stack([((x - 60 - t) ** 2 + (y - 90) ** 2 < 900).astype(np.uint8) for t in range(48)])
    block, _ = pack(annotation_arrays(Annotations(TWO, mask=Mask(maps)), 0))
    assert len(block) < maps.size / 40


def test_places_travel_with_four_decimals_and_what_is_unknown_stays_apart():
    given = boxes(1, corners=np.array([[0.12344, -0.5, np.nan, 1e9]]))
    sent = annotation_arrays(Annotations(TWO, given), 0)["box.corners.0"]
    assert sent.tolist() == [1234, -5000, UNKNOWN, UNKNOWN]


def test_each_word_travels_once():
    annotations = Annotations(TWO, boxes(4, labels=["sits", "stands", "sits", "sits"]))
    assert annotation_words(annotations)["labels"] == ["sits", "stands"]
    assert annotation_arrays(annotations, 1)["box.labels.1"].tolist() == [0, 1, 0, 0]
