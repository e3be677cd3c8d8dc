"""What a file's [numbers] may hold: tables, lists, whole numbers and names, each read or refused in a sentence."""

from collections.abc import Callable

import numpy as np

LARGEST = 1e6  # of a number in a lesson: it has to be read
LONGEST = 24  # letters of a name

Reader = Callable[[object], object]


def table(rows: tuple[int, int], columns: tuple[int, int], *, square: bool = False) -> Reader:
    """Reads an array of arrays of numbers: (N, M) float64, N and M within bounds."""
    wanted = f"{'as many rows as columns, ' * square}{_between(*rows)} rows of {_between(*columns)} numbers each"

    def read(found: object) -> np.ndarray:
        fits = isinstance(found, list) and rows[0] <= len(found) <= rows[1] and all(isinstance(r, list) for r in found)
        widths = {len(row) for row in found} if fits else set()
        if len(widths) != 1 or not columns[0] <= min(widths) <= columns[1] or (square and widths != {len(found)}):
            raise ValueError(f"want {wanted}, got {told(found)}")
        return np.array([[_number(value) for value in row] for row in found], np.float64)

    return read


def row(least: int, most: int) -> Reader:
    """Reads an array of numbers: (N,) float64."""

    def read(found: object) -> np.ndarray:
        if not isinstance(found, list) or not least <= len(found) <= most:
            raise ValueError(f"want {_between(least, most)} numbers, got {told(found)}")
        return np.array([_number(value) for value in found], np.float64)

    return read


def whole(least: int, most: int) -> Reader:
    """Reads a whole number."""

    def read(found: object) -> int:
        if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
            raise ValueError(f"want a whole number of {_between(least, most)}, got {told(found)}")
        return found

    return read


def names(least: int, most: int) -> Reader:
    """Reads an array of short names, none of them twice."""

    def read(found: object) -> tuple[str, ...]:
        fits = isinstance(found, list) and all(isinstance(name, str) and 0 < len(name) <= LONGEST for name in found)
        if not fits or not least <= len(found) <= most or len(set(found)) < len(found):
            raise ValueError(
                f"want {_between(least, most)} different names of 1 to {LONGEST} letters, got {told(found)}"
            )
        return tuple(found)

    return read


def flags(least: int, most: int) -> Reader:
    """Reads an array of true and false: (N,) bool."""

    def read(found: object) -> np.ndarray:
        fits = isinstance(found, list) and all(isinstance(value, bool) for value in found)
        if not fits or not least <= len(found) <= most:
            raise ValueError(f"want {_between(least, most)} of true and false, got {told(found)}")
        return np.array(found)

    return read


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        raise ValueError(f"want numbers of up to {LARGEST:g}, got {told(value)}")
    return float(value)


def _between(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


def told(found: object) -> str:
    """What was found, in few letters."""
    text = repr(found)
    return text if len(text) <= 60 else f"{text[:57]}..."
