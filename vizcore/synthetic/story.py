"""A long video: one person goes from thing to thing, rests between, and sometimes gives up.

seed, split -> WorldClip of hundreds of frames; the truth's segments are the actions, and all else is background
"""

import numpy as np

from vizcore.synthetic.act import check
from vizcore.synthetic.actions import pose
from vizcore.synthetic.actors import Player, gather, happening, known, single
from vizcore.synthetic.camera import accompany, moments, warped
from vizcore.synthetic.clothing import cut, paint
from vizcore.synthetic.clutter import named, scatter
from vizcore.synthetic.figure import CHANNELS, C, joints_of
from vizcore.synthetic.people import THINGS, Performance, perform, somebody, staged
from vizcore.synthetic.postures import LABELS, labels_of
from vizcore.synthetic.scene import Scene, render, set_stage
from vizcore.synthetic.script import Beat, plan
from vizcore.synthetic.setting import furnish, passage
from vizcore.synthetic.splits import generator
from vizcore.synthetic.truth import WorldClip

TALL = (27.0, 33.0)  # units: how tall the person is
EASE = 11  # frames at most that a change of pose takes
FREE, SEATED, HOLDING = 0.0, 1.0, 2.0  # values of the person's state
STATES = {  # action, event: the state from then on
    ("sit_down", "seated"): SEATED,
    ("stand_up", "risen"): FREE,
    ("pick_up", "grasp"): HOLDING,
    ("put_down", "release"): FREE,
    ("throw", "release"): FREE,
}
BYSTANDERS = 3  # at most


def story(
    seed: int,
    split: str = "show",
    size: int = 64,
    count: int = 400,
    supersample: int = 2,
    truth: bool = True,
    *,
    pan: float = 0.4,
    zoom: float = 0.4,
    shake: float = 0.2,
    clutter: int = 1,
    bystanders: int | None = None,
    speed: float = 1.0,
    warp: float = 0.4,
) -> WorldClip:
    """A long clip of one person; truth.state is 0 when free, 1 when seated, 2 when holding something.

    Args:
        seed: from 0.
        split: of vizcore.synthetic.splits.
        size, supersample, truth, pan, zoom, shake, clutter, warp: as of vizcore.synthetic.act.
        count: frames, at least 2.
        bystanders: people who stand along the way, 0 to 3; None draws.
        speed: 0.5 to 2; 1 gives an action about a second of 30 frames.

    Raises:
        ValueError: an argument is out of its range.
    """
    check(size, count, supersample, clutter, pan=pan, zoom=zoom, shake=shake, warp=warp)
    if not 0.5 <= speed <= 2 or bystanders not in (None, *range(BYSTANDERS + 1)) or count < 2:
        got = f"got {speed}, {bystanders} and {count}"
        raise ValueError(f"want speed 0.5 to 2, bystanders 0 to {BYSTANDERS} and 2 frames or more, {got}")
    rng = generator(split, 23, seed)
    stage = set_stage(rng, split, horizon=-rng.uniform(6, 10))
    player, reach = _lead(rng, plan(rng, count, speed), count, warp)
    drawn = int(rng.integers(0, BYSTANDERS + 1))
    players = [player, *_onlookers(rng, drawn if bystanders is None else bystanders, reach, count)]
    camera, centre = accompany(rng, player.played.box, pan, zoom, shake)
    cutouts, things = gather(players)
    behind, before = scatter(rng, centre, moments(count), int(rng.integers(0, clutter + 1)), first=len(things))
    things += named(behind + before)
    drawn = [*behind, *(cutout for one in reversed(cutouts) for cutout in one), *before]
    scene = Scene(stage, camera, drawn, [one.played.shadow for one in reversed(players)], player.played.soft)
    return WorldClip(render(scene, size, supersample), known(scene, players, things, size) if truth else None)


def _lead(rng: np.random.Generator, beats: list[Beat], count: int, warp: float) -> tuple[Player, tuple[float, float]]:
    """The person who plays the beats, and from where to where they go, in units of the world."""
    person = somebody(rng, rng.uniform(*TALL))
    phases = [beat.phases(warped(rng, moments(beat.stop - beat.first), warp)) for beat in beats]
    angles = _poses(beats, phases)
    joints = joints_of(angles, person.body)
    colours = [paint(rng) for _ in range(beats[-1].episode + 1)]
    behind, held = furnish(beats, phases, joints, person.body, colours, EASE)
    limbs = cut(person.body, person.clothes, joints)
    pieces = [cutout.until(count) for cutout in behind + limbs[:-2] + held + limbs[-2:]]
    names = {piece.thing: THINGS.get(piece.name, piece.name) for piece in behind + held}
    played = staged(
        pieces, tuple(names[k] for k in sorted(names)), joints[:count], angles[:count], person, person.place, roams=True
    )
    reach = person.faces * angles[:count, C["x"]] * person.body.leg
    return _labelled(played, beats, phases, count), (float(reach.min()), float(reach.max()))


def _poses(beats: list[Beat], phases: list[np.ndarray]) -> np.ndarray:
    """(T, 15) for all frames up to the end of the last beat; poses pass into each other."""
    angles = np.zeros((beats[-1].stop, len(CHANNELS)))
    before, frame, episode = pose("idle", np.zeros(1))[0], 0, None
    for beat, phase in zip(beats, phases, strict=True):
        played = pose(beat.action, phase)
        played[:, C["x"]] += beat.origin
        rest = before
        if beat.episode != episode:
            rest = pose("idle", np.zeros(1))[0]
            rest[C["x"]] = beat.origin
        count = beat.first - frame
        first = count // 2
        angles[frame : frame + first] = blend(before, rest, 1 - passage(first, EASE)[::-1])
        angles[frame + first : beat.first] = blend(rest, played[0], passage(count - first, EASE))
        angles[beat.first : beat.stop] = played
        before, frame, episode = played[-1], beat.stop, beat.episode
    time = np.arange(len(angles))
    angles[:, C["lean"]] += 0.8 * np.sin(time / 7)  # people breathe
    angles[:, C["head"]] += 2 * np.sin(time / 11)
    return angles


def blend(one: np.ndarray, other: np.ndarray, share: np.ndarray) -> np.ndarray:
    """(T, 15) from one pose (15,) to another, (T,) shares of the way: angles turn the shorter way round.

    Args:
        one, other: (15,) poses: angles in degrees, x and lift in units.
        share: (T,) 0 to 1.
    """
    difference = other - one
    turning = [k for name, k in C.items() if name not in ("x", "lift")]
    difference[turning] = (difference[turning] + 180) % 360 - 180
    return one + share[:, None] * difference


def _labelled(played: Performance, beats: list[Beat], phases: list[np.ndarray], count: int) -> Player:
    """The truth of the beats that the clip shows."""
    phase, state = np.full(count, np.nan), np.full(count, FREE)
    does = labels_of("idle", played.pose, np.zeros(count))
    segments, moments = [], []
    for beat, run in zip(beats, phases, strict=True):
        frames = slice(beat.first, min(beat.stop, count))
        run = run[: max(0, frames.stop - frames.start)]
        if not len(run):
            break
        if beat.action in ("sit_down", "stand_up"):
            does[frames] = labels_of(beat.action, played.pose[frames], run)
        if beat.given_up is not None:
            continue
        phase[frames], does[frames] = run, labels_of(beat.action, played.pose[frames], run)
        segments.append((beat.action, frames.start, frames.stop))
        for word, frame in happening(beat.action, run):
            moments.append((word, beat.first + frame))
            if (beat.action, word) in STATES:
                state[beat.first + frame :] = STATES[beat.action, word]
    does[state == SEATED, :4] = np.array(LABELS[:4]) == "sit"
    return Player(played, "actor", phase, does, tuple(segments), tuple(moments), state)


def _onlookers(rng: np.random.Generator, number: int, reach: tuple[float, float], count: int) -> list[Player]:
    """People who stand farther away along the way."""
    found = []
    for _ in range(number):
        x, ground = float(rng.uniform(reach[0] - 15, reach[1] + 15)), float(-rng.uniform(2, 5))
        person = somebody(rng, rng.uniform(TALL[0] - 5, TALL[0]), x, ground)
        phase = (rng.random() + np.arange(count) / 60) % 1
        found.append(single(perform(person, "idle", phase), "idle", phase, "bystander"))
    return found
