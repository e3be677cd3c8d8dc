"""Ways to change a good file: its bytes, its words and numbers, the parts of a ZIP, and the nodes of JSON."""

import io
import json
import random
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

EXTREMES = [b"0", b"-1", b"1e309", b"nan", b"inf", b"-inf", b"9" * 20, b"2147483648", b"0x7f", b"1_0", b""]
ODD = [b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"\t", b'"', b"'", b";", b",", b"[", b"{", b"]]]", b"\\", b"<!--"]
NESTED = [b"[" * 3000, b'{"a":' * 3000, b"(" * 500, b'"' * 501, b"<a>" * 800, b"-" * 3000, b"9" * 5000, b"{a" * 900]
VALUES: list[Any] = [None, True, -1, 0, 1e308, 2**70, "", "x" * 200, [], [[]], [[1]], {}, {"a": {}}, [None, 1, "a"]]

Change = Callable[[random.Random, bytes], bytes]


def flipped(drawn: random.Random, data: bytes) -> bytes:
    """A few bytes are others; the first and the last kilobyte, where headers and lists are, more often."""
    changed = bytearray(data)
    for _ in range(drawn.randint(1, 8)):
        near = drawn.choice([len(data), min(len(data), 1024)])
        place = drawn.randrange(near) if drawn.random() < 0.7 else len(data) - 1 - drawn.randrange(near)
        changed[place] = drawn.choice(
            [0, 255, 127, 128, drawn.randrange(256), changed[place] ^ (1 << drawn.randrange(8))]
        )
    return bytes(changed)


def cut(drawn: random.Random, data: bytes) -> bytes:
    """The end is missing, or the beginning, or a part in between."""
    start, stop = sorted(drawn.randrange(len(data) + 1) for _ in range(2))
    return drawn.choice([data[:start], data[start:], data[:start] + data[stop:]])


def repeated(drawn: random.Random, data: bytes) -> bytes:
    """A part comes over and over."""
    start = drawn.randrange(len(data))
    part = data[start : start + drawn.choice([1, 4, 64, 512])]
    return data[:start] + part * drawn.choice([2, 10, 1000]) + data[start:]


def swapped(drawn: random.Random, data: bytes) -> bytes:
    """Two parts have changed places."""
    a, b, c, d = sorted(drawn.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def inserted(drawn: random.Random, data: bytes) -> bytes:
    """Signs that mean something stand where they do not belong."""
    place = drawn.randrange(len(data) + 1)
    return data[:place] + drawn.choice(ODD + NESTED if drawn.random() < 0.5 else ODD) + data[place:]


def renumbered(drawn: random.Random, data: bytes) -> bytes:
    """A few numbers are others."""
    for _ in range(drawn.randint(1, 3)):
        found = list(re.finditer(rb"\d+(\.\d+)?", data[: 1 << 20]))
        if not found:
            return flipped(drawn, data)
        one = drawn.choice(found)
        data = data[: one.start()] + drawn.choice(EXTREMES) + data[one.end() :]
    return data


def lines(drawn: random.Random, data: bytes) -> bytes:
    """Lines are missing, come again, are joined or come in another order."""
    rows = data.split(b"\n")
    place = drawn.randrange(len(rows))
    how = drawn.randrange(4)
    if how == 0:
        rows[place : place + drawn.randint(1, 5)] = []
    elif how == 1:
        rows[place:place] = [rows[place]] * drawn.choice([1, 100])
    elif how == 2:
        drawn.shuffle(rows)
    else:
        rows[place : place + 2] = [b"".join(rows[place : place + 2])]
    return b"\n".join(rows)


def of_json(drawn: random.Random, data: bytes) -> bytes:
    """One node is something else; of what is no JSON, other numbers."""
    try:
        whole = json.loads(data)
    except ValueError:
        return renumbered(drawn, data)
    places: list[tuple[Any, Any]] = []
    waiting = [whole]
    while waiting:
        one = waiting.pop()
        for key in one if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ():
            places.append((one, key))
            waiting.append(one[key])
    if not places:
        return json.dumps(drawn.choice(VALUES)).encode()
    owner, key = drawn.choice(places)
    if isinstance(owner, dict) and drawn.random() < 0.3:
        owner[drawn.choice(["", "a", "constructor", key + "x"])] = owner.pop(key)
    else:
        owner[key] = drawn.choice(VALUES)
    return json.dumps(whole).encode()


def of_zip(drawn: random.Random, data: bytes) -> bytes:
    """A part of a ZIP is changed, under a right check sum, or has another name; of what is no ZIP, some bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(one.filename, archive.read(one)) for one in archive.infolist()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, zlib.error, OSError, EOFError, RuntimeError):
        return flipped(drawn, data)
    place = drawn.randrange(len(parts))
    name, content = parts[place]
    if drawn.random() < 0.2:
        name = drawn.choice(["../x", "/etc/x", "a/b/c/d", name.upper(), "x\0y", "", "con", parts[0][0], "é" * 200])
    else:
        content = drawn.choice([flipped, cut, repeated, inserted, renumbered, lines, of_json])(drawn, content or b"0")
    parts[place] = name, content
    whole = io.BytesIO()
    how = drawn.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
    with warnings.catch_warnings(action="ignore", category=UserWarning), zipfile.ZipFile(whole, "w", how) as archive:
        for name, content in parts:  # two may have one name
            archive.writestr(zipfile.ZipInfo(name.replace("\0", "") or "x"), content)
    return whole.getvalue()


ANY: tuple[Change, ...] = (flipped, cut, repeated, swapped, inserted, renumbered)
TEXT: tuple[Change, ...] = (*ANY, lines, of_json)
ZIP: tuple[Change, ...] = (flipped, cut, swapped, of_zip, of_zip, of_zip)


def changed(drawn: random.Random, data: bytes) -> bytes:
    """A file, changed once or a few times."""
    for _ in range(drawn.choice([1, 1, 1, 2, 4])):
        kinds = ZIP if data.startswith(b"PK") else ANY if b"\0" in data[:512] else TEXT
        data = drawn.choice(kinds)(drawn, data) or b"\n"
    return data
