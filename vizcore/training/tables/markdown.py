"""Metrics of cards as tables in Markdown; a number with a spread is "mean ± standard deviation over seeds"."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from vizcore.models.weights import Card

Row = tuple[str, Card, str]  # what is written first, the card, what the names of its metrics end in


def table(rows: Sequence[Row], columns: Mapping[str, str], digits: int = 3) -> str:
    """A Markdown table of metrics.

    Args:
        rows: their first cells, cards, and endings of the names of metrics.
        columns: {heading: name of a metric}; what a card does not have stays empty.
        digits: behind the point.
    """
    lines = [["", *columns], ["---"] + ["---:"] * len(columns)]
    lines += [
        [title, *(cell(page.metrics.get(metric + ending), digits) for metric in columns.values())]
        for title, page, ending in rows
    ]
    return drawn(lines)


def drawn(lines: Sequence[Sequence[str]]) -> str:
    """Rows of cells as Markdown."""
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def cell(value: object, digits: int = 3) -> str:
    """A metric as a table shows it."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return f"{value['mean']:.{digits}f}" + (f" ± {value['sd']:.{digits}f}" if len(value["seeds"]) > 1 else "")
    return f"{value:.{digits}f}" if isinstance(value, float) else str(value)


def named(page: Card, before: str) -> Card:
    """A card with the metrics alone whose names begin so, by the rest of their names."""
    metrics = {key.removeprefix(before): value for key, value in page.metrics.items() if key.startswith(before)}
    return replace(page, metrics=metrics)
