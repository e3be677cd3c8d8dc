"""The widgets of the page Report: a card for each view, the report's files, and one that is opened."""

import io
import json
from collections.abc import Callable
from functools import partial

import plotly.graph_objects as go
from PIL import Image

from vizcore.features import catalog
from vizcore.features.report.page_button import draft
from vizcore.runtime.recording.section import LONGEST_NOTE, LONGEST_TITLE, Figure, Link, Picture, Section
from vizcore.ui import widgets
from vizcore.ui.uploads import plain

SMALL = 200_000  # characters of a plot that a card still draws
HEIGHT = 190  # px of it
RESERVED = ("embed", "embed_options")
FEW = 10  # views whose plots are drawn on their cards; a page of forty would be slow


def title_of_report() -> None:
    """What the whole report is called."""
    now, key = draft().title, f"report-title-{draft().opened}"
    widgets.text_input("Title of the report", now, key=key, max_chars=LONGEST_TITLE, on_change=lambda: _name(key))


def cards() -> None:
    """Every view of the report, in order, to be named, moved, opened and removed."""
    sections = draft().sections
    for place, (number, section) in enumerate(sections.items(), 1):
        with widgets.container(border=True, key=f"view-{number}"):
            look, words = widgets.columns([1, 2], gap="medium")
            with look:
                _preview(section, f"preview-{number}", place <= FEW)
            with words:
                _words(number, section)
                _buttons(number, section, place, len(sections))


def undo_and_clear() -> None:
    """Take the last step back, or begin anew."""
    with widgets.container(horizontal=True, gap="small", width="content"):
        if draft().can_undo:
            widgets.button("Undo", key="undo", icon=":material/undo:", on_click=draft().undo)
        if draft().sections:
            widgets.button("Clear", key="clear", icon=":material/delete_sweep:", on_click=draft().clear)


def files(stem: str = "report") -> None:
    """The report as files; they are made when a button is pressed."""
    from vizcore.features.report import export_html as html  # 0.1 s that only this page waits for
    from vizcore.features.report import export_json as report_json

    report = draft().report
    makers: dict[str, tuple[str, str, Callable[[], bytes]]] = {
        f"{stem}.html": ("text/html", ":material/download:", lambda: html.page(report).encode()),
        f"{stem}.zip": ("application/zip", ":material/folder_zip:", lambda: report_json.report_zip(report)),
    }
    with widgets.container(horizontal=True, gap="small"):
        for name, (mime, icon, make) in makers.items():
            widgets.download_button(
                name, make, file_name=name, mime=mime, key=f"save-{name}", on_click="ignore", icon=icon
            )


def open_report() -> None:
    """A button that puts a report from a file in the place of this one."""
    opened_file("Open a report", "report.zip from your computer", "open-report", _open)


def opened_file(label: str, asks: str, key: str, opening: Callable[[bytes], None]) -> None:
    """A button that opens a file.

    Args:
        opening: told its content; what it raises is said.
    """
    turn = widgets.session_state.setdefault("_desk_turn", 0)
    with widgets.popover(label, icon=":material/file_open:", key=f"{key}-menu-{turn}"):
        file = widgets.file_uploader(asks, key=f"{key}-{turn}", max_upload_size=300)
        widgets.caption("Its content is checked, and nothing in it is run.")
    if file is None:
        return
    widgets.session_state["_desk_turn"] = turn + 1  # a new widget: the old one's copy in memory is dropped
    try:
        opening(file.getvalue())
    except ValueError as refusal:
        widgets.session_state["_desk_says"] = f"{plain(file.name)}: {refusal}"
    widgets.rerun()


def refusals() -> None:
    """Why the file that was opened last was refused, if it was."""
    if said := widgets.session_state.pop("_desk_says", None):
        widgets.error(said, icon=":material/error:")


def _open(data: bytes) -> None:
    from vizcore.features.report.export_json import opened

    draft().open(opened(data))


def _name(key: str) -> None:
    draft().title = widgets.session_state[key].strip() or type(draft().report).title


def _preview(section: Section, key: str, drawn: bool) -> None:
    """The first picture of a view, else its first plot where that is small, and what else there is."""
    pictures = [one for one in section.blocks if isinstance(one, Picture)]
    picture = next((one for one in pictures if not _is_strip(one)), pictures[0] if pictures else None)
    figure = next((one for one in section.blocks if isinstance(one, Figure)), None)
    if picture is not None:
        widgets.image(picture.data, width="stretch", alt=picture.alt)
    elif figure is not None and drawn and len(figure.plot) < SMALL:
        fig = go.Figure(json.loads(figure.plot)).update_layout(height=HEIGHT, showlegend=False, title=None)
        widgets.plotly_chart(fig, key=key, config={"staticPlot": True}, alt=figure.alt)
    kinds = [type(one).__name__.lower() for one in section.blocks]
    counts = [(kind, kinds.count(kind)) for kind in ("picture", "figure", "table")]
    widgets.caption(", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in counts if count) or "words")


def _is_strip(picture: Picture) -> bool:
    """It is so wide that a card shows next to nothing of it."""
    width, height = Image.open(io.BytesIO(picture.data)).size  # reads the head alone
    return width > 4 * height


def _words(number: int, section: Section) -> None:
    """A view's title and what the person says of it."""
    keys = {part: f"{part}-{number}" for part in ("title", "note")}
    widgets.text_input(
        "Title", section.title, key=keys["title"], max_chars=LONGEST_TITLE, on_change=_edited, args=(number, keys)
    )
    widgets.text_area(
        "Note",
        section.note,
        key=keys["note"],
        height=80,
        max_chars=LONGEST_NOTE,
        placeholder="What is to be seen here?",
        on_change=_edited,
        args=(number, keys),
    )


def _edited(number: int, keys: dict[str, str]) -> None:
    said = {part: widgets.session_state[key] for part, key in keys.items()}
    draft().edit(number, said["title"].strip() or "Untitled", said["note"])


def _buttons(number: int, section: Section, place: int, count: int) -> None:
    """Move it, remove it, open the page it is from."""
    with widgets.container(horizontal=True, gap="small", vertical_alignment="center"):
        for word, icon, by, can in (
            ("Up", "arrow_upward", -1, place > 1),
            ("Down", "arrow_downward", 1, place < count),
        ):
            widgets.button(
                word,
                key=f"{word.lower()}-{number}",
                icon=f":material/{icon}:",
                disabled=not can,
                on_click=partial(draft().move, number, by),
            )
        widgets.button(
            "Remove", key=f"remove-{number}", icon=":material/close:", on_click=partial(draft().remove, number)
        )
        view_link(section.page, section.link, "Open this view")


def view_link(page: str, link: Link, label: str) -> None:
    """A link to a page in a state."""
    if page in {row.name for row in catalog.PAGES}:
        widgets.page_link(f"pages/{page}.py", label=label, icon=catalog.page(page).icon, query_params=query(link))


def query(link: Link) -> dict[str, list[str]]:
    """{name: its values} of a link, less what streamlit keeps to itself."""
    return {name: [value for one, value in link if one == name] for name, _ in link if name not in RESERVED}
