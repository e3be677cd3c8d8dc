"""What reading a file may take, by its form; and what is said where it takes more."""

import sys
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Form:
    """One row of FORMS."""

    wanted: str  # how a refusal begins: "want ..."
    memory: int  # bytes of its own that the process may take, beyond what it began with
    seconds: int  # of a processor
    answer: int  # bytes of all that comes of it
    preload: tuple[str, ...] = ()  # modules that the helper has at hand
    advice: str = "make it anew, or choose a smaller one"


MEDIA = ("vizcore.video.decode", "vizcore.video.pack", "vizcore.formats.ava_files", "vizcore.formats.series_files")
MEDIA += ("vizcore.features.segmentation.pipeline_files", "vizcore.features.report.export_session")  # none with torch
TENSORS = ("torch", "safetensors", "vizcore.models.checkpoints.opening")
FORMS = {
    "video": Form("a video", 3072 * MEGABYTE, 3600, 2560 * MEGABYTE, MEDIA, "convert it again, to MP4 (H.264)"),
    "table": Form("a table of boxes", 3072 * MEGABYTE, 300, 3072 * MEGABYTE, MEDIA),
    "labels": Form("labels of videos", 1024 * MEGABYTE, 120, 1024 * MEGABYTE, MEDIA),
    "features": Form("a file of numbers", 1536 * MEGABYTE, 120, 1024 * MEGABYTE, MEDIA),
    "list": Form("a list of actions", 256 * MEGABYTE, 20, 64 * MEGABYTE, MEDIA),
    "report": Form("a report", 1024 * MEGABYTE, 120, 512 * MEGABYTE, MEDIA),
    "checkpoint": Form("a checkpoint", 6144 * MEGABYTE, 300, 4608 * MEGABYTE, TENSORS),
}


def own_memory(process: int | str = "self") -> int:
    """Bytes that are a process's own: neither files nor what it shares; 0 where nobody can tell.

    Args:
        process: its number.
    """
    if sys.platform != "linux":
        return 0
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()
    except OSError:
        return 0
    import resource

    return (int(pages[1]) - int(pages[2])) * resource.getpagesize()
