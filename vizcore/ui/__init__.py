"""The one room that knows streamlit: the frame around every page, the clip menu, long work, exports."""

import streamlit as st

from vizcore.features.home.page_gallery import door, gallery, status
from vizcore.features.report.page_button import draft
from vizcore.features.report.page_editor import cards, files, open_report, refusals, title_of_report, undo_and_clear
from vizcore.features.report.page_session import arrive_restored, session_file, visited
from vizcore.features.segmentation.controls_labels import pick_labels
from vizcore.ui.clips import clip_named, pick_clip, pick_clips, world_clip
from vizcore.ui.controls import choose, ladder, number, option, seed, switch, word
from vizcore.ui.link import from_link, set_link
from vizcore.ui.page_state import bar, note_once, once, press, say, ticking
from vizcore.ui.session_uploads import brought
from vizcore.ui.shell import live, page, warm
from vizcore.ui.show import (
    code,
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
    "arrive_restored",
    "badge",
    "bar",
    "brought",
    "button",
    "cards",
    "choose",
    "clip_named",
    "code",
    "columns",
    "door",
    "downloads",
    "draft",
    "drawn",
    "figure",
    "files",
    "forget_jobs",
    "formula",
    "from_link",
    "gallery",
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
    "open_report",
    "option",
    "own_models",
    "page",
    "pick_clip",
    "pick_clips",
    "pick_labels",
    "pick_table",
    "picture",
    "popover",
    "press",
    "refusals",
    "rerun",
    "row",
    "say",
    "seed",
    "session_file",
    "set_link",
    "status",
    "switch",
    "table",
    "text",
    "ticking",
    "title_of_report",
    "undo_and_clear",
    "visited",
    "warm",
    "warn",
    "word",
    "work",
    "world_clip",
]
