"""What of an alignment is taken along, many clips in one video, files of numbers, and stories in one order."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from test_alignment import CARTWHEEL

from vizcore.features.alignment import export as files
from vizcore.features.alignment.pipeline import PIXELS, Alignment, align_clips
from vizcore.features.alignment.pipeline_many import grid, together
from vizcore.features.alignment.pipeline_playback import matched_frames
from vizcore.features.alignment.pipeline_series import EXAMPLES, MOST_ROWS, align_series, example, read_series
from vizcore.features.alignment.pipeline_story import DoneAction, Story, out_of_order, prototype, stories
from vizcore.figures.paper import SIZES
from vizcore.figures.tiles import BAR, labelled
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.world_clips import rendered, truth_of
from vizcore.video import read_frames

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def other() -> str:
    return str(rendered("world-act-7-cartwheel-count72-warp1").path)


@pytest.fixture(scope="module")
def found(other) -> Alignment:
    return align_clips(CARTWHEEL, other=other, model=PIXELS, gamma=0.1)


def decoded(data) -> np.ndarray:
    with av.open(io.BytesIO(data)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def test_the_table_and_the_json_tell_the_same_path(found):
    rows = list(csv.DictReader(io.StringIO(files.path_csv(found).decode())))
    sheet = json.loads(files.path_json(found, {"model": PIXELS}))
    pairs = [[int(row["frame_a"]), int(row["frame_b"])] for row in rows]
    assert pairs == [[row["frame_a"], row["frame_b"]] for row in sheet["path"]] == found.path.tolist()
    assert float(rows[5]["phase_a"]) == pytest.approx(found.pair.first.phase[found.path[5, 0]], abs=1e-6)
    assert sheet["settings"]["gamma"] == 0.1
    assert sheet["frames_off"] == pytest.approx(found.pair.frame_error(found.answer), abs=1e-6)


def test_the_numbers_open_again_with_numpy_and_give_the_same_path(found):
    saved = np.load(io.BytesIO(files.alignment_npz(found, {"model": PIXELS})))
    assert (saved["path"] == found.path).all()
    np.testing.assert_allclose(1 - saved["first_features"] @ saved["second_features"].T, saved["cost"], atol=1e-6)
    assert json.loads(str(saved["settings"]))["model"] == PIXELS


def test_the_figure_for_paper_has_axes_pictures_and_a_scale(found, other):
    size = SIZES["double column"]
    svg = ET.fromstring(files.alignment_paper(found, (CARTWHEEL, other), "phase", size, "svg"))
    assert len(list(svg.iter("{http://www.w3.org/2000/svg}image"))) >= 10
    assert "A, true phase" in [word.strip() for word in svg.itertext()]
    with_pictures = Image.open(io.BytesIO(files.alignment_paper(found, (CARTWHEEL, other), "frames", size, "png")))
    assert with_pictures.width == 1400


@pytest.mark.parametrize("pace", ["first", "path"])
def test_the_video_of_a_pair_shows_matched_frames_side_by_side(found, other, pace):
    pictures = decoded(files.pair_video(found, (CARTWHEEL, other), ("one", "two"), pace))
    pairs, rate = files.paced(found, CARTWHEEL, pace)
    assert len(pictures) == len(pairs)
    assert rate == 24
    assert (pairs[0].tolist(), pairs[-1].tolist()) == ([0, 0], [47, 71])
    assert (np.diff(pairs, axis=0) >= 0).all()
    for k in (0, len(pairs) // 2, -1):
        for side, path in enumerate((CARTWHEEL, other)):
            frame = read_frames(path, [int(pairs[k, side])])[0]
            expected = labelled(frame, "", files.BOX)[BAR:]
            shown = pictures[k, BAR : BAR + expected.shape[0], side * (files.BOX[0] + 4) :][:, : files.BOX[0]]
            assert np.abs(shown.astype(int) - expected).mean() < 6


def test_many_clips_are_one_video_on_the_references_time(other, found):
    sit = str(bundled()["sit"].path)
    settings = {"others": (other, sit), "titles": ("one", "two", "three"), "model": PIXELS}
    result = together(CARTWHEEL, **settings)
    pictures = decoded(result.video.read_bytes())
    assert len(pictures) == 48
    assert (result.alignments[0].path == found.path).all()
    costs = [one.warping.distance for one in result.alignments]
    assert repr(result) == f"Together(2 clips on a reference of 48 moments, mean cost {np.mean(costs):.3f})"
    shown = matched_frames(found, np.arange(48))
    expected = labelled(read_frames(other, [int(shown[30])])[0], "", (240, 240))[BAR:]
    assert np.abs(pictures[30, BAR : BAR + 240, 244:484].astype(int) - expected).mean() < 8
    assert together(CARTWHEEL, **settings).video == result.video
    assert together(CARTWHEEL, **settings, warped=False).video != result.video
    assert [grid(count) for count in (2, 3, 4, 5, 9)] == [2, 2, 2, 3, 3]
    with pytest.raises(ValueError, match="want 1 to 8 other clips"):
        together(CARTWHEEL, others=(), titles=("one",))


@given(st.integers(10, 300), st.integers(10, 300))
def test_a_labelled_frame_is_whole_and_of_the_size_of_its_box(height, width):
    result = labelled(np.full((height, width, 3), 200, np.uint8), "name", (120, 90))
    assert result.shape == (90 + BAR, 120, 3)
    wide, tall = ((result[BAR:] == 200).all(-1).any(axis).sum() for axis in (0, 1))
    assert min(abs(wide - 120), abs(tall - 90)) <= 1
    assert wide / tall == pytest.approx(width / height, rel=0.15, abs=0.05)


def test_files_of_numbers_are_read_alike_from_npy_and_text(tmp_path):
    table = np.round(np.random.default_rng(0).normal(size=(20, 3)), 6)
    np.save(tmp_path / "a.npy", table)
    np.savetxt(tmp_path / "b.csv", table, delimiter=",", header="x,y,z", comments="")
    np.savetxt(tmp_path / "c.tsv", table, delimiter="\t")
    np.savetxt(tmp_path / "d.csv", table, delimiter=" ")
    for name in ("a.npy", "b.csv", "c.tsv", "d.csv"):
        np.testing.assert_allclose(read_series(tmp_path / name), table)
    np.save(tmp_path / "e.npy", table[:, 0])
    assert read_series(tmp_path / "e.npy").shape == (20, 1)


HEADER = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 4)}".ljust(117) + b"\n"
CLAIM = b"\x93NUMPY\x01\x00v\x00" + HEADER + bytes(8)  # 8 bytes of numbers
HOLED = np.where(np.eye(4) > 0, np.nan, 1.0)
REFUSED = {
    "objects": (np.array([{}, {}], object), "plain numbers, got one of object"),
    "words": (np.array(["a", "b"]), "plain numbers, got one of"),
    "a promise": (CLAIM, "got 8 bytes where .* asks for 32000000000000"),
    "a cube": (np.zeros((2, 3, 4)), r"want numbers \(T, D\).*\(2, 3, 4\)"),
    "no rows": (np.zeros((0, 4)), r"\(0, 4\)"),
    "one row": (np.zeros((1, 4)), "want at least two rows"),
    "holes": (HOLED, "nan or infinity in 4 rows, first in row 0"),
    "a letter": (b"Dear reader,\nhow are you", "want"),
    "nothing": (b"", "got an empty file"),
    "a picture": (b"\xff\xd8\xff\xe0" + bytes(range(256)), "neither"),
    "ragged rows": (b"1,2\n3\n4,5\n", "want as many numbers in every row, got 1 to 2"),
    "a word": (b"1,2\n3,four\n", "want numbers alone, got 'four'"),
    "a cut file": (b"\x93NUMPY\x01\x00", "cannot be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_of_numbers_is_refused_in_a_sentence(name, tmp_path):
    content, words = REFUSED[name]
    path = tmp_path / "given"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with path.open("wb") as file:
            np.save(file, content, allow_pickle=True)
    with pytest.raises(ValueError, match=words):
        read_series(path)


def test_a_series_finds_its_own_slower_copy_whatever_the_scale(tmp_path):
    story = example("a pulse, early")
    warp = np.round(159 * np.linspace(0, 1, 240) ** 1.5).astype(int)
    np.save(tmp_path / "a.npy", story)
    np.save(tmp_path / "b.npy", story[warp])
    found = align_series(tmp_path / "b.npy", other=tmp_path / "a.npy")
    assert np.median(np.abs(found.found.answer - warp)) <= 1
    cost = found.found.warping.distance
    assert repr(found) == f"SeriesAlignment(240 x 160 rows of 2 columns, mean cost {cost:.3f})"
    early, late = EXAMPLES
    np.save(tmp_path / "c.npy", example(early) * [1, 1000])
    np.save(tmp_path / "d.npy", example(late) * [1, 1000])
    plain = align_series(early, other=late).found.path
    scaled, bare = (
        align_series(tmp_path / "c.npy", other=tmp_path / "d.npy", scale=scale).found.path
        for scale in ("standardised", "as they are")
    )
    assert scaled.tolist() == plain.tolist()
    assert bare.tolist() != plain.tolist()


def test_the_examples_are_one_story_at_two_speeds():
    early, late = EXAMPLES
    found = align_series(early, other=late).found
    peak = [int(example(name)[:, 0].argmax()) for name in EXAMPLES]
    assert abs(found.answer[peak[0]] - peak[1]) <= 3
    assert found.warping.distance < 0.25


def test_files_that_do_not_belong_together_are_refused_and_long_ones_are_thinned(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((10, 3)))
    np.save(tmp_path / "b.npy", np.zeros((10, 4)))
    with pytest.raises(ValueError, match="want two files of as many columns, got 3 and 4"):
        align_series(tmp_path / "a.npy", other=tmp_path / "b.npy")
    np.save(tmp_path / "long.npy", np.sin(np.arange(10_000) / 500)[:, None])
    found = align_series(tmp_path / "long.npy", other=tmp_path / "long.npy")
    assert (len(found.pair.first), found.pair.first.total) == (MOST_ROWS, 10_000)
    assert (found.found.path[:, 0] == found.found.path[:, 1]).all()


def test_stories_are_what_the_world_tells():
    known = truth_of(bundled()["story"].path)
    (sheet,) = stories(seed=4, count=1)
    assert [(block.label, block.first, block.stop) for block in sheet.blocks] == [
        (one.label, one.first, one.stop) for one in known.segments
    ]


def test_one_order_for_all_is_by_how_early_things_come():
    first = Story(0, (DoneAction("a", 0, 10), DoneAction("b", 10, 20), DoneAction("c", 20, 30)))
    second = Story(1, (DoneAction("b", 0, 10), DoneAction("a", 10, 20), DoneAction("c", 25, 30)))
    third = Story(2, (DoneAction("c", 0, 4), DoneAction("b", 4, 8), DoneAction("a", 8, 30)))
    order = prototype((first, second, third))
    assert order == ("b", "a", "c")  # middles: b 5, 6, 15; a 5, 15, 19; c 2, 25, 27.5
    assert [block.label for block in third.sorted_by(order)] == ["b", "a", "c"]
    assert out_of_order(first, order) == pytest.approx(1 / 3)
    assert out_of_order(third, order) == pytest.approx(2 / 3)
    assert prototype((Story(3, (DoneAction("long", 0, 20), DoneAction("short", 12, 16))),)) == ("long", "short")
    assert np.isnan(out_of_order(Story(3, (DoneAction("a", 0, 5),)), order))
    with pytest.raises(ValueError, match="want 1 to 12 stories"):
        stories(count=0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"\n1,2\n3,4\n", "want a row for each moment, got nothing on line 1"),
        (b"1,2\n\n3,4\n", "want a row for each moment, got nothing on line 2"),
        (b"x,y\n1,2\n  \n3,4\n", "want a row for each moment, got nothing on line 3"),
        (b"1,2\n,4\n5,6\n", "want numbers alone, got '' on line 2"),
    ],
)
def test_a_gap_in_a_series_is_refused_by_line(text, sentence, tmp_path):
    (tmp_path / "a.csv").write_bytes(text)
    with pytest.raises(ValueError, match=sentence):
        read_series(tmp_path / "a.csv")


PULSES = {at: np.exp(-(((np.arange(80.0) - at) / 6) ** 2)) for at in (25, 50)}
MOMENTS = {  # what the first column is: (its numbers, its name)
    "rows from 0": (np.arange(80.0), ""),
    "rows from 1": (np.arange(1.0, 81), ""),
    "seconds": (np.arange(80) / 25, ""),
    "unix seconds": (1.7e9 + np.arange(80) / 25, ""),
    "uneven times, by name": (np.arange(80.0) ** 1.1, "Timestamp,level"),
    "an index, by name": (np.arange(80.0), ",level"),
}


@pytest.mark.parametrize(("column", "head"), MOMENTS.values(), ids=MOMENTS)
def test_a_column_of_moments_is_left_out_and_said(column, head, tmp_path):
    paths = [tmp_path / f"{at}.csv" for at in PULSES]
    for path, pulse in zip(paths, PULSES.values()):
        np.savetxt(path, np.stack([column, pulse], 1), delimiter=",", header=head, comments="", fmt="%.12g")
    if not head:
        for path in paths:
            path.write_bytes(path.read_bytes().lstrip())
    for path, pulse in zip(paths, PULSES.values()):
        np.save(path.with_suffix(".npy"), pulse[:, None])
    alone = align_series(paths[0].with_suffix(".npy"), other=paths[1].with_suffix(".npy"))
    found = align_series(paths[0], other=paths[1])
    assert not alone.warnings
    assert len(found.warnings) == 1
    assert "counts the rows or tells the time" in found.warnings[0]
    np.testing.assert_allclose(found.series[0], alone.series[0], atol=1e-8)
    kept = align_series(paths[0], other=paths[1], index="kept")
    assert kept.series[0].shape == (80, 2)
    assert not kept.warnings
    assert found.path.tolist() == alone.path.tolist()
    assert kept.path.tolist() != alone.path.tolist()  # times draw it to the diagonal


def test_columns_that_tell_more_than_moments_stay(tmp_path):
    table = np.random.default_rng(0).normal(size=(30, 3)).cumsum(0)
    np.save(tmp_path / "a.npy", table)
    assert align_series(tmp_path / "a.npy", other=tmp_path / "a.npy").series[0].shape == (30, 3)
    np.save(tmp_path / "b.npy", np.arange(30.0))
    assert align_series(tmp_path / "b.npy", other=tmp_path / "b.npy").series[0].shape == (30, 1)
    with pytest.raises(ValueError, match="want settings of files of numbers, got model"):
        align_series(tmp_path / "a.npy", other=tmp_path / "a.npy", model="acts")
