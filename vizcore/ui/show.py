"""What a page puts before a person: figures, pictures, tables, files to take along, a link and the Python lines."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial, wraps
from typing import Literal
from urllib.parse import urlencode

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from vizcore.player.presses import act_once, catch_up
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.recording import blocks, recorded
from vizcore.runtime.recording.section import Words
from vizcore.ui.link import address

Maker = Callable[[], bytes]
LONG = 500  # rows of a table, beyond which the browser fetches those that it shows


def _recorded(style: str, put: Callable) -> Callable:
    """Streamlit's own way to write something, which is noted for a report."""

    @wraps(put)
    def _write(body: str, *args, **kwargs):
        recorded.note(lambda: Words(style, str(body)))
        return put(body, *args, **kwargs)

    return _write


subheader, markdown = _recorded("heading", st.subheader), _recorded("text", st.markdown)
caption, code, warning = _recorded("note", st.caption), _recorded("code", st.code), _recorded("warning", st.warning)


def screen_caption(words: str) -> None:
    """A caption for who sits before the page; a report does without."""
    st.caption(words)


def plotly_chart(
    fig: go.Figure, key: str, *, alt: str, caption: str | None = None, on_select: Callable[[int], None] | None = None
) -> None:
    """A chart with the sentence that says how to read it; its own camera button saves SVG.

    Args:
        fig: what is shown.
        key: the chart's name on the page.
        alt: what it shows, in words.
        caption: how to read it.
        on_select: gets the number of a mark that a person clicks, before the page runs again; a mark's number is the
            first of its customdata, and a mark without stays as it is.
    """
    recorded.note(lambda: blocks.figure(fig, alt, caption))
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": {"format": "svg", "filename": f"vizcore-{key}"},
    }
    if on_select is None:
        st.plotly_chart(fig, key=key, config=config, alt=alt)
    else:
        act = partial(_act, on_select, _mark)
        callback = partial(act_once, key, "selection", act)
        state = st.plotly_chart(fig, key=key, config=config, alt=alt, on_select=callback, selection_mode="points")
        catch_up(key, "selection", act, state.selection)
    if caption:
        st.caption(caption)


def chart(draw: Callable[..., go.Figure], *args, alt: str, on_select: Callable[[int], None] | None = None) -> None:
    """What a function of a figures file draws of its arguments, with the caption above it (figures/caption.py).

    Args:
        draw: a function of a figures file, with a caption.
        args: its arguments.
        alt: what is drawn, in words.
        on_select: as of plotly_chart.
    """
    plotly_chart(draw(*args), draw.__name__, alt=alt, caption=draw.caption, on_select=on_select)


def _mark(selection) -> int | None:
    """The number of the mark that was clicked in a chart; a click beside all marks says nothing."""
    numbers = (np.ravel(point.get("customdata", [])) for point in selection.points)
    return next((int(number[0]) for number in numbers if len(number)), None)


def _row(selection) -> int | None:
    """The number of the row that was clicked in a table."""
    return next((row for row, _ in selection.cells), None)


def _act(act: Callable[[int], None], read: Callable, selection) -> bool:
    """Act on a click by the number of what was clicked, if it has one."""
    number = read(selection)
    if number is not None:
        act(number)
    return number is not None


def image(pixels: np.ndarray, *, alt: str, caption: str | None = None) -> None:
    """An image, as wide as its column allows.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        alt: what it shows, in words.
        caption: what stands below it.
    """
    recorded.note(lambda: blocks.picture(pixels, alt, caption))
    st.image(pixels, caption=caption, alt=alt, width="stretch", output_format="JPEG")


def table(
    rows: Iterable[dict],
    *,
    percent: Iterable[str] = (),
    counts: Iterable[str] = (),
    whole: bool = False,
    key: str | None = None,
    on_select: Callable[[int], None] | None = None,
) -> None:
    """Rows as a table that sorts, searches and saves CSV.

    Args:
        rows: {column: value} each.
        percent: columns of shares from 0 to 1.
        counts: columns of large numbers.
        whole: show all rows at once; another table scrolls from the eleventh on.
        key: the table's name on the page; needed where it can be clicked.
        on_select: gets the number of the row that a person has clicked, however the table is sorted.
    """
    rows, percent = list(rows), list(percent)
    recorded.note(lambda: blocks.table(rows, percent))
    import pandas as pd  # takes 0.3 s: a page without a table need not wait

    formats = dict.fromkeys(percent, "percent") | dict.fromkeys(counts, "localized")
    columns = {name: st.column_config.NumberColumn(format=form) for name, form in formats.items()}
    act = partial(_act, on_select, _row)
    callback = partial(act_once, key, "selection", act)
    selecting = {} if on_select is None else {"on_select": callback, "selection_mode": "single-cell"}
    lazy = (
        True if on_select is None and len(rows) > LONG else None
    )  # a table that is fetched bit by bit cannot be clicked
    height = "content" if whole else "auto"
    frame = pd.DataFrame(rows)
    state = st.dataframe(frame, hide_index=True, column_config=columns, height=height, key=key, lazy=lazy, **selecting)
    if on_select is not None:
        catch_up(key, "selection", act, state.selection)


def metrics(values: dict[str, tuple[str, str]], width: int = 136) -> None:
    """Numbers in a row that wraps, each `width` px wide: label -> (value, what it means, if that needs saying)."""
    recorded.note(lambda: blocks.numbers(values))
    with st.container(horizontal=True, gap="small"):
        for label, (value, meaning) in values.items():
            st.metric(label, value, help=meaning or None, border=True, width=width)


def card(key: str, width: int | Literal["stretch"] = "stretch") -> AbstractContextManager:
    """A frame around what is put on the page inside, so many px wide or as wide as its place."""
    return st.container(border=True, width=width, key=key)


def thumbnail(image: str | bytes, *, alt: str) -> None:
    """A picture from a file, or a file's bytes, as wide as its place, to tell a view by; a report does without."""
    st.image(image, width="stretch", alt=alt)


def still_figure(fig: go.Figure, key: str, *, alt: str) -> None:
    """A chart to tell a view by: it stays as it is, whatever is pressed; a report does without.

    Args:
        fig: what is shown.
        key: the chart's name on the page.
        alt: what it shows, in words.
    """
    st.plotly_chart(fig, key=key, config={"staticPlot": True}, alt=alt)


def page_link(
    page: str, label: str, query: Mapping[str, str | Sequence[str]], icon: str | None = ":material/arrow_forward:"
) -> None:
    """A link to another page of the app, in a state of its own.

    Args:
        page: a name of the catalog.
        label: what the link is called.
        query: {name: value, or values} of the page's link.
        icon: a Material symbol.
    """
    with suppress(StreamlitPageNotFoundError):  # a script of a single page has no other to lead to
        st.page_link(f"pages/{page}.py", label=label, query_params=query, icon=icon)


def download_buttons(files: dict[str, tuple[str, Maker]]) -> None:
    """Buttons that make a file when pressed: file name -> (MIME type, maker)."""
    with st.container(horizontal=True, gap="small"):
        for name, (mime, make) in files.items():
            download_button(name, mime, make, f"save-{name}")


def download_button(name: str, mime: str, make: Maker, key: str, icon: str = ":material/download:") -> None:
    """A button that makes a file when it is pressed.

    Args:
        name: of the file.
        mime: its MIME type.
        make: gives its content.
        key: the button's name on the page.
        icon: a Material symbol.
    """
    st.download_button(name, make, file_name=name, mime=mime, key=key, on_click="ignore", icon=icon)


def link_and_lines(
    pipeline: Callable, clip: ClipEntry | tuple[ClipEntry, ...], settings: dict, other: ClipEntry | None = None
) -> None:
    """The link that restores this view, and the Python lines that give the same result without the app.

    Args:
        pipeline: what the page called, with a path first, or several.
        clip: whose path it was, or whose paths; the server's own folders are not shown.
        settings: the other arguments; a file's is its entry.
        other: the second clip, where the pipeline takes one as `other`.
    """
    where, query = st.context.url or "", urlencode(address())
    st.caption("This link restores the view")
    st.code(f"{where}?{query}" if query else where, language=None, wrap_lines=True)
    st.caption("These lines give the same result without the app")
    from vizcore.runtime.recording.lines import python_lines  # few sections show lines

    st.code(python_lines(pipeline, clip, settings, other), language="python")
