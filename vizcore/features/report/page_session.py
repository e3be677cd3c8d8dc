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
from vizcore.features.lessons.pipeline_progress import Progress
from vizcore.features.report.page_button import draft, links, reported
from vizcore.features.report.page_editor import LARGEST, query, view_link
from vizcore.features.report.pipeline_draft import Draft
from vizcore.features.segmentation.pipeline_files import read_set
from vizcore.formats.apart.calls import call
from vizcore.runtime.clip_library import ClipEntry
from vizcore.ui import tables, user_models
from vizcore.ui.clips import keep_upload
from vizcore.ui.session_uploads import OTHERWISE, files
from vizcore.ui.uploads import CHECKED, keep, open_menu, plain

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
    left_at, clips = dict(links()), tuple(files().world_clips)
    page, done = next(reversed(left_at), catalog.PAGES[0].name), tuple(ui.session(Progress).done)

    def content() -> bytes:
        uploads = [replace(upload, data=path.read_bytes()) for upload, path in along]
        return session_zip(Session(page, left_at, clips, (*uploads, *left), done), report)

    with ui.container(horizontal=True, gap="small"):
        ui.download_button("session.zip", "application/zip", content, "save-session", SAVE)
        with open_menu("Restore a session", "open-session", icon=":material/file_open:") as menu:
            menu.file("session.zip from your computer", CHECKED, LARGEST, lambda _, data: _restore(bytes(data)))
    stay = [f"{one.name} (SHA-256 {one.sha256[:12]}…)" for one in left] + _elsewhere()
    if stay:
        ui.screen_caption(f"What does not travel along, to be opened again after: {', '.join(stay)}.")


def _uploads() -> list[tuple[Upload, Path]]:
    """What this session has brought."""
    from vizcore.features.report.export_session import Upload

    found = [(form, one.title, one.path) for form, menu in _menus().items() for one in menu.values()]
    found += [("labels", menu, path) for menu, path in files().labels.items()]
    found += [("model", title, path) for path, (title, _) in user_models.checkpoints().items()]
    return [(Upload(form, name, path.name), path) for form, name, path in found if path.exists()]


def _menus() -> dict[str, dict[str, ClipEntry]]:
    """{form: entries by word} of the uploads that a menu has as they are, to be changed in place."""
    return {"video": files().videos, "table": files().tables}


def _elsewhere() -> list[str]:
    """Models of the server's folder or of the hub: another machine may have others of their names."""
    uploaded = {name for _, names in user_models.checkpoints().values() for name in names}
    return [row.title for name, row in user_models.opened_models().items() if name not in uploaded]


def arrive_restored() -> None:
    """Go to the page of a session that was just restored."""
    place, reported().restored = reported().restored, None
    if place is not None:
        page, link = place
        ui.go_to(page, query(link))


def _restore(data: bytes) -> None:
    """Make this session what a file says; refused as a whole where anything in it is not what it should be."""
    from vizcore.synthetic.shot import shot_of

    session, report = call("report", "vizcore.features.report.export_session:opened", data, called="session.zip")
    clips = {
        word: ClipEntry(word, shot_of(word).title, Path(word), shot=word, form="world clip") for word in session.clips
    }
    for put in [_restored_upload(one) for one in session.uploads if one.data]:  # all are proved before the first is put
        put()
    files().world_clips.update(clips)  # they are rendered when somebody chooses them
    ui.session(Progress).done.update(dict.fromkeys(session.lessons, True))
    current = reported()
    current.draft, current.links, current.waiting = Draft(report), dict(session.links), []
    current.restored = session.page, session.links.get(session.page, ())


def _restored_upload(upload: Upload) -> Callable[[], object]:
    """An upload, whose content is checked like any other; what comes back puts it on its menu."""
    data = memoryview(upload.data)
    if upload.form == "model":
        return user_models.found_again(upload.name, data)
    if upload.form == "labels":
        path = keep("labels", data, read_set, OTHERWISE)
        return partial(files().labels.update, {plain(upload.name): path})
    if upload.form == "video":
        entry = keep_upload(upload.name, data)
    else:
        path = keep("tables", data, _prove_table, tables.OTHERWISE)
        entry = ClipEntry(f"table-{path.name[:12]}", plain(upload.name), path, form="features")
    return partial(_menus()[upload.form].update, {entry.clip_id: entry})


def _prove_table(path: Path) -> None:
    """It is an array file or text; the page that opens it reads it with care, as it does the server's files."""
    head = path.read_bytes()[:65536]
    if not head.startswith(b"\x93NUMPY") and b"\0" in head:
        raise ValueError("want NPY or text among the session's files, got something else")
