"""The ways to make heat, in words for a page."""

from vizcore.features.heatmaps.pipeline_methods import METHODS

IN_WORDS = "\n".join(f"- **{one.title}**: {one.about}" for one in METHODS.values())
