"""What is true about a clip that was made and not filmed? A seed, a few numbers, and everything that is known of it."""

from vizcore.features.world.page import page

page()
