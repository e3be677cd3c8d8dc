"""JSON and TOML of unknown origin become the type that is asked for, or a sentence that says where they do not fit.

texts, numbers, lists and tables, type -> convert (msgspec) -> an instance; or "want a text in the report.title, got 3"
"""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from reprlib import Repr
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import inspect
from msgspec.inspect import is_struct_type

PATH = re.compile(r" - at `\$((?:\.\w+|\[\d+\]|\[\.\.\.\])+)`$", re.ASCII)  # at the end of what msgspec says
STEP = re.compile(r"\w+|\.\.\.", re.ASCII)
ANY = inspect.AnyType()
LONGEST, SHOWN = 40, 60  # letters of a name, and of a value


class Misfit(ValueError):
    """A value is not what was asked for: `place` is such as "the report.title", `what` "want a text, got 3"."""

    def __init__(self, place: str, what: str, sentence: str = ""):
        super().__init__(sentence or what)
        self.place, self.what = place, what


def convert(value: Any, kind: Any, root: str, *, complete: bool = False) -> Any:
    """A value as the type that is asked for; no text becomes a number, and no number a text.

    Args:
        value: what JSON or TOML gave; bytes, put in the place of a file's name, stay as they are.
        kind: a msgspec.Struct of texts, numbers, tuples, dicts and Structs.
        root: how to speak of the value; the places of what is in it begin with this.
        complete: a field that has a default has to be there as well.

    Raises:
        Misfit: it does not fit.
        RecursionError: it is nested without end.
    """
    try:
        result = msgspec.convert(value, kind, builtin_types=(bytes,))
    except msgspec.ValidationError as fault:
        raise _misfit(str(fault), value, kind, root) from None
    if complete:
        _check_complete(value, msgspec.to_builtins(result, builtin_types=(bytes,)), root)
    return result


class _Short(Repr):
    """A value of unknown size, of which only the beginning is looked at."""

    maxstring = SHOWN

    def repr_bytes(self, value: bytes, _level: int) -> str:
        return f"{len(value)} bytes"


def short(value: object) -> str:
    """A value in few letters."""
    text = _Short().repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def guess(word: object, known: Iterable[str]) -> str:
    """What a sentence ends with where a word is nearly one of those that are known; else nothing."""
    near = get_close_matches(str(word)[:LONGEST], known, 1)
    return f" (did you mean {near[0]}?)" if near else ""


def _misfit(fault: str, value: Any, kind: Any, root: str) -> Misfit:
    """What msgspec refuses, with the names of rows, places counted from 1, and what was found there.

    Only the path is taken from its words, and only if what lies there does not fit: a field's name in the file may be
    written to look like a path.
    """
    path = PATH.search(fault)
    try:
        place, found, wanted = _followed(path[1] if path else "", value, kind)
    except (LookupError, TypeError, ValueError, AttributeError, StopIteration):
        place, found, wanted = "", value, kind
    if _fits(found, wanted):
        place, found, wanted = "", value, kind
    place, record = root + place, _plain(wanted, found)
    if not is_struct_type(record) or not isinstance(found, dict):
        nearly = guess(found, get_args(record)) if get_origin(record) is Literal else ""
        return _refusal(place, _described(inspect.type_info(wanted)), short(found) + nearly)
    fields = _fields(record)
    for name in found:
        if name not in fields and name != record.__struct_config__.tag_field:
            known = guess(name, fields) or f" (known are {', '.join(fields)})"
            return _refusal(f"{place}.{name[:LONGEST]}", f"no field of this name{known}", short(found[name]))
    missing = next(one for name, one in fields.items() if one.required and name not in found)
    return _refusal(f"{place}.{missing.encode_name}", _described(inspect.type_info(missing.type)), "nothing")


def _refusal(place: str, wanted: str, got: str) -> Misfit:
    return Misfit(place, f"want {wanted}, got {got}", f"want {wanted} in {place}, got {got}")


def _followed(path: str, value: Any, kind: Any) -> tuple[str, Any, Any]:
    """(place, value, type) where a path of msgspec leads."""
    place = ""
    for step in STEP.findall(path):
        word, value, kind = _step(step, value, _plain(kind, value))
        place += word
    return place, value, kind


def _step(step: str, value: Any, kind: Any) -> tuple[str, Any, Any]:
    """(how to speak of it, value, type) one step further."""
    if is_struct_type(kind):
        return f".{step}", value[step], _fields(kind)[step].type
    inner = get_args(kind)
    if get_origin(kind) is dict:  # msgspec does not say under which name
        name = next(name for name, one in value.items() if not _fits(one, inner[1]))
        return f".{name[:LONGEST]}", value[name], inner[1]
    if get_origin(kind) is tuple:
        return f"[{int(step) + 1}]", value[int(step)], inner[0] if inner[-1] is Ellipsis else inner[int(step)]
    return f".{step}", value[step], Literal[tuple(one.__struct_config__.tag for one in inner)]  # which of several it is


def _plain(kind: Any, value: Any) -> Any:
    """A type without its limits; of a union, the Struct that a value says it is."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType) and isinstance(value, dict):
        configs = {one: one.__struct_config__ for one in get_args(kind) if is_struct_type(one)}
        return next((one for one, config in configs.items() if value.get(config.tag_field) == config.tag), kind)
    return kind


def _fields(kind: Any) -> dict[str, msgspec.structs.FieldInfo]:
    return {one.encode_name: one for one in msgspec.structs.fields(kind)}


def _fits(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind, builtin_types=(bytes,))
        return True
    except msgspec.ValidationError:
        return False


def _check_complete(given: Any, whole: Any, place: str) -> None:
    """Refuse what lacks a field of the whole."""
    if isinstance(whole, dict):
        for name, one in whole.items():
            if name not in given:
                raise _refusal(f"{place}.{name}", "a value", "nothing")
            _check_complete(given[name], one, f"{place}.{name}")
    elif isinstance(whole, tuple | list):
        for number, (some, one) in enumerate(zip(given, whole), 1):
            _check_complete(some, one, f"{place}[{number}]")


def _limits(low: float | None, high: float | None, unit: str = "") -> str:
    if low is None or high is None:
        ends = {"at least": low, "at most": high}
        return "".join(f" of {word} {end:g}{unit}" for word, end in ends.items() if end is not None)
    return f" of {low:g}{'' if low == high else f' to {high:g}'}{unit}"


def _described(kind: inspect.Type) -> str:
    """What msgspec knows of a type, in words."""
    return WORDS[type(kind)](kind)


def _of_several(union: inspect.UnionType) -> str:
    tags = [one.tag for one in union.types if isinstance(one, inspect.StructType)]
    if tags:
        return f"a table whose {union.types[0].tag_field} is one of {', '.join(tags)}"
    return " or ".join(map(_described, union.types))


WORDS: dict[type, Callable[[Any], str]] = {
    inspect.AnyType: lambda _: "any value",
    inspect.StrType: lambda one: f"a text{_limits(one.min_length, one.max_length, ' letters')}",
    inspect.IntType: lambda one: f"a whole number{_limits(one.ge, one.le)}",
    inspect.FloatType: lambda one: f"a number{_limits(one.ge, one.le)}",
    inspect.BoolType: lambda _: "true or false",
    inspect.NoneType: lambda _: "null",
    inspect.BytesType: lambda _: "the name of a file inside",
    inspect.LiteralType: lambda one: f"one of {', '.join(one.values)}",
    inspect.VarTupleType: lambda one: (
        f"a list{_limits(one.min_length, one.max_length)}, each {_described(one.item_type)}"
    ),
    inspect.TupleType: lambda one: f"[{', '.join(map(_described, one.item_types))}]",
    inspect.DictType: lambda one: "a table" if one.value_type == ANY else f"a table, each {_described(one.value_type)}",
    inspect.StructType: lambda one: f"a table of {', '.join(field.encode_name for field in one.fields)}",
    inspect.UnionType: _of_several,
}
