"""The tables of results in the docs, written from the cards of the weights: `python -m vizcore.training.table`.

cards -> rows of metrics -> Markdown; a number with a spread is "mean ± standard deviation over seeds"
"""

from collections.abc import Mapping, Sequence
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


def acts(folder: Path = FOLDER) -> str:
    """The table of the actions: every mode, ata with alignment switched off, and ata on true tracks."""
    rows: list[Row] = [(mode, card(f"acts-{mode}", folder), "") for mode in MODES]
    page = rows[-1][1]
    endings = ("alignment off", "true tracks")
    rows += [(f"ata, {end}", page, f", {end}") for end in endings if f"test accuracy, {end}" in page.metrics]
    return table(rows, ACTS)


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
    if set(names()) >= {f"acts-{mode}" for mode in MODES}:
        print(acts())


if __name__ == "__main__":
    main()
