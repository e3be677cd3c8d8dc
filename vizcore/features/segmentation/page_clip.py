"""What the segmentation page shows of a clip: its timelines under the player, and beside it a closer look at them.

Where the nets know the clip, theirs come first, and those without training on request; elsewhere it is the other way.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from vizcore import ui
from vizcore.algorithms.segmentation.metrics import evaluate
from vizcore.features.segmentation import page_nets
from vizcore.features.segmentation.page_player import (
    ERRORS,
    SCENE_COLOURS,
    SCENES,
    Classes,
    Line,
    blocks,
    classes_of,
    error_row,
    legend_of,
    lines_of,
    moments,
    point_at,
    rows_player,
)
from vizcore.features.segmentation.pipeline import ScoredPredictions, judged, rate_of, timelines
from vizcore.features.segmentation.pipeline_predictions import Predictions, shown, true_labels
from vizcore.models import MODELS
from vizcore.runtime.clip_info import look_into
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.domain import Badge, badge
from vizcore.runtime.playback import LIMIT, playback
from vizcore.synthetic.doing import BACKGROUND
from vizcore.video import FramePack, VideoInfo

if TYPE_CHECKING:  # of the world they are seldom asked for
    from vizcore.features.segmentation.pipeline_groups import ClipGroups

FIRST = "story"  # the clip a new visitor sees
GROUPS = "By TW-FINCH, change points and k-means: frames that are alike, with no names."
EVERY = "Each net of segmentation"  # what a badge calls them all
OVERLAP = "How much a segment and one of the ground truth must overlap, as a share of both together, to be a hit."
ELSEWHERE = "Which part of a long video the player has; the view *Whole video* has all of it."


def prepare() -> None:
    """Compile the tally of segments, or load it from disk, before the first timeline needs it."""
    for kind in (np.int32, np.int64):
        evaluate([(np.zeros(2, kind), np.zeros(2, kind))])


@dataclass(frozen=True, eq=False)
class ClipView:
    """One state of the page."""

    clip: ClipEntry
    info: VideoInfo
    at_home: bool  # the nets are, or the ground truth is known
    found: Predictions | None  # of the nets; None where they are not asked
    scored: ScoredPredictions  # what is wrong with each net's timeline
    ways: tuple[dict, ...]  # settings of segment_clip without training, a method each
    settings: dict  # of segment_clip, for what stands first
    pack: FramePack
    place: int  # the frame of the pack that the player begins with
    badges: tuple[Badge, ...]  # how far the nets are at home in the clip
    groups: tuple["ClipGroups", ...] = ()  # without training, by method, as far as they are there

    @cached_property
    def classes(self) -> Classes:
        """(name, colour) of each class, group and scene."""
        return classes_of(self.found, self.groups)

    @cached_property
    def lines(self) -> list[Line]:
        """The rows, top to bottom."""
        return lines_of(self.found, self.groups, len(self.classes), nets_first=self.at_home)

    @property
    def nothing(self) -> tuple[int, ...]:
        """Numbers of the classes in which nothing happens."""
        return () if self.found is None else (BACKGROUND,)

    @property
    def rate(self) -> float | None:
        """Frames in a second; None of a single frame."""
        return rate_of(self.info.times)

    @property
    def describing(self) -> tuple[Badge, ...]:
        """What is to be said of the net that describes frames for groups: that it is not at home in the clip."""
        names = {one.model for one in self.groups}
        badges = [badge(MODELS[name], self.clip.path) for name in names if name in MODELS]  # pixels are none
        return tuple(one for one in badges if not one.shown)

    def say(self, title: str = "") -> None:
        """The verdict of a row by its title, or of what stands first, with the badges of who gave it."""
        of_nets = self.at_home if not title else title not in {SCENES, *(one.title for one in self.groups)}
        if not of_nets:
            group = next((one for one in self.groups if one.title == title), self.groups[0])
            ui.verdict(group.verdict, *self.describing)
        elif self.scored:
            ui.verdict(self.scored.verdict, *self.badges)
        else:
            ui.verdict(self.found.verdict, *self.badges)

    def second(self, frame: int) -> float:
        """When a frame begins; of the one after the last, when the clip ends."""
        return float(self.info.times[frame]) if frame < self.info.frames else self.info.duration

    def scene_colours(self, count: int) -> list[str]:
        """The greys of so many scenes, in turn."""
        return [SCENE_COLOURS[k % 2] for k in range(count)]

    def go(self, start: int, stop: int) -> None:
        """Go to a segment [start, stop) of the clip, which may lie beyond what the player has."""
        if len(self.pack.indices) < self.pack.total:
            ui.choose("from", float(int(self.second(start) - self.info.times[0])))
        point_at(self.clip.clip_id, start, stop)  # last: where another run overtakes this, the click is sent again


def clip() -> None:
    """A clip with its timelines, and beside it a closer look at one side of them."""
    view = _chosen_view(ui.pick_clip(default=FIRST))
    views = _views(view)
    stage, beside = ui.stage_and_view()
    with beside:
        chosen = ui.views(views)
        view = _grouped(view)
    with stage:
        _player(view, chosen)
    if len(view.groups) == len(view.ways):
        with beside:
            views[chosen](view)


def _views(view: ClipView) -> dict[str, Callable[[ClipView], None]]:
    """The views of a clip by name, the first one on top."""
    truth = true_labels(view.clip.path) if view.ways else None
    scored = view.scored or (truth is not None and len(truth) == view.info.frames)
    views = {"Errors": page_nets.errors} if view.scored else {}
    views |= {"Scores": page_nets.scores} if scored else {}
    own = {"Segments": untrained} if view.ways else {}
    views = views if view.at_home else own | {"Facts": facts} | views
    if view.found and any(tier.points is not None for tier in view.found.tiers):
        views |= {"Re-assembly": page_nets.points}
    views |= {"Whole video": whole} if len(view.pack.indices) < view.pack.total else {}
    return views | own | {"Facts": facts, "Table": table, "Files and link": export}


def untrained(view: ClipView) -> None:
    """Segments without training, as pictures."""
    from vizcore.features.segmentation import page_groups  # of the world they are seldom asked for

    page_groups.segments(view)


def facts(view: ClipView) -> None:
    """What can be said of a clip before any net."""
    from vizcore.features.segmentation import page_groups

    page_groups.facts(view)


def whole(view: ClipView) -> None:
    """All rows of a video of which the player has a part."""
    from vizcore.features.segmentation.page_timeline import overview  # most clips are short

    view.say()
    rows = {line.title: line.labels for line in view.lines}
    overview(rows, view.classes, view.rate, view.clip.clip_id, view.go)


def table(view: ClipView) -> None:
    """All segments of one row."""
    titles = {line.title: line for line in view.lines}
    with ui.drawer("Table"):
        line = titles[ui.segmented_control("Segments of", list(titles), "row")]
    view.say(line.title)
    ui.subheader(f"Segments of {line.title}")
    ui.table(
        (
            {
                "class": view.classes[label][0],
                "from frame": start,
                "to frame": stop - 1,
                "from, s": round(view.second(start), 2),
                "lasts, s": round(view.second(stop) - view.second(start), 2),
            }
            for start, stop, label in line.segments
        ),
        key="segments",
        on_select=lambda number: view.go(*line.segments[number][:2]),
    )
    ui.caption(page_nets.CLICK)


def export(view: ClipView) -> None:
    """Files to take along, the link, and the Python lines."""
    from vizcore.features.segmentation import export as files  # no other section writes any
    from vizcore.features.segmentation.pipeline_groups import segment_clip

    view.say()
    rows, names = {line.title: line.labels for line in view.lines}, [name for name, _ in view.classes]
    given = names, view.nothing, view.rate
    ui.download_buttons(
        {
            "segments.csv": ("text/csv", lambda: files.rows_csv(rows, *given)),
            "segments.json": ("application/json", lambda: files.rows_json(rows, *given)),
        }
    )
    printed = {title: labels for title, labels in rows.items() if title != SCENES}
    ui.paper_figure("timelines", partial(files.clip_paper, view.clip.path, printed, *given))
    ui.link_and_lines(segment_clip, view.clip, view.settings)


def _badge(entry: ClipEntry) -> Badge | None:
    """How far the nets are at home in a clip; None while none is here."""
    names = shown()
    return badge(replace(MODELS[names[0]], title=EVERY), entry.path) if names else None


def _chosen_view(entry: ClipEntry) -> ClipView:
    """The settings: what is asked without training, what counts as a hit, and which part the player has."""
    path, nets = str(entry.path), _badge(entry)
    info = ui.work("Reading the clip", look_into, path=path)
    at_home = true_labels(path) is not None if nets is None else nets.shown
    asked = at_home or (nets is not None and ui.show_anyway(nets, besides=True))
    usual = {} if nets is not None and nets.shown else {"method": "nets"}
    found = ui.work("Running the nets", timelines, path=path) if asked else None
    scored = _scored(path) if at_home else ScoredPredictions()
    with ui.drawer("Without training"):
        wanted = not at_home or ui.toggle("Segments without training", "untrained", help=GROUPS)
    ways = _ways(path, info.frames) if wanted else ()
    last, start = max(0.0, round(info.duration - 1, 1)), 0.0
    if info.frames > LIMIT:
        with ui.drawer("Player"):
            start = ui.slider("Player from, s", 0.0, last, 0.0, "from", help=ELSEWHERE, step=1.0)
    place = int(np.searchsorted(info.times[:-1], start))
    pack = ui.work("Preparing the player", playback, path=path, shown=(place,))
    at, settings = int(np.searchsorted(pack.indices, place)), usual if at_home else ways[0]
    badges = () if nets is None else (nets,)
    return ClipView(entry, info, at_home, found, scored, ways, settings, pack, at, badges)


def _ways(path: str, frames: int) -> tuple[dict, ...]:
    """What is asked without training, a method each."""
    from vizcore.features.segmentation.controls import group_settings  # of the world they are seldom asked for

    return group_settings(path, frames)


def _grouped(view: ClipView) -> ClipView:
    """The view with its groups, as far as they are there: the player need not wait for them."""
    if not view.ways:
        return view
    from vizcore.features.segmentation.pipeline_groups import segment_clip

    groups = []
    for one in view.ways:
        found = ui.work_in_place("Grouping the frames", segment_clip, path=str(view.clip.path), **one)
        if found is None:
            break
        groups.append(found)
    return replace(view, groups=tuple(groups))


def _scored(path: str) -> ScoredPredictions:
    """The nets' errors, by what counts as a hit."""
    with ui.drawer():
        threshold = int(ui.slider("Overlap of a hit, %", 10, 90, 50, "overlap", step=5, help=OVERLAP))
    return ui.work("Comparing with the ground truth", judged, path=path, threshold=threshold)


def _player(view: ClipView, chosen: str) -> None:
    """The clip with a row for everybody who segments it, and for what the chosen view is about."""
    rows, scored = {}, {one.tier.title: one for one in view.scored} if chosen in ("Errors", "Scores") else {}
    tiers = {tier.title: tier for tier in (view.found.tiers if view.found else ())}
    for line in view.lines:
        rows[line.title] = blocks(line.segments, view.classes, view.nothing)
        if line.title == SCENES:
            rows[SCENES] = [(a, b, f"scene {k}", grey) for k, (a, b, _, grey) in enumerate(rows[SCENES], 1)]
        if line.title in tiers and tiers[line.title].points is not None and chosen == "Re-assembly":
            rows[f"keypoints of {line.title}"] = moments(tiers[line.title].points, view.classes)
        if line.title in scored:
            rows[f"{ERRORS}{line.title}"] = error_row(scored[line.title].diagnosis.predicted, view.classes)
    drawn = {one.label for line in view.lines if line.title != SCENES for one in line.segments} - {*view.nothing}
    verdicts = [verdict for one in scored.values() for verdict in one.diagnosis.predicted]
    legend = legend_of(drawn, view.classes, verdicts)
    rows_player(view.pack, view.clip.title, rows, view.clip.clip_id, view.place, legend)
