"""The front door: what this is, things to try, and what it runs on."""

from vizcore.features.home.page import page

page()
