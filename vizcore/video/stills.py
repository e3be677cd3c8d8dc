"""Where frames come from that are no stream of packets: single pictures, each decoded by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

import av


class Stills(Protocol):
    """A row of pictures, by their places from 0."""

    def frames(self, wanted: Mapping[int, int]) -> Iterator[tuple[int, av.VideoFrame]]:
        """Each wanted frame with its number.

        Args:
            wanted: {number of the frame: its place in the row}.

        Raises:
            Missing: frames did not decode; all others have been given.
        """
