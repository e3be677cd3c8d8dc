"""Does a matching find where things truly go? Descriptors, models and blocks on clips of the world, by every method.

    python -m benchmarks.truth_agreement [--clips N] [--models NAME ...] [--smallest]

Clips of the test split, eight frames each: lamps at rest, slow and fast; a person before a camera at rest and before
one that pans and shakes. A patch counts when things cover a quarter of it, and is right when it is matched with the
patch in which most of their pixels are next. Identity is staying in place; random weights are a model's as drawn.
"""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from benchmarks.options import asked
from vizcore.algorithms.attribution.token_maps import token_maps
from vizcore.algorithms.matching.descriptors import DESCRIPTORS, describe
from vizcore.algorithms.matching.matching import METHODS, track
from vizcore.features.matching.pipeline_truth import TrueMatches, true_matches
from vizcore.models import PATCH_MODELS
from vizcore.runtime.engine import Engine
from vizcore.synthetic.act import act
from vizcore.synthetic.carousel import carousel
from vizcore.synthetic.truth import WorldClip

SIZE = 224  # px: models shrink it to their own
GRID = (8, 8)  # of the descriptors
RANDOM = ("vit-small-ata",)
WORLDS = {
    "lamps, at rest": partial(carousel, speed=0.0),
    "lamps, 4 px a frame": partial(carousel, speed=4.0),
    "lamps, 10 px a frame": partial(carousel, speed=10.0),
    "acts, camera at rest": partial(act, pan=0.0, zoom=0.0, shake=0.0),
    "acts, camera pans and shakes": partial(act, pan=1.0, zoom=0.5, shake=1.0),
}


SMALLEST = {"clips": 1, "models": ("lamps-ata",), "worlds": dict([next(iter(WORLDS.items()))])}


def nets() -> tuple[str, ...]:
    """The trained nets, and a random one."""
    return tuple(name for name, model in PATCH_MODELS.items() if model.classes or name in RANDOM)


def features(
    engine: Engine, clip: WorldClip, models: Sequence[str]
) -> Iterator[tuple[str, tuple[int, int], np.ndarray]]:
    """Name, grid and patches (T, N, C) of a clip by every descriptor and at every place of the nets, which run once."""
    for name in DESCRIPTORS:
        yield name, GRID, describe(clip.frames, GRID, name)
    for name in models:
        seen = engine.run(name, clip.frames, at=PATCH_MODELS[name].layers).activations
        for layer in PATCH_MODELS[name].layers:
            maps = token_maps(seen[layer], PATCH_MODELS[name].frames, PATCH_MODELS[name].grid)  # (T, rows, columns, D)
            yield f"{name} {layer}", tuple(maps.shape[1:3]), maps.flatten(1, 2).float().cpu().numpy()


def scored(engine: Engine, make, clips: int, models: Sequence[str]) -> dict[str, dict[str, float]]:
    """{source: {method: share of patches right}}, the mean over clips."""
    shares: dict[str, dict[str, list[float]]] = {}
    for number in range(clips):
        clip: WorldClip = make(number, "test", size=SIZE)
        partners: dict[tuple[int, int], TrueMatches] = {}
        for name, grid, patches in features(engine, clip, models):
            if grid not in partners:
                partners[grid] = true_matches(clip.truth, np.arange(len(clip.frames)), grid)
            for method in METHODS:
                right = partners[grid].score(track(patches, method), name).right
                shares.setdefault(name, {}).setdefault(method, []).append(right)
    return {name: {method: float(np.nanmean(one)) for method, one in row.items()} for name, row in shares.items()}


def main(words: Sequence[str] | None = None) -> None:
    """Print a table for every kind of clip, so many of each."""
    told = asked(__doc__, words, SMALLEST, clips=20, models=nets(), worlds=WORLDS)
    engine = Engine()
    for world, make in told.worlds.items():
        print(f"\n{world}: share of patches of things with the right match, {told.clips} clips\n")
        print(f"| source | {' | '.join(METHODS).title()} |\n| --- |{' ---: |' * len(METHODS)}")
        for name, row in scored(engine, make, told.clips, told.models).items():
            print(f"| {name} | {' | '.join(f'{100 * row[method]:.1f}' for method in METHODS)} |")
    engine.close()


if __name__ == "__main__":
    main()
