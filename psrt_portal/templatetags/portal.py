"""The portal's template tags: built in, so no template loads them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince, timeuntil

from advisories.records.markdown import to_html

register = template.Library()

#: The badge's tone for each severity; "none" and unknown ones are neutral.
_SEVERITY_TONES = {"low": "low", "medium": "medium", "high": "high", "critical": "critical"}


@register.simple_tag
def moment(when: datetime | None, *, relative: bool = True) -> SafeString:
    """A moment in UTC, with the distance from now in words; scripts add the reader's own clock."""
    if when is None:
        return SafeString("")
    exact = format_html(
        '<time datetime="{}" data-moment>{}</time>', when.isoformat(), f"{when.day} {when:%B %Y, %H:%M} UTC"
    )
    return format_html("{} ({})", exact, distance(when)) if relative else exact


def distance(when: datetime) -> str:
    """``in 9 hours``, ``2 days ago``."""
    now = timezone.now()
    if when > now:
        return f"in {timeuntil(when, now, depth=1)}"
    return f"{timesince(when, now, depth=1)} ago"


@register.simple_tag
def day(when: date | None) -> SafeString:
    """A calendar day; of a moment, its day in UTC."""
    if when is None:
        return SafeString("")
    iso = when.isoformat() if not isinstance(when, datetime) else when.date().isoformat()
    return format_html('<time datetime="{}">{}</time>', iso, f"{when.day} {when:%B %Y}")


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the icons in static/images/icons.svg; says nothing to a screen reader."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("images/icons.svg"),
        name,
    )


@register.simple_tag
def nav_link(url: str, label: str, path: str) -> SafeString:
    """A link of the navigation, marked when `path` lies below it."""
    current = mark_safe(' aria-current="page"') if path.startswith(url) else ""
    return format_html('<a href="{}"{}>{}</a>', url, current, label)


@register.simple_block_tag
def card(content: str, title: str = "", tone: str = "") -> SafeString:
    """A card; `tone` is empty or ``private``."""
    heading = format_html("<h2>{}</h2>", title) if title else ""
    return format_html('<section class="card{}">{}{}</section>', f" card-{tone}" if tone else "", heading, content)


@register.simple_block_tag
def alert(content: str, title: str = "", tone: str = "info") -> SafeString:
    """Something to notice; `tone` is info, now, success, danger or private."""
    heading = format_html('<p class="alert-title">{}</p>', title) if title else ""
    role = "alert" if tone == "danger" else "note"
    return format_html('<div class="alert alert-{}" role="{}">{}{}</div>', tone, role, heading, content)


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as clean HTML: no raw HTML, no images, no scripts (`advisories.records.markdown`)."""
    return SafeString(to_html(text))


@register.filter
def severity_tone(level: str) -> str:
    """The badge's tone for a severity's name."""
    return _SEVERITY_TONES.get(str(level).lower(), "neutral")


@register.filter
def widget_kind(field: BoundField) -> str:
    """``checkbox``, ``radio``, ``checkboxes`` or ``plain``: how a field's label and control stand together."""
    kinds = {"checkbox": "checkbox", "radio": "radio"}
    kind = kinds.get(getattr(field.field.widget, "input_type", ""), "plain")
    return "checkboxes" if kind == "checkbox" and hasattr(field.field.widget, "choices") else kind


@register.filter
def described(field: BoundField) -> BoundField:
    """The field, with its control tied to its help text and its errors."""
    name, attrs = field.auto_id or field.html_name, field.field.widget.attrs
    parts = [f"{name}_help"] if field.help_text else []
    if field.errors:
        parts.append(f"{name}_errors")
        attrs["aria-invalid"] = "true"
    if parts:
        attrs["aria-describedby"] = " ".join(parts)
    return field


@register.simple_tag
def bar_chart(bars: list[Any]) -> dict[str, Any]:
    """Where the bars of a chart of counts per year stand, in the drawing's own units."""
    width, height = 300.0, 110.0
    most = max((bar.count for bar in bars), default=0) or 1
    step = width / max(len(bars), 1)
    every = max(1, -(-len(bars) // 4))
    shapes = [
        {
            "x": round(index * step, 2),
            "width": round(step * 0.78, 2),
            "y": round(height - height * bar.count / most, 2),
            "height": round(height * bar.count / most, 2),
            "label": str(bar.year) if index % every == 0 or index == len(bars) - 1 else "",
            "middle": round(index * step + step * 0.39, 2),
            "is_last": index == len(bars) - 1,
        }
        for index, bar in enumerate(bars)
    ]
    return {"shapes": shapes, "width": width, "height": height}


@register.simple_tag
def two_thirds(yes: int, no: int) -> dict[str, float]:
    """How wide yes and no are in a drawing 600 units wide, whose line of two thirds is at 400."""
    whole = yes + no
    yes_width = round(600 * yes / whole, 2) if whole else 0.0
    return {"yes_width": yes_width, "no_width": 600 - yes_width if whole else 0.0}
