"""The pages on which an advisory is approved and published."""

from __future__ import annotations

import pytest
from django.test import Client

from advisories.publication.models import Advisory
from advisories.reports.enums import ReportPhase
from tests.advisories import factories
from tests.advisories.factories import fresh, fresh_advisory
from tests.advisories.publication.pages import path, told
from tests.cast import Browse, Cast
from tests.events import kinds, recorded

pytestmark = pytest.mark.django_db


def test_a_second_member_approves(cast: Cast, browse: Browse) -> None:
    report = factories.drafted(cast.mel)
    with recorded() as events:
        response = browse(cast.mia).post(path("approve", report), {"revision": "1"})
    assert response.status_code == 302
    assert fresh_advisory(report).approved_by == cast.mia
    assert kinds(events) == ["report:read", "advisory:approved"]


@pytest.mark.parametrize("revision", ["", "x", "2", "-1", "1" * 30])
def test_another_revision_is_not_approved(cast: Cast, browse: Browse, revision: str) -> None:
    report = factories.drafted(cast.mel)
    client = browse(cast.mia)
    response = client.post(path("approve", report), {"revision": revision})
    assert told(client, response["Location"]) == [
        "The draft has changed since you read it. Read it again, then approve."
    ]
    assert fresh_advisory(report).approved_at is None


def test_the_writer_does_not_approve(cast: Cast, browse: Browse) -> None:
    report = factories.drafted(cast.mel)
    assert browse(cast.mel).post(path("approve", report), {"revision": "1"}).status_code == 403


def test_publishing_is_confirmed_first(cast: Cast, browse: Browse) -> None:
    report = factories.approved(cast.mel, cast.mia)
    client = browse(cast.mel)
    page = client.get(path("publish", report)).content.decode()
    assert "security-announce@lists.example.org" in page
    assert "There is a HIGH severity vulnerability affecting CPython." in page
    assert "R. Reporter, Mel Member" in page
    assert not Advisory.objects.published().exists()
    with recorded() as events:
        response = client.post(path("publish", report), {"revision": "1"})
    assert (response.status_code, fresh(report).phase) == (302, ReportPhase.PUBLISHED)
    assert kinds(events) == ["advisory:published"]
    assert Client().get(fresh(report).advisory.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_publishing_needs_a_fresh_second_factor(cast: Cast, browse: Browse, method: str) -> None:
    report = factories.approved(cast.mel, cast.mia)
    client = browse(cast.mel, fresh=False)
    with recorded() as events:
        response = getattr(client, method)(path("publish", report), {"revision": "1"})
    assert response.status_code == {"get": 302, "post": 403}[method]
    assert "/accounts/2fa/reauthenticate/?next=" in response.headers.get("Location", response.content.decode())
    assert (events, fresh(report).phase) == ([], ReportPhase.REMEDIATION)


def test_another_member_does_not_publish(cast: Cast, browse: Browse) -> None:
    report = factories.approved(cast.mel, cast.mia)
    for method in ("get", "post"):
        assert getattr(browse(cast.mia), method)(path("publish", report), {"revision": "1"}).status_code == 403
    assert not Advisory.objects.published().exists()


@pytest.mark.parametrize("revision", ["", "2"])
def test_another_revision_is_not_published(cast: Cast, browse: Browse, revision: str) -> None:
    report = factories.approved(cast.mel, cast.mia)
    client = browse(cast.mel)
    response = client.post(path("publish", report), {"revision": revision})
    assert told(client, response["Location"]) == [
        "The draft has changed since you read it. Read it again, then publish."
    ]
    assert not Advisory.objects.published().exists()


def test_publishing_too_early_says_what_is_missing(cast: Cast, browse: Browse) -> None:
    report = factories.drafted(cast.mel)
    client = browse(cast.mel)
    for method in ("get", "post"):
        response = getattr(client, method)(path("publish", report), {"revision": "1"})
        assert told(client, response["Location"]) == ["The draft still needs the approval of a second member."]


def test_publishing_twice_publishes_once(cast: Cast, browse: Browse) -> None:
    report = factories.approved(cast.mel, cast.mia)
    client = browse(cast.mel)
    with recorded() as events:
        for _ in range(2):
            assert client.post(path("publish", report), {"revision": "1"}).status_code == 302
    assert kinds(events) == ["report:read", "advisory:published"]
