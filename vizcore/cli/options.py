"""The options of a command are the arguments of its pipeline: their names, kinds, first values and words.

def match_clip(path, *, count: int = 12, ...), "Args: count: frames taken ..." -> --count INT  frames taken ... (12)
"""

import inspect
import types
from collections.abc import Callable, Iterator, Sequence
from functools import reduce, wraps
from itertools import repeat
from operator import or_
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import docstring_parser
from cyclopts import Group, Parameter, Token

FLAGS = {"out": "--out-weights"}  # of settings whose usual flag every command has
NO_SETTINGS = {"path", "other", "context"}  # what a command brings itself
SETTINGS = Group("Settings", help="As of the page; whatever is not given stays as usual.", sort_key=2)
NUMBERS = {int: "a whole number", float: "a number"}


def with_settings(command: Callable[..., int], *sources: Callable | None) -> Callable[..., int]:
    """A command whose `**settings` are spelled out, as a keyword for each setting of its sources.

    Args:
        command: takes them as `**settings`; it gets those that are given, in the order of the sources.
        sources: a pipeline, and the function or dataclass that it passes settings on to; None is left out.
    """

    @wraps(command)
    def spelled_out(*words: Any, **given: Any) -> int:
        return command(*words, **given)

    fixed = [one for one in inspect.signature(command).parameters.values() if one.kind is not one.VAR_KEYWORD]
    settings: dict[str, inspect.Parameter] = {}
    for one in (one for source in sources if source for one in _settings(source)):
        settings.setdefault(one.name, one)
    spelled_out.__signature__ = inspect.Signature([*fixed, *settings.values()])
    return spelled_out


def option(kind: Any, **more: Any) -> Any:
    """A kind as an option takes it: one word, in which commas part several values.

    Args:
        kind: an annotation; of a union, what can be written as a word is kept.
        more: of cyclopts.Parameter.
    """
    optional, kind = type(None) in get_args(kind), _written(kind)
    form = {} if kind is bool else {"converter": _read, "n_tokens": 1, "metavar": _metavar(kind)}
    return Annotated[kind | None if optional else kind, Parameter(**form, **more)]


def reader(kind: Any) -> Callable[[str], Any]:
    """What reads a word as a kind: a number, a word, or several of them between commas.

    A word of a table is not looked up: the pipeline refuses it, clip by clip, and names the table.
    """
    kind = _written(kind)
    return lambda word: _several(get_args(kind), word) if get_origin(kind) is tuple else _one(kind, word)


def default_text(value: Any) -> str | None:
    """A first value as it would be given; None where nothing is."""
    if value is None or value is False or value in ("", ()):
        return None
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _settings(source: Callable) -> Iterator[inspect.Parameter]:
    """The keywords of a function, or the fields of a dataclass."""
    about = {one.arg_name: one.description for one in docstring_parser.parse(source.__doc__ or "").params}
    kinds = get_type_hints(source)
    for name, one in inspect.signature(source).parameters.items():
        if name not in NO_SETTINGS and (inspect.isclass(source) or one.kind is one.KEYWORD_ONLY):
            words = " ".join((about.get(name) or "").split())
            kind = option(kinds[name], name=FLAGS.get(name, ()), help=words, group=SETTINGS)
            yield one.replace(kind=one.KEYWORD_ONLY, annotation=kind)


def _written(kind: Any) -> Any:
    """A kind as it can be written: without None and rows of tables, a sequence as a tuple."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Sequence:
        return tuple[_written(parts[0]), ...]
    if origin is tuple:
        return tuple[tuple(part if part is Ellipsis else _written(part) for part in parts)]
    if origin in (Union, types.UnionType):
        return reduce(or_, (_written(part) for part in parts if get_origin(part) or part in (str, *NUMBERS)))
    return kind


def _read(kind: Any, tokens: Sequence[Token]) -> Any:
    return reader(kind)(tokens[0].value)


def _one(kind: Any, word: str) -> Any:
    try:
        return kind(word) if kind in NUMBERS else word
    except ValueError:
        raise ValueError(f"want {NUMBERS[kind]}, got {word!r}") from None


def _several(kinds: tuple, text: str) -> tuple:
    """Values between commas: each as its own kind says, or all as the only one does."""
    words, endless = [word.strip() for word in text.split(",")], Ellipsis in kinds
    if not endless and len(kinds) != len(words):
        raise ValueError(f"want {len(kinds)} values between commas, got {text!r}")
    return tuple(map(_one, repeat(kinds[0]) if endless else kinds, words))


def _metavar(kind: Any) -> str | None:
    """What stands for several values in the help; None for one value, whose kind the library names."""
    names = {int: "INT", float: "FLOAT", str: "STR", Ellipsis: "..."}
    return ",".join(names.get(part, "CHOICE") for part in get_args(kind)) if get_origin(kind) is tuple else None
