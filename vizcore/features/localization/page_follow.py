"""Follow a box: the player to draw on, and beside it how sure each frame is, what is in the box, and files."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from vizcore import ui
from vizcore.algorithms.matching.box_tracking import LOST
from vizcore.features.localization import figures_follow as drawn
from vizcore.features.localization.controls_follow import NEW, WHO, FollowSettings, name_of, read_controls
from vizcore.features.localization.page_follow_player import annotations_of, tiers_of
from vizcore.features.localization.pipeline_follow import MOST_PEOPLE, FollowedBox, FollowedBoxes, follow_boxes
from vizcore.features.matching.pipeline_patches import nets_of
from vizcore.figures.strips import tile
from vizcore.models import PATCH_MODELS
from vizcore.player import PlayerClip, player
from vizcore.runtime.domain import Badge, badge
from vizcore.runtime.world_clips import truth_of
from vizcore.video import read_frames

GUIDE = (
    "**Drag on the picture** to draw a box around somebody: it is followed both ways. Where it goes wrong, move it or "
    "drag its corners in that frame. With Shift a drag draws anew; **?** below the picture lists the keys."
)
TILES, ACROSS = 12, 6  # frames of what is inside a box, and so many side by side


@dataclass(frozen=True, eq=False)
class FollowView:
    """One state of the part."""

    asked: FollowSettings
    who: int  # number of the person that is drawn
    people: tuple[FollowedBox, ...]  # those who have been followed
    waiting: str  # what is still to be said of those who have not; "" where all have

    @property
    def verdict(self) -> str:
        """How far persons are followed."""
        return FollowedBoxes(self.people).verdict if self.people and not self.waiting else self.waiting

    @property
    def badges(self) -> tuple[Badge, ...]:
        """How far the net is at home in the clip, where one describes the patches."""
        return tuple(badge(PATCH_MODELS[name], self.asked.clip.path) for name in nets_of(self.asked.settings["source"]))

    @property
    def one(self) -> FollowedBox | None:
        """The person who is drawn, where followed; else the first who is."""
        return next((one for one in self.people if one.number == self.who), next(iter(self.people), None))


def follow() -> None:
    """The player with everybody's boxes, on which more are drawn, and one view of them."""
    asked = read_controls()
    stage, beside = ui.stage_and_view()
    with beside:
        with ui.container(horizontal=True, gap="small", key="persons"):
            who, taken_back = _who(asked), ui.container(horizontal=True, gap="small", width="content")
        ui.caption(GUIDE)
        section = SECTIONS[ui.views([name for name in SECTIONS if name != TRUTH or truth_of(asked.clip.path)])]
        view = _followed(asked, who)
    with stage:
        frame = _play(view)
        ui.overview(str(asked.clip.path), asked.settings["start"], asked.settings["span"])
    with taken_back:
        _buttons(view, frame)
    with beside:
        ui.verdict(view.verdict, *view.badges)
        if view.one is not None and not view.waiting:
            section(view)


def confidence(view: FollowView) -> None:
    """Numbers of one person, and everybody's confidence over time."""
    one = view.one
    kept = int((~one.lost).sum())
    numbers = {
        "Followed": (f"{kept} of {len(one.frames)}", f"Frames in which {one.name} is not lost."),
        "Confidence": (f"{one.confidence.mean():.2f}", "Mean share of the patches in the box that agree with it."),
        "Drawn": (f"{len(one.drawn) if one.start == 'drawn' else 0}", "Frames in which you drew the box."),
    }
    if one.overlap is not None:
        numbers["IoU"] = f"{np.nanmean(one.overlap):.2f}", "Mean, with what is seen of the person by the ground truth."
    ui.metrics(numbers)
    lines = [(each.name, _colour(each), each.times, each.confidence) for each in view.people]
    marks = [each.times[np.searchsorted(each.frames, each.drawn)] for each in view.people]
    alt = f"Confidence of {len(view.people)} persons over time"
    ui.chart(drawn.confidence_figure, lines, marks, LOST, alt=alt)


def inside(view: FollowView) -> None:
    """What is in the box of one person, through time."""
    one = view.one
    places = np.unique(np.linspace(0, len(one.frames) - 1, TILES).round().astype(int))
    scale = min(1.0, 640 / one.size[0])
    size = tuple(max(1, round(scale * side)) for side in one.size)
    cut = drawn.inside(read_frames(str(view.asked.clip.path), one.frames[places], size), one.shares[places])
    lost = int(one.lost[places].sum())
    words = f"What is in the box of {one.name}, {one.times[places[0]]:.1f} to {one.times[places[-1]]:.1f} s"
    words += f"; lost in {lost} of these {len(places)} frames" if lost else ""
    ui.image(tile(cut, ACROSS), alt=words, caption=f"{words}.")


def against_truth(view: FollowView) -> None:
    """IoU over time, of those whose truth is known."""
    known = [one for one in view.people if one.overlap is not None]
    lines = [(f"{one.name}, mean {np.nanmean(one.overlap):.2f}", _colour(one), one.times, one.overlap) for one in known]
    ui.chart(drawn.overlap_figure, lines, alt=f"IoU of {len(known)} persons with the ground truth over time")
    ui.caption("The ground truth of a person is that of whoever the first box drawn of them overlaps most.")


def export(view: FollowView) -> None:
    """Files to take along, the link, and the Python lines."""
    from vizcore.features.localization import export_follow as files  # no other section writes any

    asked = view.asked
    with ui.drawer("Files"):
        action = int(ui.slider("Class", 1, 80, 1, "action", help=files.ABOUT_CLASS))
        seconds = ui.segmented_control("Rows", list(files.ROWS), "rows", help=files.ABOUT_ROWS)
    settings = asked.settings | {"boxes": asked.words}
    table = view.people, asked.clip.title, action, seconds
    ui.download_buttons(
        {
            "followed.csv": ("text/csv", lambda: files.followed_csv(*table)),
            "people.csv": ("text/csv", lambda: files.followed_csv(*table, people_column=True)),
            "followed.json": ("application/json", lambda: files.followed_json(view.people, settings)),
            "followed.mp4": ("video/mp4", lambda: files.followed_video(str(asked.clip.path), view.people)),
        }
    )
    ui.caption(
        "Both CSV have AVA's form, so the part *Average precision* can open them: followed.csv as detections, with "
        "confidence for a score; people.csv as ground truth, with the number of the person. Lost frames are left out."
    )
    ui.link_and_lines(follow_boxes, asked.clip, settings)


TRUTH = "Ground truth"
SECTIONS: dict[str, Callable[[FollowView], None]] = {
    "Confidence": confidence,
    "In the box": inside,
    TRUTH: against_truth,
    "Files and link": export,
}


def _who(asked: FollowSettings) -> int:
    """The number of the person that is drawn."""
    names = {name_of(number): number for number in asked.people}
    if asked.words and asked.free <= MOST_PEOPLE:
        names[NEW] = asked.free
    return names[ui.views(names, WHO, label="Who is drawn")]


def _followed(asked: FollowSettings, who: int) -> FollowView:
    """Everybody, as far as they have been followed: who is drawn comes last, as that takes longest."""
    people, waiting = [], ""
    for number in sorted(asked.people, key=lambda one: one == who):
        words = asked.asked(number)
        if words is None:
            waiting = f"{name_of(number)} was drawn outside of this stretch of the clip: draw a box inside it."
            continue
        given = {"path": str(asked.clip.path), "boxes": words} | asked.settings
        found = ui.work_in_place(f"Following {name_of(number)}", follow_boxes, **given)
        if found is None:
            waiting = f"{name_of(number)} is being followed."
            break
        people += found.people
    return FollowView(asked, who, tuple(sorted(people, key=lambda one: one.number)), waiting)


def _play(view: FollowView) -> int:
    """The player; the number of the frame at which it rests."""
    asked, pack = view.asked, view.asked.pack
    annotations, style = annotations_of(view.people, asked, view.who)
    at = player(
        [PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, asked.clip.title)],
        key="follow-player",
        annotations=annotations,
        tiers=tiers_of(view.people, pack),
        drawing=style,
        drawn=partial(asked.draw, view.who),
        frame=int(np.searchsorted(pack.indices, asked.frames[0])),
        height=400,
    )
    return int(pack.indices[at[0]])


def _buttons(view: FollowView, frame: int) -> None:
    """What can be taken back of the person who is drawn."""
    asked, who = view.asked, view.who
    boxes = asked.drawn(who)
    if not boxes:
        return
    if len(boxes) > 1 and frame in boxes:
        forget = partial(asked.forget, who, frame)
        ui.action_button(f"Forget the box of frame {frame}", "forget-box", forget, icon=":material/ink_eraser:")
    remove = partial(asked.forget, who)
    ui.action_button(f"Remove {name_of(who)}", "remove-person", remove, icon=":material/person_remove:")


def _colour(one: FollowedBox) -> str:
    return drawn.COLOURS[one.number - 1]
