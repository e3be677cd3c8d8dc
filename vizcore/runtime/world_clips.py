"""Clips of the world as clips: rendered once from a word, kept within limits, their truth beside them."""

from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile, is_zipfile

from vizcore.files import CachedFiles, make_room
from vizcore.runtime.clip_library import ClipEntry, bundled
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.store import key_of
from vizcore.synthetic.truth import Truth, load_truth
from vizcore.synthetic.truth_file import truth_path

VERSION = "1"  # of the world: a new one has every clip rendered anew
MOST_CLIPS, MOST_BYTES = 200, 2**30  # that are kept; beyond it the ones opened longest ago go


def rendered(clip_id: str, *, context: Context | None = None) -> ClipEntry:
    """The clip of the world that a word names, from the shelf or rendered now, its truth beside it.

    Raises:
        ValueError: the word names no clip of the world, or a number in it is out of range.
    """
    from vizcore.synthetic.shot import SCENES, render, shot_of  # the truth of a clip can be read without

    context, shot = context or default_context(), shot_of(clip_id)
    shipped = next((entry for entry in bundled().values() if entry.shot == clip_id), None)
    if shipped is not None:
        return ClipEntry(clip_id, shipped.title, shipped.path, shipped.about, clip_id, "world clip")
    folder = context.store.root / "world"
    path = folder / f"{key_of('world', VERSION, clip_id)}.mp4"
    if path.exists():
        path.touch()
    else:
        folder.mkdir(parents=True, exist_ok=True)
        context.progress(0, 2, "drawing the frames")
        room_for_one(folder)
        render(shot, path, lambda: context.progress(1, 2, "writing the clip"))
    return ClipEntry(clip_id, shot.title, path, SCENES[shot.scene].about, clip_id, "world clip")


def room_for_one(folder: Path, clips: int = MOST_CLIPS, size: int = MOST_BYTES) -> None:
    """Remove the clips that were opened longest ago until one more fits, with their truths.

    Args:
        folder: of clips, with their truths beside them.
        clips: that may stay, with the one that comes.
        size: bytes of all together.
    """
    make_room((CachedFiles.of(path, truth_path(path)) for path in folder.glob("*.mp4")), size, most=clips)


def truth_of(path: str | Path, *, context: Context | None = None) -> Truth | None:
    """What is true about a clip, or None where nobody wrote it down; the context is not needed.

    Raises:
        ValueError: there is a file of truth, but it cannot be read.
    """
    beside = truth_path(Path(path))
    if not beside.exists():
        return None
    try:
        if not is_zipfile(beside):  # numpy leaves a file open that it cannot unzip
            raise BadZipFile
        return _loaded(beside, beside.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as fault:
        raise ValueError(f"want what Truth.save wrote, got {beside.name} ({type(fault).__name__})") from fault


@lru_cache(maxsize=4)  # a long clip's truth takes 50 MB
def _loaded(path: Path, modified: int) -> Truth:
    return load_truth(path)
