"""Figures for paper have the size that was asked for, in every form, and text that is large enough and stands clear."""

import re
import zlib
from contextlib import suppress
from itertools import combinations
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from figures import a_frame, some_tracks
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS, Weights
from vizcore.features.alignment.print import cost_matrix_paper
from vizcore.features.compare.print import panes_paper
from vizcore.features.localization.print import tokens_page
from vizcore.features.matching.print import track_paper
from vizcore.features.nonlocal_blocks.figures import attention_strip
from vizcore.features.nonlocal_blocks.pipeline_blocks import FAMILIES
from vizcore.features.nonlocal_blocks.print import filter_paper, frames_in_line
from vizcore.features.segmentation.print import timeline_paper
from vizcore.figures.heat_printing import heat_paper
from vizcore.figures.paper import FORMS, SIZES, PaperSize, per_line
from vizcore.figures.printing import fit, folded, printed, sheet, span

TOUCH = 0.4  # px of 100 in an inch: boxes of text that share an edge do not overlap
LONG = "a model of a name that nobody would print, fine-tuned"
LOUD = "$ cost_of_it in $"


def frames(count, height=54, width=96):
    return np.stack([a_frame(height, width, seed=k) for k in range(count)])


def heat(models, count, height=54, width=96, ends=("row's\nlowest", "row's\nhighest"), first=0):
    labels = ["frames", *[f"{LONG if k % 2 else 'ATA'}\nblocks.{k}" for k in range(models)]]
    numbers = [str(first + 7 * f) for f in range(count)]
    return lambda size: heat_paper([frames(count, height, width)] * (models + 1), labels, numbers, ends, size)


def panes(count, title="ATA\nframe 12, 0.50 s\nforward 97%", height=54):
    pictures = [a_frame(height if k else 54, 96, seed=k) for k in range(count)]
    return lambda size: panes_paper(pictures, [title] * count, ("pane's\nlowest", "pane's\nhighest"), "heat", size)


def track(count, height=54, width=96, seconds=0.04):
    times = 1000 * (seconds > 1) + seconds * np.arange(count)
    return lambda size: track_paper(frames(count, height, width), some_tracks(count), 7, (3, 4), size, times)


def timeline(who, classes, pictures=10, rate=25.0):
    labels = np.random.default_rng(1).integers(0, classes, (len(who), 40)).repeat(30, 1)
    names = [f"{'put_something_of_glass_down' if k % 3 == 2 else 'take'}_{k}" for k in range(classes)]
    strip = frames(pictures) if pictures else None
    return lambda size: timeline_paper(dict(zip(who, labels, strict=True)), names, (0,), rate, strip, size)


def matrix(rows, columns, height=90, width=160, truth=True, pictures=True, unit="frame"):
    path = np.stack([np.arange(rows), np.arange(rows) * columns // rows], 1)
    cost = np.random.default_rng(0).random((rows, columns))
    strips = (frames(5, height, width), frames(5, height, width)) if pictures else None
    marks = [[(k * n / 6, f"{1000 * k}") for k in range(6)] for n in (rows, columns)]
    known = path[:, 1] if truth else None
    axes = tuple((f"{name}, {unit}", mark) for name, mark in zip("AB", marks))
    return lambda size: cost_matrix_paper(cost, path, known, strips, axes, "cost (contrastive)", size)


def spectrum(operator, count, known=True, height=54):
    values, energy = np.linspace(-1, 1, 40), np.geomspace(1e-6, 1, 40)
    weights = Weights((0.8,) * OPERATORS[operator].outs)
    cells = np.random.default_rng(0).random((count, 6, 10)).astype(np.float32)

    def draw(size):
        strip = attention_strip(frames(count, height), cells, (0, 3), across=frames_in_line(count, FAMILIES, size))
        strips = dict.fromkeys(FAMILIES, strip)
        return filter_paper(
            strips, ("≤ 0.1 ×", "45.2 ×"), (operator, weights), (values, energy if known else None), size
        )

    return draw


def tokens(rows, count, height=54):
    actor, boxes = np.random.default_rng(0).random((6, 10)), np.random.default_rng(1).random((60, 4)) / 2
    boxes[:, 2:] += boxes[:, :2]
    looks = np.random.default_rng(2).random((max(count, 1), 6, 10)) if count else None
    said = "token 31\nstand still 0.97\ntalk to somebody 0.55"
    given = [(boxes[k], said, looks) for k in range(rows)]
    return lambda size: tokens_page(
        actor, boxes, a_frame(height, 96), frames(max(count, 1), height)[:count], given, size
    )


DRAWN = {
    "heat": heat(3, 8),
    "heat, many frames": heat(4, 32, first=12345),
    "heat, one row of one frame": heat(1, 1),
    "heat, upright, in numbers": heat(2, 8, 96, 54, ("−0.0123", "12.3")),
    "panes": panes(3),
    "panes, one": panes(1),
    "panes, long titles": panes(4, f"{LONG}\nframe 1200, 50.00 s\n{LOUD} 97%"),
    "panes, upright": panes(4, height=170),
    "track": track(5),
    "track, many frames": track(32, seconds=7.5),
    "track, two upright frames": track(2, 96, 54),
    "timelines": timeline(["ground truth", "MS-TCN++", "ASFormer"], 9),
    "timelines, many classes": timeline([LONG, LOUD, "ground truth"], 48),
    "timelines, one row without pictures": timeline(["ground truth"], 1, 0, None),
    "alignment": matrix(48, 72),
    "alignment, upright": matrix(90, 20, 160, 90, truth=False),
    "alignment, series": matrix(20, 400, pictures=False, unit="true phase"),
    "filter": spectrum("snl", 8),
    "filter, many frames": spectrum("nl", 24, known=False),
    "filter, one upright frame": spectrum("ns", 1, height=170),
    "tokens": tokens(4, 4),
    "tokens, many frames": tokens(4, 16),
    "tokens, nothing chosen": tokens(0, 4),
    "tokens, no looks": tokens(2, 0),
}
every = pytest.mark.parametrize("name", DRAWN)
sizes = pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)


def inches(form, data):
    """(width, height) of a file, as another program reads them, in inches."""
    if form == "pdf":
        (box,) = re.findall(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]", data)
        return tuple(float(side) / 72 for side in box)
    if form == "svg":
        root = ElementTree.fromstring(data)
        assert all(root.get(side).endswith("pt") for side in ("width", "height"))
        return tuple(float(root.get(side)[:-2]) / 72 for side in ("width", "height"))
    height, width, _ = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR).shape
    at = data.index(b"pHYs") + 4
    dots = 0.0254 * int.from_bytes(data[at : at + 4], "big")  # in an inch
    assert dots == pytest.approx(200, abs=0.1)
    return width / 200, height / 200


def texts(fig):
    """Every text that is seen, with its place on the sheet, in px."""
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    renderer = canvas.get_renderer()
    beyond = set(ticks_beyond(fig))
    shown = [one for one in fig.findobj(Text) if one.get_visible() and one.get_text().strip() and one not in beyond]
    return {one: one.get_window_extent(renderer) for one in shown}


def ticks_beyond(fig):
    """Labels of ticks beyond the ends of their axis: they are there, and are not drawn."""
    for axis in fig.axes:
        for part in (axis.xaxis, axis.yaxis):
            low, high = sorted(part.get_view_interval())
            for tick in part.get_major_ticks():
                if not low - 1e-9 <= tick.get_loc() <= high + 1e-9:
                    yield from (tick.label1, tick.label2)


@sizes
@every
def test_no_text_is_small_overlaps_another_or_leaves_the_page(name, size):
    fig = DRAWN[name](size)
    found, (factor, side) = texts(fig), fit(fig, size)
    wide, tall = 100 * fig.get_size_inches()
    assert factor * (wide + 200 * side) == pytest.approx(100 * size.inches)
    assert factor * tall <= 100 * min(size.tallest, 9.5)
    assert found
    assert min(one.get_fontsize() for one in found) * factor >= 6
    for one, box in found.items():
        assert box.x0 >= -TOUCH, one.get_text()
        assert box.y0 >= -TOUCH, one.get_text()
        assert box.x1 <= wide + TOUCH, one.get_text()
        assert box.y1 <= tall + TOUCH, one.get_text()
    for (one, box), (other, beside) in combinations(found.items(), 2):
        apart = min(box.x1, beside.x1) - max(box.x0, beside.x0), min(box.y1, beside.y1) - max(box.y0, beside.y0)
        assert min(apart) <= TOUCH, (one.get_text(), other.get_text())


@pytest.mark.parametrize("form", FORMS)
@sizes
@pytest.mark.parametrize("name", ["track", "alignment", "panes, upright"])
def test_a_file_is_as_wide_as_was_asked_for_and_the_same_each_time(name, size, form):
    data = printed(DRAWN[name](size), size, form)
    wide, tall = inches(form, data)
    assert wide == pytest.approx(size.inches, abs=0.005)
    assert 0.5 < tall <= size.tallest + 0.005
    assert printed(DRAWN[name](size), size, form) == data


@pytest.mark.parametrize("form", FORMS)
def test_what_is_too_high_for_its_page_stands_in_the_middle_of_it(form):
    size = PaperSize(4.0, 2.0, 3.0)
    fig = sheet(size, 6.0)
    fig.add_axes([0, 0, 1, 1]).set_facecolor("red")
    data = printed(fig, size, form)
    assert inches(form, data) == pytest.approx((4, 3), abs=0.005)
    if form == "png":
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        red = np.flatnonzero((picture[300] == (0, 0, 255)).all(-1))
        assert (red[0], red[-1]) == pytest.approx((300, 499), abs=2)
        assert (picture[300, :290] == 255).all()


def test_a_pdf_has_its_lines_up_to_the_edge_of_the_page():
    size = SIZES["single column"]
    fig = sheet(size, 1.0)
    fig.add_axes([0, 0, 1, 1]).plot([0, 1], [0, 1], transform=fig.transFigure, clip_on=False)
    data = printed(fig, size, "pdf")
    found = (re.search(rb"stream\r?\n(.*)", part, re.S) for part in data.split(b"endstream"))
    drawn = b"".join(_inflated(one[1]) for one in found if one)
    places = [float(x) for x in re.findall(rb"(?m)^([\d.]+) [\d.]+ l$", drawn)]
    assert size.scale * max(places) == pytest.approx(72 * size.inches, abs=0.5)


def _inflated(data):
    """What a stream of a PDF holds; nothing where it is no deflated one."""
    with suppress(zlib.error):
        return zlib.decompressobj().decompress(data)
    return b""


def test_text_stays_text_in_svg_and_names_may_hold_a_dollar():
    size = SIZES["single column"]
    drawing = ElementTree.fromstring(printed(DRAWN["timelines, many classes"](size), size, "svg"))
    said = " ".join("".join(drawing.itertext()).split())
    assert "ground truth" in said
    assert LOUD.split()[0] in said


@pytest.mark.parametrize(("count", "room", "line"), [(8, 4, 8), (9, 4, 5), (1, 0.1, 1), (16, 1.6, 3), (32, 6.0, 11)])
def test_lines_are_few_and_about_as_long_as_each_other(count, room, line):
    assert per_line(count, room, 0.5) == line
    assert line == 1 or line * 0.5 <= room
    shorter = count - line * (-(-count // line) - 1)
    assert 0 < shorter <= line


@pytest.mark.parametrize("words", [LONG, LOUD, "one\ntwo", "x" * 80, "", "word"])
def test_folded_words_fit_their_place(words):
    lines = folded(words, 0.8, most=3).split("\n")
    assert len(lines) <= 3
    assert all(span(line) <= 0.8 for line in lines)
    if span(words) <= 0.8:
        assert "\n".join(lines) == words
