"""Results kept on disk by what they were made from, up to a number of bytes.

    key_of(file_key(path), "vit-small-ata", 8) -> 64 hex digits -> put {name: array}, get {name: array} or None

Several processes and threads may share a folder without a lock: an entry is written beside its place and moved there
in one step, and whatever cannot be read in full counts as not there. Entries are NPZ files; nothing is ever unpickled.
"""

import hashlib
import io
import json
import math
import os
import re
import sys
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from numbers import Integral, Real
from pathlib import Path

import numpy as np

from vizcore.files import CachedFiles, draft_of, make_room

LIMIT_BYTES = 2 * 1024**3
LARGE = 512 * 1024**2  # bytes of a file that is read as a whole for its key
SAMPLE, SAMPLES = 1 << 20, 64  # bytes; of a larger one, so many stretches of this length are read
META = "meta.json"  # the entry's notes, beside its arrays
KEY = re.compile(r"[0-9a-f]{64}")
SHARE = 1 / 8  # of the free bytes are written before the folder is measured again, as others write as well
PART = ".part"  # an entry that is being written
STALE = 3600.0  # seconds after which a part belongs to a writer that died
SETTLED = 2_000_000_000  # nanoseconds: a file touched later may change again without a new time stamp


@dataclass(frozen=True)
class StoreStats:
    """How full a store is."""

    root: Path
    entries: int
    bytes: int
    limit_bytes: int


class Store:
    """A folder of results.

    Args:
        root: the folder; by default $VIZCORE_CACHE or the user's cache folder. Made when first written to.
        limit_bytes: beyond it, the entries that were unread for longest are removed. One process never exceeds it;
            several that write at once may do so for a moment.
    """

    def __init__(self, root: str | os.PathLike | None = None, limit_bytes: int = LIMIT_BYTES):
        if limit_bytes < 0:
            raise ValueError(f"want a limit of 0 or more bytes, got {limit_bytes}")
        self.root = Path(root) if root is not None else default_root()
        self.limit_bytes = limit_bytes
        self._unmeasured = 0.0  # bytes that may still be written before the folder is measured again
        self._lock = threading.Lock()

    def path_of(self, key: str) -> Path:
        """Where the entry of a key is, or would be.

        Raises:
            ValueError: the key is not one of key_of's.
        """
        if not isinstance(key, str) or not KEY.fullmatch(key):
            raise ValueError(f"want a key of 64 hex digits as key_of makes it, got {key!r}")
        return self.root / key[:2] / f"{key}.npz"

    def get(self, key: str) -> dict[str, np.ndarray] | None:
        """The arrays of an entry, or None. Reading makes it the last one to be evicted."""
        entry = self._read(key)
        return entry and entry[0]

    def meta(self, key: str) -> dict | None:
        """The notes that were put with the arrays ({} if none were), or None when there is no entry."""
        entry = self._read(key)
        return entry and entry[1]

    def put(self, key: str, arrays: Mapping[str, np.ndarray], meta: Mapping | None = None) -> bool:
        """Keep arrays under a key; False when they were not kept: larger than the store, or the disk fails.

        Args:
            key: 64 hex digits, as of key_of.
            arrays: {name: array, or what numpy makes one of}; any dtype but object.
            meta: a few notes that JSON can hold.

        Raises:
            ValueError: an array holds objects, a name is no word, or the notes do not fit JSON.
        """
        path = self.path_of(key)
        arrays = {_checked_name(name): _checked_array(name, value) for name, value in arrays.items()}
        notes = _json(meta or {})
        if sum(array.nbytes for array in arrays.values()) > self.limit_bytes:
            return False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            size = _write(path, arrays, notes)
        except OSError:  # a full or read-only disk costs time, not the result
            return False
        with self._lock:
            self._unmeasured -= size
            if self._unmeasured < 0:
                self._unmeasured = self._evict(keep=path) * SHARE
        return size <= self.limit_bytes

    def put_bytes(self, key: str, blob: bytes) -> bool:
        """Keep a file's content, such as an MP4, under a key; True when it was kept."""
        return self.put(key, {"bytes": np.frombuffer(blob, np.uint8)})

    def get_bytes(self, key: str) -> bytes | None:
        """What put_bytes kept, or None."""
        arrays = self.get(key)
        return None if arrays is None or "bytes" not in arrays else arrays["bytes"].tobytes()

    def stats(self) -> StoreStats:
        """Entries and bytes on disk now."""
        sizes = [size for _, size, _ in self._entries()]
        return StoreStats(self.root, len(sizes), sum(sizes), self.limit_bytes)

    def clear(self) -> int:
        """Remove every entry, and nothing else in the folder; how many they were."""
        paths = [path for path, _, _ in self._entries()]
        for path in paths:
            _remove(path)
        return len(paths)

    def _read(self, key: str) -> tuple[dict[str, np.ndarray], dict] | None:
        path = self.path_of(key)
        try:
            with zipfile.ZipFile(path) as archive:
                entry = _unpacked(archive)
        except (OSError, MemoryError):  # not there, or not readable now
            return None
        except Exception:  # a damaged file can fail in any way there is; it is then as good as none
            _remove(path)
            return None
        with suppress(OSError):
            os.utime(path)
        return entry

    def _entries(self) -> Iterator[tuple[Path, int, int]]:
        """(path, bytes, time of last use in ns) of every entry; parts that a dead writer left are removed."""
        for folder in self.root.glob("[0-9a-f][0-9a-f]"):
            with suppress(OSError):
                for found in os.scandir(folder):
                    with suppress(FileNotFoundError):  # another process was faster
                        status = found.stat()
                        if KEY.fullmatch(found.name.removesuffix(".npz")) and found.name.endswith(".npz"):
                            yield Path(found.path), status.st_size, status.st_mtime_ns
                        elif found.name.endswith(PART) and time.time() - status.st_mtime > STALE:
                            _remove(Path(found.path))

    def _evict(self, keep: Path) -> int:
        """Remove the entries that were unread for longest until the rest fits, `keep` last; the bytes left free."""
        entries = (
            CachedFiles((path,), size, math.inf if path == keep else read) for path, size, read in self._entries()
        )
        return make_room(entries, self.limit_bytes)


def key_of(*words: object) -> str:
    """The key of a result: 64 hex digits of the words and numbers that it was made from, in their order.

    Takes text, whole and real numbers, True, False, None, and lists, tuples and {text: ...} of them. A whole number,
    the same as a real number, and as text are three different words; a list and a tuple are the same.

    Raises:
        ValueError: something else was given, such as an array or a path: name its content by file_key.
    """
    text = json.dumps([_plain(word) for word in words], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def file_key(path: str | os.PathLike) -> str:
    """The SHA-256 of a file's content, 64 hex digits; remembered for as long as its size and time stamp stay.

    That of a folder of numbered frames is one of their names and contents, and of the rate that its name says.

    Raises:
        OSError: the file cannot be read.
    """
    path = Path(path).absolute()
    if not path.is_file() or (path.suffix.lower() == ".zip" and "@" in path.name):
        from vizcore.video.pictures import state  # nearly all are files

        return _of_pictures(path, state(path))
    status = path.stat()
    settled = time.time_ns() - status.st_mtime_ns > SETTLED
    digest = _digest if settled else _digest.__wrapped__
    return digest(path, status.st_size, status.st_mtime_ns)


def content_key(path: str | os.PathLike) -> str:
    """What tells a file's content from any other: its SHA-256, of a film of hours less than all of it, 64 hex digits.

    A person who opens ten gigabytes does not wait until they are read. Of a file beyond LARGE bytes the key is made of
    its size, its time stamp and SAMPLES stretches, evenly spread, the first and the last bytes among them: another
    file has another key, and one that was touched is taken for another.

    Raises:
        OSError: the file cannot be read.
    """
    path = Path(path).absolute()
    if not path.is_file() or (status := path.stat()).st_size <= LARGE:
        return file_key(path)
    return _sampled(path, status.st_size, status.st_mtime_ns)


def default_root() -> Path:
    """$VIZCORE_CACHE, or `vizcore` in the user's cache folder."""
    if chosen := os.environ.get("VIZCORE_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        caches = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        caches = Path.home() / "Library" / "Caches"
    else:
        caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "vizcore"


@lru_cache(maxsize=256)
def _of_pictures(path: Path, state: tuple) -> str:
    from vizcore.video.pictures import files_of, rate_in_name

    digest = hashlib.sha256(rate_in_name(path).encode())
    for file in files_of(path):
        digest.update(f"{file.name}\0{_digest.__wrapped__(file, 0, 0)}".encode())
    return digest.hexdigest()


@lru_cache(maxsize=256)
def _digest(path: Path, size: int, modified: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=256)
def _sampled(path: Path, size: int, modified: int) -> str:
    digest = hashlib.sha256(f"{size} {modified}".encode())
    with path.open("rb") as file:
        for start in np.linspace(0, size - SAMPLE, SAMPLES).astype(np.int64).tolist():
            file.seek(start)
            digest.update(file.read(SAMPLE))
    return digest.hexdigest()


def _plain(word: object) -> object:
    """What JSON writes without loss; -0.0 is 0.0."""
    if word is None or isinstance(word, (str, bool)):
        return word
    if isinstance(word, np.bool_):
        return bool(word)
    if isinstance(word, Integral):
        return int(word)
    if isinstance(word, Real):
        return float(word) + 0.0
    if isinstance(word, (list, tuple)):
        return [_plain(item) for item in word]
    if isinstance(word, dict) and all(isinstance(name, str) for name in word):
        return {name: _plain(item) for name, item in word.items()}
    raise ValueError(f"want words and numbers in a key, got {type(word).__name__}")


def _json(notes: Mapping) -> str:
    try:
        return json.dumps(dict(notes))
    except (TypeError, ValueError) as error:
        raise ValueError(f"want notes that JSON can hold: {error}") from None


def _checked_name(name: object) -> str:
    if not isinstance(name, str) or not name.isprintable() or not name:
        raise ValueError(f"want a word as the name of an array, got {name!r}")
    return name


def _checked_array(name: str, value: object) -> np.ndarray:
    array = np.asarray(value)
    if array.dtype.hasobject:
        raise ValueError(f"want numbers or text in {name!r}, got objects")
    return array


def _write(path: Path, arrays: dict[str, np.ndarray], notes: str) -> int:
    """Write an entry beside its place and move it there in one step; its size in bytes."""
    with draft_of(path, PART, shared=False) as draft:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(META, notes)
            for name, array in arrays.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array(member, array, allow_pickle=False)
        return draft.stat().st_size


def _unpacked(archive: zipfile.ZipFile) -> tuple[dict[str, np.ndarray], dict]:
    """(arrays, notes); a member that was damaged fails its checksum here."""
    notes = json.loads(archive.read(META))
    arrays = {
        name.removesuffix(".npy"): np.lib.format.read_array(io.BytesIO(archive.read(name)), allow_pickle=False)
        for name in archive.namelist()
        if name != META
    }
    return arrays, notes


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
