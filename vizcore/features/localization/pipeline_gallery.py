"""What is behind a bar: hits, false positives and misses of a class, and the key frames that they are in.

Compared, class -> instances -> Instance: a row of a table;  all_of -> every box of the class in one video
names, seconds  -> key_pictures -> (H, W, 3) each, of a video at hand or of a crowd that is drawn again
name of a crowd -> crowd_video -> an MP4 of it
"""

from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.detection.ava_rows import AvaRows
from vizcore.algorithms.detection.detection_errors import HIT, KINDS
from vizcore.features.localization.pipeline_models import SPLIT, VERSION
from vizcore.features.localization.pipeline_precision import Compared
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.store import key_of
from vizcore.runtime.world_clips import room_for_one
from vizcore.synthetic.census import clip_number, clip_of
from vizcore.video import probe, read_frames, write_video

HITS, WRONG, MISSES = "hits", "false positives", "misses"
GROUPS = (HITS, WRONG, MISSES)
SIDE, DRAWN, VIDEO = 256, 192, 384  # px, the longer side: of a picture, of one of a crowd, and of its video
FRAMES, RATE = 8, 4.0  # frames that a model sees of a crowd, and frames of its video a second
KEY = FRAMES // 2  # the key frame, by its number in the video
EXCERPT = 900.0  # seconds: AVA's time stamps are those of whole films, whose excerpts begin here
MOST_CONFIDENT = 6  # detections of a class that are shown in a key frame


@dataclass(frozen=True)
class Instance:
    """A row that is worth a look: a hit, a false positive or a miss."""

    video: str
    time: float  # seconds
    box: tuple[float, float, float, float]  # corners, shares of the frame
    score: float  # nan of a miss
    kind: str  # "hit", or one of KINDS


def instances(found: Compared, which: int, action: int, group: str, most: int = 12) -> list[Instance]:
    """The most confident hits or false positives, or misses, the largest first.

    Args:
        found: one result or two against a ground truth.
        which: of the results, from 0.
        action: class id.
        group: one of GROUPS.
        most: instances at most.
    """
    if group not in GROUPS:
        raise ValueError(f"want {', '.join(GROUPS)}, got {group!r}")
    result, errors = found.results[which], found.errors[which].classes[action]
    ranking = result.rankings[action]
    if group == MISSES:
        boxes = result.ground_truth.boxes[ranking.misses]
        size = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        rows = ranking.misses[np.argsort(-size, kind="stable")][:most]
        return [_instance(result.ground_truth, int(row), "miss") for row in rows]
    places = np.flatnonzero(ranking.hits == (group == HITS))[:most]
    return [_instance(result.detections, int(ranking.rows[k]), _kind(errors.kinds[k])) for k in places]


def true_boxes(found: Compared, action: int, video: str, time: float) -> np.ndarray:
    """(P, 4) corners of those who do an action in a key frame.

    Args:
        found: one result or two against a ground truth.
        action: class id.
        video: its name in the tables.
        time: seconds of the key frame.
    """
    truth, ranking = found.results[0].ground_truth, found.results[0].rankings[action]
    frames = _key_frames(truth, video) & (truth.frame_times == time)
    rows = ranking.positives[frames[truth.frames[ranking.positives]]]
    return truth.boxes[rows].reshape(-1, 4)


def all_of(found: Compared, which: int, action: int, video: str) -> list[Instance]:
    """Every truth of a class in a video (kind "truth") and its most confident detections by key frame, in time.

    Args:
        found: one result or two against a ground truth.
        which: of the results, from 0.
        action: class id.
        video: its name in the tables.
    """
    result = found.results[which]
    ranking, kinds = result.rankings[action], found.errors[which].classes[action].kinds
    truth, detections = result.ground_truth, result.detections
    there = ranking.positives[_key_frames(truth, video)[truth.frames[ranking.positives]]]
    detected = np.flatnonzero(_key_frames(detections, video)[detections.frames[ranking.rows]])
    rows = [_instance(truth, int(row), "truth") for row in there]
    counts: dict[int, int] = {}
    for k in detected:  # the most confident first
        frame = int(detections.frames[ranking.rows[k]])
        counts[frame] = counts.get(frame, 0) + 1
        if counts[frame] <= MOST_CONFIDENT:
            rows.append(_instance(detections, int(ranking.rows[k]), _kind(kinds[k])))
    return sorted(rows, key=lambda one: one.time)


def key_pictures(
    moments: tuple[tuple[str, float], ...], *, context: Context | None = None
) -> tuple[tuple[np.ndarray, bool], ...]:
    """Key frames as pictures.

    Args:
        moments: (where, seconds): where is the path of a video, the name of a crowd of the test split, or "".

    Returns:
        For each (H, W, 3) uint8, and whether it is a picture of that moment; else it is a grey sheet.
    """
    context, found = context or default_context(), []
    for done, (where, seconds) in enumerate(moments):
        context.progress(done, len(moments), "looking up key frames")
        picture = _picture(where, seconds)
        sheet = np.full((SIDE * 3 // 4, SIDE, 3), 120, np.uint8)
        found.append((sheet, False) if picture is None else (picture, True))
    return tuple(found)


def frame_at(path: str, seconds: float) -> int | None:
    """The number of the frame at a time stamp, which may count from the start of the film that it is an excerpt of.

    None where the video has no such moment.
    """
    times = probe(path).times
    last = float(times[-1]) + 0.5
    for at in (seconds, seconds - EXCERPT):
        if 0 <= at <= last:
            return int(np.abs(times - at).argmin())
    return None


def crowd_video(name: str, *, context: Context | None = None) -> str:
    """The path of an MP4 of the frames of a crowd that the models saw, larger; frame KEY is the key frame.

    Raises:
        ValueError: it is no name of a crowd.
    """
    number, context = clip_number(name), context or default_context()
    if number is None:
        raise ValueError(f"want the name of a crowd, got {name!r}")
    folder = context.store.root / "world"
    path = folder / f"{key_of('crowd film', VERSION, SPLIT, number, VIDEO, FRAMES)}.mp4"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        room_for_one(folder)
        write_video(path, clip_of(number, SPLIT, VIDEO, FRAMES, 1, truth=False).frames, RATE)
    return str(path)


def _picture(where: str, seconds: float) -> np.ndarray | None:
    number = clip_number(where)
    if number is not None:
        return clip_of(number, SPLIT, DRAWN, FRAMES, 1, truth=False).frames[KEY]
    frame = frame_at(where, seconds) if where else None
    if frame is None:
        return None
    info = probe(where)
    share = min(1.0, SIDE / max(info.width, info.height))
    return read_frames(where, [frame], (max(2, round(info.width * share)), max(2, round(info.height * share))))[0]


def _key_frames(table: AvaRows, video: str) -> np.ndarray:
    """(F,) bool: the key frames of a video."""
    if video not in table.videos:
        return np.zeros(len(table.frame_times), bool)
    return table.frame_videos == table.videos.index(video)


def _kind(place: int) -> str:
    return "hit" if place == HIT else KINDS[place]


def _instance(table: AvaRows, row: int, kind: str) -> Instance:
    frame = table.frames[row]
    score = float("nan") if kind in ("miss", "truth") else float(table.confidences(np.array([row]))[0])
    video = table.videos[table.frame_videos[frame]]
    return Instance(video, float(table.frame_times[frame]), tuple(table.boxes[row].tolist()), score, kind)
