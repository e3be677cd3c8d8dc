"""Action localisation: who does what, where, and how well each class is found."""
