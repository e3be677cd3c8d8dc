"""A few named files as one ZIP, and back from a ZIP of unknown origin: nothing touches the disk, no bomb goes off."""

import io
import os
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from vizcore.formats.archives import content_of
from vizcore.runtime.recording.section import MEGABYTE

MOST_FILES = 4000
NAME = re.compile(r"[\w.-]{1,80}(/[\w.-]{1,120}){0,2}", re.ASCII)
STORED_AS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
READY = (".jpg", ".png", ".npz", ".zip", ".mp4")  # compressed already
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content is the same file, whenever it is written


def packed(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of files: the same bytes for the same files."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(READY) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return whole.getvalue()


def unpacked(source: bytes | Path, most: int) -> dict[str, bytes]:
    """{name: content} of a ZIP, or of a folder by its JSON file.

    Args:
        source: the bytes of a ZIP, the path of one, or the path of FOLDER/report.json with its files beside it.
        most: bytes of all files together.

    Raises:
        ValueError: it is no such file, or it holds more than it should.
        OSError: it cannot be read.
    """
    if isinstance(source, Path) and source.suffix == ".json":
        return _beside(source, most)
    try:
        with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
            entries = archive.infolist()
            _check([one.filename for one in entries], sum(one.file_size for one in entries), most)
            if any(one.compress_type not in STORED_AS or one.flag_bits & 1 for one in entries):
                raise ValueError("want a plain ZIP, got one that is encrypted or packed in another way")
            return {one.filename: content_of(archive, one) for one in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OverflowError) as fault:
        raise ValueError(f"want a ZIP that VizCore wrote, got a file that is none or is damaged ({fault})") from None


def schema(data: dict[str, Any], form: str, known: tuple[int, ...], name: str) -> int:
    """The schema of a JSON object; it and the form are taken out, where they are ones that this program reads.

    Args:
        data: the object, from which both are taken out.
        form: what kind of file it says it is.
        known: the schemas that are read, the last of which is written; the first was called `version`.
        name: of the file, for a refusal.

    Raises:
        ValueError: it is of another form or schema.
    """
    found = [data.pop(word) for word in ("version", "schema") if word in data]
    if data.pop("format", None) != form or found not in [[one] for one in known]:
        numbers = " or ".join(map(str, known))
        raise ValueError(f'want "{form}" of schema {numbers} in {name}, got another format or schema')
    return found[0]


def parsed(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    """The JSON object of a file.

    Raises:
        ValueError: there is none.
    """
    if name not in files:
        raise ValueError(f"want a file that holds {name}, got one with {', '.join(list(files)[:3]) or 'nothing'}")
    try:
        value = msgspec.json.decode(files[name])
    except (ValueError, RecursionError) as fault:
        raise ValueError(f"want JSON in {name}, got something else ({str(fault)[:80]})") from None
    if not isinstance(value, dict):
        raise ValueError(f"want names with values in {name}, got {type(value).__name__}")
    return value


def objects(found: object) -> list[tuple[int, dict[str, Any]]]:
    """(place, object) of the objects in a list that nobody has checked yet; none of what is no list."""
    return [(k, one) for k, one in enumerate(found, 1) if isinstance(one, dict)] if isinstance(found, list) else []


def put_content(owner: dict[str, Any], field: str, files: Mapping[str, bytes]) -> None:
    """Put a file's content in the place of its name, or nothing for no name; what names no file stays as it is.

    Args:
        owner: an object of the JSON, changed in place.
        field: of it, whose value is a file's name.
        files: {name: content} of the archive.
    """
    name = owner.get(field)
    if isinstance(name, str) and (name == "" or name in files):
        owner[field] = files.get(name, b"")


def _check(names: list[str], size: int, most: int) -> None:
    if len(names) > MOST_FILES or size > most:
        raise ValueError(
            f"want at most {most // MEGABYTE} MB in {MOST_FILES} files, got {size // MEGABYTE} MB in {len(names)}"
        )
    if len(set(names)) < len(names) or not all(NAME.fullmatch(name) and ".." not in name for name in names):
        raise ValueError("want plain names inside the file, each once, got others")


def _beside(source: Path, most: int) -> dict[str, bytes]:
    """A JSON file and the files of the folders beside it; links are not followed."""
    root = source.parent
    inside = [source]
    for folder in ("pictures", "arrays"):
        if (root / folder).is_dir() and not (root / folder).is_symlink():
            inside += [Path(one.path) for one in os.scandir(root / folder) if one.is_file(follow_symlinks=False)]
    names = ["report.json", *(one.relative_to(root).as_posix() for one in inside[1:])]
    _check(names, sum(one.stat().st_size for one in inside), most)
    return {name: one.read_bytes() for name, one in zip(names, inside, strict=True)}
