"""Temporal models: which way of looking at time knows what happened."""
