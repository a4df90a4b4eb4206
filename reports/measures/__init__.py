"""Figures: each declared once, counted once, the same number wherever it stands, with the rows it was counted from."""
