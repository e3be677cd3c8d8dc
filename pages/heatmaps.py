"""Where does a model look, in which frame, and is its heat map faithful? A row of heat for each model, one scale."""

from vizcore.features.heatmaps.page import page

page()
