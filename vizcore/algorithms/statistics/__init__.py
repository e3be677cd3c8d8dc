"""Is a difference more than chance? Means, spreads and intervals."""
