"""`python -m vizcore world`: clips of the procedural world as MP4, with what is true about them beside."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from vizcore.cli.command import Command
from vizcore.synthetic.shot import SCENES, Shot, render, shot, shot_of
from vizcore.synthetic.truth_file import truth_path


def _add(parser: ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="WORD", help="a clip by its word, such as world-act-3-cartwheel")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="where WORD.mp4 and WORD.truth.npz go"
    )
    parser.add_argument("--scene", choices=SCENES, help="instead of words: clips of this scene, a seed each")
    parser.add_argument("--choice", default="", metavar="WORD", help="what is done in them; in turn where not given")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="how many (usually 1)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="the first one's (usually 0)")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=X",
        help="a slider of the scene, such as speed=6; repeatable",
    )


def shots(given: Namespace) -> list[Shot]:
    """What is asked for.

    Raises:
        ValueError: a word, choice or slider is unknown, or nothing is asked for.
    """
    named = [shot_of(word) for word in given.words]
    if given.scene is None:
        if not named:
            raise ValueError("want words of clips or a --scene, got neither")
        return named
    sliders = dict(_slider(text) for text in given.set)
    choices = [given.choice] if given.choice else SCENES[given.scene].choices or [""]
    seeds = range(given.seed, given.seed + given.count)
    return named + [shot(given.scene, seed, choices[seed % len(choices)], **sliders) for seed in seeds]


def _slider(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise ValueError(f"want --set NAME=NUMBER, got {text!r}") from None


def _run(given: Namespace) -> int:
    asked = shots(given)
    given.out.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(asked, 1):
        path = given.out / f"{one.word}.mp4"
        there = path.exists() and truth_path(path).exists()
        if not there:
            render(one, path)
        print(f"{number}/{len(asked)} {'kept' if there else 'done'} {path}", file=sys.stderr)
    return 0


COMMAND = Command("world", "clips of the procedural world, with what is true about them", _add, _run)
