"""Texts of unknown origin: ten times the text takes at most twelve times the steps, whoever reads it."""

import pytest
from counted import TENFOLD, matching, reading

from vizcore.features.lessons.reading import MOST_DOTS, read_lesson
from vizcore.features.report import pipeline_archive as archive
from vizcore.features.report import pipeline_words as words
from vizcore.features.segmentation.page_player import WORDS
from vizcore.features.segmentation.pipeline_files import contents
from vizcore.formats import label_files
from vizcore.formats.label_files import read_bundle, read_labels, read_mapping
from vizcore.formats.segment_files import read_segments
from vizcore.models.checkpoints.opening import Contents, unprefixed
from vizcore.synthetic import shot

LABELS = ("a\n", "ab" * 40, "\n", " ", "a b ", "a\nb\n", "é\n")
TABLE = "tier,start,stop,label\n"
ELAN = '<ANNOTATION_DOCUMENT><TIER TIER_ID="a">'
READ = {  # who reads, what a file begins with, and what comes over and over
    "frame labels": (read_labels, "", LABELS),
    "labels on one line": (read_labels, "###\n", LABELS),
    "a split": (read_bundle, "", ("a/", "a.txt\n", "\n", ".", "\\")),
    "a table": (read_segments, TABLE, ("a,1,2,b\n", '"', '""', ",", "a,", '"a\n')),
    "JSON": (read_segments, '{"tiers": ', ("[", '{"a":', '"\\', "9")),
    "ELAN": (read_segments, ELAN, ("<TIER>", '<TIER TIER_ID="a"/>', "&lt;", "<![CDATA[", "<!--", "<a>")),
}
MARKS = ("[", "[a](", "[a](b", "**", "**a ", "**a*", "***a", "*", "*a", "*a ", "`", "`a", "](", "\\", " ", "\n ", "\n")
LINKS = ("-", "-a", "-a1", "1", "1.", "a", "/", "a/", "..", "1-1.1.", "_")


@pytest.mark.parametrize(("who", "again"), [(who, again) for who, (_, _, texts) in READ.items() for again in texts])
def test_a_file_of_labels_takes_as_long_as_it_is(who, again):
    read, start, _ = READ[who]
    once, tenfold = (reading(lambda text: read(text.encode(), "x"), start + again * count) for count in (60, 600))
    assert tenfold <= TENFOLD * once


def test_a_list_of_classes_compares_every_number_with_few_others(monkeypatch):
    class Number(int):
        compared = 0
        __hash__ = int.__hash__

        def __eq__(self, other):
            Number.compared += 1
            return int(self) == int(other)

    def comparisons(count):
        Number.compared = 0
        assert len(read_mapping("".join(f"{k} c{k}\n" for k in range(count)).encode(), "mapping.txt")) == count
        return Number.compared

    monkeypatch.setattr(label_files, "int", Number, raising=False)
    assert comparisons(500) <= TENFOLD * max(comparisons(50), 50)


def test_a_list_of_classes_has_a_limit_that_is_looked_at_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "mapping.txt"
    path.write_bytes(b"0 take\n" + b" " * (1 << 20))
    sentence = r"mapping\.txt: want a list of classes of at most 1 MB, got 1024 KB"
    with pytest.raises(ValueError, match=sentence):
        read_mapping(path.read_bytes(), path.name)
    monkeypatch.setattr(type(path), "read_bytes", lambda _: pytest.fail("it was read"))
    with pytest.raises(ValueError, match=sentence):
        contents(tmp_path)


@pytest.mark.parametrize("again", MARKS)
def test_the_words_of_a_report_take_as_long_as_they_are(again):
    for pattern in (words.CODE, *(mark for mark, _ in words.MARKS)):
        once, tenfold = (matching(pattern, again * count) for count in (30, 300))
        assert tenfold <= TENFOLD * once, pattern.pattern


@pytest.mark.parametrize("again", LINKS)
@pytest.mark.parametrize("start", ["", "world-act-1", "world-act-1-a", "a/"])
def test_the_words_of_a_link_and_the_names_of_a_report_take_as_long_as_they_are(start, again):
    for pattern in (shot.WORD, WORDS, archive.NAME):
        once, tenfold = (matching(pattern, start + again * count + "!", whole=True) for count in (30, 300))
        assert tenfold <= TENFOLD * once, pattern.pattern
    once, tenfold = (matching(shot.CHOSEN, start + again * count) for count in (30, 300))
    assert tenfold <= TENFOLD * once


def test_a_tensor_of_a_thousand_prefixes_goes_by_its_own_name():
    named = {f"{'module.' * 1000}encoder.a.module.b": 1, "model": 2, "module.model": 3}
    assert unprefixed(Contents("net", "", dict(list(named.items())[:2]), {})).tensors == {"a.module.b": 1, "model": 2}
    with pytest.raises(ValueError, match="'model' twice"):
        unprefixed(Contents("net", "", named, {}))


@pytest.mark.parametrize("line", ["a.{}b = 1", "[a.{}b]", "a = {{ a.{}b = 1 }}"])
def test_a_lesson_of_names_in_names_is_refused_before_it_is_parsed(line, tmp_path):
    path = tmp_path / "lesson.toml"
    path.write_text("title = 'a'\n" + line.format("a." * MOST_DOTS))
    with pytest.raises(ValueError, match=rf"lesson\.toml.*want at most {MOST_DOTS} dots in a line, got"):
        read_lesson(path)
