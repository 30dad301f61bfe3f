"""Filters that show what a stranger wrote so that it looks like what it is."""

from __future__ import annotations

import re
import unicodedata

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

#: Letters, marks and symbols that nobody sees although Unicode counts them among the visible ones.
_BLANKS = frozenset(
    map(chr, [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810)])
) | frozenset(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))


def _is_hidden(sign: str) -> bool:
    return sign not in "\n\t" and (
        unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cn", "Zl", "Zp"} or sign in _BLANKS
    )


@register.filter
def marked(text: str) -> SafeString:
    """Return text as HTML that runs nothing, with a visible mark for each sign that nobody sees or that turns text."""
    hidden = {sign: _mark(sign) for sign in frozenset(text) if _is_hidden(sign)}
    if not hidden:
        return escape(text)
    parts = re.split(f"([{re.escape(''.join(hidden))}])", text)
    return format_html_join("", "{}", ((hidden.get(part, part),) for part in parts))


def _mark(sign: str) -> SafeString:
    name = unicodedata.name(sign, "control character").capitalize()
    return format_html('<span class="hidden-sign" title="{}">U+{}</span>', name, f"{ord(sign):04X}")
