"""`python -m vizcore train`: make weight files anew, as they were made; see vizcore.training."""

from argparse import REMAINDER, ArgumentParser, Namespace

from vizcore.cli.command import Command


def _add(parser: ArgumentParser) -> None:
    parser.add_argument("words", nargs=REMAINDER, metavar="NAME ...", help="recipes and options of vizcore.training")


def _run(given: Namespace) -> int:
    from vizcore.training.__main__ import main  # torch and the world: only who trains waits for them

    main(given.words or ["--help"])
    return 0


COMMAND = Command("train", "train the small networks that come with the app, from nothing", _add, _run)
