"""What a lesson is made of on the page: questions, cells to click, lists to order, keys to go on with, large type."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import streamlit as st

from vizcore.runtime.recording import blocks, recorded
from vizcore.runtime.recording.section import Words

Value = TypeVar("Value")
LARGE = 24  # px of the letters before a class; 16 are usual
PRESENTED = f"""<style>
html:root {{ font-size: {LARGE}px; }}
[data-testid=stSidebar], [data-testid=stHeader],
[data-testid=stLayoutWrapper]:has(> :is(.st-key-top-row, .st-key-drawer)) {{ display: none; }}
[data-testid=stMainBlockContainer] {{ max-width: 74rem; padding: 1rem !important; }}
[data-testid=stColumn]:has(.st-key-stage) {{ top: 0; }}
</style>"""
CELL, NARROW_CELL, MANY = 68, 52, 4  # px; a table of more columns than MANY has narrow cells


def keep_in_link(name: str, value: str) -> None:
    """A choice that no control owns goes into the page's link; an empty one out of it."""
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def button(
    label: str,
    key: str,
    act: Callable[..., None],
    *args,
    icon: str | None = None,
    shortcut: str | None = None,
    main: bool = False,
    off: bool = False,
) -> None:
    """A button that does something before the page is drawn anew.

    Args:
        label: what stands on it.
        key: its name on the page.
        act: done once it is pressed.
        args: what act gets.
        icon: a Material symbol.
        shortcut: a key that presses it.
        main: it stands out.
        off: it cannot be pressed.
    """
    kind = "primary" if main else "secondary"
    st.button(label, key=key, on_click=act, args=args, icon=icon, shortcut=shortcut, type=kind, disabled=off)


def question(choices: Sequence[str], key: str, chosen: int | None, *, off: bool = False) -> int | None:
    """One of some answers by its place, or None as long as none is chosen.

    Args:
        choices: the answers, in order.
        key: its name on the page.
        chosen: place of the answer that was given before, if one was.
        off: it cannot be changed any more.
    """
    given = st.radio(
        "Your answer",
        range(len(choices)),
        index=chosen,
        format_func=lambda place: choices[place],
        key=key,
        disabled=off,
        label_visibility="collapsed",
    )
    recorded.note(lambda: _bullets(f"**{one}**" if place == given else one for place, one in enumerate(choices)))
    return given


def _bullets(lines: Iterable[str]) -> Words:
    """Lines as a report has them."""
    return Words("text", "\n".join(f"- {line}" for line in lines))


def right(words: str) -> None:
    """Say that something is right."""
    recorded.note(lambda: Words("text", words))
    st.success(words, icon=":material/check_circle:")


def not_yet(words: str) -> None:
    """Say that something is not right, or not there yet; nobody has failed."""
    recorded.note(lambda: Words("text", words))
    st.info(words, icon=":material/lightbulb:")


def slide(label: str, low: float, high: float, now: float, key: str, step: float) -> float:
    """A slider whose value is kept by whoever calls this, and not in the link by itself.

    Args:
        label: what the number is called.
        low: its least value.
        high: its largest.
        now: where it stands when it is first drawn.
        key: its name on the page.
        step: between two values; an int makes it whole.
    """
    kind = int if isinstance(step, int) else float
    st.session_state.setdefault(key, kind(now))
    value = st.slider(label, kind(low), kind(high), step=kind(step), key=key)
    recorded.note(lambda: Words("text", f"{label}: {value:g}"))
    return value


def forget(*keys: str) -> None:
    """Let controls begin anew with what they are given."""
    for key in keys:
        st.session_state.pop(key, None)


def switches(labels: Sequence[str], on: Sequence[bool], key: str, act: Callable[[int], None]) -> None:
    """Yes or no for each of some things.

    Args:
        labels: what they are called.
        on: which of them are on.
        key: how their names on the page begin.
        act: gets the place of the one that was turned over.
    """
    recorded.note(lambda: _bullets(f"{label}: {'yes' if yes else 'no'}" for label, yes in zip(labels, on)))
    for place, (label, yes) in enumerate(zip(labels, on)):
        st.session_state[f"{key}-{place}"] = yes
        st.toggle(label, key=f"{key}-{place}", on_change=act, args=(place,))


def movable(lines: Sequence[str], key: str, act: Callable[[int, int], None]) -> None:
    """Lines with buttons that move them up and down.

    Args:
        lines: from the top.
        key: how the names of the buttons begin.
        act: gets the place of a line, and -1 for up or 1 for down.
    """
    recorded.note(lambda: _bullets(f"{place}. {line}" for place, line in enumerate(lines, 1)))
    for place, line in enumerate(lines):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            for by, icon, end in ((-1, "arrow_upward", 0), (1, "arrow_downward", len(lines) - 1)):
                direction = "up" if by < 0 else "down"
                st.button(
                    "",
                    key=f"{key}-{direction}-{place}",
                    icon=f":material/{icon}:",
                    help=f"Move {line} {direction}",
                    on_click=act,
                    args=(place, by),
                    disabled=place == end,
                )
            st.markdown(f"{place + 1}. {line}", width="content")


def cells(
    numbers: Sequence[Sequence[str]],
    colours: Sequence[Sequence[tuple[int, int, int]]],
    chosen: Sequence[tuple[int, int]],
    act: Callable[[int, int], None],
    *,
    larger: float = 1.0,
) -> None:
    """A table of buttons, coloured as a figure would be.

    Args:
        numbers: what the cells say, row by row.
        colours: RGB of each, 0 to 255.
        chosen: cells that are framed.
        act: gets the row and column that was pressed.
        larger: how many times as wide as usual.
    """
    recorded.note(lambda: blocks.table(_rows(numbers, chosen)))
    wide = round(larger * (CELL if len(numbers[0]) <= MANY else NARROW_CELL))
    st.html(f"<style>{_painted(colours, chosen)}</style>")
    with st.container(gap=4, key="cells", width="content"):
        heads = ["", *map(str, range(len(numbers[0])))]
        _across(heads, [round(larger * 24)] + [wide] * len(numbers[0]))
        for row, line in enumerate(numbers):
            with st.container(horizontal=True, gap=4, wrap=False, vertical_alignment="center"):
                st.caption(str(row), width=round(larger * 24), text_alignment="right")
                for column, number in enumerate(line):
                    st.button(number, key=f"cell-{row}-{column}", width=wide, on_click=act, args=(row, column))


def _rows(numbers: Sequence[Sequence[str]], chosen: Sequence[tuple[int, int]]) -> Iterable[dict[str, str]]:
    """The cells as a table, those that are framed in brackets."""
    for row, line in enumerate(numbers):
        cells = (f"[{one}]" if (row, column) in chosen else one for column, one in enumerate(line))
        yield {"row": str(row)} | {str(column): one for column, one in enumerate(cells)}


def _across(words: Sequence[str], widths: Sequence[int]) -> None:
    with st.container(horizontal=True, gap=4, wrap=False):
        for word, width in zip(words, widths):
            st.caption(word or "&nbsp;", width=width, text_alignment="center")


def _painted(colours: Sequence[Sequence[tuple[int, int, int]]], chosen: Sequence[tuple[int, int]]) -> str:
    """Rules of style for the cells: numbers alone go in, so nobody's words can."""
    rules = [".st-key-cells button { padding: 0; min-height: 2.75rem; }"]
    for row, line in enumerate(colours):
        for column, (red, green, blue) in enumerate(line):
            light = 0.299 * red + 0.587 * green + 0.114 * blue > 140
            css = f"background: rgb({red},{green},{blue}); color: {'#111' if light else '#fff'};"
            if (row, column) in chosen:
                css += " box-shadow: inset 0 0 0 3px #fff, inset 0 0 0 6px #000; font-weight: 700;"
            rules.append(f".st-key-cell-{row}-{column} button {{ {css} }}")
    return "\n".join(rules)


def large_type() -> None:
    """Letters that are read from the last row, and nothing beside the lesson."""
    st.html(PRESENTED)
