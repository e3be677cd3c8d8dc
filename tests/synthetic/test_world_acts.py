"""One person does one thing: the same for the same seed, always in view, and its twin is the clip played backwards."""

import numpy as np
import pytest

from vizcore.synthetic.act import act
from vizcore.synthetic.actions import CLASSES, EVERY, TWINS, events, forwards, pose
from vizcore.synthetic.camera import camera_path, moments, warped
from vizcore.synthetic.figure import PARTS, J
from vizcore.synthetic.people import perform, somebody
from vizcore.synthetic.splits import generator


def _person(seed=0):
    return somebody(generator("show", 1, seed), 38.0)


def test_a_class_and_its_twin_stand_side_by_side():
    assert len(CLASSES) == len(set(CLASSES)) == 16
    for k, name in enumerate(CLASSES):
        assert TWINS.get(name, name) == TWINS.get(CLASSES[k ^ 1], CLASSES[k ^ 1])


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_clip():
    first, again, other = act(7, "train"), act(7, "train"), act(8, "train")
    assert first.frames.tobytes() == again.frames.tobytes()
    assert first.truth.surface.tobytes() == again.truth.surface.tobytes()
    assert first.frames.tobytes() != other.frames.tobytes()


def test_the_splits_are_different_worlds():
    clips = [act(3, split).frames.tobytes() for split in ("train", "validation", "test", "show")]
    assert len(set(clips)) == 4


def test_truth_costs_time_but_changes_no_pixel():
    assert np.array_equal(act(5, truth=False).frames, act(5).frames)
    assert act(5, truth=False).truth is None


@pytest.mark.parametrize("name", CLASSES)
def test_a_twin_is_exactly_the_other_one_at_one_minus_the_phase(name):
    twin = CLASSES[CLASSES.index(name) ^ 1]
    phase = warped(np.random.default_rng(1), moments(8), 0.6)
    ahead, back = perform(_person(), name, phase), perform(_person(), twin, (1 - phase)[::-1])
    assert np.allclose(ahead.joints, back.joints[::-1])
    for one, other in zip(ahead.cutouts, back.cutouts, strict=True):
        assert one.name == other.name
        assert np.allclose(one.places, other.places[::-1])
    assert sorted(1 - moment for moment, _ in events(name)) == pytest.approx([moment for moment, _ in events(twin)])


def test_time_passes_as_unevenly_backwards_as_forwards():
    at = moments(8)
    runs = np.stack([warped(np.random.default_rng(seed), at, 0.8) for seed in range(4000)])
    turned = (1 - runs)[:, ::-1]
    assert (np.diff(runs) > 0).all()
    for share in (0.1, 0.5, 0.9):
        assert np.allclose(np.quantile(runs, share, 0), np.quantile(turned, share, 0), atol=0.02)


class Turned:
    """Chance whose every row of knots comes out the other way round, and whose slopes have the other sign."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def standard_normal(self, count):
        return self.rng.standard_normal(count)[::-1]

    def uniform(self, low, high, size=None):
        drawn = self.rng.uniform(low, high, size)
        return drawn * [[-1, -1], [-1, 1], [1, -1], [1, 1]] if size == (4, 2) else drawn


def test_every_movement_of_the_camera_is_as_likely_as_its_reversal():
    boxes = perform(_person(), "walk", moments(8)).box
    ahead = camera_path(np.random.default_rng(4), boxes, 0.7, 0.7, 0.7)
    back = camera_path(Turned(4), boxes[::-1], 0.7, 0.7, 0.7)
    assert np.allclose(ahead, back[::-1])


@pytest.mark.parametrize("name", EVERY)
def test_nobody_leaves_the_picture(name):
    for seed in range(25):
        clip = act(seed, "train", name, size=32, supersample=1, pan=1.0, zoom=1.0, shake=1.0, warp=1.0)
        joints = clip.truth.joints[:, 0]
        assert joints.min() >= -0.5, seed
        assert joints.max() <= 31.5, seed


@pytest.mark.parametrize("name", [name for name in EVERY if name not in TWINS])
def test_joints_bend_as_joints_of_people_do(name):
    angles = pose(name, np.linspace(0, 1, 101))
    joints = perform(_person(2), name, np.linspace(0, 1, 101)).joints
    assert (angles[:, [7, 10]] <= 0).all(), "a knee bends forwards"
    assert joints[..., 1].max() <= 0, "somebody is under the ground, which is at 0"


@pytest.mark.parametrize(("name", "thing"), [("pick_up", "box"), ("push", "crate"), ("open", "lid"), ("throw", "ball")])
def test_hands_are_on_what_they_hold(name, thing):
    phase = np.linspace(0, 1, 41)
    held = {"pick_up": phase >= 0.47, "throw": phase <= 0.5}.get(name, phase >= 0)
    for seed in range(20):
        played = perform(_person(seed), name, phase)
        piece = next(cutout for cutout in played.cutouts if cutout.name == thing)
        outline = np.concatenate([patch.outline for patch in piece.patches])
        points = outline @ piece.places[..., :2].swapaxes(1, 2) + piece.places[:, None, :, 2]  # (T, M, 2)
        hand = played.joints[:, J["right hand"]]
        inside = (hand >= points.min(1) - 1.6) & (hand <= points.max(1) + 1.6)
        assert inside[held].all(), seed


def test_a_foot_that_carries_a_walk_stays_where_it_is():
    played = perform(_person(), "walk", np.linspace(0, 1, 121))
    feet = played.joints[:, [J["left ankle"], J["right ankle"]]]
    for start, stop, foot in ((5, 35, 0), (45, 75, 1), (85, 115, 0)):
        stepped = np.ptp(feet[start:stop, foot, 0])
        assert stepped < 0.03 * np.ptp(feet[start:stop, 1 - foot, 0])


def test_every_part_has_a_surface_and_every_class_can_be_asked_for():
    for name in EVERY:
        clip = act(0, action=name)
        assert clip.label == clip.truth.label == name
        assert set(PARTS[:-1]) <= {surface.name for surface in clip.truth.surfaces}
    assert act(0, action="walk_back").number == CLASSES.index("walk_back")


@pytest.mark.parametrize(
    "wrong", [{"pan": 1.5}, {"warp": -0.1}, {"clutter": 9}, {"size": 4}, {"count": 0}, {"action": "fly"}, {"seed": -1}]
)
def test_what_cannot_be_shown_is_refused(wrong):
    with pytest.raises(ValueError, match="want"):
        act(**{"seed": 0} | wrong)


def test_an_action_is_looked_up_the_way_it_is_written_down():
    name, phase = forwards("close", np.array([0.25]))
    assert (name, phase.item()) == ("open", 0.75)
