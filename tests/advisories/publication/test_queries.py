"""The reads of advisories for the start page and people's pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisories.publication import queries
from advisories.publication import workflow as publication_workflow
from advisories.publication.models import Credit
from advisories.publication.queries import AdvisoryYear
from audit import clock
from members.people.registry import PublicCredit, credits_of
from tests.advisories import factories
from tests.advisories.factories import DRAFT, content, imported
from tests.cast import Cast, act_as

pytestmark = pytest.mark.django_db


# -- figures -------------------------------------------------------------------------------------------------


def test_advisories_are_counted_by_year_without_gaps(cast: Cast) -> None:
    assert queries.published_per_year() == []
    imported(content(1, year=2021), content(1), content(2))
    factories.drafted(cast.mel)
    with CaptureQueriesContext(connection) as statements:
        counts = queries.published_per_year()
    assert counts == [AdvisoryYear(2021, 1), AdvisoryYear(2022, 0), AdvisoryYear(2023, 0), AdvisoryYear(2024, 2)]
    assert len(statements) == 1


def test_a_year_begins_at_midnight_utc() -> None:
    new_year = datetime(2025, 1, 1, tzinfo=UTC)
    imported(content(1, published=new_year - timedelta(seconds=1)), content(2, published=new_year))
    assert queries.published_per_year() == [AdvisoryYear(2024, 1), AdvisoryYear(2025, 1)]


def test_the_latest_are_published_ones(cast: Cast) -> None:
    imported(*(content(number) for number in range(1, 8)))
    factories.approved(cast.mel, cast.mia)
    with CaptureQueriesContext(connection) as statements:
        ids = [advisory.psf_id for advisory in queries.latest(3)]
    assert ids == ["PSF-2024-7", "PSF-2024-6", "PSF-2024-5"]
    assert len(statements) == 1


@pytest.mark.rule("SEED-15")
def test_a_persons_credits_are_shown_once_they_are_published(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    assert credits_of(cast.mel.pk) == []
    advisory = publication_workflow.publish(report, revision=1, by=act_as(cast.mel))
    Credit.objects.system("a second role").create(
        advisory=advisory, person=cast.mel, name="Mel Member", role="REMEDIATION_REVIEWER", position=9
    )
    assert credits_of(cast.mel.pk) == [
        PublicCredit(
            title=DRAFT.title,
            url=advisory.get_absolute_url(),
            role="Coordinator, remediation reviewer",
            ids=f"CVE-2099-1001 · {advisory.psf_id}",
            severity="High",
            tone="high",
            day=clock.now().date(),
        )
    ]
    assert credits_of(cast.mia.pk) == []
    assert advisory.get_absolute_url() in Client().get("/members/mel-member/").content.decode()
