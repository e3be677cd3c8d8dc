"""The sections of the localisation page: what each shows is counted again from what stands beside it."""

import re

import numpy as np
import pytest
from ava_tables import PRECISION
from shown import charts, controls, metrics, saved, traces, words
from test_pages import complaints, opened

from vizcore.features.localization.controls_precision import PROJECT
from vizcore.features.localization.pipeline_example import EARLIER, LATER, LIST, TRUTH
from vizcore.features.localization.pipeline_models import compare_models
from vizcore.features.localization.pipeline_precision import compare_files

pytestmark = pytest.mark.usefixtures("one_thread")
MODELS = {"part": "Average precision", "input": PROJECT, "clips": "24"}


def bars(app):
    """{class: (truths, id, AP of the first and the second result)} of the first chart."""
    first, second = charts(app)[0][:2]
    rows = zip(first["customdata"], first["x"], second["x"], strict=True)
    return {name: (truths, action, one, other) for (action, name, truths), one, other in rows}


def section(section):
    app = opened("localization", {"show": section})
    assert complaints(app) == []
    return app


def closer(section):
    app = opened("localization", PRECISION | {"closer": section})
    assert complaints(app) == []
    return app


def test_tokens_are_a_map_of_the_sure_ones_and_a_box_for_each_of_them():
    app = section("Tokens")
    heat = charts(app)[0][0]["z"]
    assert heat.shape == (12, 12)
    token = int(heat.argmax())
    assert app.subheader[0].value == f"Token {token}: row {token // 12}, column {token % 12}"
    (shown,) = (trace for trace in traces(app, "above θ") if trace["visible"])
    theta = min((k / 20 for k in range(1, 20)), key=lambda step: abs(step - controls(app)["θ over the player"]))
    assert np.isnan(shown["x"]).sum() == (heat > theta).sum() == 3
    (answers,) = charts(app)[-1]
    assert answers["y"][0] == "actor"
    assert answers["x"][0] == pytest.approx(heat.max())
    shares = re.search(r"Of its attention go (.*) to these frames", words(app)).group(1)
    assert sum(int(share.rstrip("%")) for share in shares.split(", ")) == pytest.approx(100, abs=2)


def test_training_adds_up_the_cost_of_every_person_and_the_parts_of_the_loss():
    app = section("Training")
    people, loss = (table.value for table in app.dataframe)
    assert people["sum"].tolist() == pytest.approx(people[["actor", "l1", "giou"]].sum(axis=1).tolist(), abs=2e-3)
    total = float(re.search(r"pairs together cost (-?[\d.]+):", words(app)).group(1))
    assert total == pytest.approx(people["sum"].sum(), abs=5e-3)
    for column in ("as in the paper", "bystanders' boxes, too"):
        *parts, together = loss[column]
        weights = [float(part.partition(" × ")[0]) for part in loss["part"][:-1]]
        assert together == pytest.approx(np.dot(weights, parts), abs=2e-3)
    assert f"Counted now: {loss['as in the paper'].iloc[-1]:.4f}" in words(app)
    cost = sum(chart["z"] for chart in charts(app)[-1][:-2] if "z" in chart)
    assert charts(app)[-1][-2]["z"] == pytest.approx(cost, abs=1e-4)
    assert cost.ravel()[people["token"][0]] == pytest.approx(people["sum"][0], abs=2e-3)


def test_the_table_has_the_boxes_above_theta_surest_first_and_who_is_there():
    heat, app = charts(section("Tokens"))[0][0]["z"].ravel(), section("As a table")
    boxes, people = (table.value for table in app.dataframe)
    above = [int(token) for token in np.argsort(-heat) if heat[token] > controls(app)["θ over the player"]]
    assert boxes["token"].tolist() == above
    assert boxes["p(actor)"].tolist() == pytest.approx(heat[above].tolist(), abs=5e-3)
    assert people["actor"].tolist().count(False) == 1, "one of four is a bystander"


def test_everything_that_was_seen_can_be_taken_along():
    names = ["boxes.csv", "boxes.json", "tokens.npz", "boxes.mp4", "tokens.png", "tokens.svg", "tokens.pdf"]
    assert saved(section("Files and link")) == names


def test_a_class_is_drawn_as_the_curve_whose_area_is_its_bar():
    app = closer("A class")
    name = controls(app)["Class"].partition(" (")[0]
    assert name == next(iter(bars(app)))
    for trace, area in zip((part for part in charts(app)[1] if "name" in part), bars(app)[name][2:], strict=True):
        assert (np.diff(trace["x"]) * trace["y"][1:]).sum() == pytest.approx(area, abs=1e-6)


def test_the_numbers_above_the_bars_are_their_means_and_how_many_rose():
    app = closer("Differences")
    rows = np.array([row[2:] for row in bars(app).values()])
    first, second = rows.mean(0)
    assert metrics(app) == {
        "mAP, first": f"{first:.3f}",
        "mAP, second": f"{second:.3f}",
        "Difference": f"{second - first:+.3f}",
        "Better, worse": f"{(rows[:, 1] > rows[:, 0]).sum()}, {(rows[:, 1] < rows[:, 0]).sum()}",
        "Left out": "0",
    }
    table = app.dataframe[0].value
    assert table["class"].tolist() == list(bars(app))
    assert table["truths"].tolist() == [row[0] for row in bars(app).values()]
    assert table["difference"].tolist() == pytest.approx((rows[:, 1] - rows[:, 0]).tolist(), abs=1e-4)
    assert ((table["low"] <= table["high"]) & (table["p"] <= table["p by Holm"])).all()
    significant = [name for trace in traces(app, "significant") for name in trace["text"]]
    assert sorted(significant) == sorted(table["class"][table["p by Holm"] < 0.05])


def test_kinds_of_errors_are_counted_for_both_results_in_every_class():
    app = closer("Kinds of errors")
    found = compare_files(TRUTH, other=EARLIER, second=LATER, actions=LIST)
    table = app.dataframe[0].value
    assert table["action"].tolist() == [name for name in bars(app) for _ in range(2)]
    for (_, row), errors in zip(table.iterrows(), found.errors * 12):
        counts = errors.classes[bars(app)[row["action"]][1]].counts
        assert row[list(counts)].to_dict() == counts
    for trace, errors in zip(charts(app)[1], found.errors, strict=True):
        assert dict(zip(trace["y"], trace["x"])) == pytest.approx(errors.mean)


def test_calibration_is_off_by_the_mean_distance_of_its_marks_from_the_diagonal():
    app = closer("Calibration")
    for trace in charts(app)[1][1:]:
        off = np.average(np.abs(trace["x"] - trace["y"]), weights=trace["customdata"])
        assert f"{trace['name']}: off by {off:.3f} on average" in words(app)


def test_rare_and_common_classes_are_quarters_whose_bars_are_averaged():
    app = closer("What is hard")
    rarest = sorted(bars(app).values(), key=lambda row: row[:2])
    for which, trace in enumerate(charts(app)[-1]):
        expected = [np.mean([row[2 + which] for row in quarter]) for quarter in np.array_split(rarest, 4)]
        assert trace["y"] == pytest.approx(expected, abs=1e-6)


def test_the_table_of_precision_can_be_taken_along():
    assert saved(closer("Files and link")) == ["ap.csv", "ap.json"]


@pytest.mark.parametrize(
    "query",
    [
        {"pick": "9999999.3"},
        {"pick": "3.144"},
        {"pick": "-1.x"},
        {"show": "Nonsense", "model": "resnet", "source": "x"},
    ],
    ids=str,
)
def test_a_token_that_is_not_there_falls_back_on_the_surest(query):
    app = opened("localization", query)
    assert complaints(app) == []
    most_confident = int(charts(app)[0][0]["z"].argmax())
    assert app.subheader[0].value == f"Token {most_confident}: row {most_confident // 12}, column {most_confident % 12}"
    assert controls(app)["Model"] == "small BMViT"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"theta": "nan", "stride": "0"}, {"θ over the player": 0.38, "Frames apart": 1}),
        ({"theta": "1"}, {"θ over the player": 1.0}),
        ({"clip": "sit"}, {"Clip": "sit"}),
        ({"clip": "parade", "show": "Training"}, {"Clip": "parade"}),
        (
            PRECISION | {"class": "no such", "order": "sideways", "iou": "-1", "protocol": "x", "open": "1@film 01"},
            {"Class": "stand (1)", "Sorted by": "AP", "Overlap of a hit": 0.05, "Protocol": "activitynet"},
        ),
    ],
    ids=str,
)
def test_nonsense_in_a_link_falls_back_on_what_is_sound(query, shown):
    app = opened("localization", query)
    assert complaints(app) == []
    assert {label: controls(app)[label] for label in shown} == shown


@pytest.mark.parametrize("moment", ["nan@crowd 00002", "@"])
def test_a_key_frame_that_is_not_there_opens_none_and_the_models_are_scored_all_the_same(moment):
    app = opened("localization", MODELS | {"open": moment})
    assert complaints(app) == []
    assert metrics(app)["mAP, second"] == f"{compare_models('localizer', clips=24).results[0].mean:.3f}"
    assert not any("crowd 00002, " in heading.value for heading in app.subheader)
