"""How soon work on a film ends that a person cancels.

    python -m benchmarks.bench_cancel [--smallest] [--film PATH]

Each pipeline is started with an empty store on a film of 10 s at 1280 x 720, unless another is named, and cancelled at
moments that are spread over its work. Seconds speak of this machine, as busy as it is.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.options import asked
from vizcore.runtime.jobs import Job

VIT = "vit-b16-joint"
SMALLEST = {"size": (96, 64), "seconds": 1, "moments": 1, "works": 3}


def pipelines(film: str) -> dict[str, tuple[Callable, dict]]:
    """What the pages call on a film: label -> (pipeline, its arguments), each asked for more than a page does at first.

    Args:
        film: a video file.
    """
    from vizcore.features.alignment.pipeline import paired
    from vizcore.features.compare.pipeline_numbers import gaps_of
    from vizcore.features.heatmaps.pipeline import heat_maps
    from vizcore.features.heatmaps.pipeline_faithfulness import faithfulness
    from vizcore.features.localization.pipeline import survey
    from vizcore.features.matching.pipeline import compare_methods, match_clip
    from vizcore.features.nonlocal_blocks.pipeline import nodes_of
    from vizcore.features.segmentation.pipeline import timelines
    from vizcore.runtime.overview import overview
    from vizcore.runtime.playback import playback

    whole = {"path": film, "count": 32, "across": 32, "start": 0.0, "span": 10.0}
    return {
        "player": (playback, {"path": film}),
        "overview": (overview, {"path": film}),
        "matching": (match_clip, whole),
        "matching by ViT-B/16": (
            match_clip,
            {"path": film, "source": VIT, "layer": "blocks.11.exit", "count": 32, "span": 10.0},
        ),
        "matching methods": (compare_methods, whole),
        "heat maps": (heat_maps, {"path": film, "models": ("vit-b16-space", "vit-b16-ata")}),
        "deletion and insertion": (faithfulness, {"path": film, "method": "grad-cam"}),
        "panes": (gaps_of, {"paths": (film, film), "models": ("lamps-ata", "lamps-joint"), "method": "grad-cam"}),
        "alignment": (paired, {"path": film, "other": film, "model": "gta", "limit": 256}),
        "segmentation": (timelines, {"path": film}),
        "localisation": (survey, {"path": film, "stride": 1}),
        "non-local blocks": (nodes_of, {"path": film, "count": 8, "across": 28, "span": 10.0}),
    }


def draw(path: Path, size: tuple[int, int], seconds: int) -> None:
    """Write a film in which discs cross a ground of noise.

    Args:
        path: of the file.
        size: (width, height) in px.
        seconds: at 30 frames each.
    """
    from vizcore.video import write_video

    rng = np.random.default_rng(0)
    ground = cv2.resize(rng.integers(60, 200, (9, 16, 3), dtype=np.uint8), size, interpolation=cv2.INTER_CUBIC)
    frames = np.repeat(ground[None], 30 * seconds, 0)
    for number, frame in enumerate(frames):
        for disc in range(6):
            x, y = (size[0] * (number / 150 + disc / 6)) % size[0], size[1] * (disc + 0.5) / 6
            cv2.circle(frame, (int(x), int(y)), size[1] // 12, (40 * disc, 90, 250 - 40 * disc), -1)
    write_video(path, frames, 30)


def waits(pipeline: Callable, arguments: dict, moments: int) -> tuple[float, list[float], list[float]]:
    """Seconds of the whole work; and from a cancel until it has ended, and until the engine takes other work.

    Args:
        pipeline: of a feature.
        arguments: its own.
        moments: how often it is cancelled, at moments that are spread evenly over the work.
    """
    from vizcore.runtime.context import default_context
    from vizcore.runtime.worker import Worker

    context, worker = default_context(), Worker("bench", 0)

    def start() -> Job:
        context.store.clear()
        return worker.submit(None, lambda job: pipeline(**arguments, context=context.with_progress(job.step)))

    start().result()  # what is compiled or loaded once
    began = time.perf_counter()
    start().result()
    whole, ends, frees = time.perf_counter() - began, [], []
    for share in (np.arange(moments) + 0.5) / moments:
        job = start()
        job.wait(share * whole)
        began = time.perf_counter()
        job.cancel()
        job.wait()
        ends.append(time.perf_counter() - began)
        context.engine.submit(None, lambda job: None).result()
        frees.append(time.perf_counter() - began)
    worker.close()
    return whole, ends, frees


def main(words: Sequence[str] | None = None) -> None:
    """Print a row for every pipeline."""
    told = asked(__doc__, words, SMALLEST, film=None, size=(1280, 720), seconds=10, moments=8, works=100)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VIZCORE_CACHE"] = folder  # before the first store is made
        film = told.film or Path(folder) / "film.mp4"
        if told.film is None:
            draw(film, tuple(told.size), told.seconds)
        print(f"{'work':26} {'whole':>8} {'ends after':>11} {'engine free':>12}  (the longest of {told.moments})")
        for label, (pipeline, arguments) in list(pipelines(str(film)).items())[: told.works]:
            whole, ends, frees = waits(pipeline, arguments, told.moments)
            print(f"{label:26} {whole:6.1f} s {max(ends):9.2f} s {max(frees):10.2f} s", flush=True)


if __name__ == "__main__":
    main()
