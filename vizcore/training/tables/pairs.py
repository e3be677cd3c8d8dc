"""The table of non-local blocks in one residual net."""

from pathlib import Path

from vizcore.models.weights import FOLDER, card
from vizcore.training.pairs import BLOCKS, TITLES
from vizcore.training.tables.markdown import table

PAIRS = {
    "both correct": "test accuracy",
    "same lamp": "test lamp accuracy",
    "same body": "test body accuracy",
}


def pairs(folder: Path = FOLDER) -> str:
    """The table of non-local blocks in one residual net."""
    rows = [(TITLES[name], card(f"pairs-{name}", folder), "") for name in BLOCKS]
    lines = table(rows, PAIRS).splitlines()
    sizes = ["parameters", "---:", *(f"{page.parameters:,}" for _, page, _ in rows)]
    return "\n".join(f"{line} {size} |" for line, size in zip(lines, sizes)) + "\n"


TABLES = {"pairs": pairs}
