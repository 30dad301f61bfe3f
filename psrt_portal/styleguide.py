"""Example data for the style guide page."""

from __future__ import annotations


def context() -> dict[str, object]:
    """What `styleguide.html` shows."""
    return {}
