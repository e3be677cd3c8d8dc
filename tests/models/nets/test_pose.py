"""The shared backbone of the figures: its answers, and its targets, losses and scores against slow oracles."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vizcore.models.nets.pose import JOINTS, PARTS, PATCH, PoseNet, by_token, middles
from vizcore.models.weights import card, tensors
from vizcore.synthetic.truth import Surface, Thing, Truth
from vizcore.training import pose
from vizcore.training.pose import ENOUGH, SCALE, mirrored, patch_targets, pose_loss, same_content
from vizcore.training.pose_scores import THRESHOLDS, best_thresholds, part_f1, scores

pytestmark = pytest.mark.usefixtures("one_thread")
SIDE, SIZE = 3, 24
SMALL = {"size": SIZE, "widths": (4, 6, 8), "depth": 1, "width": 8, "pose": 5}


@pytest.fixture
def net() -> PoseNet:
    torch.manual_seed(1)
    return PoseNet(**SMALL)


def pictures(count: int = 4) -> torch.Tensor:
    return torch.randn(count, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(2))


def test_shapes_are_as_told(net):
    answer = net(pictures())
    patches = SIDE * SIDE
    assert answer.tokens.shape == (4, patches, 8)
    assert answer.vector.shape == (4, 5)
    assert answer.parts.shape == (4, patches, PARTS)
    assert answer.centres.shape == (4, patches, PARTS, 2)
    assert answer.heat.shape == (4, JOINTS, patches)
    assert answer.joints.shape == (4, JOINTS, 2)


def test_pictures_of_another_size_are_refused(net):
    with pytest.raises(ValueError, match=r"3, 24, 24.*got \(1, 3, 32, 32\)"):
        net(torch.zeros(1, 3, 32, 32))


def test_a_joint_is_where_its_patches_say(net):
    """With all attention on one patch, a joint is that patch's middle and its offset in sides of a patch."""
    net.eval()
    with torch.no_grad():
        net.near[-1].weight.zero_()
        net.near[-1].bias.zero_()
        net.near[-1].bias[7 * 3 + 1] = 0.25  # joint 7, a quarter of a patch to the right
        net.whole.weight.zero_()
        net.whole.bias.zero_()
        net.whole.bias[7 * 9 + 5] = 100.0  # joint 7 is read from the last patch of the middle row
        joints = net(pictures()).joints
    assert torch.allclose(joints[:, 7], torch.tensor([(2.5 + 0.25) / 3, 1.5 / 3]).expand(4, 2), atol=1e-6)


def test_heads_speak_of_the_patches_in_reading_order():
    maps = torch.arange(2 * 3 * 4).float().view(1, 6, 2, 2)
    split = by_token(maps, 2)
    assert split[0, 3].tolist() == maps[0, :, 1, 1].view(2, 3).tolist()
    assert middles(2).tolist() == [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]]


def test_settling_changes_no_answer_and_levels_the_stem(net):
    with torch.no_grad():
        net.stem.project.bias += 5.0
    net.level.momentum = 0.5
    for _ in range(20):
        net(pictures(16))
    net.eval()
    before = net(pictures(16))
    settled = copy.deepcopy(net)
    settled.settle()
    assert all(torch.allclose(a, b, atol=1e-4) for a, b in zip(before, settled(pictures(16)), strict=True))
    tokens = settled.stem(pictures(16))
    assert torch.allclose(tokens, before.tokens, atol=1e-4)
    assert not torch.allclose(net.stem(pictures(16)), before.tokens, atol=1)
    settled.settle()
    assert torch.allclose(settled.stem(pictures(16)), tokens, atol=1e-5)


def test_targets_of_patches_are_counted_pixel_by_pixel():
    parts = np.random.default_rng(0).integers(0, PARTS + 1, (2, SIZE, SIZE))
    parts[:, 8:16] = 4
    occupied, centres = patch_targets(parts)
    for t in range(2):
        for n in range(SIDE * SIDE):
            row, column = divmod(n, SIDE)
            cut = parts[t, row * PATCH : (row + 1) * PATCH, column * PATCH : (column + 1) * PATCH]
            for k in range(PARTS):
                y, x = np.nonzero(cut == k + 1)
                assert occupied[t, n, k] == (len(x) >= ENOUGH)
                if len(x):
                    middle = [(x.mean() + 0.5) / PATCH - 0.5, (y.mean() + 0.5) / PATCH - 0.5]
                    assert np.abs(centres[t, n, k] / SCALE - middle).max() <= 0.5001 / SCALE


def test_the_mirror_image_has_the_targets_of_the_mirrored_picture():
    rng = np.random.default_rng(3)
    parts = rng.integers(0, PARTS + 1, (4, SIZE, SIZE))
    occupied, centres = (array.reshape(2, 2, *array.shape[1:]) for array in patch_targets(parts))
    batch = {
        "frames": rng.integers(0, 255, (2, 2, SIZE, SIZE, 3), np.uint8),
        "occupied": occupied,
        "centres": centres,
        "joints": rng.random((2, 2, JOINTS, 2), np.float32),
        "partners": rng.integers(-1, SIDE * SIDE, (2, SIDE * SIDE)).astype(np.int8),
    }
    answer = mirrored(batch)
    wanted = patch_targets(parts[..., ::-1])
    assert (answer["occupied"].reshape(wanted[0].shape) == wanted[0]).all()
    assert (answer["centres"].reshape(wanted[1].shape)[wanted[0]] == wanted[1][wanted[0]]).all()
    assert (answer["frames"] == batch["frames"][:, :, :, ::-1]).all()
    assert np.allclose(answer["joints"][..., 0], 1 - batch["joints"][..., 0])
    for pair, n in np.ndindex(2, SIDE * SIDE):
        there = batch["partners"][pair, n]
        wanted = -1 if there < 0 else there // SIDE * SIDE + SIDE - 1 - there % SIDE
        assert answer["partners"][pair, n // SIDE * SIDE + SIDE - 1 - n % SIDE] == wanted
    again = mirrored(answer)
    assert all(np.allclose(again[name], batch[name]) for name in batch)


def test_content_is_told_apart_as_cross_entropy_says():
    tokens = torch.randn(2, 2, 5, 3, generator=torch.Generator().manual_seed(0))
    partners = torch.tensor([[1, -1, 4, 0, -1], [-1, 2, 2, -1, 3]])
    costs = []
    for pair, n in np.ndindex(2, 5):
        if partners[pair, n] >= 0:
            cosines = torch.cosine_similarity(tokens[pair, 0, n], tokens[pair, 1]) / 0.1
            costs.append(torch.logsumexp(cosines, 0) - cosines[partners[pair, n]])
    assert same_content(tokens, partners) == pytest.approx(float(torch.stack(costs).mean()), rel=1e-5)
    assert same_content(tokens, torch.full((2, 5), -1)) == 0


def test_a_perfect_answer_costs_nothing_and_a_wrong_one_something():
    settings = pose.Settings(content=0.0)
    occupied, centres = patch_targets(np.random.default_rng(0).integers(0, PARTS + 1, (2, SIZE, SIZE)))
    joints = np.random.default_rng(0).random((1, 2, JOINTS, 2), np.float32)
    batch = {"occupied": occupied[None], "centres": centres[None], "joints": joints, "partners": np.full((1, 9), -1)}
    perfect = pose.Pose(
        torch.zeros(2, 9, 8),
        torch.from_numpy(np.where(occupied, 50.0, -50.0)),
        torch.from_numpy(centres / np.float32(SCALE)),
        torch.zeros(2, JOINTS, 9),
        torch.from_numpy(joints[0]),
        torch.zeros(2, 5),
    )
    weights = torch.ones(PARTS)
    assert pose_loss(perfect, batch, weights, settings) == pytest.approx(0, abs=1e-6)
    for name in ("parts", "centres", "joints"):
        wrong = perfect._replace(**{name: -getattr(perfect, name)})
        assert pose_loss(wrong, batch, weights, settings) > 0.01, name


@given(st.integers(0, 2**32 - 1))
def test_f1_is_the_harmonic_mean_of_precision_and_recall(seed):
    rng = np.random.default_rng(seed)
    predicted, truth = rng.random((2, 3, 4, 2)) < rng.random()
    for k, value in enumerate(part_f1(predicted, truth)):
        hits = (predicted & truth)[..., k].sum()
        if hits:
            precision, recall = hits / predicted[..., k].sum(), hits / truth[..., k].sum()
            assert value == pytest.approx(2 * precision * recall / (precision + recall))
        elif predicted[..., k].any() or truth[..., k].any():
            assert value == 0
        else:
            assert np.isnan(value)


def a_truth() -> Truth:
    """On 16 x 16 px, in stripes of 4: the ground, a bystander, the actor, and its ball over a cup that nobody holds."""
    things = (
        Thing("passer", "bystander"),
        Thing("figure", "actor"),
        Thing("ball", "object", 1),
        Thing("cup", "object"),
    )
    names = [("torso", 0), ("torso", 1), ("ball", 2), ("cup", 3)]
    surface = np.zeros((2, 16, 16), np.uint8) + np.repeat(np.arange(4, dtype=np.uint8), 4)
    surface[:, 8:, 12:] = 4
    return Truth(
        surface,
        np.tile(np.eye(2, 3, dtype=np.float32), (2, 5, 1, 1)),
        (Surface("ground"), *(Surface(name, thing) for name, thing in names)),
        things,
        *(np.full((2, 4), np.nan, np.float32) for _ in range(2)),
        np.full((2, 4, JOINTS, 2), np.nan, np.float32),
    )


def test_thresholds_are_the_best_ones_and_shift_the_bias():
    rng = np.random.default_rng(0)
    truth = rng.random((40, 9, PARTS)) < 0.2
    predicted = (truth * 1.5 + rng.standard_normal(truth.shape) + np.linspace(-1, 2, PARTS)).astype(np.float32)
    best = best_thresholds(predicted, truth).numpy()
    found = part_f1(predicted > best, truth)
    for threshold in THRESHOLDS:
        assert (found >= part_f1(predicted > threshold, truth)).all()


def test_only_the_actors_parts_and_what_it_handles_are_parts():
    parts = pose.part_map(a_truth())
    torso = 1 + pose.PART_NAMES.index("torso")
    assert parts[0, 0].tolist() == [0] * 8 + [torso] * 4 + [PARTS] * 4
    assert parts[0, 15].tolist() == [0] * 8 + [torso] * 4 + [0] * 4


def test_partners_are_where_most_pixels_go():
    truth = a_truth()
    truth.places[1, 2:, 1, 2] += 8  # all but ground and bystander go down by a patch
    assert pose.partners(truth, (2, 2)).tolist() == [[0, 3, 2, -1]]


def test_the_shipped_backbone_is_as_good_as_its_card_says_on_todays_world():
    page = card("pose")
    net = PoseNet(page.recipe["size"], tuple(page.recipe["widths"]), page.recipe["depth"])
    net.load_state_dict(tensors("pose"))
    found = scores(net.eval(), pose.rendered(range(16), "test", 64))
    assert found["part F1"] == pytest.approx(page.metrics["test part F1"], abs=0.05)
    assert found["joint error, median px"] == pytest.approx(page.metrics["test joint error, median px"], abs=0.15)
