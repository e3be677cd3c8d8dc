"""Where what is true about a clip is written: beside it."""

from pathlib import Path


def truth_path(path: Path) -> Path:
    """Where what is true about a clip is written, if it is: CLIP.truth.npz beside CLIP.mp4."""
    return path.with_suffix(".truth.npz")
