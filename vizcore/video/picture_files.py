"""The files of a folder or an archive, read one at a time: an archive is never unpacked.

folder, ZIP -> opened -> names, contents; the table of an archive is looked at before it is read
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from vizcore.video.opening import MAX_FRAMES, WANTED, VideoError

MOST_BYTES = 16 << 30  # of all pictures of an archive, unpacked
LARGEST_TABLE = 32 << 20  # bytes of the table of an archive: some 300,000 names
MOST_FILES = 2 * MAX_FRAMES  # of a folder that are looked at
FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, KeyError)


class PictureFiles:
    """A folder or an archive, open."""

    def __init__(self, path: Path, archive: zipfile.ZipFile | None):
        self.path, self.archive = path, archive

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[PictureFiles]:
        if path.is_dir():
            yield cls(path, None)
            return
        try:
            with path.open("rb") as file:
                _refuse_unless_small(path, file)
                with zipfile.ZipFile(file) as archive:
                    yield cls(path, archive)
        except VideoError:
            raise
        except (zipfile.BadZipFile, OSError, NotImplementedError) as fault:
            raise VideoError(
                f"{WANTED}, got {path.name}, an archive that cannot be read ({fault}): make it anew"
            ) from None

    def names(self) -> list[str]:
        """Names of the files, hidden ones aside."""
        if self.archive is None:
            found = []
            for one in self.path.iterdir():
                found.append(one.name)
                if len(found) > MOST_FILES:
                    raise VideoError(f"want at most {MAX_FRAMES} pictures, got a folder of more: {self.path.name}")
            return found
        members = [one for one in self.archive.infolist() if not one.is_dir()]
        total = sum(one.file_size for one in members)
        if total > MOST_BYTES:
            raise VideoError(
                f"want an archive of at most {MOST_BYTES >> 30} GB unpacked, got {self.path.name} of {total >> 30} GB"
            )
        return [one.filename for one in members]

    def read(self, name: str, most: int) -> bytes | None:
        """The content of a file; None where it is larger than `most` bytes or cannot be read."""
        try:
            with (self.path / name).open("rb") if self.archive is None else self.archive.open(name) as file:
                data = file.read(most + 1)
        except FAULTS:
            return None
        return data if len(data) <= most else None


def _refuse_unless_small(path: Path, file: BinaryIO) -> None:
    """Refuse an archive whose table would take much memory: its end says how long it is."""
    size = file.seek(0, 2)
    file.seek(max(0, size - (1 << 16) - 22))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    table = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if table > LARGEST_TABLE:
        raise VideoError(f"want an archive of at most {MAX_FRAMES} pictures, got {path.name}, which holds more files")
    file.seek(0)
