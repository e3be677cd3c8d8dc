"""Files to take along of a film in several ways to look at time: numbers, arrays, and the papers' figure."""

import io
import json

import numpy as np

from vizcore.algorithms.matching.token_mixing import MIXINGS
from vizcore.features.temporal.pipeline_mixing import Mixings
from vizcore.figures.heat import heated, small
from vizcore.figures.paper import PaperSize
from vizcore.runtime.plain_arrays import npz

PAPER_WIDTH = 224  # px of a frame


def mixings_csv(found: Mixings) -> bytes:
    """A line for each way and frame: its seconds, its divergence in nats, and the share of the class asked about."""
    out = io.StringIO()
    out.write("mixing,frame,seconds,divergence_nats,class,probability\n")
    name = json.dumps(found.model.classes[found.asked])
    for mixing, nats, shares in zip(MIXINGS, found.divergence, found.shares, strict=True):
        for frame, second, one, share in zip(found.clip.indices, found.clip.times, nats, shares, strict=True):
            out.write(f"{mixing},{frame},{second:.6f},{one:.6f},{name},{share:.6f}\n")
    return out.getvalue().encode()


def mixings_npz(found: Mixings) -> bytes:
    """Log probabilities, maps, tracks and frames, and how all was made (settings)."""
    settings = vars(found.settings) | {"model": found.model.name, "version": found.model.version}
    return npz(
        {
            "settings": np.array(json.dumps(settings)),
            "mixings": np.array(list(MIXINGS)),
            "indices": found.clip.indices,
            "times": found.clip.times,
            "grid": np.array(found.grid),
            "tracks": found.tracks,
            "log_probabilities": found.log_probabilities,
            "maps": found.maps,
            "asked": np.array(found.asked),
        }
    )


def mixings_paper(found: Mixings, heat: np.ndarray, size: PaperSize, form: str) -> bytes:
    """The frames, and below them the heat of every way, as Figure 1 of the paper lays them out.

    Args:
        found: of a film.
        heat: (M, T, h, w) from 0 to 1.
        size: how large it is printed.
        form: png, svg or pdf.
    """
    from vizcore.figures.heat_printing import heat_paper  # matplotlib takes 0.4 s to import: only a download waits
    from vizcore.figures.printing import printed

    frames = small(found.clip.frames, PAPER_WIDTH)
    rows = [frames, *(heated(frames, one) for one in heat)]
    ends = f"{found.maps.min():.2g}", f"{found.maps.max():.2g}"
    fig = heat_paper(rows, ["frames", *MIXINGS], list(map(str, found.clip.indices)), ends, size)
    return printed(fig, size, form)
