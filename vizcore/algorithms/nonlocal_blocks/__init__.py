"""Non-local blocks: graphs of positions, and filters on them."""
