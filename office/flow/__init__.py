"""Obligations: who owes what, in which order, and the to-dos that follow from it."""
