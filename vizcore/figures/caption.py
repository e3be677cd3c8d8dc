"""A figure's caption, the sentence that a page prints under it, stands above the function that draws the figure.

@captioned("A row is a frame.") def rows_figure(...) -> rows_figure.caption
"""

from collections.abc import Callable
from typing import TypeVar

Draw = TypeVar("Draw", bound=Callable)


def captioned(caption: str) -> Callable[[Draw], Draw]:
    """Give a function that draws a figure its caption: a sentence that says how to read what it draws."""

    def give(draw: Draw) -> Draw:
        draw.caption = caption
        return draw

    return give
