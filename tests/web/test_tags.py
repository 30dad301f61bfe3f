"""The tags about days and authorities; the others are in test_components.py."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.template import Context, Template
from pytest_django import Settings

from members.people.models import Precision
from web.forms import ReasonForm


def rendered(source: str, **context: Any) -> str:
    """Render a template of this source."""
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("precision", "html"),
    [
        (Precision.DAY, '<time datetime="2026-03-04">4 March 2026</time>'),
        (Precision.MONTH, '<time datetime="2026-03">March 2026</time>'),
        (Precision.YEAR, '<time datetime="2026">2026</time>'),
        (Precision.ABOUT, '<time datetime="2026">about 2026</time>'),
    ],
)
def test_a_day_is_shown_as_well_as_it_is_known(precision: Precision, html: str) -> None:
    assert rendered("{% span_day day precision %}", day=date(2026, 3, 4), precision=precision) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "https://peps.python.org/pep-0745/",
            '<a href="https://peps.python.org/pep-0745/" rel="noreferrer">peps.python.org/pep-0745</a>',
        ),
        ("http://example.org", '<a href="http://example.org" rel="noreferrer">example.org</a>'),
        (
            "https://portal.example.org/nominations/1/",
            '<a href="https://portal.example.org/nominations/1/" rel="noreferrer">the vote, in this portal</a>',
        ),
        (
            "https://portal.example.org.evil.example/",
            '<a href="https://portal.example.org.evil.example/" rel="noreferrer">portal.example.org.evil.example</a>',
        ),
        (
            'https://example.org/"><b>',
            '<a href="https://example.org/&quot;&gt;&lt;b&gt;" rel="noreferrer">example.org/&quot;&gt;&lt;b&gt;</a>',
        ),
        ("the council’s <b>mail</b>", "the council’s &lt;b&gt;mail&lt;/b&gt;"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_an_authority_is_a_link_only_where_it_is_an_address(settings: Settings, text: str, html: str) -> None:
    settings.SITE_URL = "https://portal.example.org"
    assert rendered("{{ text|authority }}", text=text) == html


@pytest.mark.parametrize(("reason", "valid"), [("Away.", True), ("x" * 2000, True), ("x" * 2001, False), (" ", False)])
def test_a_reason_is_needed_and_has_an_end(reason: str, *, valid: bool) -> None:
    assert ReasonForm({"reason": reason}).is_valid() == valid
