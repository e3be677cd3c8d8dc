"""The table of pages: a row is a page, and a page is a column of files of one name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One page of the app: one question."""

    name: str  # the file pages/NAME.py and the path /NAME in the browser
    title: str
    icon: str  # a Material symbol
    question: str  # what a person comes to this page to ask


PAGES = (
    Page("home", "VizCore", ":material/home:", "See time inside video models."),
    Page(
        "matching",
        "Patch matching",
        ":material/conversion_path:",
        "Which patch of one frame became which patch of the next?",
    ),
)


def page(name: str) -> Page:
    """The row of a page, by its name.

    Raises:
        ValueError: the catalog has no such row.
    """
    for row in PAGES:
        if row.name == name:
            return row
    raise ValueError(f"want a page of the catalog ({', '.join(row.name for row in PAGES)}), got {name!r}")
