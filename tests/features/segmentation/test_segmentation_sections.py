"""The sections of the segmentation page: scores, errors and tables are counted again from the rows of the player."""

import itertools
import shutil

import numpy as np
import pytest
from presses import linked, tell
from scipy.optimize import linear_sum_assignment
from shown import charts, metrics, saved, sent, words
from test_pages import complaints, opened, settled

from vizcore.features.segmentation import page_clip
from vizcore.runtime import playback
from vizcore.runtime.clip_library import CLIPS

pytestmark = pytest.mark.usefixtures("one_thread")
LENGTH = 480  # frames of the story
NETS = ["MS-TCN++", "ASFormer", "RTK", "RTK without refinement"]


def rows(app):
    """{row below the player: [(start, stop, words)]}."""
    tiers = sent(app, "segmentation-player")["tiers"]
    return {tier["label"]: [tuple(part[:3]) for part in tier["segments"]] for tier in tiers}


def frames(segments):
    """The class of every frame, "" where nothing is done."""
    found = [""] * LENGTH
    for start, stop, name in segments:
        found[start:stop] = [name] * (stop - start)
    return found


def edits(predicted, true):
    """The fewest insertions, deletions and replacements that lead from one list to the other."""
    table = np.add.outer(np.arange(len(predicted) + 1), np.arange(len(true) + 1))
    for i, j in itertools.product(range(1, len(predicted) + 1), range(1, len(true) + 1)):
        swapped = table[i - 1, j - 1] + (predicted[i - 1] != true[j - 1])
        table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, swapped)
    return table[-1, -1]


def f1(predicted, true, overlap):
    """Of segments: each told one takes the true one of its class that it covers most, if nobody has it yet."""
    taken, hits = set(), 0
    for start, stop, name in predicted:
        shares = [
            max(0, min(stop, b) - max(start, a)) / (max(stop, b) - min(start, a)) * (name == other)
            for a, b, other in true
        ]
        best = int(np.argmax(shares))
        if shares[best] >= overlap and best not in taken:
            taken.add(best)
            hits += 1
    return 100 * 2 * hits / (len(predicted) + len(true))


@pytest.fixture(scope="module")
def first():
    return opened("segmentation")


def test_the_scores_are_those_of_the_four_timelines_and_their_truth_under_the_player(first):
    app = opened("segmentation", {"show": "Scores"})
    assert complaints(app) == complaints(first) == []
    assert rows(app) == rows(first)
    true = rows(first)["ground truth"]
    (bars,) = charts(app)
    assert [bar["name"] for bar in bars] == NETS
    for bar in bars:
        predicted = rows(first)[bar["name"]]
        right = np.mean([one == other for one, other in zip(frames(predicted), frames(true), strict=True)])
        apart = edits([name for *_, name in predicted], [name for *_, name in true])
        expected = [100 * right, 100 * (1 - apart / max(len(predicted), len(true)))]
        expected += [f1(predicted, true, overlap) for overlap in (0.1, 0.25, 0.5)]
        assert bar["y"] == pytest.approx(expected), bar["name"]


def test_the_section_counts_the_errors_that_stand_under_the_timeline(first):
    kinds = [name.partition(":")[0] for *_, name in rows(first)["errors of MS-TCN++"]]
    predicted = metrics(first)
    assert {kind: int(value.partition(" / ")[0]) for kind, value in predicted.items()} == {
        kind: kinds.count(kind) for kind in predicted
    }
    true = sum(int(value.rpartition(" / ")[2]) for value in predicted.values())
    assert true == len(rows(first)["ground truth"])
    table = first.dataframe[0].value
    assert table["kind"].value_counts().to_dict() == {"substituted": 2, "deleted": 1}
    assert table["from, s"].is_monotonic_increasing


def test_the_table_has_every_segment_of_a_row_without_a_gap(first):
    app = opened("segmentation", {"show": "Table"})
    assert complaints(app) == []
    table = app.dataframe[0].value
    assert table["from frame"].tolist() == [0, *(table["to frame"] + 1)[:-1]]
    assert table["to frame"].iloc[-1] == LENGTH - 1
    done = table[table["class"] != "background"]
    true = rows(first)["ground truth"]
    assert list(zip(done["from frame"], done["to frame"] + 1, done["class"])) == true
    assert done["from, s"].tolist() == [round(start / 20, 2) for start, *_ in true]
    assert done["lasts, s"].tolist() == [round((stop - start) / 20, 2) for start, stop, _ in true]


def test_timelines_can_be_taken_along():
    app = opened("segmentation", {"show": "Files and link"})
    assert complaints(app) == []
    assert saved(app) == ["segments.csv", "segments.json", "timelines.png", "timelines.svg", "timelines.pdf"]


@pytest.mark.parametrize(
    ("link", "frame"),
    [
        ("100-120.3.story", 100),
        ("100-120.3.parade", 0),
        ("999999999-999999999.1.story", 0),
        ("5-4.1.story", 5),
        ("<b>", 0),
        ("1-2.3.", 0),
    ],
)
def test_the_player_begins_where_a_link_of_this_clip_says_and_else_at_the_beginning(link, frame):
    app = opened("segmentation", {"at": link})
    assert complaints(app) == []
    assert sent(app, "segmentation-player")["frame"] == [frame]
    assert [part.key for part in app.get("bidi_component")] == ["frame-buttons", "clip-list", "segmentation-player"]


def test_one_timeline_has_a_name_for_every_colour_and_rows_for_what_is_looked_at(first):
    meta = sent(first, "segmentation-player")
    assert meta["thumbnails"]
    colours = {segment[3] for tier in meta["tiers"] for segment in tier["segments"]}
    assert {colour for _, colour in meta["legend"]} == colours
    assert [name for name, _ in meta["legend"]][-2:] == ["hit", "error"]
    app = opened("segmentation", {"show": "Re-assembly"})
    others = [row for row in rows(app) if row not in ["ground truth", *NETS]]
    assert others == ["keypoints of RTK", "keypoints of RTK without refinement"]
    assert list(rows(opened("segmentation", {"show": "Table"}))) == ["ground truth", *NETS]


@pytest.fixture
def served(monkeypatch, tmp_path):
    """The story under another name, in the server's folder: without its truth nobody knows where it is from."""
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    shutil.copy(CLIPS / "story.mp4", tmp_path / "film.mp4")
    return tmp_path


def test_on_a_clip_from_elsewhere_nothing_that_a_net_says_is_shown_before_somebody_asks(served):
    app = opened("segmentation", {"clip": "media/film.mp4", "show": "Table"})
    assert [note.value for note in app.error] == []
    assert words(app).count("trained on the procedural world alone") == 1
    untrained = ["TW-FINCH", "Change points", "k-means", "Scenes"]
    assert list(rows(app)) == untrained
    assert {name.split()[0] for row in rows(app).values() for *_, name in row} == {"group", "scene"}
    assert {name.split()[0] for name in app.dataframe[0].value["class"]} == {"group"}
    said = " ".join([words(app), *(block.value for block in app.code)])
    assert not any(one.replace("_", " ") in said for one in ("walk", "sit_down", "stand_up", "throw", "stir"))
    settled(app.toggle("anyway").set_value(True).run())
    assert list(rows(app)) == [*untrained, *NETS]
    assert any(name == "walk" for *_, name in rows(app)["RTK"])
    settled(app.segmented_control("row").set_value("RTK").run())
    assert "walk" in list(app.dataframe[0].value["class"])
    assert "No ground truth: ASFormer predicts" in words(app)


def test_a_long_video_has_a_view_of_all_of_it_that_leads_the_player_there(served, monkeypatch):
    for ending in ("json", "truth.npz"):
        shutil.copy(CLIPS / f"story.{ending}", served / f"film.{ending}")
    monkeypatch.setattr(page_clip, "LIMIT", 200)
    monkeypatch.setattr(playback, "LIMIT", 200)
    monkeypatch.setattr(playback, "FEWEST", 200)
    app = opened("segmentation", {"clip": "media/film.mp4", "show": "Whole video"})
    assert complaints(app) == []
    assert sent(app, "timelines")["length"] == LENGTH
    settled(tell(app, "timelines", click={"origin": "media/film.mp4", "start": 400, "stop": 420, "seq": 1}))
    assert linked(app, "at") == "400-420.1.media/film.mp4"
    assert sent(app, "segmentation-player")["frame"] == [400 - 280]  # it has the last 200 frames of 480


def test_re_assembly_says_how_many_points_each_rule_leaves():
    app = opened("segmentation", {"part": "Re-assembly"})
    assert complaints(app) == []
    assert metrics(app) == {"Actions": "5 → 3", "Boundaries": "3 → 2", "Steps": "4", "Segments": "3"}


def test_label_files_are_asked_for_where_there_are_none(monkeypatch):
    monkeypatch.delenv("VIZCORE_MEDIA", raising=False)
    app = opened("segmentation", {"part": "Label files"})
    assert complaints(app) == []
    assert "Upload files of ground truth and predictions, or name a folder of the server by VIZCORE_MEDIA." in words(
        app
    )
    assert len(app.dataframe) == 0


@pytest.mark.parametrize("count", [0, 1, 9])
def test_graph_matching_balances_scores_and_finds_the_best_permutation(count):
    app = opened("segmentation", {"part": "Graph matching", "graphs": "both want the same", "iterations": str(count)})
    assert complaints(app) == []
    plan = np.exp([[5.0, 4.0], [4.0, 0.0]])
    for k in range(count):
        plan = plan / plan.sum(1 - k % 2, keepdims=True)
    shown, balance, quadratic = (chart for chart in charts(app)[:3])
    assert shown[0]["z"] == pytest.approx(plan)
    assert [line["y"][-1] for line in balance] == pytest.approx(
        [np.abs(plan.sum(axis) - 1).max() for axis in (1, 0)], abs=1e-9
    )
    truth = np.eye(2)[[1, 0]]
    share = plan.clip(1e-7, 1 - 1e-7)
    loss = -(truth * np.log(share) + (1 - truth) * np.log(1 - share)).sum() / 2
    assert metrics(app)["Loss, right"] == f"{loss:.4f}"
    assert metrics(app)["Right"] == f"{(linear_sum_assignment(plan, maximize=True)[1] == [1, 0]).mean():.0%}"
    q, values = quadratic[0]["z"], {}
    for sigma in itertools.permutations(range(2)):
        x = np.zeros((2, 2))
        x[sigma, range(2)] = 1  # [target, source]
        values[sigma] = x.ravel() @ q @ x.ravel()
    assert metrics(app)["Best of all"] == f"{max(values.values()):g}" == "8"
    assert metrics(app)["In place"] == f"{values[0, 1]:g}" == "5"
    assert max(values, key=values.get) == (1, 0)


def test_the_papers_table_is_drawn_as_it_is_printed():
    app = opened("segmentation", {"part": "The paper's table"})
    assert complaints(app) == []
    table = app.dataframe[0].value.set_index("method")
    ((*bars,),) = charts(app)
    assert [bar["name"] for bar in bars] == list(table.index)
    for bar in bars:
        assert table.loc[bar["name"], bar["x"]].tolist() == bar["y"]
    assert table.loc["RTK"].tolist() == [91.2, 90.6, 83.4, 87.9, 80.3]
    assert "not measured by VizCore" in words(app)
