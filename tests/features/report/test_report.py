"""A report as files: what goes in comes out to the last bit, the HTML needs nothing else, bad files get a sentence."""

import base64
import contextlib
import io
import json
import re
import zipfile
from html.parser import HTMLParser

import numpy as np
import plotly.graph_objects as go
import plotly.io
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image

from vizcore.features.report import export_json as report_json
from vizcore.features.report import pipeline_archive as archive
from vizcore.features.report.export_html import page
from vizcore.features.report.export_json import opened, report_zip
from vizcore.features.report.pipeline_draft import Draft
from vizcore.features.report.pipeline_words import marked
from vizcore.runtime.recording import blocks
from vizcore.runtime.recording.section import MOST_SECTIONS, Picture, Report, Run, Section, Source, Table, Words

NASTY = ('<img src=x onerror="alert(1)">', "</script><script>alert(2)</script>", "\u2028 & ' \" <!--")
AWKWARD = np.array([0.1, 1 / 3, 1e-300, -0.0, np.pi * 1e17, 5e-324])


def a_figure(values=AWKWARD) -> go.Figure:
    return go.Figure(go.Scatter(x=np.arange(len(values)), y=values, name="".join(NASTY)))


def an_npz(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def a_section(words: str = "plain", values=AWKWARD) -> Section:
    image = np.random.default_rng(0).integers(0, 255, (24, 32, 3), dtype=np.uint8)
    shown = (
        *(Words(style, words) for style in ("text", "heading", "note", "warning", "code")),
        blocks.figure(a_figure(values), words, words),
        blocks.picture(image, words, words),
        blocks.table([{words: 0.25, "n": 3}, {words: None, "n": np.float32(0.1), "b": True}], percent=[words]),
        blocks.numbers({words: (words, words)}),
    )
    arrays = an_npz(sigma=np.arange(6))
    arguments = {"path": {"source": 0}, "models": ("a", words), "start": 0.1, "span": None, "deep": ((1, 2), "x")}
    run = Run(
        "vizcore.features.matching.pipeline.match_clip", arguments, "f" * 64, {words: 1 / 3}, words, words, arrays
    )
    source = Source(words, words, "0" * 64)
    parts = {"versions": {"vizcore": "0"}, "note": words}
    link = (("clip", words), ("others", "a"), ("others", "b"))
    return Section(words, "matching", link, "2026-01-02T03:04:05+00:00", shown, (run,), (source,), **parts)


def remade(file: bytes, change) -> bytes:
    """A report's ZIP with its JSON changed: change(told) before it is written again."""
    files = archive.unpacked(file, 1 << 30)
    data = json.loads(files["report.json"])
    change(data)
    return archive.packed(files | {"report.json": json.dumps(data).encode()})


@settings(max_examples=20)
@given(st.text(max_size=60), st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_what_goes_into_a_report_comes_out_to_the_last_bit_and_is_drawn_the_same(words, values):
    report = Report(words, (a_section(words, np.array(values)), a_section("other")))
    again = opened(report_zip(report))
    assert again == report
    assert report_zip(again) == report_zip(report)
    assert page(again) == page(report)


def test_every_file_inside_opens_in_the_program_it_is_for():
    with zipfile.ZipFile(io.BytesIO(report_zip(Report("r", (a_section(),))))) as file:
        assert file.testzip() is None
        data = json.loads(file.read("report.json"))
        (array,) = [name for name in file.namelist() if name.endswith(".npz")]
        (picture,) = [name for name in file.namelist() if name.startswith("pictures/")]
        np.testing.assert_array_equal(np.load(io.BytesIO(file.read(array)))["sigma"], np.arange(6))
        assert Image.open(io.BytesIO(file.read(picture))).size == (32, 24)
    plot = next(one["plot"] for one in data["sections"][0]["blocks"] if one["kind"] == "figure")
    drawn = plotly.io.from_json(json.dumps(plot))
    y = np.frombuffer(base64.b64decode(drawn.data[0].y["bdata"]), drawn.data[0].y["dtype"])
    assert np.array_equal(y, AWKWARD)


class Reader(HTMLParser):
    """Everything that a browser would fetch or run."""

    def __init__(self, text: str):
        super().__init__()
        self.fetched, self.handlers, self.scripts, self.images, self.inside = [], [], 0, [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        data = dict(attributes)
        self.handlers += [name for name in data if name.startswith("on")]
        self.fetched += [data[name] for name in ("src", "href", "action", "data", "srcset") if data.get(name)]
        self.scripts += tag == "script" and data.get("type") != "application/json"
        self.images += [data] if tag == "img" else []


@pytest.mark.parametrize("words", NASTY)
def test_the_html_fetches_nothing_and_words_stay_words(words):
    text = page(Report(words, (replace(a_section(words), page=words),)))
    reader = Reader(text)
    assert all(one.startswith(("#", "data:image/")) for one in reader.fetched)
    assert reader.handlers == []
    assert reader.scripts == 2
    assert [image["alt"] for image in reader.images] == [words]
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import", text.split("<style>")[1].split("</style>")[0])


def test_a_report_without_plots_leaves_plotly_out():
    assert len(page(Report("r", (replace(a_section(), blocks=(Words("text", "x"),)),)))) < 50_000


def test_words_keep_their_marks_and_lose_their_tags_and_links():
    assert marked("**a** *b* `c<d` [e](http://f)") == ("<p><strong>a</strong> <em>b</em> <code>c&lt;d</code> e</p>")
    assert marked("- one\n- <b>") == "<ul><li>one</li><li>&lt;b&gt;</li></ul>"
    assert marked("one  \ntwo\nthree") == "<p>one<br>\ntwo\nthree</p>"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(format="other"),
        lambda data: data.update(version=99),
        lambda data: data.update(strange=1),
        lambda data: data.pop("sections"),
        lambda data: data.update(sections={}),
        lambda data: data["sections"][0].update(title=3),
        lambda data: data["sections"][0].update(title="x" * 201),
        lambda data: data["sections"][0].update(note="x" * 4001),
        lambda data: data["sections"][0].update(blocks=[{"kind": "exec", "text": "x"}]),
        lambda data: data["sections"][0].update(blocks=[7]),
        lambda data: data["sections"][0]["blocks"][0].update(style="script"),
        lambda data: data["sections"][0]["blocks"][6].update(data="../../etc/passwd"),
        lambda data: data["sections"][0]["blocks"][6].update(data="arrays/01-01-match_clip.npz"),
        lambda data: data["sections"][0]["blocks"][6].update(mime="image/svg+xml"),
        lambda data: data["sections"][0]["blocks"][5]["plot"].update(data=[{"type": "scattermap"}]),
        lambda data: data["sections"][0]["blocks"][5]["plot"].update(data=[{"type": "scatter", "nonsense": 1}]),
        lambda data: data["sections"][0]["blocks"][5]["plot"].update(frames=[{"data": [{"type": "choropleth"}]}]),
        lambda data: data["sections"][0]["blocks"][5]["plot"].update(layout={"images": [{"source": "http://x/y.png"}]}),
        lambda data: data["sections"][0]["blocks"][5].update(plot=[]),
        lambda data: data["sections"][0]["blocks"][5].update(plot="x"),
        lambda data: data["sections"][0]["runs"][0].update(settings=[1]),
        lambda data: data["sections"][0].update(link=[["a"]]),
        lambda data: data.update(sections=data["sections"] * (MOST_SECTIONS + 1)),
    ],
)
def test_a_report_that_says_what_none_says_is_refused_in_a_sentence(change):
    file = remade(report_zip(Report("r", (a_section(),))), change)
    with pytest.raises(ValueError, match=r"^want "):
        opened(file)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda data: data.update(sections={}), "want a list of at most 40, each a table of title, page, link, .*"),
        (
            lambda data: data.update(strange=1),
            r"want no field of this name \(known are title, sections\) in .*strange, got 1",
        ),
        (lambda data: data.pop("title"), "want a value in the report.title, got nothing"),
        (lambda data: data["sections"][0].pop("note"), r"want a value in the report.sections\[1\].note, got nothing"),
        (
            lambda data: data["sections"][0].update(title="x" * 201),
            r"want a text of at most 200 letters in .*title, got 'x.*",
        ),
        (lambda data: data["sections"][0]["versions"].update(b=3), r"want a text in .*\[1\].versions.b, got 3"),
        (
            lambda data: data["sections"][0]["blocks"][6].update(data="../x"),
            r"want the name of a file inside in the report.sections\[1\].blocks\[7\].data, got '../x'",
        ),
        (
            lambda data: data["sections"][0]["blocks"][7]["rows"][0].__setitem__(1, []),
            r"want a text or .* or null in the report.sections\[1\].blocks\[8\].rows\[1\]\[2\], got \[\]",
        ),
        (
            lambda data: data["sections"][0]["runs"][0]["settings"].update(path=json.loads("[" * 13 + "]" * 13)),
            r"want settings at most 12 deep in the report.sections\[1\].runs\[1\].settings, got \[\]",
        ),
    ],
)
def test_a_refusal_says_what_was_wanted_where_and_what_was_got(change, sentence):
    file = remade(report_zip(Report("r", (a_section(),))), change)
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        opened(file)


def test_settings_of_twelve_levels_are_opened():
    deepest = {"path": json.loads("[" * 12 + "]" * 12)}
    file = remade(
        report_zip(Report("r", (a_section(),))), lambda data: data["sections"][0]["runs"][0].update(settings=deepest)
    )
    assert str(opened(file).sections[0].runs[0].settings["path"]).count("(") == 12


def a_zip(**files: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name.replace("__", "/"), data)
    return whole.getvalue()


DEEP = b'{"format":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"Dear reader",
        report_zip(Report("r", (a_section(),)))[:-40],
        a_zip(),
        a_zip(**{"report.json": b"[]"}),
        a_zip(**{"report.json": b"{" * 10}),
        a_zip(**{"report.json": b'{"format": NaN}'}),
        a_zip(**{"report.json": b'{"format": 1e999}'}),
        a_zip(**{"report.json": DEEP}),
        a_zip(**{"..__..__x": b"1", "report.json": b"{}"}),
        a_zip(**{"report.json": b"{}", "bomb": bytes(report_json.LARGEST)}),
        a_zip(**{f"f{k}": b"" for k in range(archive.MOST_FILES + 1)}),
    ],
    ids=["empty", "letter", "cut", "nothing", "list", "broken", "nan", "endless", "deep", "climbs", "bomb", "many"],
)
def test_a_hostile_file_is_refused_in_a_sentence(file):
    with pytest.raises(ValueError, match=r"^want "):
        opened(file)


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_head():
    file = io.BytesIO()
    Image.new("1", (5000, 5000)).save(file, "PNG")
    bomb = replace(a_section(), blocks=(Picture("image/png", file.getvalue(), ""),))
    with pytest.raises(ValueError, match=r"want a picture .* of at most"):
        opened(report_zip(Report("r", (bomb,))))


WHOLE = report_zip(Report("r", (a_section(),)))


@settings(max_examples=200)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_damaged_byte_gives_a_report_or_a_sentence(place, change):
    damaged = bytearray(WHOLE)
    damaged[place] ^= change
    with contextlib.suppress(ValueError):
        assert isinstance(opened(bytes(damaged)), Report)


@pytest.mark.parametrize("files", [{"bomb": bytes(2 << 20)}, {f"f{k}": b"" for k in range(archive.MOST_FILES + 1)}])
def test_a_bomb_is_refused_by_what_it_promises_before_anything_is_unpacked(files):
    with pytest.raises(ValueError, match=r"want at most 1 MB in .* files"):
        archive.unpacked(a_zip(**files), 1 << 20)


def test_a_file_that_is_longer_than_it_promises_is_refused():
    file = bytearray(report_zip(Report("r", (a_section(),))))
    at = file.find(b"PK\x01\x02")  # the directory's first entry, report.json; its true size stands at byte 24
    file[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(ValueError, match=r"^want "):
        opened(bytes(file))


def test_a_folder_is_read_like_its_zip_and_links_in_it_are_not_followed(tmp_path):
    report = Report("r", (a_section(),))
    with zipfile.ZipFile(io.BytesIO(report_zip(report))) as file:
        file.extractall(tmp_path)
    assert opened(tmp_path / "report.json") == report
    secret = tmp_path / "secret"
    (picture,) = (tmp_path / "pictures").iterdir()
    picture.rename(secret)
    picture.symlink_to(secret)
    with pytest.raises(ValueError, match="file inside"):
        opened(tmp_path / "report.json")


def test_a_report_has_bounds_and_stays_as_it_was_beyond_them():
    draft = Draft()
    for _ in range(MOST_SECTIONS):
        draft.add(a_section())
    with pytest.raises(ValueError, match=f"at most {MOST_SECTIONS} views"):
        draft.add(a_section())
    large = replace(a_section(), blocks=(Picture("image/png", bytes(61 << 20), ""),))
    with pytest.raises(ValueError, match="60 MB"):
        Draft().add(large)
    assert len(draft.sections) == MOST_SECTIONS


def test_views_change_places_and_every_step_can_be_taken_back():
    draft = Draft()
    a, b, c = (draft.add(a_section(name)) for name in "abc")
    draft.move(c, -1)
    assert list(draft.sections) == [a, c, b]
    draft.move(a, -1)
    assert list(draft.sections) == [a, c, b]
    draft.remove(c)
    draft.edit(a, title="new", note="said")
    draft.clear()
    draft.undo()
    draft.undo()
    assert [one.title for one in draft.sections.values()] == ["new", "c", "b"]
    draft.undo()
    assert list(draft.sections) == [a, b, c]
    assert draft.sections[a].note == "said"


def test_what_can_be_taken_back_is_bounded_as_well():
    draft = Draft()
    for _ in range(8):
        draft.add(replace(a_section(), blocks=(Picture("image/png", bytes(50 << 20), ""),)))
        draft.clear()
    steps = 0
    while draft.can_undo:
        draft.undo()
        steps += 1
    assert 2 <= steps <= 6


def test_a_long_table_says_how_many_rows_it_left_out():
    table = blocks.table({"n": k} for k in range(2500))
    assert (len(table.rows), table.left_out) == (2000, 500)
    assert "500 more rows" in page(Report("r", (replace(a_section(), blocks=(table,)),)))


def test_numbers_that_are_none_become_empty_cells():
    table = blocks.table([{"x": float("nan"), "y": np.int64(3), "z": np.bool_(True)}])
    assert table == Table(("x", "y", "z"), ((None, 3, True),))
