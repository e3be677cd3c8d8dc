"""Files that are there in full or not at all, and folders that stay within a limit."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

EVERYBODY_READS = 0o644


@contextmanager
def draft_of(path: Path, ending: str = "", *, shared: bool = True) -> Iterator[Path]:
    """A file beside `path` that takes its place when the block ends; where the block fails, nothing has changed.

    Args:
        path: its folder is there.
        ending: of the draft's name, where what writes it goes by that.
        shared: others may read the file.

    Raises:
        OSError: the folder cannot be written to, or the disk is full.
    """
    handle, name = tempfile.mkstemp(ending, f".{path.stem[:40]}-", path.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        if shared:
            draft.chmod(EVERYBODY_READS)
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def write(path: Path, data: bytes) -> None:
    """Write a file, and its folder where there is none; refuses as draft_of does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with draft_of(path, ".part") as draft:
        draft.write_bytes(data)


@dataclass(frozen=True)
class CachedFiles:
    """What goes or stays as one: a file, a file and what belongs to it, or a folder."""

    paths: tuple[Path, ...]
    size: int  # bytes together
    opened: float  # when somebody last wanted it, in seconds or any other unit that is the same for all

    @classmethod
    def of(cls, *paths: Path) -> "CachedFiles":
        """Files as they are on disk, opened when the first was touched; those that are gone weigh nothing."""
        states = []
        for path in paths:
            with suppress(FileNotFoundError):
                states.append(path.stat())
        return cls(paths, sum(one.st_size for one in states), states[0].st_mtime_ns if states else 0)


def make_room(
    cached: Iterable[CachedFiles], limit: int, *, size: int = 0, most: int | None = None, since: float = float("inf")
) -> int:
    """Remove what was opened longest ago until `size` bytes more fit into a limit, and one more where so many may stay.

    Args:
        cached: files that belong together, with when they were opened.
        limit: bytes of all together.
        size: bytes that are to fit.
        most: how many may stay, with the one that comes.
        since: what was opened later than this stays in any case.

    Returns:
        Bytes that are free then.
    """
    oldest_first = sorted(cached, key=lambda one: one.opened)
    total, count = size + sum(one.size for one in oldest_first), len(oldest_first)
    for one in oldest_first:
        if (total <= limit and (most is None or count < most)) or one.opened > since:
            break
        for path in one.paths:
            _remove(path)
        total, count = total - one.size, count - 1
    return max(0, limit - total)


def _remove(path: Path) -> None:
    """Gone, whether it is a file or a folder, or was gone before; another process may be faster."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)
