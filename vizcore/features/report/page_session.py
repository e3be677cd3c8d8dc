"""The whole session as a file, and back: where the person was, the pages before, own files, clips made, the report.

save: links of the pages + clips of the world + uploads + lessons done + report -> session.zip
restore: session.zip - every upload proved anew - this session's menus, its report -> the page, in its state
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from vizcore import ui
from vizcore.features import catalog
from vizcore.features.report.page_button import draft, links
from vizcore.features.report.page_editor import LARGEST, query, view_link
from vizcore.features.report.pipeline_draft import Draft
from vizcore.features.segmentation.pipeline_files import read_set
from vizcore.runtime.clip_library import Entry
from vizcore.ui import session_uploads, tables
from vizcore.ui import user_models as own
from vizcore.ui.clips import keep_upload
from vizcore.ui.uploads import keep, open_file, plain

if TYPE_CHECKING:
    from vizcore.features.report.export_session import Upload

SAVE = ":material/save:"


def visited() -> None:
    """The pages of this session, each in the state in which it was left."""
    if links():
        ui.screen_caption("Pages of this session, as they were left")
        with ui.container(horizontal=True, gap="small"):
            for name, link in reversed(links().items()):
                view_link(name, link, catalog.page(name).title)


def session_file() -> None:
    """A button that saves the session, and one that brings another back."""
    from vizcore.features.report.export_session import (  # 0.1 s that only this page waits for
        Session,
        by_size,
        session_zip,
    )

    report, (along, left) = draft().report, by_size(_uploads())
    left_at, clips = dict(links()), tuple(session_uploads.own_shots())
    page, done = next(reversed(left_at), catalog.PAGES[0].name), tuple(_lessons_done())

    def made() -> bytes:
        uploads = [replace(upload, data=path.read_bytes()) for upload, path in along]
        return session_zip(Session(page, left_at, clips, (*uploads, *left), done), report)

    with ui.container(horizontal=True, gap="small"):
        ui.download_button("session.zip", "application/zip", made, "save-session", SAVE)
        open_file("Restore a session", "session.zip from your computer", "open-session", _restore, megabytes=LARGEST)
    stay = [f"{one.name} (SHA-256 {one.sha256[:12]}…)" for one in left] + _elsewhere()
    if stay:
        ui.screen_caption(f"What does not travel along, to be opened again after: {', '.join(stay)}.")


def _uploads() -> list[tuple[Upload, Path]]:
    """What this session has brought."""
    from vizcore.features.report.export_session import Upload

    menus = {form: session_uploads.own_entries(form) for form in session_uploads.MENUS}
    found = [(form, one.title, one.path) for form, menu in menus.items() for one in menu.values()]
    found += [("labels", menu, path) for menu, path in session_uploads.own_labels().items()]
    found += [("model", title, path) for path, (title, _) in own.own_files().items()]
    return [(Upload(form, name, path.name), path) for form, name, path in found if path.exists()]


def _lessons_done() -> dict[str, bool]:
    """{title of a lesson: whether it is done} of this session, to be changed in place."""
    return ui.remembered("lessons_done", dict)


def _elsewhere() -> list[str]:
    """Models of the server's folder or of the hub: another machine may have others of their names."""
    brought = {name for _, names in own.own_files().values() for name in names}
    return [row.title for name, row in own.opened_models().items() if name not in brought]


def arrive_restored() -> None:
    """Go to the page of a session that was just restored."""
    if (place := ui.take("restored")) is not None:
        page, link = place
        ui.go_to(page, query(link))


def _restore(data: bytes) -> None:
    """Make this session what a file says; refused as a whole where anything in it is not what it should be."""
    from vizcore.features.report.export_session import opened
    from vizcore.synthetic.shot import shot_of

    session, report = opened(data)
    clips = {word: Entry(word, shot_of(word).title, Path(word), shot=word, form="world clip") for word in session.clips}
    for put in [_brought(one) for one in session.uploads if one.data]:  # all are proved before the first is put
        put()
    session_uploads.own_shots().update(clips)  # they are rendered when somebody chooses them
    _lessons_done().update(dict.fromkeys(session.lessons, True))
    ui.remember("report", Draft(report))
    ui.remember("links", dict(session.links))
    ui.remember("restored", (session.page, session.links.get(session.page, ())))


def _brought(upload: Upload) -> Callable[[], object]:
    """An upload, sniffed like any other; what comes back puts it on its menu."""
    data = memoryview(upload.data)
    if upload.form == "model":
        return own.found_again(upload.name, data)
    if upload.form == "labels":
        path = keep("labels", data, read_set, session_uploads.OTHERWISE)
        return partial(session_uploads.own_labels().update, {plain(upload.name): path})
    if upload.form == "video":
        entry = keep_upload(upload.name, data)
    else:
        path = keep("tables", data, _prove_table, tables.OTHERWISE)
        entry = Entry(f"table-{path.name[:12]}", plain(upload.name), path, form="features")
    return partial(session_uploads.own_entries(upload.form).update, {entry.word: entry})


def _prove_table(path: Path) -> None:
    """It is an array file or text; the page that opens it reads it with care, as it does the server's files."""
    head = path.read_bytes()[:65536]
    if not head.startswith(b"\x93NUMPY") and b"\0" in head:
        raise ValueError("want NPY or text among the session's files, got something else")
