"""What is done when in a clip: the nets that came with the app, on a story of the world, through path and store."""

from collections.abc import Iterator

import numpy as np
import pytest

from vizcore.algorithms.segmentation.metrics import evaluate
from vizcore.features.segmentation import pipeline_predictions as actions
from vizcore.features.segmentation.pipeline_predictions import TRUTH, predict, shown
from vizcore.models import of_task
from vizcore.models.nets.keypoints import Points
from vizcore.models.segmenters import PLAIN
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import Context
from vizcore.runtime.engine import Engine
from vizcore.runtime.store import Store
from vizcore.synthetic.doing import BACKGROUND, CLASSES
from vizcore.video import VideoError, write_video

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def context(tmp_path_factory) -> Iterator[Context]:
    engine = Engine("cpu")
    yield Context(engine, Store(tmp_path_factory.mktemp("store")))
    engine.close()


@pytest.fixture(scope="module")
def story() -> str:
    return str(bundled()["story"].path)


@pytest.fixture(scope="module")
def predictions(story, context):
    return predict(story, context=context)


def test_every_net_says_something_of_every_frame_and_the_truth_comes_first(predictions):
    assert [tier.name for tier in predictions.tiers] == [TRUTH, *of_task("segmentation")]
    frames = len(predictions.times)
    for tier in predictions.tiers[1:]:
        assert tier.labels.shape == (frames,)
        assert tier.probabilities.shape == (frames, len(CLASSES))
        assert np.allclose(tier.probabilities.sum(1), 1, atol=1e-4)
    assert predictions.classes == CLASSES


def test_the_nets_label_most_of_a_story_they_were_not_trained_on(predictions):
    truth = predictions.tier(TRUTH).labels
    for tier in predictions.tiers[1:]:
        scores = evaluate([(tier.labels, truth)], (BACKGROUND,))
        assert scores.acc > 60, tier.name
        assert scores.f1[10] > 50, tier.name


def test_labels_of_frames_are_the_likeliest_classes_and_of_keypoints_the_re_assembled_ones(predictions):
    for tier in predictions.tiers[1:]:
        if tier.points is None:
            assert np.array_equal(tier.labels, tier.probabilities.argmax(1))
            with pytest.raises(ValueError, match=f"finds keypoints, got {tier.title.replace('+', '[+]')}"):
                tier.reassembly()
        else:
            assert np.array_equal(tier.labels, tier.reassembly().labels)
            assert tier.heat.shape == (len(CLASSES) + 1, len(predictions.times))
            assert all(0 <= point.confidence <= 1 for kind in tier.points for point in kind)
            assert tier.segments[-1].stop == len(predictions.times)


def test_keypoints_without_refinement_are_as_confident_as_the_heat_where_they_are(predictions):
    tier = predictions.tier(PLAIN)
    for point in tier.points.actions:
        assert point.confidence == pytest.approx(tier.heat[point.label, int(point.time)], abs=1e-5)
    refined = {(point.time, point.confidence) for point in predictions.tier("rtk").points.actions}
    assert refined != {(point.time, point.confidence) for point in tier.points.actions}


def test_a_second_look_reads_and_asks_nothing_anew(story, context, predictions, monkeypatch):
    def never(*args):
        raise AssertionError("asked again")

    monkeypatch.setattr(actions, "read_frames", never)
    monkeypatch.setattr(context.engine, "use", never)
    again = predict(story, context=context)
    for one, other in zip(predictions.tiers, again.tiers):
        assert np.array_equal(one.labels, other.labels)
        assert one.points == other.points
    assert isinstance(again.tier("rtk").points, Points)


def test_only_the_nets_asked_for_answer(story, context, predictions):
    assert [tier.name for tier in predict(story, models=["ms-tcn"], context=context).tiers] == [TRUTH, "ms-tcn"]
    assert shown() == tuple(of_task("segmentation"))


def test_what_cannot_be_asked_is_refused(tmp_path, story, context):
    with pytest.raises(ValueError, match=r"want nets of segmentation \(ms-tcn, .*got 'lstm'"):
        predict(story, models=["lstm"], context=context)
    one = tmp_path / "one.mp4"
    write_video(one, np.zeros((1, 64, 64, 3), np.uint8), 24)
    with pytest.raises(ValueError, match=r"2 to [\d,]+ frames, got 1"):
        predict(one, context=context)
    (tmp_path / "no.mp4").write_text("nothing")
    with pytest.raises(VideoError):
        predict(tmp_path / "no.mp4", context=context)


def test_a_clip_without_truth_has_no_tier_of_it_and_keeps_its_frames(tmp_path, context):
    frames = np.random.default_rng(0).integers(0, 255, (40, 48, 80, 3), np.uint8)
    path = tmp_path / "noise.mp4"
    write_video(path, frames, 24)
    found = predict(path, models=["rtk"], context=context)
    assert [tier.name for tier in found.tiers] == ["rtk"]
    assert len(found.tier("rtk").labels) == 40
