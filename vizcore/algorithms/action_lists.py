"""The list of actions of a data set, as the tools of AVA write it.

label { name label_id label_type } or item { name id } - read_label_map -> {id: Action}
"""

import re
from dataclasses import dataclass
from pathlib import Path

GROUPS = {"PERSON_MOVEMENT": "pose", "OBJECT_MANIPULATION": "object", "PERSON_INTERACTION": "person"}
ENTRY = re.compile(r"\w+\s*\{((?:[^{}\"']|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')*)\}")
NAME = re.compile(r"\bname\s*:\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)')")
NUMBER = re.compile(r"\b(?:label_)?id\s*:\s*(-?\d+)")
KIND = re.compile(r"\blabel_type\s*:\s*(\w+)")


@dataclass(frozen=True)
class Action:
    """One entry of a list of actions."""

    name: str
    group: str | None  # "pose", "object" or "person"; None where the list does not tell


def read_label_map(path: str | Path) -> dict[int, Action]:
    """Read a list of actions in either form: `label { name label_id label_type }` or `item { name id }`.

    Returns:
        {class id: Action}, in the file's order.

    Raises:
        ValueError: there is no entry, an entry lacks its name or number, a number is given twice or is below 1.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"want a text file of actions, got {Path(path).name}") from None
    actions: dict[int, Action] = {}
    for entry in ENTRY.findall(text):
        name, number, kind = (pattern.search(entry) for pattern in (NAME, NUMBER, KIND))
        if not name or not number or int(number[1]) < 1:
            raise ValueError(f"want a name and an id of 1 or more in every entry, got {' '.join(entry.split())!r}")
        if int(number[1]) in actions:
            raise ValueError(f"want every id once, got {number[1]} again for {name[0]}")
        words = re.sub(r"\\(.)", r"\1", name[1] if name[1] is not None else name[2])
        actions[int(number[1])] = Action(words, GROUPS.get(kind[1]) if kind else None)
    if not actions:
        raise ValueError(f'want entries such as item {{ name: "walk" id: 14 }}, got none in {Path(path).name}')
    return actions
