"""Which files and folders are clips, by their endings; a look inside where an ending leaves it open.

folder -> clips below it (videos, folders and archives of numbered frames), and what is left out
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

VIDEOS = (
    "mp4 mkv webm mov avi m4v mpg mpeg ts gif flv wmv 3gp mts m2ts m2t ogv ogg 264 h264 avc 265 h265 hevc vob mxf asf "
    "f4v 3g2 m1v m2v mpv dv rm rmvb wtv nut ivf obu y4m mjpeg mjpg apng webp avif h263 divx zip"
)
ENDINGS = tuple(f".{name}" for name in VIDEOS.split())
LOOKED_INTO = {".webp": "an animation", ".avif": "an animation", ".zip": "numbered frames"}  # what they may be


@dataclass(frozen=True)
class Found:
    """What lies below a folder."""

    clips: tuple[Path, ...]  # by name
    left_out: tuple[Path, ...]  # files that are no clips and belong to none, by name; hidden ones are not told


def is_clip(path: Path) -> bool:
    """Whether a file is a clip, by its ending, and by a look into it where its ending leaves that open."""
    ending = path.suffix.lower()
    if ending not in LOOKED_INTO:
        return ending in ENDINGS and path.is_file()
    if not path.is_file():
        return False
    if ending == ".zip":
        from vizcore.video.pictures import is_row

        return is_row(path)
    with path.open("rb") as file:
        head = file.read(64)
    return b"avis" in head if ending == ".avif" else head[8:16] == b"WEBPVP8X" and bool(head[20] & 2)


def below(folder: Path) -> Found:
    """The clips below a folder, which may itself be one of numbered frames; links to folders are not followed."""
    clips, left_out = [], []
    for place, _, names in os.walk(folder):
        here = Path(place)
        files = [here / name for name in names if not name.startswith(".")]
        mine = [file for file in files if is_clip(file)]
        others = set(files) - set(mine)
        if not mine and numbered(here, names):
            clips.append(here)
            others = ()
        clips += mine
        left_out += others
    return Found(tuple(sorted(clips)), tuple(sorted(left_out)))


def numbered(folder: Path, names: list[str]) -> bool:
    """Whether the files of a folder are numbered frames.

    Args:
        folder: its path.
        names: of its files.
    """
    from vizcore.video.pictures import is_row

    return len(names) > 1 and is_row(folder, names)
