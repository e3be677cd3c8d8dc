"""Comparing: what panes saw, the same moment and depth in all of them, differences, spread, and files."""

import csv
import io
import json
from dataclasses import replace
from statistics import stdev

import av
import numpy as np
import pytest
from PIL import Image

from vizcore.algorithms.alignment.clock_sync import at_once, clock_sync
from vizcore.algorithms.statistics.paired_mean import MeanDifference
from vizcore.features.compare import export as files
from vizcore.features.compare import figures as drawn
from vizcore.features.compare.pipeline import compare, same_input
from vizcore.features.compare.pipeline_numbers import gaps_of, numbers, other_seeds, spread
from vizcore.features.heatmaps.pipeline import heat_maps
from vizcore.features.heatmaps.pipeline_faithfulness import on_things
from vizcore.features.heatmaps.pipeline_scale import scaled
from vizcore.figures.paper import SIZES
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.store import file_key
from vizcore.synthetic.shot import shot_of
from vizcore.video import probe, read_frames, write_video

pytestmark = pytest.mark.usefixtures("one_thread")
SLOW, FAST, THROW = (str(bundled()[word].path) for word in ("lanterns-slow", "lanterns-fast", "throw"))
MODELS = ("lamps-ata", "lamps-space", "acts-ata")


@pytest.fixture(scope="module")
def found():
    return compare([SLOW] * 3, models=MODELS)


def test_in_step_by_the_second_the_longest_drives_and_the_others_wait_at_their_end():
    long, short = np.arange(8) / 4, np.arange(4) / 4 + 7  # a delayed start is no time
    ticks, seconds = clock_sync([short, long])
    assert ticks.tolist() == [[0, 0], [1, 1], [2, 2], [3, 3], [3, 4], [3, 5], [3, 6], [3, 7]]
    np.testing.assert_allclose(seconds, np.arange(9) / 4)


def test_in_step_by_the_share_all_end_together_whatever_their_rates():
    long, short = np.arange(8) / 4, np.arange(4) / 4
    ticks, _ = clock_sync([short, long], "share")
    assert ticks.tolist() == [[0, 0], [0, 1], [1, 2], [1, 3], [2, 4], [2, 5], [3, 6], [3, 7]]
    uneven, even = np.array([0, 0.1, 0.2, 1.2]), np.arange(26) / 10  # 1.3 s, since gaps are 0.1 s as a rule, and 2.6 s
    assert clock_sync([uneven, even], "share")[0].tolist() == [
        [[0, 1, 2, 3][(tick >= 2) + (tick >= 4) + (tick >= 24)], tick] for tick in range(26)
    ]


def test_the_same_moment_of_other_clips_is_that_of_the_clock():
    long, short = np.arange(8) / 4, np.arange(4) / 4
    assert at_once([short, long], 1, 2) == [2, 2]
    assert at_once([short, long], 1, 6) == [3, 6]
    assert at_once([short, long], 1, 6, "share") == [3, 6]
    assert at_once([short, long], 0, 2, "share") == [2, 4]
    with pytest.raises(ValueError, match="a clock of second, share, got 1 and 'frame'"):
        clock_sync([long], "frame")


def test_every_pane_is_what_heat_maps_gives_of_its_model_at_every_depth(found):
    assert len(found.depths) == 5
    for layer in ("", *found.depths):
        maps = heat_maps(SLOW, models=MODELS, layer=layer)
        for row, directly in zip(maps.rows, found.rows(layer).rows, strict=True):
            assert directly.layer == row.layer
            assert (directly.heat == row.heat).all()
            assert (directly.probabilities == row.probabilities).all()


def test_panes_prove_that_they_saw_the_same_or_say_what_differs(found):
    assert same_input(found) == "All panes saw the same 8 frames of the same file."
    assert {pane.file for pane in found.panes} == {file_key(SLOW)}
    assert len({pane.pixels for pane in found.panes}) == 1
    more = compare([SLOW] * 3, models=["lamps-ata", "gta", "lamps-space"])
    assert "but **not the same frames**: panes 1 and 3: 8 frames (4, 13" in same_input(more)
    assert "pane 2: 20 frames (1, 5, 9, 12, …, 66, 70)" in same_input(more)
    other = compare([SLOW, THROW], models=["lamps-ata"] * 2)
    sentence = same_input(other)
    assert "**2 different files**, each with the same model and the same weights" in sentence
    assert f"pane 2: file {file_key(THROW)[:12]}, 8 frames of 384 × 384" in sentence
    forged = replace(found, panes=(found.panes[0], replace(found.panes[1], pixels="0" * 64)))
    assert "other pixels" in same_input(forged)


def test_the_same_pictures_in_another_size_are_another_input(tmp_path):
    small = tmp_path / "small.mp4"
    write_video(small, read_frames(SLOW, range(0, 72, 3), (96, 96)), 8)
    both = compare([SLOW, str(small)], models=["lamps-ata", "lamps-space"])
    assert both.panes[0].pixels != both.panes[1].pixels
    assert same_input(both) == (
        f"The panes saw **2 different files**: pane 1: file {file_key(SLOW)[:12]}, 8 frames of 384 × 384; "
        f"pane 2: file {file_key(small)[:12]}, 8 frames of 96 × 96."
    )


def test_the_pixels_hash_is_of_what_the_model_was_given_and_changes_with_it(found):
    late = compare([SLOW] * 2, models=MODELS[:2], start=1.0)
    assert late.panes[0].pixels == late.panes[1].pixels != found.panes[0].pixels
    assert late.panes[0].file == found.panes[0].file


def test_a_patch_is_asked_about_at_its_moment_in_every_pane():
    at_patch = compare(
        [SLOW, THROW], models=["lamps-ata", "lamps-ata"], method="attention-time", query=(1, 24, 0.2, 0.7)
    )
    assert [pane.query for pane in at_patch.panes] == [(24, 0.2, 0.7), (24, 0.2, 0.7)]
    paced = compare(
        [SLOW, THROW], models=["lamps-ata"] * 2, method="attention-time", query=(1, 24, 0.2, 0.7), sync="share"
    )
    assert [pane.query[0] for pane in paced.panes] == [36, 24]
    alone = heat_maps(SLOW, models=["lamps-ata"], method="attention-time", query=(36, 0.2, 0.7)).rows[0]
    assert (paced.rows().rows[0].heat == alone.heat).all()


def test_a_difference_the_other_way_round_is_its_mirror_and_two_clips_have_none(found):
    indices, less = found.less(0, 1)
    back = found.less(1, 0)[1]
    assert indices.tolist() == found.panes[0].walk.frames.tolist()
    assert (less == -back).all()
    one, other = (part.values for part in scaled(found.rows(), "row")[:2])
    np.testing.assert_allclose(less, one - other)
    assert not found.less(1, 1)[1].any()
    apart = compare([SLOW, THROW], models=["lamps-ata"] * 2)
    with pytest.raises(ValueError, match="want two panes of one clip for a difference, but pane 1 and pane 2 show two"):
        apart.less(0, 1)


@pytest.mark.parametrize(
    ("paths", "settings", "words"),
    [
        ([SLOW], {"models": ["lamps-ata"]}, "want 2 to 4 panes, a path and a model each, got 1 and 1"),
        ([SLOW] * 3, {"models": ["lamps-ata"] * 2}, "got 3 and 2"),
        ([SLOW] * 2, {"models": ["lamps-ata", "lamp-ata"]}, "want a model .*lamps-ata.*got 'lamp-ata'"),
        ([SLOW] * 2, {"models": ["lamps-ata"] * 2, "method": "magic"}, "want a method .*got 'magic'"),
        ([SLOW] * 2, {"models": ["lamps-ata"] * 2, "query": (2, 0, 0.5, 0.5)}, "inside the 2 panes' clips"),
        ([SLOW] * 2, {"models": ["lamps-ata"] * 2, "query": (0, 72, 0.5, 0.5)}, "inside the 2 panes' clips"),
    ],
)
def test_panes_that_cannot_be_are_refused_in_words(paths, settings, words):
    with pytest.raises(ValueError, match=words):
        compare(paths, **settings)


def test_what_one_model_cannot_do_is_said_in_its_pane_and_the_others_go_on():
    mixed = compare([SLOW] * 2, models=["lamps-ata", "lamps-space"], method="attention-time")
    ata, space = mixed.rows().rows
    assert ata.heat is not None
    assert space.heat is None
    assert space.why_not == "This net has no attention over time alone."
    assert numbers(mixed)[1].energy is None


def test_numbers_are_those_of_the_rows_and_of_the_truth(found):
    ata, space, acts = numbers(found)
    row = found.rows().rows[0]
    assert (ata.said, ata.probability) == row.top(1)[0]
    assert ata.true == "forward"
    assert (ata.right, space.right, acts.right) == (1.0, 0.0, None), "the actions net knows no such class"
    assert ata.true_probability == pytest.approx(row.probabilities[row.model.classes.index("forward")])
    assert ata.energy == pytest.approx(row.heat.mean())
    maps = found.rows()
    truth = on_things(replace(maps, rows=maps.rows[:1]), bundled()["lanterns-slow"].truth)[0]
    assert (ata.on_things, ata.area) == (truth.share, truth.area)


def test_other_seeds_are_the_same_shot_and_every_class_in_turn_another():
    words = other_seeds("world-carousel-3-forward-speed6", 3)
    assert words == tuple(f"world-carousel-{seed}-forward-speed6" for seed in (4, 5, 6))
    kinds = [shot_of(word).choice for word in other_seeds("world-carousel-3-forward", 5, every=True)]
    assert kinds == ["forward", "backward", "none", "flicker", "forward"]
    assert shot_of(other_seeds("world-crowd-999999", 1)[0]).seed == 0


def test_a_spread_has_the_numbers_of_each_clip_and_pairs_them_clip_by_clip():
    clips = [(SLOW, FAST), (SLOW, FAST)]
    many = spread(clips, models=MODELS[:2])
    one, other = (compare([path] * 2, models=MODELS[:2]) for path in (SLOW, FAST))
    expected = [[numbers(each)[k].true_probability for each in (one, other)] for k in (0, 1)]
    np.testing.assert_array_equal(many.values("true_probability"), expected)
    (pair,) = many.against("true_probability", 1).values()
    np.testing.assert_allclose(pair.each, np.subtract(*expected))
    assert pair.value == pytest.approx(np.mean(pair.each))
    assert np.isnan(many.values("gap")).all(), "nobody asked for it"
    with pytest.raises(ValueError, match=r"as many clips for each of 2 panes, got \[2, 1\]"):
        spread([(SLOW, FAST), (SLOW,)], models=MODELS[:2])


def test_figures_have_a_mark_for_each_clip_and_bars_as_long_as_the_tables_say():
    values = {"1 one": np.array([0.1, 0.5, np.nan, 0.9]), "2 two": np.array([0.3, 0.3, 0.3, 0.3])}
    marks, mean, *_ = drawn.spread_figure(values, [list("abcd")] * 2, "share").data
    np.testing.assert_array_equal(marks.x, values["1 one"])
    assert (mean.x[0], mean.error_x.array[0]) == pytest.approx((0.5, stdev([0.1, 0.5, 0.9])))
    one = MeanDifference(np.array([0.1, 0.2, 0.6]), 0.3, 0.1, 0.6, 3)
    _, mean = drawn.paired_figure({"2 less 1": one}, list("abc"), "share").data
    ends = mean.x[0] - mean.error_x.arrayminus[0], mean.x[0] + mean.error_x.array[0]
    assert ends == pytest.approx((one.low, one.high))


def test_gaps_are_those_of_the_heat_that_is_shown():
    (ata, space) = gaps_of([SLOW] * 2, models=MODELS[:2], method="attention-time")
    assert space == {}
    assert set(ata) == {"gap", "chance"}
    assert ata["chance"] > 0


def test_files_hold_the_panes_their_numbers_and_how_they_were_made(found):
    saved = np.load(io.BytesIO(files.heats_npz(found, {"method": "channel-mean"})))
    described = json.loads(str(saved["settings"]))
    assert described["panes"][0]["file"] == file_key(SLOW)
    assert (saved["heat_0_4"] == found.panes[0].walk.heats[4]).all()
    rows = [{"pane": "1", "gap": None}, {"pane": "2", "gap": 0.5, "more": 1}]
    assert list(csv.DictReader(io.StringIO(files.table_csv(rows).decode())))[1] == {
        "pane": "2",
        "gap": "0.5",
        "more": "1",
    }
    assert json.loads(files.table_json(rows, {}))["panes"][0]["gap"] is None
    titles = ["one", "two", "three"]
    picture = Image.open(io.BytesIO(files.panes_paper(found, [4, 4, 70], titles, SIZES["double column"], "png")))
    assert picture.width == 1400
    svg = files.panes_paper(found, [4, 4, 70], titles, SIZES["slide"], "svg").decode()
    for word in ("one", "frame 70, 2.92 s", "forward 97%"):
        assert f">{word}<" in svg


def test_the_film_shows_all_panes_on_one_clock():
    both = compare([SLOW, THROW], models=["lamps-ata"] * 2)
    video = files.panes_video(both, ["one", "two"], sync="share", opacity=0.0)
    with av.open(io.BytesIO(video)) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(pictures) == probe(SLOW).frames == 72
    throw = pictures[30][24:, 484 + 60 : -60].astype(int)  # below its name, between its dark sides
    errors = [np.abs(frame - throw).mean() for frame in read_frames(THROW, [20, 30], (360, 360))]
    assert errors[0] < errors[1], "48 frames keep pace with 72"


def test_results_print_in_a_line_with_the_probability_of_the_ground_truth_and_the_mean_heat(found):
    first = found.panes[0]
    assert len(repr(found)) < 200
    assert f"3 panes: {first.model.name} {first.true_probability:.2f}, " in repr(found)
    over_clips = spread([[SLOW, FAST]] * 2, models=MODELS[:2])
    assert len(repr(over_clips)) < 200
    assert f"2 panes on 2 clips, mean heat {over_clips.values('energy')[0].mean():.3g}, " in repr(over_clips)
