"""The command line: a table of commands, each of which says what it takes and returns its exit code.

words -> parser -> command -> 0 all done | 1 something failed | 2 wrong usage | 130 interrupted: run it again to go on
"""

import argparse
import sys
from collections.abc import Sequence

from vizcore.cli import evaluate, report, selftest, serve, train, world
from vizcore.cli.command import Command
from vizcore.cli.over_clips import over_clips
from vizcore.features.tasks import PRODUCTS
from vizcore.runtime.machine import version

COMMANDS: dict[str, Command] = {name: over_clips(one) for name, one in PRODUCTS.items()} | {
    one.COMMAND.name: one.COMMAND for one in (evaluate, report, world, train, serve, selftest)
}
FAILED, MISUSED, INTERRUPTED = 1, 2, 130
CODES = "exit codes: 0 all is done; 1 something failed, which was told; 2 wrong usage; 130 interrupted: run it again"


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m vizcore", description="See time inside video models.", epilog=CODES
    )
    parser.add_argument("--version", action="version", version=f"VizCore {version()}", help="say it and leave")
    rooms = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        room = rooms.add_parser(
            name, help=command.about, description=f"{command.about[0].upper()}{command.about[1:]}.", epilog=CODES
        )
        command.add(room)
    given = parser.parse_args(words)
    try:
        return COMMANDS[given.command].run(given)
    except (ValueError, OSError) as refusal:
        print(f"{parser.prog} {given.command}: {refusal}", file=sys.stderr)
        return MISUSED
    except KeyboardInterrupt:
        print("\nInterrupted; what is done is kept: run the same command again to go on.", file=sys.stderr)
        return INTERRUPTED
