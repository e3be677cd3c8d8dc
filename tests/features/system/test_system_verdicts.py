"""The sentence that the page System begins with, and that of the self-test."""

import pytest
from test_pages import complaints, opened

from vizcore.features.system.pipeline_selftest import Line, SelfTest
from vizcore.features.system.pipeline_verdict import machine_verdict, selftest_verdict

CPU = "CPU with 2 cores"


@pytest.mark.parametrize(
    ("running", "waiting", "test", "words"),
    [
        (0, 0, None, "nothing is running; the self-test has not been run."),
        (1, 0, None, "1 job is running; the self-test has not been run."),
        (2, 1, None, "2 jobs are running, 1 waits; the self-test has not been run."),
        (0, 2, None, "0 jobs are running, 2 wait; the self-test has not been run."),
        (0, 0, selftest_verdict(9, []), "nothing is running; all 9 known answers came out as they had to."),
    ],
    ids=str,
)
def test_a_machine_says_what_it_is_and_does(running, waiting, test, words):
    assert machine_verdict(CPU, running, waiting, test) == f"{CPU}; {words}"


def test_a_self_test_says_what_failed():
    assert selftest_verdict(9, ["A: x"]) == "FAILED: 1 of 9 known answers came out otherwise: A: x."
    many = selftest_verdict(9, ["A: x", "B: y", "C: z", "D: w"])
    assert many == "FAILED: 4 of 9 known answers came out otherwise: A: x; B: y; C: z; …."
    lines = Line("A", "x", "1", "1", 1.0, True), Line("B", "y", "1", "2", 1.0, False)
    assert SelfTest(0, lines).verdict == "FAILED: 1 of 2 known answers came out otherwise: B: y."
    assert SelfTest(0, lines[:1]).verdict == "All 1 known answers came out as they had to."


def test_the_page_begins_with_it():
    app = opened("system", {"show": "Versions"})
    assert complaints(app) == []
    (said,) = (text.value for text in app.markdown if "core" in text.value)
    assert said.startswith("CPU with ")
    assert "the self-test has not been run." in said
