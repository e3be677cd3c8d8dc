"""One word for one thing: what a person can read is held to docs/glossary.md."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
ROOMS = sorted(path.name for path in (ROOT / "vizcore").iterdir() if path.is_dir() and any(path.rglob("*.py")))


def listed() -> tuple[list[str], list[str]]:
    """(phrases that are gone, names with capitals), as the glossary lists them."""
    _, phrases, names = re.split(r"## Phrases that are gone\n|Written with their capitals[^:]*:", GLOSSARY.read_text())
    return tuple([one.strip(" .\n") for one in text.replace("\n", " ").split(",")] for text in (phrases, names))


GONE, CAPITALS = listed()
PHRASES = re.compile(rf"\b({'|'.join(map(re.escape, GONE))})\b", re.I)
SMALL = re.compile(rf"(?<![\w.,/=:-])({'|'.join(one.lower() for one in CAPITALS)})(?![\w./=:-])")
NAMES = re.compile(r"`[^`]*`|<[^>]*>|\$[^$]*\$|\bpython -m .*")  # code in a sentence


def sentences(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of every string in Python that is shown to somebody: of several words, and no docstring."""
    tree = ast.parse(source)
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        shown = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents
        if shown and " " in node.value.strip():
            yield node.lineno, node.value


def faults(text: str) -> list[str]:
    """The phrases and small acronyms in a text."""
    plain = NAMES.sub(" ", text)
    return [*PHRASES.findall(plain), *SMALL.findall(plain)]


def test_the_rules_find_what_they_are_for():
    assert len(GONE) > 15
    assert len(CAPITALS) > 5
    assert faults("whom this patch hears, times an even share") == ["hears", "times an even share"]
    assert faults("the ata net") == ["ata"]
    assert faults("the net `ata`, ATA, gta-untrained and python -m vizcore gta") == []


@pytest.mark.parametrize("room", [*ROOMS, "."])
def test_no_string_has_a_phrase_that_is_gone(room):
    """Former names aside, which are what is gone."""
    paths = (
        set((ROOT / "vizcore").glob("*.py")) - {ROOT / "vizcore/former.py"}
        if room == "."
        else (ROOT / "vizcore" / room).rglob("*.py")
    )
    found = [
        f"{path.relative_to(ROOT)}:{line}: {fault}"
        for path in sorted(paths)
        for line, text in sentences(path.read_text())
        for fault in faults(text)
    ]
    assert not found, "\n".join(found)


def test_lessons_and_cards_have_none():
    texts = {path.name: json.dumps(tomllib.loads(path.read_text())) for path in (ROOT / "assets").rglob("*.toml")}
    for path in (ROOT / "assets" / "clips").glob("*.json"):
        card = json.loads(path.read_text())
        texts[path.name] = f"{card['title']} {card['about']}"
    assert len(texts) > 10
    assert not {name: faults(text) for name, text in texts.items() if faults(text)}


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))])
def test_documents_have_none(page):
    if page == "docs/glossary.md":
        return
    text = re.sub(r"```.*?```", " ", (ROOT / page).read_text(), flags=re.S)
    assert not faults(text)


def test_every_term_of_the_glossary_says_what_it_is():
    rows = [line.strip("|").split("|") for line in GLOSSARY.read_text().splitlines() if line.startswith("| ")]
    terms = {term.strip(): meaning.strip() for term, meaning, _ in rows[1:]}
    assert len(terms) > 30
    assert all(terms.values())


def test_the_glossary_is_linked():
    assert "docs/glossary.md" in (Path(ROOT) / "CONTRIBUTING.md").read_text()
