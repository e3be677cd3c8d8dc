"""Sets of videos: the real GTEA split to four digits, worst first, small differences noted and large ones refused."""

import numpy as np
import pytest
from conftest import DATA

from vizcore.algorithms.segmentation.label_sets import gather, ranked
from vizcore.formats.label_files import read_bundle, read_labels, read_mapping

GTEA = DATA / "segmentation" / "gtea"


def labels(file, *runs):
    return read_labels("".join(f"{word}\n" * count for word, count in runs).encode(), file)


def folder(path):
    return [read_labels(one.read_bytes(), one.name) for one in sorted(path.iterdir())]


TRUE = [
    labels("a.txt", ("background", 5), ("take", 5), ("open", 10)),
    labels("b.txt", ("take", 20)),
    labels("c.txt", ("open", 20), ("take", 5)),
]
PREDICTED = [
    labels("a", ("background", 5), ("take", 5), ("open", 10)),
    labels("b", ("take", 8), ("open", 12)),
    labels("c", ("open", 18), ("take", 4)),
]


@pytest.mark.skipif(not GTEA.exists(), reason="no GTEA labels: set VIZCORE_SHARED_DATA")
@pytest.mark.parametrize("by", ["bundle", "what the model tells"])
def test_the_real_split_scores_what_the_public_evaluation_says(by):
    bundle = GTEA / "splits" / "test.split1.bundle"
    found = gather(
        folder(GTEA / "groundTruth"),
        {"network": folder(GTEA / "predictions_split1")},
        bundle=(bundle.name, read_bundle(bundle.read_bytes(), bundle.name)) if by == "bundle" else None,
    )
    ranking = ranked(found, "network")
    assert ranking.scores.videos == 7
    assert ranking.scores.acc == pytest.approx(75.9056, abs=5e-5)
    assert ranking.scores.edit == pytest.approx(76.9280, abs=5e-5)
    assert ranking.scores.f1 == pytest.approx({10: 85.7143, 25: 80.0, 50: 66.4286}, abs=5e-5)
    assert found.notes == ("21 videos of the ground truth are left out, S2_Cheese_C1 first",)
    assert sorted(found.names.values())[0] == "background"


def test_the_worst_video_comes_first_and_the_best_is_perfect():
    ranking = ranked(gather(TRUE, {"tcn": PREDICTED}), "tcn")
    assert [video for video, _ in ranking.rows] == ["b", "c", "a"]
    scores = dict(ranking.rows)
    assert scores["a"].f1[50] == scores["a"].edit == scores["a"].acc == 100
    assert scores["b"].acc == 40
    assert ranking.scores.edit == pytest.approx(np.mean([one.edit for one in scores.values()]))


def test_a_few_frames_more_or_fewer_are_trimmed_and_noted():
    found = gather(TRUE, {"tcn": PREDICTED, "same": TRUE, "long": [*TRUE[:2], labels("c", ("open", 35))]})
    assert found.notes == (
        "c: tcn has 22 labels for 25 frames; the first 22 are compared",
        "c: long has 35 labels for 25 frames; the first 25 are compared",
    )
    for model, frames in (("tcn", 22), ("same", 25), ("long", 25)):
        assert [len(side) for side in found.pair(model, "c")] == [frames, frames]
    assert dict(ranked(found, "tcn").rows)["c"].acc == pytest.approx(100 * 20 / 22)


def test_lengths_of_different_videos_are_refused():
    with pytest.raises(ValueError, match=r"c: want labels of 25 frames as in c.txt, up to 10 more or fewer, got 36"):
        gather(TRUE, {"tcn": [*PREDICTED[:2], labels("c", ("open", 36))]})


def test_classes_are_those_of_the_mapping_or_of_the_alphabet():
    found = gather(TRUE, {"tcn": PREDICTED}, read_mapping(b"4 take\n2 background\n0 open\n", "mapping.txt"))
    assert found.names == {4: "take", 2: "background", 0: "open"}
    assert found.background == (2,)
    assert found.truth["b"].tolist() == [4] * 20
    alphabet = gather(TRUE, {"tcn": PREDICTED}, background=["nothing", "take"])
    assert alphabet.names == {0: "background", 1: "open", 2: "take"}
    assert alphabet.background == (2,)
    for model in ("tcn",):
        assert ranked(found, model).scores == ranked(gather(TRUE, {"tcn": PREDICTED}), model).scores


def test_an_unknown_label_is_refused_by_file_and_line():
    mapping = read_mapping(b"0 take\n1 background\n", "mapping.txt")
    with pytest.raises(ValueError, match=r"a.txt, line 11, frame 10: want one of 2 classes .*, got 'open'"):
        gather(TRUE, {"tcn": PREDICTED}, mapping)


def test_a_word_that_is_never_true_is_noted():
    predicted = [*PREDICTED[:2], labels("c", ("open", 20), ("tkae", 5))]
    assert gather(TRUE, {"tcn": PREDICTED[:2] + TRUE[2:], "typo": predicted}).notes == (
        "typo predicts 'tkae', which the ground truth does not have",
    )


def test_a_missing_video_is_refused_by_file_and_line():
    with pytest.raises(ValueError, match=r"split, line 2: want the labels of d by the ground truth as well, got none"):
        gather(TRUE, {"tcn": PREDICTED}, bundle=("split", read_bundle(b"a.txt\nd.txt\n", "split")))
    with pytest.raises(ValueError, match=r"c: want the labels of c by other as well, got none"):
        gather(TRUE, {"tcn": PREDICTED, "other": PREDICTED[:2]})
    with pytest.raises(ValueError, match=r"d: want the labels of d by the ground truth as well, got none"):
        gather(TRUE, {"tcn": [*PREDICTED, labels("d", ("take", 3))]})
    with pytest.raises(ValueError, match="folder/a: want one file a video, got a of tcn twice"):
        gather(TRUE, {"tcn": [*PREDICTED, labels("folder/a", ("take", 20))]})


def test_a_truth_alone_is_a_set_and_nothing_is_none():
    assert list(gather(TRUE, {}).truth) == ["a", "b", "c"]
    with pytest.raises(ValueError, match="want the labels of at least one video, got none"):
        gather([], {})
    with pytest.raises(ValueError, match="want a model of tcn, got 'asformer'"):
        ranked(gather(TRUE, {"tcn": PREDICTED}), "asformer")
