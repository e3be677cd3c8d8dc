"""Good files open; a thousand changed ones open or are refused in a sentence, quickly and with little memory."""

import sys

import pytest

from tests.fuzz.bombs import BOMBS
from tests.fuzz.forms import FORMS
from tests.fuzz.running import OPENED, REFUSED, cases, outcome, unchanged

CASES, AT_ONCE = 1000, 100
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of the limits")


def test_good_files_of_every_form_open():
    found = list(unchanged())
    assert {one.form for one in found} == set(FORMS)
    assert [(one.form, one.file, one.words) for one in found if one.kind != OPENED] == []


@pytest.mark.parametrize("first", range(0, CASES, AT_ONCE))
def test_changed_files_open_or_are_refused_in_a_sentence(first):
    found = list(cases(AT_ONCE, first=first))
    assert [one.fault for one in found if one.fault] == []
    kinds = [one.kind for one in found]
    assert min(kinds.count(OPENED), kinds.count(REFUSED)) > AT_ONCE // 10


@pytest.mark.parametrize("what", BOMBS)
def test_a_file_that_asks_for_far_more_than_it_is_is_refused(what, tmp_path):
    form, file, content = BOMBS[what]
    found = outcome(form, file, 0, content(), tmp_path)
    assert (found.kind, found.fault) == (REFUSED, ""), found
