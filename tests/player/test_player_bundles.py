"""What the browser is given is what its modules say: bundles are fresh, and the types name what Python sends."""

import hashlib
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from player_sent import FRAMES, clip, panel, points, rows

from vizcore.features.report import export_html
from vizcore.player import (
    Annotations,
    Axis,
    Boxes,
    CostMatrix,
    Heat,
    Lines,
    Mask,
    PatchTracks,
    Route,
    Style,
    parts,
    payload,
)
from vizcore.player.cost_matrix import cost_matrix_arrays, cost_matrix_words

ROOT = Path(__file__).resolve().parents[2]
PLAYER, REPORT = Path(parts.__file__).parent, Path(export_html.__file__).parent
COMPONENTS = ("player", "timeline", "board", "clip_menu", "filter_panel", "frame_buttons", "overview_strip")
ENTRIES = [*(PLAYER / f"{name}.js" for name in COMPONENTS), REPORT / "page.js"]
MODULES = sorted([*PLAYER.glob("*.js"), REPORT / "page.js"])
TOOLS = ("bundle.js", "package-lock.json", "package.json")
IMPORT = re.compile(r'^(?:import|export)\b[^;"]*"(\.[^"]+)";', re.MULTILINE)


def imported(module: Path) -> list[Path]:
    """The modules that a module imports."""
    return [(module.parent / name).resolve() for name in IMPORT.findall(module.read_text())]


def inside(module: Path, above: tuple[Path, ...] = ()) -> set[Path]:
    """A module, what it imports, what these import, and so on."""
    assert module not in above, f"{module.name} imports itself by way of {', '.join(one.name for one in above)}"
    return {module}.union(*(inside(one, (*above, module)) for one in imported(module)))


def listed(files) -> str:
    """What `sha256sum` prints of files below the root, in the order of their paths."""
    names = sorted(file.relative_to(ROOT).as_posix() for file in files)
    return "".join(f"{hashlib.sha256((ROOT / name).read_bytes()).hexdigest()}  {name}\n" for name in names)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_bundle_is_made_of_its_modules_as_they_are(entry):
    told = (entry.parent / "bundles" / entry.name).read_text().splitlines()[0]
    made_of = hashlib.sha256(listed(inside(entry) | {ROOT / name for name in TOOLS}).encode()).hexdigest()
    assert told.startswith(f"// SHA-256 {made_of} "), f"{entry.name} has changed since its bundle was made: make bundle"


def test_every_module_is_in_a_bundle_and_every_bundle_has_its_modules():
    assert set().union(*map(inside, ENTRIES)) == set(MODULES)
    bundles = {file for folder in (PLAYER, REPORT) for file in (folder / "bundles").iterdir()}
    assert bundles == {entry.parent / "bundles" / entry.name for entry in ENTRIES}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_module_begins_with_its_caption_and_is_checked(module):
    caption, checked, *_ = module.read_text().splitlines()
    assert re.fullmatch(r"// [A-Z].+[.]", caption)
    assert checked == "// @ts-check"


# ---- what the types say of Python

GREY = np.zeros((FRAMES, 2, 2), np.uint8)
STYLES = [Style("one", "#0072B2")]
BOXES = Boxes(np.arange(2), np.full((2, 4), 0.5), np.zeros(2, int), ("a", "b"), np.array([0.5, np.nan]))
LINES = Lines(np.arange(1), np.full((1, 2, 2), 0.5), np.zeros(1, int), [(0, 1)])
ANNOTATIONS = Annotations(STYLES, BOXES, LINES, Mask(GREY))
TRACKS = PatchTracks(np.arange(2), np.tile(np.arange(12), (2, 1)), *np.zeros((3, 1, 12)))
AXES = (Axis("first", [(0.0, "0")]), Axis("second", [(0.0, "0")]))
COST_MATRIX = CostMatrix(GREY[0], (np.arange(2), np.arange(2)), AXES, [Route("path", "#0072B2", np.zeros((2, 2)))])
KINDS = {f"{word}Array": kind for word, kind in zip(("Uint8", "Uint16", "Uint32", "Int16", "Float64"), payload.KINDS)}


def interface(name: str) -> dict[str, str]:
    """The names of an interface of types.d.ts with their types, those that it has from another included."""
    types = (PLAYER / "types.d.ts").read_text()
    head = rf"^export interface {name}(?: extends (\w+))? \{{\n(.*?)^\}}"
    above, body = re.search(head, types, re.MULTILINE | re.DOTALL).groups()
    members = re.findall(r"^  (\[.*?\]|[^:;]+): (.+);$", body, re.MULTILINE)
    return dict(members) | (interface(above) if above else {})


@cache
def everything() -> dict:
    """What the player sends of a clip with all that can lie on one."""
    return clip(tracks=TRACKS, heat=Heat(GREY), annotations=ANNOTATIONS)["meta"]


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("PlayerMeta", everything),
        ("Source", lambda: everything()["clips"][0]),
        ("Drawing", lambda: clip(annotations=ANNOTATIONS, drawing=0)["meta"]["drawing"]),
        ("HeatLegend", lambda: everything()["heat"][0]),
        ("AnnotationWords", lambda: everything()["annotations"][0]),
        ("TierWords", lambda: everything()["tiers"][0]),
        ("CostMatrixWords", lambda: cost_matrix_words(COST_MATRIX)),
        ("TimelineMeta", lambda: rows()["meta"]),
        ("BoardData", lambda: points()["plain"]),
        ("FilterMeta", lambda: panel(1.0, 0.5)["meta"]),
        ("FilterSettings", lambda: panel(1.0, 0.5)["meta"]["settings"]),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_the_types_of_the_browser_name_what_python_sends(name, sent):
    assert set(interface(name)) == set(sent())


def pattern(member: str) -> str:
    """A regular expression for the names of arrays that a member stands for."""
    text = re.sub(r"^\[\w+: `(.*)`\]$|^\"(.*)\"$", lambda found: found[1] or found[2], member)
    return re.escape(text).replace(r"\$\{number\}", r"\d+").replace(r"\$\{Sync\}", "(lock|share|warp)")


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("PlayerArrays", lambda: everything()["contents"] | payload.pack(cost_matrix_arrays(COST_MATRIX))[1]),
        ("TimelineArrays", lambda: rows()["meta"]["contents"]),
        ("FilterArrays", lambda: panel(1.0, 0.5)["meta"]["contents"]),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_the_types_of_the_browser_have_every_array_and_its_kind(name, sent):
    members = interface(name)
    for array, (kind, _, _) in sent().items():
        [types] = [types for member, types in members.items() if re.fullmatch(pattern(member), array)]
        assert kind in {KINDS[one] for one in types.split(" | ")}, array
