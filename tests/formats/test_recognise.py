"""Forms of labels: each is fed to each reader, which reads it right or refuses it in a sentence."""

from contextlib import suppress
from itertools import groupby

import numpy as np
import pytest

from vizcore.formats.elan import read_elan
from vizcore.formats.label_files import read_bundle, read_labels, read_mapping
from vizcore.formats.recognise import FORMS, form_of
from vizcore.formats.segment_files import read_json, read_segments, read_timelines
from vizcore.formats.segment_tables import read_csv, read_table
from vizcore.formats.timed_segments import SegmentFile, seconds_of

RUNS = (("SIL", 20), ("take", 40), ("pour", 40))
LABELS = [label for label, count in RUNS for _ in range(count)]
ENDS = {"SIL": (0, 20), "take": (20, 60), "pour": (60, 100)}  # the stop left out
RATE = 10


def rows(line: str) -> str:
    """A line for each segment, by its start, stop, last frame, and label, and in seconds."""
    return "".join(
        line.format(a=a, b=b, last=b - 1, a1=a + 1, label=label, s=a / RATE, t=b / RATE, clock=clock(a), until=clock(b))
        for label, (a, b) in ENDS.items()
    )


def clock(frame: int) -> str:
    return f"00:00:{frame // RATE:02d}.{1000 * (frame % RATE) // RATE:03d}"


EAF = (
    "<ANNOTATION_DOCUMENT><TIME_ORDER>"
    + "".join(f'<TIME_SLOT TIME_SLOT_ID="t{k}" TIME_VALUE="{100 * k}"/>' for k in (0, 20, 60, 100))
    + '</TIME_ORDER><TIER TIER_ID="a">'
    + "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="t{a}" TIME_SLOT_REF2="t{b}"><ANNOTATION_VALUE>{label}'
        "</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
        for label, (a, b) in ENDS.items()
    )
    + "</TIER></ANNOTATION_DOCUMENT>"
)
JSON = ",".join(f'{{"start": {a / RATE}, "stop": {b / RATE}, "label": "{label}"}}' for label, (a, b) in ENDS.items())
IN_FRAMES = ",".join(f'{{"start": {a}, "stop": {b}, "label": "{label}"}}' for label, (a, b) in ENDS.items())
FILES = {  # what it is: (content, form)
    "one label a line": ("\n".join(LABELS), "lines"),
    "quoted": ("\n".join(f'"{one}"' for one in LABELS), "lines"),
    "a column with its name": ("label\n" + "\n".join(LABELS), "lines"),
    "recognition": ("### Frame level recognition: ###\n" + " ".join(LABELS), "recognition"),
    "all on one line": (" ".join(LABELS), "one line"),
    "numbered from 0": ("\n".join(f"{k} {one}" for k, one in enumerate(LABELS)), "numbered"),
    "numbered from 1, tabs": ("\n".join(f"{k}\t{one}" for k, one in enumerate(LABELS, 1)), "numbered"),
    "numbered, commas": ("\n".join(f"{k},{one}" for k, one in enumerate(LABELS)), "numbered"),
    "a time before each": ("\n".join(f"{k / RATE:.1f} {one}" for k, one in enumerate(LABELS)), "clocked"),
    "a class's number before each": (
        "\n".join(f"{list(ENDS).index(one)} {one}" for one in LABELS), "classed"
    ),
    "ranges": (rows("{a1}-{b} {label}  \n"), "ranges"),
    "ranges from 0": (rows("{a}-{last} {label}\n"), "ranges"),
    "ranges with colons": (rows("{a1} - {b}: {label}\n"), "ranges"),
    "start, stop, label in frames": (rows("{a}\t{b}\t{label}\n"), "start stop label"),
    "the last frame as stop": (rows("{a},{last},{label}\n"), "start stop label"),
    "from 1 to the last frame": (rows("{a1} {b} {label}\n"), "start stop label"),
    "start, stop, label in seconds": (rows("{s:.3f} {t:.3f} {label}\n"), "start stop label"),
    "clock times": (rows("{clock}\t{until}\t{label}\n"), "start stop label"),
    "clock times with a dash": (rows("{clock} - {until} {label}\n"), "start stop label"),
    "label, start, stop": (rows("{label} {a} {b}\n"), "label start stop"),
    "table in seconds": ("start,end,label\n" + rows("{s},{t},{label}\n"), "table"),
    "table of clock times": ("label;start_time;end_time\n" + rows("{label};{clock};{until}\n"), "table"),
    "table in frames": ("start_frame,stop_frame,label\n" + rows("{a},{b},{label}\n"), "table"),
    "table to the last frame": ("start_frame,end_frame,label\n" + rows("{a},{last},{label}\n"), "table"),
    "table from 1 to the last frame": ("start_frame\tend_frame\taction\n" + rows("{a1}\t{b}\t{label}\n"), "table"),
    "table with a last frame": ("label,first_frame,last_frame\n" + rows("{label},{a},{last}\n"), "table"),
    "table with a duration": (
        "start,duration,label\n" + "".join(f"{a / RATE},{(b - a) / RATE},{c}\n" for c, (a, b) in ENDS.items()), "table"
    ),
    "table with both times": (
        "tier,start_frame,stop_frame,start,stop,label\n" + rows("x,{a},{b},{s},{t},{label}\n"), "table"
    ),
    "table of one video": ("video,label,start,end\n" + rows("a.mp4,{label},{s},{t}\n"), "table"),
    "table of frames": ("frame,label\n" + "\n".join(f"{k},{one}" for k, one in enumerate(LABELS)), "table of frames"),
    "JSON in seconds": (f"[{JSON}]", "JSON"),
    "JSON of tiers in frames": (f'{{"unit": "frames", "tiers": {{"a": [{IN_FRAMES}]}}}}', "JSON"),
    "ELAN": (EAF, "ELAN"),
}  # fmt: skip
OTHERS = {  # what no reader of labels takes
    "a mapping": "0 SIL\n1 take\n2 pour\n",
    "a split": "a.txt\nb.txt\n",
    "Label Studio": '[{"id": 1, "annotations": [{"id": 1, "result": [{"type": "timelinelabels"}]}]}]',
    "Label Studio, short": '[{"video": "a.mp4", "videoLabels": [{"ranges": [{"start": 1, "end": 2}]}]}]',
    "ActivityNet": '{"version": "1.3", "database": {"v1": {"annotations": [{"segment": [2, 6], "label": "take"}]}}}',
    "detections of THUMOS": '{"version": "1", "results": {"v1": [{"label": "take", "segment": [2, 6]}]}}',
    "CVAT": '<?xml version="1.0"?>\n<annotations><track label="take"/></annotations>',
    "ELAN's text": "actions\t\t00:00:02.000\t2.0\t00:00:06.000\t6.0\ttake\n",
    "COCO": '{"images": [], "annotations": []}',
    "VIA": '{"project": {"pid": "__VIA_PROJECT_ID__"}, "metadata": {}}',
    "Praat": 'File type = "ooTextFile"\nObject class = "TextGrid"\n',
    "subtitles": "WEBVTT\n\n00:01.000 --> 00:04.000\ntake\n",
    "numbers that count nothing": "7 SIL\n9 SIL\n7 take\n",
    "every tenth frame": "0 SIL\n10 SIL\n20 take\n",
    "points of change": "0 SIL\n20 take\n60 take\n",
    "nothing": "",
}
READERS = (read_timelines, read_labels, read_segments, read_csv, read_table, read_json, read_elan, read_mapping,
           read_bundle)  # fmt: skip


def spelled(found, frames=None) -> list[str]:
    """The label of each frame, whatever was read."""
    if isinstance(found, tuple):
        (found,) = found
    if isinstance(found, SegmentFile):
        (tier,) = found.tiers
        found = found.settled().frame_labels(tier, RATE, frames)
    return np.repeat(found.words, found.counts).tolist()


@pytest.mark.parametrize("ending", ["", ".txt", ".csv", ".json", ".xml"])
@pytest.mark.parametrize("what", FILES)
def test_every_form_is_read_right_whatever_its_ending(what, ending):
    content, form = FILES[what]
    if what == "a column with its name" and ending != ".csv":
        return  # a class may be called label
    (found,) = read_timelines(content.encode(), f"net/a{ending}")
    assert spelled(found) == LABELS
    assert found.form == form
    assert found.form in FORMS
    assert found.video == "a"


@pytest.mark.parametrize("reader", READERS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("what", [*FILES, *OTHERS])
def test_every_form_is_read_right_or_refused_by_every_reader(what, reader):
    content = FILES[what][0] if what in FILES else OTHERS[what]
    refusal = ""
    try:
        found = reader(content.encode(), "net/a")
    except ValueError as error:
        refusal = str(error)
    if refusal:
        assert refusal.startswith("net/a")
        assert "want" in refusal
        return
    if reader is read_mapping:
        assert what == "a mapping" or set(found) == set(ENDS)
    elif reader is read_bundle:
        assert all(isinstance(video, str) for video in found)
    elif what in FILES and what != "a column with its name":
        assert spelled(found) == LABELS
    else:
        assert what in ("a mapping", "a split", "a column with its name")  # words that may be labels as well


@pytest.mark.parametrize("what", [one for one in OTHERS if one not in ("a mapping", "a split")])
@pytest.mark.parametrize("ending", ["", ".txt", ".csv", ".json"])
def test_what_is_not_read_yet_is_never_taken_for_labels(what, ending):
    with pytest.raises(ValueError, match=f"net/a{ending}"):
        read_timelines(OTHERS[what].encode(), f"net/a{ending}")


def test_the_tool_whose_export_is_not_read_is_named():
    named = {"Label Studio": "Label Studio", "ActivityNet": "ActivityNet", "CVAT": "CVAT", "ELAN's text": "ELAN's tab"}
    for what, tool in named.items():
        with pytest.raises(ValueError, match=tool):
            read_timelines(OTHERS[what].encode(), "a.json")


def test_lines_that_are_names_of_classes_are_taken_as_they_are():
    words = ["1 cup", "2 cups"]
    content = "\n".join(["1 cup"] * 3 + ["2 cups"] * 2).encode()
    (found,) = read_timelines(content, "a.txt", set(words))
    assert np.repeat(found.words, found.counts).tolist() == ["1 cup"] * 3 + ["2 cups"] * 2
    assert form_of(["take cup", "pour milk"]) == "lines"


@pytest.mark.parametrize("mark", [" ", "\t", ",", ";", ", ", " \t", ": ", ":"])
@pytest.mark.parametrize("quote", ["", '"', "'"])
@pytest.mark.parametrize("header", ["", "id{}name\n"])
def test_a_mapping_may_have_tabs_commas_quotes_and_a_header(mark, quote, header):
    lines = "".join(f"{k}{mark}{quote}{name}{quote}\n" for k, name in enumerate(["SIL", "take cup", "pour it, all"]))
    found = read_mapping((header.format(mark) + lines).encode(), "mapping.txt")
    assert found == {"SIL": 0, "take cup": 1, "pour it, all": 2}


def test_a_table_of_several_videos_is_one_file_each():
    content = b"video,label,start_frame,stop_frame\nv1.mp4,take,0,5\n/data/v2.mp4,pour,0,9\nv1.mp4,pour,5,8\n"
    one, two = read_timelines(content, "all.csv")
    assert {one.video: spelled(one), two.video: spelled(two)} == {"v1": ["take"] * 5 + ["pour"] * 3, "v2": ["pour"] * 9}
    with pytest.raises(ValueError, match=r"all.csv: want segments of one video, got 2 videos"):
        read_csv(content, "all.csv")
    frames = b"file,frame,class\nv1,0,a\nv1,1,b\nv2,0,a\n"
    assert [(found.video, spelled(found)) for found in read_table(frames, "x.csv")] == [
        ("v1", ["a", "b"]),
        ("v2", ["a"]),
    ]
    with pytest.raises(ValueError, match=r"x.csv, line 3: want frame 1 next, got 2: every frame needs a row"):
        read_table(b"frame,label\n0,a\n2,b\n", "x.csv")


def test_a_large_table_is_read_as_a_small_one_is(monkeypatch):
    from vizcore.formats import segment_tables

    words = ["take", "NA", "", " pour"]
    lines = [f"v{k % 3},t{k % 2},{k},{k + 0.5 * (k % 2) + 0.25},{words[k % 4] or 'x'}" for k in range(3000)]
    content = ("video,tier,start,stop,label\n" + "\n".join(lines)).encode()
    fast = read_table(content, "a.csv")
    monkeypatch.setattr(segment_tables, "MANY", 1 << 30)
    assert fast == read_table(content, "a.csv")
    monkeypatch.undo()
    for wrong, sentence in (
        ([*lines[:2500], "v1,t,1,x,take", *lines[2500:]], r"line 2502: want a number as time, got 'x'"),
        ([*lines[:2500], "v1,t,1,2", *lines[2500:]], r"line 2502: want 5 columns, got 4"),
        ([*lines, "v1,t,3000,3001,take,more"], r"line 3002: want 5 columns, got 6"),
    ):
        with pytest.raises(ValueError, match=sentence):
            read_table(("video,tier,start,stop,label\n" + "\n".join(wrong)).encode(), "a.csv")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:01:02.5", 62.5), ("1:02", 62), ("01:00:00,250", 3600.25), ("1:2:3:4", None), ("a:02", None), ("1:", None)],
)
def test_a_clock_time_is_seconds(text, seconds):
    assert seconds_of(text) == seconds


def test_limits_come_before_memory(monkeypatch):
    from vizcore.formats import elan, label_files, segment_files, segment_tables

    monkeypatch.setattr(label_files, "MOST_RUNS", 10)
    monkeypatch.setattr(segment_tables, "MOST_SEGMENTS", 10)
    monkeypatch.setattr(segment_files, "MOST_VALUES", 10)
    monkeypatch.setattr(elan, "MOST_ELEMENTS", 10)
    table = "start,stop,label\n" + "".join(f"{k},{k + 1},a\n" for k in range(11))
    for content, read in (
        ("a\nb\n" * 6, read_labels),
        (table, read_segments),
        (table.partition("\n")[2].replace(",", " "), read_segments),
        (f"[{','.join(['{}'] * 11)}]", read_json),
        (f"<ANNOTATION_DOCUMENT>{'<TIME_SLOT TIME_SLOT_ID=x/>'.replace('x', chr(34) + 'x' + chr(34)) * 11}", read_elan),
    ):
        with pytest.raises(ValueError, match="at most"):
            read(content.encode(), "a")


def test_runs_of_numbered_lines_are_whole():
    (found,) = read_timelines(FILES["numbered from 0"][0].encode(), "a.txt")
    assert found.words == tuple(label for label, _ in groupby(LABELS))
    assert found.places == ("line 1", "line 21", "line 61")


SCRAPS = [
    "\n",
    "\r",
    ",",
    "\t",
    '"',
    ":",
    "-1",
    "1e999",
    "nan",
    "\0",
    "[",
    "{",
    "<",
    "9" * 400,
    "٣",
    "²",
    "###",
    "--",
    ".",
]


@pytest.mark.parametrize("seed", range(100))
def test_a_damaged_file_is_read_or_refused_in_a_sentence(seed):
    rng = np.random.default_rng(seed)
    every = [content for content, _ in FILES.values()] + list(OTHERS.values())
    for _ in range(4):
        text = str(rng.choice(every))
        for _ in range(1 + seed % 4):
            at, cut = rng.integers(0, len(text) + 1), rng.integers(0, 20)
            text = text[:at] + str(rng.choice(SCRAPS)) + text[at + cut :]
        for reader in READERS:
            with suppress(ValueError):
                found = reader(text.encode(), "net/a.csv" if seed % 2 else "net/a")
                for one in found if isinstance(found, tuple) else (found,):
                    if isinstance(one, SegmentFile):
                        one = one.settled()
                        [one.frame_labels(tier, RATE) for tier in one.tiers]
