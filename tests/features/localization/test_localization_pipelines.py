"""What the localisation page is made of: sightings, surveys, lessons, the run of the project's models, exports."""

import csv
import io
import json
from itertools import permutations

import numpy as np
import pytest

from vizcore.algorithms.detection.ava_rows import ava_rows
from vizcore.algorithms.detection.average_precision import evaluate_ava
from vizcore.algorithms.detection.boxes import centred, corners, giou
from vizcore.algorithms.detection.set_matching import Weights
from vizcore.features.localization import export as files
from vizcore.features.localization.pipeline import (
    MOST_KEYS,
    Present,
    Sighting,
    Survey,
    locate,
    people_at,
    survey,
    theta_of,
    window,
)
from vizcore.features.localization.pipeline_loss import lesson
from vizcore.features.localization.pipeline_models import SPLIT, compare_models
from vizcore.figures.paper import SIZES
from vizcore.formats.ava_files import read_ava_csv
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.world_clips import truth_of
from vizcore.synthetic.census import IDS, clip_of
from vizcore.synthetic.crowd import crowd
from vizcore.video import probe, read_frames, write_video

pytestmark = pytest.mark.usefixtures("one_thread")
CROWD = str(bundled()["crowd"].path)
LABELS = ("stand", "bend", "sit")


def sighting(tokens: int = 6, seed: int = 0) -> Sighting:
    rng = np.random.default_rng(seed)
    frames = rng.integers(0, 255, (4, 30, 40, 3), np.uint8)
    boxes = np.concatenate([rng.uniform(0.2, 0.8, (tokens, 2)), rng.uniform(0.1, 0.4, (tokens, 2))], 1)
    attention = rng.dirichlet(np.ones(2 * tokens), (3, tokens))
    given = boxes, rng.random(tokens), rng.random((tokens, 3)), attention.reshape(3, tokens, 2 * tokens)
    return Sighting(
        "made up", LABELS, (2, tokens // 2), 7, np.array([1, 4, 7, 10]), frames, *given[:3], _shaped(given[3])
    )


def _shaped(attention: np.ndarray) -> np.ndarray:
    return attention.reshape(*attention.shape[:2], 2, -1)


def present(actors: list[bool], seed: int = 1) -> Present:
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 0.6, (len(actors), 2))
    boxes = np.concatenate([low, low + rng.uniform(0.1, 0.4, (len(actors), 2))], 1)
    does = (rng.random((len(actors), 3)) < 0.5) & np.array(actors, bool)[:, None]
    return Present(boxes, does, np.array(actors, bool), tuple(f"{k}" for k in range(len(actors))))


@pytest.mark.parametrize(("key", "wanted"), [(20, [8, 11, 14, 17, 20, 23, 26, 29]), (2, [0, 0, 0, 0, 2, 5, 8, 11])])
def test_a_key_frame_is_the_one_after_the_middle_of_what_is_seen(key, wanted):
    assert window(key, 3, 8, 40).tolist() == wanted


def test_a_stride_of_nothing_and_an_unknown_localiser_are_refused():
    with pytest.raises(ValueError, match="stride of 1 frame or more, got 0"):
        window(0, 0, 8, 40)
    with pytest.raises(ValueError, match="want a localiser"):
        locate(CROWD, model="vit-small-ata")
    with pytest.raises(ValueError, match="1 frame apart or more, got 0"):
        survey(CROWD, every=0)


def test_a_sighting_is_what_the_survey_says_of_its_key_frame_and_looks_add_up_to_one():
    whole = survey(CROWD, every=24)
    assert whole.keys.tolist() == [0, 24, 48]
    at_key = locate(CROWD, key=24)
    assert at_key.key == at_key.numbers[4] == 24
    assert np.abs(whole.boxes[1] - at_key.boxes).max() < 0.02  # other scaling to the net's size, by the decoder
    assert np.abs(whole.actor[1] - at_key.actor).max() < 0.1
    assert at_key.attention(5).sum() == pytest.approx(1, abs=1e-3)
    assert at_key.attention(5) == pytest.approx(np.mean([at_key.attention(5, head) for head in range(3)], 0))


def test_a_net_in_two_stages_has_boxes_and_no_looks():
    at_key = locate(CROWD, model="localizer-two-stage", key=24)
    assert at_key.looks is None
    assert at_key.boxes.shape[1] == 4


def test_a_long_video_gets_no_more_key_frames_than_it_may(tmp_path):
    write_video(tmp_path / "long.mp4", np.zeros((200, 16, 16, 3), np.uint8), 25)
    whole = survey(tmp_path / "long.mp4", every=1, stride=1)
    assert len(whole.keys) <= MOST_KEYS
    assert len(set(np.diff(whole.keys))) == 1


def test_who_is_there_are_the_people_of_the_world_in_that_frame():
    truth, key = truth_of(CROWD), 30
    there = people_at(truth, key)
    assert there.actors.sum() == 3
    assert len(there.actors) == 4
    for box, name in zip(there.boxes, there.names):
        fits = [
            np.allclose(box * 384, [x.min(), y.min(), x.max() + 1, y.max() + 1])
            for k in range(len(truth.things))
            for y, x in [np.nonzero(truth.at(np.array([key])).mask(k)[0])]
            if len(x)
        ]
        assert any(fits), name
    assert people_at(None, key) is None
    assert people_at(truth, 10_000) is None


def test_theta_is_what_validation_clips_chose_and_has_few_digits():
    assert 0 < theta_of("localizer") < 1
    assert theta_of("localizer") == round(theta_of("localizer"), 2)


def test_a_lesson_matches_actors_as_cheaply_as_any_and_bystanders_with_tokens_that_are_left():
    at_key, there, weights = sighting(), present([True, False, True]), Weights(1, 5, 2)
    found = lesson(at_key, there, weights)
    truths = centred(there.boxes)
    cost = (
        -at_key.actor[:, None]
        + 5 * np.abs(at_key.boxes[:, None] - truths).sum(-1)
        - 2 * giou(at_key.boxes[:, None], truths)
    )  # (6, 3)
    assert found.people.tolist() == [0, 2, 1]
    cheapest = min(cost[a, 0] + cost[b, 2] for a, b in permutations(range(6), 2))
    assert cost[found.tokens[0], 0] + cost[found.tokens[1], 2] == pytest.approx(cheapest)
    boxes_alone = cost + at_key.actor[:, None]
    left = [token for token in range(6) if token not in found.tokens[:2]]
    assert found.tokens[2] == min(left, key=lambda token: boxes_alone[token, 1])
    assert np.isnan(found.terms(2)["l1"][list(found.tokens[:2])]).all()
    assert sum(found.terms(2).values())[found.tokens[2]] == pytest.approx(boxes_alone[found.tokens[2], 1])


def test_bystanders_change_the_box_parts_of_the_loss_alone_and_by_what_their_tokens_are_off():
    at_key, there = sighting(), present([True, False, True])
    found = lesson(at_key, there, Weights(1, 5, 2))
    far = np.abs(at_key.boxes[list(found.tokens)] - centred(there.boxes[found.people])).sum(-1)
    assert float(found.loss.l1) == pytest.approx(far[:2].mean())
    assert float(found.loss_of_all.l1) == pytest.approx(far.mean())
    assert float(found.loss.actor) == pytest.approx(float(found.loss_of_all.actor))
    assert float(found.loss.action) == pytest.approx(float(found.loss_of_all.action))


@pytest.mark.parametrize("actors", [[], [False], [False, False]])
def test_a_key_frame_without_actors_teaches_who_is_no_actor_and_nothing_else(actors):
    found = lesson(sighting(), present(actors), Weights())
    assert np.isfinite(float(found.loss.total))
    assert float(found.loss.l1) == float(found.loss.action) == 0
    assert len(found.tokens) == len(actors)


def test_the_run_of_the_models_is_what_the_evaluators_say_of_their_rows_and_the_truth_of_the_clips():
    found = compare_models("localizer", other="localizer-two-stage", clips=6)
    assert [result.mean for result in found.results] == [
        evaluate_ava(result.ground_truth, result.detections, IDS).mean for result in found.results
    ]
    rows = found.results[0].ground_truth
    for clip in range(6):
        truth = clip_of(clip, SPLIT).truth.at(np.array([4]))
        words = truth.does[0][[thing.role == "actor" for thing in truth.things]].sum()
        assert (rows.frame_videos[rows.frames] == clip).sum() == words
    again = compare_models("localizer", clips=6)
    assert again.results[0].ap == pytest.approx(found.results[0].ap, nan_ok=True)
    assert again.difference is None


def test_a_model_beside_itself_is_one_result_and_one_clip_is_refused():
    assert len(compare_models("localizer", other="localizer", clips=6).results) == 1
    with pytest.raises(ValueError, match="2 clips or more, got 1"):
        compare_models("localizer", clips=1)


def test_boxes_as_csv_are_read_back_as_detections_in_avas_form(tmp_path):
    whole = survey(CROWD, every=24)
    times = probe(CROWD).times[whole.keys]
    (tmp_path / "boxes.csv").write_bytes(files.boxes_csv(whole, times, 0.2, "crowd"))
    rows = read_ava_csv(tmp_path / "boxes.csv", True)
    above = (whole.actor > 0.2).sum()
    assert above > 0
    assert len(rows) == 12 * above
    key, token = np.argwhere(whole.actor > 0.2)[0]
    assert rows.boxes[0] == pytest.approx(corners(whole.boxes[key, token]).clip(0, 1), abs=1e-4)
    assert rows.scores[:12] == pytest.approx(whole.actor[key, token] * whole.actions[key, token], abs=1e-4)
    data = json.loads(files.boxes_json(whole, times, 0.2, {"theta": 0.2}))
    assert len(data["boxes"]) == above
    assert data["boxes"][0]["words"]["stand"] == pytest.approx(whole.actions[key, token, 0], abs=1e-4)


def test_a_key_frame_as_npz_has_its_arrays_and_as_a_figure_is_a_picture():
    at_key = sighting()
    saved = np.load(io.BytesIO(files.tokens_npz(at_key, {"key": 7})))
    assert (saved["boxes"] == at_key.boxes).all()
    assert json.loads(str(saved["settings"]))["settings"] == {"key": 7}
    assert files.tokens_paper(at_key, 0.3, SIZES["single column"], "png").startswith(b"\x89PNG")
    assert files.tokens_paper(at_key, 1.0, SIZES["slide"], "svg").lstrip().startswith(b"<?xml")


def test_the_video_of_boxes_has_every_frame_and_boxes_in_it(tmp_path):
    whole = survey(CROWD, every=36)
    for theta, drawn in ((-1.0, True), (1.0, False)):
        (tmp_path / "boxes.mp4").write_bytes(files.boxes_video(CROWD, whole, theta))
        assert probe(tmp_path / "boxes.mp4").frames == 72
        shown, bare = read_frames(tmp_path / "boxes.mp4", [10])[0], read_frames(CROWD, [10])[0]
        assert (np.abs(shown.astype(int) - bare).max() > 150) == drawn


def test_average_precision_as_csv_has_a_line_a_class_and_as_json_no_nan():
    truth = ava_rows(["a", "b"], np.zeros(2), np.array([[0.1, 0.1, 0.5, 0.5]] * 2), np.array([1, 2]))
    data = ava_rows(["a"], np.zeros(1), np.array([[0.1, 0.1, 0.5, 0.5]]), np.array([1]), np.array([0.5]))
    from vizcore.features.localization.pipeline_precision import compared
    from vizcore.formats.action_lists import Action

    actions = {1: Action("one", "pose"), 2: Action("two", None), 3: Action("three", None)}
    found = compared(("x", "y"), actions, truth, [data, data])
    rows = list(csv.DictReader(io.StringIO(files.precision_csv(found, found.ordered("AP")).decode())))
    assert [(row["class"], row["AP of x"], row["difference"]) for row in rows] == [
        ("one", "1.0", "0.0"),
        ("two", "0.0", "0.0"),
    ]
    sheet = json.loads(files.precision_json(found, {}), parse_constant=pytest.fail)
    assert sheet["results"][0]["AP"] == {"one": 1.0, "two": 0.0, "three": None}
    assert any("1 of 3 classes without ground truth" in note for note in sheet["notes"])


def test_a_crowd_drawn_for_the_test_split_is_none_that_is_shown():
    assert (clip_of(0, SPLIT).frames != crowd(0, "show", 96, 8, speed=0.6).frames).any()


def test_sightings_and_surveys_print_in_a_line_with_the_largest_confidence_and_the_number_of_actors():
    at_key = sighting()
    assert len(repr(at_key)) < 200
    assert f"2 x 3 tokens, 3 actions, largest p(actor) {at_key.actor.max():.2f}" in repr(at_key)
    found = Survey(LABELS, (2, 3), np.arange(4), np.zeros((4, 6, 4)), np.eye(4, 6), np.zeros((4, 6, 3)))
    assert len(repr(found)) < 200
    assert "4 key frames of 2 x 3 tokens, 3 actions, 1.00 tokens per key frame" in repr(found)
