"""What a benchmark finds, in a document: `python -m benchmarks.NAME [DOCUMENT ...]` prints it, and writes it there too.

{name: Markdown} -> in place of what stands between <!-- name --> and <!-- /name -->
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from vizcore.runtime.devices import cores


def tell(texts: Mapping[str, str], documents: Iterable[Path] = ()) -> None:
    """Print texts, and write them into documents."""
    for name, text in texts.items():
        print(f"{name}\n\n{text}\n")
    for path in documents:
        path.write_text(filled(path.read_text(), texts))


def filled(document: str, texts: Mapping[str, str]) -> str:
    """A document with new texts between their marks; texts without marks there are left out."""
    for name, text in texts.items():
        block = re.compile(f"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.DOTALL)
        document = block.sub(lambda found, text=text: f"{found[1]}\n{text.strip()}\n\n{found[2]}", document)
    return document


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown of a table."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows))


def load() -> float:
    """How many processes wanted a core during the last minute."""
    return os.getloadavg()[0]


def machine(before: float) -> str:
    """Where it was measured, and how busy that was, by its load before."""
    return f"{cores()} cores ({_processor()}), load {before:.1f} before and {load():.1f} after"


def _processor() -> str:
    try:
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1] if found else "processor unknown"
