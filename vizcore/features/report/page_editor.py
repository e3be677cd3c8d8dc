"""The widgets of the page Report: a card for each view, the report's files, and one that is opened."""

import io
import json
from functools import partial

import plotly.graph_objects as go
from PIL import Image

from vizcore import ui
from vizcore.features import catalog
from vizcore.features.report.page_button import draft, drop, reported
from vizcore.features.report.pipeline_verdict import report_verdict
from vizcore.formats.apart.calls import call
from vizcore.runtime.recording.section import LONGEST_NOTE, LONGEST_TITLE, Figure, Link, Picture, Section
from vizcore.ui.uploads import CHECKED, open_menu

SMALL = 200_000  # characters of a plot that a card still draws
HEIGHT = 190  # px of it
RESERVED = ("embed", "embed_options")
FOLDER = ":material/folder_zip:"
LARGEST = 300  # MB of a file that is opened
FEW = 10  # views whose plots are drawn on their cards; a page of forty would be slow


def title_of_report() -> None:
    """What the whole report is called."""
    key = f"report-title-{draft().opened}"
    ui.text_input("Title of the report", draft().title, key, _name, max_chars=LONGEST_TITLE)


def say() -> None:
    """What the report holds, in one sentence."""
    titles = [_title_of(section.page) for section in draft().sections.values()]
    ui.verdict(report_verdict(titles, len(reported().waiting)))


def waiting() -> None:
    """Views whose pages were left before they were done: each is added once it is opened."""
    for number, one in enumerate(reported().waiting):
        with ui.container(horizontal=True, gap="small", vertical_alignment="center"):
            view_link(one.page, one.link, f"Open {_title_of(one.page)}, which was left before it was added")
            ui.action_button("Forget it", f"forget-{number}", partial(drop, one), icon=":material/close:")


def _title_of(page: str) -> str:
    """What a page is called; one that the catalog does not have has its name."""
    return next((row.title for row in catalog.PAGES if row.name == page), page)


def cards() -> None:
    """Every view of the report, in order, to be named, moved, opened and removed."""
    sections = draft().sections
    for place, (number, section) in enumerate(sections.items(), 1):
        with ui.card(f"view-{number}"):
            preview, words = ui.columns([1, 2], gap="medium")
            with preview:
                _preview(section, f"preview-{number}", place <= FEW)
            with words:
                _words(number, section)
                _buttons(number, section, place, len(sections))


def undo_and_clear() -> None:
    """Take the last step back, or begin anew."""
    with ui.container(horizontal=True, gap="small", width="content"):
        if draft().can_undo:
            ui.action_button("Undo", "undo", draft().undo, icon=":material/undo:")
        if draft().sections:
            ui.action_button("Clear", "clear", draft().clear, icon=":material/delete_sweep:")


def files(stem: str = "report") -> None:
    """The report as files; they are made when a button is pressed."""
    from vizcore.features.report import export_html as html  # 0.1 s that only this page waits for
    from vizcore.features.report import export_json as report_json

    report = draft().report
    page, folder = f"{stem}.html", f"{stem}.zip"
    with ui.container(horizontal=True, gap="small"):
        ui.download_button(page, "text/html", lambda: html.page(report).encode(), f"save-{page}")
        ui.download_button(folder, "application/zip", lambda: report_json.report_zip(report), f"save-{folder}", FOLDER)


def open_report() -> None:
    """A button that puts a report from a file in the place of this one."""
    with open_menu("Open a report", "open-report", icon=":material/file_open:") as menu:
        menu.file("report.zip from your computer", CHECKED, LARGEST, lambda _, data: _open(bytes(data)))


def _open(data: bytes) -> None:
    draft().open(call("report", "vizcore.features.report.export_json:opened", data, called="report.zip"))


def _name(text: str) -> None:
    draft().title = text.strip() or type(draft().report).title


def _preview(section: Section, key: str, drawn: bool) -> None:
    """The first picture of a view, else its first plot where that is small, and what else there is."""
    pictures = [one for one in section.blocks if isinstance(one, Picture)]
    picture = next((one for one in pictures if not _is_strip(one)), pictures[0] if pictures else None)
    figure = next((one for one in section.blocks if isinstance(one, Figure)), None)
    if picture is not None:
        ui.thumbnail(picture.data, alt=picture.alt)
    elif figure is not None and drawn and len(figure.plot) < SMALL:
        fig = go.Figure(json.loads(figure.plot)).update_layout(height=HEIGHT, showlegend=False, title=None)
        ui.still_figure(fig, key, alt=figure.alt)
    kinds = [type(one).__name__.lower() for one in section.blocks]
    counts = [(kind, kinds.count(kind)) for kind in ("picture", "figure", "table")]
    ui.screen_caption(", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in counts if count) or "words")


def _is_strip(picture: Picture) -> bool:
    """It is so wide that a card shows next to nothing of it."""
    width, height = Image.open(io.BytesIO(picture.data)).size  # reads the head alone
    return width > 4 * height


def _words(number: int, section: Section) -> None:
    """A view's title and what the person says of it."""
    ui.text_input("Title", section.title, f"title-{number}", partial(_entitle, number), max_chars=LONGEST_TITLE)
    noting = partial(_annotate, number)
    ui.text_area(
        "Note", section.note, f"note-{number}", noting, max_chars=LONGEST_NOTE, placeholder="What does this view show?"
    )


def _entitle(number: int, text: str) -> None:
    draft().edit(number, title=text.strip() or "Untitled")


def _annotate(number: int, text: str) -> None:
    draft().edit(number, note=text)


def _buttons(number: int, section: Section, place: int, count: int) -> None:
    """Move it, remove it, open the page it is from."""
    with ui.container(horizontal=True, gap="small", vertical_alignment="center"):
        for word, icon, by, can in (
            ("Up", "arrow_upward", -1, place > 1),
            ("Down", "arrow_downward", 1, place < count),
        ):
            moving = partial(draft().move, number, by)
            ui.action_button(word, f"{word.lower()}-{number}", moving, icon=f":material/{icon}:", disabled=not can)
        ui.action_button("Remove", f"remove-{number}", partial(draft().remove, number), icon=":material/close:")
        view_link(section.page, section.link, "Open this view")


def view_link(page: str, link: Link, label: str) -> None:
    """A link to a page in a state.

    Args:
        page: a name of the catalog; nothing is shown for another.
        link: (name, value) pairs of the page's state.
        label: what the link is called.
    """
    if page in {row.name for row in catalog.PAGES}:
        ui.page_link(page, label, query(link), catalog.page(page).icon)


def query(link: Link) -> dict[str, list[str]]:
    """{name: its values} of a link, less what streamlit keeps to itself."""
    return {name: [value for one, value in link if one == name] for name, _ in link if name not in RESERVED}
