"""Files of the field: recognised, read, checked and written; contents come as bytes, and nothing in them is run."""
