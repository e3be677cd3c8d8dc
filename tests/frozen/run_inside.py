"""Runs in a process of its own, in the tree that is frozen: command lines and pipelines, one after the other.

    python -P run_inside.py JOBS.json      a job in its file -> PLACE/told.json, PLACE/arrays.npz

A job is {"place", "words"} for `python -m vizcore WORDS`, or {"place", "call", "settings"} for a pipeline. This file
stands alone: no module of the tree is named in it, and none beside it can be imported from there.
"""

import contextlib
import importlib
import inspect
import io
import json
import random
import runpy
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

MEASURED = ("seconds", "milliseconds", "elapsed")  # fields that say how long something took


def main(jobs: str) -> None:
    """Do every job; what one of them breaks is told in its place, and the next one begins."""
    for job in json.loads(Path(jobs).read_text()):
        place = Path(job["place"])
        place.mkdir(parents=True, exist_ok=True)
        _seed()
        told = _command(job["words"]) if "words" in job else _pipeline(job, place)
        (place / "told.json").write_text(json.dumps(told))


def _seed() -> None:
    """Whoever draws without a generator of his own draws the same every time, whatever ran before."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 of whoever still uses it
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


def _command(words: list[str]) -> dict[str, Any]:
    """Exit code and both outputs of `python -m vizcore`."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    sys.argv = ["vizcore", *words]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            runpy.run_module("vizcore", run_name="__main__", alter_sys=True)
        except SystemExit as left:
            code = left.code
        except Exception:
            code = "an exception"
            traceback.print_exc()
    return {"code": code or 0, "out": out.getvalue(), "err": err.getvalue()}


def _pipeline(job: Mapping[str, Any], place: Path) -> dict[str, Any]:
    """Call it, and keep what it gives as arrays."""
    try:
        arrays = dict(_leaves("", _value(job)))
    except Exception as fault:
        return {"code": 1, "out": "", "err": f"{type(fault).__name__}: {fault}"}
    np.savez(place / "arrays.npz", **{name or "value": array for name, array in arrays.items()})
    return {"code": 0, "out": "", "err": ""}


def _value(setting: Any) -> Any:
    """A setting as a pipeline takes it; {"call", "settings", "part"} is what another one gives, or a part of that."""
    if isinstance(setting, list):
        return tuple(map(_value, setting))
    if not isinstance(setting, Mapping):
        return setting
    if "call" not in setting:
        return {name: _value(one) for name, one in setting.items()}
    pipeline, settings = _imported(setting["call"]), _value(setting["settings"])
    renamed = "path" in settings and "path" not in inspect.signature(pipeline).parameters
    first = [settings.pop("path")] if renamed else []  # what comes first may have another name in another tree
    found = pipeline(*first, **settings)
    return getattr(found, setting["part"]) if "part" in setting else found


def _imported(names: list[str]) -> Callable:
    """The first of some dotted names that is there."""
    for name in names:
        module, _, verb = name.rpartition(".")
        with contextlib.suppress(ImportError, AttributeError):
            return getattr(importlib.import_module(module), verb)
    raise LookupError(f"want one of {', '.join(names)} in this tree, found none: add its new name to pipelines.NAMES")


def _leaves(name: str, value: Any) -> Iterator[tuple[str, np.ndarray]]:
    """Every number, word and array of a result, by its path; files, functions and what was measured are left out."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if isinstance(value, bytes):
        value = np.frombuffer(value, np.uint8)
    if isinstance(value, np.ndarray | np.generic | bool | int | float | complex):
        yield name, np.asarray(value)
    elif isinstance(value, str):
        yield from [] if Path(value).is_absolute() else [(name, np.asarray(value))]
    elif is_dataclass(value) and hasattr(value, "build"):  # a model's row
        yield name, np.asarray(value.name)
    elif is_dataclass(value):
        for field in fields(value):
            if not field.metadata.get("measured") and field.name not in MEASURED:
                yield from _leaves(_below(name, field.name), getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(_below(name, str(key)), one)
    elif isinstance(value, tuple | list | set | frozenset):
        yield from _several(name, sorted(value) if isinstance(value, set | frozenset) else list(value))


def _several(name: str, values: list) -> Iterator[tuple[str, np.ndarray]]:
    """Plain numbers, or plain words, together; anything else one by one."""
    for kind in ((bool, int, float), (str,)):
        if values and all(isinstance(one, kind) for one in values):
            yield name, np.asarray(values)
            return
    for number, one in enumerate(values):
        yield from _leaves(_below(name, str(number)), one)


def _below(name: str, part: str) -> str:
    return f"{name}.{part}" if name else part


if __name__ == "__main__":
    main(sys.argv[1])
