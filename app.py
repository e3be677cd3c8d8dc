"""The front door: the catalog becomes the menu."""

import streamlit as st

from vizcore import ui
from vizcore.features.catalog import PAGES
from vizcore.features.report import page_button  # noqa: F401  (puts its button around every page)

st.set_page_config(page_icon="assets/icon.png", layout="wide")
pages = {
    row: st.Page(f"pages/{row.name}.py", title=row.title, icon=row.icon, url_path=row.name, default=row is PAGES[0])
    for row in PAGES
}
parts = dict.fromkeys(row.part for row in PAGES)
st.navigation({part: [page for row, page in pages.items() if row.part == part] for part in parts}).run()
ui.warm(tuple(f"vizcore.features.{row.feature}.page" for row in PAGES[1:]))  # last: the first picture does not wait
