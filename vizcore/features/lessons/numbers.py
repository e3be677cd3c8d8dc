"""What a file's [numbers] may hold, as types: tables, lists, whole numbers and names; a sum is given arrays of them."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta

from vizcore.formats.conversion import Misfit, convert, short

LARGEST = 1e6  # of a number in a lesson: it has to be read
LONGEST = 24  # letters of a name

Number = Annotated[float, Meta(ge=-LARGEST, le=LARGEST)]


def several(kind: Any, least: int, most: int) -> Any:
    """A list of a kind, as a type.

    Args:
        kind: type of its items.
        least: how many items at least.
        most: how many at most.
    """
    return Annotated[tuple[kind, ...], Meta(min_length=least, max_length=most)]


def table(rows: tuple[int, int], columns: tuple[int, int]) -> Any:
    """A list of lists of numbers, so many of so many each."""
    return several(several(Number, *columns), *rows)


def row(least: int, most: int) -> Any:
    """A list of numbers."""
    return several(Number, least, most)


def names(least: int, most: int) -> Any:
    """A list of short names, none of them twice."""
    return several(Annotated[str, Meta(min_length=1, max_length=LONGEST)], least, most)


def flags(least: int, most: int) -> Any:
    """A list of true and false."""
    return several(bool, least, most)


def whole(least: int, most: int) -> Any:
    """A whole number."""
    return Annotated[int, Meta(ge=least, le=most)]


def read(found: object, kinds: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The numbers of a file as a sum works on them.

    Args:
        found: what stands in the file.
        kinds: {name: type} of what the sum wants.
        place: where it stands.

    Returns:
        {name: value}: numbers as float64, true and false as bool, (N,) or (N, M); names as a tuple; whole numbers.

    Raises:
        Misfit: something else stands there, rows differ in length, or a name comes twice.
    """
    given = convert(found, msgspec.defstruct("Numbers", [*kinds.items()], forbid_unknown_fields=True), place)
    return {name: _array(getattr(given, name), f"{place}.{name}") for name in kinds}


def _array(value: Any, place: str) -> Any:
    if isinstance(value, int):
        return value
    if isinstance(value[0], str):
        if len(set(value)) < len(value):
            raise Misfit(place, f"want different names, got {short(value)}")
        return value
    if isinstance(value[0], tuple) and len({len(row) for row in value}) > 1:
        raise Misfit(place, f"want rows of one length, got {short([*map(list, value)])}")
    return np.array(value)
