"""What does it run on, what is it doing, and does it compute what it should? This machine, its work and a self-test."""

from vizcore.features.system.page import page

page()
