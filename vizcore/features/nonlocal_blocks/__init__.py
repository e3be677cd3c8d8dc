"""Non-local blocks: what a position attends to, and what a block does to low and high frequencies."""
