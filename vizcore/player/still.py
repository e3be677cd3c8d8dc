"""What the player shows at rest, as a picture for a report: a frame, and over it heat, boxes, figures, a track.

PlayerClip, frame number, Heat, Annotations -> still -> Picture; a bare frame is the JPEG that the browser plays
"""

import cv2
import numpy as np

from vizcore.figures.overlay import track_overlay
from vizcore.figures.theme import paint
from vizcore.player.annotations import Annotations
from vizcore.player.scene import Heat, PatchTracks, Pick, PlayerClip
from vizcore.runtime.recording import blocks
from vizcore.runtime.recording.section import Picture

OPACITY = 0.55  # of heat, as the player has it at first
LINE = cv2.LINE_AA
INK, PAPER = (0, 0, 0), (255, 255, 255)


def still(
    clip: PlayerClip,
    at: int,
    heat: Heat | None = None,
    annotations: Annotations | None = None,
    track: tuple[PatchTracks, tuple[int, int], Pick] | None = None,
) -> Picture:
    """One frame as it rests on the page; colours and opacity are the player's first ones.

    Args:
        clip: as the player has it.
        at: place of the frame among its frames.
        heat: of the clip, if any.
        annotations: of the clip, if any.
        track: (tracks, grid, pick) of a patch that is followed in this clip.
    """
    data = clip.blob[int(clip.offsets[at]) : int(clip.offsets[at + 1])]
    alt = f"{clip.label or 'the clip'}, frame {at} of {clip.frames}, {clip.times[at]:.2f} s"
    if heat is None and annotations is None and track is None:
        return Picture("image/jpeg", bytes(data), alt, alt)
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    if heat is not None:
        image, alt = heated(image, heat, at), f"{alt}, under {heat.label}"
    if annotations is not None:
        image = annotated(image, annotations, at)
    if track is not None:
        image, alt = tracked(image, *track, at), f"{alt}, with the track of patch {track[2].patch}"
    return blocks.picture(image, alt, alt)


def tracked(image: np.ndarray, tracks: PatchTracks, grid: tuple[int, int], pick: Pick, at: int) -> np.ndarray:
    """A frame with the track of a patch up to there.

    Args:
        image: (H, W, 3) uint8 RGB.
        tracks: of the clip.
        grid: rows and columns of patches.
        pick: the patch, and the frame in which it was picked.
        at: place of the frame.
    """
    patches = np.asarray(tracks.sigma)[:, tracks.track_of(pick.frame, pick.patch)]  # (K,)
    similarity = np.asarray(tracks.similarity)[np.arange(len(patches) - 1), patches[:-1]]  # (K - 1,)
    return track_overlay(image, patches, similarity, tracks.step_at(at), grid)


def heated(image: np.ndarray, heat: Heat, at: int) -> np.ndarray:
    """A frame under the heat of that frame, or of the last one before it that has any.

    Args:
        image: (H, W, 3) uint8 RGB.
        heat: of the clip.
        at: place of the frame.
    """
    numbers = np.arange(len(heat.values)) if heat.frames is None else np.asarray(heat.frames)
    values = heat.values[max(0, int(np.searchsorted(numbers, at, side="right")) - 1)]  # (rows, columns)
    smooth = cv2.resize(values, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.addWeighted(image, 1 - OPACITY, paint(smooth, 0, 255), OPACITY, 0)


def annotated(image: np.ndarray, annotations: Annotations, at: int) -> np.ndarray:
    """A frame with the boxes and figures of that frame.

    Args:
        image: (H, W, 3) uint8 RGB.
        annotations: of the clip.
        at: place of the frame.
    """
    image, size = image.copy(), np.array(image.shape[1::-1])  # W, H
    thick = max(1, round(size[0] / 320))
    colours = [tuple(int(style.colour[k : k + 2], 16) for k in (1, 3, 5)) for style in annotations.styles]
    if (boxes := annotations.boxes) is not None:
        for k in np.flatnonzero(np.asarray(boxes.frames) == at):
            corners = np.asarray(boxes.corners[k], float).reshape(2, 2)
            if np.isfinite(corners).all():
                start, stop = (tuple(map(int, corner.round())) for corner in corners * size)
                cv2.rectangle(image, start, stop, colours[boxes.styles[k]], 2 * thick, LINE)
                if len(boxes.labels):
                    _write(image, boxes.labels[k], start, thick)
    if (lines := annotations.lines) is not None:
        for k in np.flatnonzero(np.asarray(lines.frames) == at):
            points = np.asarray(lines.points[k], float) * size  # (J, 2)
            for one, other in lines.bones:
                if np.isfinite(points[[one, other]]).all():
                    ends = (tuple(map(int, point.round())) for point in points[[one, other]])
                    cv2.line(image, *ends, colours[lines.styles[k]], 2 * thick, LINE)
    return image


def _write(image: np.ndarray, words: str, corner: tuple[int, int], thick: int) -> None:
    """Words above a corner, light on dark, so that they are read on any ground."""
    x, y = corner
    given = (words.encode("ascii", "replace").decode(), (x, max(y - 4, 12)), cv2.FONT_HERSHEY_SIMPLEX, 0.45)
    for ink, width in ((INK, 2 * thick + 1), (PAPER, thick)):
        cv2.putText(image, *given, ink, width, LINE)
