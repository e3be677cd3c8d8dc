"""The tables of results in the docs, from the cards of the weights: `python -m vizcore.training.table [DOCUMENT ...]`.

cards -> tables of vizcore.training.tables -> Markdown, printed or written between a document's marks
"""

import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from vizcore.training.tables import embedders, localizers, modes, pairs, segmentation

TABLES = modes.TABLES | embedders.TABLES | pairs.TABLES | segmentation.TABLES | localizers.TABLES


def filled(text: str) -> str:
    """A document whose tables, each between `<!-- NAME -->` and `<!-- /NAME -->`, are those of today's cards."""
    for name, write in TABLES.items():
        block = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = block.sub(partial(_with, write), text)
    return text


def _with(write: Callable[[], str], block: re.Match) -> str:
    return block[1] + write() + block[2]


def main() -> None:
    """Print every table, or write them into the documents that are named."""
    for path in map(Path, sys.argv[1:]):
        path.write_text(filled(path.read_text()))
    if not sys.argv[1:]:
        print("\n".join(write() for write in TABLES.values()))


if __name__ == "__main__":
    main()
