"""Which classes count where no list says so, before the limit of a key frame; tables that count from 0 and from 1."""

import numpy as np
import pytest
from conftest import DATA

from vizcore.algorithms.detection.ava_classes import EVALUATED, default_classes, numbered_alike
from vizcore.algorithms.detection.ava_rows import ava_rows
from vizcore.algorithms.detection.average_precision import evaluate_ava
from vizcore.features.localization.pipeline_precision import compare_files
from vizcore.formats.action_lists import read_label_map

BOX, AWAY = "0.1,0.1,0.5,0.9", "0.6,0.1,0.9,0.9"
TRUTH = ["vidA,902,0.1,0.1,0.5,0.9,1,0", "vidA,902,0.6,0.1,0.9,0.9,2,1", "vidA,903,0.1,0.1,0.5,0.9,1,0"]
TRUTH += ["vidB,910,0.2,0.2,0.6,0.8,2,0"]
FOUND = [
    ("vidA,902,0.1,0.1,0.5,0.88", 1, 0.9),
    ("vidA,902,0.6,0.1,0.9,0.9", 2, 0.8),
    ("vidA,903,0.5,0.1,0.9,0.9", 1, 0.7),
    ("vidA,903,0.1,0.1,0.5,0.9", 1, 0.6),
    ("vidB,910,0.2,0.2,0.6,0.8", 2, 0.95),
]
MAP = (5 / 6 + 1) / 2  # of class 1 hit, miss, hit of two truths: (1 + 2/3) / 2; of class 2 all are hits


def table(actions):
    count = len(actions)
    return ava_rows(["v"] * count, np.arange(count), np.tile([0, 0, 1, 1.0], (count, 1)), actions)


def scored(folder, truth, rows, **settings):
    for name, lines in (("truth.csv", truth), ("rows.csv", rows)):
        (folder / name).write_text("\n".join(lines))
    return compare_files(folder / "truth.csv", other=folder / "rows.csv", **settings)


def test_the_sixty_are_those_of_the_official_list():
    path = DATA / "ava" / "ava_action_list_v2.1_for_activitynet_2018.pbtxt"
    if not path.exists():
        pytest.skip("no AVA list: set VIZCORE_SHARED_DATA to the folder that holds ava/")
    assert tuple(read_label_map(path)) == EVALUATED


def test_without_a_list_the_sixty_count_then_the_eighty_then_the_ids_of_both():
    found = table([3, 90, 95])
    assert default_classes(table([1, 80]), [found]) == (EVALUATED, "")
    ids, note = default_classes(table([1, 2]), [found])
    assert ids == tuple(range(1, 81))
    assert "does not evaluate (2): all 80" in note
    ids, note = default_classes(table([1, 81]), [found, table([7])])
    assert ids == (1, 3, 7, 81, 90, 95)
    assert "the 6 of ground truth and detections count" in note
    assert default_classes(table([0, 5]), [found])[0] == (0, 3, 5, 90, 95)


@pytest.mark.parametrize(("other", "ap"), [(3, 0.0), (2, 1.0), (81, 1.0)])
def test_rows_of_listed_classes_take_their_place_before_the_limit_those_of_others_do_not(other, ap, tmp_path):
    """50 confident rows of a class that the ground truth lacks, then the right one."""
    rows = [f"v,1,{AWAY},{other},0.9"] * 50 + [f"v,1,{BOX},1,0.1", f"v,2,{AWAY},1,0.1"]
    found = scored(tmp_path, [f"v,1,{BOX},1"], rows)
    assert found.results[0].ap[1] == ap
    assert len(found.results[0].rankings) == 60


def test_eighty_classes_of_random_tables_are_scored_as_with_the_list(tmp_path):
    rng = np.random.default_rng(0)
    lines = [f"v{k % 5},{k},{BOX},{a}" for k in range(60) for a in rng.choice(EVALUATED[:6], 2, replace=False)]
    rows = [f"v{k % 5},{k},{b},{a},{rng.random():.6f}" for k in range(60) for b in (BOX, AWAY) for a in range(1, 81)]
    found = scored(tmp_path, lines, rows)
    listed = found.results[0].ground_truth, found.results[0].detections
    by_list = evaluate_ava(*listed, EVALUATED)
    assert found.results[0].mean == by_list.mean
    alone = evaluate_ava(*listed, np.unique(listed[0].actions))  # what the limit does not bite in is too good
    assert alone.mean > by_list.mean


@pytest.mark.parametrize(
    ("written", "note"),
    [
        (lambda k: f"{k}", ""),
        (lambda k: f"{k}.0", ""),
        (lambda k: f"{k - 1}", "the detections count classes from 0, the other table from 1: +1 is added"),
    ],
)
def test_however_classes_are_written_the_score_is_the_same(written, note, tmp_path):
    found = scored(tmp_path, TRUTH, [f"{row},{written(action)},{score}" for row, action, score in FOUND])
    assert found.results[0].mean == pytest.approx(MAP)
    assert note in " ".join(found.notes)


def test_x_y_width_height_give_the_score_of_the_corners(tmp_path):
    def sized(row):
        video, second, *box = row.split(",")
        x1, y1, x2, y2 = map(float, box)
        return f"{video},{second},{x1},{y1},{x2 - x1:.3f},{y2 - y1:.3f}"

    found = scored(tmp_path, TRUTH, [f"{sized(row)},{action},{score}" for row, action, score in FOUND])
    assert found.results[0].mean == pytest.approx(MAP)
    assert "x, y, width, height" in " ".join(found.notes)


def test_a_ground_truth_from_0_moves_the_detections_down_and_a_background_class_moves_nothing():
    found = numbered_alike(table([0, 1, 2, 0]), table([1, 2, 3, 1]))
    assert found.actions.tolist() == [0, 1, 2, 0]
    assert "-1 is added" in found.notes[-1]
    background = table([1, 2, 0, 3])
    assert numbered_alike(table([1, 2, 3, 3]), background).actions.tolist() == [1, 2, 0, 3]
    assert numbered_alike(table([1, 2]), table([1, 2])).notes == ()


def test_a_refusal_names_the_table_that_does_not_belong(tmp_path):
    (tmp_path / "others.csv").write_text(f"w,1,{BOX},1,0.5")
    rows = [f"{row},{action},{score}" for row, action, score in FOUND]
    with pytest.raises(ValueError, match=r"want detections \(others\) in the videos of the ground truth"):
        scored(tmp_path, TRUTH, rows, second=tmp_path / "others.csv")


def test_two_tables_of_one_name_keep_apart(tmp_path):
    rows = "\n".join(f"{row},{action},{score}" for row, action, score in FOUND)
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rows.csv").write_text(rows)
    (tmp_path / "truth.csv").write_text("\n".join(TRUTH))
    old, new = (tmp_path / name / "rows.csv" for name in ("old", "new"))
    assert compare_files(tmp_path / "truth.csv", other=old, second=new).titles == ("old/rows", "new/rows")
    assert compare_files(tmp_path / "truth.csv", other=old, second=old).titles == ("rows", "rows (second)")


def test_detections_of_no_class_that_the_ground_truth_has_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"of the classes of the ground truth \(1, 2\), got 7 alone"):
        scored(tmp_path, TRUTH, [f"{row},7,{score}" for row, _, score in FOUND])
