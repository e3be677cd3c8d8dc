"""One person does one thing: the clips that motion is learnt from.

seed, split, action -> WorldClip of (T, H, W, 3) frames with the truth about every limb
"""

from vizcore.synthetic.actions import CLASSES, EVERY
from vizcore.synthetic.actors import gather, known, single
from vizcore.synthetic.camera import camera_path, moments, view_centres, warped
from vizcore.synthetic.clutter import LIMIT, named, scatter
from vizcore.synthetic.people import perform, somebody
from vizcore.synthetic.scene import Scene, render, set_stage
from vizcore.synthetic.splits import generator
from vizcore.synthetic.truth import WorldClip

TALL = (34.0, 43.0)  # units: how tall people are, of the 64 that are seen


def act(
    seed: int,
    split: str = "show",
    action: str | None = None,
    size: int = 64,
    count: int = 8,
    supersample: int = 2,
    truth: bool = True,
    *,
    pan: float = 0.5,
    zoom: float = 0.5,
    shake: float = 0.3,
    clutter: int = 2,
    warp: float = 0.5,
) -> WorldClip:
    """A clip of one person, the same for the same arguments; its size and count only change how finely it is seen.

    Args:
        seed: from 0.
        split: of vizcore.synthetic.splits.
        action: of vizcore.synthetic.actions.EVERY; None draws one of CLASSES.
        size: px of a side.
        count: frames; they show the middles of equal shares of the action.
        supersample: drawn so many times larger and shrunk.
        truth: False saves the time that the truth costs.
        pan, zoom, shake: movements of the camera, 0 none to 1 much.
        clutter: at most so many things move about, 0 to 6.
        warp: how unevenly time passes, 0 evenly to 1.

    Raises:
        ValueError: an argument is out of its range.
    """
    check(size, count, supersample, clutter, pan=pan, zoom=zoom, shake=shake, warp=warp)
    rng = generator(split, 21, seed)
    drawn = CLASSES[rng.integers(len(CLASSES))]
    action = drawn if action is None else action
    person = somebody(rng, rng.uniform(*TALL))
    stage = set_stage(rng, split, horizon=-rng.uniform(3, 9))
    at = moments(count)
    phase = warped(rng, at, warp)
    player = single(perform(person, action, phase), action, phase)
    camera = camera_path(rng, player.played.box, pan, zoom, shake)
    (cutouts,), things = gather([player])
    behind, before = scatter(
        rng, view_centres(camera).mean(0), at, int(rng.integers(0, clutter + 1)), first=len(things)
    )
    things += named(behind + before)
    scene = Scene(stage, camera, behind + cutouts + before, [player.played.shadow], player.played.soft)
    number = CLASSES.index(action) if action in CLASSES else EVERY.index(action)
    known_truth = known(scene, [player], things, size, action) if truth else None
    return WorldClip(render(scene, size, supersample), known_truth, action, number)


def check(size: int, count: int, supersample: int, clutter: int, **shares: float) -> None:
    """Refuse what cannot be drawn.

    Args:
        size: px of a side, 16 or more.
        count: frames, 1 or more.
        supersample: how many times larger frames are drawn, 1 or more.
        clutter: shapes beside the people, 0 to LIMIT.
        **shares: further settings by name, each 0 to 1.

    Raises:
        ValueError: a number is out of its range.
    """
    if size < 16 or count < 1 or supersample < 1:
        raise ValueError(f"want size >= 16, count >= 1, supersample >= 1, got {size}, {count} and {supersample}")
    if not 0 <= clutter <= LIMIT:
        raise ValueError(f"want 0 to {LIMIT} things as clutter, got {clutter}")
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise ValueError(f"want {name} in 0..1, got {share}")
