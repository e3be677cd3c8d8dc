"""Draw the house from its imports into ARCHITECTURE.md: `python docs/house.py`; `--check` says whether it is fresh."""

import ast
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLAN = ROOT / "ARCHITECTURE.md"
BEGIN, END = "<!-- house: drawn by docs/house.py -->\n", "<!-- end of the house -->"
ORDER = [
    "cli",
    "features",
    "training",
    "ui",
    "player",
    "models",
    "runtime",
    "figures",
    "synthetic",
    "video",
    "formats",
    "algorithms",
]


def arrows() -> Counter[tuple[str, str]]:
    """{(room, room that it imports): by how many files}."""
    found: Counter[tuple[str, str]] = Counter()
    for file in sorted((ROOT / "vizcore").rglob("*.py")):
        room = file.relative_to(ROOT / "vizcore").parts[0]
        nodes = (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom))
        named = {tuple(f"{node.module}.{alias.name}".split(".")[:2]) for node in nodes for alias in node.names}
        others = {parts[1] for parts in named if parts[0] == "vizcore" and parts[1] in ORDER}
        found.update((room, other) for other in others if room in ORDER and other != room)
    return found


def picture() -> str:
    """The rooms and the arrows between them as a Mermaid diagram, the upper rooms first."""
    rows = [f"    {room}" for room in ORDER]
    order = sorted(arrows().items(), key=lambda one: [ORDER.index(room) for room in one[0]])
    rows += [f"    {room} -- {count} --> {other}" for (room, other), count in order]
    return "\n".join([BEGIN + "```mermaid", "flowchart TD", *rows, "```", ""])


def main() -> int:
    """Write the picture between its marks, or with --check say whether it is there already."""
    before, _, rest = PLAN.read_text().partition(BEGIN)
    text = before + picture() + END + rest.partition(END)[2]
    if "--check" in sys.argv[1:]:
        return int(text != PLAN.read_text())
    PLAN.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
