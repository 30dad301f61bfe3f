"""The portal's template tags."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def moment(when: datetime | None) -> SafeString:
    """A moment in UTC."""
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), f"{when:%-d %B %Y, %H:%M} UTC") if when else SafeString("")


@register.simple_tag
def day(when: date | None) -> SafeString:
    """A day."""
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), f"{when:%-d %B %Y}") if when else SafeString("")


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon."""
    return format_html('<svg aria-hidden="true" data-icon="{}"></svg>', name)


@register.simple_block_tag
def card(content: str, title: str = "", tone: str = "") -> SafeString:
    """A card."""
    return format_html('<section class="card"><h2>{}</h2>{}</section>', title, content)


@register.simple_block_tag
def alert(content: str, title: str = "", tone: str = "") -> SafeString:
    """An alert."""
    return format_html('<div class="alert">{} {}</div>', title, content)


@register.filter
def markdown(text: str) -> str:
    """Not rendered yet."""
    return text


@register.filter
def severity_tone(level: str) -> str:
    """The tone of a severity."""
    return level
