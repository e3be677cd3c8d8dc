"""Read a stranger's checkpoint without trusting it: nothing in it is run, and it may not claim more than it holds.

    path - first bytes -> kind: safetensors, or torch.save's archive or its older pickle - reader -> Contents

A file's name says nothing about its kind. A pickle is read by torch's own unpickler, which builds tensors, numbers,
words, lists and dicts; and before that its opcodes are walked through, and nothing is built, see opcodes.
"""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vizcore.formats.apart.calls import call
from vizcore.formats.names import plain
from vizcore.models.checkpoints.calls import Damaged, Refused
from vizcore.models.checkpoints.pickles import check_archive, check_older

LIMIT_BYTES = 4 * 1024**3  # of a file: the largest published video transformers have 2.5 GB
HEADER_BYTES = 16 * 1024**2  # of a safetensors header: a thousand times what a large net needs
WANTED = "want a checkpoint (safetensors, or .pth, .pt, .th of tensors alone)"
REMEDY = 'write the net\'s tensors anew with safetensors.torch.save_file(model.state_dict(), "FILE.safetensors")'
ARCHIVE = b"PK\x03\x04"
OLDER = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # torch's magic number as its first format pickled it

WRAPPERS = ("state_dict", "model_state", "model_state_dict", "model", "module", "network", "net", "weights", "params")
NESTED = 4  # dicts in dicts that are looked into: a hostile one may hold itself
PREFIXES = {"module", "model", "net", "backbone", "encoder", "_orig_mod", "timesformer", "videomae"}
NUMBERS = ("heads", "frames", "size")  # what a file may tell of its net beside the tensors, and `mode` and `classes`
LARGEST = 4096
MANY = 4096  # tensors: the deepest known net has 800


@dataclass(frozen=True, eq=False)
class Contents:
    """What a checkpoint holds."""

    name: str  # of the file, fit to be shown
    sha256: str  # of the file
    tensors: dict[str, Tensor]  # on the CPU, as the file names them
    metadata: dict[str, Any]  # of its net: heads, frames, size (int), mode (str), classes (tuple of str)


def read(path: str | Path, name: str | None = None) -> Contents:
    """Everything that a checkpoint holds.

    Args:
        path: the file.
        name: what to call it in sentences; the file's own name if not given.

    Raises:
        ValueError: it is no checkpoint, or a damaged one, or holds more than tensors; the sentence says what to do.
    """
    name = plain(name or Path(path).name)
    return call("checkpoint", "vizcore.models.checkpoints.opening:contents", Path(path), name, called=name)


def contents(path: Path, name: str) -> Contents:
    """What `read` gives, read here; refuses likewise."""
    reader = _reader(path, name)
    raw, extra = reader(path, name)
    tensors = _copied(raw, path, name)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Contents(name, sha256, tensors, _metadata(extra))


def unprefixed(contents: Contents) -> Contents:
    """The same under names that begin with their part of the net: module.encoder.blocks.0 is blocks.0.

    Raises:
        ValueError: two tensors get one name, as where a file holds a net and its moving average.
    """
    bare: dict[str, Tensor] = {}
    for key, tensor in contents.tensors.items():
        words = key.split(".")
        first = next((k for k, word in enumerate(words[:-1]) if word not in PREFIXES), len(words) - 1)
        key = ".".join(words[first:])
        if key in bare:
            raise ValueError(f"{WANTED} of one net, got {contents.name}, which holds {plain(key)!r} twice; {REMEDY}")
        bare[key] = tensor
    return replace(contents, tensors=bare)


def _reader(path: Path, name: str):
    """The reader for what the first bytes show."""
    if not path.is_file():
        raise ValueError(f"{WANTED}, but there is no file {name}")
    size = path.stat().st_size
    if not 0 < size <= LIMIT_BYTES:
        raise ValueError(f"{WANTED} of at most {LIMIT_BYTES / 1024**3:.0f} GiB, got {name} of {size} bytes")
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(ARCHIVE):
        return partial(_read_torch, check_archive)
    if head.startswith(OLDER):
        return partial(_read_torch, check_older)
    if head[8:9] == b"{":
        return _read_safetensors
    if re.match(rb"\x80[\x02-\x05]", head):
        raise ValueError(f"{WANTED}, got {name}, a Python pickle, which could run anything and was not read; {REMEDY}")
    raise ValueError(f"{WANTED}, got {name}, which begins with {plain(ascii(head[:16]), 40)}")


def _read_safetensors(path: Path, name: str) -> tuple[dict[str, Tensor], dict]:
    from safetensors import SafetensorError, safe_open

    size = path.stat().st_size
    with path.open("rb") as file:
        header = int.from_bytes(file.read(8), "little")
    if header > HEADER_BYTES or 8 + header > size:
        raise ValueError(
            f"{WANTED}, got {name}, a safetensors file of {size} bytes whose header says it is {header} bytes long: "
            "it is cut off or damaged; copy it anew"
        )
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            keys = file.keys()
            _refuse_many(keys, name)
            return {key: file.get_tensor(key) for key in keys}, file.metadata() or {}
    except SafetensorError as error:
        reason = plain(str(error).splitlines()[0], 120)
        raise ValueError(
            f"{WANTED}, got {name}, a safetensors file cut off or damaged ({reason}); copy it anew"
        ) from None


def _read_torch(check: Callable[[Path], None], path: Path, name: str) -> tuple[Any, dict]:
    """What torch.save wrote, once its opcodes have been looked at; and what lies beside the tensors."""
    try:
        check(path)
        raw = torch.load(path, map_location="cpu", weights_only=True)
    except Damaged as refusal:
        raise ValueError(f"{WANTED}, got {name}, {refusal}; copy it anew") from None
    except Refused as refusal:
        raise ValueError(f"{WANTED}, got {name}, {refusal}; {REMEDY}") from None
    except Exception:  # torch may fail in any way on what is broken
        raise ValueError(f"{WANTED}, got {name}, which is cut off or damaged; copy it anew") from None
    extra = raw if isinstance(raw, Mapping) else {}
    for _ in range(NESTED):
        inner = [raw[key] for key in WRAPPERS if isinstance(raw, Mapping) and isinstance(raw.get(key), Mapping)]
        raw = inner[0] if inner else raw
    return raw, extra


def _copied(raw: Any, path: Path, name: str) -> dict[str, Tensor]:
    """The tensors, where there is nothing else among them and each lies in the file."""
    if isinstance(raw, Mapping):
        _refuse_many(raw, name)
    if not isinstance(raw, Mapping) or not raw:
        raise ValueError(f"{WANTED}, got {name}, which holds no tensors by name but {type(raw).__name__}; {REMEDY}")
    for key, value in raw.items():
        if not isinstance(key, str) or not isinstance(value, Tensor):
            what = f"a {type(value).__name__} as {plain(str(key))!r}"
            raise ValueError(f"{WANTED}, got {name}, which holds {what} among its tensors; {REMEDY}")
    raw = {key: Tensor.detach(tensor) for key, tensor in raw.items()}  # without what a file may call by a method's name
    claimed = sum(tensor.numel() * tensor.element_size() for tensor in raw.values())
    if claimed > 2 * path.stat().st_size:  # twice: a weight may be used in two places
        raise ValueError(f"{WANTED}, got {name}, whose tensors claim {claimed} bytes, more than it holds; {REMEDY}")
    return raw


def _refuse_many(tensors: Collection[str], name: str) -> None:
    if len(tensors) > MANY:
        raise ValueError(f"{WANTED} of at most {MANY} tensors, got {len(tensors)} in {name}")


def _metadata(raw: Mapping) -> dict[str, Any]:
    """The numbers and words of a file that say something of its net, each checked."""
    metadata: dict[str, Any] = {}
    for key in NUMBERS:
        text = str(raw[key]) if isinstance(raw.get(key), (int, str)) else ""
        if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LARGEST:
            metadata[key] = int(text[:9])
    if isinstance(raw.get("mode"), str):
        metadata["mode"] = raw["mode"]
    names = raw.get("classes", raw.get("class_names"))
    try:
        names = json.loads(names) if isinstance(names, str) else names
    except ValueError:
        names = None
    if isinstance(names, (list, tuple)) and names and all(isinstance(name, str) for name in names):
        metadata["classes"] = tuple(plain(name) for name in names)
    return metadata
