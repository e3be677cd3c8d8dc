"""The sentence that the page Report begins with."""

import pytest

from vizcore.features.report.pipeline_verdict import report_verdict


@pytest.mark.parametrize(
    ("titles", "waiting", "words"),
    [
        ([], 0, "Nothing is in the report yet."),
        ([], 1, "Nothing is in the report yet; 1 view waits: open it to add it."),
        (["World"], 0, "1 view of World."),
        (["World", "World"], 2, "2 views of World; 2 views wait: open them to add them."),
        (["World", "Heat maps", "World"], 0, "3 views: 2 of World and 1 of Heat maps."),
        (["A", "B", "C"], 1, "3 views: 1 of A, 1 of B and 1 of C; 1 view waits: open it to add it."),
    ],
    ids=str,
)
def test_a_report_says_what_it_holds(titles, waiting, words):
    assert report_verdict(titles, waiting) == words
