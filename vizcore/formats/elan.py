"""ELAN annotations (.eaf): the tiers of a file, in seconds.

bytes - XML, no document type, no entities - time slots, annotations -> SegmentFile

The parser is expat itself, which fetches nothing. A document type is refused before it is read, because that is where
entities grow from. Tiers that borrow their times from another tier are left out, and that is noted.
"""

from xml.parsers import expat

import numpy as np

from vizcore.formats.recognise import HEAD, refuse_export
from vizcore.formats.timed_segments import MOST_SEGMENTS, SegmentFile, TimedSegment, in_order, number

MILLISECONDS = 1000
COUNTED = ("TIER", "TIME_SLOT", "ALIGNABLE_ANNOTATION")  # elements that are kept
MOST_ELEMENTS = MOST_SEGMENTS


def read_elan(content: bytes, file: str) -> SegmentFile:
    """Read the time-aligned tiers of an ELAN file; annotations without words are left out.

    Raises:
        ValueError: the file is no XML, or no ELAN annotation document, or has a document type, times in another unit
            than milliseconds, an unknown time slot, too many elements, or segments that in_order refuses; with file
            and line.
    """
    refuse_export(content[:HEAD].decode("utf-8", "replace"), file)
    document = _Document(file)
    try:
        document.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(f"{file}, line {error.lineno}: want XML, got {expat.ErrorString(error.code)}") from None
    times = document.times()
    tiers, notes = {}, []
    for name, annotations in document.tiers.items():
        if name in document.borrowing:
            notes.append(f"{file}: tier {name!r} has no times of its own and is left out")
            continue
        found = [TimedSegment(times[one], times[two], words, where) for one, two, words, where in annotations if words]
        tiers[name] = in_order(file, found)
    if not any(map(len, tiers.values())):
        raise ValueError(f"{file}: want a tier with annotations, got {len(tiers)} tiers with none")
    return SegmentFile(file, tiers, "seconds", tuple(notes), form="ELAN")


class _Document:
    """What the parser has met so far."""

    def __init__(self, file: str):
        self.file = file
        self.slots: dict[str, float] = {}  # in the order of the file; nan where a slot says no time
        self.tiers: dict[str, list[tuple[str, str, str, str]]] = {}  # slot, slot, words, where
        self.borrowing: set[str] = set()  # tiers whose annotations point to another tier's
        self.elements = 0
        self.path: list[str] = []
        self.words: list[str] = []
        self.annotation: tuple[str, str, str] | None = None  # slot, slot, where
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._text

    @property
    def where(self) -> str:
        return f"line {self.parser.CurrentLineNumber}"

    def times(self) -> dict[str, float]:
        """Seconds of every slot; those without a time lie evenly between their neighbours, as ELAN shows them."""
        values = np.array(list(self.slots.values()))
        known = np.isfinite(values)
        if known.any():
            places = np.arange(len(values))
            values = np.interp(places, places[known], values[known])
        return dict(zip(self.slots, (values / MILLISECONDS).tolist()))

    def _refuse(self, what: str) -> None:
        raise ValueError(f"{self.file}, {self.where}: {what}")

    def _doctype(self, name: str, *_: object) -> None:
        self._refuse(f"want XML without a document type, got <!DOCTYPE {name} ...>")

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        if not self.path and name != "ANNOTATION_DOCUMENT":
            self._refuse(f"want an ELAN ANNOTATION_DOCUMENT, got <{name}>")
        self.path.append(name)
        self.elements += name in COUNTED
        if self.elements > MOST_ELEMENTS:
            self._refuse(f"want at most {MOST_ELEMENTS:,} tiers, time slots and annotations, got more")
        if name == "HEADER" and attributes.get("TIME_UNITS", "milliseconds") != "milliseconds":
            self._refuse(f"want times in milliseconds, got {attributes['TIME_UNITS']!r}")
        elif name == "TIME_SLOT":
            value = attributes.get("TIME_VALUE", "nan")
            self.slots[self._given(attributes, "TIME_SLOT_ID")] = number(value, self.file, self.where)
        elif name == "TIER":
            self.tiers.setdefault(self._given(attributes, "TIER_ID"), [])
        elif name == "REF_ANNOTATION" and self.tiers:
            self.borrowing.add(next(reversed(self.tiers)))
        elif name == "ALIGNABLE_ANNOTATION":
            one, two = (self._given(attributes, f"TIME_SLOT_REF{k}") for k in (1, 2))
            for slot in (one, two):
                if slot not in self.slots:
                    self._refuse(f"want a time slot of TIME_ORDER, got {slot!r}")
            self.annotation, self.words = (one, two, self.where), []

    def _given(self, attributes: dict[str, str], name: str) -> str:
        if name not in attributes:
            self._refuse(f"want the attribute {name}, got none")
        return attributes[name]

    def _text(self, text: str) -> None:
        if self.path[-1] == "ANNOTATION_VALUE":
            self.words.append(text)

    def _close(self, name: str) -> None:
        self.path.pop()
        if name == "ALIGNABLE_ANNOTATION" and self.annotation and self.tiers:
            one, two, where = self.annotation
            self.tiers[next(reversed(self.tiers))].append((one, two, " ".join("".join(self.words).split()), where))
            self.annotation = None
