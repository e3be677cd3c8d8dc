"""The tables of nets that differ in their way to look at time: accuracy, and tracks that hold."""

from functools import partial
from pathlib import Path

from vizcore.models.nets.temporal_vit import MODES
from vizcore.models.weights import FOLDER, card
from vizcore.training.lamps import REST_ATA, REST_FACTORIZED, SPEEDS
from vizcore.training.modes import ALIGNED, IN_PLACE, KNOWING, TRUE
from vizcore.training.tables.markdown import Row, named, table

TITLES = {"ata": "ATA"}  # of modes that are not called by their id
BESIDE = {  # row -> the card that tells of it, and how its metrics begin and end
    "ATA, alignment switched off": ("ata", "", f", {IN_PLACE}"),
    "ATA, given the true tracks": ("ata", "", f", {KNOWING}"),
    "trained on the true tracks": ("ata", f"trained with {TRUE}: ", ""),
    "factorized, alignment switched on": ("factorized", "", f", {ALIGNED}"),
}
AT_REST = {
    "step one alone: factorized, at rest": ("factorized", "trained at rest: ", ""),
    "step one alone, alignment switched on": ("factorized", "trained at rest: ", f", {ALIGNED}"),
    "both steps at rest: factorized": ("factorized", f"trained {REST_FACTORIZED}: ", ""),
    "both steps at rest: ATA": ("ata", f"trained {REST_ATA}: ", ""),
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
    rows: list[Row] = [(TITLES.get(mode, mode), card(f"{family}-{mode}", folder), "") for mode in MODES]
    for title, (mode, before, after) in ROWS[family].items():
        rows.append((title, named(card(f"{family}-{mode}", folder), before), after))
    return table(rows, COLUMNS[family])


def tracks(folder: Path = FOLDER) -> str:
    """The table of lamps whose tracks still hold, by speed and by the way of tracking."""
    metrics, at = card("lamps-ata", folder).metrics, "test tracks kept at frames 1, 3, 7"
    lines = ["| | frame 1 | frame 3 | frame 7 |", "| --- | ---: | ---: | ---: |"]
    for words in SPEEDS:
        for tracking, end in (("matched", ""), ("in place", f", {IN_PLACE}")):
            shares = metrics[f"{at}, {words}{end}"]
            lines.append(f"| {words}, {tracking} | {' | '.join(f'{share:.2f}' for share in shares)} |")
    return "\n".join(lines) + "\n"


TABLES = {"lamps": partial(results, "lamps"), "tracks": tracks, "acts": partial(results, "acts")}
