"""What does each position attend to, and what does a non-local block do to low and high frequencies?"""

from vizcore.features.nonlocal_blocks.page import page

page()
