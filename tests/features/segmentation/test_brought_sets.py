"""Data sets as strangers bring them: read right, or doubted aloud. Values are counted by hand on 100 frames."""

import numpy as np
import pytest

from vizcore.features.segmentation.pipeline_files import compare_set, compared, parts_of
from vizcore.features.segmentation.pipeline_folders import distinct
from vizcore.formats.conventions import Said
from vizcore.runtime.refusals import Doubtful, NothingToScore
from vizcore.video import write_video

TRUTH = ["SIL"] * 20 + ["take"] * 40 + ["pour"] * 40
TOLD = ["SIL"] * 25 + ["take"] * 35 + ["pour"] * 40  # 95 of 100 frames
NAMES = {"SIL": "0", "take": "1", "pour": "2"}


def lines(labels) -> bytes:
    return "\n".join(labels).encode()


def header(labels) -> bytes:
    return f"### Frame level recognition: ###\n{' '.join(labels)}".encode()


FRAMED = b"start_frame,end_frame,label\n"
MAPPING = {"mapping.txt": b"0 SIL\n1 take\n2 pour\n"}
USUAL = {"groundTruth/v1.txt": lines(TRUTH), "net/v1": header(TOLD)}


def scores(dataset) -> dict[str, list[float]]:
    return {
        one.model: [round(one.scores.acc, 2), round(one.scores.edit, 2), round(one.scores.f1[50], 2)]
        for one in dataset.rankings
    }


def of(files, **settings):
    return compared(parts_of(files), **settings)


RIGHT = {  # what is brought: files
    "as ever": USUAL,
    "ranges of frames": {
        "groundTruth/v1.txt": b"1-20 SIL  \n21-60 take  \n61-100 pour  \n",
        "net/v1.txt": b"1-25 SIL  \n26-60 take  \n61-100 pour  \n",
    },
    "ranges beside labels of frames": USUAL | {"groundTruth/v1.txt": b"1-20 SIL\n21-60 take\n61-100 pour\n"},
    "ranges from 0": USUAL | {"groundTruth/v1.txt": b"0-19 SIL\n20-59 take\n60-99 pour\n"},
    "start, stop, label": {
        "groundTruth/v1.txt": b"0\t20\tSIL\n20\t60\ttake\n60\t100\tpour\n",
        "net/v1.txt": b"0\t25\tSIL\n25\t60\ttake\n60\t100\tpour\n",
    },
    "last frames as ends": USUAL
    | {"groundTruth/v1.csv": FRAMED + b"0,19,SIL\n20,59,take\n60,99,pour\n", "groundTruth/v1.txt": None},
    "from 1 to last frames": USUAL
    | {"groundTruth/v1.csv": FRAMED + b"1,20,SIL\n21,60,take\n61,100,pour\n", "groundTruth/v1.txt": None},
    "the number of each frame": USUAL | {"groundTruth/v1.txt": lines(f"{k} {one}" for k, one in enumerate(TRUTH))},
    "the number of each class": USUAL | {"groundTruth/v1.txt": lines(f"{NAMES[one]} {one}" for one in TRUTH)},
    "numbers of classes": USUAL
    | {"net/v1": header(NAMES[one] for one in TOLD), **MAPPING},
    "numbers as numpy saves them": USUAL
    | {"net/v1": None, "net/v1.txt": lines(f"{int(NAMES[one]):.18e}" for one in TOLD), **MAPPING},
    "numbers of classes in the truth": {
        "groundTruth/v1.txt": lines(NAMES[one] for one in TRUTH),
        "net/v1": header(TOLD),
        "mapping.txt": b"0 SIL\n1 take\n2 pour\n",
    },
    "a mapping with tabs": USUAL | {"mapping.txt": b"0\tSIL\n1\ttake\n2\tpour\n"},
    "a mapping with commas": USUAL | {"mapping.csv": b"id,name\n0,SIL\n1,take\n2,pour\n"},
    "a quoted mapping": USUAL | {"mapping.txt": b'0 "SIL"\n1 "take"\n2 "pour"\n'},
    "a README": USUAL | {"README": b"My data set", "net/README.md": b"# net", "groundTruth/LICENSE": b"MIT\n\nyes"},
    "a log and a config": USUAL
    | {"net/log.csv": b"epoch,loss\n1,2\n", "net/config.json": b'{"a": 1}', "net/log.txt": b"a b\n"},
    "notes of another name": USUAL | {"net/notes.txt": b"trained\n\nfor 50 epochs\n", "summary.json": b"{}"},
    "checkpoints of notebooks": USUAL
    | {"net/.ipynb_checkpoints/v1-checkpoint": header(TRUTH), "groundTruth/.ipynb_checkpoints/v1.txt": b"x\n"},
    "what systems leave": USUAL
    | {".DS_Store": b"\0", "__MACOSX/net/._v1": b"\0", "groundTruth/Thumbs.db": b"\0", "net/v1.npy": b"\x93NUMPY"},
    "endings in capitals": {
        "groundTruth/v1.TXT": lines(TRUTH),
        "net/v1.CSV": b"frame,label\n" + lines(f"{k},{one}" for k, one in enumerate(TOLD)),
    },
    "endings of videos": {"groundTruth/v1.mp4.txt": lines(TRUTH), "net/v1": header(TOLD)},
    "a truth in folders": {"groundTruth/P01/v1.txt": lines(TRUTH), "net/v1": header(TOLD)},
}  # fmt: skip


@pytest.mark.parametrize("what", RIGHT)
def test_it_scores_what_the_labels_say(what):
    found = of({name: content for name, content in RIGHT[what].items() if content is not None})
    (model,) = found.rankings
    assert scores(found)[model.model] == [95, 100, 100]
    assert list(found.labels.truth) == ["v1"]
    assert found.understood[0].startswith("Read as: ")


def test_one_line_says_what_was_understood():
    assert of(RIGHT["ranges of frames"]).understood == (
        "Read as: groundTruth, net: ranges of frames (“1-20 SIL”), in frames from 1, the stop is the last frame; a "
        "video ends with its last segment",
    )
    line, *left_out = of(RIGHT["a README"]).understood
    assert line == "Read as: groundTruth: one label a line; net: a header line, then all labels on one"
    assert left_out == ["left out, as no labels: README, groundTruth/LICENSE, net/README.md"]


def test_what_could_not_be_read_and_is_not_needed_is_a_warning():
    found = of(RIGHT["notes of another name"])
    assert [one.partition(":")[0] for one in found.warnings] == ["left out", "left out"]
    assert any("net/notes.txt, line 2: want a label" in one for one in found.warnings)
    assert any("summary.json: want" in one for one in found.warnings)
    with pytest.raises(ValueError, match=r"net/v2\.txt, line 2: want a label, got an empty line"):
        of(USUAL | {"groundTruth/v2.txt": lines(TRUTH), "net/v2.txt": b"SIL\n\nSIL\n"})


def test_names_of_classes_may_have_blanks():
    truth, told = ([one.replace("take", "take cup") for one in labels] for labels in (TRUTH, TOLD))
    files = {"groundTruth/v1.txt": lines(truth), "net/v1": header(told)}
    assert scores(of(files)) == {"net": [95, 100, 100]}  # as the truth has them
    assert scores(of(files | {"mapping.txt": b"0 SIL\n1 take cup\n2 pour\n3 take\n"})) == {"net": [95, 100, 100]}
    assert "names with blanks" in of(files).understood[0]


def test_numbers_without_a_list_of_classes_are_refused():
    numbers = [NAMES[one] for one in TOLD]
    for files in (USUAL | {"net/v1": header(numbers)}, USUAL | {"groundTruth/v1.txt": lines(NAMES[a] for a in TRUTH)}):
        with pytest.raises(ValueError, match=r"net/v1: want classes as in the ground truth .*: add mapping\.txt"):
            of(files)
    both = {"groundTruth/v1.txt": lines(NAMES[one] for one in TRUTH), "net/v1": header(numbers)}
    assert scores(of(both)) == {"net": [95, 100, 100]}


def test_models_of_one_folder_name_are_told_apart_by_their_path():
    paths = ("results/MSTCN/split_1", "results/ASFormer/split_1")
    one = {f"{paths[0]}/v1": header(TOLD), f"{paths[1]}/v1": header(TRUTH), "groundTruth/v1.txt": lines(TRUTH)}
    assert scores(of(one)) == {"MSTCN/split_1": [95, 100, 100], "ASFormer/split_1": [100, 100, 100]}
    other = one | {f"{paths[1]}/v2": header(TRUTH), "groundTruth/v2.txt": lines(TRUTH)}
    del other[f"{paths[1]}/v1"]
    found = of(other)
    assert scores(found) == {"MSTCN/split_1": [95, 100, 100], "ASFormer/split_1": [100, 100, 100]}
    assert [ranking.rows[0][0] for ranking in found.rankings] == ["v1", "v2"]
    assert any("not to be compared" in warning for warning in found.warnings)
    assert "ASFormer/split_1 are scored on different videos, which does not tell which is better" in found.verdict


def test_the_shortest_path_that_tells_apart():
    assert distinct(["a/x", "b/x", "c/y", "x"]) == {"a/x": "a/x", "b/x": "b/x", "c/y": "y", "x": "x"}
    assert distinct(["r/a/s/1", "r/b/s/1"]) == {"r/a/s/1": "a/s/1", "r/b/s/1": "b/s/1"}


def test_splits_of_one_name_in_two_folders_are_two():
    files = USUAL | {"gtea/test.bundle": b"v1.txt\n", "salads/test.bundle": b"v9.txt\n", "other.bundle": b"v1\n"}
    parts = parts_of(files)
    assert list(parts.bundles) == ["gtea/test.bundle", "salads/test.bundle", "other.bundle"]
    assert scores(compared(parts, "gtea/test.bundle")) == {"net": [95, 100, 100]}
    with pytest.raises(ValueError, match=r"want a split of gtea/test\.bundle, .*, got 'test\.bundle'"):
        compared(parts, "test.bundle")


def test_two_lists_of_classes_that_differ_are_refused():
    same = {"a/mapping.txt": b"0 SIL\n1 take\n2 pour\n", "b/mapping.txt": b"0 SIL\n1 take\n2 pour\n"}
    assert scores(of(USUAL | same)) == {"net": [95, 100, 100]}
    with pytest.raises(ValueError, match=r"want one list of classes, got a/mapping\.txt, b/mapping\.txt, which differ"):
        of(USUAL | same | {"b/mapping.txt": b"0 pour\n"})


def test_a_column_splits_a_table_into_videos():
    truth = b"video,label,start,end\nv1,take,2,6\nv1,pour,6,10\nv2,take,11,13\n"
    told = truth.replace(b"take,2,", b"take,2.5,")
    found = of({"groundTruth/all.csv": truth, "net/all.csv": told}, rate=30.0)
    (ranking,) = found.rankings
    by_video = {video: (one.acc, one.frames) for video, one in ranking.rows}
    assert by_video == {"v1": (95, 300), "v2": (100, 390)}
    assert ranking.scores.acc == pytest.approx(100 * 675 / 690)


def test_a_dot_in_the_name_of_a_video_is_no_ending():
    found = of({"groundTruth/rgb-01.v2.txt": lines(TRUTH), "net/rgb-01.v2": header(TOLD)})
    assert list(found.labels.truth) == ["rgb-01.v2"]
    assert scores(found) == {"net": [95, 100, 100]}


def test_the_end_of_a_video_is_not_the_end_of_its_last_segment():
    head = b"start_frame,stop_frame,label\n"
    found = of({"groundTruth/v1.csv": head + b"0,50,take\n50,58,pour\n", "net/v1.csv": head + b"0,50,take\n"})
    assert scores(found) == {"net": [86.21, 50, 66.67]}
    assert any("segments end at frame 50" in warning for warning in found.warnings)
    early = {
        "groundTruth/v1.csv": b"start,end,label\n2,6,take\n6,10,pour\n",
        "net/v1.csv": b"start,end,label\n2.5,6,take\n6,9,pour\n",
    }
    assert scores(of(early, rate=30.0)) == {"net": [85, 100, 100]}
    longer = of(early, rate=30.0, frames={"v1": 330})  # 30 more frames of background, rightly told
    assert longer.rankings[0].scores.frames == 330
    assert longer.rankings[0].scores.acc == pytest.approx(100 * (330 - 45) / 330)
    assert not longer.warnings
    labelled = early | {"other/v1": header(["background"] * 330)}
    assert of(labelled, rate=30.0).rankings[0].scores.frames == 330


def test_a_video_beside_the_labels_tells_its_length_and_rate(tmp_path):
    (tmp_path / "groundTruth").mkdir()
    (tmp_path / "net").mkdir()
    (tmp_path / "groundTruth" / "v1.csv").write_bytes(b"start,end,label\n0,0.5,take\n0.5,1.5,pour\n")
    (tmp_path / "net" / "v1.csv").write_bytes(b"start,end,label\n0,0.5,take\n0.5,1.2,pour\n")
    write_video(tmp_path / "v1.mp4", np.zeros((20, 32, 32, 3), np.uint8), 10)
    found = compare_set(tmp_path)
    assert found.rankings[0].scores.frames == 20
    assert scores(found)["net"] == [85, 100, 100]  # 3 of 20 frames are of the wrong class
    assert not found.warnings


COUNTED = {  # settings: accuracy of two segments, 10-20 and 20-30, against frames 10 to 19 and 20 to 29
    "exclusive, from 0": (Said("frames", "exclusive", 0), 0),
    "from 1": (Said("frames", "exclusive", 1), 2),
    "seconds": (Said("seconds"), None),
}


@pytest.mark.parametrize(("said", "wrong"), COUNTED.values(), ids=COUNTED)
def test_what_a_person_says_overrides_the_files(said, wrong):
    truth = ["background"] * 10 + ["take"] * 10 + ["pour"] * 10 + ["background"] * 10
    files = {"groundTruth/v1.txt": lines(truth), "net/v1.txt": b"10 20 take\n20 30 pour\n"}
    if wrong is None:
        with pytest.raises(ValueError, match="frames a second"):
            of(files, said=said)
    else:
        assert of(files, said=said).rankings[0].scores.acc == pytest.approx(100 * (40 - wrong - (wrong > 0)) / 40)


@pytest.mark.parametrize(
    ("content", "rate", "unit"),
    [
        (b"0 2 SIL\n2 6 take\n6 10 pour\n", 10.0, "in seconds"),
        (b"0 20 SIL\n20 60 take\n60 100 pour\n", 10.0, "in frames"),
        (b"start,end,label\n0,20,SIL\n20,60,take\n60,100,pour\n", 10.0, "in frames"),
        (b"start,end,label\n0,2,SIL\n2,6,take\n6,10,pour\n", 10.0, "in seconds"),
    ],
)
def test_whole_numbers_are_frames_or_seconds_by_what_else_is_known(content, rate, unit):
    found = of({"groundTruth/v1.csv": content, "net/v1": header(TOLD)}, rate=rate)
    assert scores(found) == {"net": [95, 100, 100]}
    assert unit in found.understood[0]
    assert not found.warnings


def test_whole_numbers_of_which_nothing_else_is_known_are_doubted():
    found = of(RIGHT["start, stop, label"])
    assert "groundTruth: all times are whole numbers, and are read as frames" in found.warnings[0]


def test_files_of_one_folder_count_in_one_way():
    files = {
        "groundTruth/v1.txt": lines(TRUTH[:60]),
        "groundTruth/v2.txt": lines(TRUTH[:60]),
        "net/v1.csv": b"start_frame,end_frame,label\n0,19,SIL\n20,59,take\n",
        "net/v2.csv": b"start_frame,end_frame,label\n0,59,take\n",  # alone, it would tell nothing
    }
    found = of(files)
    assert {video: one.acc for video, one in found.rankings[0].rows} == {"v1": 100, "v2": pytest.approx(200 / 3)}
    mixed = of(files | {"net/v2.csv": b"start_frame,end_frame,label\n0,20,SIL\n20,60,take\n"})
    assert any("each file is read by its own" in warning for warning in mixed.warnings)
    assert scores(mixed)["net"][0] == 100


def test_strict_makes_errors_of_warnings(tmp_path):
    for name, content in RIGHT["start, stop, label"].items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert compare_set(tmp_path).warnings
    with pytest.raises(Doubtful, match="whole numbers"):
        compare_set(tmp_path, strict=True)
    assert scores(compare_set(tmp_path, strict=True, unit="frames")) == {"net": [95, 100, 100]}


def test_nothing_to_score_is_a_refusal_of_its_own():
    for files in ({"groundTruth/v1.txt": lines(TRUTH)}, {"net/v1": header(TOLD)}, {}, {"README": b"x"}):
        with pytest.raises(NothingToScore, match="want"):
            of(files)
    with pytest.raises(NothingToScore, match=r"left out, as no labels: README"):
        of({"groundTruth/v1.txt": lines(TRUTH), "README": b"x"})
