"""What the store keeps on disk, by kind: how much of it there is, how much there may be, and how to be rid of it."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vizcore.features.alignment import pipeline_many as alignment_many
from vizcore.runtime import world_clips
from vizcore.runtime.store import Store

REMADE = {"world": "clips of the world", "together": "clips played together"}  # made anew when they are asked for
UPLOADED = {"uploads": "uploaded videos", "models": "uploaded models", "tables": "uploaded files of numbers"}


@dataclass(frozen=True)
class CacheUsage:
    """One kind of what is kept."""

    kind: str
    files: int
    bytes: int
    limit: int | None  # bytes of it that are kept at most; None where whoever keeps it knows
    remade: bool  # nothing is lost when it goes: it is computed anew


def cache_usage(store: Store) -> tuple[CacheUsage, ...]:
    """Results first, then every kind that there is any of."""
    stats, limits = store.stats(), {"world": world_clips.MOST_BYTES, "together": alignment_many.BYTES}
    found = [CacheUsage("results", stats.entries, stats.bytes, stats.limit_bytes, True)]
    for name, title in (REMADE | UPLOADED).items():
        sizes = []
        for file in _files(store.root / name):
            with suppress(FileNotFoundError):  # somebody was faster
                sizes.append(file.stat().st_size)
        if sizes:
            found.append(CacheUsage(title, len(sizes), sum(sizes), limits.get(name), name in REMADE))
    return tuple(found)


def clear(store: Store) -> int:
    """Remove whatever is made anew when it is asked for; the bytes that this has freed."""
    before = sum(one.bytes for one in cache_usage(store) if one.remade)
    store.clear()
    for name in REMADE:
        for file in _files(store.root / name):
            file.unlink(missing_ok=True)
    return before - sum(one.bytes for one in cache_usage(store) if one.remade)


def _files(folder: Path) -> list[Path]:
    """The files of a folder, clips first: a truth that has lost its clip harms nobody, a clip without would."""
    files = [file for file in folder.glob("*") if file.is_file()]
    return sorted(files, key=lambda file: file.suffix != ".mp4")
