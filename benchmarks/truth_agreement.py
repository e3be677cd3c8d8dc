"""Does a matching find where things truly go? Descriptors, models and blocks on clips of the world, by every method.

    python -m benchmarks.truth_agreement [--clips N]

Clips of the test split, eight frames each: lamps at rest, slow and fast; a person before a camera at rest and before
one that pans and shakes. A patch counts when things cover a quarter of it, and is right when it is matched with the
patch in which most of their pixels are next. Identity is staying in place; random weights are a model's as drawn.
"""

import argparse
from collections.abc import Iterator
from functools import partial

import numpy as np

from vizcore.algorithms.descriptors import DESCRIPTORS, describe
from vizcore.algorithms.matching import METHODS, track
from vizcore.engine import Engine
from vizcore.models import MODELS
from vizcore.recipes.truth import Partners, true_partners
from vizcore.world.act import act
from vizcore.world.carousel import carousel
from vizcore.world.truth import WorldClip

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


def sources() -> list[tuple[str, str]]:
    """(descriptor, "") and (model, layer): every descriptor, every place of the trained nets and of a random one."""
    models = [name for name, model in MODELS.items() if model.classes or name in RANDOM]
    return [(name, "") for name in DESCRIPTORS] + [(name, layer) for name in models for layer in MODELS[name].layers]


def features(engine: Engine, clip: WorldClip) -> Iterator[tuple[str, tuple[int, int], np.ndarray]]:
    """Every source's name, grid and patches (T, N, C) of a clip; each model runs once."""
    for name in DESCRIPTORS:
        yield name, GRID, describe(clip.frames, GRID, name)
    for name in dict.fromkeys(model for model, layer in sources() if layer):
        seen = engine.run(name, clip.frames, at=MODELS[name].layers).seen
        for layer in MODELS[name].layers:
            yield f"{name} {layer}", MODELS[name].grid, seen[layer][0].float().cpu().numpy()


def scored(engine: Engine, make, clips: int) -> dict[str, dict[str, float]]:
    """{source: {method: share of patches right}}, the mean over clips."""
    shares: dict[str, dict[str, list[float]]] = {}
    for number in range(clips):
        clip: WorldClip = make(number, "test", size=SIZE)
        partners: dict[tuple[int, int], Partners] = {}
        for name, grid, patches in features(engine, clip):
            if grid not in partners:
                partners[grid] = true_partners(clip.truth, np.arange(len(clip.frames)), grid)
            for method in METHODS:
                right = partners[grid].score(track(patches, method), name).right
                shares.setdefault(name, {}).setdefault(method, []).append(right)
    return {name: {method: float(np.nanmean(one)) for method, one in row.items()} for name, row in shares.items()}


def main() -> None:
    """Print a table for every kind of clip."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=20, help="of each kind")
    clips = parser.parse_args().clips
    engine = Engine()
    for world, make in WORLDS.items():
        print(f"\n{world}: share of patches of things matched with their true partner, {clips} clips\n")
        print(f"| source | {' | '.join(METHODS)} |\n| --- |{' ---: |' * len(METHODS)}")
        for name, row in scored(engine, make, clips).items():
            print(f"| {name} | {' | '.join(f'{100 * row[method]:.1f}' for method in METHODS)} |")
    engine.close()


if __name__ == "__main__":
    main()
