"""Values of unknown origin become the type that is asked for, or a sentence: what was wanted, where, what was got."""

import json
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Meta, Struct, UnsetType

from vizcore.formats.conversion import Misfit, convert

Short = Annotated[str, Meta(min_length=1, max_length=9)]


class Record(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Shape(Record, tag_field="kind", tag=str.lower):
    pass


class Circle(Shape):
    radius: Annotated[float, Meta(ge=0, le=9)]
    name: Short = "circle"


class Path(Shape):
    points: Annotated[tuple[tuple[float, float], ...], Meta(min_length=2)]
    closed: bool = False


class Frame(Record):
    width: int


class Drawing(Record):
    title: Short
    shapes: tuple[Circle | Path, ...] = ()
    colours: dict[str, Literal["red", "blue"]] = {}
    cells: tuple[str | int | None, ...] = ()
    paint: bytes = b""
    free: Any = None
    frame: Frame | UnsetType = UNSET


WHOLE = {
    "title": "three",
    "shapes": [
        {"kind": "circle", "radius": 2, "name": "a"},
        {"kind": "path", "points": [[0.5, 1], [2, 3]], "closed": True},
    ],
    "colours": {"a": "red", "b": "blue"},
    "cells": ["x", 3, None],
    "paint": b"\0",
    "free": [1, {"a": []}],
    "frame": {"width": 4},
}
REFUSED = [  # where in WHOLE another value is put, which, and what is said of it
    (["title"], 3, "want a text of 1 to 9 letters in the drawing.title, got 3"),
    (["title"], "", "want a text of 1 to 9 letters in the drawing.title, got ''"),
    (["title"], "x" * 10, "want a text of 1 to 9 letters in the drawing.title, got 'xxxxxxxxxx'"),
    (["titel"], "x", "want no field of this name (did you mean title?) in the drawing.titel, got 'x'"),
    (["kind"], "x", "want no field of this name (known are title, shapes, colours, cells, paint, free, frame) in the"),
    (["shapes"], {}, "want a list, each a table whose kind is one of circle, path in the drawing.shapes, got {}"),
    (["shapes", 1], 7, "want a table whose kind is one of circle, path in the drawing.shapes[2], got 7"),
    (
        ["shapes", 1, "kind"],
        "paht",
        "want one of circle, path in the drawing.shapes[2].kind, got 'paht' (did you mean pa",
    ),
    (["shapes", 0, "radius"], -1, "want a number of 0 to 9 in the drawing.shapes[1].radius, got -1"),
    (["shapes", 0, "radius"], "2", "want a number of 0 to 9 in the drawing.shapes[1].radius, got '2'"),
    (["shapes", 0, "radius"], True, "want a number of 0 to 9 in the drawing.shapes[1].radius, got True"),
    (
        ["shapes", 0, "closed"],
        True,
        "want no field of this name (known are radius, name) in the drawing.shapes[1].closed",
    ),
    (
        ["shapes", 1, "points"],
        [[1, 2]],
        "want a list of at least 2, each [a number, a number] in the drawing.shapes[2].p",
    ),
    (["shapes", 1, "points", 1], [1], "want [a number, a number] in the drawing.shapes[2].points[2], got [1]"),
    (["shapes", 1, "points", 1, 0], None, "want a number in the drawing.shapes[2].points[2][1], got None"),
    (["shapes", 1, "closed"], 1, "want true or false in the drawing.shapes[2].closed, got 1"),
    (["colours"], [], "want a table, each one of blue, red in the drawing.colours, got []"),
    (["colours", "b"], "bleu", "want one of blue, red in the drawing.colours.b, got 'bleu' (did you mean blue?)"),
    (["cells", 2], 0.5, "want a text or a whole number or null in the drawing.cells[3], got 0.5"),
    (["paint"], "aGk=", "want the name of a file inside in the drawing.paint, got 'aGk='"),
    (["frame"], 3, "want a table of width in the drawing.frame, got 3"),
    (["frame", "width"], 1.5, "want a whole number in the drawing.frame.width, got 1.5"),
    (["frame"], {}, "want a whole number in the drawing.frame.width, got nothing"),
]


def copy() -> dict:
    return {name: json.loads(json.dumps(one)) if name != "paint" else one for name, one in WHOLE.items()}


def put(whole: Any, path: list, value: object) -> Any:
    """The whole with a value in the place where a path leads."""
    *steps, last = path
    at = whole
    for step in steps:
        at = at[step]
    at[last] = value
    return whole


def refusal(value: object, kind: Any = Drawing, **how) -> str:
    with pytest.raises(Misfit) as refusal:
        convert(value, kind, "the drawing", **how)
    sentence = str(refusal.value)
    assert len(sentence) < 300
    wanted, got = refusal.value.what.rsplit(", got ", 1)
    assert sentence == f"{wanted} in {refusal.value.place}, got {got}"
    return sentence


def test_what_fits_becomes_what_it_is():
    shapes = (Circle(2.0, "a"), Path(((0.5, 1.0), (2.0, 3.0)), True))
    drawing = Drawing("three", shapes, {"a": "red", "b": "blue"}, ("x", 3, None), b"\0", [1, {"a": []}], Frame(4))
    assert convert(copy(), Drawing, "the drawing", complete=True) == drawing
    assert convert({"title": "x"}, Drawing, "the drawing") == Drawing("x")


@pytest.mark.parametrize(("path", "value", "sentence"), REFUSED)
def test_what_does_not_fit_is_said_with_what_was_wanted_its_place_and_what_was_got(path, value, sentence):
    assert refusal(put(copy(), path, value)).startswith(sentence)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (["title"], "want a text of 1 to 9 letters in the drawing.title, got nothing"),
        (
            ["shapes", 1, "points"],
            "want a list of at least 2, each [a number, a number] in the drawing.shapes[2].points, got",
        ),
        (
            ["shapes", 0, "kind"],
            "want a table whose kind is one of circle, path in the drawing.shapes[1], got {'name': 'a'",
        ),
    ],
)
def test_what_is_not_there_is_said(path, sentence):
    value = copy()
    *steps, last = path
    at = value
    for step in steps:
        at = at[step]
    del at[last]
    assert refusal(value).startswith(sentence)


def test_a_field_with_a_default_is_wanted_only_where_all_are():
    value = copy()
    del value["shapes"][1]["closed"]
    assert not convert(value, Drawing, "the drawing").shapes[1].closed
    assert refusal(value, complete=True) == "want a value in the drawing.shapes[2].closed, got nothing"


def leaves(value: Any, path: tuple = ()) -> list[tuple]:
    """The paths of everything that has nothing in it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [one for step, inside in inner for one in leaves(inside, (*path, step))] or [path]


@pytest.mark.parametrize("path", [path for path in leaves(copy()) if path[0] not in ("free",)])
def test_every_place_is_found(path):
    words = [f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path]
    assert f" in the drawing{''.join(words)}, got {{'odd': 1}}" in refusal(put(copy(), [*path], {"odd": 1}))


PARTS = (
    "x",
    "` - at `$",
    ".title",
    ".shapes",
    "[0]",
    "[...]",
    ".colours",
    ".kind",
    "`",
    ".frame",
    ".width",
    " ",
    "key",
)


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=8).map("".join), st.sampled_from([3, [], {"a": 1}, "x"]))
def test_a_name_that_looks_like_a_path_leads_nowhere(name, value):
    sentence = refusal({name: value} | copy())
    assert sentence.startswith("want no field of this name")
    assert f" in the drawing.{name[:40]}, got " in sentence


def test_of_what_is_large_little_is_said():
    large = [{"kind": "circle", "radius": 1, "name": "a"}] * 50_000
    assert refusal({"title": large, "paint": bytes(1 << 20)}).endswith("...")
    assert "1048576 bytes" in refusal(put(copy(), ["frame"], {"width": [bytes(1 << 20)]}))
