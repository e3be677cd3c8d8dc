"""`python -m tests.frozen write DIR` and `compare A B`; --help has the rest."""

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import distributions
from pathlib import Path

from tests.frozen import browsing, comparing, jobs, pictures
from tests.frozen.comparing import DIFFERENT, FAILING, PARTS, SAME, STATES, Finding

HERE = Path(__file__).resolve().parents[2]
CARD = "frozen.json"  # of a set: what it was made of, and where
MOST = 40  # lines of a part
SAME_MACHINE = ("machine", "python", "packages")
COUNTED = ("numpy", "torch", "numba", "scipy", "av", "opencv-python-headless", "streamlit", "playwright")


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 all well, 1 something differs or failed, 2 wrong usage."""
    given = _parser().parse_args(words)
    try:
        return given.run(given)
    except ValueError as refusal:
        print(f"python -m tests.frozen: {refusal}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.frozen", description=__doc__)
    rooms = parser.add_subparsers(required=True, metavar="COMMAND")
    write = rooms.add_parser("write", help="freeze a tree")
    write.add_argument(
        "folder", type=Path, metavar="DIR", help="where the set goes: a new folder, or a set to go on with"
    )
    write.add_argument("--tree", type=Path, default=HERE, metavar="PATH", help="another checkout than this one")
    write.set_defaults(run=_write)
    compare = rooms.add_parser("compare", help="hold two sets against each other; exit code 1 where they differ")
    compare.add_argument("first", type=Path, metavar="A")
    compare.add_argument("second", type=Path, metavar="B")
    compare.add_argument(
        "--all", action="store_true", help=f"tell everything, not {MOST} lines of each part, and also what is the same"
    )
    compare.add_argument(
        "--renamed", type=Path, metavar="FILE", help="names that B has otherwise: lines of BEFORE, a tab and NOW"
    )
    compare.add_argument("--pictures", type=Path, metavar="DIR", help="where screenshots that differ go, side by side")
    compare.set_defaults(run=_compare)
    for room in (write, compare):
        room.add_argument("--only", type=_parts, default=tuple(PARTS), metavar="A,B", help=f"of {','.join(PARTS)}")
    return parser


def _parts(text: str) -> tuple[str, ...]:
    asked = text.split(",")
    if not set(asked) <= set(PARTS):
        raise argparse.ArgumentTypeError(f"want parts of {', '.join(PARTS)}, got {text!r}")
    return tuple(part for part in PARTS if part in asked)


def _write(given: argparse.Namespace) -> int:
    folder, root = given.folder.resolve(), given.tree.resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / CARD).exists():
        raise ValueError(f"want a new folder or one of a set before, got {given.folder} with other files in it")
    if not (root / "app.py").exists():
        raise ValueError(f"want a checkout with app.py in it, got {given.tree}")
    folder.mkdir(parents=True, exist_ok=True)
    card, faults = folder / CARD, []
    runs = json.loads(card.read_text())["runs"] if card.exists() else {}
    for part in given.only:
        runs.pop(part, None)
        shutil.rmtree(folder / part, ignore_errors=True)
    card.write_text(json.dumps(_machine() | {"runs": runs}, indent=1) + "\n")
    with tempfile.TemporaryDirectory(prefix="frozen-") as work:
        tree = jobs.Tree(root, Path(work).resolve())
        steps = {
            (jobs.RESULTS, jobs.COMMANDS): lambda parts: jobs.freeze(tree, jobs.jobs(tree), folder, parts),
            (browsing.WORDS, browsing.SCREENSHOTS): lambda parts: browsing.freeze(tree, folder, parts),
        }
        for names, step in steps.items():
            if parts := tuple(part for part in names if part in given.only):
                began = time.monotonic()
                told = step(parts)
                seconds = round(time.monotonic() - began)
                runs |= {part: _commit(root) | {"seconds": seconds, "faults": told} for part in parts}
                faults += told
                print(f"{' and '.join(parts)}: {seconds} s", *told, sep="\n", file=sys.stderr, flush=True)
                card.write_text(json.dumps(_machine() | {"runs": runs}, indent=1) + "\n")
    return int(bool(faults))


def _commit(root: Path) -> dict:
    """What of a tree was frozen."""
    git = ["git", "-C", str(root)]
    commit = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    changed = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True).stdout
    return {"commit": commit, "changed files": len(changed.splitlines())}


def _machine() -> dict:
    """Where a set was made."""
    known = {one.name.lower(): one.version for one in distributions()}
    packages = {name: known.get(name) for name in COUNTED}
    return {"machine": _processor(), "python": platform.python_version(), "packages": packages}


def _processor() -> str:
    cpu = Path("/proc/cpuinfo")
    rows = cpu.read_text().splitlines() if cpu.exists() else []
    name = next((row.partition(":")[2].strip() for row in rows if row.startswith("model name")), platform.processor())
    return f"{platform.system()} {platform.machine()} {name}"


def _compare(given: argparse.Namespace) -> int:
    sets = given.first, given.second
    for folder in sets:
        if not (folder / CARD).exists():
            raise ValueError(f"want a folder that `python -m tests.frozen write` made, got {folder}")
    cards = [json.loads((folder / CARD).read_text()) for folder in sets]
    if any(cards[0][name] != cards[1][name] for name in SAME_MACHINE):
        print("These sets are of two machines or of other packages: rounding may differ, and so may letters.")
    renamed = comparing.renames(given.renamed) if given.renamed else comparing.NONE
    found = list(comparing.compare(*sets, given.only, renamed))
    for part in given.only:
        _tell(sorted((one for one in found if one.part == part), key=lambda one: -STATES.index(one.state)), given.all)
    print(f"\n{'':<12}" + "".join(f"{state:>23}" for state in STATES))
    for part in given.only:
        counts = Counter(one.state for one in found if one.part == part)
        print(f"{part:<12}" + "".join(f"{counts[state]:>23}" for state in STATES))
    if given.pictures:
        for one in (one for one in found if one.part == "screenshots" and one.state == DIFFERENT):
            files = (folder / one.part / f"{one.name}.png" for folder in sets)
            pictures.side_by_side(*files, given.pictures / f"{one.name}.png")
    return int(any(one.state in FAILING for one in found))


def _tell(found: list[Finding], everything: bool) -> None:
    """A line for each thing of one part that is not the same, the worst first."""
    told = [one for one in found if everything or one.state != SAME]
    shown = told if everything else told[:MOST]
    for one in shown:
        print(f"{one.part:<12} {one.state:<22} {one.name}{f'   {one.why}' if one.why else ''}")
    if len(told) > len(shown):
        print(f"{found[0].part:<12} and {len(told) - len(shown)} more: --all tells them")


if __name__ == "__main__":
    sys.exit(main())
