"""What a clip is and how long, and what to be warned of, before anything is computed."""

from pathlib import Path

from vizcore.runtime.context import Lab
from vizcore.video import VideoInfo, probe


def look_into(path: str | Path, *, lab: Lab | None = None) -> VideoInfo:
    """What a clip is and how long, and what to be warned of; the lab is not needed."""
    return probe(path)
