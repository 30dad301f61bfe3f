"""Template filters about severities: built in, so no template loads them."""

from __future__ import annotations

from django import template

from advisories.records.cvss import Severity

register = template.Library()


@register.filter
def severity_tone(level: str) -> str:
    """Return the tone of the badge for a CVSS rating; ``neutral`` for what has none."""
    name = str(level).lower()
    return name if name in set(Severity) - {Severity.NONE} else "neutral"
