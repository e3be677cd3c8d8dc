"""Views of the segmentation page that need no training: segments and scenes as pictures, and facts of the clip."""

from collections.abc import Sequence

from vizcore import ui
from vizcore.features.segmentation.controls import lacking
from vizcore.features.segmentation.figures import facts_figure, ribboned
from vizcore.features.segmentation.page_player import SCENES
from vizcore.features.segmentation.pipeline_facts import clip_facts, pictures_at

MOST_CARDS = 36
WIDE = 148  # px of a card
CARDS = "Each picture is the middle of its stretch, above the colour of its group. The button leads the player there."
LONGEST = f"Of {{}} stretches, the {MOST_CARDS} longest are shown."
EVERY = "Every {}th frame was looked at: a scene that is shorter may be missing."
SAME = "A colour stands for the same group within a row, not across rows."
NAMED = "Groups have names and colours of the classes of the ground truth that fit them best, one to one."


def segments(view) -> None:
    """The segments of one method, or the scenes, as pictures."""
    with ui.drawer("Segments"):
        titles = [*(one.title for one in view.groups), SCENES]
        title = ui.segmented_control("Pictures of", titles, "pictures")
    view.say(title)
    if lacks := lacking(view.clip.path):
        ui.caption(lacks)
    line = next(line for line in view.lines if line.title == title)
    names = [view.classes[label] for *_, label in line.segments]
    cards(view, [part[:2] for part in line.segments], names, "segment")
    named = view.found is not None and view.groups[0].matched is not None
    ui.caption(f"{CARDS} {NAMED if named else SAME}")


def facts(view) -> None:
    """What can be said of a clip before any net: light, motion, cuts, scenes, and what its file is."""
    found = ui.work("Looking at the frames", clip_facts, path=str(view.clip.path))
    ui.verdict(found.verdict)
    ui.chart(facts_figure, found, alt=found.verdict)
    if found.step > 1:
        ui.caption(EVERY.format(found.step))
    ui.subheader("Scenes")
    grey = [("scene", colour) for colour in view.scene_colours(len(found.scenes))]
    cards(view, found.scenes, grey, "scene")
    ui.subheader("The file")
    info, rate = view.info, f"{view.rate:.3g} / s" if view.rate else "one frame"
    ui.metrics(
        {
            "Frames": (f"{info.frames:,}", ""),
            "Length": (f"{info.duration:.1f} s", ""),
            "Picture": (f"{info.width} × {info.height}", "As shown: upright, with square pixels."),
            "Rate": (rate, "On the mean."),
            "Codec": (info.codec, f"In {info.container}."),
            "Sound": ("yes" if info.has_audio else "no", "Nothing here makes use of it."),
        }
    )


def cards(view, spans: Sequence[tuple[int, int]], kinds: Sequence[tuple[str, str]], what: str) -> None:
    """Stretches of the clip as pictures, each with a button that leads there.

    Args:
        view: of the clip.
        spans: [start, stop) in frames, in order of time.
        kinds: (name, #rrggbb) of each.
        what: a stretch is called.
    """
    longest = sorted(range(len(spans)), key=lambda k: spans[k][0] - spans[k][1])[:MOST_CARDS]
    chosen = sorted(longest)
    middles = tuple((spans[k][0] + spans[k][1]) // 2 for k in chosen)
    pictures = ui.work("Looking up pictures", pictures_at, path=str(view.clip.path), frames=middles)
    with ui.container(horizontal=True, gap="small"):
        for k, picture in zip(chosen, pictures, strict=True):
            (start, stop), (name, colour) = spans[k], kinds[k]
            named = f"{what} {k + 1}" if name == what else name
            times = f"{view.second(start):.1f}–{view.second(stop):.1f} s"
            with ui.container(width=WIDE, gap="xsmall"):
                ui.image(ribboned(picture, colour), alt=f"{named}, {times}")
                ui.caption(f"**{named}** · {times}")
                go = f"Go to {view.second(start):.1f} s"
                ui.button(go, key=f"{what}-{k}", on_click=view.go, args=(start, stop))
    if len(spans) > MOST_CARDS:
        ui.caption(LONGEST.format(len(spans)))
