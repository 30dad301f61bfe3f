"""The template tags and filters of every page: built in, so no template loads them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import BaseForm, BoundField
from django.forms.boundfield import BoundWidget
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from web import avatars, charts
from web.dates import (
    day_as_iso,
    day_in_words,
    distance_in_words,
    elapsed_in_words,
    moment_in_words,
    past_in_words,
    vague_day_as_iso,
    vague_day_in_words,
)
from web.markdown import to_html, to_page

register = template.Library()
register.filter(moment_in_words)


#: The sign that stands beside an alert of each tone.
_ALERT_ICONS = {"info": "info", "now": "clock", "success": "check", "danger": "warning", "private": "lock"}


@register.simple_tag
def moment(when: datetime | None, *, relative: bool = True) -> SafeString:
    """Show a moment that is over as ``2 hours ago``, and one to come as its exact time and how far away it is.

    What is over has its exact time in UTC in a tooltip and on paper; it takes no preposition before it. Without
    `relative` a moment is its exact time. A script adds the reader's own clock.
    """
    if when is None:
        return SafeString("")
    exact = moment_in_words(when)
    if relative and when <= timezone.now():
        html = '<time datetime="{}" title="{}" data-moment>{}</time>'
        return format_html(html, when.isoformat(), exact, past_in_words(when))
    shown = format_html('<time datetime="{}" data-moment>{}</time>', when.isoformat(), exact)
    return format_html('{}<span class="distance">, {}</span>', shown, distance_in_words(when)) if relative else shown


@register.simple_tag
def elapsed(since: datetime, now: datetime) -> SafeString:
    """Show how long something has lasted, with the moment since when for whoever asks."""
    exact = moment_in_words(since)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', since.isoformat(), exact, elapsed_in_words(since, now)
    )


@register.simple_tag
def day(when: date | None) -> SafeString:
    """Show a calendar day; of a moment, its day in UTC."""
    if when is None:
        return SafeString("")
    return format_html('<time datetime="{}">{}</time>', day_as_iso(when), day_in_words(when))


@register.simple_tag
def span_day(when: date, precision: str) -> SafeString:
    """Show a calendar day as well as it is known, by the precision of a period."""
    iso, written = vague_day_as_iso(when, precision), vague_day_in_words(when, precision)
    return format_html('<time datetime="{}">{}</time>', iso, written)


@register.simple_tag
def script(path: str, kind: str = "") -> SafeString:
    """Return the tag of a script of ours; a browser runs it only as it was when the page was made."""
    said = flatatt({name: value for name, value in (("type", kind), ("src", static(path))) if value})
    file = _file_of(path)
    return format_html('<script{} integrity="{}"></script>', said, _integrity(file, Path(file).stat().st_mtime_ns))


@cache
def _file_of(path: str) -> str:
    """Return where a static file lies: among the collected ones, in development where it was written."""
    collected = getattr(staticfiles_storage, "stored_name", None)
    return str(staticfiles_storage.path(collected(path)) if collected else finders.find(path))


@cache
def _integrity(file: str, _changed: int) -> str:
    """Return the digest of a file (W3C, Subresource Integrity)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(Path(file).read_bytes()).digest()).decode()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Show one of the drawings in static/images/icons.svg; it is hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("images/icons.svg"),
        name,
    )


@register.simple_tag
def avatar(name: str, key: object, size: str = "") -> SafeString:
    """Show the initials of a person in the tint of their `key`; `size` is empty, ``small`` or ``large``.

    Decoration: the name stands beside it, or the page says it for screen readers.
    """
    kind = f" avatar-{size}" if size else ""
    html = '<span class="avatar{} tint-{}" aria-hidden="true">{}</span>'
    return format_html(html, kind, avatars.tint(key), avatars.initials(name))


@register.simple_tag
def nav_link(url: str, label: str, path: str, sign: str = "") -> SafeString:
    """Show a link of the navigation, marked when the page at `path` lies below it; `sign` is an icon's name."""
    current = SafeString(' aria-current="page"') if path.startswith(url) else ""
    return format_html('<a href="{}"{}>{}{}</a>', url, current, icon(sign) if sign else "", label)


@register.simple_block_tag
def filled(content: str, element: str, *, label: str = "", inner: str = "", **attributes: str) -> SafeString:
    """Put an element around the content, or show nothing at all when a page leaves its block empty.

    `label` names a landmark; `inner` is the class of a second element inside.
    """
    if not content.strip():
        return SafeString("")
    named = {**attributes, **({"aria-label": label} if label else {})}
    inside = format_html('<div class="{}">{}</div>', inner, content) if inner else content
    return format_html("<{}{}>{}</{}>", element, flatatt(named), inside, element)


@register.simple_block_tag
def card(content: str, title: str = "", tone: str = "") -> SafeString:
    """Put the content on a card; `tone` is empty or ``private``."""
    heading = format_html("<h2>{}</h2>", title) if title else ""
    return format_html('<section class="card{}">{}{}</section>', f" card-{tone}" if tone else "", heading, content)


@register.simple_block_tag
def alert(content: str, title: str = "", tone: str = "info", role: str = "") -> SafeString:
    """Show something to notice; `tone` is info, now, success, danger or private.

    Give the role ``status`` to an answer to what the reader just did; a screen reader is interrupted by danger only.
    """
    heading = format_html('<p class="alert-title">{}</p>', title) if title else ""
    return format_html(
        '<div class="alert alert-{}" role="{}">{}<div class="alert-body">{}{}</div></div>',
        tone,
        role or ("alert" if tone == "danger" else "note"),
        icon(_ALERT_ICONS[tone]),
        heading,
        content,
    )


@register.filter
def markdown(text: str) -> SafeString:
    """Return Markdown as clean HTML, part of a page (`web.markdown.to_html`)."""
    return to_html(text)


@register.filter
def document(text: str, top: int) -> SafeString:
    """Return Markdown as clean HTML that is the page itself: its highest headings are of level `top`."""
    return to_page(text, top)


@register.filter
def authority(text: str) -> SafeString:
    """Show what a period rests on: an address as a short link, one of this portal by what it is, other text as is."""
    if not text.startswith(("https://", "http://")):
        return escape(text)
    own = text.startswith(f"{settings.SITE_URL}/")
    label = "the vote, in this portal" if own else text.split("://", 1)[1].rstrip("/")
    return format_html('<a href="{}" rel="noreferrer">{}</a>', text, label)


@register.filter
def widget_kind(field: BoundField) -> str:
    """Return how label and control stand together: ``choices``, ``checkbox`` or ``line``."""
    if field.use_fieldset:
        return "choices"
    return "checkbox" if getattr(field.field.widget, "input_type", "") == "checkbox" else "line"


@register.filter
def first_control(field: BoundField) -> str:
    """Return the id that an error's link leads to; of several choices, that of the first one."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def note_of(field: BoundField, choice: BoundWidget) -> str:
    """Return the text below one choice, from the `notes` of the widget, a dict by value; empty without them."""
    notes: dict[str, str] = getattr(field.field.widget, "notes", {})
    return notes.get(str(choice.data["value"]), "")


@register.simple_tag
def choice_control(field: BoundField, choice: BoundWidget) -> SafeString:
    """Show the radio button or the box of one choice, tied to its note."""
    if note_of(field, choice):
        choice.data["attrs"]["aria-describedby"] = f"{choice.id_for_label}_note"
    return choice.tag()


@register.filter
def has_optional(form: BaseForm) -> bool:
    """Return whether some fields with a line of their own may stay empty, and others may not."""
    lines = [field.field.required for field in form.visible_fields() if widget_kind(field) != "checkbox"]
    return len(set(lines)) == 2


@register.simple_tag
def bar_chart(bars: Sequence[charts.YearCount]) -> charts.BarChart:
    """Return the shapes of `components/bar_chart.html`."""
    return charts.bar_chart(bars)
