"""Contexts of the pages of this app."""
