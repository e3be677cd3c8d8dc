"""What a clip is and how long, and what to be warned of, before anything is computed."""

from pathlib import Path

from vizcore.runtime.context import Context
from vizcore.video import VideoInfo, probe

LONG = 60.0  # seconds from which a film has an overview


def look_into(path: str | Path, *, context: Context | None = None) -> VideoInfo:
    """What a clip is and how long, and what to be warned of; the context is not needed."""
    return probe(path)
