"""Recipes: a path, words and numbers in, a result out; what page, notebook and command line share."""
