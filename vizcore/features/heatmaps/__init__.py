"""Heat maps: where a model looks, in which frame, and whether it is so."""
