"""The segmentation page without a browser: every part and section, and what is drawn."""

import io
import zipfile

import pytest
from conftest import DATA
from figures import check_figure
from shown import words
from test_pages import complaints, opened, settled

from vizcore.features.segmentation import figures as drawn
from vizcore.features.segmentation import figures_graph_matching as tables
from vizcore.features.segmentation import page_reassembly as segmentation_replay
from vizcore.features.segmentation import published as paper
from vizcore.features.segmentation.pipeline_examples import EXAMPLES
from vizcore.features.segmentation.pipeline_graph_matching import GRAPHS, loss_curves, matched, quadratic

NETS = {"MSTCN": 10, "ASFormer": 12}  # frames of the first class, 10 of which are true
TIMED = b"start,stop,label\n0,0.4,take\n0.4,1,pour\n"  # seconds, at 25 frames each

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("name", list(EXAMPLES)[:4])
def test_every_example_can_be_replayed(name):
    app = opened("segmentation", {"part": "Re-assembly", "example": name})
    assert complaints(app) == []
    assert any(EXAMPLES[name].about in note.value for note in app.caption)


def test_points_that_were_moved_are_re_assembled():
    app = opened("segmentation", {"part": "Re-assembly", "example": "No boundaries"})
    assert {one.label: one.value for one in app.metric}["Segments"] == "1"
    edit = {
        "origin": "example No boundaries",
        "seq": 1,
        "actions": [[5, 0, 0.4], [40, 1, 0.5]],
        "boundaries": [[20, 1]],
    }
    app.session_state["segmentation-board"] = {"edit": edit}
    app.run()
    assert complaints(app) == []
    assert {one.label: one.value for one in app.metric}["Segments"] == "2"


@pytest.mark.parametrize(
    ("fault", "start"), [(ValueError("want this, got that"), "want this"), (KeyError("x"), "Some")]
)
def test_what_goes_wrong_on_the_board_alone_is_a_sentence_too(fault, start, monkeypatch):
    def broken(*_):
        raise fault

    monkeypatch.setattr(segmentation_replay, "edited", broken)
    (sentence,) = complaints(opened("segmentation", {"part": "Re-assembly"}))
    assert sentence.startswith(start)


@pytest.mark.skipif(not (DATA / "segmentation").exists(), reason="the labels of GTEA are not here")
def test_a_data_set_of_the_server_is_scored(monkeypatch):
    monkeypatch.setenv("VIZCORE_MEDIA", str(DATA / "segmentation"))
    app = opened("segmentation", {"part": "Label files"})
    assert complaints(app) == []
    scores = app.dataframe[0].value.iloc[0]
    assert [scores["acc"], scores["edit"], scores["F1@50"]] == [75.9056, 76.928, 66.4286]


def uploaded(**files: dict[str, bytes]):
    """The part of label files after uploads: {name: content} as truth, told or more."""
    app = opened("segmentation", {"part": "Label files"})
    for field, given in files.items():
        app.file_uploader(key=f"labels-{field}").set_value([(name, given[name], "text/plain") for name in given])
    return settled(app.run())


def packed(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_files_of_several_models_are_uploaded_and_compared():
    truth = b"take\n" * 10 + b"pour\n" * 15
    app = uploaded(
        truth={"a.txt": truth, "b.txt": truth},
        told={
            "good.zip": packed({"x/a": b"### x\n" + truth.replace(b"\n", b" "), "b.csv": TIMED}),
            "bad.zip": packed({"a": b"### x\n" + b"take " * 25, "b": b"### x\n" + b"pour " * 27}),
        },
    )
    assert complaints(app) == ["b: bad has 27 labels for 25 frames; the first 25 are compared."]
    scores = app.dataframe[0].value.set_index("model")["acc"]
    assert scores.to_dict() == {"bad": 50, "good": 100}
    assert any("Read as: groundTruth: one label a line; " in note.value for note in app.caption)
    assert "good is best by every score: F1@50 100.0 against 33.3 of bad; 1 note on reading below." in words(app)
    worst = settled(app.segmented_control("closer").set_value("Videos").run()).dataframe[0].value
    assert list(worst["video"]) == ["a", "b"]


def test_models_of_one_folder_name_in_a_zip_stay_two():
    truth = b"take\n" * 10 + b"pour\n" * 10
    results = {f"results/{net}/split_1/a": b"### x\n" + b"take " * k + b"pour " * (20 - k) for net, k in NETS.items()}
    app = uploaded(truth={"a.txt": truth}, told={"results.zip": packed(results)})
    assert complaints(app) == []
    scores = app.dataframe[0].value.set_index("model")["acc"]
    assert scores.to_dict() == {"MSTCN/split_1": 100, "ASFormer/split_1": 90}


@pytest.mark.parametrize(
    ("frames", "shown"), [(480, "segmentation-player"), (485, "segmentation-player"), (400, "timelines")]
)
def test_labels_of_a_clip_that_is_at_hand_lie_below_its_player(frames, shown):
    truth = b"push\n" * (frames - 80) + b"background\n" * 80
    app = uploaded(truth={"story.txt": truth}, told={"story": b"### x\n" + b"push " * frames})
    assert complaints(app) == []
    assert [part.key for part in app.get("bidi_component")] == ["frame-buttons", shown]  # one timeline
    refused = any("has 480 frames and its ground truth 400" in note.value for note in app.caption)
    assert refused == (shown == "timelines")


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (
            {"told": {"a": b"### x\ntake fly"}, "more": {"mapping.txt": b"0 take\n"}},
            "predictions/a, line 2, frame 1: want",
        ),
        ({"told": {"c": b"### x\ntake take"}}, "predictions/c: want the labels of c by the ground truth as well"),
        ({"told": {"a": b"take\nto\xff\n"}}, "predictions/a, line 2: want text in UTF-8, got byte 0xff"),
        ({"told": {"a.csv": b"start,stop,label\n-1,2,take\n"}}, "predictions/a.csv, line 2: want times 0 <= start"),
        ({"told": {"a.csv": b"start,stop,label\n0,2,x\n1,3,y\n"}}, "a.csv, line 3: want segments that do not overlap"),
        ({"told": {"net.zip": b"PK\x05\x06" + bytes(18), "a": b"### x\n" + b"take " * 40}}, "got 40"),
        ({"told": {"letter.zip": b"PK\x03\x04 Dear reader"}}, "want"),
        ({}, "want predictions of at least one model"),
    ],
    ids=lambda value: "" if isinstance(value, str) else str(list(value.get("told", value))),
)
def test_an_upload_that_makes_no_sense_gets_a_sentence(files, sentence):
    (refusal,) = complaints(uploaded(truth={"a.txt": b"take\ntake\n"}, **files))
    assert sentence in refusal
    assert "Something went wrong" not in refusal


def test_figures_keep_what_every_figure_keeps():
    found = matched(GRAPHS["three nodes"], 1.0, 10)
    for fig in (
        drawn.score_figure({"net": (70, 80, 90, 80, 60)}),
        tables.plan_figure(found.plan, found.sigma),
        tables.balance_figure(found.gaps),
        tables.quadratic_figure(quadratic(GRAPHS["three nodes"])[0]),
        tables.loss_figure(*loss_curves()),
        paper.table_figure(),
        paper.training_figure({"gradient off": [{"epochs": [1, 2], "losses": [3, 2]}]}),
    ):
        check_figure(fig)
