"""Is a moment that was found again more than chance? What queries that mean nothing find in the same sequence.

    pool of clips - random_stretches -> (R, Q, D); query - shuffled_queries -> (R, Q, D)
    queries (R, Q, D), sequence (T, D) - nearest -> (R,);  distances (K,), nearest (R,) - significance -> (K,)

Two questions, two kinds of query. Random stretches of other material: does any stretch come as near? The query's own
pieces in another order: is it the course of events that is found again, or only what things look like?
"""

from collections.abc import Callable, Sequence

import numpy as np

from vizcore.algorithms.alignment.feature_distances import Array
from vizcore.algorithms.alignment.subsequence import THREADS, find_moments

DRAWS = 99  # so that the least significance is .01
PIECES = 5  # that a query is cut into


def significance(distances: np.ndarray, random: np.ndarray) -> np.ndarray:
    """(K,): share of queries, random ones and the one asked about, that find something as near.

    (1 + number of random <= distance) / (1 + R): for a query that is one more of the random ones, it is at most p with
    a probability of at most p (Davison and Hinkley 1997, 4.11). Only the nearest moment of each random query counts, so
    that a further moment is judged as strictly as the best.

    Args:
        distances: (K,) of the moments found.
        random: (R,) what nearest says of random queries.

    Raises:
        ValueError: a number is nan, or there is no random query.
    """
    distances, random = np.asarray(distances, np.float64), np.asarray(random, np.float64)
    fits = distances.ndim == random.ndim == 1 and len(random) > 0
    if not fits or np.isnan([*distances, *random]).any():
        raise ValueError(f"want distances (K,) and (R,), R of 1 or more, none nan, got {distances} and {random}")
    return (1 + np.searchsorted(np.sort(random), distances, "right")) / (1 + len(random))


def random_stretches(
    pool: Sequence[np.ndarray], length: int, rng: np.random.Generator, draws: int = DRAWS
) -> np.ndarray:
    """(R, Q, D) stretches of some clips, every beginning equally likely, drawn with replacement.

    Args:
        pool: (T, D) features of each clip, numpy; leave out what the query is from, or it finds itself.
        length: Q, frames of a stretch; clips that are shorter are passed over.
        rng: source of chance.
        draws: R.

    Raises:
        ValueError: no clip is that long, or a number is below 1.
    """
    rooms = np.array([max(0, len(clip) - length + 1) for clip in pool])
    if length < 1 or draws < 1 or not rooms.sum():
        longest = max(map(len, pool), default=0)
        raise ValueError(f"want a clip of at least {length} frames and a draw, got {longest} frames, {draws} draws")
    clips = rng.choice(len(rooms), draws, p=rooms / rooms.sum())
    starts = rng.integers(rooms[clips])
    return np.stack([pool[clip][start : start + length] for clip, start in zip(clips, starts)])


def shuffled_queries(
    query: np.ndarray, rng: np.random.Generator, draws: int = DRAWS, pieces: int = PIECES
) -> np.ndarray:
    """(R, Q, D): the query cut into pieces as equal as can be, in an order that is drawn and never its own.

    Args:
        query: (Q, D) with Q of 2 or more, numpy.
        rng: source of chance.
        draws: R.
        pieces: 2 or more; at most Q are cut.

    Raises:
        ValueError: the query is too short, or a number is too small.
    """
    if query.ndim != 2 or len(query) < 2 or draws < 1 or pieces < 2:
        raise ValueError(
            f"want a query (Q, D) of 2 frames or more, a draw and 2 pieces, got {query.shape}, {draws} and {pieces}"
        )
    parts = np.array_split(np.arange(len(query)), min(pieces, len(query)))
    orders = []
    while len(orders) < draws:
        order = rng.permutation(len(parts))
        if (order != np.arange(len(parts))).any():
            orders.append(np.concatenate([parts[part] for part in order]))
    return query[np.stack(orders)]


def nearest(
    queries: Array,
    sequence: Array,
    metric: str = "cosine",
    *,
    breaks: Sequence[int] = (),
    threads: int = THREADS,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> np.ndarray:
    """(R,) float64: how near each query comes anywhere; as long as R searches take.

    Args:
        queries: (R, Q, D).
        sequence, metric, breaks, threads: as of find_moments.
        step: told how many queries are done, and of how many; may raise to stop.

    Raises:
        ValueError: what find_moments refuses.
    """
    found = []
    for query in queries:
        step(len(found), len(queries))
        found.append(find_moments(query, sequence, 1, metric, breaks=breaks, threads=threads).found[0].distance)
    return np.array(found)
