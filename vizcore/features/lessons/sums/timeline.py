"""Sums over time: what a mean over frames does to what moves, and how keypoints become a timeline.

a lamp on a row of N places for T frames - mean at a place, mean along its track (align) -> how bright it still is
points of actions and boundaries - reassemble -> steps in words, and a label for every frame
"""

import numpy as np

from vizcore.algorithms.segmentation.reassembly import ActionPoint, BoundaryPoint, Reassembly, reassemble
from vizcore.features.lessons import numbers
from vizcore.features.lessons.boards import Points, Slider, Sliders
from vizcore.features.lessons.worked import Line, Numbers, Sum, Worked, listed, written

LAMP, GROUND = 0, 1  # channels of a place: how much of either it shows


def _blur(given: Numbers, hand: tuple[float, ...]) -> Worked:
    from vizcore.algorithms.matching.matching import align  # torch comes with it

    speed, frames = int(hand[0]), given["frames"]
    clip = lamp_clip(given["places"], frames, speed)
    aligned, sigma = align(clip)
    raw, tracks = clip[..., LAMP], aligned[..., LAMP]  # (T, N) brightness
    lines = [_mean_line(f"Place {place}", raw[:, place]) for place in np.flatnonzero(raw.any(0))]
    followed = listed(sigma[:, 0].tolist())
    lines.append(Line(f"Alignment follows what was at place 0 in the first frame through places {followed}."))
    lines.append(_mean_line("Track 0", tracks[:, 0]))
    values = {
        "speed": speed,
        "frames": frames,
        "in_place": float(raw.mean(0).max()),
        "aligned": float(tracks.mean(0).max()),
        "smeared": int((raw.mean(0) > 0).sum()),
    }
    alt = f"The mean at a place is at most {written(values['in_place'])}, along a track {written(values['aligned'])}"
    return Worked(tuple(lines), values, (raw, tracks), alt, (raw,), f"{alt}.")


def lamp_clip(places: int, frames: int, speed: int) -> np.ndarray:
    """(T, N, 2) a row of places, all ground but for a lamp that begins at the first and moves.

    Args:
        places: N, more than the lamp crosses.
        frames: T.
        speed: places that the lamp moves on by in a frame, 0 or more.
    """
    clip = np.zeros((frames, places, 2))
    clip[..., GROUND] = 1
    where = np.arange(frames) * speed
    clip[np.arange(frames), where] = np.eye(2)[LAMP]
    return clip


def _mean_line(name: str, brightness: np.ndarray) -> Line:
    terms = " + ".join(map(written, brightness))
    words = f"{name}, averaged over all {len(brightness)} frames:"
    return Line(words, f"({terms}) / {len(brightness)} = {written(brightness.mean())}")


def _lamps(given: Numbers, sliders: tuple[Slider, ...]) -> Sliders:
    if (given["frames"] - 1) * max(slider.high for slider in sliders) >= given["places"]:
        raise ValueError(
            f"want more places than the lamp crosses, {(given['frames'] - 1) * SPEED.high:g}, got {given['places']}"
        )
    return Sliders(sliders)


def _reassembly(given: Numbers, hand: tuple[int, ...]) -> Worked:
    actions, boundaries, names = _points(given), _boundaries(given), given["classes"]
    switched_on = [point for k, point in enumerate((*actions, *boundaries)) if k in hand]
    found = reassemble(
        [point for point in switched_on if isinstance(point, ActionPoint)],
        [point for point in switched_on if isinstance(point, BoundaryPoint)],
        given["length"],
    )
    *merging, colouring = found.steps
    lines = [*(Line(step.words(names)) for step in merging), Line(colouring.words(names), _timeline(found, names))]
    values = {
        "order": _timeline(found, names),
        "goal": " · ".join(given["goal"]),
        "parts": len(found.segments),
        "steps": len(found.steps),
        "points": len(hand),
    }
    on = np.array([k in hand for k in range(len(actions) + len(boundaries))])
    rest = (given["length"], actions, boundaries, on, names)
    reads = f"The timeline reads {values['order']}"
    return Worked(tuple(lines), values, (found.segments, *rest), reads, ((), *rest), f"Yours: {values['order']}")


def _timeline(found: Reassembly, names: tuple[str, ...]) -> str:
    """The classes of the timeline in order."""
    return " · ".join(names[part.label] if part.label >= 0 else "nothing" for part in found.segments)


def _points(given: Numbers) -> list[ActionPoint]:
    """The action points of a file, or what is wrong with them."""
    classes, length = given["classes"], given["length"]
    for time, label, confidence in given["actions"].tolist():
        if label not in range(len(classes)) or not 0 <= time < length or not 0 <= confidence <= 1:
            raise ValueError(
                f"want actions [time, class, confidence] of 0 to {length}, 0 to {len(classes) - 1} and 0 to 1, "
                f"got {[time, label, confidence]}"
            )
    return [ActionPoint(time, int(label), confidence) for time, label, confidence in sorted(given["actions"].tolist())]


def _boundaries(given: Numbers) -> list[BoundaryPoint]:
    for time, confidence in given["boundaries"].tolist():
        if not 0 < time < given["length"] or not 0 <= confidence <= 1:
            raise ValueError(
                f"want boundaries [time, confidence] of 0 to {given['length']} and 0 to 1, got {[time, confidence]}"
            )
    return [BoundaryPoint(*point) for point in sorted(given["boundaries"].tolist())]


def _switches(given: Numbers, _sliders: tuple) -> Points:
    labels = [
        f"{given['classes'][point.label]} at {written(point.time)}, confidence {written(point.confidence)}"
        for point in _points(given)
    ]
    labels += [
        f"boundary at {written(point.time)}, confidence {written(point.confidence)}" for point in _boundaries(given)
    ]
    return Points(tuple(labels))


SPEED = Slider("speed", "Places that the lamp moves on by in a frame", 0, 2, 1, 1)
CLIP = {"places": numbers.whole(2, 16), "frames": numbers.whole(2, 8)}
POINTS = {
    "classes": numbers.names(1, 6),
    "actions": numbers.table((1, 8), (3, 3)),
    "boundaries": numbers.table((1, 8), (2, 2)),
    "length": numbers.whole(2, 1000),
    "goal": numbers.names(1, 6),
}
BLUR = Sum("a mean over time, at a place and along a track", CLIP, _lamps, _blur, (SPEED,))
REASSEMBLY = Sum("points of actions and boundaries, re-assembled", POINTS, _switches, _reassembly)
