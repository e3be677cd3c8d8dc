"""Features that a person brings: an array file is read without trusting it, and becomes positions with their channels.

    path of a .npy file - header - dtype, shape, size as it says - array -> Features (N, C)

A header is read as a literal, nothing is unpickled, and no more is taken into memory than the file holds.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import BinaryIO

import numpy as np

from vizcore.formats.apart.calls import read_apart
from vizcore.formats.names import plain

LIMIT_BYTES = 128 * 1024**2  # of a file: 8 frames of 28 x 28 patches with 4096 channels in 32 bits, and some air
MOST_POSITIONS, MOST_CHANNELS = 65_536, 8192
MAGIC = b"\x93NUMPY"
HEADERS = {(1, 0): np.lib.format.read_array_header_1_0} | dict.fromkeys(
    ((2, 0), (3, 0)), np.lib.format.read_array_header_2_0
)  # version of the format -> what reads it
UNREADABLE = (ValueError, KeyError, TypeError, SyntaxError, TokenError, MemoryError, RecursionError)  # of a literal
WANTED = "want an array file (.npy) of features (N, C) or (T, H, W, C)"
REMEDY = 'write it with numpy.save("FILE.npy", features.astype("float32"))'


@dataclass(frozen=True, eq=False)
class Features:
    """Features of N positions."""

    name: str  # of the file, fit to be shown
    values: np.ndarray  # (N, C) float32, or float64 where the file has it; finite
    grid: tuple[int, int, int] | None  # (T, H, W) of the N positions, row by row; None where the file does not tell


@read_apart("features")
def read_features(path: str | Path, name: str | None = None) -> Features:
    """The features that a file holds.

    Args:
        path: the file.
        name: what to call it in sentences; the file's own name if not given.

    Raises:
        ValueError: it is no array of features, or a damaged or too large one; the sentence says what to do.
    """
    path, name = Path(path), plain(name or Path(path).name)
    if not path.is_file():
        raise ValueError(f"{WANTED}, but there is no file {name}")
    size = path.stat().st_size
    if not 0 < size <= LIMIT_BYTES:
        raise ValueError(f"{WANTED} of at most {LIMIT_BYTES // 1024**2} MiB, got {name} of {size} bytes")
    with path.open("rb") as file:
        shape, dtype = header_of(file, name)
        _check(shape, dtype, size - file.tell(), name)
        file.seek(0)
        array = np.lib.format.read_array(file, allow_pickle=False)
    with np.errstate(over="ignore"):  # what is too large becomes infinity, and is refused
        values = np.ascontiguousarray(array, np.float64 if dtype == np.float64 else np.float32)
    if not np.isfinite(values).all():
        raise ValueError(f"{WANTED} that are finite, got nan or infinity in {name}")
    return Features(name, values.reshape(-1, shape[-1]), tuple(shape[:3]) if len(shape) == 4 else None)


def header_of(file: BinaryIO, name: str) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and number type as an array file tells them, nothing of it trusted; the file is left behind its header.

    Raises:
        ValueError: it is no array file, or its header cannot be read.
    """
    head = file.read(len(MAGIC))
    file.seek(0)
    if head != MAGIC:
        raise ValueError(f"{WANTED}, got {name}, which begins with {plain(ascii(head), 40)}; {REMEDY}")
    try:
        shape, _, dtype = HEADERS[np.lib.format.read_magic(file)](file)
    except UNREADABLE as error:
        raise ValueError(
            f"{WANTED}, got {name}, whose header cannot be read: {plain(str(error), 80)}; {REMEDY}"
        ) from None
    return shape, dtype


def _check(shape: tuple[int, ...], dtype: np.dtype, left: int, name: str) -> None:
    """Refuse what is not a fair number of real numbers, or not as many bytes as it says."""
    if dtype.hasobject or dtype.kind not in "fiu":
        raise ValueError(f"{WANTED} of real numbers, got {name} of {plain(str(dtype), 30)}; {REMEDY}")
    if len(shape) not in (2, 4) or min(shape) < 1:
        raise ValueError(f"{WANTED}, got {name} of shape {shape}")
    positions, channels = math.prod(shape[:-1]), shape[-1]
    if positions > MOST_POSITIONS or channels > MOST_CHANNELS:
        raise ValueError(
            f"{WANTED} of at most {MOST_POSITIONS} positions and {MOST_CHANNELS} channels, got {name} of shape {shape}"
        )
    wanted = positions * channels * dtype.itemsize
    if left != wanted:
        raise ValueError(
            f"{WANTED}, got {name} with {left} bytes of numbers, where its shape {shape} asks for {wanted}: it is cut "
            "off or damaged; copy it anew"
        )
