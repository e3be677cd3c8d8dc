"""`python -m vizcore world`: clips of the procedural world as MP4, with their ground truth beside."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from vizcore.cli.options import option
from vizcore.synthetic.shot import SCENES, Shot, render, shot, shot_of
from vizcore.synthetic.truth_file import truth_path


def world(
    *words: Annotated[str, Parameter(name="WORD")],
    out: Path,
    scene: Literal[*SCENES] | None = None,
    choice: str = "",
    count: option(int) = 1,
    seed: option(int) = 0,
    sliders: Annotated[tuple[str, ...], Parameter(name="--set", metavar="NAME=X")] = (),
) -> int:
    """Render clips.

    Args:
        words: a clip by its word, such as world-act-3-cartwheel.
        out: where WORD.mp4 and WORD.truth.npz go.
        scene: instead of words: clips of this scene, a seed each.
        choice: what is done in them; in turn where not given.
        count: how many.
        seed: the first one's.
        sliders: a slider of the scene, such as speed=6; repeatable.
    """
    requested = [shot_of(word) for word in words]
    if scene is None and not requested:
        raise ValueError("want words of clips or a --scene, got neither")
    if scene is not None:
        requested += shots(scene, choice, range(seed, seed + count), dict(map(_slider, sliders)))
    out.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(requested, 1):
        path = out / f"{one.clip_id}.mp4"
        there = path.exists() and truth_path(path).exists()
        if not there:
            render(one, path)
        print(f"{number}/{len(requested)} {'kept' if there else 'done'} {path}", file=sys.stderr)
    return 0


def shots(scene: str, choice: str, seeds: range, sliders: dict[str, float]) -> list[Shot]:
    """Clips of a scene, a seed each.

    Args:
        scene: a key of SCENES.
        choice: what is done in them; "" for one after the other.
        seeds: of the clips.
        sliders: {name: value} of the scene.

    Raises:
        ValueError: a choice or slider is unknown.
    """
    choices = [choice] if choice else SCENES[scene].choices or [""]
    return [shot(scene, seed, choices[seed % len(choices)], **sliders) for seed in seeds]


def _slider(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise ValueError(f"want --set NAME=NUMBER, got {text!r}") from None
