"""The tables of localisers: one stage beside two, where they look and what they say of it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from vizcore.algorithms.statistics.accuracy import spread
from vizcore.models.weights import FOLDER, card
from vizcore.synthetic.postures import LABELS
from vizcore.training.tables.markdown import cell

WHERE = ("actor AP50", "actor AP50, suppressed", "actor AP75", "actor precision", "actor recall", "actor F1")
WHAT = ("mAP50", "mAP50, suppressed", "mAP50, uncapped", *(f"AP50 {word}" for word in LABELS))


def stages(metrics: Sequence[str], folder: Path = FOLDER) -> str:
    """The table of localisers: metrics of the test in one stage and in two, and what the first is ahead, by seed."""
    one, two = (card(name, folder).metrics for name in ("localizer", "localizer-two-stage"))
    lines = ["| | one stage | two stages | difference |", "| --- | ---: | ---: | ---: |"]
    for metric in metrics:
        pair = [page[f"test {metric}"] for page in (one, two)]
        ahead = spread([first - second for first, second in zip(*(row["seeds"] for row in pair))])
        sign = "+" if ahead["mean"] > 0 else ""
        lines.append(f"| {metric} | {cell(pair[0])} | {cell(pair[1])} | {sign}{cell(ahead)} |")
    return "\n".join(lines) + "\n"


TABLES = {"localizers": partial(stages, WHERE), "labels": partial(stages, WHAT)}
