"""Does lite0's answer depend on the cells that its heat map shows? The hottest are greyed, and as many at random.

    python -m benchmarks.hottest_cells [--data DIR] [--smallest] [DOCUMENT ...]

Frames are evenly spread over each film, and each is asked for its own likeliest class, whatever that has. Heat is
Grad-CAM of the head, which is the exact class activation map of this net, on 7 x 7 cells of the squeezed frame or on as
many as the frame's own aspect takes; greyed is a fifth of the cells of the squeezed frame, whose class it is.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import torch

from benchmarks.marked import table, tell
from benchmarks.options import asked, films, real_films
from vizcore.algorithms.attribution import cam
from vizcore.algorithms.attribution.token_maps import token_maps
from vizcore.features.heatmaps.pipeline_frames import shown_size
from vizcore.models import MODELS
from vizcore.models.photographs import missing
from vizcore.runtime.engine import Engine
from vizcore.video import probe, read_frames

LITE = MODELS["lite0"].by_frame()
SIDE, LAYER, STRIDE = 224, "head", 32
SHARE, DRAWS, GREY = 0.2, 8, 127  # of the cells; random choices of a frame; the mean that the net was trained with
SMALLEST = {"frames": 1, "clips": 1}


def cam_of(engine: Engine, frame: np.ndarray, grid: tuple[int, int], target: int | str) -> np.ndarray:
    """(h, w) heat of a class on a grid of cells."""
    row = LITE.by_frame(grid, LAYER)
    seen = engine.run(row, frame[None], at=[LAYER], target=target)
    maps = (token_maps(part[LAYER], 1, grid) for part in (seen.activations, seen.grads))
    return cam.heat(*maps, name="grad-cam")[0].numpy(force=True)


def own_grid(frame: np.ndarray) -> tuple[int, int]:
    """Rows and columns of cells of a frame whose shorter side is SIDE px."""
    height, width = frame.shape[:2]
    scale = SIDE / min(height, width) / STRIDE
    return max(1, round(height * scale)), max(1, round(width * scale))


def greyed(square: np.ndarray, order: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """A square frame of which the first SHARE of the cells in an order are grey."""
    cells = np.zeros(grid[0] * grid[1], np.uint8)
    cells[order[: round(SHARE * cells.size)]] = 1
    hidden = cv2.resize(cells.reshape(grid), (SIDE, SIDE), interpolation=cv2.INTER_NEAREST).astype(bool)
    return np.where(hidden[..., None], np.uint8(GREY), square)


def losses(engine: Engine, frame: np.ndarray, rng: np.random.Generator) -> dict[str, float]:
    """The probability of a frame's likeliest class, and the share of it that is lost, by how cells are chosen."""
    square = cv2.resize(frame, (SIDE, SIDE), interpolation=cv2.INTER_AREA)

    def shares(pictures: Sequence[np.ndarray]) -> np.ndarray:
        captures = engine.run_many(LITE, [one[None] for one in pictures])
        return torch.stack([one.logits.softmax(-1) for one in captures]).numpy(force=True)

    (whole,) = shares([square])
    target, found = int(whole.argmax()), {"probability": float(whole.max())}
    for name, grid in (("squeezed", (SIDE // STRIDE,) * 2), ("own aspect", own_grid(frame))):
        hottest = np.argsort(-cam_of(engine, frame, grid, target).ravel(), kind="stable")
        drawn = [rng.permutation(grid[0] * grid[1]) for _ in range(DRAWS)]
        left = shares([greyed(square, order, grid) for order in (hottest, *drawn)])[:, target]
        lost = 1 - left / whole[target]
        found |= {name: float(lost[0]), f"{name}, random": float(lost[1:].mean())}
    return found


def texts(frames: dict[str, list[dict[str, float]]]) -> dict[str, str]:
    """A row for each film and all together, as Markdown."""
    heads = ["film", "frames", "probability", "hottest", "random", "hottest on its own aspect", "random there"]
    heads += ["hottest ahead", "ahead on its own aspect"]

    def cells(name: str, found: list[dict[str, float]]) -> list[str]:
        names = ("probability", "squeezed", "squeezed, random", "own aspect", "own aspect, random")
        means = [np.mean([one[key] for one in found]) for key in names]
        ahead = [sum(one[key] > one[f"{key}, random"] for one in found) for key in ("squeezed", "own aspect")]
        return [
            name,
            str(len(found)),
            f"{means[0]:.2f}",
            *(f"{100 * one:.0f} %" for one in means[1:]),
            *map(str, ahead),
        ]

    rows = [cells(name, found) for name, found in frames.items()]
    every = [one for found in frames.values() for one in found]
    return {"hottest-cells": table(heads, [*rows, cells("all", every)])}


def main(words: Sequence[str] | None = None) -> None:
    """Print the table, and write it into documents."""
    told = asked(__doc__, words, SMALLEST, data=films(), frames=2, clips=1000, documents=())
    if lacks := missing():
        print(f"skipped: {lacks[0]}")
        return
    engine, rng, found = Engine(), np.random.default_rng(0), {}
    for path in real_films(told.data)[: told.clips]:
        info = probe(path)
        numbers = (np.arange(told.frames) * 2 + 1) * info.frames // (2 * told.frames)
        frames = read_frames(path, np.unique(numbers).tolist(), shown_size(info))
        found[path.name] = [losses(engine, frame, rng) for frame in frames]
    engine.close()
    tell(texts(found), told.documents)


if __name__ == "__main__":
    main()
