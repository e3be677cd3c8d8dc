"""ELAN files: tiers with their times, what may be left out, and no entity is ever followed."""

import pytest

from vizcore.formats.elan import read_elan
from vizcore.formats.segment_files import read_segments

SLOTS = [("ts1", 0), ("ts2", 1500), ("ts3", None), ("ts4", 2500)]
ALIGNED = [("ts1", "ts2", "take"), ("ts2", "ts3", "open\n  the jar"), ("ts3", "ts4", "")]


def document(aligned=ALIGNED, slots=SLOTS, head="", units="milliseconds", more=""):
    times = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="{name}"' + (f' TIME_VALUE="{time}"' if time is not None else "") + "/>\n"
        for name, time in slots
    )
    rows = "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{k}" TIME_SLOT_REF1="{one}" TIME_SLOT_REF2="{two}">'
        f"<ANNOTATION_VALUE>{words}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>\n"
        for k, (one, two, words) in enumerate(aligned)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
{head}<ANNOTATION_DOCUMENT AUTHOR="" FORMAT="3.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<HEADER MEDIA_FILE="" TIME_UNITS="{units}"/>
<TIME_ORDER>
{times}</TIME_ORDER>
<TIER LINGUISTIC_TYPE_REF="default" TIER_ID="actions">
{rows}</TIER>
{more}</ANNOTATION_DOCUMENT>""".encode()


def test_a_tier_has_its_segments_in_seconds():
    found = read_segments(document(), "x.eaf")
    assert found.unit == "seconds"
    assert [(one.start, one.stop, one.label) for one in found.tiers["actions"]] == [
        (0, 1.5, "take"),
        (1.5, 2, "open the jar"),  # the slot without a time lies in the middle; what has no words is left out
    ]
    labels = found.frame_labels("actions", rate=10, frames=25).labels({"take": 1, "open the jar": 2, "background": 0})
    assert labels.tolist() == [1] * 15 + [2] * 5 + [0] * 5


def test_several_tiers_and_those_that_borrow_their_times():
    more = """<TIER TIER_ID="hands"><ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts4">
<ANNOTATION_VALUE>left &amp; right</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="gloss" PARENT_REF="actions"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="r" ANNOTATION_REF="a0">
<ANNOTATION_VALUE>grasp</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
"""
    found = read_elan(document(more=more), "x.eaf")
    assert list(found.tiers) == ["actions", "hands"]
    assert found.tiers["hands"][0].label == "left & right"
    assert found.notes == ("x.eaf: tier 'gloss' has no times of its own and is left out",)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_the_encoding_is_the_one_that_the_file_declares(encoding):
    text = document([("ts1", "ts2", "öffnen")]).decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
    assert read_segments(text.encode(encoding), "x.eaf").tiers["actions"][0].label == "öffnen"


BOMB = '<!DOCTYPE x [<!ENTITY a "take"><!ENTITY b "&a;&a;&a;&a;">]>'
REMOTE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("head", [BOMB, REMOTE, '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">'])
def test_a_document_type_is_refused_before_any_entity(head):
    with pytest.raises(ValueError, match=r"x.eaf, line 2: want XML without a document type, got <!DOCTYPE x"):
        read_elan(document([("ts1", "ts2", "&b;")], head=head), "x.eaf")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (document()[:-30], r"x.eaf, line \d+: want XML, got"),
        (b"<html></html>", "x.eaf, line 1: want an ELAN ANNOTATION_DOCUMENT, got <html>"),
        (document(units="PAL-frames"), "x.eaf, line 3: want times in milliseconds, got 'PAL-frames'"),
        (document([("ts1", "ts9", "take")]), "x.eaf, line 11: want a time slot of TIME_ORDER, got 'ts9'"),
        (document(slots=[("ts1", "soon")]), "x.eaf, line 5: want a number as time, got 'soon'"),
        (
            document([("ts1", "ts2", "a"), ("ts1", "ts4", "b")]),
            "line 12: want segments that do not overlap, .* .line 11.",
        ),
        (document([("ts4", "ts1", "a")]), "x.eaf, line 11: want times 0 <= start < stop, got 2.5 to 0"),
        (document(slots=[("ts1", -5), ("ts2", 9)], aligned=ALIGNED[:1]), "want times 0 <= start < stop, got -0.005"),
        (document(slots=[("ts1", None), ("ts2", None)], aligned=ALIGNED[:1]), "got nan to nan"),
        (document([]), "x.eaf: want a tier with annotations, got 1 tiers with none"),
        (b"<ANNOTATION_DOCUMENT>\n<TIER/></ANNOTATION_DOCUMENT>", "line 2: want the attribute TIER_ID, got none"),
        (document([("ts1", "ts2", "&b;")]), "x.eaf, line 11: want XML, got undefined entity"),
    ],
)
def test_files_that_make_no_sense_are_refused_by_line(content, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_elan(content, "x.eaf")
