"""What travels to the browser: words and numbers as JSON, arrays as one block of bytes with a table of contents.

arrays {name: (...)} -> block (bytes,) uint8, contents {name: [kind, first byte, count]}
times (F,) of each clip, warp -> ticks (L, clips) frames, seconds (L + 1,) when each tick starts, and the end
"""

from collections.abc import Mapping, Sequence

import numpy as np

from vizcore.algorithms.alignment.clock_sync import clock_sync, starts_and_end
from vizcore.player.scene import Heat, PatchTracks, Tier

KINDS = {"u1": np.uint8, "u2": np.uint16, "u4": np.uint32, "i2": np.int16, "f8": np.float64}
ALIGN = 8  # bytes: a typed array of the browser may only start at a multiple of its item size
FINE = 10_000  # cosines and margins travel as int16 ten-thousandths
UNKNOWN = np.iinfo(np.int16).min  # stands for nan there


def pack(arrays: Mapping[str, np.ndarray]) -> tuple[np.ndarray, dict[str, list]]:
    """Lay arrays end to end, each from a multiple of ALIGN."""
    contents, pieces, at = {}, [], 0
    for name, array in arrays.items():
        piece = np.ascontiguousarray(array).tobytes()
        contents[name] = [_kind(array), at, array.size]
        padding = -len(piece) % ALIGN
        pieces += [piece, bytes(padding)]
        at += len(piece) + padding
    return np.frombuffer(b"".join(pieces), np.uint8), contents


def fine(values: np.ndarray) -> np.ndarray:
    """Cosines or their differences as int16 ten-thousandths; nan becomes UNKNOWN."""
    values = np.asarray(values, np.float64)
    scaled = np.clip(np.round(values * FINE), -32767, 32767)
    return np.where(np.isnan(values), UNKNOWN, scaled).astype(np.int16)


def track_arrays(tracks: PatchTracks, side: int) -> dict[str, np.ndarray]:
    """The columns of a clip's tracks, by the name that the browser knows them by."""
    return {
        f"tracked.{side}": np.asarray(tracks.frames, np.uint32),
        f"sigma.{side}": np.asarray(tracks.sigma, np.uint16),
        f"similarity.{side}": fine(tracks.similarity),
        f"margin.{side}": fine(tracks.margin),
        f"overruled.{side}": np.asarray(tracks.overruled, np.uint8),
    }


def heat_arrays(heat: Heat, side: int) -> dict[str, np.ndarray]:
    """The columns of a clip's heat."""
    frames = np.arange(len(heat.values)) if heat.frames is None else np.asarray(heat.frames)
    return {f"heat.{side}": heat.values, f"heated.{side}": frames.astype(np.uint32)}


def heat_words(heat: Heat) -> dict:
    """What of a clip's heat travels as words."""
    rows, columns = heat.values.shape[1:]
    return {
        "rows": rows,
        "columns": columns,
        "low": float(heat.low),
        "high": float(heat.high),
        "label": heat.label,
        "diverging": heat.diverging,
    }


def tier_words(tier: Tier) -> dict:
    """A row of segments as it travels."""
    segments = [[int(one.start), int(one.stop), one.label, one.colour, one.share] for one in tier.segments]
    return {"label": tier.label, "side": tier.side, "segments": segments}


def lock_ticks(times: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """One clock for every clip: the longest clip drives, the others show the frame of that time, then their last.

    Returns:
        ticks (L, clips) int, seconds (L + 1,) from 0.
    """
    return clock_sync(times)


def warp_ticks(times: Sequence[np.ndarray], warp: Sequence) -> tuple[np.ndarray, np.ndarray]:
    """A clock that walks two clips along a warping.

    Args:
        times: (N,) and (M,) seconds.
        warp: (N,) the second clip's frame for each of the first's, played in the first's real time; or (L, 2) pairs of
            frames, each step lasting as long as the longer of the two moves that it makes.

    Raises:
        ValueError: the warp has another shape, leaves a clip, or goes back in time.
    """
    path = np.asarray(warp)
    if path.ndim == 1 and path.shape == times[0].shape:
        path = np.stack([np.arange(len(path)), path], axis=1)
        seconds = starts_and_end(times[0])
    elif path.ndim == 2 and path.shape[1] == 2 and len(path):
        seconds = None
    else:
        raise ValueError(f"want a warp of ({len(times[0])},) or (L, 2) frames, got {path.shape}")
    limits = [len(column) for column in times]
    if path.dtype.kind not in "iu" or (path < 0).any() or (path >= limits).any() or (np.diff(path, axis=0) < 0).any():
        raise ValueError(f"want a warp of whole frame numbers below {limits} that never go back")
    if seconds is None:
        moves = np.stack([np.diff(starts_and_end(column)[walk]) for column, walk in zip(times, path.T)])
        tail = max(np.diff(starts_and_end(column))[walk[-1]] for column, walk in zip(times, path.T))
        seconds = np.concatenate([[0.0], np.cumsum([*moves.max(axis=0), tail])])
    return path, seconds


def _kind(array: np.ndarray) -> str:
    for kind, dtype in KINDS.items():
        if array.dtype == dtype:
            return kind
    raise ValueError(f"want one of {', '.join(KINDS)}, got {array.dtype}")
