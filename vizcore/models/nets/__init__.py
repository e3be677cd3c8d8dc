"""The networks, with taps where a page wants to look."""
