"""A figure for paper, in the size that is chosen, as a file of each form; it is drawn when a button is pressed."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from vizcore.figures.paper import FORMS, SIZES, USUAL, PaperSize
from vizcore.ui import history
from vizcore.ui.controls import segmented_control
from vizcore.ui.show import download_buttons

HELP = (
    "How wide the figure is printed: "
    + ", ".join(f"{name} {size.inches:g} in" for name, size in SIZES.items())
    + f". No text is smaller than 6 pt, and a slide is at most {SIZES['slide'].tallest:g} in high."
)


def paper_figure(name: str, make: Callable[[PaperSize, str], bytes]) -> None:
    """The size, which the page's link keeps, and a button for each form of the file.

    Args:
        name: of the file, without its ending.
        make: gives its content, for a size and a key of FORMS.
    """
    with st.container(key="paper-figure", gap="xsmall"):
        st.markdown("**Figure for paper**")
        size = SIZES[segmented_control("Size", list(SIZES), "paper", default=USUAL, help=HELP)]
        history.forget("paper")
        download_buttons({f"{name}.{form}": (mime, partial(make, size, form)) for form, mime in FORMS.items()})
