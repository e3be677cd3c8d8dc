"""Where frames come from that are no stream of packets: single pictures, each decoded by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import av
import numpy as np

from vizcore.video.opening import check_size
from vizcore.video.table import Damage, Index, VideoInfo
from vizcore.video.upright import upright


class Stills(Protocol):
    """A row of pictures, by their places from 0."""

    def frames(self, wanted: Mapping[int, int]) -> Iterator[tuple[int, av.VideoFrame]]:
        """Each wanted frame with its number.

        Args:
            wanted: {number of the frame: its place in the row}.

        Raises:
            Missing: frames did not decode; all others have been given.
        """


def of_stills(
    path: Path,
    stills: Stills,
    first: av.VideoFrame,
    steps: np.ndarray,
    form: tuple[str, str],
    notes: Sequence[str],
) -> Index:
    """The index of a row of pictures.

    Args:
        path: what is opened.
        stills: the pictures.
        first: the first of them, decoded.
        steps: (F,) seconds that each is shown.
        form: names of the codec and the container.
        notes: sentences so far.

    Raises:
        VideoError: the first is too large.
    """
    view = upright(None, first)
    check_size(view.width, view.height, path.name)
    places, (codec, container) = np.arange(len(steps)), form
    info = VideoInfo(
        path=path,
        frames=len(steps),
        width=view.width,
        height=view.height,
        times=np.cumsum(steps) - steps,
        duration=float(steps.sum()),
        codec=codec,
        container=container,
        rotation=90 * view.turns,
        has_audio=False,
        warnings=(*view.notes, *notes),
    )
    return Index(info, view, 0, "order", places, places, places, places, None, Damage(), stills=stills)
