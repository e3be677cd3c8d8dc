"""The files of a data set, out of a folder or a ZIP: what is looked at, what is left out, how things are called.

path - hidden files, links, other kinds - listing -> Listing: contents by path, sentences on what was left out, videos
"""

import mimetypes
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from vizcore.algorithms.segmentation.frame_labels import VIDEOS, video_of
from vizcore.formats.archives import content_of
from vizcore.formats.label_files import HEADER, refuse_long_mapping
from vizcore.formats.segment_files import ENDINGS as TIMED

ENDINGS = ("", ".txt", ".bundle", *TIMED)  # of files that are looked at
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what every program that makes ZIPs does
DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, OverflowError, ValueError, KeyError
)  # by a ZIP  # fmt: skip
MAPPINGS = ("mapping.txt", "mapping.csv", "mapping.tsv")  # the list of classes
STRAY = ("readme", "license", "licence", "copying", "notice", "changelog", "citation", "authors", "contributing",
         "requirements", "makefile", "dockerfile", "log", "train_log", "config", "args", "hparams", "todo")  # fmt: skip
MOST_FILES = 20_000
MOST_FOLDERS = 20_000
LARGEST = 256 << 20  # bytes of all files together
DEEPEST = 16  # folders by which models are told apart; else their whole path does it
SHOWN = 3  # names that a sentence lists


@dataclass(frozen=True)
class Listing:
    """What a folder or a ZIP has."""

    files: dict[str, bytes]  # {path in it: content} of what is looked at
    left_out: tuple[str, ...] = ()  # paths of hidden files and of other kinds
    links: tuple[str, ...] = ()  # paths of links that lead out of the folder, and were not followed
    videos: dict[str, Path] = field(default_factory=dict)  # {video: file} that lie beside the labels


def listing(path: Path | BinaryIO) -> Listing:
    """Read the files of a folder or a ZIP that may be labels, classes or a split.

    Links are followed within the folder. Hidden files and folders are passed over.

    Raises:
        ValueError: there are more than MOST_FILES, or more than LARGEST bytes, or it is a file that is no ZIP.
    """
    if isinstance(path, Path) and path.is_dir():
        return _of_folder(path)
    try:
        with zipfile.ZipFile(path) as archive:
            if any(one.compress_type not in PACKED for one in archive.infolist()):
                raise NotImplementedError("it is packed in a way of its own")
            sizes = {one.filename: one.file_size for one in archive.infolist() if not one.is_dir()}
            if len(sizes) != sum(not one.is_dir() for one in archive.infolist()):
                raise zipfile.BadZipFile("two of its files have the same path")
            names, left_out = _chosen(sizes, lambda name: archive.open(name).read(len(HEADER)))
            _refuse_much({name: sizes[name] for name in names})
            return Listing({name: content_of(archive, name) for name in names}, tuple(left_out))
    except FileNotFoundError:
        raise
    except TooMuch:
        raise
    except DAMAGED as fault:
        raise ValueError(f"want a ZIP that can be unpacked, got one with this fault: {fault}") from None


class TooMuch(ValueError):
    """More than the limits allow."""


def is_hidden(name: str) -> bool:
    """A hidden file, one of a hidden folder, or one that a system keeps beside others."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part.startswith((".", "__MACOSX", "__pycache__")) and part != ".." for part in parts) or (
        bool(parts) and parts[-1].lower() in ("thumbs.db", "desktop.ini")
    )


def is_stray(name: str) -> bool:
    """A file that data sets have beside their labels, by its name."""
    stem = PurePosixPath(name.replace("\\", "/")).name.lower().partition(".")[0]
    return stem in STRAY


def is_mapping(name: str) -> bool:
    """A list of classes, by its name."""
    return PurePosixPath(name.replace("\\", "/")).name.lower() in MAPPINGS


def looked_at(name: str, start: Callable[[], bytes], videos: Iterable[str]) -> bool:
    """A file whose ending may be one of labels, or whose name has a dot and no ending.

    Args:
        name: its path.
        start: gives its first bytes.
        videos: that other files are about.
    """
    file = PurePosixPath(name.replace("\\", "/")).name
    if PurePosixPath(file).suffix.lower() in ENDINGS:
        return True
    return mimetypes.guess_type(file)[0] is None and (file in videos or start().startswith(HEADER[:3].encode()))


def distinct(paths: Iterable[str]) -> dict[str, str]:
    """{path: the least of its end that no other path ends in}: split_1, or MSTCN/split_1 where there are two."""
    parts = {path: PurePosixPath(path).parts for path in paths}
    counts: dict[tuple[str, ...], int] = {}
    for path in parts.values():
        for k in range(max(0, len(path) - DEEPEST), len(path)):
            counts[path[k:]] = counts.get(path[k:], 0) + 1
    return {
        path: "/".join(next((words[-k:] for k in range(1, DEEPEST + 1) if counts.get(words[-k:]) == 1), words))
        for path, words in parts.items()
    }


def names_of(found: Iterable[str]) -> str:
    """The first of some names, and how many more there are."""
    found = list(found)
    rest = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + rest


def _of_folder(root: Path) -> Listing:
    found, links = _walked(root)
    sizes = {name: path.stat().st_size for name, path in found.items()}
    names, left_out = _chosen(sizes, lambda name: _start_of(found[name]))
    _refuse_much({name: sizes[name] for name in names})
    videos = {video_of(name): found[name] for name in left_out if PurePosixPath(name).suffix.lower() in VIDEOS}
    left_out = [name for name in left_out if PurePosixPath(name).suffix.lower() not in VIDEOS]
    return Listing({name: found[name].read_bytes() for name in names}, tuple(left_out), tuple(links), videos)


def _walked(root: Path) -> tuple[dict[str, Path], list[str]]:
    """{path below root: file}, and the links that lead out of it, or to what they lie in."""
    top, found, links, folders = root.resolve(), {}, [], [("", root, ())]
    seen = 0
    while folders:
        prefix, folder, above = folders.pop()
        seen += 1
        if seen > MOST_FOLDERS or len(found) > MOST_FILES * 10:
            raise TooMuch(f"want a data set of at most {MOST_FOLDERS:,} folders, got more, or links to one another")
        for entry in sorted(os.scandir(folder), key=lambda one: one.name):
            name, path = prefix + entry.name, Path(entry.path)
            if is_hidden(entry.name):
                continue
            if entry.is_symlink() and not path.resolve().is_relative_to(top):
                links.append(name)
            elif entry.is_dir():
                real = path.resolve()
                if real != top and real not in above:
                    folders.append((f"{name}/", path, (*above, real)))
            elif entry.is_file():
                found[name] = path
    return dict(sorted(found.items())), sorted(links)


def _chosen(sizes: Mapping[str, int], start: Callable[[str], bytes]) -> tuple[list[str], list[str]]:
    """Names of the files that are looked at, and of those that are not; hidden ones are in neither."""
    seen = [name for name in sizes if not is_hidden(name)]
    videos = {video_of(name) for name in seen if PurePosixPath(name).suffix.lower() in ENDINGS}
    chosen = [name for name in seen if looked_at(name, lambda name=name: start(name), videos)]
    return chosen, sorted(set(seen) - set(chosen))


def _refuse_much(sizes: Mapping[str, int]) -> None:
    """Refuse too many or too large files; a list of classes has a limit of its own."""
    size = sum(sizes.values())
    if len(sizes) > MOST_FILES or size > LARGEST:
        raise TooMuch(
            f"want at most {MOST_FILES:,} files of {LARGEST >> 20} MB together, got {len(sizes):,} of {size >> 20} MB"
        )
    for name in sizes:
        if is_mapping(name):
            try:
                refuse_long_mapping(sizes[name], name)
            except ValueError as refusal:
                raise TooMuch(str(refusal)) from None


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(HEADER))
