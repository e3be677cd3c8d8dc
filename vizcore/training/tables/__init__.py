"""The tables of results that the docs show, each made from the cards of the weights."""
