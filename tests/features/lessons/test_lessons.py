"""The lessons that came with the app: every answer is right, every line of arithmetic holds, every task can be done."""

import subprocess
import sys
from itertools import combinations, pairwise

import numpy as np
import pytest
from conftest import ROOT
from figures import check_figure
from lesson_arithmetic import ROUNDED, sides

from vizcore.features.catalog import page
from vizcore.features.lessons.boards import Points
from vizcore.features.lessons.figures import FIGURES, larger
from vizcore.features.lessons.lesson import STEPS, filled
from vizcore.features.lessons.pipeline import OURS, lesson, titles, worked
from vizcore.features.lessons.sums import SUMS
from vizcore.features.lessons.worked import added, listed, written
from vizcore.runtime.clip_library import bundled

TITLES = tuple(titles()[0])
SOLVED = {  # a hand that does what the lesson asks for
    "Matching by hand": "0.1_1.0_2.2",
    "Greedy against Hungarian": "0.1_1.0_2.2",
    "Why averaging blurs": "0",
    "A row of attention": "0",
    "Dynamic time warping": "0.0_0.1_1.2_2.3_3.4_4.5",
    "A minimum with a slope": "0.15",
    "A re-assembly puzzle": "0_1_3_4_5_6_7_8",
    "A filter on a graph": "1_-1",
    "Average precision": "1_2_4_0_3",
    "Kendall's tau": "0_2_1_4_3",
}
ELSEWHERE = {  # another hand, that does not
    "Matching by hand": "0.0_1.1_2.2",
    "Greedy against Hungarian": "0.0_1.1_2.2",
    "Why averaging blurs": "2",
    "A row of attention": "3.25",
    "Dynamic time warping": "0.0_1.1_2.2_3.3_4.4_4.5",
    "A minimum with a slope": "2.4",
    "A re-assembly puzzle": "0_2_5_7_8",
    "A filter on a graph": "0.5_0.75",
    "Average precision": "3_0_4_2_1",
    "Kendall's tau": "4_3_2_0_1",
}


def test_the_lessons_are_there_and_none_is_refused():
    found, faults = titles()
    assert faults == ()
    assert len(found) >= 10
    assert set(found) == set(SOLVED) == set(ELSEWHERE)
    assert len(list(OURS.glob("*"))) == len(found)
    assert {lesson(title).sum for title in found} == set(SUMS), "every sum has a lesson that shows it"


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("word", ["", SOLVED, ELSEWHERE], ids=["first", "solved", "elsewhere"])
def test_every_line_of_arithmetic_holds(title, word):
    one = lesson(title)
    result = one.work(one.board.read(word[title]) if word else one.board.first)
    all_sides = [sides(line.sum) for line in result.lines]
    if one.sum not in ("re-assembly",):
        assert sum(map(len, all_sides)) >= 1, "a sum without arithmetic"
    for line, equations in zip(result.lines, all_sides):
        if "≤" in line.sum:
            assert all(low <= high + ROUNDED for (chain,) in [equations] for low, high in pairwise(chain))
            continue
        for equation in equations:
            np.testing.assert_allclose(equation, equation[0], atol=ROUNDED, err_msg=line.sum)


@pytest.mark.parametrize("title", TITLES)
def test_the_task_is_done_by_one_hand_and_not_by_another_or_by_none(title):
    one = lesson(title)
    assert one.there(one.work(one.board.read(SOLVED[title])))
    assert not one.there(one.work(one.board.read(ELSEWHERE[title])))
    assert not one.there(one.worked)
    assert one.board.word(one.board.read(SOLVED[title])) == SOLVED[title]


@pytest.mark.parametrize("word", ["0_0", "1_0"])
def test_a_task_of_two_aims_is_not_done_by_one(word):
    one = lesson("A filter on a graph")
    assert not one.there(one.work(one.board.read(word)))


@pytest.mark.parametrize("title", TITLES)
def test_every_text_can_be_shown_and_every_answer_of_the_check_has_its_reason(title):
    one = lesson(title)
    for text in (one.predict.ask, one.task, one.reached, one.reveal, one.check.ask):
        assert "{" not in one.filled(text)
    assert all(choice.why for choice in one.check.choices)
    assert len(one.predict.choices) >= 3
    assert "nan" not in one.filled(one.reveal)


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("word", [SOLVED, ELSEWHERE], ids=["solved", "elsewhere"])
def test_every_figure_is_as_the_house_wants_them(title, word):
    one = lesson(title)
    result = one.work(one.board.read(word[title]))
    check_figure(FIGURES[one.sum](*result.drawn))
    assert result.told
    if result.asked:
        check_figure(larger(FIGURES[one.sum](*result.asked)))


def test_the_right_answer_does_not_always_stand_in_the_same_place():
    for question in ("predict", "check"):
        places = [getattr(lesson(title), question).right for title in TITLES]
        assert all(2 * places.count(place) <= len(places) for place in places)


def test_every_sum_has_a_figure_and_every_figure_a_sum():
    assert set(FIGURES) == set(SUMS)


def test_what_is_known_beforehand_does_not_show_the_answer():
    for title in ("Matching by hand", "Greedy against Hungarian", "Dynamic time warping"):
        (stage,) = lesson(title).worked.asked
        assert stage.pairs == ()
        assert (stage.matrix == lesson(title).board.table).all()
    puzzle = worked("A re-assembly puzzle")
    before, after = (
        {trace.type for trace in FIGURES["re-assembly"](*args).data} for args in (puzzle.asked, puzzle.drawn)
    )
    assert after - before == {"bar"}
    assert len(FIGURES["blur"](*worked("Why averaging blurs").asked).data) == 1


@pytest.mark.parametrize("title", [title for title in TITLES if lesson(title).door])
def test_a_door_leads_to_what_its_page_has(title):
    door = lesson(title).door
    sources = (ROOT / "vizcore" / "features" / page(door.page).feature).glob("*.py")
    code = "".join(source.read_text() for source in sources)
    assert all(f'"{word}"' in code or word in bundled() for word in door.query.values())


def test_the_puzzle_has_just_the_three_ways_out_that_it_tells_of():
    one = lesson("A re-assembly puzzle")
    assert isinstance(one.board, Points)
    everything = one.board.first
    done = [hand for hand in combinations(everything, len(everything) - 1) if one.there(one.work(hand))]
    (left_out,) = zip(*({*everything} - {*hand} for hand in done))
    assert {one.board.names[point].partition(",")[0] for point in left_out} == {
        "drink at 6",
        "boundary at 4.5",
        "boundary at 8",
    }


def test_nothing_is_left_to_chance():
    lines = [worked(title).lines for title in TITLES]
    assert lines == [lesson(title).work(lesson(title).board.first).lines for title in TITLES]


def test_a_lesson_that_is_not_there_is_refused_by_name():
    with pytest.raises(ValueError, match=r"Matching by hand.*'Juggling'"):
        lesson("Juggling")


def test_the_menu_and_the_first_lesson_do_not_wait_for_torch():
    code = (
        "import sys; from vizcore.features.lessons.pipeline import titles, worked; "
        "import vizcore.features.lessons.figures; titles();"
        "worked('Matching by hand'); worked('A minimum with a slope'); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=OURS.parent.parent, check=False).returncode == 0


def test_numbers_are_written_short_and_sums_with_their_signs():
    assert [written(value) for value in (1.0, 0.85, -0.0, 2 / 3, "a word", 100)] == [
        "1",
        "0.85",
        "0",
        "0.667",
        "a word",
        "100",
    ]
    assert added([0.9, -0.4, 1]) == "0.9 - 0.4 + 1 = 1.5"
    assert added([2]) == "2 = 2"
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_braces_take_names_alone():
    values = {"total": 2.15, "who": "row 0"}
    assert filled("{who}: {total}, {{as it is}}", values) == "row 0: 2.15, {as it is}"
    for text in ("{none}", "{total.real}", "{total!r}", "{total:>99999999}", "{}", "{0}", "{who[0]}", "{", "}"):
        with pytest.raises(ValueError, match=r"want a value of total, who|brace|Single|expected"):
            filled(text, values)


def test_the_steps_are_those_that_the_page_and_its_links_name():
    assert STEPS == ("Goal", "Predict", "Try", "Reveal", "Check")


@pytest.mark.parametrize("title", TITLES)
def test_a_sum_prints_in_a_line_what_comes_out(title):
    found = lesson(title).worked
    assert len(repr(found)) < 200
    assert found.told[:120] in repr(found)
