"""How does it work, by hand? Short lessons: predict, try, and see every sum that the other pages make."""

from vizcore.features.lessons.page import page

page()
