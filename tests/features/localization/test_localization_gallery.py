"""What is behind a bar: hits, false positives and misses of a class, their key frames as pictures, and as a film."""

from pathlib import Path

import numpy as np
import pytest

from vizcore.algorithms.detection.boxes import corner_iou
from vizcore.features.localization.page_gallery import annotations_of
from vizcore.features.localization.pipeline_example import ACTIONS, EARLIER, LATER, TRUTH, example
from vizcore.features.localization.pipeline_gallery import (
    EXCERPT,
    FRAMES,
    HITS,
    KEY,
    MISSES,
    WRONG,
    all_of,
    crowd_video,
    frame_at,
    instances,
    key_pictures,
    true_boxes,
)
from vizcore.features.localization.pipeline_models import SPLIT
from vizcore.features.localization.pipeline_precision import compared
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import default_context
from vizcore.runtime.playback import playback
from vizcore.synthetic.census import clip_number, clip_of, video_name
from vizcore.video import probe, read_frames, write_video

pytestmark = pytest.mark.usefixtures("one_thread")
MANY = 10_000


@pytest.fixture(scope="module")
def found():
    return compared((EARLIER, LATER), ACTIONS, example(TRUTH), [example(EARLIER), example(LATER)])


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("action", [1, 4, 12])
def test_every_truth_is_hit_or_missed_and_every_row_a_hit_or_wrong(found, which, action):
    hits, wrong, misses = (instances(found, which, action, group, MANY) for group in (HITS, WRONG, MISSES))
    assert len(hits) + len(misses) == found.truths(action)
    assert len(hits) + len(wrong) == len(found.results[which].rankings[action].rows)
    assert {one.kind for one in hits} <= {"hit"}
    assert "hit" not in {one.kind for one in wrong}
    for rows in (hits, wrong):
        scores = [one.score for one in rows]
        assert scores == sorted(scores, reverse=True)
    areas = [(one.box[2] - one.box[0]) * (one.box[3] - one.box[1]) for one in misses]
    assert areas == sorted(areas, reverse=True)
    assert all(np.isnan(one.score) for one in misses)


def test_a_hit_lies_on_somebody_who_does_it_and_a_background_error_on_nobody(found):
    for one in instances(found, 1, 1, HITS, MANY):
        assert corner_iou(np.array(one.box), true_boxes(found, 1, one.video, one.time)).max() >= 0.5
    truth = found.results[0].ground_truth
    for one in instances(found, 1, 1, WRONG, MANY):
        if one.kind == "background":
            rows = [k for k, frame in enumerate(truth.frames) if truth.keys[frame] == (one.video, one.time)]
            assert corner_iou(np.array(one.box), truth.boxes[rows]).max(initial=0) < 0.1


def test_boxes_of_those_who_do_it_are_the_rows_of_that_key_frame_and_class(found):
    truth = found.results[0].ground_truth
    for video, time in truth.keys[:20]:
        rows = [
            k for k, frame in enumerate(truth.frames) if truth.keys[frame] == (video, time) and truth.actions[k] == 1
        ]
        assert sorted(true_boxes(found, 1, video, time).tolist()) == sorted(truth.boxes[rows].tolist())
    assert true_boxes(found, 1, "nowhere", 0.0).shape == (0, 4)


def test_all_of_a_video_are_its_truths_and_surest_rows_in_time(found):
    rows = all_of(found, 1, 1, "film 03")
    assert {one.video for one in rows} == {"film 03"}
    assert [one.time for one in rows] == sorted(one.time for one in rows)
    truths = [one for one in rows if one.kind == "truth"]
    hits = [one for one in instances(found, 1, 1, HITS, MANY) if one.video == "film 03"]
    misses = [one for one in instances(found, 1, 1, MISSES, MANY) if one.video == "film 03"]
    assert len(truths) == len(hits) + len(misses)
    assert set(hits) <= set(rows)
    assert all_of(found, 1, 1, "nowhere") == []


def test_another_group_is_refused_by_name(found):
    with pytest.raises(ValueError, match=r"want hits, false positives, misses, got 'all'"):
        instances(found, 0, 1, "all")


def test_a_picture_is_the_frame_at_that_second_also_of_an_excerpt(tmp_path):
    frames = np.stack([np.full((32, 48, 3), 8 * k, np.uint8) for k in range(30)])
    write_video(tmp_path / "steps.mp4", frames, 10)
    path = str(tmp_path / "steps.mp4")
    assert [frame_at(path, second) for second in (0, 1.04, 2.9, 3.2, EXCERPT + 1.0)] == [0, 10, 29, 29, 10]
    assert frame_at(path, 60.0) is None
    pictures = key_pictures(((path, 1.0), (path, EXCERPT + 2.0), (path, 60.0), ("", 1.0)))
    assert [there for _, there in pictures] == [True, True, False, False]
    assert [round(float(picture.mean()) / 8) for picture, _ in pictures[:2]] == [10, 20]


def test_a_picture_of_a_crowd_is_the_key_frame_that_the_models_saw_and_so_is_its_film():
    name = video_name(5)
    small = clip_of(5, SPLIT, truth=False).frames[FRAMES // 2]
    ((picture, there),) = key_pictures(((name, 1.0),))
    assert there
    path = crowd_video(name)
    assert probe(path).frames == FRAMES
    frame = read_frames(path, [KEY], (96, 96))[0]
    halved = picture.reshape(96, 2, 96, 2, 3).mean((1, 3))
    for shown in (halved, frame):
        assert np.abs(shown - small.astype(float)).mean() < 6
    assert crowd_video(name) == path
    assert Path(path).is_relative_to(default_context().store.root)


@pytest.mark.parametrize("name", ["crowd", "crowd -1", "crowd x", "film 01", "crowd 123456789012", ""])
def test_what_names_no_crowd_is_refused(name):
    assert clip_number(name) is None
    with pytest.raises(ValueError, match="want the name of a crowd"):
        crowd_video(name)


def test_the_player_shows_boxes_around_their_key_frame_and_of_a_crowd_in_it_alone(found):
    rows = all_of(found, 1, 1, "film 03")
    path = str(bundled()["crowd"].path)  # 3 seconds at 24 a second
    pack = playback(path)
    shown = annotations_of(rows, pack, path, False).boxes
    early = [one for one in rows if one.time == 1.0]
    assert early
    places = np.unique(shown.frames)
    assert set(range(13, 36)) <= set(places.tolist())  # half a second about 1.0 s, and more of other seconds
    assert (np.diff(shown.frames) >= 0).all()
    assert sum(shown.frames == 24) == len(early)
    crowd = playback(crowd_video(video_name(5)))
    assert set(annotations_of(rows, crowd, "", True).boxes.frames.tolist()) == {KEY}


def test_a_comparison_prints_in_a_line_with_both_means(found):
    assert len(repr(found)) < 200
    for title, result in zip(found.titles, found.results):
        assert f"{title}: mAP {result.mean:.3f}" in repr(found)
