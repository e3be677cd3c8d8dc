"""What a batch works on: files, every video below a folder, and clips of the app's sources by their words.

"films/", "a.mp4", "world-act-3-cartwheel", "parade" -> Source(word, stem), each with a place of its own in the results
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path, PurePosixPath

from vizcore.runtime.clip_library import ENDINGS
from vizcore.runtime.clip_sources import FOLDER, SOURCES, WORLD, clip, shipped
from vizcore.runtime.context import Context
from vizcore.synthetic.shot import shot_of


@dataclass(frozen=True)
class Source:
    """One clip, by the word that finds it again."""

    clip_id: str  # a path, or what names a clip in one of the app's sources
    stem: str  # where its results are put, below the folder of results, less the ending

    @property
    def of_world(self) -> bool:
        """It is rendered from its word when it is needed."""
        return self.clip_id.startswith(WORLD.prefix) and not Path(self.clip_id).exists()

    def path(self, context: Context) -> Path:
        """The file; a clip of the world is rendered now, or was before.

        Raises:
            ValueError: it is gone, or the word names no clip.
        """
        path = Path(self.clip_id)
        if not path.exists() and (entry := clip(self.clip_id, context)) is not None:
            return entry.path
        if not path.is_file():
            raise ValueError(f"want a video, but {self.clip_id} is no file any more")
        return path


def sources(words: Iterable[str]) -> list[Source]:
    """The clips that some words name, in their order, those of a folder by name; each one once.

    Raises:
        ValueError: a word names neither a file, a folder with videos, a clip of the world nor one of the app.
    """
    found = dict.fromkeys(one for clip_id in words for one in _named(clip_id))
    placed: dict[str, Source] = {}
    for one in found:  # two files of one name from two folders are told apart by a number
        free = chain([one.stem], (f"{one.stem}-{number}" for number in count(2)))
        stem = next(stem for stem in free if stem not in placed)
        placed[stem] = replace(one, stem=stem)
    return list(placed.values())


def _named(clip_id: str) -> list[Source]:
    path = Path(clip_id)
    if path.is_dir():
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in ENDINGS and file.is_file())
        if not inside:
            raise ValueError(f"want a folder with videos ({', '.join(ENDINGS)}), but {clip_id} has none")
        return [Source(str(file), _stem(file.relative_to(path))) for file in inside]
    if path.is_file():
        return [Source(clip_id, _stem(Path(path.name)))]
    if clip_id.startswith(WORLD.prefix):
        return [Source(shot_of(clip_id).clip_id, clip_id)]
    if any(clip_id in source.listed() for source in SOURCES):
        return [Source(clip_id, _stem(Path(clip_id)) if clip_id.startswith(FOLDER.prefix) else clip_id)]
    names = ", ".join(shipped())
    raise ValueError(f"want a video, a folder of videos, a clip of the world or one of {names}, got {clip_id!r}")


def _stem(file: Path) -> str:
    """clips/a.mp4 -> clips/a."""
    return PurePosixPath(file.with_suffix("")).as_posix()
