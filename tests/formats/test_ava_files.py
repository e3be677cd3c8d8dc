"""The files of AVA, real ones and broken ones: what is read, what is told, what is refused and by which sentence."""

import csv
import gzip
import re

import numpy as np
import pytest
from conftest import DATA
from counted import TENFOLD, reading

from vizcore.algorithms.detection.ava_rows import ava_rows
from vizcore.formats import ava_files
from vizcore.formats.action_lists import read_label_map
from vizcore.formats.ava_files import read_ava_csv, read_excluded

ROW = "vid,0902,0.1,0.2,0.3,0.4,12"


def real(name):
    path = DATA / "ava" / name
    if not path.exists():
        pytest.skip(f"no {name}: set VIZCORE_SHARED_DATA to the folder that holds ava/")
    return path


@pytest.fixture
def written(tmp_path):
    def write(text, name="rows.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_real_ground_truth_is_read_as_the_csv_module_reads_it():
    path = real("ava_val_v2.1_pose14_4videos.csv")
    table = read_ava_csv(path)
    with path.open() as file:
        rows = list(csv.reader(file))
    assert len(table) == len(rows)
    names = table.keys
    keys = [names[frame] for frame in table.frames]
    assert keys == [(row[0], float(row[1])) for row in rows]
    assert np.array_equal(table.boxes, np.array([row[2:6] for row in rows], float))
    assert table.actions.tolist() == [int(row[6]) for row in rows]
    assert len(set(keys)) == len(names)
    assert table.scores is table.people is None


@pytest.mark.parametrize("block", [10, 100, 1000])  # shorter and longer than a line
def test_blocks_and_compression_change_nothing(written, monkeypatch, block):
    lines = [f"v{k % 3},{900 + k // 4:04d},0.{k % 5},0.1,0.9,0.95,{k % 7 + 1},0.{k:03d}" for k in range(200)]
    lines[60] = "v9,0077"  # a key frame without anybody, in the middle
    text = "\n".join(["video,timestamp,x1,y1,x2,y2,action,score", *lines])
    whole = read_ava_csv(written(text))
    monkeypatch.setattr(ava_files, "BLOCK", block)
    for path in (written(text + "\n"), written(gzip.compress(text.encode()), "rows.csv.gz")):
        parts = read_ava_csv(path)
        assert (parts.videos, parts.keys, len(parts), parts.notes) == (whole.videos, whole.keys, 199, whole.notes)
        for column in ("frames", "boxes", "actions", "scores"):
            assert np.array_equal(getattr(parts, column), getattr(whole, column))
    assert ("v9", 77.0) in whole.keys
    assert whole.keys.index(("v9", 77.0)) not in whole.frames


def test_zeros_fractions_spaces_and_signs_of_other_systems_name_the_same_key_frame(written):
    forms = ["vid,0902,0.1,0.2,0.3,0.4,12", "vid,902,.1,.2,.3,.4,012", "vid, 902.0 ,1e-1,0.2, 0.3,0.4, 12"]
    table = read_ava_csv(written("\ufeff" + "\r\n".join(forms) + "\r\n\r\n"))
    assert table.keys == [("vid", 902.0)]
    assert table.actions.tolist() == [12, 12, 12]
    assert (table.boxes == [0.1, 0.2, 0.3, 0.4]).all()
    assert read_ava_csv(written("vid,902.5,0,0,1,1,1\nvid,902,0,0,1,1,1")).keys == [("vid", 902.5), ("vid", 902.0)]


def test_the_eighth_column_is_people_or_scores(written):
    people, scores = (written("\n".join(f"{ROW},{last}" for last in column), f"{column[0]}.csv")
                      for column in (("0", "17"), ("0.5", "1")))  # fmt: skip
    assert read_ava_csv(people).people.tolist() == [0, 17]
    assert read_ava_csv(people).scores is None
    assert read_ava_csv(people, scored=True).scores.tolist() == [0, 17]
    assert read_ava_csv(scores).scores.tolist() == [0.5, 1]
    assert read_ava_csv(scores).people is None
    assert read_ava_csv(scores, scored=False).scores is None


def test_key_frames_without_rows_alone_are_a_table(written):
    assert read_ava_csv(written("a,1\nb,0002\n")).keys == [("a", 1.0), ("b", 2.0)]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("video,timestamp,x1,y1,x2,y2,action\n" + ROW, "the first line is a header: skipped"),
        (f"{ROW}\n{ROW}\n{ROW}", "2 exact repeats of other rows: they stay"),
        (ROW.replace("0.1", "-0.02") + "\n" + ROW, r"corners out of the frame \(-0.02 to 0.4\) in 1 of the boxes"),
        (f"{ROW},7.5\n{ROW},-2", "scores go from -2 to 7.5, not 0 to 1"),
    ],
)
def test_what_is_odd_but_can_be_used_is_told(written, text, note):
    table = read_ava_csv(written(text))
    assert len(table.notes) == 1
    assert re.match(note, table.notes[0])


def test_rows_that_differ_in_one_number_are_no_repeats(written):
    others = [ROW.replace("vid", "w"), ROW.replace("902", "903"), ROW.replace("0.4", "0.5"), ROW[:-2] + "13"]
    assert read_ava_csv(written("\n".join([ROW, *others]))).notes == ()
    assert read_ava_csv(written(f"{ROW},0.5\n{ROW},0.6")).notes == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "want rows of video, second, .*got none in rows.csv"),
        ("\n\n", "got none in rows.csv"),
        ("video,timestamp,x1,y1,x2,y2,action\n", "got none in rows.csv"),
        ("vid,0902,10,20,300,400,12", "as shares of the frame, 0 to 1, got 10 to 400: these look like pixels"),
        (f"{ROW}\nvid,0902,0.1,zero,0.3,0.4,12", "at most one number more in line 2, got 'vid,0902,0.1,zero"),
        (f"{ROW}\nvid,0902,0.1,0.2,0.3,0.4", "in line 2, got 'vid,0902,0.1,0.2,0.3,0.4'"),
        (f"{ROW}\n{ROW},0.5", "in line 2"),
        (f"{ROW},0.5\n{ROW},", "in line 2"),
        (f"{ROW}\n\n{ROW[:-2]}walk", "in line 3, got 'vid,0902,0.1,0.2,0.3,0.4,walk'"),
        (f"{ROW[:-2]}12.5", "in line 1"),
        (ROW.replace(",", ";"), "in line 1, got .*; columns are parted by commas"),
        (ROW.replace(",", "\t"), "columns are parted by commas"),
        (f"{ROW}\n{ROW.replace('0.2', 'nan')}", r"want finite corners, got \[0.1 nan 0.3 0.4\] in row 2"),
        (f"{ROW},inf", "want finite scores, got inf in row 1"),
        (ROW.replace("0902", "-902"), "want time stamps in seconds, 0 or more, got -902"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe" + bytes(range(256)), "want a text file of comma-separated values, got rows.csv"),
        (b"\xff" + ROW.encode(), "want a text file of comma-separated values"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_line(written, text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_ava_csv(written(text))


def test_packed_files_that_are_broken_are_refused(written):
    packed = gzip.compress(ROW.encode() * 1000)
    for text in (packed[: len(packed) // 2], b"no gzip"):
        with pytest.raises(ValueError, match=r"want a whole packed file, got rows\.csv\.gz"):
            read_ava_csv(written(text, "rows.csv.gz"))


@pytest.mark.usefixtures("read_here")
def test_lines_without_end_and_key_frames_without_number_are_refused(written, monkeypatch):
    monkeypatch.setattr(ava_files, "BLOCK", 1000)
    with pytest.raises(ValueError, match="want lines of at most 65,536 bytes, got more"):
        read_ava_csv(written(f"{ROW}\n{'0' * 200_000}"))
    monkeypatch.setattr(ava_files, "MOST_EMPTY", 5)
    assert len(read_ava_csv(written(f"{ROW}\n" + "a,1\n" * 5)).keys) == 2
    with pytest.raises(ValueError, match="want at most 5 key frames without rows, got more"):
        read_ava_csv(written(f"{ROW}\n" + "a,1\n" * 6))


def test_class_numbers_with_a_point_are_those_without(written):
    rows = [f"{ROW[:-2]}{number},0.5" for number in ("1.0", "2.", "12", "3e0")]
    assert read_ava_csv(written("\n".join(rows))).actions.tolist() == [1, 2, 12, 3]


@pytest.mark.parametrize("blank", ["", "   ", "\t", ",,,,,,", " , ,,,,, ", '"","","","","","",""'])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blank_lines_are_left_out_wherever_they_stand(written, blank, end):
    lines = [blank, ROW, blank, blank, ROW.replace("0.1", "0.15"), blank, ""]
    table = read_ava_csv(written(end.join(lines)))
    assert table.boxes[:, 0].tolist() == [0.1, 0.15]
    assert table.notes == (("4 blank lines: left out",) if blank else ())
    assert len(read_ava_csv(written(end.join(["video,second,x1,y1,x2,y2,class", *lines])))) == 2
    with pytest.raises(ValueError, match="in line 7, got 'vid'"):
        read_ava_csv(written(end.join([*lines[:-1], "vid"])))


def test_boxes_of_widths_and_heights_are_told_by_geometry(written):
    rng = np.random.default_rng(0)
    size = rng.uniform(0.1, 0.5, (40, 2))
    low = rng.uniform(0, 1 - size)
    sized, corners = np.hstack([low, size]), np.hstack([low, low + size])

    def table(boxes):
        return read_ava_csv(written("\n".join(f"v,{k},{','.join(map(str, box))},1" for k, box in enumerate(boxes))))

    assert (sized[:, 2:] < sized[:, :2]).any()
    assert table(sized).boxes == pytest.approx(corners)
    assert "boxes are taken as x, y, width, height" in table(sized).notes[0]
    assert table(corners).boxes == pytest.approx(corners)
    assert table(corners).notes == ()
    backwards = np.vstack([corners, [0.5, 0.2, 0.4, 0.6]])  # one of corners the wrong way round stays one
    assert table(backwards).boxes == pytest.approx(backwards)


def test_json_and_packed_files_are_told_by_their_content(written):
    for text in ('{"annotations": [], "images": []}', '[\n{"a": 1}]', "  {}"):
        with pytest.raises(ValueError, match=r"want comma-separated values .*, got JSON, rows\.csv"):
            read_ava_csv(written(text))
    assert len(read_ava_csv(written(gzip.compress(ROW.encode()), "no-ending"))) == 1
    assert read_excluded(written(gzip.compress(b"a,1"), "left-out")) == {("a", 1.0)}


@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize(
    "line", [ROW, "", ",,,", " ", "a,1", '"', f'"{ROW}"', "{", "x" * 300, ROW + ",", ROW.replace("12", "1.5")], ids=repr
)
def test_ten_times_the_rows_take_at_most_twelve_times_the_steps(written, line):
    def steps(count):
        path = written(f"{ROW}\n" + f"{line}\n" * count)
        return reading(lambda _: read_ava_csv(path), "")

    assert steps(20_000) <= TENFOLD * steps(2000)


@pytest.mark.usefixtures("read_here")
def test_too_many_rows_are_refused_before_they_are_read(written, monkeypatch):
    monkeypatch.setattr(ava_files, "MOST_ROWS", 3)
    assert len(read_ava_csv(written("\n".join([ROW.replace("12", str(k)) for k in range(3)])))) == 3
    with pytest.raises(ValueError, match=r"want at most 3 rows, got 4 in rows\.csv"):
        read_ava_csv(written("\n".join([ROW] * 4)))


def test_both_forms_of_the_list_of_actions_are_read():
    some, every = (
        read_label_map(real(f"ava_action_list_{name}.pbtxt")) for name in ("v2.1_for_activitynet_2018", "v2.2")
    )
    assert (len(some), len(every)) == (60, 80)
    assert all(some[action].name == every[action].name for action in some)
    assert {action.group for action in some.values()} == {None}
    groups = [every[action].group for action in sorted(every)]
    assert groups == ["pose"] * 14 + ["object"] * 49 + ["person"] * 17
    assert every[80].name == "watch (a person)"
    assert some[1].name == "bend/bow (at the waist)"


def test_names_may_hold_braces_and_quotes_and_entries_may_be_on_one_line(written):
    text = "item { name: 'say \\'hi\\'' id: 3 } item{id:5,name:\"a } {\"}"
    actions = read_label_map(written(text, "list.pbtxt"))
    assert {action: entry.name for action, entry in actions.items()} == {3: "say 'hi'", 5: "a } {"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("walk\nrun\n", "want entries such as item .*, got none in list.pbtxt"),
        ('item { name: "walk" }', "want a name and an id of 1 or more in every entry, got 'name: \"walk\"'"),
        ('item { name: "walk" id: 0 }', "want a name and an id of 1 or more"),
        ('item { name: "a" id: 2 } item { name: "b" id: 2 }', "want every id once, got 2 again"),
        (b"\xff\xfe", "want a text file of actions, got list.pbtxt"),
    ],
)
def test_lists_that_are_none_are_refused(written, text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_label_map(written(text, "list.pbtxt"))


def test_excluded_key_frames_are_read(written):
    found = read_excluded(real("ava_val_excluded_timestamps_v2.2.csv"))
    assert ("UOyyTUX5Vo4", 1173.0) in found
    assert len(found) == 37
    with pytest.raises(ValueError, match=r"rows\.csv: want video, second in line 2, got 'a,b'"):
        read_excluded(written("a,1\na,b"))


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="want columns of one length, got 2 videos"):
        ava_rows(["a", "b"], [1.0], np.zeros((2, 4)), [1, 1])
    with pytest.raises(ValueError, match="want columns of one length"):
        ava_rows(["a"], [1.0], np.zeros((1, 4)), [1], [0.5, 0.6])
