"""Rules of the record formats on advisories that are written here; the ids are those of docs/rules.csv."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from advisories.publication.drafting import read_credits
from tests.advisories import factories
from tests.advisories.factories import DRAFT, HIGH_VECTOR
from tests.cast import Cast

pytestmark = pytest.mark.django_db

CREDITS = read_credits(
    "R. Reporter, reporter\nMel Member, coordinator\n"
    "D. Developer, remediation developer\nR. Reviewer, remediation reviewer"
)


def _record(cast: Cast, name: str) -> Any:
    """Return a record, `osv` or `cve`, of an advisory that was drafted, approved and published here."""
    report = factories.published(cast.mel, cast.mia, draft=replace(DRAFT, credits=CREDITS))
    return json.loads(Client().get(f"{report.advisory.get_absolute_url()}{name}.json").content)


@pytest.mark.rule("SEED-14", "OSV-12")
def test_an_osv_record_carries_the_four_kinds_of_credit(cast: Cast) -> None:
    assert _record(cast, "osv")["credits"] == [
        {"name": "R. Reporter", "type": "REPORTER"},
        {"name": "Mel Member", "type": "COORDINATOR"},
        {"name": "D. Developer", "type": "REMEDIATION_DEVELOPER"},
        {"name": "R. Reviewer", "type": "REMEDIATION_REVIEWER"},
    ]


@pytest.mark.rule("SEED-13", "CVE-17")
def test_a_cve_record_carries_the_four_kinds_of_credit(cast: Cast) -> None:
    assert _record(cast, "cve")["containers"]["cna"]["credits"] == [
        {"lang": "en", "type": "reporter", "value": "R. Reporter"},
        {"lang": "en", "type": "coordinator", "value": "Mel Member"},
        {"lang": "en", "type": "remediation developer", "value": "D. Developer"},
        {"lang": "en", "type": "remediation reviewer", "value": "R. Reviewer"},
    ]


@pytest.mark.rule("OSV-03", "OSV-05")
def test_an_osv_record_has_the_cve_id_as_its_only_alias_and_the_vector_as_its_score(cast: Cast) -> None:
    record = _record(cast, "osv")
    assert record["aliases"] == ["CVE-2099-1001"]
    assert record["severity"] == [{"type": "CVSS_V4", "score": HIGH_VECTOR}]


@pytest.mark.rule("CVE-03")
def test_a_cve_record_has_the_organisation_of_the_settings(cast: Cast, settings: Settings) -> None:
    settings.CVE_ORG_ID, settings.CVE_SHORT_NAME = "00000000-0000-4000-8000-000000000000", "EXAMPLE"
    record = _record(cast, "cve")
    assert record["cveMetadata"]["assignerOrgId"] == settings.CVE_ORG_ID
    assert record["containers"]["cna"]["providerMetadata"] == {"orgId": settings.CVE_ORG_ID, "shortName": "EXAMPLE"}
