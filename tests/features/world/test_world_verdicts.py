"""The sentence that every view of the page of the world begins with: each outcome, and some real clips."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from test_pages import complaints, opened

from vizcore.features.world.pipeline import follow
from vizcore.features.world.pipeline_verdict import tracks_verdict, world_verdict
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.world_clips import truth_of
from vizcore.synthetic.truth import Event, Segment, Thing


def made(things=(), segments=(), events=(), frames=48, states=None, pace=float("nan"), label=""):
    """As much of a truth as a sentence is made of."""
    rows = [Thing(name, role) for name, role in things]
    return SimpleNamespace(
        surface=np.zeros((frames, 2, 2)),
        things=rows,
        segments=[Segment(thing, name, first, stop) for thing, name, first, stop in segments],
        events=[Event(thing, name, frame) for thing, name, frame in events],
        state=np.full((frames, len(rows)), np.nan) if states is None else states,
        pace=pace,
        label=label,
    )


ACTOR, OTHER, BYSTANDER = ("person", "actor"), ("person", "actor"), ("person", "bystander")
LAMPS = [(f"lamp {k}", "object") for k in range(4)]
ON = np.zeros((48, 4))


@pytest.mark.parametrize(
    ("truth", "words"),
    [
        (made([ACTOR], [(0, "sit_down", 0, 48)]), "One actor sits down: 1 segment in 2.0 s."),
        (
            made([ACTOR, BYSTANDER, BYSTANDER], [(0, "sit_down", 0, 20), (0, "stand_up", 30, 48)]),
            "One actor sits down and stands up: 2 segments in 2.0 s; 2 bystanders.",
        ),
        (
            made([ACTOR, OTHER, BYSTANDER], [(0, "push", 0, 9), (1, "b", 0, 9), (0, "c", 9, 20), (1, "d", 9, 20)]),
            "2 actors push, b, c and d: 4 segments in 2.0 s; 1 bystander.",
        ),
        (
            made([ACTOR], [(0, name, 0, 9) for name in ("push", "walk_back", *"cdef")]),
            "One actor pushes, walks back, cs and does 3 more things: 6 segments in 2.0 s.",
        ),
        (made([BYSTANDER]), "Nobody acts in these 2.0 s; 1 bystander."),
        (made(), "Nobody acts in these 2.0 s."),
        (
            made(LAMPS, events=[(k, "steps", 36) for k in range(3)], states=ON, pace=4.0, label="forward"),
            "4 lamps in 2.0 s, moving 4 px a frame; 3 step on at 1.5 s (*forward*).",
        ),
        (
            made(LAMPS, events=[(0, "steps", 12), (0, "steps", 36)], states=ON, pace=0.0, label="flicker"),
            "4 lamps in 2.0 s, at rest; 1 step on at 0.5 s and 1.5 s (*flicker*).",
        ),
        (made(LAMPS, states=ON, label="none"), "4 lamps in 2.0 s; none steps on (*none*)."),
    ],
)
def test_a_clip_says_who_does_what(truth, words):
    assert world_verdict(truth, 24) == words


def test_tracks_say_what_becomes_of_the_patches():
    share, overruled = np.array([[1.0, 1], [0.5, 1]]), np.array([[False, False], [True, False]])
    words = "In the last of 2 frames 75% of a patch's pixels are still in one patch"
    lost = f"{words}; 1 of 2 patches have lost theirs."
    assert tracks_verdict(SimpleNamespace(share=share, overruled=overruled)) == lost
    kept = f"{words}, and no patch is lost."
    assert tracks_verdict(SimpleNamespace(share=share, overruled=overruled & False)) == kept
    still = SimpleNamespace(share=np.ones((2, 3)), overruled=np.zeros((2, 3), bool))
    assert tracks_verdict(still) == "Nothing moves: all 3 patches keep their pixels."


def test_real_clips_say_what_their_truth_says():
    path = str(bundled()["sit"].path)
    assert world_verdict(truth_of(path), 24).startswith("One actor sits down: 1 segment in 2.0 s")
    followed = follow(path)
    assert f"{followed.tracks.share[-1].mean():.0%} of a patch's pixels" in followed.verdict
    truth = truth_of(str(bundled()["crowd"].path))
    assert " actors " in world_verdict(truth, 24)
    assert world_verdict(replace(truth, segments=()), 24).startswith("Nobody acts")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "One actor sits down"),
        ({"what": "A crowd", "show": "Who is there"}, " actors "),
        ({"what": "Lamps"}, "4 lamps in 3.0 s"),
        ({"show": "Patches"}, "of a patch's pixels are still in one patch"),
        ({"show": "Files and link"}, "One actor sits down"),
    ],
    ids=str,
)
def test_every_view_begins_with_its_sentence(query, words):
    app = opened("world", query)
    assert complaints(app) == []
    assert any(words in text.value for text in app.markdown)
