"""`python -m benchmarks [--smallest] [NAME ...]`: run every benchmark, or those named, one after the other.

A benchmark is a file of this folder with a `main`; the others help them. Each prints its own tables, in a process of
its own; one that lacks what it needs (Chromium, Ray, real films) says so. `python -m benchmarks.NAME --help` has its
options.
"""

import argparse
import ast
import importlib
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
OURS = ("benchmarks", "vizcore", "tests")


def names() -> list[str]:
    """Every benchmark, in the order of the alphabet."""
    return sorted(file.stem for file in FOLDER.glob("*.py") if not file.stem.startswith("_") and _has_main(file))


def run(name: str, words: list[str]) -> None:
    """Run one benchmark here, or say which peer it lacks."""
    try:
        benchmark = importlib.import_module(f"benchmarks.{name}")
    except ModuleNotFoundError as absent:
        if absent.name is None or absent.name.split(".")[0] in OURS:
            raise
        print(f"skipped: {absent.name} is not installed: pip install -r requirements-dev.txt")
        return
    benchmark.main(words)


def main(words: list[str] | None = None) -> int:
    """Run all that are asked for; 1 if one of them failed, after the others."""
    known = names()
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", nargs="*", help=f"any of {', '.join(known)}; all when none is named")
    parser.add_argument("--smallest", action="store_true", help="the least that runs all of each: a rehearsal")
    given = parser.parse_args(words)
    if unknown := set(given.name) - set(known):
        parser.error(f"want any of {', '.join(known)}, got {', '.join(sorted(unknown))}")
    flags = ["--smallest"] if given.smallest else []
    if len(given.name) == 1:
        run(given.name[0], flags)
        return 0
    failed = []
    for name in given.name or known:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", "benchmarks", name, *flags], cwd=FOLDER.parent).returncode:
            failed.append(name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return int(bool(failed))


def _has_main(file: Path) -> bool:
    """Told without importing it, which takes seconds."""
    return any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in ast.parse(file.read_text()).body)


if __name__ == "__main__":
    sys.exit(main())
