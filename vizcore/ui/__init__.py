"""The one room that knows streamlit: the frame around every page, the clip menu, long work, exports."""

import streamlit as st

from vizcore.former import lazily
from vizcore.ui.clips import clip_named, pick_clip, pick_clips, world_clip
from vizcore.ui.controls import choose, ladder, number, option, seed, switch, word
from vizcore.ui.link import from_link, set_link
from vizcore.ui.page_state import (
    bar,
    note_once,
    once,
    press,
    remember,
    remembered,
    say,
    take,
    text_area,
    text_input,
    ticking,
)
from vizcore.ui.shell import go_to, lead_on, live, page, surround, title_line, warm
from vizcore.ui.show import (
    aside,
    card,
    code,
    door,
    download,
    downloads,
    drawn,
    figure,
    heading,
    link_and_lines,
    metrics,
    note,
    picture,
    still_figure,
    table,
    text,
    thumbnail,
    warn,
)
from vizcore.ui.work import forget_jobs, jobs, work

# Plain words for what streamlit already does well.
columns, row, popover, button, badge, formula = st.columns, st.container, st.popover, st.button, st.badge, st.latex
rerun = st.rerun

LATER = {  # most pages let nobody bring models or tables, and need not wait for what reads them
    "vizcore.ui.session_uploads": ("brought",),
    "vizcore.ui.tables": ("pick_table",),
    "vizcore.ui.user_models": ("just_opened", "open_own", "own_models"),
}
__getattr__, _ = lazily(__name__, LATER)

__all__ = [
    "aside",
    "badge",
    "bar",
    "brought",
    "button",
    "card",
    "choose",
    "clip_named",
    "code",
    "columns",
    "door",
    "download",
    "downloads",
    "drawn",
    "figure",
    "forget_jobs",
    "formula",
    "from_link",
    "go_to",
    "heading",
    "jobs",
    "just_opened",
    "ladder",
    "lead_on",
    "link_and_lines",
    "live",
    "metrics",
    "note",
    "note_once",
    "number",
    "once",
    "open_own",
    "option",
    "own_models",
    "page",
    "pick_clip",
    "pick_clips",
    "pick_table",
    "picture",
    "popover",
    "press",
    "remember",
    "remembered",
    "rerun",
    "row",
    "say",
    "seed",
    "set_link",
    "still_figure",
    "surround",
    "switch",
    "table",
    "take",
    "text",
    "text_area",
    "text_input",
    "thumbnail",
    "ticking",
    "title_line",
    "warm",
    "warn",
    "word",
    "work",
    "world_clip",
]
