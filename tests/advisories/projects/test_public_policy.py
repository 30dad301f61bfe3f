"""The public page of the security policy, what leads there, and what every criterion of the source says."""

from __future__ import annotations

from datetime import timedelta
from typing import NoReturn

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from advisories.projects.models import Project
from audit import clock
from tests.advisories.projects.making import TEXT, kettle, published
from tests.cast import Browse, Cast

pytestmark = pytest.mark.django_db
PATH = "/security-policy/"
FORM = "https://github.com/python/cpython/security/advisories/new"


def page() -> str:
    return Client().get(PATH).content.decode()


def test_everybody_gets_the_same_bytes_and_may_keep_them(cast: Cast, browse: Browse) -> None:
    anonymous, admin = Client().get(PATH), browse(cast.ada).get(PATH)
    assert (anonymous.status_code, anonymous.content) == (200, admin.content)
    assert "public" in anonymous["Cache-Control"]
    assert "Set-Cookie" not in anonymous
    assert anonymous["ETag"]


@pytest.mark.rule("POLICY-54")
def test_the_page_names_the_addresses(settings: Settings) -> None:
    settings.CNA_ADDRESS = "cna@example.org"
    text = page()
    assert 'href="mailto:cna@example.org"' in text
    assert f'href="mailto:{settings.SECURITY_ADDRESS}"' in text


def test_the_openpgp_key_is_linked_or_said_to_be_absent(settings: Settings) -> None:
    assert "has published no OpenPGP key" in page()
    settings.SECURITY_KEY_URL = "https://example.org/key.asc"
    text = page()
    assert 'href="https://example.org/key.asc"' in text
    assert "has published no OpenPGP key" not in text


@pytest.mark.rule("POLICY-33")
def test_page_and_form_lead_to_the_advisories_of_github_first() -> None:
    for address in (PATH, reverse("intake:new")):
        text = Client().get(address).content.decode()
        assert f'href="{FORM}"' in text
    assert text.index(FORM) < text.index("<form")


@pytest.mark.rule("RFC9116-10")
def test_form_footer_and_security_txt_lead_to_the_page(settings: Settings) -> None:
    form = Client().get(reverse("intake:new")).content.decode()
    assert form.count(f'href="{PATH}"') == 2
    assert f"Policy: {settings.SITE_URL}{PATH}" in Client().get("/.well-known/security.txt").content.decode()


@pytest.mark.rule("RFC9116-13")
def test_security_txt_leads_to_the_key_where_there_is_one(settings: Settings) -> None:
    assert "Encryption" not in Client().get("/.well-known/security.txt").content.decode()
    settings.SECURITY_KEY_URL = "https://example.org/key.asc"
    lines = Client().get("/.well-known/security.txt").content.decode().splitlines()
    assert "Encryption: https://example.org/key.asc" in lines


def test_a_project_that_the_cna_does_not_cover_is_promised_no_cve_ids(cast: Cast) -> None:
    kettle(cast.ada)
    policy = Client().get(PATH).context["policy"]
    assert [[str(one) for one in group] for group in (policy.covered, policy.others)] == [
        ["CPython", "pip", "Kettle"],
        [],
    ]
    Project.objects.filter(pk="kettle").update(
        is_covered=False, cna_name="Kettle CNA", cna_url="https://cna.example.org/", contact="kettle@example.org"
    )
    response = Client().get(PATH)
    assert [str(one) for one in response.context["policy"].others] == ["Kettle"]
    text = " ".join(response.content.decode().split())
    assert 'no CVE IDs from the PSF’s CNA, but from <a href="https://cna.example.org/"' in text
    assert "Contact: kettle@example.org." in text
    Project.objects.filter(pk="kettle").update(cna_url="")
    assert "no CVE IDs from the PSF’s CNA, but from Kettle CNA." in " ".join(page().split())


def test_the_version_in_force_is_shown_and_the_next_one_announced(cast: Cast) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    published(cast.ada, in_force_from=tomorrow)
    policy = Client().get(PATH).context["policy"]
    assert policy.next_version is not None
    assert (policy.version.number, policy.next_version.number) == (1, 2)
    published(cast.ada, TEXT + "\nMore.\n", in_force_from=tomorrow)
    with clock.pretend(tomorrow):
        policy = Client().get(PATH).context["policy"]
    assert (policy.version.number, policy.next_version) == (3, None)
    assert [rule.code for section in policy.sections for rule in section.rules] == ["kettle"]


def test_only_branches_that_are_maintained_are_listed() -> None:
    (table,) = Client().get(PATH).context["policy"].tables
    names = [row.branch.name for row in table.rows]
    assert (names, table.project.pk) == (["3.16", "3.15", "3.14", "3.13", "3.12", "3.11", "3.10"], "cpython")


def test_the_form_offers_what_admins_offer(cast: Cast) -> None:
    kettle(cast.ada)
    choices = Client().get(reverse("intake:new")).context["form"]["project"].field.queryset
    assert [project.pk for project in choices] == ["cpython", "pip", "kettle"]
    Project.objects.filter(pk="kettle").update(is_offered=False)
    assert [project.pk for project in choices.all()] == ["cpython", "pip"]


def test_the_form_for_reports_offers_the_shipped_projects_while_the_database_is_away() -> None:
    """As in an outage; tests/services/test_outages.py stops and freezes a real one."""

    def away(*_statement: object) -> NoReturn:
        raise OperationalError("the database does not answer")

    with connection.execute_wrapper(away):
        response = Client().get("/report/")
    choices = [value for value, _ in response.context["form"].fields["project"].choices]
    assert (response.status_code, choices) == (200, ["", "cpython", "pip"])
