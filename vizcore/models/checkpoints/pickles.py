"""The pickles of a file of torch, found and walked through before torch reads them: its archive, or its older form.

    path - the archive's list of parts - data.pkl - OpcodeWalk, with the size of each part     archive
    path - its first bytes - one pickle after the other - OpcodeWalk                            older form

Another reader than torch's looks here first, so whatever two readers could see differently is refused: names that
differ in capitals alone, bytes before the first part or after the last.
"""

import io
import struct
import zipfile
from pathlib import Path

from vizcore.models.checkpoints.calls import Damaged, Refused
from vizcore.models.checkpoints.opcodes import OpcodeWalk

PICKLE_BYTES = 16 * 1024**2  # of the pickles: a net of 4096 tensors and its optimiser have 3 MB
LISTED_BYTES = 4 * 1024**2  # of an archive's list of parts: so many tensors have 2 MB
ENDING = struct.Struct("<4s4H2LH")  # of an archive; after two lots of counts the bytes of the list, at last of a remark
LONG_ENDING = struct.Struct("<4sQ2H2L4Q")  # the same of a large one
LOCATOR = 20  # bytes between them
OLDER_PICKLES = 5  # magic number, version, machine, tensors, and the order of the storages that follow


def check_archive(path: Path) -> None:
    """OpcodeWalk through the pickle of an archive.

    Raises:
        Refused: it asks for more than it may, or the archive could unfold into more than the file holds.
    """
    size = path.stat().st_size
    try:
        _check_ending(path, size)
        with zipfile.ZipFile(path) as archive:
            parts = _parts(archive.infolist(), size)
            data = f"{archive.infolist()[0].filename.partition('/')[0]}/data"
            if f"{data}.pkl" not in parts:
                raise Refused("an archive without data.pkl")
            if parts[f"{data}.pkl"] > PICKLE_BYTES:
                raise Refused(f"whose pickle has {parts[f'{data}.pkl']} bytes, more than {PICKLE_BYTES}")
            pickle = archive.read(f"{data}.pkl")
    except (zipfile.BadZipFile, struct.error, ValueError, RuntimeError, OSError, EOFError):
        raise Damaged("an archive that is cut off or damaged") from None
    OpcodeWalk(size, lambda key: parts.get(f"{data}/{key}", 0)).through(io.BytesIO(pickle))


def check_older(path: Path) -> None:
    """OpcodeWalk through the pickles of the older form, which share the file with the numbers that follow.

    Raises:
        Refused: they ask for more than they may.
    """
    walk = OpcodeWalk(path.stat().st_size)
    with path.open("rb") as file:
        pickles = io.BytesIO(file.read(PICKLE_BYTES))
    for _ in range(OLDER_PICKLES):
        walk.through(pickles)


def _check_ending(path: Path, size: int) -> None:
    """See that an archive ends where its file does, and how long its list is before that is read."""
    with path.open("rb") as file:
        file.seek(max(0, size - ENDING.size - LOCATOR - LONG_ENDING.size))
        tail = file.read()
    mark, *_, listed, _, remark = ENDING.unpack(tail[-ENDING.size :])
    if mark != b"PK\5\6" or remark:
        raise Damaged("an archive that is cut off or damaged")
    if tail.startswith(b"PK\6\6"):
        listed = max(listed, LONG_ENDING.unpack(tail[: LONG_ENDING.size])[-2])
    if listed > LISTED_BYTES:
        raise Refused(f"an archive whose list of parts has {listed} bytes, more than {LISTED_BYTES}")


def _parts(entries: list[zipfile.ZipInfo], size: int) -> dict[str, int]:
    """{name: bytes} of the parts of an archive."""
    names = {entry.filename.rpartition("/")[2] for entry in entries}
    if "constants.pkl" in names:
        raise Refused("a TorchScript program")
    if "data.pkl" not in names:
        raise Refused("an archive without data.pkl")
    packed = any(entry.compress_type != zipfile.ZIP_STORED for entry in entries)
    if packed or sum(entry.file_size for entry in entries) > size:
        raise Refused("an archive that unfolds into more than it holds")
    odd = any(entry.filename != entry.orig_filename or not entry.filename.isascii() for entry in entries)
    alike = len({entry.filename.casefold() for entry in entries}) < len(entries)
    if odd or alike or min(entry.header_offset for entry in entries) > 0:
        raise Refused("an archive whose parts could be taken for others")
    return {entry.filename: entry.file_size for entry in entries}
