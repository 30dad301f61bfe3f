"""The preview of an advisory."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advisories.publication.drafting import read_credits
from audit import clock
from tests.advisories import factories
from tests.advisories.factories import DRAFT
from tests.advisories.publication.pages import path, told
from tests.cast import Browse, Cast

pytestmark = pytest.mark.django_db

PREVIEW_QUERIES = 9


def test_the_preview_shows_what_would_be_published(cast: Cast, browse: Browse) -> None:
    report = factories.drafted(cast.mel)
    response = browse(cast.mia).get(path("preview", report))
    page = response.content.decode()
    year = clock.now().year
    assert response.status_code == 200
    assert [(output.name, output.fault) for output in response.context["outputs"]] == [
        ("OSV record", ""), ("CVE record", ""), ("Announcement", ""),
    ]  # fmt: skip
    assert f"PSF-{year}-1" in page
    assert "[CVE-2099-1001] Endless loop while reading tar archives" in page
    assert [item.name for item in response.context["checklist"] if not item.is_done] == ["approval"]
    assert "Approve this draft" in page
    assert "Approve this draft" not in browse(cast.mel).get(path("preview", report)).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_preview_takes_the_same_queries_whatever_the_credits(cast: Cast, browse: Browse, count: int) -> None:
    people = read_credits("\n".join(f"Person {number}, analyst" for number in range(count)))
    report = factories.drafted(cast.mel, draft=replace(DRAFT, credits=people))
    client = browse(cast.mia)
    client.get(path("preview", report))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(path("preview", report))
    assert (len(queries), len(page.context["advisory"].credits)) == (PREVIEW_QUERIES, count)


def test_without_a_draft_there_is_no_preview(cast: Cast, browse: Browse) -> None:
    report = factories.determined(cast.mel)
    client = browse(cast.mel)
    response = client.get(path("preview", report))
    assert (response.status_code, response["Location"]) == (302, report.get_absolute_url())
    assert told(client, response["Location"]) == ["There is no draft yet."]


def test_the_preview_of_a_published_advisory_is_its_page(cast: Cast, browse: Browse) -> None:
    report = factories.published(cast.mel, cast.mia)
    assert browse(cast.mel).get(path("preview", report))["Location"] == report.advisory.get_absolute_url()
