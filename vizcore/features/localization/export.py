"""Files to take along: average precision as CSV and JSON; boxes as CSV, JSON, video; a key frame as NPZ, figure."""

import csv
import io
import json
import math
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from vizcore.algorithms.detection.boxes import corners
from vizcore.algorithms.detection.decoding import decode
from vizcore.features.localization.figures import framed
from vizcore.features.localization.pipeline import Sighting, Survey
from vizcore.features.localization.pipeline_precision import Compared
from vizcore.figures.paper import PaperSize
from vizcore.figures.theme import OKABE_ITO
from vizcore.runtime.plain_arrays import npz
from vizcore.video import probe, read_frames, write_video

COLUMNS = ("id", "class", "group", "truths")
ROWS = 4  # tokens of the printed figure
WIDTH, LONGEST = 640, 1200  # px and frames of a video; a longer clip is shown at a lower rate
SLOWEST, FASTEST = 1.0, 60.0  # frames/s
CHANGE = ("difference", "low", "high", "p", "p_holm")


def precision_csv(found: Compared, order: Sequence[int]) -> bytes:
    """One line a class with ground truth, in the order given: AP of each result, and the difference of two."""
    sheet = io.StringIO()
    write = csv.writer(sheet)
    write.writerow([*COLUMNS, *(f"AP of {title}" for title in found.titles), *(CHANGE if found.difference else ())])
    for action in order:
        what, change = found.actions[action], found.change(action)
        row = [action, what.name, what.group or "", found.truths(action)]
        row += [round(result.ap[action], 6) for result in found.results]
        if change is not None:
            row += [round(value, 6) for value in (change.value, change.low, change.high, change.p, change.p_holm)]
        write.writerow(row)
    return sheet.getvalue().encode()


def precision_json(found: Compared, settings: dict) -> bytes:
    """Everything that the page's numbers are, with the settings; null for a class without ground truth."""
    sheet = {
        "settings": settings,
        "results": [
            {
                "title": title,
                "mAP": result.mean,
                "AP": {found.actions[k].name: _json(ap) for k, ap in result.ap.items()},
                "gain of mending": {kind: _json(gain) for kind, gain in errors.mean.items()},
            }
            for title, result, errors in zip(found.titles, found.results, found.errors)
        ],
        "notes": list(found.notes),
        "difference of mAP": None if found.difference is None else _json(found.difference.mean.value),
    }
    return json.dumps(sheet, indent=1).encode()


def _json(value: float) -> float | None:
    return value if math.isfinite(value) else None


def boxes_csv(survey: Survey, times: np.ndarray, theta: float, clip: str) -> bytes:
    """Every box above theta in AVA's form: video, second, corners, class (1 to C) and p(actor) p(class), no header.

    Args:
        survey: K key frames of a video.
        times: (K,) seconds of the key frames.
        theta: threshold of p(actor), 0 to 1.
        clip: what the video is called.
    """
    sheet = io.StringIO()
    write = csv.writer(sheet)
    for key, second in enumerate(times):
        found = decode(survey.boxes[key], survey.actor[key], survey.actions[key], theta)
        for box, scores in zip(found.boxes, found.scores):
            corners = [f"{corner:.4f}" for corner in box]
            for number, score in enumerate(scores, 1):
                write.writerow([clip, f"{second:.3f}", *corners, number, f"{score:.5f}"])
    return sheet.getvalue().encode()


def boxes_json(survey: Survey, times: np.ndarray, theta: float, settings: dict) -> bytes:
    """The same, box by box with its words, and how all was made.

    Args:
        survey: K key frames of a video.
        times: (K,) seconds of the key frames.
        theta: threshold of p(actor), 0 to 1.
        settings: how all was made; it is written beside the boxes.
    """
    boxes = []
    for key, (frame, second) in enumerate(zip(survey.keys, times)):
        found = decode(survey.boxes[key], survey.actor[key], survey.actions[key], theta, "action")
        for token, box, actor, scores in zip(found.tokens, found.boxes, found.actor, found.scores):
            words = {word: round(float(score), 5) for word, score in zip(survey.labels, scores)}
            record = {"frame": int(frame), "second": float(second), "token": int(token), "p(actor)": float(actor)}
            boxes.append(record | {"x1, y1, x2, y2": box.round(5).tolist(), "words": words})
    return json.dumps({"settings": settings, "grid": list(survey.grid), "boxes": boxes}, indent=1).encode()


def tokens_npz(sighting: Sighting, settings: dict) -> bytes:
    """Every array of a key frame, by the names that Sighting uses, and how it was made (settings)."""
    arrays = {name: getattr(sighting, name) for name in ("numbers", "boxes", "actor", "actions")}
    arrays |= {} if sighting.looks is None else {"looks": sighting.looks.astype(np.float16)}
    record = {"settings": settings, "model": sighting.model, "labels": sighting.labels, "grid": sighting.grid}
    return npz({"settings": np.array(json.dumps(record))} | arrays)


def tokens_paper(sighting: Sighting, theta: float, size: PaperSize, form: str) -> bytes:
    """The paper's Figure 3 of a key frame.

    Args:
        sighting: what N tokens predict for the key frame.
        theta: threshold of p(actor), 0 to 1; the ROWS most confident tokens above it have a row each.
        size: how large it is printed.
        form: png, svg or pdf.
    """
    from vizcore.features.localization.print import tokens_page  # matplotlib takes 0.4 s to import
    from vizcore.figures.printing import printed

    found = decode(sighting.boxes, sighting.actor, sighting.actions, theta, "action")
    order = np.argsort(-found.actor, kind="stable")[:ROWS]
    rows = []
    for k in order:
        best = np.argsort(-found.scores[k], kind="stable")[:2]
        words = "\n".join(f"{sighting.labels[place]} {found.scores[k, place]:.2f}" for place in best)
        attention = None if sighting.looks is None else sighting.attention(int(found.tokens[k]))
        rows.append((found.boxes[k], f"token {found.tokens[k]}\n{words}", attention))
    every = corners(sighting.boxes).clip(0, 1)
    frames = sighting.frames[sighting.shown] if sighting.looks is not None else sighting.frames[:0]
    fig = tokens_page(sighting.actor.reshape(sighting.grid), every, sighting.picture, frames, rows, size)
    return printed(fig, size, form)


def boxes_video(path: str, survey: Survey, theta: float) -> bytes:
    """MP4 of the whole clip in real time with the boxes above theta, each from its key frame's half of the way on.

    Args:
        path: the video of the survey.
        survey: K key frames of it.
        theta: threshold of p(actor), 0 to 1.
    """
    return painted_video(path, lambda frame: _painted(survey, int(np.abs(survey.keys - frame).argmin()), theta))


def painted_video(path: str, boxes: Callable[[int], Sequence[tuple]], first: int = 0, last: int | None = None) -> bytes:
    """MP4 of a clip in real time, with boxes.

    Args:
        path: a video.
        boxes: of a frame by its number, as `framed` takes them.
        first, last: frames from which to which it is shown; None: to its end.
    """
    info = probe(path)
    last = info.frames - 1 if last is None else last
    every = np.linspace(first, last, min(last - first + 1, LONGEST)).round().astype(np.int64)
    width = min(WIDTH, info.width)
    frames = read_frames(path, every, (width, round(info.height * width / info.width)))
    painted = (framed(picture, boxes(frame)) for picture, frame in zip(frames, every.tolist(), strict=True))
    seconds = float(info.times[last] - info.times[first])
    rate = float(np.clip((len(every) - 1) / seconds, SLOWEST, FASTEST)) if seconds > 0 else SLOWEST
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "boxes.mp4"
        write_video(file, painted, rate)
        return file.read_bytes()


def _painted(survey: Survey, key: int, theta: float) -> list[tuple[np.ndarray, str, str]]:
    """Boxes above theta with a colour and their words."""
    found = decode(survey.boxes[key], survey.actor[key], survey.actions[key], theta, "action")
    words = (", ".join(word for word, score in zip(survey.labels, scores) if score > 0.5) for scores in found.scores)
    return [(box, OKABE_ITO["yellow"], label) for box, label in zip(found.boxes, words)]
