"""What a batch works on: files, every video below a folder, numbered frames, and clips of the app by their words.

"films/", "a.mp4", "world-act-3-cartwheel", "parade" -> Source(word, stem), each with a place of its own in the results
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path, PurePosixPath

from vizcore.runtime.clip_sources import FOLDER, SOURCES, WORLD, clip, shipped
from vizcore.runtime.context import Context
from vizcore.synthetic.shot import shot_of
from vizcore.video.recognise import ENDINGS, below


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
        if not path.is_file() and not _frames(path):
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
        inside = below(path).clips
        if not inside:
            known = ", ".join(ENDINGS)
            raise ValueError(f"want a folder with videos ({known}) or numbered frames, but {clip_id} has none")
        return [
            Source(str(file), _stem(file.relative_to(path) if file != path else Path(path.name))) for file in inside
        ]
    if path.is_file():
        return [Source(clip_id, _stem(Path(path.name)))]
    if _frames(path):
        return [Source(clip_id, path.parent.name if "%" in path.name else path.name)]
    if clip_id.startswith(WORLD.prefix):
        return [Source(shot_of(clip_id).clip_id, clip_id)]
    if any(clip_id in source.listed() for source in SOURCES):
        return [Source(clip_id, _stem(Path(clip_id)) if clip_id.startswith(FOLDER.prefix) else clip_id)]
    names = ", ".join(shipped())
    raise ValueError(f"want a video, a folder of videos, a clip of the world or one of {names}, got {clip_id!r}")


def left_out(words: Iterable[str]) -> list[Path]:
    """The files in the folders that some words name, of which no clip is made."""
    return [file for word in words if Path(word).is_dir() for file in below(Path(word)).left_out]


def _frames(path: Path) -> bool:
    """Whether a path leads to numbered frames: a folder, or one with a rate (frames@30) or a pattern (%05d.jpg)."""
    from vizcore.video.pictures import is_row

    return (path.is_dir() or "@" in str(path) or "%" in path.name) and is_row(path)


def _stem(file: Path) -> str:
    """clips/a.mp4 -> clips/a; of a folder its name."""
    return PurePosixPath(file.with_suffix("") if file.suffix.lower() in ENDINGS else file).as_posix()
