"""The tables of results in the docs, written from the cards of the weights: `python -m vizcore.training.table`.

cards -> rows of metrics -> Markdown; a number with a spread is "mean ± standard deviation over seeds"
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from vizcore.nets.temporal_vit import MODES
from vizcore.weights import FOLDER, Card, card, names

Row = tuple[str, Card, str]  # what is written first, the card, what the names of its metrics end in

ACTS = {
    "accuracy": "test accuracy",
    "pair, either direction": "test pair accuracy",
    "direction, among right pairs": "test direction accuracy",
    "order: the class or its twin": "test order accuracy",
}

ACTS_BESIDE = {  # row -> the card that tells of it, and how its metrics end
    "ata, alignment switched off": ("ata", ", alignment off"),
    "ata, trained on the true tracks": ("ata", ", true tracks"),
    "factorized, alignment switched on": ("factorized", ", alignment on"),
}

LAMPS = {
    "accuracy": "test accuracy",
    "order: forward or backward": "test order accuracy",
    "at rest": "test accuracy at rest",
    "0-4 px a frame": "test accuracy at 0-4 px a frame",
    "4-8": "test accuracy at 4-8 px a frame",
    "8-12": "test accuracy at 8-12 px a frame",
    "1000 clips at rest": "test at rest accuracy",
}
LAMPS_BESIDE = {  # row -> the card that tells of it, and how its metrics begin and end
    "ata, alignment switched off": ("ata", "", ", alignment off"),
    "ata, given the true tracks": ("ata", "", ", true tracks given"),
    "trained on the true tracks": ("ata", "trained with true tracks: ", ""),
    "factorized, alignment switched on": ("factorized", "", ", alignment on"),
    "step one alone: factorized, at rest": ("factorized", "trained at rest: ", ""),
    "step one alone, alignment switched on": ("factorized", "trained at rest: ", ", alignment on"),
    "both steps at rest: factorized": ("factorized", "trained at rest, factorized: ", ""),
    "both steps at rest: ata": ("ata", "trained at rest, ata: ", ""),
}


def acts(folder: Path = FOLDER) -> str:
    """The table of the actions: every mode, and trained nets on other tracks."""
    beside = [(title, card(f"acts-{mode}", folder), end) for title, (mode, end) in ACTS_BESIDE.items()]
    rows: list[Row] = [(mode, card(f"acts-{mode}", folder), "") for mode in MODES]
    return table(rows + [row for row in beside if f"test accuracy{row[2]}" in row[1].metrics], ACTS)


def lamps(folder: Path = FOLDER) -> str:
    """The table of the lamps: every mode, by speed; trained nets on other tracks; and nets that saw things at rest."""
    rows: list[Row] = [(mode, card(f"lamps-{mode}", folder), "") for mode in MODES]
    for title, (mode, before, after) in LAMPS_BESIDE.items():
        page = card(f"lamps-{mode}", folder)
        told = {key.removeprefix(before): value for key, value in page.metrics.items() if key.startswith(before)}
        rows.append((title, replace(page, metrics=told), after))
    return table(rows, LAMPS)


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


def main() -> None:
    """Print every table whose cards are there."""
    for family, text in {"acts": acts, "lamps": lamps}.items():
        if set(names()) >= {f"{family}-{mode}" for mode in MODES}:
            print(text())


if __name__ == "__main__":
    main()
