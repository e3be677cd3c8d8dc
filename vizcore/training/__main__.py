"""`python -m vizcore.training NAME ... [--quick]`: make weight files anew, from nothing; a killed run goes on."""

import argparse
import importlib
from pathlib import Path

import torch

from vizcore.models.weights import FOLDER
from vizcore.training.workshop import Workshop, to_screen

RECIPES = {  # in the order in which they need each other
    "lamp-stem": "tokens that follow a lamp's body and not its colour",
    "lamps": "four kinds of time attention, on things that change while they move",
    "pose": "tokens that know body parts and joints",
    "localizer": "who does what and where, in one stage",
    "localizer-two-stage": "the same in two stages: the baseline",
    "acts": "four kinds of time attention, on actions and their time-reversed twins",
    "gta": "frames embedded by the moment of an action that they show, taught by aligning clips",
    "segmentation": "what is done when in long videos: nets of frames, and one of keypoints",
    "pairs": "non-local blocks, on lanterns that are compared across frames",
}


def main(words: list[str] | None = None) -> None:
    """Run recipes one after the other."""
    parser = argparse.ArgumentParser(
        prog="python -m vizcore.training",
        description=__doc__,
        epilog="recipes: " + "; ".join(f"{name}: {about}" for name, about in RECIPES.items()),
    )
    parser.add_argument("names", nargs="+", metavar="NAME", choices=[*RECIPES, "all"])
    parser.add_argument("--quick", action="store_true", help="a rehearsal; writes to a scratch folder, not to assets")
    parser.add_argument("--seed", type=int, default=0, help="added to every seed of a training")
    parser.add_argument("--folder", type=Path, help="where weights and cards go; assets/weights if not given")
    parser.add_argument("--scratch", type=Path, help="where checkpoints and cached tokens are kept")
    options = parser.parse_args(words)
    torch.set_num_threads(1)  # the same sums on every machine of a kind, whatever its number of cores
    shop = Workshop(quick=options.quick, seed=options.seed, say=to_screen)
    shop.scratch = options.scratch or shop.scratch
    shop.folder = options.folder or (shop.scratch / "rehearsal" if options.quick else FOLDER)
    for name in RECIPES if "all" in options.names else options.names:
        shop.minutes = 0.0
        recipe(name).train(shop)


def recipe(name: str):
    """The module of a recipe."""
    return importlib.import_module(f"vizcore.training.{name.replace('-', '_')}")


if __name__ == "__main__":
    main()
