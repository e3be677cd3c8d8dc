"""RTK's nets: heat of keypoints, its local maxima against loops, and the graph that refines the points."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vizcore.algorithms.segmentation.reassembly import ActionPoint, BoundaryPoint
from vizcore.models.nets.frame_features import (
    INPUTS,
    LAG,
    MOVING,
    WIDTH,
    OnFeatures,
    features_of,
    frame_features,
    with_change,
)
from vizcore.models.nets.keypoint_refinement import REACH, Refiner, in_time
from vizcore.models.nets.keypoints import APART, Heat, KeypointNet, Points, peaks, points_of, positions
from vizcore.models.nets.pose import PoseNet
from vizcore.models.nets.segmenters import segmenter
from vizcore.models.segmenters import RTK, SEGMENTERS

pytestmark = pytest.mark.usefixtures("one_thread")
CLASSES, SIZE = 4, 6


@pytest.fixture
def net() -> KeypointNet:
    torch.manual_seed(0)
    return KeypointNet(5, CLASSES, SIZE, layers=3, later=2).eval()


def a_heat(frames: int = 40, videos: int = 2, seed: int = 0) -> Heat:
    chance = torch.Generator().manual_seed(seed)
    shapes = [(videos, SIZE, frames), (videos, CLASSES, frames), (videos, CLASSES, frames), (videos, frames)]
    drawn = [torch.randn(shape, generator=chance) for shape in shapes]
    return Heat(*drawn, 3 * torch.randn((videos, frames), generator=chance))


def test_heat_has_a_row_a_class_one_of_boundaries_and_one_of_offsets(net):
    heat = net(torch.randn(2, 5, 30))
    shapes = [tuple(part.shape) for part in heat]
    assert shapes == [(2, SIZE, 30), (2, CLASSES, 30), (2, CLASSES, 30), (2, 30), (2, 30)]
    assert heat.classes.sigmoid().max() < 0.5  # keypoints are few, and an untrained net should begin so


def test_dilations_and_windows_grow_by_four_and_convolutions_see_five_frames():
    net = KeypointNet(5, CLASSES, SIZE)
    for part in (net.encoder, net.decoder):
        for k, squeezed in enumerate(part):
            layer = squeezed.layer
            assert layer.forward_conv.kernel_size == (5,)
            assert layer.forward_conv.dilation == (4**k,)
            assert layer.attention.window == 4**k
    sees = 1 + sum((5 - 1) * 4**k for k in range(len(net.encoder)))
    assert sees == 1365  # as the five layers of the specification


def test_it_is_smaller_than_what_it_was_made_from():
    full = sum(weight.numel() for weight in KeypointNet(2048, 11).parameters())
    assert full < 1_130_860 / 2


def test_squeezing_weighs_whole_channels_of_what_a_layer_adds(net):
    squeezed, x = net.encoder[1], torch.randn(2, SIZE, 30)
    with torch.no_grad():
        change, plain = squeezed(x) - x, squeezed.layer(x) - x
        share = change / plain
        confidences = squeezed.squeeze(plain.mean(-1))
    assert torch.allclose(share, confidences[..., None].expand_as(share), atol=1e-3)
    assert ((confidences > 0) & (confidences < 1)).all()


def test_codes_of_position_tell_neighbours_from_far_frames():
    codes = positions(240, 16)
    alike = codes.T @ codes / 8
    assert torch.allclose(alike.diagonal(), torch.ones(240), atol=1e-5)
    assert alike.diagonal(1).min() > alike.diagonal(7).max()
    assert (codes[-1] < 0).any()  # also the slowest passes through its whole wave in a stretch of training


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.integers(0, 4), min_size=1, max_size=25), reach=st.integers(1, 5), threshold=st.integers(0, 4)
)
def test_a_peak_is_reached_by_no_frame_near_it_and_the_first_of_a_plateau(values, reach, threshold):
    found = peaks(torch.tensor(values).float(), threshold, reach).tolist()
    for t, value in enumerate(values):
        before, after = values[max(0, t - reach) : t], values[t + 1 : t + 1 + reach]
        expected = value >= threshold and all(value > v for v in before) and all(value >= v for v in after)
        assert found[t] == expected


def test_points_are_the_peaks_with_their_heat_and_boundaries_go_where_offsets_say():
    heat = a_heat()
    for b, points in enumerate(points_of(heat, 0.3, 0.4, farthest=2)):
        confidences = {(point.time, point.label): point.confidence for point in points.actions}
        for c in range(CLASSES):
            share = heat.classes[b, c].sigmoid()
            at = peaks(share, 0.3, APART[0]).nonzero()[:, 0].tolist()
            assert [time for time, label in sorted(confidences) if label == c] == at
            assert [confidences[t, c] for t in at] == pytest.approx(share[at].tolist())
        share = heat.boundaries[b].sigmoid()
        at = peaks(share, 0.4, APART[1]).nonzero()[:, 0]
        moved = at + heat.offsets[b, at].round().clamp(-2, 2)
        assert sorted(point.time for point in points.boundaries) == sorted(moved.tolist())
        assert points.actions == sorted(points.actions)
        assert points.boundaries == sorted(points.boundaries)


def test_thresholds_keep_points_of_at_least_their_confidence():
    points = Points([ActionPoint(1.0, 0, 0.2), ActionPoint(2.0, 1, 0.5)], [BoundaryPoint(3.0, 0.3)])
    assert points.above(0.5, 0.3) == Points([ActionPoint(2.0, 1, 0.5)], [BoundaryPoint(3.0, 0.3)])
    assert points.above(0.0, 0.31).boundaries == []


def a_refiner(apart: bool = True) -> Refiner:
    torch.manual_seed(3)
    return Refiner(SIZE, CLASSES, 8, apart)


def test_an_untrained_graph_leaves_every_point_with_its_trust():
    heat = a_heat()
    found = points_of(heat, 0.2, 0.2)
    for before, after in zip(found, a_refiner().refined(heat, found)):
        assert [point.time for point in after.actions] == [point.time for point in before.actions]
        for one, other in zip(before, after):
            trust, confidences = (sorted((point.time, point.confidence) for point in points) for points in (one, other))
            assert np.allclose(trust, confidences, atol=1e-5)


def test_an_untrained_graph_gives_an_action_the_class_of_the_largest_heat_there():
    heat = a_heat()
    found = points_of(heat, 0.2, 0.2)
    for b, points in enumerate(a_refiner().refined(heat, found)):
        for point in points.actions:
            assert point.label == heat.classes[b, :, int(point.time)].argmax()


def test_a_point_depends_on_its_neighbours_in_time_and_on_nobody_else():
    refiner, heat = a_refiner(), a_heat(videos=1)
    torch.nn.init.normal_(refiner.verdict[-1].weight)
    order = in_time(points_of(heat, 0.3, 0.3)[0])
    trust, _ = refiner.judged(refiner.features(heat, 0, order))
    frames = [min(max(round(point.time), 0), 39) for point in order]
    for frame in set(frames):
        other = heat._replace(features=heat.features.clone())
        other.features[0, :, frame] += 5
        changed = (refiner.judged(refiner.features(other, 0, order))[0] - trust).abs() > 1e-6
        here = [i for i, at in enumerate(frames) if at == frame]
        near = {i for s in here for i in range(s - REACH, s + REACH + 1)}
        assert changed[here].any()
        assert set(changed.nonzero()[:, 0].tolist()) <= near


@pytest.mark.parametrize("apart", [True, False])
def test_the_switch_says_whether_the_keypoints_learn_from_the_graph(apart):
    heat, refiner = a_heat(), a_refiner(apart)
    torch.nn.init.normal_(refiner.verdict[-1].weight)
    heat.features.requires_grad_()
    heat.classes.requires_grad_()
    order = in_time(points_of(heat, 0.3, 0.3)[0])
    trust, classes = refiner.judged(refiner.features(heat, 0, order))
    loss = trust.sum() + classes.square().sum()
    grads = torch.autograd.grad(loss, [heat.features, heat.classes], allow_unused=True)
    assert all((grad is None or not grad.any()) == apart for grad in grads)


def test_no_points_are_refined_to_none():
    assert a_refiner().refined(a_heat(videos=1), [Points([], [])]) == [Points([], [])]


def test_features_of_frames_are_what_the_pose_net_says():
    torch.manual_seed(0)
    net = PoseNet().eval()
    pictures = torch.randn(5, 3, 64, 64)
    with torch.no_grad():
        pose = net(pictures)
        found = frame_features(pose)
    assert found.shape == (5, WIDTH)
    assert torch.equal(found[:, :128], pose.vector)
    middle = pose.joints.mean(1)
    assert torch.allclose(found[:, 128:156].unflatten(1, (14, 2)) + middle[:, None], pose.joints, atol=1e-6)
    assert torch.allclose(found[:, 160:173], pose.parts.sigmoid().mean(1), atol=1e-6)
    assert torch.allclose(found[:, -64:], pose.tokens.mean(1), atol=1e-5)
    assert torch.allclose(features_of(net, pictures, batch=2), found, atol=1e-4)


def test_change_is_told_since_two_frames_before():
    features = torch.randn(9, WIDTH)
    changed = with_change(features)
    assert changed.shape == (9, INPUTS)
    assert torch.equal(changed[:, :WIDTH], features)
    assert torch.equal(changed[5, WIDTH:], features[5, :MOVING] - features[5 - LAG, :MOVING])
    assert torch.equal(changed[1, WIDTH:], features[1, :MOVING] - features[0, :MOVING])


def test_inputs_are_levelled_over_the_training_videos():
    videos = 3 + 2 * torch.randn(4, 50, WIDTH)
    levelled = OnFeatures(torch.nn.Identity())
    levelled.level(videos)
    seen = levelled(videos).transpose(1, 2).flatten(0, 1)
    assert torch.allclose(seen.mean(0), torch.zeros(INPUTS), atol=1e-4)
    assert np.allclose(seen.std(0), 1, atol=1e-2)


@pytest.mark.parametrize("name", SEGMENTERS)
def test_every_segmenter_takes_features_of_frames(name):
    net = segmenter(SEGMENTERS[name][1], CLASSES, {"width": 8})
    found = (net.keypoints if RTK in name else net)(torch.randn(1, 20, WIDTH))
    assert (found.frames if RTK in name else found[-1]).shape == (1, CLASSES, 20)
