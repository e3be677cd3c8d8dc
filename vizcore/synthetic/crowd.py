"""Several people at once: actors who do something, bystanders who do not, the near ones before the far ones.

seed, split -> WorldClip whose truth says of every person, in every frame, which of twelve words hold
"""

from dataclasses import replace
from itertools import chain

import numpy as np

from vizcore.synthetic.act import check
from vizcore.synthetic.actions import EVERY
from vizcore.synthetic.actors import Player, gather, known, single
from vizcore.synthetic.camera import VIEW, camera_path, moments, view_centres, warped
from vizcore.synthetic.clutter import named, scatter
from vizcore.synthetic.people import perform, somebody
from vizcore.synthetic.scene import Scene, render, set_stage
from vizcore.synthetic.splits import generator
from vizcore.synthetic.truth import WorldClip

ACTIONS = tuple(name for name in EVERY if name != "idle")
MOST = 5  # people in a clip
DEPTH = (-5.0, 9.0)  # units: where soles are, from far to near
TALL = (23.0, 35.0)  # units: how tall people look there
APART = 13.0  # units between two people, where there is room


def crowd(
    seed: int,
    split: str = "show",
    size: int = 96,
    count: int = 8,
    supersample: int = 2,
    truth: bool = True,
    *,
    people: int | None = None,
    bystanders: int | None = None,
    pan: float = 0.25,
    zoom: float = 0.4,
    shake: float = 0.3,
    clutter: int = 1,
    speed: float = 0.6,
    warp: float = 0.4,
) -> WorldClip:
    """A clip of one to five people.

    Args:
        seed: from 0.
        split: of vizcore.synthetic.splits.
        size, count, supersample, truth: as of vizcore.synthetic.act.
        people: actors, 1 to 3; None draws.
        bystanders: people who stand about, 0 to 2; None draws.
        pan, zoom, shake, clutter, warp: as of vizcore.synthetic.act.
        speed: share of an action that the clip shows, 0.1 to 1.

    Raises:
        ValueError: an argument is out of its range.
    """
    check(size, count, supersample, clutter, pan=pan, zoom=zoom, shake=shake, warp=warp)
    if people not in (None, 1, 2, 3) or bystanders not in (None, 0, 1, 2) or not 0.1 <= speed <= 1:
        raise ValueError(f"want people 1 to 3, bystanders 0 to 2, speed 0.1 to 1, got {people}, {bystanders}, {speed}")
    rng = generator(split, 22, seed)
    drawn = int(rng.integers(1, 4)), int(rng.choice([0, 0, 1, 1, 2]))
    roles = ["actor"] * (people or drawn[0]) + ["bystander"] * (drawn[1] if bystanders is None else bystanders)
    stage = set_stage(rng, split, horizon=DEPTH[0] - rng.uniform(1, 5))
    players = _fill(rng, roles, moments(count), speed, warp)
    room = np.stack([player.played.box for player in players])  # (K, T, 4)
    boxes = np.concatenate([room[..., :2].min(0), room[..., 2:].max(0)], -1)
    camera = camera_path(rng, boxes, pan, zoom, shake)
    cutouts, things = gather(players)
    behind, before = scatter(
        rng, view_centres(camera).mean(0), moments(count), int(rng.integers(0, clutter + 1)), first=len(things)
    )
    things += named(behind + before)
    shadows, soft = [player.played.shadow for player in players], [player.played.soft for player in players]
    scene = Scene(stage, camera, [*behind, *chain(*cutouts), *before], shadows, list(chain(*soft)))
    return WorldClip(render(scene, size, supersample), known(scene, players, things, size) if truth else None)


def _fill(rng: np.random.Generator, roles: list[str], at: np.ndarray, speed: float, warp: float) -> list[Player]:
    """People in front of each other, far ones first, each where the clip can show them whole."""
    depths = np.sort(rng.uniform(*DEPTH, len(roles)))
    players, taken = [], []
    for role, depth in zip(rng.permutation(roles), depths, strict=True):
        near = (depth - DEPTH[0]) / (DEPTH[1] - DEPTH[0])
        height = (TALL[0] + near * (TALL[1] - TALL[0])) * rng.uniform(0.92, 1.08)
        person = somebody(rng, height, 0.0, float(depth))
        action = ACTIONS[rng.integers(len(ACTIONS))] if role == "actor" else "idle"
        phase = rng.uniform(0, 1 - speed) + speed * warped(rng, at, warp)
        low, high = perform(person, action, phase).box[:, [0, 2]].T
        room = VIEW / 2 - 2
        spots = rng.uniform(min(-room - low.min(), 0), max(room - high.max(), 0), 20)
        free = [spot for spot in spots if all(abs(spot - other) > APART for other in taken)]
        taken.append(float(free[0] if free else spots[0]))
        players.append(single(perform(replace(person, x=taken[-1]), action, phase), action, phase, str(role)))
    return players
