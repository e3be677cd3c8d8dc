"""A file that a worker elsewhere needs: read where it lies if the worker sees the same file there, and sent otherwise.

path -> SentFile(path, hashes) -> opened(folder): the path itself, a copy that was sent before, or None: send it
What is true about a clip lies beside it and goes with it, since results differ by it.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vizcore.files import CachedFiles, make_room, write
from vizcore.runtime.store import file_key, key_of
from vizcore.synthetic.truth_file import truth_path

MOST_BYTES = 4 * 2**30  # of copies that a machine keeps; beyond it those opened longest ago go
IN_USE = 3600.0  # seconds after its opening in which a copy stays, whatever the others take


@dataclass(frozen=True)
class SentFile:
    """A file, by where the sender has it and what is in it."""

    path: str
    keys: tuple[str, ...]  # file_key of the file and, where there is one, of the truth beside it

    def content(self) -> tuple[bytes, ...]:
        """The file and its truth, to be sent.

        Raises:
            OSError: one is gone.
        """
        return tuple(path.read_bytes() for path in _both(Path(self.path)))

    def opened(self, folder: Path, sent: tuple[bytes, ...] | None = None) -> Path | None:
        """The file on this machine; None where it has to be sent.

        Args:
            folder: where copies are kept.
            sent: the content, which is kept now.
        """
        if _keys(Path(self.path)) == self.keys:
            return Path(self.path)
        copy = folder / key_of(self.keys) / Path(self.path).name
        if sent is not None:
            room_for(folder, sum(map(len, sent)))
            for path, data in reversed([*zip((copy, truth_path(copy)), sent)]):  # the file last: then all is there
                write(path, data)
        if not copy.is_file() or _keys(copy) != self.keys:
            return None
        copy.touch()
        return copy


def sent_file(path: str | Path) -> SentFile:
    """What tells a file from any other.

    Raises:
        OSError: there is no such file.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"want a file, but {path} is none")
    return SentFile(str(Path(path).absolute()), _keys(Path(path)))


def room_for(folder: Path, size: int, limit: int = MOST_BYTES) -> None:
    """Remove the copies that were opened longest ago until `size` bytes more fit; those of the last hour stay.

    Args:
        folder: of copies.
        size: bytes that are to fit.
        limit: bytes of all copies together.
    """
    make_room(_copies(folder), limit, size=size, since=time.time() - IN_USE)


def _copies(folder: Path) -> Iterator[CachedFiles]:
    """The copies that are kept, a folder each."""
    for place in folder.glob("*"):
        with suppress(OSError, ValueError):  # another worker of this machine was faster
            states = [file.stat() for file in place.iterdir()]
            yield CachedFiles((place,), sum(one.st_size for one in states), max(one.st_mtime for one in states))


def _both(path: Path) -> list[Path]:
    return [one for one in (path, truth_path(path)) if one.is_file()]


def _keys(path: Path) -> tuple[str, ...]:
    return tuple(map(file_key, _both(path)))
