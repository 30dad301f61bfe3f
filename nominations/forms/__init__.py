"""The forms of nominations."""
