"""One state of the part "Follow a box": which clip, whose boxes were drawn where, and how they are followed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vizcore import ui
from vizcore.algorithms.matching.descriptors import DESCRIPTORS
from vizcore.features.localization.controls_part import FIRST, arrived_at
from vizcore.features.localization.pipeline_follow import MOST_DRAWN, MOST_PEOPLE, Box, boxes_of, boxes_word
from vizcore.features.localization.pipeline_follow_patches import stretch
from vizcore.features.matching.pipeline_patches import STACKED
from vizcore.player import DrawnBox
from vizcore.runtime.clip_info import look_into
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.playback import playback
from vizcore.video import FramePack

BOXES, WHO = "boxes", "who"  # in the link: of each person a word, joined by JOINED; who is drawn
JOINED = "~"
NEW = "New person"
Kept = tuple[str, tuple[str, ...]]  # the clip, and of each person in it a word
ABOUT_SOURCE = "Neither colours and edges nor the tokens of lite0 know persons: a box follows whatever is inside it."
ABOUT_COUNT = "Taken evenly from the stretch; a box lies between those of two of them in the frames between."
ABOUT_ACROSS = "Finer patches tell smaller things apart, and cost more."


@dataclass(frozen=True, eq=False)
class FollowSettings:
    """What was asked."""

    clip: ClipEntry
    settings: dict  # the arguments of follow_boxes, without path and boxes
    frames: np.ndarray  # (T,) numbers of the frames that are looked at
    pack: FramePack
    words: tuple[str, ...]  # the boxes that were drawn of person 1, 2 ...; "" of those who are none

    @property
    def people(self) -> tuple[int, ...]:
        """Numbers of the persons that there are: the first is there before anybody has drawn it."""
        return tuple(number for number, word in enumerate(self.words, 1) if word) or (1,)

    @property
    def free(self) -> int:
        """The number that the next person gets."""
        return next(number for number in range(1, MOST_PEOPLE + 2) if number not in self.people)

    def drawn(self, number: int) -> dict[int, Box]:
        """{frame: box} that was drawn of a person, in the stretch and outside of it."""
        return _drawn(self.words, number)

    def asked(self, number: int) -> tuple[str, ...] | None:
        """The boxes of one person as follow_boxes takes them; None where none was drawn in the stretch."""
        inside = [self.frames[0] <= frame <= self.frames[-1] for frame in self.drawn(number)]
        if not any(inside):
            return None if self.words else ()
        return ("",) * (number - 1) + (self.words[number - 1],)

    def change(self, number: int, change: Callable[[dict[int, Box]], dict[int, Box]]) -> None:
        """Change what was drawn of a person; without boxes there is no such person any more."""

        def changed(value: Kept) -> Kept:
            words = value[1] if value[0] == self.clip.clip_id else ()
            row = [*words, *[""] * (number - len(words))]
            row[number - 1] = boxes_word(change(_drawn(words, number)))
            while row and not row[-1]:
                row.pop()
            return self.clip.clip_id, tuple(row)

        ui.keep(BOXES, changed)

    def draw(self, number: int, box: DrawnBox) -> None:
        """Keep a box that a person drew in the player; of too many, the one of the nearest frame goes."""
        frame = int(self.pack.indices[box.frame])

        def with_it(boxes: dict[int, Box]) -> dict[int, Box]:
            nearest = sorted(boxes.keys() - {frame}, key=lambda other: abs(other - frame))
            return {at: boxes[at] for at in nearest[max(0, len(nearest) + 1 - MOST_DRAWN) :]} | {frame: box.corners}

        self.change(number, with_it)
        ui.choose(WHO, name_of(number))

    def forget(self, number: int, frame: int | None = None) -> None:
        """Take back what was drawn of a person: in a frame, or all."""
        self.change(number, lambda boxes: {at: box for at, box in boxes.items() if frame not in (None, at)})


def name_of(number: int) -> str:
    """What a person is called."""
    return f"Person {number}"


def read_controls() -> FollowSettings:
    """The controls: which clip, which stretch, and by what patches; and what was drawn."""
    clip = ui.pick_clip(default=FIRST)
    arrived_at(clip)
    path = str(clip.path)
    info = ui.work("Reading the clip", look_into, path=path)
    seconds = info.duration
    with ui.drawer("Patches"):
        source = ui.selectbox("Described by", [*DESCRIPTORS, *STACKED], "by", help=ABOUT_SOURCE)
        across = int(ui.slider("Patches across", 8, 40, 28, "across", help=ABOUT_ACROSS))
    with ui.drawer("Frames"):
        count = int(ui.slider("Frames", 2, 300, 120, "count", help=ABOUT_COUNT))
        start = ui.slider("Start, seconds", 0.0, max(0.0, round(seconds - 0.1, 1)), 0.0, "start", step=0.1)
        span = ui.slider("Length, seconds", 0.1, max(0.1, min(60.0, round(seconds + 0.05, 1))), 10.0, "span", step=0.1)
    frames = stretch(info.times, count, start, span)
    pack = ui.work("Preparing the player", playback, path=path, shown=tuple(frames.tolist()))
    settings = {"count": count, "start": start, "span": span, "across": across, "source": source}
    return FollowSettings(clip, settings, frames, pack, _words(clip, info.frames))


def _words(clip: ClipEntry, total: int) -> tuple[str, ...]:
    """What was drawn in this clip: boxes of another are kept for when the person comes back to it."""

    def read(linked: str) -> Kept:
        return clip.clip_id, tuple(_sound(word, total) for word in linked.split(JOINED)[:MOST_PEOPLE])

    def written(value: Kept) -> str:
        return JOINED.join(value[1]) if value[0] == clip.clip_id else ""

    whose, words = ui.kept(BOXES, (clip.clip_id, ()), read, written)
    return words if whose == clip.clip_id and any(words) else ()


def _drawn(words: tuple[str, ...], number: int) -> dict[int, Box]:
    """{frame: box} of a person, by its number."""
    return boxes_of(words[number - 1]) if number <= len(words) and words[number - 1] else {}


def _sound(word: str, total: int) -> str:
    """A word of a link, or "" where it says no boxes of a clip of so many frames: anybody can write anything."""
    try:
        return word if not word or max(boxes_of(word)) < total else ""
    except ValueError:
        return ""
