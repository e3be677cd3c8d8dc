"""How do models, or clips, differ? Two to four panes on one clock, one patch, one depth and one scale."""

from vizcore.features.compare.page import page

page()
