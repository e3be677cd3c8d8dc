"""The options of a command are the arguments of its recipe: their names, kinds, first values and words.

def match_clip(path, *, count: int = 12, ...), "Args: count: frames taken ..." -> --count COUNT  frames taken ... (12)
"""

import argparse
import importlib
import inspect
import re
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import is_dataclass
from functools import partial
from itertools import cycle
from typing import Any

TAKEN = {"out": "out-weights"}  # by an option that every command has
GIVEN = {"path", "other", "lab"}  # what a command brings itself
TABLE = re.compile(r"a key of ([\w.]*[A-Z_]+)")
CONSTANT = re.compile(r"\b[A-Z][A-Z_]+\b")
NAMED = re.compile(r"^ {8}(\w[\w, ]*): (.*(?:\n {12}.*)*)", re.MULTILINE)


def add_options(parser: argparse.ArgumentParser, recipe: Callable, way: Callable | None = None) -> None:
    """An option for every keyword of a recipe, and for every one that it passes on: of a function or a dataclass."""
    for name, kind, first, about in _arguments(recipe, way):
        said = _spelled_out(about, inspect.getmodule(recipe)).replace("%", "%%")
        usual = f" (usually {_shown(first)})" if first not in (None, "", False) else ""
        switch = {"action": argparse.BooleanOptionalAction}
        form = switch if kind is bool else {"type": reader(kind), "metavar": _metavar(kind)}
        word = TAKEN.get(name, name.replace("_", "-"))
        parser.add_argument(f"--{word}", dest=f"set_{name}", default=None, help=said + usual, **form)


def settings(given: argparse.Namespace) -> tuple[tuple[str, Any], ...]:
    """What of the options was given; the recipe knows the rest."""
    found = ((name.removeprefix("set_"), value) for name, value in vars(given).items() if name.startswith("set_"))
    return tuple((name, value) for name, value in found if value is not None)


def reader(kind: Any) -> Callable[[str], Any]:
    """What reads an option of a kind: a number, a word, or several of them between commas."""
    parts = [part for part in _parts(kind) if part is not type(None)]
    numbers = [part for part in parts if part in (int, float)]
    many = next((part for part in parts if typing.get_origin(part) in (tuple, Sequence)), None)
    if many is not None:
        return partial(_several, [reader(part) for part in typing.get_args(many) if part is not Ellipsis])
    return str if str in parts or not numbers else numbers[0]


def _several(readers: list[Callable[[str], Any]], text: str) -> tuple:
    """Values between commas: each as its own reader says, or all as the only one does."""
    words = [word.strip() for word in text.split(",")]
    if len(readers) not in (1, len(words)):
        raise argparse.ArgumentTypeError(f"want {len(readers)} values between commas, got {text!r}")
    return tuple(read(word) for read, word in zip(cycle(readers), words))


def _arguments(recipe: Callable, way: Callable | None) -> Iterator[tuple[str, Any, Any, str]]:
    """(name, kind, first value, words) of every option."""
    found = {}
    for one in (recipe, way):
        if one is None:
            continue
        kinds = typing.get_type_hints(one)
        words = _comments(one) if is_dataclass(one) else _words(one)
        given = inspect.signature(one).parameters.items()
        found |= {
            name: (name, kinds[name], argument.default, words.get(name, ""))
            for name, argument in given
            if name not in GIVEN | found.keys() and (is_dataclass(one) or argument.kind is argument.KEYWORD_ONLY)
        }
    return iter(found.values())


def _words(recipe: Callable) -> dict[str, str]:
    """{argument: what the docstring says of it}."""
    said = {}
    for names, about in NAMED.findall(recipe.__doc__ or ""):
        said |= dict.fromkeys(re.split(r", ", names), " ".join(about.split()).rstrip("."))
    return said


def _spelled_out(about: str, module: types.ModuleType) -> str:
    """Words in which what a person cannot look up stands itself: the keys of a table, the value of a constant."""

    def keys(found: re.Match) -> str:
        room, _, table = found[1].rpartition(".")
        place = importlib.import_module(f"vizcore.{room}") if room else module
        return f"one of {', '.join(getattr(place, table))}"

    def value(found: re.Match) -> str:
        known = getattr(module, found[0], None)
        return str(known) if isinstance(known, (int, float, str)) else found[0]

    return CONSTANT.sub(value, TABLE.sub(keys, about))


def _comments(way: type) -> dict[str, str]:
    """{field: the comment at its end}."""
    return dict(re.findall(r"^ {4}(\w+): .*?# (.*)$", inspect.getsource(way), re.MULTILINE))


def _parts(kind: Any) -> tuple:
    return typing.get_args(kind) if isinstance(kind, types.UnionType) else (kind,)


def _metavar(kind: Any) -> str:
    read = reader(kind)
    return {int: "N", float: "X", str: "WORD"}.get(read, "A,B,...")


def _shown(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
