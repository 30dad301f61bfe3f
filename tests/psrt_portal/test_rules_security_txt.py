"""Rules of RFC 9116 on /.well-known/security.txt; the ids are those of docs/rules.csv."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

PATH = "/.well-known/security.txt"


@pytest.fixture
def fields(db: None, settings: Settings) -> list[tuple[str, str]]:
    """The fields of the file in their order, as a portal in production serves them."""
    settings.SITE_URL, settings.SECURITY_ADDRESS = "https://psrt.example.org", "security@example.org"
    lines = Client().get(PATH).content.decode().splitlines()
    return [(name, value) for name, _, value in (line.partition(": ") for line in lines)]


@pytest.mark.rule("RFC9116-01", "RFC9116-03", "RFC9116-16", "RFC9116-18")
def test_the_file_is_plain_text_of_one_field_a_line(db: None) -> None:
    response = Client().get(PATH)
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert re.fullmatch(r"(?:[A-Z][A-Za-z-]*: [!-~]+\n)+", response.content.decode("utf-8"))


@pytest.mark.rule("RFC9116-04")
def test_there_is_no_other_file_at_the_top_level(db: None) -> None:
    assert Client().get("/security.txt").status_code == 404


@pytest.mark.rule("RFC9116-02")
def test_the_file_is_served_over_https_only(db: None, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get(PATH)
    assert (response.status_code, response["Location"]) == (301, f"https://testserver{PATH}")
    assert Client().get(PATH, secure=True).status_code == 200


@pytest.mark.rule("RFC9116-06", "RFC9116-07", "RFC9116-11", "RFC9116-12")
def test_contacts_are_addresses_with_the_form_first(fields: list[tuple[str, str]]) -> None:
    stable = [field for field in fields if field[0] not in {"Expires", "Policy"}]
    assert stable == [
        ("Contact", "https://psrt.example.org/report/"),
        ("Contact", "mailto:security@example.org"),
        ("Preferred-Languages", "en"),
        ("Canonical", f"https://psrt.example.org{PATH}"),
    ]


@pytest.mark.rule("RFC9116-08", "RFC9116-09")
def test_the_file_expires_once_and_within_a_year(fields: list[tuple[str, str]]) -> None:
    [expires] = [value for name, value in fields if name == "Expires"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", expires)
    left = datetime.fromisoformat(expires) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)
