"""Small or large files that ask for far more than they are: each is refused before it is taken into memory."""

import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

import numpy as np

from tests.fuzz.forms import BOXES, ELAN, FORMS, SEGMENTS

MEGABYTE = 1 << 20
TABLE, ACTION = b"start,stop,label\n0,1,", b'item { name: "a" id: 1 }\n'


def _zip(parts: Iterator[tuple[str, bytes]]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return whole.getvalue()


def _lying_zip() -> bytes:
    """A ZIP whose list says that a part of 400 MB has nine bytes."""
    data = bytearray(_zip([("groundTruth/a.txt", b"take\n" * (80 * MEGABYTE))]))
    place = data.rindex(b"PK\1\2")
    struct.pack_into("<L", data, place + 24, 9)
    struct.pack_into("<L", data, 22, 9)
    return bytes(data)


def _npy(shape: tuple[int, ...]) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return file.getvalue() + bytes(800)


def _png(side: int) -> bytes:
    """A picture of one colour, as large as is said."""
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def _entities() -> bytes:
    """XML whose entities double one another."""
    lines = ["<!ENTITY a0 'take'>"] + [f"<!ENTITY a{k} '{f'&a{k - 1};' * 10}'>" for k in range(1, 12)]
    return (
        ELAN.replace("<ANNOTATION_DOCUMENT>", f"<!DOCTYPE x [{''.join(lines)}]><ANNOTATION_DOCUMENT>", 1)
        .replace("<ANNOTATION_VALUE>take", "<ANNOTATION_VALUE>&a11;")
        .encode()
    )


BOMBS: dict[str, tuple[str, str, Callable[[], bytes]]] = {  # what it is -> form, file name, content
    "a ZIP of 800 MB of noughts": ("label sets", "a.zip", lambda: _zip([("model/a.txt", bytes(800 * MEGABYTE))])),
    "a ZIP of 100,000 parts": ("label sets", "a.zip", lambda: _zip((f"m/{k}.txt", b"a\n") for k in range(100_000))),
    "a ZIP that lies about its parts": ("label sets", "a.zip", _lying_zip),
    "labels of 64 MB on one line": ("label files", "recognition", lambda: b"### a\n" + b"ab " * (21 * MEGABYTE)),
    "labels of 64 MB, one a line": ("label files", "a.txt", lambda: b"a\n" * (32 * MEGABYTE)),
    "labels of 64 MB, each another": (
        "label files",
        "a.txt",
        lambda: b"".join(b"%07d\n" % k for k in range(8 * MEGABYTE)),
    ),
    "a list of classes of 64 MB": ("label files", "mapping.txt", lambda: b"0 take\n" * (9 * MEGABYTE)),
    "a bundle of 64 MB": ("label files", "test.bundle", lambda: b"video.txt\n" * (6 * MEGABYTE)),
    "a table of 64 MB of segments": ("label files", "a.csv", lambda: (SEGMENTS * 200_000)[: 64 * MEGABYTE].encode()),
    "a table with a line of 64 MB": (
        "label files",
        "a.csv",
        lambda: b"start,stop,label\n0,1," + b"a" * (64 * MEGABYTE),
    ),
    "a table with a quote of 64 MB": (
        "label files",
        "a.csv",
        lambda: b'start,stop,label\n0,1,"' + b"a\n" * (32 * MEGABYTE),
    ),
    "JSON of 64 MB of nothing": ("label files", "a.json", lambda: b"[" + b"{}," * (21 * MEGABYTE) + b"{}]"),
    "JSON nested a million deep": ("label files", "a.json", lambda: b'{"tiers":' + b"[" * MEGABYTE),
    "JSON of 64 MB of keys": (
        "label files",
        "a.json",
        lambda: json.dumps({"tiers": {f"tier {k}": [] for k in range(4_000_000)}}).encode()[: 64 * MEGABYTE],
    ),
    "XML of 64 MB": ("label files", "a.eaf", lambda: ELAN[:-23].encode() + b'<TIER TIER_ID="x"/>' * (3 * MEGABYTE)),
    "XML with entities of entities": ("label files", "a.eaf", _entities),
    "XML nested a million deep": ("label files", "a.eaf", lambda: b"<ANNOTATION_DOCUMENT>" + b"<a>" * MEGABYTE),
    "a compressed table of 2 GB of noughts": ("boxes", "a.csv.gz", lambda: gzip.compress(bytes(2048 * MEGABYTE), 6)),
    "a compressed table of 60 million rows": (
        "boxes",
        "a.csv.gz",
        lambda: gzip.compress(BOXES.encode() * 100_000, 1) * 10,
    ),
    "a table of boxes with a line of 64 MB": ("boxes", "a.csv", lambda: BOXES.encode() + b"a" * (64 * MEGABYTE)),
    "a list of actions of 64 MB": (
        "lists of actions",
        "a.pbtxt",
        lambda: b'item { name: "a" id: 1 }\n' * (2 * MEGABYTE),
    ),
    "numbers of a terabyte": ("numbers", "series.npy", lambda: _npy((1 << 20, 1 << 17))),
    "features of a terabyte": ("numbers", "features.npy", lambda: _npy((1 << 12, 1 << 13, 1 << 12))),
    "numbers of 64 MB on one line": ("numbers", "series.csv", lambda: b"1," * (32 * MEGABYTE)),
    "numbers of 64 MB, one a line": ("numbers", "series.csv", lambda: b"1\n" * (32 * MEGABYTE)),
    "a header of tensors of 4 GB": ("checkpoints", "a.safetensors", lambda: struct.pack("<Q", 1 << 32) + b"{" * 1000),
    "a report of 800 MB of noughts": ("reports", "report.zip", lambda: _zip([("report.json", bytes(800 * MEGABYTE))])),
    "a report nested a million deep": (
        "reports",
        "report.zip",
        lambda: _zip([("report.json", b'{"format": "vizcore report", "schema": 3, "a":' + b"[" * MEGABYTE)]),
    ),
    "a lesson of 64 MB": ("lessons", "a.toml", lambda: b"a = 1\n" * (11 * MEGABYTE)),
    "frames of 30,000 x 30,000 px": (
        "videos",
        "a.zip",
        lambda: _zip((f"{k:04}.png", content) for content in [_png(30_000)] for k in range(3)),
    ),
    "a picture of 60,000 x 60,000 px": ("videos", "a.png", lambda: _png(60_000)),
}
assert {form for form, _, _ in BOMBS.values()} <= set(FORMS)
