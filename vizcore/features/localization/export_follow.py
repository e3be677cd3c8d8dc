"""Files of followed boxes to take along: AVA's CSV as detections or as ground truth, JSON, and a video."""

import csv
import io
import json
from collections.abc import Sequence

import numpy as np

from vizcore.features.localization.export import painted_video
from vizcore.features.localization.figures_follow import COLOURS
from vizcore.features.localization.pipeline_follow import FollowedBox

EVERY, SECONDS = ROWS = "every frame", "one a second"
ABOUT_CLASS = "The number that AVA's list, or your own, gives to what the persons do: the seventh column of the CSV."
ABOUT_ROWS = "AVA's own files have one key frame a second."


def followed_csv(
    people: Sequence[FollowedBox], clip: str, action: int = 1, rows: str = EVERY, *, people_column: bool = False
) -> bytes:
    """AVA's form: video, second, corners, class, and confidence or the number of the person; no header.

    Args:
        people: at least one; frames in which they are lost are left out.
        clip: what the video is called.
        action: number of the class.
        rows: of ROWS.
        people_column: the last column is the person's number, as in ground truth, and no score.
    """
    sheet = io.StringIO()
    write = csv.writer(sheet)
    for one in people:
        for place, second in _moments(one, rows):
            corners = [f"{corner:.4f}" for corner in one.shares[place]]
            last = one.number if people_column else f"{one.confidence[place]:.5f}"
            write.writerow([clip, f"{second:g}" if rows == SECONDS else f"{second:.3f}", *corners, action, last])
    return sheet.getvalue().encode()


def followed_json(people: Sequence[FollowedBox], settings: dict) -> bytes:
    """Every box with its confidence, person by person, and how all was made.

    Args:
        people: at least one.
        settings: they are written beside the boxes.
    """
    sheet = [
        {
            "person": one.number,
            "drawn in frames": one.drawn.tolist() if one.start == "drawn" else [],
            "first box": one.start,
            "size": list(one.size),
            "boxes": [
                {
                    "frame": int(frame),
                    "second": round(float(second), 6),
                    "x1, y1, x2, y2": box.round(5).tolist(),
                    "confidence": round(float(sure), 5),
                    "lost": bool(lost),
                }
                for frame, second, box, sure, lost in zip(one.frames, one.times, one.shares, one.confidence, one.lost)
            ],
        }
        for one in people
    ]
    return json.dumps({"settings": settings, "people": sheet}, indent=1).encode()


def followed_video(path: str, people: Sequence[FollowedBox]) -> bytes:
    """MP4 of the stretch in real time with everybody's boxes, where they are not lost.

    Args:
        path: of the clip.
        people: at least one.
    """
    first, last = min(int(one.frames[0]) for one in people), max(int(one.frames[-1]) for one in people)
    return painted_video(path, lambda frame: _boxes(people, frame), first, last)


def _boxes(people: Sequence[FollowedBox], frame: int) -> list[tuple[np.ndarray, str, str]]:
    found = []
    for one in people:
        (box,), (sure,) = one.at(np.array([frame]))
        lost = one.lost[np.abs(one.frames - frame).argmin()]
        if np.isfinite(sure) and not lost:
            found.append((box, COLOURS[one.number - 1], f"{one.name} {sure:.2f}"))
    return found


def _moments(one: FollowedBox, rows: str) -> list[tuple[int, float]]:
    """(place, second) of the rows of a person."""
    if rows == EVERY:
        return [(place, float(one.times[place])) for place in np.flatnonzero(~one.lost)]
    whole = np.arange(np.ceil(one.times[0]), one.times[-1] + 1e-9)
    places = [int(np.abs(one.times - second).argmin()) for second in whole]
    return [(place, float(second)) for place, second in zip(places, whole) if not one.lost[place]]
