"""Crowds and long stories: poses that never jump, things that exist once, words that are true of every frame."""

from itertools import pairwise

import numpy as np
import pytest

from vizcore.synthetic.crowd import crowd
from vizcore.synthetic.figure import C, J
from vizcore.synthetic.postures import LABELS
from vizcore.synthetic.scene import Scene
from vizcore.synthetic.script import SEGMENT_LABELS, plan
from vizcore.synthetic.splits import generator
from vizcore.synthetic.story import FREE, HOLDING, SEATED, blend, story

WORDS = {name: k for k, name in enumerate(LABELS)}


@pytest.fixture(scope="module")
def stories():
    return [story(seed, "train", size=32, count=400, supersample=1) for seed in range(6)]


def test_the_same_seed_tells_the_same_story_and_another_split_another_one():
    first, again = (story(3, "show", size=24, count=40, supersample=1) for _ in range(2))
    assert first.frames.tobytes() == again.frames.tobytes()
    assert first.frames.tobytes() != story(3, "test", size=24, count=40, supersample=1).frames.tobytes()
    assert crowd(3, size=24).frames.tobytes() == crowd(3, size=24).frames.tobytes()


def test_poses_never_jump(stories):
    """Where an action begins or ends, no joint suddenly goes much farther than in the frames around."""
    for clip in stories:
        joints = clip.truth.joints[:, 0]  # (T, 14, 2) px of 32
        steps = np.linalg.norm(np.diff(joints, axis=0), axis=-1)  # (T - 1, 14): from frame t to t + 1
        for segment in clip.truth.segments:
            for edge in (segment.first - 1, segment.stop - 1):
                if 5 <= edge < len(steps) - 5:
                    around = np.maximum(steps[edge - 5 : edge].max(0), steps[edge + 1 : edge + 6].max(0))
                    assert (steps[edge] <= 1.5 * around + 0.3).all(), (segment.label, edge)
        assert steps.max() < 8, "a joint goes a quarter of the picture in a frame"


def test_limbs_keep_their_length(stories):
    for clip in stories:
        joints = clip.truth.joints[:, 0]
        scale = np.linalg.norm(joints[:, J["neck"]] - joints[:, J["pelvis"]], axis=-1)
        for start, stop in (("left elbow", "left hand"), ("right elbow", "right hand"), ("left knee", "left ankle")):
            bone = np.linalg.norm(joints[:, J[start]] - joints[:, J[stop]], axis=-1) / scale
            assert np.allclose(bone, bone[0], rtol=1e-3)


def test_the_one_whom_a_story_is_about_stays_in_view(stories):
    for clip in stories:
        joints = clip.truth.joints[:, 0]
        assert joints.min() > -0.5
        assert joints.max() < 31.5


def test_segments_follow_each_other_with_background_between(stories):
    seen = set()
    for clip in stories:
        told = clip.truth.segments
        seen |= {segment.label for segment in told}
        assert all(0 <= segment.first < segment.stop <= 400 for segment in told)
        assert all(one.stop < other.first for one, other in pairwise(told))
        phase = clip.truth.phase[:, 0]
        inside = np.zeros(400, bool)
        for segment in told:
            inside[segment.first : segment.stop] = True
            assert (np.diff(phase[segment.first : segment.stop]) > 0).all()
        assert np.array_equal(np.isfinite(phase), inside)
    assert seen <= set(SEGMENT_LABELS)
    assert len(seen) > 8


def test_false_attempts_are_background_and_whole_actions_are_not():
    beats = [beat for seed in range(30) for beat in plan(generator("train", seed), 600, 1.0)]
    attempts = [beat for beat in beats if beat.given_up is not None]
    assert 0.02 < len(attempts) / len(beats) < 0.2
    for beat in attempts:
        phase = beat.phases(np.linspace(0, 1, 21))
        assert phase[0] == phase[-1] == 0
        assert phase.max() == pytest.approx(beat.given_up)


def test_nobody_sits_twice_or_puts_down_what_is_not_held():
    pairs = {"stand_up": "sit_down", "put_down": "pick_up", "throw": "pick_up", "close": "open", "pull": "push"}
    for seed in range(60):
        told = [beat for beat in plan(generator("train", seed), 900, 1.0) if beat.given_up is None]
        for before, after in pairwise(told):
            if after.action in pairs:
                assert (before.action, before.episode) == (pairs[after.action], after.episode)
            if before.action in ("sit_down", "pick_up") and after.first < 900:
                assert pairs.get(after.action) == before.action


def test_what_is_held_stays_in_the_hand_and_what_is_seated_stays_on_the_stool(stories):
    held = seated = 0
    for clip in stories:
        truth = clip.truth
        state, hand = truth.state[:, 0], truth.joints[:, 0, J["right hand"]]
        assert set(np.unique(state)) <= {FREE, SEATED, HOLDING}
        seated += (state == SEATED).sum()
        assert truth.does[state == SEATED, 0, WORDS["sit"]].all()
        near = np.full(len(hand), np.inf)
        for k, surface in enumerate(truth.surfaces):
            if surface.name in ("box", "ball"):
                near = np.minimum(near, np.linalg.norm(truth.places[:, k, :, 2] - hand, axis=-1))
        held += (state == HOLDING).sum()
        assert (near[state == HOLDING] < 2.5).all(), "px of 32"
    assert min(held, seated) > 20


def test_the_hand_keeps_the_lid_by_its_rim(stories):
    opened = 0
    for clip in stories:
        truth = clip.truth
        for segment in truth.segments:
            if segment.label in ("open", "close"):
                hand = truth.joints[segment.first : segment.stop, 0, J["right hand"]]
                lids = [
                    truth.places[segment.first : segment.stop, k]
                    for k, one in enumerate(truth.surfaces)
                    if one.name == "lid"
                ]
                seen = [np.linalg.solve(lid[..., :2], (hand - lid[..., 2])[..., None])[..., 0] for lid in lids]
                assert min(np.ptp(own, axis=0).max() for own in seen) < 0.7, "units of the world"
                opened += 1
    assert opened


def test_a_pose_turns_into_another_one_the_shorter_way():
    one, other = np.zeros(15), np.zeros(15)
    one[C["right arm"]], other[C["right arm"]] = -340, 30
    one[C["turn"]], other[C["x"]] = 360, 2.0
    passing = blend(one, other, np.array([0.0, 0.5, 1.0]))
    assert passing[:, C["right arm"]].tolist() == [-340, -335, -330]
    assert passing[:, C["turn"]].tolist() == [360, 360, 360]
    assert passing[:, C["x"]].tolist() == [0, 1, 2]


def test_things_of_a_story_move_only_when_somebody_moves_them(stories):
    for clip in stories:
        truth = clip.truth
        used = np.zeros(400, bool)
        for segment in truth.segments:
            used[max(0, segment.first - 1) : segment.stop + 70] |= segment.label in ("throw", "kick")  # a ball flies on
            used[max(0, segment.first - 1) : segment.stop + 1] = True
        rest = ~used[1:] & ~used[:-1] & (truth.state[1:, 0] != HOLDING)
        ground = truth.places[:, 0].astype(float)
        for k, surface in enumerate(truth.surfaces[1:], 1):
            if truth.things[surface.thing].role != "object":
                continue
            spot = np.linalg.solve(ground[..., :2], (truth.places[:, k, :, 2] - ground[..., 2])[..., None])[..., 0]
            assert np.abs(np.diff(spot, axis=0))[rest].max(initial=0) < 1e-3, surface.name


def test_one_posture_holds_at_a_time_and_bystanders_only_stand():
    seen = np.zeros(len(LABELS), bool)
    for seed in range(40):
        truth = crowd(seed, "train", size=32, supersample=1).truth
        people = [k for k, thing in enumerate(truth.things) if thing.role in ("actor", "bystander")]
        assert (truth.does[:, people, :4].sum(-1) == 1).all()
        seen |= truth.does.any((0, 1))
        for k in people:
            if truth.things[k].role == "bystander":
                assert not truth.does[:, k, 1:].any()
                assert np.isnan(truth.phase[:, k]).all()
    assert seen.all()


def test_near_people_are_drawn_over_far_ones(monkeypatch):
    drawn = []
    monkeypatch.setattr("vizcore.synthetic.crowd.render", lambda scene, size, supersample: drawn.append(scene))
    crowd(5, people=3, bystanders=2, truth=False)
    (scene,) = drawn
    assert isinstance(scene, Scene)
    ground = [shadow[0, 1] for shadow in scene.shadows]
    assert ground == sorted(ground)
    order = list(dict.fromkeys(cutout.thing for cutout in scene.cutouts if cutout.name == "torso"))
    assert order == sorted(order)


@pytest.mark.parametrize("people", [1, 2, 3])
@pytest.mark.parametrize("bystanders", [0, 2])
def test_as_many_people_come_as_were_asked_for(people, bystanders):
    roles = [thing.role for thing in crowd(1, size=24, people=people, bystanders=bystanders).truth.things]
    assert (roles.count("actor"), roles.count("bystander")) == (people, bystanders)


@pytest.mark.parametrize("wrong", [{"people": 0}, {"people": 9}, {"bystanders": 3}, {"speed": 0}, {"zoom": 2}])
def test_a_crowd_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="want"):
        crowd(0, **wrong)


@pytest.mark.parametrize("wrong", [{"speed": 9}, {"bystanders": 4}, {"count": 1}, {"warp": -1}, {"seed": -1}])
def test_a_story_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="want"):
        story(**{"seed": 0} | wrong)
