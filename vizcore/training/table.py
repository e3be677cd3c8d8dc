"""The tables of results in the docs, from the cards of the weights: `python -m vizcore.training.table [DOCUMENT ...]`.

cards -> rows of metrics -> Markdown; a number with a spread is "mean ± standard deviation over seeds"
"""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from vizcore.nets.temporal_vit import MODES
from vizcore.training.lamps import SPEEDS
from vizcore.training.modes import ALIGNED, IN_PLACE, KNOWING, TRUE
from vizcore.weights import FOLDER, Card, card

Row = tuple[str, Card, str]  # what is written first, the card, what the names of its metrics end in

BESIDE = {  # row -> the card that tells of it, and how its metrics begin and end
    "ata, alignment switched off": ("ata", "", f", {IN_PLACE}"),
    "ata, given the true tracks": ("ata", "", f", {KNOWING}"),
    "trained on the true tracks": ("ata", f"trained with {TRUE}: ", ""),
    "factorized, alignment switched on": ("factorized", "", f", {ALIGNED}"),
}
AT_REST = {
    "step one alone: factorized, at rest": ("factorized", "trained at rest: ", ""),
    "step one alone, alignment switched on": ("factorized", "trained at rest: ", f", {ALIGNED}"),
    "both steps at rest: factorized": ("factorized", "trained at rest, factorized: ", ""),
    "both steps at rest: ata": ("ata", "trained at rest, ata: ", ""),
}
COLUMNS = {  # family -> heading -> metric
    "acts": {
        "accuracy": "test accuracy",
        "pair, either direction": "test pair accuracy",
        "direction, among right pairs": "test direction accuracy",
        "order: the class or its twin": "test order accuracy",
    },
    "lamps": {
        "accuracy": "test accuracy",
        "order: forward or backward": "test order accuracy",
        "at rest": "test accuracy at rest",
        "0-4 px a frame": "test accuracy at 0-4 px a frame",
        "4-8": "test accuracy at 4-8 px a frame",
        "8-12": "test accuracy at 8-12 px a frame",
        "1000 clips at rest": "test at rest accuracy",
    },
}
ROWS = {"acts": BESIDE, "lamps": BESIDE | AT_REST}


def results(family: str, folder: Path = FOLDER) -> str:
    """The table of a family: every mode, trained nets on other tracks, and trainings beside those of the modes."""
    rows: list[Row] = [(mode, card(f"{family}-{mode}", folder), "") for mode in MODES]
    for title, (mode, before, after) in ROWS[family].items():
        page = card(f"{family}-{mode}", folder)
        told = {key.removeprefix(before): value for key, value in page.metrics.items() if key.startswith(before)}
        rows.append((title, replace(page, metrics=told), after))
    return table(rows, COLUMNS[family])


def table(rows: Sequence[Row], columns: Mapping[str, str]) -> str:
    """A Markdown table of metrics.

    Args:
        rows: their first cells, cards, and endings of the names of metrics.
        columns: {heading: name of a metric}; what a card does not have stays empty.
    """
    lines = [["", *columns], ["---"] + ["---:"] * len(columns)]
    lines += [
        [title, *(cell(page.metrics.get(metric + ending)) for metric in columns.values())]
        for title, page, ending in rows
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def cell(value: object) -> str:
    """A metric as a table shows it."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return f"{value['mean']:.3f}" + (f" ± {value['sd']:.3f}" if len(value["seeds"]) > 1 else "")
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def tracks(folder: Path = FOLDER) -> str:
    """The table of lamps whose tracks still hold, by speed and by the way of tracking."""
    told, at = card("lamps-ata", folder).metrics, "test tracks kept at frames 1, 3, 7"
    lines = ["| | frame 1 | frame 3 | frame 7 |", "| --- | ---: | ---: | ---: |"]
    for words in SPEEDS:
        for way, end in (("matched", ""), ("in place", f", {IN_PLACE}")):
            shares = told[f"{at}, {words}{end}"]
            lines.append(f"| {words}, {way} | {' | '.join(f'{share:.2f}' for share in shares)} |")
    return "\n".join(lines) + "\n"


TABLES = {"lamps": partial(results, "lamps"), "tracks": tracks, "acts": partial(results, "acts")}


def filled(text: str) -> str:
    """A document whose tables, each between `<!-- NAME -->` and `<!-- /NAME -->`, are those of today's cards."""
    for name, write in TABLES.items():
        block = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = block.sub(partial(_with, write()), text)
    return text


def _with(text: str, block: re.Match) -> str:
    return block[1] + text + block[2]


def main() -> None:
    """Print every table, or write them into the documents that are named."""
    for path in map(Path, sys.argv[1:]):
        path.write_text(filled(path.read_text()))
    if not sys.argv[1:]:
        print("\n".join(write() for write in TABLES.values()))


if __name__ == "__main__":
    main()
