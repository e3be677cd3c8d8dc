"""docs/formats.md says what is so: every form has a row, every example is read, and the digits of agreement hold."""

import re

import numpy as np
import pytest
from conftest import DATA, ROOT

from benchmarks.bench_segmentation import NAMES, peer, videos
from vizcore.algorithms.segmentation.metrics import evaluate
from vizcore.features.segmentation.pipeline_files import compare_set
from vizcore.formats.label_files import write_recognition, write_truth
from vizcore.formats.recognise import EXPORTS, FORMS
from vizcore.formats.segment_files import read_timelines, write_csv, write_json
from vizcore.formats.timed_segments import SegmentFile

PAGE = (ROOT / "docs" / "formats.md").read_text()
GTEA = DATA / "segmentation" / "gtea"


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:2] == "| "]


FORM_ROWS = {row[0]: row[1:] for row in rows(PAGE.partition("<!-- forms -->")[2].partition("<!-- /forms -->")[0])[2:]}


def test_every_form_has_a_row():
    assert list(FORM_ROWS) == list(FORMS.values())
    for tool in {one.tool.partition(" (")[0] for one in EXPORTS} - {"subtitles"}:
        assert all(word in PAGE for word in tool.split(" or ")), tool


@pytest.mark.parametrize("form", [form for form in FORMS if form != "ELAN"])  # which test_elan reads
def test_every_example_is_read_as_the_page_says(form):
    example = FORM_ROWS[FORMS[form]][0].strip("`").replace("⏎", "\n")
    (found,) = read_timelines(example.encode(), "a")
    assert found.form == form
    if isinstance(found, SegmentFile):
        (tier,) = found.tiers
        found = found.settled().frame_labels(tier, 10)
    assert found.words == ("SIL", "take")
    assert found.counts == ((4, 6) if form == "one line" else (2, 3))


def test_what_is_written_is_what_the_page_says():
    labels = np.array([0, 0, 1, 1, 1])
    segments = {"a": [(0, 2, 0), (2, 5, 1)]}
    written = {
        read_timelines(content, "a")[0].form
        for content in (
            write_truth(labels, ["SIL", "take"]),
            write_recognition(labels, ["SIL", "take"]),
            write_csv(segments, ["SIL", "take"], 10.0),
            write_json(segments, ["SIL", "take"], 10.0),
        )
    }
    assert {FORMS[form] for form in written} == {form for form, row in FORM_ROWS.items() if row[2] == "yes"}


def test_scores_agree_with_the_public_evaluation_to_the_digits_of_the_page():
    pairs = videos(8, 900, seed=7)
    found = evaluate(pairs, [0])
    ours = [found.acc, found.edit, *found.f1.values()]
    theirs = peer([tuple([NAMES[k] for k in side] for side in pair) for pair in pairs], ["background"])
    digits = int(re.search(r"to (\d+) digits on made videos", PAGE)[1])
    np.testing.assert_allclose(ours, theirs, rtol=10.0**-digits)


@pytest.mark.skipif(not GTEA.exists(), reason="no GTEA labels: set VIZCORE_SHARED_DATA")
def test_the_numbers_of_gtea_are_those_of_the_page():
    found = compare_set(GTEA).rankings[0].scores
    said = ", ".join(f"{value:.4f}" for value in (found.acc, found.edit, *found.f1.values()))
    assert f"| {said} |" in PAGE


def test_a_hundred_thousand_segments_take_at_most_five_times_what_pandas_takes():
    table = rows(PAGE.partition("<!-- segment files -->")[2].partition("<!-- /segment files -->")[0])[2:]
    assert len(table) == 3
    for what, alone, ours, ratio in table:
        assert what.startswith("100,000")
        assert float(ours) <= 5 * float(alone)
        assert float(ratio.rstrip("x")) <= 5
