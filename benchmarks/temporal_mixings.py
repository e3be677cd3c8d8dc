"""How far mixing tokens over time moves what a net of photographs says of films, in place and along matched tracks.

    python -m benchmarks.temporal_mixings [--data DIR] [--smallest] [DOCUMENT ...]

Eight frames of the first two seconds of each film, 20 tokens wide; stage 5 of lite0; mean over frames of the divergence
(Kullback-Leibler, nats) of a frame's classes from what the frame says by itself; without and with hidden cells.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.marked import table, tell
from benchmarks.options import asked, films, real_films
from vizcore.algorithms.matching.token_mixing import MIXINGS
from vizcore.features.temporal.pipeline_mixing import Mixings, temporal_mixings
from vizcore.models.photographs import missing

HIDDEN = (0.0, 0.3, 0.5)  # shares of the cells
SMALLEST = {"films": 1, "hidden": (0.0,), "across": 8}


def texts(found: dict[str, list[Mixings]], hidden: Sequence[float]) -> dict[str, str]:
    """A row for each film, and the means of all with so many hidden cells, as Markdown."""
    heads = ["film", "likeliest class", *list(MIXINGS)[1:]]
    moved = {name: [one.divergence[1:].mean(1) for one in each] for name, each in found.items()}
    rows = [
        [name, each[0].model.classes[each[0].asked], *(f"{one:.2f}" for one in moved[name][0])]
        for name, each in found.items()
    ]
    for k, share in enumerate(hidden):
        mean = np.mean([one[k] for one in moved.values()], 0)
        words = f"mean, {share:.0%} of the cells hidden" if share else "mean"
        rows.append([words, "", *(f"{one:.2f}" for one in mean)])
    return {"temporal-mixings": table(heads, rows)}


def main(words: Sequence[str] | None = None) -> None:
    """Print the table, and write it into documents."""
    usual = {"data": films(), "films": 100, "hidden": HIDDEN, "across": 20, "seconds": 2.0, "documents": ()}
    told = asked(__doc__, words, SMALLEST, **usual)
    if lacks := missing():
        print(f"skipped: {lacks[0]}")
        return
    found: dict[str, list[Mixings]] = {}
    for path in real_films(told.data)[: told.films]:
        settings = {"span": told.seconds, "across": told.across}
        found[Path(path).name] = [temporal_mixings(path, hidden=share, **settings) for share in told.hidden]
    tell(texts(found, told.hidden), told.documents)


if __name__ == "__main__":
    main()
