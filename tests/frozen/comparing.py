"""Two frozen sets, thing by thing: the same, the same but for rounding, different, or in one only.

results    array by array: hashes, then as many numbers as were kept
commands   leaf by leaf of their JSON
words      line by line
screenshots    by the share of pixels that differ, in `pictures`

Names that were changed on purpose between two sets are told as Renames: what differs in them alone is renamed.
"""

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tests.frozen import fingerprints, pictures
from tests.frozen.fingerprints import Frozen

SAME, RENAMED, ROUNDING, DIFFERENT = "same", "renamed", "same but for rounding", "different"
ONLY_A, ONLY_B = "only in the first", "only in the second"
STATES = (SAME, RENAMED, ROUNDING, DIFFERENT, ONLY_A, ONLY_B)
FAILING = (DIFFERENT, ONLY_A, ONLY_B)
TOLERANCE = 1e-5  # of the largest number: what the order of a sum may do to numbers of 24 bits
SHOWN = 3  # differences of one thing that are told
LONGEST = 100  # letters of a line that are told


@dataclass(frozen=True)
class Finding:
    """What became of one thing."""

    part: str  # of PARTS
    name: str
    state: str  # of STATES
    why: str = ""  # by how much, or what


@dataclass(frozen=True)
class Renames:
    """What is called otherwise in the second set, and keys of JSON that the first set had not."""

    names: Mapping[str, str] = field(default_factory=dict)  # {before: now}
    keys: frozenset[str] = frozenset()

    def __call__(self, text: str) -> str:
        """A text of the first set as the second one has it; whole words and paths are replaced, the longest first."""
        if not self.names:
            return text
        longest = sorted(self.names, key=len, reverse=True)
        return re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", lambda one: self.names[one[0]], text)


NONE = Renames()


def renames(path: Path) -> Renames:
    """Renames from a file: a line BEFORE <tab> NOW for a name, <tab> KEY for a new key; # begins a remark.

    Raises:
        ValueError: a line is neither.
    """
    rows = [line.split("\t") for line in path.read_text().splitlines() if line and not line.startswith("#")]
    if wrong := [row for row in rows if len(row) != 2 or not row[1]]:
        raise ValueError(f"want BEFORE, a tab and NOW in every line of {path}, got {' '.join(wrong[0])!r}")
    return Renames(
        {before: now for before, now in rows if before}, frozenset(now for before, now in rows if not before)
    )


def compare(first: Path, second: Path, parts: tuple[str, ...], renamed: Renames = NONE) -> Iterator[Finding]:
    """Every thing of these parts that either set has.

    Args:
        first, second: folders of two sets.
        parts: of PARTS.
        renamed: names of the first set that the second has otherwise.
    """
    for part in parts:
        ending, findings = PARTS[part]
        if part in NAMING:
            findings = partial(findings, renamed=renamed)
        sets = [_files(folder / part, ending) for folder in (first, second)]
        for name in sorted(sets[0] | sets[1]):
            if name not in sets[0] or name not in sets[1]:
                yield Finding(part, name, ONLY_A if name in sets[0] else ONLY_B)
            else:
                yield from findings(name, sets[0][name], sets[1][name])


def results(name: str, first: Path, second: Path) -> Iterator[Finding]:
    """Array by array; one that is found under another name, bit for bit, is renamed."""
    one, other = (fingerprints.read(path.with_suffix("")) for path in (first, second))
    renamed = _renamed(one, other)
    for array in dict.fromkeys([*one.prints, *other.prints]):
        where = f"{name}: {array}"
        if array in renamed:
            yield Finding("results", where, RENAMED, f"now {renamed[array]}")
        elif array in one.prints and array in other.prints:
            yield Finding("results", where, *arrays(one, other, array))
        elif array not in renamed.values():
            yield Finding("results", where, ONLY_A if array in one.prints else ONLY_B)


def arrays(one: Frozen, other: Frozen, name: str) -> tuple[str, str]:
    """(state, why) of an array that both have."""
    a, b = one.prints[name], other.prints[name]
    if all(a[part] == b[part] for part in ("dtype", "shape", "sha256")):
        return SAME, ""
    if (a["dtype"], a["shape"]) != (b["dtype"], b["shape"]):
        return DIFFERENT, f"{a['dtype']} {tuple(a['shape'])} became {b['dtype']} {tuple(b['shape'])}"
    kept = one.kept[name], other.kept[name]
    if a["dtype"] == "str":
        return DIFFERENT, " became ".join(_short(array.tolist()) for array in kept)
    state, why = numbers(*kept)
    if one.is_whole(name):
        return state, why
    state = ROUNDING if state == ROUNDING and near(a, b) else DIFFERENT
    means = f"mean {a['mean']:.6g} became {b['mean']:.6g}" if None not in (a["mean"], b["mean"]) else "nothing finite"
    return state, f"of {kept[0].size} numbers looked at, {why}; {means}"


def numbers(a: np.ndarray, b: np.ndarray) -> tuple[str, str]:
    """(state, why) of two arrays of one kind and shape; whole numbers have no rounding."""
    alike = (a == b) | ((a != a) & (b != b))  # nan is nan
    if alike.all():
        return SAME, "none differs"
    with np.errstate(invalid="ignore", over="ignore"):
        gaps = np.abs(np.subtract(a, b, dtype=np.result_type(a, b, np.float64)))[~alike]
    gap = float("inf") if not np.isfinite(gaps).all() else float(gaps.max())
    size = np.abs(np.concatenate([a.ravel(), b.ravel()]).astype(np.complex128))
    largest = float(size[np.isfinite(size)].max(initial=0.0))
    state = ROUNDING if a.dtype.kind in "fc" and gap <= TOLERANCE * largest else DIFFERENT
    return state, f"{(~alike).sum()} of {a.size} differ, by at most {gap:.3g} where the largest is {largest:.3g}"


def near(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Two fingerprints whose numbers are the same but for rounding."""
    if a["not finite"] != b["not finite"] or a["mean"] is None:
        return False
    size = max(abs(one[part]) for one in (a, b) for part in ("min", "max"))
    return all(abs(a[part] - b[part]) <= TOLERANCE * size for part in ("min", "max", "mean"))


def commands(name: str, first: Path, second: Path, renamed: Renames = NONE) -> Iterator[Finding]:
    """One finding for a command: the worst of what differs in its JSON, and the first few differences."""
    before, other = (dict(_leaves("", json.loads(path.read_text()))) for path in (first, second))
    one = {renamed(leaf): renamed(said) if isinstance(said, str) else said for leaf, said in before.items()}
    told = [(RENAMED, "names")] if one != before else []
    for leaf in dict.fromkeys([*one, *other]):
        if leaf not in one and leaf.rpartition(".")[2] in renamed.keys:
            told.append((RENAMED, f"{leaf} is new"))
        elif leaf not in one or leaf not in other:
            told.append((DIFFERENT, f"{leaf} is {ONLY_A if leaf in one else ONLY_B}"))
        elif one[leaf] != other[leaf]:
            told.append((_how(one[leaf], other[leaf]), f"{leaf}: {_short(one[leaf])} became {_short(other[leaf])}"))
    told.sort(key=lambda pair: -STATES.index(pair[0]))
    state = told[0][0] if told else SAME
    yield Finding("commands", name, state, _several([why for _, why in told]))


def words(name: str, first: Path, second: Path, renamed: Renames = NONE) -> Iterator[Finding]:
    """One finding for a page: the lines that went and came."""
    before, other = (path.read_text().splitlines() for path in (first, second))
    one = [renamed(line) for line in before]
    changed = [line for line in difflib.ndiff(one, other) if line[:2] in ("- ", "+ ")] if one != other else []
    state = DIFFERENT if changed else RENAMED if one != before else SAME
    yield Finding("words", name, state, _several([_short(line) for line in changed]))


def screenshots(name: str, first: Path, second: Path) -> Iterator[Finding]:
    """One finding for a picture."""
    share, why = pictures.difference(first, second)
    state = SAME if share == 0 else ROUNDING if share <= pictures.TOLERANCE else DIFFERENT
    yield Finding("screenshots", name, state, why)


PARTS: dict[str, tuple[str, Callable[[str, Path, Path], Iterator[Finding]]]] = {
    "results": (".json", results),
    "commands": (".json", commands),
    "words": (".txt", words),
    "screenshots": (".png", screenshots),
}

NAMING = ("commands", "words")  # parts that are made of words


def _files(folder: Path, ending: str) -> dict[str, Path]:
    found = sorted(path for path in folder.rglob(f"*{ending}"))
    return {path.relative_to(folder).as_posix().removesuffix(ending): path for path in found}


def _renamed(one: Frozen, other: Frozen) -> dict[str, str]:
    """{array of one: array of the other} of those in one set only that are the same, bit for bit, in their order."""

    def content(print_: Mapping[str, Any]) -> tuple:
        return print_["dtype"], tuple(print_["shape"]), print_["sha256"]

    new = [name for name in other.prints if name not in one.prints]
    found: dict[str, str] = {}
    for name in (name for name in one.prints if name not in other.prints):
        same = (key for key in new if content(other.prints[key]) == content(one.prints[name]))
        if (match := next(same, None)) is not None:
            found[name] = match
            new.remove(match)
    return found


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if parts is None or not value:
        yield name, value
        return
    for key, one in parts:
        yield from _leaves(f"{name}.{key}" if name else str(key), one)


def _how(a: Any, b: Any) -> str:
    """The state of two leaves that are not equal."""
    if not (type(a) is type(b) is float):
        return DIFFERENT
    return ROUNDING if abs(a - b) <= TOLERANCE * max(abs(a), abs(b)) else DIFFERENT


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _several(told: list[str]) -> str:
    more = f" | and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
    return " | ".join(told[:SHOWN]) + more
