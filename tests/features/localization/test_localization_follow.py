"""A box is followed: against what is known of a made film, the words of a link, the verdicts, and the files."""

import csv
import io
import json

import cv2
import numpy as np
import pytest

import vizcore
from vizcore.algorithms.detection.boxes import corner_iou
from vizcore.features.localization.export_follow import EVERY, SECONDS, followed_csv, followed_json, followed_video
from vizcore.features.localization.export_task_follow import TASK, opened
from vizcore.features.localization.figures_follow import inside
from vizcore.features.localization.pipeline_follow import (
    MOST_DRAWN,
    MOST_PEOPLE,
    FollowedBox,
    FollowedBoxes,
    boxes_of,
    boxes_word,
    follow_boxes,
)
from vizcore.features.localization.pipeline_follow_patches import stretch
from vizcore.features.localization.pipeline_follow_start import MIDDLE, moving_box
from vizcore.features.localization.pipeline_verdict_follow import Outcome, follow_verdict
from vizcore.formats.ava_files import read_ava_csv
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.world_clips import truth_of
from vizcore.video import probe, write_video

pytestmark = pytest.mark.usefixtures("one_thread")
CROWD = bundled()["crowd"].path
WIDTH, HEIGHT, SIDE = 320, 180, 60
FAST = {"count": 24, "across": 24}


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A chequered square that walks over a still ground, and its box in every frame as shares."""
    rng = np.random.default_rng(0)
    ground = cv2.resize(rng.integers(60, 200, (9, 16, 3), np.uint8), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    thing = cv2.resize(rng.integers(0, 255, (5, 5, 3), np.uint8), (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
    frames, boxes = [], []
    for k in range(48):
        x, y = round(60 + 3 * k), round(50 + 20 * np.sin(k / 8))
        frame = ground.copy()
        frame[y : y + SIDE, x : x + SIDE] = thing
        frames.append(frame)
        boxes.append([x / WIDTH, y / HEIGHT, (x + SIDE) / WIDTH, (y + SIDE) / HEIGHT])
    path = tmp_path_factory.mktemp("film") / "square.mp4"
    write_video(path, np.stack(frames), 24)
    return path, np.array(boxes)


def made(**changed) -> FollowedBox:
    """A person in four frames over three seconds, lost in the third."""
    given = {
        "number": 2,
        "frames": np.array([0, 10, 20, 30]),
        "times": np.array([0.0, 1.0, 2.0, 3.0]),
        "size": (200, 100),
        "shares": np.array([[0.1, 0.2, 0.3, 0.6]] * 4) + 0.1 * np.arange(4)[:, None],
        "confidence": np.array([1.0, 0.5, 0.1, 0.25]),
        "drawn": np.array([0]),
    }
    return FollowedBox(**given | changed)


# ---- following


def test_a_thing_that_moves_is_followed_both_ways_and_between_the_frames_that_are_looked_at(film):
    path, truth = film
    (one,) = follow_boxes(path, boxes=(boxes_word({20: truth[20]}),), **FAST).people
    assert one.frames.tolist() == sorted({*stretch(probe(path).times, 24, 0, 10).tolist(), 20})
    every, sure = one.at(np.arange(48))
    assert corner_iou(every, truth).min() > 0.75
    assert not one.lost.any()
    assert sure[20] == 1
    assert one.boxes == pytest.approx(one.shares * [WIDTH, HEIGHT, WIDTH, HEIGHT])


def test_a_correction_holds_the_box_where_it_was_drawn(film):
    path, truth = film
    aside = np.array([0.05, 0.05, 0.2, 0.3])
    (one,) = follow_boxes(path, boxes=(boxes_word({0: truth[0], 47: aside}),), **FAST).people
    assert one.drawn.tolist() == [0, 47]
    assert one.shares[-1] == pytest.approx(aside, abs=1e-3)
    assert one.shares[0] == pytest.approx(truth[0], abs=1e-3)
    assert one.confidence[[0, -1]].tolist() == [1, 1]


def test_persons_keep_their_numbers_and_do_not_change_each_other(film):
    path, truth = film
    word, other = boxes_word({0: truth[0]}), "24.100.100.300.400"
    both = follow_boxes(path, boxes=(word, "", other), **FAST)
    assert [one.name for one in both.people] == ["Person 1", "Person 3"]
    (alone,) = follow_boxes(path, boxes=("", "", other), **FAST).people
    assert np.array_equal(alone.shares, both.people[1].shares)


def test_the_same_box_is_found_again_in_the_store_and_another_source_follows_as_well(film):
    path, truth = film
    given = {"boxes": (boxes_word({0: truth[0]}),)} | FAST
    first, again = follow_boxes(path, **given), follow_boxes(path, **given)
    assert np.array_equal(first.people[0].shares, again.people[0].shares)
    (other,) = follow_boxes(path, source="gradient", **given).people
    assert corner_iou(other.shares, truth[other.frames]).mean() > 0.7


def test_before_anybody_has_drawn_the_box_is_around_what_moves_or_an_actors(film):
    path, truth = film
    (one,) = follow_boxes(path, **FAST).people
    at = int(np.searchsorted(one.frames, one.drawn[0]))
    assert one.start == "motion"
    assert corner_iou(one.shares[at], truth[one.drawn[0]]) > 0.3
    known = truth_of(CROWD)
    (actor,) = follow_boxes(CROWD, **FAST).people
    first = next(k for k, thing in enumerate(known.things) if thing.role == "actor")
    height, width = known.surface.shape[1:]
    assert actor.start == "ground truth"
    assert actor.shares[0] == pytest.approx(known.boxes()[0, first] / [width, height, width, height], abs=1e-6)
    assert actor.overlap[0] == pytest.approx(1)
    assert 0.3 < np.nanmean(actor.overlap) < 1


def test_what_stands_still_has_no_box_of_its_own_and_the_middle_is_taken(tmp_path):
    still = np.repeat(np.random.default_rng(0).integers(0, 255, (1, 60, 80, 3), np.uint8), 6, 0)
    assert moving_box(np.stack([still[:2], still[2:4]])) is None
    assert moving_box(np.zeros((0, 2, 8, 8, 3), np.uint8)) is None
    write_video(tmp_path / "still.mp4", still, 5)
    (one,) = follow_boxes(tmp_path / "still.mp4", **FAST).people
    assert one.start == "middle"
    assert one.shares == pytest.approx(np.tile(MIDDLE, (len(one.frames), 1)), abs=0.02)


def test_one_frame_is_one_box(tmp_path):
    write_video(tmp_path / "one.mp4", np.full((1, 64, 64, 3), 90, np.uint8), 5)
    found = follow_boxes(tmp_path / "one.mp4")
    assert found.people[0].shares.shape == (1, 4)
    assert found.verdict == "One frame: there is nothing to follow."


def test_the_verb_takes_px_and_refuses_what_is_not_in_the_picture(film):
    path, truth = film
    px = truth[0] * [WIDTH, HEIGHT, WIDTH, HEIGHT]
    one = vizcore.follow(path, box=tuple(px), frame=0, **FAST)
    assert one.boxes[0] == pytest.approx(px, abs=0.5)
    assert one.boxes.shape == (len(one.confidence), 4)
    assert "followed over all" in one.verdict
    for box, frame in (((0, 0, 400, 50), 0), ((50, 0, 40, 50), 0), (tuple(px), 48)):
        with pytest.raises(ValueError, match="want a box"):
            vizcore.follow(path, box=box, frame=frame)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"boxes": ("nonsense",)}, "FRAME.X0.Y0.X1.Y1"),
        ({"boxes": ("0.0.0.0.100",)}, "corners x0 < x1"),
        ({"boxes": ("0.0.0.1001.100",)}, "at most 1000"),
        ({"boxes": ("47.0.0.500.500",), "span": 0.5}, "in the stretch of frames 0 to 11"),
        ({"boxes": ("0.0.0.500.500",) * (MOST_PEOPLE + 1)}, "at most 7 persons"),
        ({"count": 0}, "want 1 to 400 frames"),
        ({"across": 1}, "2 to 48 columns"),
        ({"source": "vit-small-ata"}, "want a layer"),
        ({"source": "nonsense"}, "want a descriptor"),
    ],
)
def test_what_cannot_be_followed_is_refused(film, given, why):
    with pytest.raises(ValueError, match=why):
        follow_boxes(film[0], **given)


# ---- words of a link


def test_boxes_come_back_out_of_their_word():
    boxes = {30: (0.25, 0.1, 0.5, 1.0), 2: (0.0, 0.0, 0.001, 0.125)}
    assert boxes_word(boxes) == "2.0.0.1.125_30.250.100.500.1000"
    assert boxes_of(boxes_word(boxes)) == boxes
    assert boxes_of(boxes_word({0: (0.99999, 0.5, 1.0, 0.50001)})) == {0: (0.999, 0.5, 1.0, 0.501)}


@pytest.mark.parametrize(
    "word", ["", "1.2.3.4", "1.2.3.4.5.6", "a.0.0.1.1", "-1.0.0.1.1", "٣.0.0.1.1", "9" * 9 + ".0.0.1.1"]
)
def test_a_word_that_says_no_box_is_refused(word):
    with pytest.raises(ValueError, match="want a box as"):
        boxes_of(word)
    with pytest.raises(ValueError, match=f"at most {MOST_DRAWN}"):
        boxes_of("_".join(f"{frame}.0.0.1.1" for frame in range(MOST_DRAWN + 1)))


# ---- verdicts


def outcome(confidence, name="Person 1", overlap=np.nan, start="drawn") -> Outcome:
    confidence = np.array(confidence, float)
    return Outcome(name, np.arange(len(confidence)) / 2, confidence, confidence < 0.15, overlap, start)


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ([outcome([1])], "One frame: there is nothing to follow."),
        (
            [outcome([1, 0.5, 0.8])],
            "Person 1 is followed over all 3 frames, with the least confidence at 0.5 s (0.50).",
        ),
        ([outcome([1, 0, 0])], "Person 1 is lost at once: draw the box closer around what is to be followed."),
        ([outcome([1, 1, 0, 0])], "Person 1 is followed over 2 of 4 frames and lost from 1.0 s on."),
        ([outcome([0, 1, 1, 1])], "Person 1 is followed over 3 of 4 frames and lost before 0.5 s."),
        ([outcome([1, 0, 0, 1])], "Person 1 is followed over 2 of 4 frames and lost from 0.5 to 1.5 s."),
        ([outcome([1, 0, 1, 0, 1])], "Person 1 is followed over 3 of 5 frames and lost 2 times, first at 0.5 s."),
        (
            [outcome([1, 0.9], overlap=0.714)],
            "Person 1 is followed over all 2 frames, with the least confidence at 0.5 s (0.90); mean IoU with the "
            "ground truth 0.71.",
        ),
        (
            [outcome([1, 0.9], start="motion")],
            "Person 1 is followed over all 2 frames, with the least confidence at 0.5 s (0.90); the first box is "
            "around what moves most: draw your own.",
        ),
        (
            [outcome([1, 0.9], start="middle")],
            "Person 1 is followed over all 2 frames, with the least confidence at 0.5 s (0.90); nothing moves by "
            "itself, so the first box is in the middle: draw your own.",
        ),
        (
            [outcome([1, 0.9], overlap=0.5, start="ground truth")],
            "Person 1 is followed over all 2 frames, with the least confidence at 0.5 s (0.90); mean IoU with the "
            "ground truth 0.50; the first box is an actor's, by the ground truth.",
        ),
        (
            [outcome([1, 0.9]), outcome([1, 0.4], "Person 2")],
            "Both persons are followed over all 2 frames, with the least confidence of Person 2 at 0.5 s (0.40).",
        ),
        (
            [outcome([1, 0.9, 1]), outcome([1, 0.4], "Person 2"), outcome([1, 0.5], "Person 3")],
            "All 3 persons are followed over all frames, with the least confidence of Person 2 at 0.5 s (0.40).",
        ),
        (
            [outcome([1, 0.9, 1]), outcome([1, 0.4, 0], "Person 2"), outcome([1, 0.5, 1], "Person 3")],
            "2 of 3 persons are followed over all 3 frames; Person 2 is lost from 1.0 s on.",
        ),
        (
            [outcome([1, 0, 1]), outcome([1, 1, 1], "Person 2", 0.25)],
            "1 of 2 persons is followed over all 3 frames; Person 1 is lost from 0.5 to 1.0 s; mean IoU with the "
            "ground truth 0.25.",
        ),
        (
            [outcome([1, 0]), outcome([0, 1], "Person 2")],
            "None of 2 persons are followed over all 2 frames; Person 1 is lost from 0.5 s on; Person 2 is lost before "
            "0.5 s.",
        ),
    ],
)
def test_every_outcome_has_its_sentence(people, sentence):
    assert follow_verdict(people) == sentence


# ---- files


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode())))


def test_the_csv_is_read_back_by_the_reader_of_ava(tmp_path):
    people = (made(), made(number=3, confidence=np.ones(4)))
    (tmp_path / "found.csv").write_bytes(followed_csv(people, "a film, cut", 12))
    (tmp_path / "truth.csv").write_bytes(followed_csv(people, "a film, cut", 12, people_column=True))
    found, truth = read_ava_csv(tmp_path / "found.csv", scored=True), read_ava_csv(tmp_path / "truth.csv", scored=False)
    assert len(found.boxes) == len(truth.boxes) == 7  # one frame is lost
    assert np.sort(found.scores).tolist() == pytest.approx([0.25, 0.5, 1, 1, 1, 1, 1])
    assert [row[-1] for row in rows(followed_csv(people, "x", people_column=True))] == ["2"] * 3 + ["3"] * 4
    assert rows(followed_csv(people[:1], "x"))[0] == [
        "x",
        "0.000",
        "0.1000",
        "0.2000",
        "0.3000",
        "0.6000",
        "1",
        "1.00000",
    ]


def test_rows_of_whole_seconds_take_the_frame_that_is_nearest():
    times = np.array([0.3, 0.9, 1.6, 2.1])
    sheet = rows(followed_csv((made(times=times, confidence=np.ones(4)),), "x", rows=SECONDS))
    assert [row[1] for row in sheet] == ["1", "2"]
    assert [row[2] for row in sheet] == ["0.2000", "0.4000"]
    assert len(rows(followed_csv((made(),), "x", rows=EVERY))) == 3


def test_the_json_says_every_box_and_where_it_is_lost():
    sheet = json.loads(followed_json((made(),), {"across": 28}))
    (person,) = sheet["people"]
    assert sheet["settings"] == {"across": 28}
    assert (person["person"], person["drawn in frames"], len(person["boxes"])) == (2, [0], 4)
    assert [box["lost"] for box in person["boxes"]] == [False, False, True, False]


def test_the_video_shows_the_stretch_with_a_box_in_it(film, tmp_path):
    path, truth = film
    found = follow_boxes(path, boxes=(boxes_word({12: truth[12]}),), start=0.5, span=1.0, **FAST)
    (tmp_path / "seen.mp4").write_bytes(followed_video(str(path), found.people))
    seen = probe(tmp_path / "seen.mp4")
    assert (seen.frames, seen.width) == (24, WIDTH)


def test_what_is_inside_a_box_is_cut_out_at_one_size():
    frames = np.zeros((3, 40, 80, 3), np.uint8)
    frames[:, 10:30, 20:40] = 200
    cut = inside(frames, np.tile([0.25, 0.25, 0.5, 0.75], (3, 1)))
    assert cut.shape == (3, 160, 160, 3)
    assert cut.min() == 200


def test_the_task_has_numbers_a_figure_and_a_link():
    found = FollowedBoxes((made(), made(number=3)))
    assert TASK.numbers(FollowedBoxes((made(),))) == {"frames": 4, "drawn": 1, "lost": 0.25, "confidence": 0.4625}
    assert "Person 3: lost" in TASK.numbers(found)
    (figure,) = TASK.figures(found).values()
    assert len(figure.data) == 4
    assert opened({"boxes": ("a", "", "b")}) == {"part": "Follow a box", "boxes": "a~~b"}
    assert opened({"source": "gradient"}) == {"part": "Follow a box", "by": "gradient"}
