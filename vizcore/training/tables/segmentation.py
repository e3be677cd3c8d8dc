"""The tables of nets that segment videos: scores, permutation losses by epoch, parameters at full size."""

from pathlib import Path

import torch

from vizcore.algorithms.statistics.accuracy import spread
from vizcore.models.nets.asformer import ASFormer
from vizcore.models.nets.keypoints import KeypointNet
from vizcore.models.nets.ms_tcn import MSTCN
from vizcore.models.weights import FOLDER, card
from vizcore.training.segmentation import OFF, ON
from vizcore.training.segmentation_scores import FRAMES, GAIN, PLAIN
from vizcore.training.tables.markdown import cell, named, table

TIMELINES = {
    "MS-TCN++": ("ms-tcn", "", ""),
    "ASFormer": ("asformer", "", ""),
    "RTK, its classes of frames": ("rtk", "", f", {FRAMES}"),
    "RTK without refinement": ("rtk", "", f", {PLAIN}"),
    "RTK": ("rtk", "", ""),
    "what refinement gains, seed by seed": ("rtk", "", f", {GAIN}"),
    "RTK without refinement, gradient on": ("rtk", f"{ON}: ", f", {PLAIN}"),
    "RTK, gradient on": ("rtk", f"{ON}: ", ""),
    "what refinement gains, gradient on": ("rtk", f"{ON}: ", f", {GAIN}"),
}
METRICS = {name: f"test {name}" for name in ("F1@10", "F1@25", "F1@50", "edit", "accuracy")}
EVERY = 5  # points of a curve that a table shows one of


def timelines(folder: Path = FOLDER) -> str:
    """The table of segmentation, in percent."""
    cards = {name: card(f"segmentation-{name}", folder) for name, _, _ in TIMELINES.values()}
    rows = [(title, named(cards[name], before), after) for title, (name, before, after) in TIMELINES.items()]
    return table(rows, METRICS, digits=1)


def flows(folder: Path = FOLDER) -> str:
    """The table of permutation losses by epoch, with and without the graph's gradient to the keypoints."""
    metrics = card("segmentation-rtk", folder).metrics
    curves = {name: metrics[f"permutation loss, {name}"] for name in (OFF, ON)}
    lines = [f"| epoch | {' | '.join(curves)} |", "| ---: | ---: | ---: |"]
    epochs = curves[OFF][0]["epochs"]
    for k in range(EVERY - 1, len(epochs), EVERY):
        cells = [cell(spread([seed["losses"][k] for seed in curve])) for curve in curves.values()]
        lines.append(f"| {epochs[k]:.2f} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def sizes() -> str:
    """The table of parameters of nets of full size: 2048 features of a frame, classes of three data sets."""
    classes = {"GTEA": 11, "50Salads": 19, "Breakfast": 48}
    lines = [f"| | {' | '.join(f'{name}, {count} classes' for name, count in classes.items())} |"]
    lines.append("| --- | ---: | ---: | ---: |")
    for title, net in {"MS-TCN++": MSTCN, "ASFormer": ASFormer, "RTK, keypoints": KeypointNet}.items():
        with torch.device("meta"):
            counts = [sum(weight.numel() for weight in net(2048, count).parameters()) for count in classes.values()]
        lines.append(f"| {title} | {' | '.join(f'{count:,}' for count in counts)} |")
    return "\n".join(lines) + "\n"


TABLES = {"timelines": timelines, "flows": flows, "sizes": sizes}
