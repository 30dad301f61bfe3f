"""The private link opens one report, and nothing in the database makes one."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core import signing
from pytest_django import Settings

from advisories.reports import links
from advisories.reports.models import Report
from tests.advisories import factories
from tests.advisories.factories import holder_of

pytestmark = pytest.mark.django_db


def test_a_link_names_its_holder() -> None:
    report = factories.received()
    assert links.read(links.token_of(report)) == holder_of(report)


@pytest.mark.parametrize("token", ["", "x", "a.b", "R-7KQ2AB", "." * 100, "0" * 32 + "a" * 16, "\u2603"])
def test_a_link_without_the_portals_signature_is_refused(token: str) -> None:
    assert links.read(token) is None


def test_one_changed_character_makes_a_link_false() -> None:
    token = links.token_of(factories.received())
    for position in range(len(token)):
        other = "A" if token[position] != "A" else "B"
        assert links.read(token[:position] + other + token[position + 1 :]) is None, position


def test_a_link_signed_for_another_purpose_is_refused() -> None:
    report = factories.received()
    value = f"{report.pk.hex}{report.link_nonce}"
    another, same = (
        signing.Signer(key=settings.LINK_KEY, salt=salt, sep=".") for salt in ("another", "advisories.link")
    )
    assert links.read(another.sign(value)) is None
    assert links.read(same.sign("something else")) is None
    assert links.read(same.sign(value)) is not None


def test_the_database_holds_nothing_that_opens_a_report() -> None:
    report = factories.received()
    row = Report.objects.system("a test").values().get(pk=report.pk)
    token = links.token_of(report)
    assert [name for name, value in row.items() if str(value) in {token, token.split(".")[1]}] == []
    assert [name for name, value in row.items() if links.read(str(value))] == []


def test_another_key_makes_old_links_false_unless_it_is_kept(settings: Settings) -> None:
    token = links.token_of(factories.received())
    old, settings.LINK_KEY = settings.LINK_KEY, "another-key-" * 10
    assert links.read(token) is None
    settings.LINK_KEY_FALLBACKS = [old]
    assert links.read(token) is not None
