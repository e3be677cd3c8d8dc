"""Settings of segments without training: whether they are shown, how many groups, and what describes the frames."""

from pathlib import Path
from typing import Any

from vizcore import ui
from vizcore.features.segmentation.pipeline_groups import MOST, PIXELS, TITLES, USUAL, describing, of_photographs

MOST_GROUPS = 24
FEW = 72  # frames that a net of photographs describes at first, in some two seconds on a CPU
FRAMES = (FEW, USUAL, 240, 480, 960, MOST)
FOUND = "Of 2 to 16, the number with the largest variance ratio (Calinski and Harabasz). A clip of one kind gets two."
DESCRIBED = "A vector for each frame, less the mean of the clip: what changes in it, and nothing of what stays."
HOW_MANY = "Taken evenly from the clip; a boundary lies in the middle between two of them, or at the cut there."


def group_settings(path: str | Path, frames: int) -> tuple[dict[str, Any], ...]:
    """Settings of segment_clip for each method, the first one on top.

    Args:
        path: the clip.
        frames: that it has.
    """
    settings: dict[str, Any] = {}
    with ui.drawer("Without training"):
        most = min(MOST_GROUPS, frames, USUAL)
        if not ui.toggle("Find the number of groups", "found", value=True, help=FOUND) and most > 2:
            settings["count"] = int(ui.slider("Groups", 2, most, min(6, most), "groups", step=1))
        ways = describing(path)
        if (model := ui.segmented_control("Frames described by", ways, "by", help=DESCRIBED)) != ways[0]:
            settings["model"] = model
        if frames > FRAMES[0]:
            steps = [one for k, one in enumerate(FRAMES) if not k or FRAMES[k - 1] < frames]
            first, key = (FEW, "described-few") if ways[0] in of_photographs() else (USUAL, "described")
            limit = int(ui.select_slider("Frames described", steps, min(first, steps[-1]), key, help=HOW_MANY))
            settings |= {} if limit == USUAL else {"limit": limit}
            if "count" in settings:
                settings["count"] = min(settings["count"], limit)
    return tuple({"method": method} | settings for method in TITLES)


def lacking(path: str | Path) -> str:
    """What is not here that would describe the frames of a film better, in a sentence; "" where nothing is."""
    if describing(path)[0] != PIXELS:
        return ""
    from vizcore.models.photographs import WEIGHTS
    from vizcore.runtime.packages import lacks

    return " ".join(("Frames are described by their pixels alone.", *lacks(WEIGHTS)))
