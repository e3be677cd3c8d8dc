"""The one room that knows streamlit: the frame around every page, the clip menu, long work, exports."""

import streamlit as st

from vizcore.former import lazily
from vizcore.ui.action import action_button, progress, text_area, text_input, ticking, toast
from vizcore.ui.clips import FILM, FILM_PAIR, begins_with_film, clip_named, pick_clip, pick_clips, world_clip
from vizcore.ui.controls import (
    ask,
    choose,
    keep,
    kept,
    seed,
    segmented_control,
    select_slider,
    selectbox,
    slider,
    toggle,
)
from vizcore.ui.frame import drawer, part, show_anyway, stage_and_view, top, verdict, views
from vizcore.ui.link import from_link, set_link
from vizcore.ui.session_uploads import uploaded_files
from vizcore.ui.shell import go_to, lead_on, live, page, surround, warm
from vizcore.ui.show import (
    caption,
    card,
    chart,
    code,
    download_button,
    download_buttons,
    image,
    link_and_lines,
    markdown,
    metrics,
    page_link,
    plotly_chart,
    screen_caption,
    still_figure,
    subheader,
    table,
    thumbnail,
    warning,
)
from vizcore.ui.state import session, visit
from vizcore.ui.taken_along import came_by_link, model_along, model_menu
from vizcore.ui.work import forget_jobs, jobs, work, work_in_place

# Plain words for what streamlit already does well.
columns, container, popover, button, badge, latex = st.columns, st.container, st.popover, st.button, st.badge, st.latex
rerun, empty = st.rerun, st.empty

LATER = {  # most clips are short, most pages let nobody bring models or tables: they need not wait for what does
    "vizcore.ui.long_films": ("look_into", "overview"),
    "vizcore.ui.paper_buttons": ("paper_figure",),
    "vizcore.ui.tables": ("pick_table",),
    "vizcore.ui.user_models": ("just_opened", "open_user_model", "opened_models"),
}
__getattr__, _ = lazily(__name__, LATER)

__all__ = [
    "FILM",
    "FILM_PAIR",
    "action_button",
    "ask",
    "badge",
    "begins_with_film",
    "button",
    "came_by_link",
    "caption",
    "card",
    "chart",
    "choose",
    "clip_named",
    "code",
    "columns",
    "container",
    "download_button",
    "download_buttons",
    "drawer",
    "empty",
    "forget_jobs",
    "from_link",
    "go_to",
    "image",
    "jobs",
    "just_opened",
    "keep",
    "kept",
    "latex",
    "lead_on",
    "link_and_lines",
    "live",
    "markdown",
    "metrics",
    "model_along",
    "model_menu",
    "open_user_model",
    "opened_models",
    "overview",
    "page",
    "page_link",
    "paper_figure",
    "part",
    "pick_clip",
    "pick_clips",
    "pick_table",
    "plotly_chart",
    "popover",
    "progress",
    "rerun",
    "screen_caption",
    "seed",
    "segmented_control",
    "select_slider",
    "selectbox",
    "session",
    "set_link",
    "show_anyway",
    "slider",
    "stage_and_view",
    "still_figure",
    "subheader",
    "surround",
    "table",
    "text_area",
    "text_input",
    "thumbnail",
    "ticking",
    "toast",
    "toggle",
    "top",
    "uploaded_files",
    "verdict",
    "views",
    "visit",
    "warm",
    "warning",
    "work",
    "work_in_place",
    "world_clip",
]
