"""The button in every top row that sends the view to this session's report, and what becomes of a press.

press -> the page runs once more, watched -> Section -> the session's draft, which the page Report shows
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from vizcore import ui
from vizcore.features.entry import Entry
from vizcore.runtime.recording.recorded import Recorded
from vizcore.ui import shell
from vizcore.ui.link import address

if TYPE_CHECKING:
    from vizcore.features.report.pipeline_draft import Draft
    from vizcore.runtime.recording.section import Link, Section

log = logging.getLogger(__name__)
WITHOUT = ("home", "report")  # pages that are no view of anything
NAMING = ("part", "lesson", "step", "show")  # of a link: what tells which part of a page it is
ABOUT = "Puts what this page shows now, with its settings and how it was made, at the end of the page Report."


@dataclass
class Reported:
    """What this session has put into its report, and where it has been."""

    draft: Draft | None = None  # none yet
    links: dict[str, Link] = field(default_factory=dict)  # {page: its state when it was left}, the last one last
    adding: str = ""  # the page whose view is to be added once it has run
    restored: tuple[str, Link] | None = None  # (page, state) of a session that was just restored


def reported() -> Reported:
    """What this session has, to be changed in place."""
    return ui.session(Reported)


def draft() -> Draft:
    """This session's report."""
    own = reported()
    if own.draft is None:
        from vizcore.features.report.pipeline_draft import Draft  # a page that is sent to no report need not wait

        own.draft = Draft()
    return own.draft


def links() -> dict[str, Link]:
    """{page: the state it was left in} of this session, to be changed in place."""
    return reported().links


def _add(page: str) -> None:
    reported().adding = page


def actions(row: Entry) -> None:
    """Send the view to the report, and the way there, which says how many views it has."""
    if row.name not in WITHOUT:
        adding = partial(_add, row.name)
        ui.action_button("Add to report", "add-to-report", adding, icon=":material/note_add:", help=ABOUT, plain=True)
    count = 0 if reported().draft is None else len(draft().sections)
    if row.name != "report":
        ui.page_link("report", f"Report ({count})" if count else "Report", {}, ":material/description:")


def remember(row: Entry) -> None:
    """Note in which state the page was left, for the session file."""
    if row.name not in WITHOUT:
        links().pop(row.name, None)
        links()[row.name] = tuple(address())


def settle(row: Entry, recorded: Recorded) -> None:
    """If the button was pressed, put what was seen into the report; called where a page has run to its end."""
    adding, reported().adding = reported().adding, ""
    if adding != row.name:
        return
    try:
        section = section_of(row, recorded)
        draft().add(section)
    except ValueError as refusal:
        log.info("not added: %s", refusal, exc_info=True)
        ui.toast(str(refusal), icon=":material/error:", long=True)
        return
    count = len(draft().sections)
    ui.toast(f"Added to the page Report, which has {count} view{'s' * (count > 1)} now.", icon=":material/description:")


def forget() -> None:
    """Nothing can be sent after all; a press does not wait for the next view."""
    reported().adding = ""


def section_of(row: Entry, recorded: Recorded) -> Section:
    """What was seen, as a section under a name that says where it is from."""
    from vizcore.features.report.pipeline_sections import section  # torch: only who sends a view waits for it

    link = address()
    chosen = [value for name, value in link if name in NAMING]
    about = list(dict.fromkeys(entry.title for entry in recorded.entries))
    words = ", ".join([*chosen, *about[:2], *(["…"] if about[2:] else [])])
    return section(recorded, f"{row.title}: {words}" if words else row.title, row.name, link)


class Report(shell.Around):
    """The button in every top row, and what becomes of a press."""

    actions = staticmethod(actions)
    remember = staticmethod(remember)
    settle = staticmethod(settle)
    forget = staticmethod(forget)


shell.surround(Report())
