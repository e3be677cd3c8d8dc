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
from vizcore.training.gta import BEFORE, UNTRAINED
from vizcore.training.gta_clips import AMBIGUOUS, COUNTED
from vizcore.training.gta_scores import ERRORS, READ, TAU
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
EMBEDDED = {  # row -> how the names of its metrics begin on the card of the embedder
    "gta": "",
    "gta that knows of one frame before": f"{BEFORE}: ",
    "d3tw": "d3tw: ",
    "tcc": "tcc: ",
    "untrained": f"{UNTRAINED}: ",
    "no embedder: pose vector of the frozen backbone": "pose vector: ",
    "no embedder: mean token of the frozen stem": "mean token: ",
    "told: the true joints": "true joints: ",
    "told: the number of the frame": "frame number: ",
}
SHORT = {"gta": "", "d3tw": "d3tw: ", "tcc": "tcc: ", "untrained": f"{UNTRAINED}: ", "true joints": "true joints: "}
EMBEDDED_COLUMNS = {
    "Kendall's tau": f"test {TAU}",
    "tau-a": "test tau-a",
    **{name: f"test {name}" for name in (*ERRORS, READ[0])},
}
ROWS = {"acts": BESIDE, "lamps": BESIDE | AT_REST}


def results(family: str, folder: Path = FOLDER) -> str:
    """The table of a family: every mode, trained nets on other tracks, and trainings beside those of the modes."""
    rows: list[Row] = [(mode, card(f"{family}-{mode}", folder), "") for mode in MODES]
    for title, (mode, before, after) in ROWS[family].items():
        rows.append((title, told_of(card(f"{family}-{mode}", folder), before), after))
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
    return drawn(lines)


def drawn(lines: Sequence[Sequence[str]]) -> str:
    """Rows of cells as Markdown."""
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def cell(value: object) -> str:
    """A metric as a table shows it."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return f"{value['mean']:.3f}" + (f" ± {value['sd']:.3f}" if len(value["seeds"]) > 1 else "")
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def embedders(folder: Path = FOLDER) -> str:
    """The table of embedders of frames, and of what can be compared instead."""
    page = card("gta", folder)
    rows = [(title, told_of(page, before), "") for title, before in EMBEDDED.items()]
    return table(rows, EMBEDDED_COLUMNS)


def told_of(page: Card, before: str) -> Card:
    """A card with the metrics alone whose names begin so, by the rest of their names."""
    told = {key.removeprefix(before): value for key, value in page.metrics.items() if key.startswith(before)}
    return replace(page, metrics=told)


def by_action(folder: Path = FOLDER) -> str:
    """The table of Kendall's tau by action, the actions that no mean counts last."""
    told, lines = card("gta", folder).metrics, [["", *SHORT], ["---"] + ["---:"] * len(SHORT)]
    for action in (*COUNTED, *AMBIGUOUS):
        cells = [cell(told.get(f"{before}test {TAU} {action}")) for before in SHORT.values()]
        lines.append([action.replace("_", " ") + ", not counted" * (action in AMBIGUOUS), *cells])
    return drawn(lines)


def temperatures(folder: Path = FOLDER) -> str:
    """The table of what TCC was tried with: tau on validation clips by temperature and layout of batches."""
    found: dict[str, dict[str, str]] = {}
    for metric, tau in card("gta", folder).metrics.items():
        if tried := re.fullmatch(rf"tcc at (.+), (.+) clips: validation {TAU}", metric):
            found.setdefault(tried[2], {})[tried[1]] = cell(tau)
    heads = list(next(iter(found.values())))
    lines = [["actions x clips of each in a batch", *heads], ["---"] + ["---:"] * len(heads)]
    return drawn([*lines, *([layout, *row.values()] for layout, row in found.items())])


def tracks(folder: Path = FOLDER) -> str:
    """The table of lamps whose tracks still hold, by speed and by the way of tracking."""
    told, at = card("lamps-ata", folder).metrics, "test tracks kept at frames 1, 3, 7"
    lines = ["| | frame 1 | frame 3 | frame 7 |", "| --- | ---: | ---: | ---: |"]
    for words in SPEEDS:
        for way, end in (("matched", ""), ("in place", f", {IN_PLACE}")):
            shares = told[f"{at}, {words}{end}"]
            lines.append(f"| {words}, {way} | {' | '.join(f'{share:.2f}' for share in shares)} |")
    return "\n".join(lines) + "\n"


TABLES = {
    "lamps": partial(results, "lamps"),
    "tracks": tracks,
    "acts": partial(results, "acts"),
    "embedders": embedders,
    "by-action": by_action,
    "temperatures": temperatures,
}


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
