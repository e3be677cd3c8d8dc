"""The command line: a table of commands, each a function whose annotations and docstring say what it takes.

words -> cyclopts -> function -> 0 all done | 1 something failed | 2 wrong usage | 3 nothing to score | 4 doubtful
    | 130 interrupted: run again to go on
"""

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NoReturn

from cyclopts import App, CycloptsError, Parameter

from vizcore.cli.command import Command
from vizcore.cli.options import default_text
from vizcore.features.catalog import TASKED
from vizcore.runtime.refusals import Doubtful, NothingToScore

PROGRAM = "python -m vizcore"
TASKS = {name: Command(about, f"vizcore.cli.over_clips:{name}") for row in TASKED for name, about in row.tasks.items()}
COMMANDS: dict[str, Command] = TASKS | {
    "find": Command("where a stretch of one clip is found again in others", "vizcore.cli.find:find"),
    "evaluate": Command(
        "scores of result files against ground truth, as the public evaluations have", "vizcore.cli.evaluate:evaluate"
    ),
    "report": Command(
        "one HTML file of results that opens anywhere, and whether they come out again", "vizcore.cli.report:report"
    ),
    "world": Command("clips of the procedural world, with their ground truth", "vizcore.cli.world:world"),
    "train": Command(
        "train the small networks that come with the app, from nothing", "vizcore.cli.train:train", passes_on=True
    ),
    "serve": Command("the app in the browser", "vizcore.cli.serve:serve"),
    "selftest": Command("known answers asked of the real code on this machine", "vizcore.cli.selftest:selftest"),
}
MISUSED, INTERRUPTED = 2, 130
REFUSED = {
    NothingToScore: 3,
    Doubtful: 4,
}  # exit codes of refusals that a script may want to tell apart; others MISUSED
CODES = (
    "exit codes: 0 all is done; 1 something failed, with a message; 2 wrong usage, or a file is refused; 3 there is "
    "nothing to score; 4 there are warnings, and --strict; 130 interrupted: run it again"
)


def application() -> App:
    """The commands as cyclopts takes them; none is imported before it is asked for."""
    app = App(
        name=PROGRAM,
        help="See time inside video models.",
        help_epilogue=CODES,
        help_format="plaintext",
        version=_version,
        default_parameter=Parameter(show_default=default_text, negative_iterable=(), allow_repeating=True),
    )
    for place, (name, one) in enumerate(COMMANDS.items()):
        app.command(one.run, name=name, help=f"{one.about[0].upper()}{one.about[1:]}.", sort_key=place)
    return app


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; its exit code.

    Raises:
        SystemExit: the words are no command's (2), or only ask for help or the version (0).
    """
    words = list(sys.argv[1:] if words is None else words)
    app = application()
    chain, apps, rest = app.parse_commands(words)
    if apps[-1].default_command is None:
        _refuse(chain, _no_command([name for name in apps[-1] if not name.startswith("-")], rest))
    if chain[-1].startswith("-"):  # help or version: no command, which takes nothing
        words = list(chain)
    elif rest and COMMANDS[chain[0]].passes_on:
        words = [*chain, "--", *rest]
    try:
        run, given, _ = app.parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError as refusal:
        _refuse(chain, str(refusal))
    try:
        code = run(*given.args, **given.kwargs)
    except (ValueError, OSError) as refusal:
        print(f"{PROGRAM} {chain[0]}: {refusal}", file=sys.stderr)
        return REFUSED.get(type(refusal), MISUSED)
    except KeyboardInterrupt:
        print("\nInterrupted; what is done is kept: run the same command again to go on.", file=sys.stderr)
        return INTERRUPTED
    if code is None:  # help or version
        raise SystemExit(0)
    return code


def _no_command(names: list[str], rest: list[str]) -> str:
    wanted = f"want one of {', '.join(names)}"
    if not rest:
        return f"{wanted}, got none"
    near = get_close_matches(rest[0], names, 1)
    return f"{wanted}, got {rest[0]!r}{f' (did you mean {near[0]}?)' if near else ''}"


def _refuse(chain: Sequence[str], why: str) -> NoReturn:
    program = " ".join((PROGRAM, *chain))
    print(f"usage: {program} --help\n{program}: {why}", file=sys.stderr)
    raise SystemExit(MISUSED)


def _version() -> str:
    from vizcore.runtime.machine import version  # torch: only who asks waits for it

    return f"VizCore {version()}"
