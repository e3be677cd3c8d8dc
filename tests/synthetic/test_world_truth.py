"""What the world says of itself is what its pictures show: surfaces, joints, boxes and correspondence."""

import hashlib

import cv2
import numpy as np
import pytest

from vizcore.synthetic.act import act
from vizcore.synthetic.backdrop import BANK, large_backdrop
from vizcore.synthetic.crowd import crowd
from vizcore.synthetic.figure import LIMBS, J
from vizcore.synthetic.truth import GROUND, Truth, load_truth, recall, true_partner

GRID = (8, 8)
SEEDS = range(4)


@pytest.fixture(scope="module")
def clips():
    return [act(seed, "train", size=128) for seed in SEEDS] + [crowd(seed, "train", size=128) for seed in SEEDS]


def landed(truth: Truth, t: int, u: int, inner: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rows and columns of the inner pixels of frame t that stay in the picture, and of where they go in frame u."""
    there = np.rint(truth.moved(t, u)).astype(int)
    inside = inner & (there >= 0).all(-1) & (there < 128).all(-1)
    rows, columns = np.nonzero(inside)
    x, y = there[rows, columns].T
    return rows, columns, y, x


def inner_pixels(surface: np.ndarray) -> np.ndarray:
    """(H, W) bool: two px away from any other surface."""
    window = np.ones((5, 5), np.uint8)
    return cv2.erode(surface, window) == cv2.dilate(surface, window)


@pytest.mark.parametrize(("t", "u"), [(0, 1), (2, 5), (7, 0)])
def test_a_pixel_lands_on_its_own_surface_or_behind_a_nearer_one(clips, t, u):
    """Surfaces are numbered from far to near, so what is covered has the smaller number."""
    for clip in clips:
        surface = clip.truth.surface
        rows, columns, y, x = landed(clip.truth, t, u, inner_pixels(surface[t]))
        assert (surface[u][y, x] >= surface[t][rows, columns]).all()


def test_a_pixel_keeps_its_colour_where_it_is_seen(clips):
    for clip in clips:
        surface = clip.truth.surface
        rows, columns, y, x = landed(clip.truth, 3, 4, inner_pixels(surface[3]) & (surface[3] != GROUND))
        same = inner_pixels(surface[4])[y, x] & (surface[4][y, x] == surface[3][rows, columns])
        change = np.abs(clip.frames[3][rows, columns].astype(int) - clip.frames[4][y, x]).max(-1)[same]
        assert np.median(change) <= 4
        assert (change > 40).mean() < 0.12, "only edges within a surface may differ"


def test_the_ground_moves_as_the_pictures_do():
    """The camera of an idle clip moves; its frame 0 carried along the truth gives frame 5."""
    clip = act(6, "train", "idle", size=128, clutter=0, pan=1.0)
    there = clip.truth.moved(5, 0)
    carried = cv2.remap(clip.frames[0], there[..., 0], there[..., 1], cv2.INTER_LINEAR)
    ground = cv2.erode((clip.truth.surface[5] == GROUND).astype(np.uint8), np.ones((31, 31), np.uint8)) > 0
    inside = ground & (there >= 1).all(-1) & (there <= 126).all(-1)
    assert inside.mean() > 0.2
    difference = np.abs(carried.astype(int) - clip.frames[5])[inside].mean()
    still = np.abs(clip.frames[0].astype(int) - clip.frames[5])[inside].mean()
    assert difference < 3
    assert difference < 0.5 * still, "the camera was meant to move"


def test_a_camera_that_does_nothing_keeps_the_ground_where_it_is():
    truth = act(2, "train", "wave", size=64, pan=0, zoom=0, shake=0, clutter=0).truth
    y, x = np.mgrid[:64, :64]
    assert np.allclose(truth.moved(0, 4)[truth.surface[0] == GROUND], np.stack([x, y], -1)[truth.surface[0] == GROUND])


def test_joints_lie_in_the_limbs_that_they_join(clips):
    inner = {"neck": "torso", "head": "head", "left knee": "left shin", "right knee": "right shin"}
    inner |= {"left elbow": "left forearm", "right hand": "right forearm", "pelvis": "torso"}
    for clip in clips:
        truth = clip.truth
        for joint, limb in inner.items():
            number = next(k for k, one in enumerate(truth.surfaces) if (one.name, one.thing) == (limb, 0))
            places = np.rint(truth.joints[:, 0, J[joint]]).astype(int)
            for t, (x, y) in enumerate(places):
                if 0 <= x < 128 and 0 <= y < 128:
                    assert truth.surface[t, y, x] >= number, f"{joint} is seen outside the {limb}"


def test_boxes_are_the_tightest_around_the_masks(clips):
    for clip in clips:
        boxes = clip.truth.boxes()
        for thing in range(len(clip.truth.things)):
            rows, columns = np.nonzero(clip.truth.mask(thing)[4])
            if len(rows):
                assert boxes[4, thing].tolist() == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            else:
                assert np.isnan(boxes[4, thing]).all()


def test_votes_of_a_patch_are_its_pixels_that_are_still_seen(clips):
    truth = clips[0].truth
    votes = truth.votes(2, 4, GRID)
    there = np.rint(truth.moved(2, 4)).astype(int)
    expected = np.zeros((64, 64), int)
    for y in range(128):
        for x in range(128):
            u, v = there[y, x]
            number = truth.surface[2, y, x]
            if number != GROUND and 0 <= u < 128 and 0 <= v < 128 and truth.surface[4, v, u] == number:
                expected[y // 16 * 8 + x // 16, v // 16 * 8 + u // 16] += 1
    assert np.array_equal(votes, expected)


def test_the_true_matching_collects_the_most_votes(clips):
    rng = np.random.default_rng(0)
    for clip in clips:
        votes = clip.truth.votes(0, 3, GRID)
        partner = true_partner(votes)
        assert sorted(partner) == list(range(64))
        assert recall(votes, partner) == 1
        assert all(recall(votes, rng.permutation(64)) <= 1 for _ in range(20))


def test_truth_comes_back_from_disk_as_it_was(clips, tmp_path):
    truth = clips[-1].truth
    truth.save(tmp_path / "truth.npz")
    read = load_truth(tmp_path / "truth.npz")
    for name in ("surface", "places", "phase", "state", "joints", "does"):
        assert np.array_equal(getattr(read, name), getattr(truth, name), equal_nan=getattr(truth, name).dtype != bool)
    for name in ("surfaces", "things", "segments", "events", "labels", "label"):
        assert getattr(read, name) == getattr(truth, name)


def test_a_larger_picture_shows_the_same_clip():
    small, large = act(9, "show", size=64), act(9, "show", size=192)
    shrunk = np.stack([cv2.resize(frame, (64, 64), interpolation=cv2.INTER_AREA) for frame in large.frames])
    assert np.abs(small.frames.astype(int) - shrunk).mean() < 6
    assert np.allclose(small.truth.joints[:, 0] * 3 + 1, large.truth.joints[:, 0], atol=1e-3)


def test_more_frames_show_the_same_action_more_finely():
    """Of 24 frames every third is at the middle of one of 8 equal shares."""
    few, many = act(9, "show", count=8).truth, act(9, "show", count=24).truth
    assert np.allclose(few.phase[:, 0], many.phase[1::3, 0], atol=1e-6)


def test_no_two_splits_share_a_backdrop():
    digests = {}
    for split, count in BANK.items():
        for number in range(count):
            picture = large_backdrop.__wrapped__(split, number, 32)
            digest = hashlib.sha256(picture.tobytes()).digest()
            assert digests.setdefault(digest, split) == split
    assert len(digests) == sum(BANK.values())


def test_every_limb_of_everybody_is_a_surface(clips):
    for clip in clips:
        people = [k for k, thing in enumerate(clip.truth.things) if thing.name == "person"]
        named = {(surface.name, surface.thing) for surface in clip.truth.surfaces}
        assert {(limb, k) for limb in LIMBS for k in people} <= named
