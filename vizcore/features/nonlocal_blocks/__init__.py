"""Non-local blocks: what a block makes of slow and fast."""
