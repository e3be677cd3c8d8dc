"""The clip library: the clips that a person may open by an id, never by a path.

    assets/clips/parade.mp4            -> "parade"
    $VIZCORE_MEDIA/kitchen/pour.mkv    -> "media/kitchen/pour.mkv"

An id is looked up in the listing and never joined to a folder, so no id can leave it. What is true about a clip,
where that is known, lies beside it: parade.mp4, parade.truth.npz.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from vizcore.synthetic.truth_file import truth_path

CLIPS = Path(__file__).resolve().parents[2] / "assets" / "clips"
TABLES = (".npy", ".csv", ".tsv")
LIMIT = 2000  # files of a server folder that are listed: a menu longer than this helps nobody

Form = Literal["clip", "world clip", "features", "lesson", "example"]  # of a file; an example is a name and no file


@dataclass(frozen=True)
class ClipEntry:
    """A clip on the shelf, or another file that a page is about."""

    clip_id: str  # what a link says
    title: str  # what a menu says
    path: Path  # of an example its name
    about: str = ""
    shot: str = ""  # of a clip of the world: the word that names how it was made
    form: Form = "clip"

    @property
    def truth(self) -> Path | None:
        """The file that says what is true about the clip, where there is one."""
        path = truth_path(self.path)
        return path if path.exists() else None


def bundled() -> dict[str, ClipEntry]:
    """The clips that come with the app, by clip id; each has a card beside it."""
    entries = {}
    for path in sorted(CLIPS.glob("*.mp4")):
        card = json.loads(path.with_suffix(".json").read_text())
        shot = card.get("shot", "")
        form = "world clip" if shot else "clip"
        entries[path.stem] = ClipEntry(path.stem, card["title"], path, card["about"], shot, form)
    return entries


def served(folder: str | None = None, endings: tuple[str, ...] = ()) -> dict[str, ClipEntry]:
    """The videos below a server folder (by default $VIZCORE_MEDIA), by clip id; links that lead out of it are left out.

    A folder of numbered frames is a video.

    Args:
        endings: of the files that are listed; none for videos.
    """
    folder = os.environ.get("VIZCORE_MEDIA") if folder is None else folder
    if not folder or not Path(folder).is_dir():
        return {}
    root = Path(folder).resolve()
    entries = {}
    for path in sorted(islice(_inside(root, endings), LIMIT)):
        clip_id = f"media/{path.relative_to(root).as_posix()}"
        form = "features" if path.suffix.lower() in TABLES else "clip"
        entries[clip_id] = ClipEntry(clip_id, path.relative_to(root).as_posix(), path, form=form)
    return entries


def _inside(root: Path, endings: tuple[str, ...]) -> Iterator[Path]:
    """The files of some endings below a folder; where none is named, videos and folders of numbered frames."""
    from vizcore.video.recognise import is_clip, numbered  # most servers offer no folder

    for place, _, names in os.walk(root):
        files = [file for file in (Path(place, name) for name in names) if file.resolve().is_relative_to(root)]
        found = [file for file in files if (file.suffix.lower() in endings if endings else is_clip(file))]
        yield from filter(Path.is_file, found)
        if not found and not endings and numbered(Path(place), names):
            yield Path(place)
