"""Lesson files: that of the guide is a lesson, and whatever is wrong with one is said with its file and its field."""

import re
from pathlib import Path

import pytest
from conftest import ROOT

from vizcore.features.lessons.__main__ import main
from vizcore.features.lessons.pipeline import OURS, lesson, titles
from vizcore.features.lessons.reading import LARGEST_FILE, read_lesson
from vizcore.features.lessons.sums import SUMS

GUIDE = (ROOT / "docs" / "lessons.md").read_text()
(EXAMPLE,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
SLIDING = (OURS / "06-minimum.toml").read_text()


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def refused(folder: Path, text: str) -> str:
    with pytest.raises(ValueError, match=r"^Lesson file mine\.toml, ") as refusal:
        read_lesson(written(folder, text))
    return str(refusal.value)


def test_the_lesson_of_the_guide_is_one(tmp_path, capsys):
    path = written(tmp_path, EXAMPLE)
    found = read_lesson(path)
    assert found.title == "Two by two"
    assert found.filled(found.task) == "Greedy comes to 1. Do better."
    assert main([str(path)]) == 0
    assert "greedy = 1, total = 1.65, lost = 0.65" in capsys.readouterr().out


def test_the_table_of_the_guide_has_every_sum_with_its_numbers_and_values():
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", GUIDE, re.MULTILINE))
    assert rows.pop("sum").startswith("`[numbers]`")
    assert set(rows) == set(SUMS)
    for title in titles()[0]:
        one = lesson(title)
        named = set(re.findall(r"`([a-z_0-9]+)`", rows[one.sum]))
        assert set(SUMS[one.sum].numbers) <= named, one.sum
        assert {slider.name for slider in SUMS[one.sum].sliders} <= named
        assert {re.sub(r"_\d+$", "_0", name) for name in one.worked.values} <= named, one.sum


NUMBER = "want a number of -1e+06 to 1e+06"
WRONG = {  # what of the example is changed: into what, and what is then said of which field
    "no title": ('title = "Two by two"', "", "title: want a text of 1 to 60 letters, got nothing"),
    "a number for a title": ('"Two by two"', "22", "title: want a text of 1 to 60 letters, got 22"),
    "an empty title": ('"Two by two"', '"  "', "title: want a text of 1 to 60 letters, got ''"),
    "a misspelt sum": ('"greedy"  ', '"gredy"  ', "sum: want one of assignment, attention"),
    "a misspelt field": (
        "reached =",
        "reachd =",
        "try.reachd: want no field of this name (did you mean reached?), got '{lost}",
    ),
    "a field too much": ("[reveal]\n", "[reveal]\nanswer = 3\n", "reveal.answer: want no field of this name"),
    "no table": ("[reveal]", "[revealed]", "revealed: want no field of this name (did you mean reveal?), got {'text'"),
    "a table that is none": ("[numbers] ", "numbers = 3 #", "numbers: want a table, got 3"),
    "numbers of no shape": (
        "[0.85, 0.1]]",
        "[0.85]]",
        "numbers.similarity[2]: want a list of 2 to 4, each a number of",
    ),
    "words for numbers": ("0.85, 0.1]]", '"a", "b"]]', f"numbers.similarity[2][1]: {NUMBER}, got 'a'"),
    "not a number": ("0.85, 0.1]]", "nan, 0.1]]", f"numbers.similarity[2][1]: {NUMBER}, got nan"),
    "endless": ("0.85, 0.1]]", "-inf, 0.1]]", f"numbers.similarity[2][1]: {NUMBER}, got -inf"),
    "true for one": ("0.85, 0.1]]", "true, 0.1]]", f"numbers.similarity[2][1]: {NUMBER}, got True"),
    "a wrong answer": ("value = 1 }", "value = 1.2 }", "want exactly one choice whose value is greedy = 1, got 0"),
    "two right answers": (
        "value = 1.65 }",
        "value = 1.0 }",
        "want exactly one choice whose value is greedy = 1, got 2",
    ),
    "none marked": ("right = true, ", "", "check.choices: want exactly one choice with right = true, got 0"),
    "no reason": (', why = "There was nothing left to choose."', "", "check.choices[2].why: want a text"),
    "a word for a mark": ("right = true", 'right = "yes"', "check.choices[1].right: want true or false, got 'yes'"),
    "one choice": (
        '    { text = "1", value = 1 },\n',
        "",
        "predict.choices: want a list of 2 to 6, each a table of text, value, right, got [{",
    ),
    "the same choice twice": ('"1.65", value', '"1", value', "predict.choices: want choices of different texts"),
    "an unknown answer": ('answer = "greedy"', 'answer = "gready"', "predict.answer: want one of greedy, total"),
    "an unknown brace": ("{lost}", "{loss}", "try.reached: want a value of greedy, total, lost"),
    "a brace that asks for more": ("{lost}", "{lost.__class__}", "try.reached: want a value of"),
    "a brace that is open": ("{lost}", "{lost", "try.reached: "),
    "an unknown aim": ('["yours", "total"]', '["mine", "total"]', "try.reach: want pairs [value, value or number]"),
    "no aim": ('[["yours", "total"]]', "[]", "try.reach: want a list of 1 to 4, each [a text, a text or a number"),
    "an unknown page": ('page = "matching"', 'page = "../app"', "door.page: want one of alignment, compare"),
    "a query of numbers": ('clip = "tiles"', "clip = 3", "door.query.clip: want a text of at most 60 letters, got 3"),
    "no TOML": ("[numbers] ", "[numbers ", "the whole file: want TOML in UTF-8"),
    "a table left out": (
        '[reveal]\ntext = "Greedy comes to {greedy}; {total} is possible."',
        "",
        "reveal: want a table of text, got",
    ),
    "rows of two lengths": ("[0.85, 0.1]]", "[0.85, 0.1, 0.2]]", "numbers.similarity: want rows of one length, got"),
    "more columns than rows": (
        "[[0.9, 0.8]",
        "[[0.9, 0.8, 1], [2, 3, 4]] #",
        "numbers: want a similarity of as many rows",
    ),
    "a number too much": (
        "[numbers] ",
        "[numbers]\nnames = 3 #",
        "numbers.names: want no field of this name (known are",
    ),
    "an answer without its value": (
        'text = "1", value = 1 ',
        'text = "1" ',
        "predict.choices[2].value: want a number or a",
    ),
    "a value without an answer": (
        "right = true",
        "value = 3",
        "check.choices[1].value: want none without an answer, got 3",
    ),
    "a mark beside an answer": (
        "value = 1 }",
        "value = 1, right = true }",
        "predict.choices[2].right: want none beside",
    ),
    "nothing to say when there": (
        'reached = "{lost} more than greedy."',
        "",
        "try.reached: want a text that says so",
    ),
    "nothing to reach": ('reach = [["yours", "total"]]', "", "try.reached: want none where nothing"),
    "first of no slider": ("[try]\n", "[try]\nfirst = { gamma = 1 }\n", "try.first.gamma: want no field"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_with_file_and_field(tmp_path, what):
    old, new, refusal_text = WRONG[what]
    assert EXAMPLE.count(old) >= 1, "the example no longer has this"
    sentence = refused(tmp_path, EXAMPLE.replace(old, new, 1))
    assert refusal_text in sentence
    assert len(sentence) < 400


def test_a_misspelt_word_is_guessed(tmp_path):
    assert "(did you mean greedy?)" in refused(tmp_path, EXAMPLE.replace('"greedy"  ', '"gredy"  ', 1))
    extra = EXAMPLE.replace("[reveal]\n", '[reveal]\ntexts = "a"\n', 1)
    assert "(did you mean text?)" in refused(tmp_path, extra)


@pytest.mark.parametrize(
    ("first", "refusal_text"),
    [
        ("gamma = 0.52", "try.first.gamma: want a number of 0.05 to 3 in steps of 0.05, got 0.52"),
        ("gamma = 9", "try.first.gamma: want a number of 0.05 to 3"),
        ('gamma = "warm"', "try.first.gamma: want a number of 0.05 to 3 in steps of 0.05, got 'warm'"),
        ("delta = 1", "try.first.delta: want no field of this name (known are gamma)"),
    ],
)
def test_a_slider_that_cannot_stand_there_is_said(tmp_path, first, refusal_text):
    assert refusal_text in refused(tmp_path, SLIDING.replace("[try]\n", f"[try]\nfirst = {{ {first} }}\n"))


def test_a_slider_stands_first_where_the_file_says(tmp_path):
    text = SLIDING.replace("[try]\n", "[try]\nfirst = { gamma = 1.0 }\n")
    assert read_lesson(written(tmp_path, text)).board.first == (1.0,)
    assert "value is smooth = 1.68, got 0" in refused(tmp_path, text.replace("gamma = 1.0", "gamma = 2.0"))


@pytest.mark.parametrize(
    ("name", "old", "new", "refusal_text"),
    [
        ("03-blur", "places = 8", "places = 6", "want more places than the lamp crosses, 6, got 6"),
        ("04-attention", "query = [2, 0, 1, 0]", "query = [2, 0]", "want a query of 4 numbers and 3 names"),
        ("04-attention", "query = [2, 0, 1, 0]", "query = [90, 0, 1, 0]", "want products of query and keys up to 20"),
        ("07-reassembly", "[6, 2, 0.4]", "[6, 9, 0.4]", "want actions [time, class, confidence]"),
        ("07-reassembly", "[8, 0.9]", "[80, 0.9]", "want boundaries [time, confidence] of 0 to 25"),
        ("08-filter", "signal = [1, -1, 0]", "signal = [1, -1]", "want a signal of 3 numbers"),
        ("09-precision", "positives = 4", "positives = 2", "want at most 2 hits, as many as positives, got 3"),
        ("09-precision", 'run", "wave", "sit"', 'run", "wave"', "want as many hits as names, 4, got 5"),
        (
            "10-tau",
            "[0, 2, 1, 4, 3]",
            "[0, 2]",
            "numbers.order: want a list of 3 to 8, each a number of -1e+06 to 1e+06, got [0, 2]",
        ),
    ],
)
def test_numbers_that_do_not_belong_together_are_said(tmp_path, name, old, new, refusal_text):
    text = (OURS / f"{name}.toml").read_text()
    assert refusal_text in refused(tmp_path, text.replace(old, new, 1))


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe\x00", b"\x00" * 100, b"a = " + b"[" * 20000, b"#" * (LARGEST_FILE + 1), b"", b"= 3", b"a = 1\na = 2"],
    ids=["not utf-8", "noughts", "nested", "huge", "empty", "no key", "twice"],
)
def test_hostile_bytes_are_a_sentence(tmp_path, data):
    path = tmp_path / "mine.toml"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"^Lesson file mine.toml, ") as refusal:
        read_lesson(path)
    assert str(tmp_path) not in str(refusal.value)
    assert main([str(path)]) == 1


def test_a_folder_of_ones_own_comes_after_and_its_faults_keep_nobody_from_the_rest(tmp_path, monkeypatch):
    written(tmp_path, EXAMPLE, "a.toml")
    written(tmp_path, EXAMPLE, "b.toml")
    written(tmp_path, "nothing", "c.toml")
    written(tmp_path, EXAMPLE.replace("Two by two", "Broken").replace("value = 1 }", "value = 2 }"), "d.toml")
    (tmp_path / "e.toml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "f.toml").mkdir()
    monkeypatch.setenv("VIZCORE_LESSONS", str(tmp_path))
    found, faults = titles()
    assert list(found)[-2:] == ["Two by two", "Broken"]
    assert [fault.partition(",")[0] for fault in faults] == [f"Lesson file {name}.toml" for name in "bcef"]
    assert "want a title of its own, got that of a.toml" in faults[0]
    assert lesson("Two by two").sum == "greedy"
    with pytest.raises(ValueError, match=r"Lesson file d.toml, predict.choices"):
        lesson("Broken")


def test_a_file_that_is_changed_is_read_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("VIZCORE_LESSONS", str(tmp_path))
    path = written(tmp_path, EXAMPLE)
    assert lesson("Two by two").goal == "The smallest matching there is."
    path.write_text(EXAMPLE.replace("The smallest", "A small"))
    assert lesson("Two by two").goal == "A small matching there is."


def test_a_folder_that_is_not_there_has_no_lessons(tmp_path, monkeypatch):
    before, _ = titles()
    monkeypatch.setenv("VIZCORE_LESSONS", str(tmp_path / "nowhere"))
    assert titles() == (before, ())
