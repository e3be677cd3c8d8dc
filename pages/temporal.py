"""Which way of looking at time knows what happened? A clip of the world, four models, and the truth beside them."""

from vizcore.features.temporal.page import page

page()
