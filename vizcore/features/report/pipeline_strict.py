"""JSON of unknown origin becomes the dataclass that is asked for, or a sentence that says where it is none.

value, Report -> built -> Report(Section(...) ...); every field is there, of its kind, and there is no other
"""

import types
from dataclasses import fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

DEEPEST = 12  # of settings, which may be lists of lists
MOST = 200_000  # entries of one list
KIND = "kind"  # the field that tells which of several dataclasses it is


def built(kind: Any, value: object, files: dict[str, bytes], where: str) -> Any:
    """A value of a kind.

    Args:
        kind: a dataclass, str, int, float, bool, None, bytes, Any, a Literal, a union, tuple[...] or dict[str, ...].
        value: what json.loads gave; bytes are said by the name of a file.
        files: {name: content}.
        where: how to speak of the place.

    Raises:
        ValueError: it is something else.
    """
    origin = get_origin(kind)
    if is_dataclass(kind):
        return _record(kind, value, files, where)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind), value, files, where)
    if origin is tuple:
        return _tuple(get_args(kind), value, files, where)
    if origin is dict:
        inner = get_args(kind)[1]
        words = _checked(isinstance(value, dict) and len(value) <= MOST, value, "names with values", where)
        return {name: built(inner, one, files, f"{where}.{name[:40]}") for name, one in words.items()}
    if origin is Literal:
        return _checked(isinstance(value, str) and value in get_args(kind), value, " or ".join(get_args(kind)), where)
    if kind is Any:
        return _setting(value, where, DEEPEST)
    if kind is bytes:
        _checked(isinstance(value, str) and (value == "" or value in files), value, "the name of a file inside", where)
        return files[value] if value else b""
    if kind is float:
        return float(_checked(type(value) in (int, float), value, "a number", where))
    return _checked(type(value) is kind, value, kind.__name__, where)


def _record(kind: type, value: object, files: dict[str, bytes], where: str) -> Any:
    _checked(isinstance(value, dict), value, f"a {kind.__name__.lower()}", where)
    hints, known = get_type_hints(kind), {one.name: one for one in fields(kind)}
    given = {name: one for name, one in value.items() if name != KIND}
    if strange := given.keys() - known.keys():
        raise ValueError(f"want {', '.join(known)} in {where}, got {str(min(strange))[:40]!r}")
    if missing := [name for name in known if name not in given]:
        raise ValueError(f"want {missing[0]} in {where}, got none")
    return kind(**{name: built(hints[name], one, files, f"{where}.{name}") for name, one in given.items()})


def _one_of(kinds: tuple, value: object, files: dict[str, bytes], where: str) -> Any:
    records = {one.__name__.lower(): one for one in kinds if is_dataclass(one)}
    if records:
        word = value.get(KIND) if isinstance(value, dict) else None
        _checked(isinstance(word, str) and word in records, word, f"a {KIND} of {', '.join(records)}", where)
        return built(records[word], value, files, where)
    fits = any(type(value) is one for one in kinds)
    return _checked(fits, value, " or ".join(getattr(one, "__name__", "null") for one in kinds), where)


def _tuple(kinds: tuple, value: object, files: dict[str, bytes], where: str) -> tuple:
    _checked(isinstance(value, list) and len(value) <= MOST, value, "a list", where)
    if kinds[-1] is not Ellipsis:
        _checked(len(value) == len(kinds), value, f"a list of {len(kinds)}", where)
        return tuple(built(kind, one, files, where) for kind, one in zip(kinds, value, strict=True))
    return tuple(built(kinds[0], one, files, f"{where} {number}") for number, one in enumerate(value, 1))


def _setting(value: object, where: str, deep: int) -> Any:
    """Words, numbers, and lists (as tuples) and names of them."""
    _checked(deep > 0, value, f"settings at most {DEEPEST} deep", where)
    if isinstance(value, list):
        return tuple(_setting(one, where, deep - 1) for one in value)
    if isinstance(value, dict):
        return {name: _setting(one, where, deep - 1) for name, one in value.items()}
    return value


def _checked(holds: bool, value: object, wanted: str, where: str) -> Any:
    if not holds:
        raise ValueError(f"want {wanted} in {where}, got {repr(value)[:60]}")
    return value
