"""Clips of the world from a word: rendered once, kept within limits, with a truth that belongs to their frames."""

import json
import os

import numpy as np
import pytest

from vizcore.features.world.page_annotations import TENTHS, annotations_of, colours_of, doing, tiers_of
from vizcore.features.world.pipeline import FIELDS, follow, scenario_json
from vizcore.runtime import clip_library
from vizcore.runtime.context import Context
from vizcore.runtime.store import Store
from vizcore.runtime.world_clips import rendered, room_for_one, truth_of
from vizcore.synthetic.shot import SCENES, filmed, shot, shot_of
from vizcore.synthetic.truth_file import truth_path
from vizcore.video import probe, read_frames, write_video

WORD = "world-carousel-3-flicker-speed6"


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    return Context(None, Store(tmp_path_factory.mktemp("store")))  # no model has a part in this


@pytest.fixture(scope="module")
def entry(context):
    return rendered(WORD, context=context)


@pytest.fixture(scope="module")
def truth(entry):
    return truth_of(entry.path)


def test_a_rendered_clip_is_the_shot_and_its_truth_lies_beside_it(entry):
    clip = filmed(shot_of(WORD))
    info = probe(entry.path)
    assert (info.frames, info.width, info.height) == (len(clip.frames), *clip.frames.shape[2:0:-1])
    assert info.duration == pytest.approx(SCENES["carousel"].count / SCENES["carousel"].rate, rel=0.01)
    shown = read_frames(entry.path, [0, 40]).astype(int)
    assert np.abs(shown - clip.frames[[0, 40]]).mean() < 6  # levels of 255 lost to the codec
    assert entry.truth == truth_path(entry.path)
    assert np.array_equal(truth_of(entry.path).surface, clip.truth.surface)


def test_a_clip_is_rendered_once(entry, context, monkeypatch):
    def never(*args):
        raise AssertionError("rendered again")

    monkeypatch.setattr("vizcore.synthetic.shot.render", never)
    assert rendered(WORD, context=context) == entry


@pytest.mark.parametrize("word", ["world-carousel-3-sideways", "../../etc/passwd", "world-carousel-3-none-speed77", ""])
def test_a_word_of_no_clip_writes_nothing(word, context):
    before = sorted(context.store.root.rglob("*"))
    with pytest.raises(ValueError, match="want"):
        rendered(word, context=context)
    assert sorted(context.store.root.rglob("*")) == before


def test_a_clip_that_came_with_the_app_is_not_rendered(tmp_path, monkeypatch, context, entry):
    (tmp_path / "mine.mp4").write_bytes(entry.path.read_bytes())
    (tmp_path / "mine.json").write_text(json.dumps({"title": "Mine", "about": "A clip.", "shot": "world-act-7-wave"}))
    monkeypatch.setattr(clip_library, "CLIPS", tmp_path)
    found = rendered("world-act-7-wave", context=context)
    assert (found.path, found.title, found.clip_id) == (tmp_path / "mine.mp4", "Mine", "world-act-7-wave")


def test_the_clips_opened_longest_ago_room_for_one_with_their_truths(tmp_path):
    for age, name in enumerate("abcd"):
        for path in (tmp_path / f"{name}.mp4", tmp_path / f"{name}.truth.npz"):
            path.write_bytes(bytes(100))
            os.utime(path, (1000 - age, 1000 - age))
    room_for_one(tmp_path, clips=4)
    assert sorted(path.name for path in tmp_path.glob("*")) == [f"{n}.{e}" for n in "abc" for e in ("mp4", "truth.npz")]
    room_for_one(tmp_path, clips=9, size=450)
    assert sorted(path.stem for path in tmp_path.glob("*.mp4")) == ["a", "b"]


def test_a_clip_without_truth_has_none_and_cannot_be_followed(tmp_path):
    path = tmp_path / "plain.mp4"
    write_video(path, np.zeros((3, 32, 32, 3), np.uint8), 25)
    assert truth_of(path) is None
    with pytest.raises(ValueError, match="want a clip with ground truth"):
        follow(path)


@pytest.mark.parametrize("rubbish", [b"", b"PK\x03\x04", b"Dear reader,"])
def test_a_truth_that_cannot_be_read_is_refused(tmp_path, rubbish):
    truth_path(tmp_path / "x.mp4").write_bytes(rubbish)
    with pytest.raises(ValueError, match=r"want what Truth.save wrote, got x\.truth\.npz"):
        truth_of(tmp_path / "x.mp4")


def test_a_followed_patch_of_a_lantern_stays_on_it(entry, truth):
    followed = follow(entry.path, count=24, across=16)
    first, height = truth.boxes()[0], truth.surface.shape[1]
    for lamp in range(4):
        x, y = (first[lamp, :2] + first[lamp, 2:]) / 2
        patch = int(y * 16 // height) * 16 + int(x * 16 // height)
        for frame, there in zip(followed.frames, followed.tracks.sigma[:, patch], strict=True):
            row, column = divmod(int(there), 16)
            cell = truth.surface[frame][row * 24 : row * 24 + 24, column * 24 : column * 24 + 24]
            assert (cell == lamp + 1).mean() > 0.4


@pytest.mark.parametrize("wrong", [{"count": 1}, {"across": 1}, {"across": 99}])
def test_a_wrong_number_is_refused_in_words(entry, wrong):
    with pytest.raises(ValueError, match="want 2 frames or more and 2 to 32 patches"):
        follow(entry.path, **wrong)


def test_the_sheet_says_what_the_truth_says_and_names_its_fields(truth):
    sheet = json.loads(scenario_json(truth, 24))
    for name in sheet.keys() - {"fields", "joint names", "joints", "labels", "states"}:
        assert any(name in key.split(", ") for key in FIELDS), name
    assert [thing["name"] for thing in sheet["things"]] == [f"lamp {k}" for k in range(1, 5)]
    np.testing.assert_allclose(np.array(sheet["boxes"], float), truth.boxes(), atol=0.051)
    assert [[sheet["states"]["of lamps"][int(one)] for one in row] for row in sheet["state"]] == [
        [doing(truth, frame, k) for k in range(4)] for frame in range(len(truth.surface))
    ]
    assert {value for row in sheet["phase"] for value in row} == {None}


def truth_in_words(truth, frame: int, lamp: int) -> str:
    return ("red", "green", "blue")[int(truth.state[frame, lamp])]


def test_the_annotations_are_the_boxes_and_masks_of_the_truth(truth):
    annotations = annotations_of(truth)
    assert [style.name for style in annotations.styles] == [thing.name for thing in truth.things]
    at = annotations.boxes.frames * len(truth.things) + annotations.boxes.styles
    whole = truth.boxes().reshape(-1, 4)[at]
    np.testing.assert_allclose(annotations.boxes.corners * truth.surface.shape[1], whole, rtol=1e-5)
    places = zip(annotations.boxes.frames.tolist(), annotations.boxes.styles.tolist(), strict=True)
    assert annotations.boxes.labels == [f"lamp {k + 1}: {truth_in_words(truth, frame, k)}" for frame, k in places]
    for k in range(4):
        share = (annotations.mask.maps == k + 1).mean()
        assert share == pytest.approx(truth.mask(k).mean(), rel=0.05)


def test_the_rows_of_a_timeline_are_whole_and_say_what_the_ground_truth_is(truth):
    rows = {tier.label: tier.segments for tier in tiers_of(truth)}
    assert list(rows) == ["lamp 1", "lamp 2", "lamp 3", "lamp 4", "moments"]
    for k in range(4):
        doings = [one.label for one in rows[f"lamp {k + 1}"] for _ in range(one.start, one.stop)]
        assert doings == [doing(truth, frame, k) for frame in range(len(truth.surface))]
    assert {one.start for one in rows["moments"]} == {event.frame for event in truth.events}


def test_people_have_skeletons_phases_and_a_name_for_what_they_do():
    known = filmed(shot("act", 2, "throw", count=24), 96, 1).truth
    annotations = annotations_of(known)
    assert annotations.boxes.labels[0].startswith("person: ")
    assert annotations.lines.points.shape[1:] == (14, 2)
    np.testing.assert_allclose(annotations.lines.points[5], known.joints[5, 0] / 96, rtol=1e-5)
    rows = {tier.label: tier.segments for tier in tiers_of(known)}
    assert [(one.start, one.stop, one.label) for one in rows["person"]] == [(0, 24, "throw")]
    for one in rows["phase of person"]:
        tenth = int(one.label.rstrip("%")) / 100
        assert (known.phase[one.start : one.stop, 0] >= tenth - 1e-6).all()
        assert (known.phase[one.start : one.stop, 0] <= tenth + 1 / TENTHS + 1e-6).all()


def test_bystanders_are_drawn_broken_and_distractors_grey():
    known = filmed(shot("crowd", 4, people=1, bystanders=2, clutter=6), 96, 1).truth
    roles = [thing.role for thing in known.things]
    assert [style.dashed for style in annotations_of(known).styles] == [
        role in ("bystander", "distractor") for role in roles
    ]
    colours = colours_of(known)
    people = [colour for colour, role in zip(colours, roles, strict=True) if role in ("actor", "bystander")]
    assert len(set(people)) == 3
    grey = {colour for colour, role in zip(colours, roles, strict=True) if role == "distractor"}
    assert grey <= {"#7F7F7F"}
    assert not grey & set(people)
