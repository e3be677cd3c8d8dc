"""Pipelines of the segmentation page: timelines of a clip, data sets of files, graph matching on a few nodes."""

import itertools
import shutil

import numpy as np
import pytest
from conftest import DATA

from vizcore.algorithms.segmentation.reassembly import reassemble
from vizcore.features.segmentation import pipeline
from vizcore.features.segmentation.export import clip_paper, rows_csv, rows_json
from vizcore.features.segmentation.pipeline_examples import EXAMPLES, NAMES
from vizcore.features.segmentation.pipeline_files import compare_set, contents, folders, parts_of, read_set
from vizcore.features.segmentation.pipeline_graph_matching import GRAPHS, loss_curves, matched, quadratic
from vizcore.features.segmentation.pipeline_predictions import TRUTH, Prediction, Predictions
from vizcore.figures.paper import SIZES
from vizcore.formats.segment_files import read_segments
from vizcore.runtime.clip_library import bundled

GTEA = DATA / "segmentation" / "gtea"
needs_gtea = pytest.mark.skipif(not GTEA.exists(), reason="the labels of GTEA are not here")
CLASSES = ("background", "wave", "sit_down")


@pytest.fixture
def found():
    """A truth and a net that is wrong in known ways."""
    truth = np.repeat([0, 1, 0, 2], [10, 20, 10, 20])
    predicted = np.repeat([0, 1, 2, 1, 0, 2], [10, 8, 4, 8, 10, 20])
    return Predictions(
        np.arange(60) / 20, CLASSES, (Prediction(TRUTH, "truth", truth), Prediction("a", "A", predicted))
    )


def tiers_of(found):
    return {tier.title: tier.labels for tier in found.tiers}


def test_without_weights_the_truth_of_a_story_is_still_shown(monkeypatch):
    monkeypatch.setattr(pipeline, "shown", lambda: ())
    dataset = pipeline.timelines(bundled()["story"].path)
    assert [tier.name for tier in dataset.tiers] == [TRUTH]
    assert len(dataset.tiers[0].labels) == len(dataset.times)
    assert len(dataset.tiers[0].segments) > 5


def test_without_weights_and_truth_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr(pipeline, "shown", lambda: ())
    with pytest.raises(ValueError, match="weights of the segmentation nets are not here"):
        pipeline.timelines(bundled()["parade"].path)


def test_every_net_has_the_errors_that_it_made(found):
    (one,) = pipeline.against_truth(found)
    assert {verdict.kind for verdict in one.diagnosis.predicted} == {"fragmented", "substituted", "hit"}
    assert one.scores.acc == pytest.approx(100 * 56 / 60)
    assert pipeline.rate_of(found.times) == pytest.approx(20)


@pytest.mark.parametrize("write", [rows_csv, rows_json])
def test_segments_that_are_saved_are_read_back(found, write):
    file = read_segments(write(tiers_of(found), CLASSES, (0,), 20.0), "segments")
    rows = [(one.start, one.stop, one.label) for one in file.tiers["A"]]
    assert rows == [(10, 18, "wave"), (18, 22, "sit_down"), (22, 30, "wave"), (40, 60, "sit_down")]


@pytest.mark.parametrize(("form", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_the_figure_for_paper_is_a_file_of_its_kind(found, form, start):
    story = bundled()["story"].path
    assert clip_paper(story, tiers_of(found), CLASSES, (0,), 20.0, SIZES["slide"], form).startswith(start)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_fits_its_length_and_has_names(name):
    example = EXAMPLES[name]
    dataset = reassemble(*example.points, example.length)
    assert {label for _, label, _ in example.actions} <= set(range(len(NAMES)))
    assert len(dataset.labels) == example.length


@needs_gtea
def test_gtea_scores_what_the_public_evaluation_says():
    dataset = compare_set(GTEA)
    scores = dataset.rankings[0].scores
    assert [scores.acc, scores.edit, *scores.f1.values()] == pytest.approx(
        [75.9056, 76.9280, 85.7143, 80.0, 66.4286], abs=5e-5
    )
    worst = [row.f1[50] for _, row in dataset.rankings[0].rows]
    assert len(worst) == 7
    assert worst == sorted(worst)


@needs_gtea
def test_two_models_and_a_bundle_are_compared_at_once(tmp_path):
    shutil.copytree(GTEA / "groundTruth", tmp_path / "gtea" / "groundTruth")
    for model in ("one", "two"):
        shutil.copytree(GTEA / "predictions_split1", tmp_path / "gtea" / model)
    shutil.copy(GTEA / "splits" / "test.split1.bundle", tmp_path / "gtea")
    assert list(folders(str(tmp_path))) == ["gtea"]
    parts = parts_of(contents(tmp_path / "gtea"))
    assert list(parts.bundles) == ["test.split1.bundle"]
    assert set(parts.models) == {"one", "two"}
    dataset = compare_set(tmp_path / "gtea", bundle="test.split1.bundle")
    assert dataset.rankings[0].scores == dataset.rankings[1].scores


def test_a_file_that_is_no_text_is_refused_by_name_and_line():
    with pytest.raises(ValueError, match=r"groundTruth/a\.txt, line 2: want text in UTF-8"):
        parts_of({"groundTruth/a.txt": b"take\n\xff\n"})


def test_files_of_no_kind_are_passed_over():
    parts = parts_of({"README.md": b"hello", "x/.DS_Store": b"\0", "groundTruth/a.txt": b"take\n"})
    assert [one.video for one in parts.truth] == ["a"]
    assert parts.models == {}


@needs_gtea
def test_a_zip_is_read_as_the_folder_it_was_made_of(tmp_path):
    packed = shutil.make_archive(str(tmp_path / "gtea"), "zip", GTEA)
    assert compare_set(packed).rankings == compare_set(GTEA).rankings


def test_a_file_that_is_no_zip_is_refused(tmp_path):
    (tmp_path / "letter").write_text("Dear reader")
    with pytest.raises(ValueError, match="want a ZIP that can be unpacked"):
        read_set(tmp_path / "letter")


def test_a_folder_that_leads_out_of_the_servers_folder_is_not_offered(tmp_path):
    (tmp_path / "away" / "groundTruth").mkdir(parents=True)
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "in").symlink_to(tmp_path / "away")
    assert folders(str(tmp_path / "served")) == {}


@pytest.mark.parametrize("name", GRAPHS)
def test_the_best_of_all_permutations_is_the_true_matching(name):
    graphs = GRAPHS[name]
    affinity, best, _ = quadratic(graphs)
    count = len(graphs.truth)
    values = {
        sigma: sum(affinity[sigma[i] * count + i, sigma[j] * count + j] for i in range(count) for j in range(count))
        for sigma in itertools.permutations(range(count))
    }
    assert best.value == pytest.approx(max(values.values()))
    assert values[tuple(graphs.truth.tolist())] == pytest.approx(best.value)


def test_normalising_balances_rows_and_columns_in_turn():
    found = matched(GRAPHS["three nodes"], 1.0, 20)
    gaps = found.gaps
    assert repr(found).startswith("Matched(3 nodes, 20 normalisations, loss ")
    assert len(repr(found)) < 200
    assert gaps[1::2, 0] == pytest.approx(0, abs=1e-12)
    assert gaps[2::2, 1] == pytest.approx(0, abs=1e-12)
    assert gaps[20].max() < gaps[10].max() < gaps[2].max()


def test_the_loss_as_it_should_be_is_never_below_0_and_the_printed_one_is():
    _, curves = loss_curves()
    assert min(map(np.min, curves["right"])) >= 0
    assert curves["right"][1][-1] == pytest.approx(0, abs=1e-5)
    assert curves["printed"][0].min() < -10
