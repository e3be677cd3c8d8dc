"""Segmentation: what keypoint nets are taught, pairs of points, scores; the recipe made, killed and made again."""

import shutil
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from vizcore.algorithms.segmentation.reassembly import ActionPoint, BoundaryPoint, reassemble
from vizcore.models.nets.frame_features import WIDTH
from vizcore.models.nets.keypoints import FARTHEST, Heat, Points, points_of
from vizcore.models.segmenters import RTK
from vizcore.models.weights import FOLDER, card, names, tensors
from vizcore.synthetic.doing import BACKGROUND, CLASSES, doing
from vizcore.synthetic.story import story
from vizcore.training import segmentation
from vizcore.training.segmentation import QUICK, stretches, taught
from vizcore.training.segmentation_keypoints import Taught, focal, keypoint_loss, targets
from vizcore.training.segmentation_refinement import NEAR, Joint, corrupted, paired, true_points
from vizcore.training.segmentation_scores import Chosen, choose, labelled, metrics_of, scored
from vizcore.training.table import filled
from vizcore.training.tables.segmentation import flows, sizes, timelines
from vizcore.training.workshop import Workshop

pytestmark = pytest.mark.usefixtures("one_thread")

runs = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 20)), min_size=1, max_size=8)


def labels_of(made: list[tuple[int, int]]) -> np.ndarray:
    return np.repeat([label for label, _ in made], [length for _, length in made])


def test_labels_are_what_the_story_says():
    truth = story(3, "train", size=16, count=200, supersample=1).truth
    labels = doing(truth)
    for segment in truth.segments:
        assert {CLASSES[k] for k in labels[segment.first : segment.stop]} == {segment.label}
    inside = sum(segment.stop - segment.first for segment in truth.segments)
    assert (labels == BACKGROUND).sum() == 200 - inside
    with pytest.raises(ValueError, match="want actions of the classes"):
        doing(truth, ("background", "swim"))
    with pytest.raises(ValueError, match="one actor, got 0"):
        doing(replace(truth, things=truth.things[1:]))


@settings(max_examples=60, deadline=None)
@given(runs)
def test_heat_peaks_at_middles_and_where_something_begins_and_offsets_lead_there(made):
    labels = labels_of(made)
    told = targets(labels, 4)
    starts = np.flatnonzero(np.diff(labels)) + 1
    assert np.flatnonzero(told["boundaries"] == 1).tolist() == starts.tolist()
    edges = [0, *starts, len(labels)]
    middles = {(int(labels[a]), (a + b - 1) // 2) for a, b in pairwise(edges)}
    assert {(int(c), int(t)) for c, t in np.argwhere(told["classes"] == 1)} == middles
    for t, offset in enumerate(told["offsets"]):
        far = min((abs(start - t) for start in starts), default=np.inf)
        if far > FARTHEST:
            assert np.isnan(offset)
        else:
            assert abs(offset) == far
            assert t + offset in starts


@settings(max_examples=60, deadline=None)
@given(runs)
def test_a_net_that_says_what_it_is_taught_is_right_in_every_frame(made):
    labels = labels_of(made)
    told = {name: torch.from_numpy(array).float() for name, array in targets(labels, 4).items()}
    heat = Heat(
        torch.zeros(1, 2, len(labels)),
        torch.zeros(1, 4, len(labels)),
        (40 * (told["classes"][None] - 0.99)),
        (40 * (told["boundaries"][None] - 0.99)),
        told["offsets"].nan_to_num()[None],
    )
    points = points_of(heat, 0.5, 0.5)[0]
    if min(length for _, length in made) > 8:  # peaks of one class nearer than that are one
        assert np.array_equal(reassemble(*points, len(labels)).labels, labels)
    assert np.array_equal(reassemble(*true_points(labels), len(labels)).labels, labels)


def test_the_focal_loss_is_its_formula():
    torch.manual_seed(0)
    logits, truth = torch.randn(2, 3, 7), torch.rand(2, 3, 7)
    truth[0, 1, 2] = truth[1, 0, 5] = 1
    total = 0.0
    for share, true in zip(logits.sigmoid().flatten().tolist(), truth.flatten().tolist()):
        near = (1 - true) ** 4 * share**2 * np.log(1 - share)
        total -= (1 - share) ** 2 * np.log(share) if true == 1 else near
    assert focal(logits, truth).item() == pytest.approx(total / 2, rel=1e-4)
    assert focal(logits, torch.zeros(2, 3, 7)).isfinite()


def test_the_loss_of_keypoints_is_lower_where_more_is_right():
    labels = labels_of([(0, 20), (2, 20)])
    told = {name: torch.from_numpy(array)[None].float() for name, array in targets(labels, 4).items()}
    truth = Taught(**(told | {"labels": told["labels"].long()}))
    frames = 5 * F.one_hot(truth.labels, 4).transpose(1, 2).float()
    right = Heat(
        frames, frames, 9 * (truth.classes - 0.5), 9 * (truth.boundaries - 0.5), truth.offsets.nan_to_num(nan=50.0)
    )
    for part in ("frames", "classes", "boundaries", "offsets"):
        worse = right._replace(**{part: getattr(right, part).roll(9, -1)})
        assert keypoint_loss(worse, truth) > keypoint_loss(right, truth) + 0.01, part


def test_stretches_cut_features_and_lessons_alike():
    frames = 60
    labels = np.stack([labels_of([(1, 20), (2, 15), (0, 25)]), labels_of([(3, 40), (0, 20)])])
    features = np.tile(np.arange(frames, dtype=np.float16)[None, :, None], (2, 1, 3))
    features[1] += 100
    lessons = taught({"features": features, "labels": labels})
    given, truth = stretches(lessons, QUICK, np.random.default_rng(0))
    assert given.shape == (QUICK.batch, QUICK.stretch, 3)
    for video, number in zip(range(QUICK.batch), given[:, 0, 0].tolist()):
        row, first = int(number >= 100), int(number) % 100
        cut = slice(first, first + QUICK.stretch)
        assert given[video, :, 0].tolist() == features[row, cut, 0].tolist()
        assert truth.labels[video].tolist() == labels[row, cut].tolist()
        for name in ("classes", "boundaries", "offsets"):
            assert np.array_equal(getattr(truth, name)[video], lessons[name][row][..., cut], equal_nan=True), name


def test_true_points_are_paired_with_themselves():
    labels = labels_of([(0, 20), (2, 10), (1, 30), (2, 9)])
    told = paired(true_points(labels), labels)
    assert told.pairs == [(k, k) for k in range(7)]
    assert told.trust.all()


def test_points_are_paired_within_their_action_and_near_their_boundary():
    labels = labels_of([(0, 20), (2, 20)])
    points = Points(
        [ActionPoint(5.0, 1, 0.9), ActionPoint(8.0, 0, 0.2), ActionPoint(12.0, 0, 0.3), ActionPoint(30.0, 1, 0.4)],
        [BoundaryPoint(20.0 - NEAR, 0.9), BoundaryPoint(22.0, 0.2), BoundaryPoint(24.0, 0.8)],
    )
    told = paired(points, labels)
    partner = {told.points[i]: told.true[j].time for i, j in told.pairs}
    assert partner == {points.actions[2]: 9.0, points.actions[3]: 29.0, points.boundaries[1]: 20.0}
    trusted = {point for point, trust in zip(told.points, told.trust) if trust}
    assert trusted == {*partner, points.actions[1]}
    assert told.label.tolist() == [labels[round(point.time)] for point in told.points]


def test_corrupted_points_are_some_changed_and_some_made_up():
    points = true_points(labels_of([(k % 4, 10) for k in range(40)]))
    other = corrupted(points, 4, 400, np.random.default_rng(0))
    was = {point.time: point.label for point in points.actions}
    kept = [point for point in other.actions if was.get(point.time) == point.label]
    assert 25 < len(kept) < 40
    assert len(other.actions) > 40
    assert {point.time for point in points.boundaries} <= {point.time for point in other.boundaries}


def test_thresholds_are_those_that_do_best_on_the_videos_given():
    labels = np.stack([labels_of([(1, 20), (2, 20)]), labels_of([(3, 20), (1, 20)])])
    wrong = [ActionPoint(5.0, 2, 0.3), ActionPoint(33.0, 3, 0.22)]
    right = [true_points(video) for video in labels]
    found = [Points(sorted(points.actions + wrong), [*points.boundaries, BoundaryPoint(7.0, 0.2)]) for points in right]
    data = {"labels": labels}
    chosen = choose({0: found}, data)
    assert chosen.boundary > 0.2
    assert scored(labelled(found, chosen, 40), data).f1[50] == 100
    assert scored(labelled(found, Chosen(0.1, 0.1, 0), 40), data).f1[50] < 100
    assert set(metrics_of(scored(list(labels), data)).values()) == {100.0}


class Killed(Exception):
    """The power is gone."""


def rehearsal(folder, dies_after: str | None = None) -> Workshop:
    (folder / "weights").mkdir(exist_ok=True)
    for ending in ("json", "safetensors"):
        shutil.copy(FOLDER / f"pose.{ending}", folder / "weights")

    def say(text: str) -> None:
        if dies_after and dies_after in text:
            raise Killed

    return Workshop(scratch=folder, folder=folder / "weights", quick=True, say=say)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder in which the recipe was rehearsed."""
    folder = tmp_path_factory.mktemp("straight")
    segmentation.train(rehearsal(folder))
    return folder


def test_a_rehearsal_makes_every_file_with_a_whole_card(made):
    assert names(made / "weights") == ("pose", "segmentation-asformer", "segmentation-ms-tcn", "segmentation-rtk")
    for name in names(made / "weights")[1:]:
        page = card(name, made / "weights")
        assert page.curve
        assert page.data["classes"] == list(CLASSES)
        assert len(page.metrics["test F1@50"]["seeds"]) == QUICK.seeds


def test_the_card_of_keypoints_tells_both_ways_of_the_gradient_and_what_refinement_gains(made):
    page = card("segmentation-rtk", made / "weights")
    for flow in ("gradient off", "gradient on"):
        for curve in page.metrics[f"permutation loss, {flow}"]:
            assert len(curve["epochs"]) == len(curve["losses"]) == QUICK.joint
            assert min(curve["losses"]) > 0
    for before in ("", "gradient on: "):
        with_, without, gain = (
            page.metrics[f"{before}test edit{end}"]["seeds"]
            for end in ("", ", without refinement", ", gain by refinement")
        )
        assert np.subtract(with_, without) == pytest.approx(gain)
    assert set(page.recipe["thresholds"]) == {"rtk", "rtk without refinement"}


def test_killed_at_any_stage_the_recipe_ends_at_the_same_weights_and_curves(made, tmp_path):
    for stage in ("validation videos", "8/8", "keypoints, seed 0", "gradient on, seed 0", "ASFormer, seed 1"):
        with pytest.raises(Killed):
            segmentation.train(rehearsal(tmp_path, dies_after=stage))
    segmentation.train(rehearsal(tmp_path))
    for name in names(made / "weights"):
        straight, again = tensors(name, made / "weights"), tensors(name, tmp_path / "weights")
        assert all(torch.equal(straight[key], again[key]) for key in straight | again), name
    pages = [card("segmentation-rtk", folder / "weights").metrics for folder in (made, tmp_path)]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("flow", segmentation.FLOWS)
def test_only_with_the_gradient_on_keypoints_learn_from_the_graph(flow):
    chance, frames = np.random.default_rng(0), QUICK.frames
    labels = np.stack([labels_of([(1, 20), (2, 15), (0, 25)]), labels_of([(3, 40), (0, 20)])])
    lessons = taught({"features": chance.standard_normal((2, frames, WIDTH)).astype(np.float16), "labels": labels})
    joint = Joint(segmentation.fresh(RTK, 0, lessons, QUICK), 1).eval()
    joint.net.refiner.matcher.apart = segmentation.FLOWS[flow]
    torch.nn.init.normal_(joint.net.refiner.verdict[-1].weight)
    joint.net.keypoints.net.head.heat.bias.data[:4] += 3  # so that there are peaks, and not too many
    weights = list(joint.net.keypoints.parameters())
    both, alone = (
        torch.autograd.grad(loss(net, np.random.default_rng(1), lessons=lessons, settings=QUICK), weights)
        for loss, net in ((segmentation.joint_loss, joint), (segmentation.heat_loss, joint.net.keypoints))
    )
    same = all(torch.allclose(one, other, atol=1e-6) for one, other in zip(both, alone))
    assert same == (flow == segmentation.OFF)
    assert joint.told.isfinite().all()


def test_the_document_tells_what_the_cards_tell():
    text = (FOLDER.parent.parent / "docs" / "segmentation.md").read_text()
    assert filled(text) == text
    for write in (timelines, flows, sizes):
        assert write() in text


def test_the_cards_tell_what_the_system_is_there_to_show():
    """Keypoints that are re-assembled reach what they should, and tell no fewer segments than labels of frames."""
    rtk, frames = (card(f"segmentation-{name}").metrics for name in ("rtk", "ms-tcn"))
    for metric, least in {"F1@50": 80, "edit": 80, "accuracy": 78}.items():
        assert rtk[f"test {metric}"]["mean"] >= least
    assert rtk["test F1@50"]["mean"] >= frames["test F1@50"]["mean"]
    assert len(rtk["test F1@50"]["seeds"]) >= 3
    assert (
        rtk["permutation loss, gradient off"][0]["losses"][-1] < rtk["permutation loss, gradient off"][0]["losses"][0]
    )
