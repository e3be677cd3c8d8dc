"""The fields of a lesson file, read one by one; what is wrong with one is said with the file's and the field's name."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import NoReturn

from vizcore.features.lessons.numbers import told

MISSING = object()


class Fields:
    """A table of a TOML file that remembers which of its fields were asked for."""

    def __init__(self, found: dict, file: str, place: str = ""):
        self.found, self.file, self.place, self.asked = found, file, place, []

    def refuse(self, name: str, what: str) -> NoReturn:
        """Raise a ValueError that says in which file and field something is wrong."""
        field = f"{self.place}.{name}".strip(".")
        raise ValueError(f"Lesson file {self.file}, {field or 'the whole file'}: {what}")

    def text(self, name: str, most: int, first: str | None = None) -> str:
        """Words, 1 to `most` letters."""
        value = self._value(name, first, f"want a text of 1 to {most} letters")
        if value is first:
            return value
        if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
            self.refuse(name, f"want a text of 1 to {most} letters, got {told(value)}")
        return value.strip()

    def one_of(self, name: str, words: Sequence[str], first: str | None = None) -> str:
        """One of some words."""
        wanted = f"want one of {', '.join(words)}"
        value = self._value(name, first, wanted)
        if value is not first and value not in words:
            near = get_close_matches(str(value), words, 1)
            self.refuse(name, f"{wanted}; got {told(value)}{f' (did you mean {near[0]}?)' if near else ''}")
        return value

    def given(self, name: str, read: Callable[[object], object], first: object = MISSING) -> object:
        """A value as `read` reads it."""
        value = self._value(name, None if first is MISSING else first, "want it to be there", first is MISSING)
        if value is first:
            return first
        try:
            return read(value)
        except ValueError as refusal:
            self.refuse(name, str(refusal))

    def table(self, name: str) -> "Fields | None":
        """A table inside this one; None where there is none."""
        value = self._value(name, None, "", False)
        if value is not None and not isinstance(value, dict):
            self.refuse(name, f"want a table, [{f'{self.place}.{name}'.strip('.')}], got {told(value)}")
        return None if value is None else Fields(value, self.file, f"{self.place}.{name}".strip("."))

    def needed(self, name: str) -> "Fields":
        """A table inside this one that has to be there."""
        return self.table(name) or self.refuse(name, "want this table, got none")

    def tables(self, name: str, least: int, most: int) -> list["Fields"]:
        """An array of tables."""
        value = self._value(name, None, f"want {least} to {most} tables")
        fits = isinstance(value, list) and all(isinstance(one, dict) for one in value)
        if not fits or not least <= len(value) <= most:
            self.refuse(name, f"want {least} to {most} tables {{ ... }}, got {told(value)}")
        place = f"{self.place}.{name}".strip(".")
        return [Fields(one, self.file, f"{place}[{k}]") for k, one in enumerate(value, 1)]

    def no_more(self) -> None:
        """Refuse what nobody asked for: a misspelt field would otherwise do nothing, and say nothing."""
        for name in self.found:
            if name not in self.asked:
                near = get_close_matches(name, self.asked, 1)
                known = f"did you mean {near[0]}?" if near else f"known are {', '.join(self.asked)}"
                self.refuse(str(name)[:40], f"want no field of this name ({known})")

    def _value(self, name: str, first: object, wanted: str, needed: bool = True) -> object:
        self.asked.append(name)
        if name not in self.found and first is None and needed:
            self.refuse(name, f"{wanted}, got nothing")
        return self.found.get(name, first)
