"""What is decided when rounding could decide: the first of the least, the sign of a direction, how wrong a cosine is.

The last bits of a product differ from machine to machine. Where an argmin, a sort or a sign hangs on them, the same
clip would give one picture here and another there; these few rules give one picture everywhere.
"""

import math

import numpy as np

SLACK = 64  # units in the last place: what differs by less is equal


def cosine_error(channels: int, dtype: type) -> float:
    """How wrong a cosine of two vectors may be, computed as a product divided by two lengths.

    (4 + 2 sqrt(C)) u, with u half the distance from 1 to the next number of the type: a sum of C products errs by some
    sqrt(C) u (Higham & Mary 2019), the two lengths and the scaling by a few u.
    """
    return (4 + 2 * math.sqrt(channels)) * float(np.finfo(dtype).eps) / 2


def first_least(values: np.ndarray, tie: float | np.ndarray, axis: int = -1) -> np.ndarray:
    """The place of the first value that is the least, or within `tie` of it: argmin for numbers that are rounded.

    Args:
        values: finite floats of any shape.
        tie: 0 or more, in units of the values; one, or one for each least, kept as an axis of length 1.
        axis: along which the least is looked for.
    """
    return (values <= values.min(axis, keepdims=True) + tie).argmax(axis)


def upright(vectors: np.ndarray, axis: int = 0) -> np.ndarray:
    """Factors by which directions without a sign get one: the first of their largest entries becomes positive.

    Args:
        vectors: any shape, real or complex; along `axis` lie the entries of a vector.

    Returns:
        1 or -1, for complex vectors a number of length 1; as vectors, with `axis` of length 1. 1 where all is 0.
    """
    size = np.abs(vectors)
    first = first_least(-size, SLACK * np.finfo(size.dtype).eps * size.max(initial=0.0), axis)
    entry = np.take_along_axis(vectors, np.expand_dims(first, axis), axis)
    length = np.abs(entry)
    return np.where(length > 0, entry.conj() / np.where(length > 0, length, 1), 1)
