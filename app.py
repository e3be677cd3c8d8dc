"""The front door: the catalog becomes the menu."""

from functools import partial

import streamlit as st

from vizcore import former, ui
from vizcore.features.catalog import PAGES
from vizcore.features.report import page_button  # noqa: F401  (puts its button around every page)

st.set_page_config(page_icon="assets/icon.png", layout="wide")
pages = [
    st.Page(f"pages/{row.name}.py", title=row.verb, icon=row.icon, url_path=row.name, default=row is PAGES[0])
    for row in PAGES
]
former_pages = [
    st.Page(partial(ui.lead_on, f"pages/{now}.py"), title=now, url_path=before, visibility="hidden")
    for before, now in former.PAGES.items()
]
st.navigation([*pages, *former_pages], position="top").run()
ui.warm(tuple(f"vizcore.features.{row.feature}.page" for row in PAGES[1:]))  # last: the first picture does not wait
