"""The one room that knows streamlit: the frame around every page, the clip menu, long work, exports."""

import streamlit as st

from vizcore.ui.clips import clip_named, pick_clip, pick_clips, world_clip
from vizcore.ui.controls import choose, from_link, ladder, number, option, seed, set_link, switch, word
from vizcore.ui.front import door, gallery, status
from vizcore.ui.labels import pick_labels
from vizcore.ui.own import just_opened, open_own, own_models
from vizcore.ui.shell import live, page, warm
from vizcore.ui.show import downloads, drawn, figure, link_and_lines, metrics, picture, table
from vizcore.ui.tables import pick_table
from vizcore.ui.work import work

# Plain words for what streamlit already does well.
columns, row, popover, button, badge, formula = st.columns, st.container, st.popover, st.button, st.badge, st.latex
heading, text, note, code, warn, rerun = st.subheader, st.markdown, st.caption, st.code, st.warning, st.rerun

__all__ = [
    "badge",
    "button",
    "choose",
    "clip_named",
    "code",
    "columns",
    "door",
    "downloads",
    "drawn",
    "figure",
    "formula",
    "from_link",
    "gallery",
    "heading",
    "just_opened",
    "ladder",
    "link_and_lines",
    "live",
    "metrics",
    "note",
    "number",
    "open_own",
    "option",
    "own_models",
    "page",
    "pick_clip",
    "pick_clips",
    "pick_labels",
    "pick_table",
    "picture",
    "popover",
    "rerun",
    "row",
    "seed",
    "set_link",
    "status",
    "switch",
    "table",
    "text",
    "warm",
    "warn",
    "word",
    "work",
    "world_clip",
]
