"""The tables of embedders of frames: order and phase of nearest frames, by action, and what TCC was tried with."""

import re
from pathlib import Path

from vizcore.models.weights import FOLDER, card
from vizcore.training.gta import BEFORE, UNTRAINED
from vizcore.training.gta_clips import AMBIGUOUS, COUNTED
from vizcore.training.gta_scores import ERRORS, READ, TAU
from vizcore.training.tables.markdown import cell, drawn, named, table

EMBEDDED = {  # row -> how the names of its metrics begin on the card of the embedder
    "GTA": "",
    "GTA that knows of one frame before": f"{BEFORE}: ",
    "D3TW": "d3tw: ",
    "TCC": "tcc: ",
    "untrained": f"{UNTRAINED}: ",
    "no embedder: pose vector of the frozen backbone": "pose vector: ",
    "no embedder: mean token of the frozen stem": "mean token: ",
    "given: the true joints": "true joints: ",
    "given: the number of the frame": "frame number: ",
}
SHORT = {"GTA": "", "D3TW": "d3tw: ", "TCC": "tcc: ", "untrained": f"{UNTRAINED}: ", "true joints": "true joints: "}
EMBEDDED_COLUMNS = {
    "Kendall's tau": f"test {TAU}",
    "tau-a": "test tau-a",
    **{name: f"test {name}" for name in (*ERRORS, READ[0])},
}


def embedders(folder: Path = FOLDER) -> str:
    """The table of embedders of frames, and of what can be compared instead."""
    page = card("gta", folder)
    rows = [(title, named(page, before), "") for title, before in EMBEDDED.items()]
    return table(rows, EMBEDDED_COLUMNS)


def by_action(folder: Path = FOLDER) -> str:
    """The table of Kendall's tau by action, the actions that no mean counts last."""
    metrics, lines = card("gta", folder).metrics, [["", *SHORT], ["---"] + ["---:"] * len(SHORT)]
    for action in (*COUNTED, *AMBIGUOUS):
        cells = [cell(metrics.get(f"{before}test {TAU} {action}")) for before in SHORT.values()]
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


TABLES = {"embedders": embedders, "by-action": by_action, "temperatures": temperatures}
