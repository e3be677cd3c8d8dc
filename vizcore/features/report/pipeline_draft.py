"""A report that is being put together: views come and go, change places and names, and a step can be taken back."""

from msgspec.structs import replace

from vizcore.runtime.recording.section import MEGABYTE, MOST_BYTES, MOST_SECTIONS, Report, Section

STEPS = 20  # that can be taken back, at most; sections that steps share are in memory once


class Draft:
    """A report and its past; each section has a number that stays with it."""

    def __init__(self, report: Report | None = None):
        self.title = Report().title
        self.opened = 0  # how often another report took its place
        self.sections: dict[int, Section] = {}
        self._past: list[tuple[str | None, dict[int, Section]]] = []  # (title, where it changed; sections)
        self._next = 0
        if report is not None:
            self.open(report)
            self._past.clear()

    @property
    def report(self) -> Report:
        """As it stands."""
        return Report(self.title, tuple(self.sections.values()))

    @property
    def can_undo(self) -> bool:
        """There is a step to take back."""
        return bool(self._past)

    def add(self, section: Section) -> int:
        """Put a view at the end; its number.

        Raises:
            ValueError: the report would be too long or too large; it stays as it was.
        """
        size = (self.report.size + section.size) / MEGABYTE
        if len(self.sections) >= MOST_SECTIONS or size > MOST_BYTES / MEGABYTE:
            raise ValueError(
                f"want a report of at most {MOST_SECTIONS} views and {MOST_BYTES // MEGABYTE} MB, and this would be "
                f"number {len(self.sections) + 1} and {size:.0f} MB: take the report along and clear it, or remove one."
            )
        self._remember()
        return self._put(section)

    def open(self, report: Report) -> None:
        """Take another report in the place of this one."""
        self._remember(self.title)
        self.title, self.sections, self.opened = report.title, {}, self.opened + 1
        for section in report.sections:
            self._put(section)

    def edit(self, number: int, title: str | None = None, note: str | None = None) -> None:
        """Give a section another title or note.

        Args:
            number: of the section, as add gave it.
            title: None leaves it as it is.
            note: likewise.
        """
        section = self.sections[number]
        self.sections[number] = replace(
            section, title=section.title if title is None else title, note=section.note if note is None else note
        )

    def move(self, number: int, by: int) -> None:
        """Let a section change places with the one `by` further on, where there is one."""
        order = list(self.sections)
        at = order.index(number)
        to = min(max(at + by, 0), len(order) - 1)
        if to != at:
            self._remember()
            order.insert(to, order.pop(at))
            self.sections = {one: self.sections[one] for one in order}

    def remove(self, number: int) -> None:
        """Take a section out."""
        self._remember()
        self.sections = {one: section for one, section in self.sections.items() if one != number}

    def clear(self) -> None:
        """Take all sections out."""
        self._remember()
        self.sections = {}

    def undo(self) -> None:
        """Take the last step back; what was written since stays."""
        title, before = self._past.pop()
        if title is not None:
            self.title, self.opened = title, self.opened + 1
        self.sections = {number: self.sections.get(number, section) for number, section in before.items()}

    def _put(self, section: Section) -> int:
        self._next += 1
        self.sections = {**self.sections, self._next: section}
        return self._next

    def _remember(self, title: str | None = None) -> None:
        self._past = [*self._past[1 - STEPS :], (title, dict(self.sections))]
        while len(self._past) > 1 and self._held() > 2 * MOST_BYTES:
            del self._past[0]

    def _held(self) -> int:
        """Bytes of everything that can be brought back."""
        held = {id(section): section for _, past in self._past for section in past.values()}
        return sum(section.size for section in held.values())
