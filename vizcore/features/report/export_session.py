"""A session as one ZIP: which page in which state, which pages before it, the person's own files, and the report.

Session -> session_zip -> bytes -> opened -> the same Session; of unknown origin, so nothing in it is believed
"""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta
from msgspec.structs import replace

from vizcore import former
from vizcore.features.catalog import PAGES
from vizcore.features.report import pipeline_archive as archive
from vizcore.features.report.export_json import LARGEST, read, report_files
from vizcore.formats.conversion import convert
from vizcore.runtime.recording.section import MEGABYTE, Link, Record, Report

FORMAT, SCHEMAS = "vizcore session", (1, 2)  # 1: pages by their former names
MOST_UPLOADS = 100 * MEGABYTE  # bytes that travel along; the smallest files first
MOST_CLIPS, MOST_FILES, MOST_LESSONS = 12, 100, 500


class Upload(Record):
    """A file that the person brought; without bytes where it was too large to travel."""

    form: Literal["video", "table", "labels", "model"]
    name: str  # as its owner calls it; of labels, the menu that they were opened in
    sha256: str
    data: bytes = b""


class Session(Record):
    """Everything that a person has made, less what can be computed again."""

    page: str  # where the person was
    links: dict[str, Link]  # page -> what restores its view
    clips: Annotated[tuple[str, ...], Meta(max_length=MOST_CLIPS)] = ()  # words of the world that are on the menu
    uploads: Annotated[tuple[Upload, ...], Meta(max_length=MOST_FILES)] = ()
    lessons: Annotated[tuple[str, ...], Meta(max_length=MOST_LESSONS)] = ()  # titles of those that are done


def session_zip(session: Session, report: Report) -> bytes:
    """The file that a session travels as."""
    data = {
        "format": FORMAT,
        "schema": SCHEMAS[-1],
        "page": session.page,
        "links": session.links,
        "clips": session.clips,
        "lessons": session.lessons,
        "uploads": [
            {"form": one.form, "name": one.name, "sha256": one.sha256, "data": f"uploads/{one.sha256}" * bool(one.data)}
            for one in session.uploads
        ],
    }
    files = {"session.json": json.dumps(data, indent=1, ensure_ascii=False).encode()}
    files |= {f"uploads/{one.sha256}": one.data for one in session.uploads if one.data}
    return archive.packed(files | report_files(report))


def opened(source: bytes | Path) -> tuple[Session, Report]:
    """A session and its report from their ZIP.

    Raises:
        ValueError: it is no session, is damaged, or holds what no session of this program does.
    """
    files = archive.unpacked(source, LARGEST + MOST_UPLOADS)
    data = archive.parsed(files, "session.json")
    archive.schema(data, FORMAT, SCHEMAS, "session.json")
    try:
        for _, upload in archive.objects(data.get("uploads")):
            archive.put_content(upload, "data", files)
        session = convert(data, Session, "the session", complete=True)
        report = read(archive.parsed(files, "report.json"), files)
    except RecursionError:
        raise ValueError("want a session of few levels, got one that is nested without end") from None
    links = {former.page(page): link for page, link in session.links.items()}
    session = replace(session, page=former.page(session.page), links=links)
    names = {row.name for row in PAGES}
    if strange := {session.page, *session.links} - names:
        raise ValueError(f"want pages of this app ({', '.join(sorted(names))}), got {min(strange)[:40]!r}")
    for one in session.uploads:
        if one.data and hashlib.sha256(one.data).hexdigest() != one.sha256:
            raise ValueError(f"want the file {one.name[:60]!r} as it was brought, got another content")
    return session, report


def by_size(found: list[tuple[Upload, Path]]) -> tuple[list[tuple[Upload, Path]], list[Upload]]:
    """(those that travel along, those that are too large): the smallest first, for as long as MOST_UPLOADS lasts."""
    room, along, left = MOST_UPLOADS, [], []
    for upload, path in sorted(found, key=lambda one: one[1].stat().st_size):
        room -= path.stat().st_size
        if room >= 0:
            along.append((upload, path))
        else:
            left.append(upload)
    return along, left
