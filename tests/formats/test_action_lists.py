"""Lists of actions of unknown origin: no text takes longer than its length, and none is read that is too large."""

import re
from pathlib import Path

import pytest
from ava_tables import RIGHT, TRUTH, shown
from counted import TENFOLD, matching, reading
from test_pages import complaints

from vizcore.cli import main
from vizcore.formats.action_lists import LARGEST, entries, read_label_map

BACKTRACKING = re.compile(r"\w+\s*\{((?:[^{}\"']|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')*)\}")  # what once read entries
HOSTILE = {
    "a very long word": ("", "a"),
    "a long word before every brace": ("", "a" * 40 + "{"),
    "braces that nothing closes": ("", "a{"),
    "braces after braces": ("a", "{"),
    "braces that nothing opens": ("a{", "}"),
    "entries in entries": ("", "item { name: 'x' inner "),
    "quotes that nothing closes": ("", 'item { name: "'),
    "one quote that nothing closes": ('item { name: "', "x"),
    "quotes of either kind": ("item {", "\"'"),
    "strokes": ('item { name: "', "\\"),
    "strokes before quotes": ('item { name: "', '\\"'),
    "strings without end": ("item {", '"a" '),
    "fields without end": ("item {", "name: "),
    "colons": ("item {", ":"),
    "blanks": ("item", " "),
    "blanks after every word": ("", "a" + " " * 40),
    "lines": ("item {", "\n"),
    "digits": ("item { id: ", "9"),
    "signs before digits": ("item { id: ", "-1"),
    "ordinary entries": ("", 'item { name: "walk" id: 3 }\n'),
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_ten_times_the_list_takes_at_most_twelve_times_the_steps(shape):
    start, again = HOSTILE[shape]
    once, tenfold = (reading(lambda text: list(entries(text)), start + again * count) for count in (50, 500))
    assert 0 < tenfold <= TENFOLD * once


def test_the_count_sees_what_a_backtracking_expression_does():
    assert matching(BACKTRACKING, "a" * 500) > 50 * matching(BACKTRACKING, "a" * 50)
    with pytest.raises(AssertionError, match="asks a regular expression"):
        reading(lambda text: BACKTRACKING.findall(text), "a{")


def test_entries_are_those_that_the_backtracking_expression_found():
    text = """a{b} c { name: "}{" x: '\\'' } d { e { f:1 } g } {h} : {i} j{{k}} 'l' {m} n12 {} # don't\n o{"p\\\\"}q"""
    assert [text[one.start : one.stop] for one in entries(text)] == BACKTRACKING.findall(text)


def test_a_quote_that_is_not_closed_is_refused_by_its_line(tmp_path):
    path = tmp_path / "list.pbtxt"
    path.write_text("# don't mind\nitem { name: 'walk' id: 1 }\nitem { name: \"run id: 2 }\n")
    with pytest.raises(ValueError, match=r"want every quote closed on its line, .* in line 3 of list\.pbtxt"):
        read_label_map(path)


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 200])
def test_a_number_without_end_and_an_entry_without_end_make_a_short_sentence(number, tmp_path):
    path = tmp_path / "list.pbtxt"
    path.write_text(f'item {{ name: "walk" id: {number} }}')
    with pytest.raises(ValueError, match="want a name and an id of 1 or more") as refused:
        read_label_map(path)
    assert len(str(refused.value)) < 250


@pytest.fixture
def large(tmp_path):
    path = tmp_path / "large.pbtxt"
    path.write_text('item { name: "walk" id: 1 }\n' + " " * LARGEST)
    return path


def test_a_list_beyond_the_limit_is_refused_before_it_is_read(large, monkeypatch):
    assert large.stat().st_size > LARGEST == 1 << 20
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(ValueError, match=r"want a list of actions of at most 1 MB, got large\.pbtxt of 1\.0 MB"):
        read_label_map(large)


def test_the_limit_holds_on_the_page_and_on_the_command_line(large, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    files = []
    for name, rows in (("truth.csv", TRUTH), ("right.csv", RIGHT)):
        files.append(str(tmp_path / name))
        (tmp_path / name).write_text("\n".join(rows))
    sentence = "want a list of actions of at most 1 MB"
    (complaint,) = complaints(shown("right.csv", actions=f"media/{large.name}"))
    assert sentence in complaint
    assert main(["evaluate", "localization", *files, "--actions", str(large)])
    assert sentence in capsys.readouterr().err
