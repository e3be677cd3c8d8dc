"""System: what this machine has and does, and whether it computes what it should."""
