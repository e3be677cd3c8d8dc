"""The button in every top row that sends the view to this session's report, and what becomes of a press.

press -> the page runs once more, watched -> Section -> the session's draft, which the page Report shows
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from vizcore import former, ui
from vizcore.features.entry import Entry
from vizcore.runtime.recording.recorded import Recorded
from vizcore.ui import shell
from vizcore.ui.link import address
from vizcore.ui.state import now

if TYPE_CHECKING:
    from vizcore.features.report.pipeline_draft import Draft
    from vizcore.runtime.recording.section import Link, Section

log = logging.getLogger(__name__)
WITHOUT = ("home", "report")  # pages that are no view of anything
NAMING = ("part", "background", "lesson", "step", "show")  # of a link: what tells which part of a page it is
ABOUT = "Puts what this page shows now, with its settings and how it was made, at the end of the page Report."


@dataclass(eq=False)
class Waiting:
    """A press whose page has not run to its end yet."""

    page: str
    link: Link  # the page's state, as far as it is known


@dataclass
class Here:
    """What is waited for on this visit to a page."""

    waiting: Waiting | None = None
    arrived: bool = False  # it is known whether the link of this visit is one that waits


@dataclass
class Reported:
    """What this session has put into its report, and where it has been."""

    draft: Draft | None = None  # none yet
    links: dict[str, Link] = field(default_factory=dict)  # {page: its state when it was left}, the last one last
    waiting: list[Waiting] = field(default_factory=list)  # views that are to be added once their pages have run
    place: Any = None  # of the link to the report, on the page that runs
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
    """Note a press; it waits until its page has run to its end, also where the person goes elsewhere before."""
    here = ui.visit(Here)
    if here.waiting is None:
        here.waiting = Waiting(page, tuple(address()))
        reported().waiting.append(here.waiting)


def drop(waiting: Waiting | None) -> None:
    """A press is answered, or wanted no more."""
    own = reported()
    own.waiting = [one for one in own.waiting if one is not waiting]


def actions(row: Entry) -> None:
    """Send the view to the report, and the way there, which says how many views it has."""
    if row.name not in WITHOUT:
        adding = partial(_add, row.name)
        ui.action_button("Add to report", "add-to-report", adding, icon=":material/note_add:", help=ABOUT, plain=True)
    if row.name != "report":
        reported().place = ui.empty()
        _way_there()


def _way_there() -> None:
    """The link to the page Report, in its place in the top row."""
    count = 0 if reported().draft is None else len(draft().sections)
    with reported().place:
        ui.page_link("report", f"Report ({count})" if count else "Report", {}, ":material/description:")


def remember(row: Entry) -> None:
    """Note in which state the page was left, for the session file and for a press that waits."""
    if row.name in WITHOUT:
        return
    link, here = tuple(address()), ui.visit(Here)
    links().pop(row.name, None)
    links()[row.name] = link
    if not here.arrived and here.waiting is None:
        here.waiting = next((one for one in reported().waiting if _leads_here(one, row.name)), None)
    here.arrived = True
    if here.waiting is not None:
        here.waiting.link = link


def _leads_here(waiting: Waiting, page: str) -> bool:
    """This visit came by the link of a press that waits."""
    return waiting.page == page and former.link(page, dict(waiting.link)) == now().address


def settle(row: Entry, recorded: Recorded) -> None:
    """If the button was pressed, put what was seen into the report; called where a page has run to its end."""
    waiting = _answered()
    if waiting is None:
        return
    try:
        section = section_of(row, recorded)
        draft().add(section)
    except ValueError as refusal:
        log.info("not added: %s", refusal, exc_info=True)
        ui.toast(str(refusal), icon=":material/error:", long=True)
        return
    _way_there()
    count = len(draft().sections)
    ui.toast(f"Added to the page Report, which has {count} view{'s' * (count > 1)} now.", icon=":material/description:")


def forget() -> None:
    """Nothing can be sent after all; a press does not wait for the next view."""
    _answered()


def _answered() -> Waiting | None:
    """The press of this visit, which waits no more."""
    here = ui.visit(Here)
    waiting, here.waiting = here.waiting, None
    drop(waiting)
    return waiting


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
