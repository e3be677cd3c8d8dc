"""The one room that knows streamlit: the frame around every page, the clip menu, long work, exports."""

import streamlit as st

from vizcore.ui.clips import clip_named, pick_clip, pick_clips, world_clip
from vizcore.ui.controls import choose, ladder, number, option, seed, switch, word
from vizcore.ui.link import from_link, set_link
from vizcore.ui.page_state import bar, note_once, once, press, say, ticking
from vizcore.ui.session_uploads import brought
from vizcore.ui.shell import live, page, surround, warm
from vizcore.ui.show import (
    code,
    door,
    downloads,
    drawn,
    figure,
    heading,
    link_and_lines,
    metrics,
    note,
    picture,
    table,
    text,
    warn,
)
from vizcore.ui.tables import pick_table
from vizcore.ui.user_models import just_opened, open_own, own_models
from vizcore.ui.work import forget_jobs, jobs, work

# Plain words for what streamlit already does well.
columns, row, popover, button, badge, formula = st.columns, st.container, st.popover, st.button, st.badge, st.latex
rerun = st.rerun

__all__ = [
    "badge",
    "bar",
    "brought",
    "button",
    "choose",
    "clip_named",
    "code",
    "columns",
    "door",
    "downloads",
    "drawn",
    "figure",
    "forget_jobs",
    "formula",
    "from_link",
    "heading",
    "jobs",
    "just_opened",
    "ladder",
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
    "rerun",
    "row",
    "say",
    "seed",
    "set_link",
    "surround",
    "switch",
    "table",
    "text",
    "ticking",
    "warm",
    "warn",
    "word",
    "work",
    "world_clip",
]
