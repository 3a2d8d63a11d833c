"""Yearly number series (编号) without gaps or reuse; a void number keeps its row and its reason."""
