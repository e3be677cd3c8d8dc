"""Where does a model look, in which frame, and is it so? A clip, a row of heat for each model, one scale."""

from vizcore.features.heatmaps.page import page

page()
