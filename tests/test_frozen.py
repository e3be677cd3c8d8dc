"""Frozen sets: fingerprints, what two sets are said to differ in, and one clip frozen by the real command line."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.frozen import comparing, fingerprints, pages, pictures, run_inside, samples
from tests.frozen.__main__ import CARD, SAME_MACHINE, main
from tests.frozen.comparing import DIFFERENT, ONLY_A, ONLY_B, RENAMED, ROUNDING, SAME, compare
from tests.frozen.jobs import Job, Tree, freeze, lines

ROOT = Path(__file__).resolve().parent.parent
VALUES = np.random.default_rng(0).normal(size=(20, 30)).astype(np.float32)
LARGE = np.random.default_rng(1).normal(size=fingerprints.WHOLE).astype(np.float32)


@pytest.fixture
def found(tmp_path):
    """A function: what is said of two results, {name: (state, why)}."""

    def said(one: dict, other: dict) -> dict[str, tuple[str, str]]:
        for name, arrays in (("a", one), ("b", other)):
            fingerprints.write(tmp_path / name / "results" / "match" / "usual", arrays)
        told = compare(tmp_path / "a", tmp_path / "b", ("results",))
        return {one.name.partition(": ")[2]: (one.state, one.why) for one in told}

    return said


def a_set(folder: Path, **sheets) -> Path:
    """A set of commands."""
    (folder / "commands").mkdir(parents=True)
    (folder / CARD).write_text(json.dumps(dict.fromkeys(SAME_MACHINE, "one")))
    for name, sheet in sheets.items():
        (folder / "commands" / f"{name}.json").write_text(json.dumps(sheet))
    return folder


def a_picture(path: Path, pixels: np.ndarray) -> Path:
    Image.fromarray(pixels).save(path)
    return path


def test_a_fingerprint_knows_kind_shape_and_every_bit():
    one = fingerprints.fingerprint(VALUES)
    changed = VALUES.copy()
    changed[3, 4] = np.nextafter(changed[3, 4], np.float32(9))
    assert fingerprints.fingerprint(VALUES.copy()) == one
    assert fingerprints.fingerprint(np.asfortranarray(VALUES)) == one
    assert fingerprints.fingerprint(changed)["sha256"] != one["sha256"]
    assert fingerprints.fingerprint(VALUES.reshape(30, 20))["shape"] == [30, 20]
    assert one["mean"] == pytest.approx(VALUES.astype(float).sum() / 600)


def test_a_fingerprint_counts_what_is_not_finite_and_leaves_it_out():
    told = fingerprints.fingerprint(np.array([1.0, np.nan, 5.0, -np.inf]))
    assert (told["min"], told["max"], told["mean"], told["not finite"]) == (1.0, 5.0, 3.0, 2)
    nothing = fingerprints.fingerprint(np.array([np.nan]))
    assert (nothing["mean"], nothing["not finite"]) == (None, 1)
    assert fingerprints.fingerprint(np.zeros((0, 4)))["max"] is None


def test_equal_results_are_the_same_nan_included(found):
    values = np.where(VALUES > 1, np.nan, VALUES)
    assert found({"x": values, "word": np.array("yes")}, {"x": values.copy(), "word": np.array("yes")}) == {
        "x": (SAME, ""),
        "word": (SAME, ""),
    }


def test_the_order_of_a_sum_is_rounding_and_is_told_by_how_much(found):
    other = VALUES + np.float32(2e-6) * np.sign(VALUES)
    state, why = found({"x": VALUES}, {"x": other})["x"]
    assert state == ROUNDING
    assert f"by at most {np.abs(other.astype(float) - VALUES).max():.3g}" in why


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda x: x + (np.arange(600).reshape(20, 30) == 77), "1 of 600 differ, by at most 1 "),
        (lambda x: x.astype(np.float64), "float32 (20, 30) became float64 (20, 30)"),
        (lambda x: x[:-1], "float32 (20, 30) became float32 (19, 30)"),
        (lambda x: np.where(x == x.max(), np.float32("nan"), x), "by at most inf"),
    ],
)
def test_a_change_is_named(change, told, found):
    state, why = found({"x": VALUES}, {"x": change(VALUES)})["x"]
    assert state == DIFFERENT
    assert told in why


def test_whole_numbers_and_words_have_no_rounding(found):
    told = found(
        {"n": np.array([1_000_000, 2]), "w": np.array("left")}, {"n": np.array([1_000_001, 2]), "w": np.array("right")}
    )
    assert told["n"][0] == DIFFERENT
    assert told["w"] == (DIFFERENT, "left became right")


def test_of_a_large_array_rounding_is_told_from_a_change_in_one_place(found):
    changed = LARGE.copy()
    changed[12345] += 0.5  # no place of the sample
    assert found({"x": LARGE}, {"x": LARGE.copy()})["x"] == (SAME, "")
    assert found({"x": LARGE}, {"x": LARGE * np.float32(1 + 1e-6)})["x"][0] == ROUNDING
    assert found({"x": LARGE}, {"x": changed})["x"][0] == DIFFERENT
    changed = LARGE * np.float32(1 + 1e-6)
    changed[12345] = 100
    assert found({"x": LARGE}, {"x": changed})["x"][0] == DIFFERENT


def test_what_is_in_one_set_only_is_told_unless_it_is_there_under_another_name(found):
    told = found({"old": VALUES, "gone": VALUES + 1, "x": VALUES}, {"x": VALUES, "new": VALUES, "more": VALUES - 1})
    assert told == {
        "old": (RENAMED, "now new"),
        "gone": (ONLY_A, ""),
        "more": (ONLY_B, ""),
        "x": (SAME, ""),
    }


def test_one_array_is_the_new_name_of_one_other_alone(found):
    told = found({"first": VALUES, "second": VALUES}, {"new": VALUES})
    assert told == {"first": (RENAMED, "now new"), "second": (ONLY_A, "")}


@pytest.mark.parametrize(
    ("one", "other", "code", "told"),
    [
        ({"cosine": 0.5}, {"cosine": 0.5}, 0, ""),
        ({"cosine": 0.5}, {"cosine": 0.500001}, 0, ROUNDING),
        ({"cosine": 0.5}, {"cosine": 0.6}, 1, "sheets.numbers.cosine: 0.5 became 0.6"),
        ({"cosine": 0.5}, {"cosine": 0.5, "more": 1}, 1, "sheets.numbers.more is only in the second"),
        ({"bytes": 1_000_000}, {"bytes": 1_000_001}, 1, "sheets.numbers.bytes: 1000000 became 1000001"),
        ({"true": "left"}, {"true": "right"}, 1, "sheets.numbers.true: left became right"),
    ],
)
def test_commands_are_compared_number_by_number_and_the_exit_code_says_so(one, other, code, told, tmp_path, capsys):
    sets = [a_set(tmp_path / name, match={"code": 0, "sheets": {"numbers": numbers}})
            for name, numbers in (("a", one), ("b", other))]  # fmt: skip
    assert main(["compare", *map(str, sets), "--only", "commands"]) == code
    assert told in capsys.readouterr().out


def test_a_command_that_is_gone_counts_as_a_difference(tmp_path, capsys):
    sets = a_set(tmp_path / "a", match={}, align={}), a_set(tmp_path / "b", match={})
    assert main(["compare", *map(str, sets)]) == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "align" in line]
    assert ONLY_A in line


def test_what_was_renamed_on_purpose_is_told_as_renamed_and_all_else_as_different(tmp_path, capsys):
    told = {"recipe": "old.match", "more": "older.match", "numbers": {"cosine": 0.5}}
    now = {"recipe": "new.match", "more": "older.match", "numbers": {"cosine": 0.5}}
    first, same = a_set(tmp_path / "a", match=told), a_set(tmp_path / "b", match=now | {"schema": 1})
    other = a_set(tmp_path / "c", match=now | {"schema": 1, "numbers": {"cosine": 0.6}})
    names = tmp_path / "names.tsv"
    names.write_text("# of modules\nold\tnew\n\tschema\n")
    words = ["--only", "commands", "--renamed", str(names)]
    assert main(["compare", str(first), str(same), *words]) == 0
    assert RENAMED in capsys.readouterr().out
    assert main(["compare", str(first), str(same), *words[:2]]) == 1
    assert main(["compare", str(first), str(other), *words]) == 1
    names.write_text("old new\n")
    assert main(["compare", str(first), str(same), *words]) == 2


def test_words_that_went_and_came_are_told(tmp_path):
    for name, words in (("a", "title: Lamps\nnote: one\n"), ("b", "title: Lamps\nnote: two\n")):
        (tmp_path / name).write_text(words)
    (finding,) = comparing.words("home", tmp_path / "a", tmp_path / "b")
    assert (finding.state, finding.why) == (DIFFERENT, "- note: one | + note: two")


def test_pictures_are_compared_by_the_share_of_pixels_that_a_person_could_see(tmp_path):
    ground = np.full((100, 200, 3), 90, np.uint8)
    spot = ground.copy()
    spot[10:20, 30:50] += 60
    first = a_picture(tmp_path / "a.png", ground)
    assert pictures.difference(first, a_picture(tmp_path / "b.png", ground + 3)) == (0, "")
    share, why = pictures.difference(first, a_picture(tmp_path / "c.png", spot))
    assert share == 0.01
    assert "x 30 to 49, y 10 to 19" in why
    assert pictures.difference(first, a_picture(tmp_path / "d.png", ground[:90])) == (1, "200 x 100 became 200 x 90")
    pictures.side_by_side(first, tmp_path / "d.png", tmp_path / "both.png")
    with Image.open(tmp_path / "both.png") as both:
        assert both.size == (600, 100)


def test_a_result_is_taken_apart_and_what_was_measured_or_lies_in_a_folder_is_left_out(tmp_path):
    @dataclass
    class Result:
        sigma: np.ndarray
        rows: tuple
        file: str = str(tmp_path)
        spent: float = field(default=1.5, metadata={"measured": True})
        seconds: float = 2.5
        nothing: None = None

    found = dict(run_inside._leaves("", Result(VALUES, ((1, 2.5), ("a", "b"), {"k": True}))))
    assert list(found) == ["sigma", "rows.0", "rows.1", "rows.2.k"]
    assert found["rows.0"].tolist() == [1, 2.5]


def test_a_pipeline_is_found_under_the_first_name_that_is_there():
    assert run_inside._imported(["nowhere.at.all", "json.nothing", "json.loads"]) is json.loads
    with pytest.raises(LookupError, match=r"want one of nowhere\.at in this tree"):
        run_inside._imported(["nowhere.at"])


def test_what_differs_from_run_to_run_is_no_part_of_a_command(tmp_path):
    tree = Tree(ROOT, tmp_path)
    said = (
        f'{{"key": "ab", "seconds": 2.5, "path": "{tmp_path}/x.mp4"}}\nok  Matching   8 of 8    37\nin 1.25 s of {ROOT}'
    )
    assert lines(said, tree) == [{"path": "WORK/x.mp4"}, "ok  Matching  8 of 8", "in # s of TREE"]


def test_the_samples_are_the_same_at_every_call(tmp_path):
    for name in ("a", "b"):
        samples.write(tmp_path / name)
    one, other = ({file.relative_to(tmp_path / name): file.read_bytes() for file in (tmp_path / name).rglob("*.[ctn]*")}
                  for name in ("a", "b"))  # fmt: skip
    assert len(one) > 15
    assert one == other


def test_every_page_of_this_tree_is_frozen():
    files = {pages.file_of(page, ROOT) for page in pages.FILES}
    assert files == {path.stem for path in (ROOT / "pages").glob("*.py")}
    assert len({state.file for state in pages.states()}) == len(list(pages.states()))


def test_one_clip_frozen_twice_by_the_real_command_line_is_the_same_and_another_setting_is_not(tmp_path):
    def frozen(name: str, across: int) -> Path:
        words = ["match", "tiles", "--count", "3", "--across", str(across), "--out", "{out}", "--forms", "json,npz"]
        tree = Tree(ROOT, tmp_path / f"work of {name}")
        assert freeze(tree, [Job("", "match", "few", {"words": words})], tmp_path / name, ("results", "commands")) == []
        return tmp_path / name

    one, again, other = frozen("a", 8), frozen("b", 8), frozen("c", 4)
    parts = ("results", "commands")
    assert {finding.state for finding in compare(one, again, parts)} == {SAME}
    assert DIFFERENT in {finding.state for finding in compare(one, other, parts)}
    sheet = json.loads((one / "commands" / "match" / "few.json").read_text())
    assert (sheet["code"], sheet["sheets"]["tiles.json"]["numbers"]["columns"]) == (0, 8)
    sigma = fingerprints.read(one / "results" / "match" / "few").kept["tiles: tracks.steps"]
    assert (np.sort(sigma, -1) == np.arange(64)).all()


@pytest.mark.parametrize("words", ["write {here}", "compare {here} {here}", "write {here}/new --tree {here}"])
def test_a_folder_of_something_else_is_refused_in_a_sentence(words, tmp_path, capsys):
    (tmp_path / "letter.txt").write_text("Dear reader")
    assert main(words.format(here=tmp_path).split()) == 2
    assert "want a" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
