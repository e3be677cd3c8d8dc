"""A result as named plain arrays, whatever pipeline gave it: to be saved, hashed, and compared with another run.

ClipMatching(.grid, .tracks.sigma, ...) -> {"grid": (2,), "tracks.sigma": (T, N), ...} -> npz, fingerprint
"""

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from numbers import Real
from pathlib import Path

import numpy as np
from torch import Tensor

from vizcore.runtime.row import Model


def flat(result: object) -> dict[str, np.ndarray]:
    """Every number, word and array of a result, by its path through fields, lists and dictionaries.

    A model stands for its name and the version of its weights. Left out are None, functions, files, and fields that
    are marked as measured, such as the seconds that it took.

    Raises:
        ValueError: there is something else in it.
    """
    return {name or "value": array for name, array in _leaves("", result)}


def npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Arrays as a compressed NPZ file: the same bytes for the same arrays."""
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def fingerprint(result: object) -> str:
    """64 hex digits that two results share only where every number of them is the same to the last bit."""
    digest = hashlib.sha256()
    for name, array in sorted(flat(result).items()):
        digest.update(f"{name} {array.dtype.str} {array.shape} ".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _leaves(name: str, value: object) -> Iterator[tuple[str, np.ndarray]]:
    if value is None or callable(value) or hasattr(value, "__fspath__"):
        return
    if isinstance(value, str) and Path(value).is_absolute():
        return  # a file as well: a result is the same wherever its clip lies, and names no folder
    if isinstance(value, Model):
        yield name, np.array(f"{value.name} {value.version}")
    elif isinstance(value, Tensor):
        yield name, value.detach().cpu().numpy()
    elif isinstance(value, (np.ndarray, np.generic, bool, int, float, str)):
        yield name, np.asarray(value)
    elif isinstance(value, bytes):
        yield name, np.frombuffer(value, np.uint8)
    elif is_dataclass(value):
        for field in (one for one in fields(value) if not one.metadata.get("measured")):
            yield from _leaves(_under(name, field.name), getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(_under(name, str(key)), one)
    elif isinstance(value, (set, frozenset)):
        yield from _leaves(name, sorted(value))
    elif isinstance(value, (list, tuple)) and value and all(isinstance(one, Real) for one in value):
        yield name, np.array(value)
    elif isinstance(value, (list, tuple)):
        for number, one in enumerate(value):
            yield from _leaves(_under(name, str(number)), one)
    else:
        raise ValueError(f"want numbers, words, arrays and what is made of them in a result, got {type(value)} {name}")


def _under(name: str, part: str) -> str:
    return f"{name}.{part}" if name else part
