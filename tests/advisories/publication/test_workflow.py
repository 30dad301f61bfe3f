"""Writing, approving and publishing an advisory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from advisories.publication import workflow as publication_workflow
from advisories.publication.models import Advisory, PublishedNumber, draft_of
from advisories.publication.queries import next_number
from advisories.publication.workflow import CveIdTaken, Stale
from advisories.reports.enums import ReportPhase
from audit import clock
from members.people.policy import ANONYMOUS
from tests.advisories import factories
from tests.advisories.factories import DRAFT, content, fresh, fresh_advisory, imported
from tests.cast import Cast, act_as
from tests.events import kinds, recorded
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.django_db
OTHER = replace(DRAFT, title="Another title")


# -- writing ---------------------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-12")
def test_a_coordinator_starts_a_draft(cast: Cast) -> None:
    report = factories.determined(cast.mel)
    with recorded() as events:
        advisory = publication_workflow.start_draft(report, DRAFT, by=act_as(cast.mel))
    stored = fresh_advisory(report)
    assert (stored.title, stored.cve_id, stored.rating, stored.revision) == (DRAFT.title, "CVE-2099-1001", "high", 1)
    assert [credit.name for credit in stored.credits.all()] == ["R. Reporter", "Mel Member"]
    assert (stored.published_at, stored.psf_id, stored.edited_by_id) == (None, None, cast.mel.pk)
    assert [(event.kind, event.target_id, event.data) for event in events] == [
        ("advisory:drafted", str(advisory.pk), {"report": str(report.pk)})
    ]


def test_an_edit_replaces_the_text_and_the_credits(cast: Cast) -> None:
    report = factories.drafted(cast.mel)
    changed = replace(OTHER, credits=DRAFT.credits[1:], vector=factories.VECTOR, cve_id="")
    with recorded() as events:
        publication_workflow.edit_draft(report, changed, revision=1, by=act_as(cast.mel))
    stored = fresh_advisory(report)
    assert (stored.title, stored.cve_id, stored.rating, stored.revision) == ("Another title", "", "medium", 2)
    assert [credit.name for credit in stored.credits.all()] == ["Mel Member"]
    assert kinds(events) == ["advisory:edited"]


def test_an_edit_voids_the_approval(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    publication_workflow.edit_draft(report, OTHER, revision=1, by=act_as(cast.mel))
    stored = fresh_advisory(report)
    assert (stored.approved_by_id, stored.approved_at) == (None, None)


def test_saving_the_same_text_again_changes_nothing(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    with recorded() as events:
        publication_workflow.edit_draft(report, DRAFT, revision=1, by=act_as(cast.mel))
        publication_workflow.edit_draft(report, DRAFT, revision=7, by=act_as(cast.mel))
        publication_workflow.start_draft(report, DRAFT, by=act_as(cast.mel))
    stored = fresh_advisory(report)
    assert (events, stored.revision, stored.approved_by_id) == ([], 1, cast.mia.pk)


def test_the_second_of_two_editors_is_told(cast: Cast) -> None:
    report = factories.drafted(cast.mel)
    publication_workflow.edit_draft(report, OTHER, revision=1, by=act_as(cast.mel))
    with recorded() as events, pytest.raises(Stale):
        publication_workflow.edit_draft(report, replace(DRAFT, title="A third"), revision=1, by=act_as(cast.mel))
    with pytest.raises(Stale):
        publication_workflow.start_draft(report, replace(DRAFT, title="A third"), by=act_as(cast.mel))
    assert (events, fresh_advisory(report).title) == ([], "Another title")


def test_a_draft_that_is_not_there_cannot_be_edited(cast: Cast) -> None:
    with pytest.raises(Stale):
        publication_workflow.edit_draft(factories.determined(cast.mel), DRAFT, revision=1, by=act_as(cast.mel))


@pytest.mark.rule("PEP811-45")
def test_only_the_coordinator_writes(cast: Cast) -> None:
    report = factories.drafted(cast.mel)
    fresh_one = factories.determined(cast.mel)
    for stranger in (act_as(cast.mia), act_as(cast.ada), act_as(cast.sam), ANONYMOUS):
        with pytest.raises(NotAllowed):
            publication_workflow.edit_draft(report, OTHER, revision=1, by=stranger)
        with pytest.raises(NotAllowed):
            publication_workflow.start_draft(fresh_one, replace(OTHER, cve_id="CVE-2099-3"), by=stranger)


@pytest.mark.rule("CNA-4.2.6")
def test_a_cve_id_of_another_advisory_is_refused(cast: Cast) -> None:
    factories.drafted(cast.mel)
    imported(content(1))
    other = factories.determined(cast.mel)
    for taken in ("CVE-2099-1001", "CVE-2024-10001"):
        with recorded() as events, pytest.raises(CveIdTaken, match=f"{taken} belongs to another advisory"):
            publication_workflow.start_draft(other, replace(DRAFT, cve_id=taken), by=act_as(cast.mel))
        assert events == []
    assert draft_of(fresh(other)) is None


# -- approving ------------------------------------------------------------------------------------------------


@pytest.mark.rule("PSRT-41")
def test_a_second_member_approves(cast: Cast) -> None:
    report = factories.drafted(cast.mel)
    with recorded() as events:
        publication_workflow.approve(report, revision=1, by=act_as(cast.mia))
    assert fresh_advisory(report).approved_by == cast.mia
    assert [(event.kind, event.data) for event in events] == [("advisory:approved", {"report": str(report.pk)})]


def test_nobody_approves_another_revision_than_they_read(cast: Cast) -> None:
    report = factories.drafted(cast.mel)
    publication_workflow.edit_draft(report, OTHER, revision=1, by=act_as(cast.mel))
    with pytest.raises(Conflict, match="has changed since you read it"):
        publication_workflow.approve(report, revision=1, by=act_as(cast.mia))
    assert fresh_advisory(report).approved_at is None


def test_a_draft_is_approved_once_and_not_by_its_writer_or_a_stranger(cast: Cast) -> None:
    report = factories.drafted(cast.mel)
    for stranger in (act_as(cast.mel), act_as(cast.sam), act_as(cast.emil), ANONYMOUS):
        with pytest.raises(NotAllowed):
            publication_workflow.approve(report, revision=1, by=stranger)
    publication_workflow.approve(report, revision=1, by=act_as(cast.mia))
    with pytest.raises(Conflict, match="Mia Member has approved this draft"):
        publication_workflow.approve(report, revision=1, by=act_as(cast.ada))


def test_after_a_handover_the_new_coordinator_writes_and_the_old_one_may_approve(cast: Cast) -> None:
    report = factories.drafted(cast.mel)
    factories.handed_over(report, cast.mia, cast.mel)
    publication_workflow.edit_draft(report, OTHER, revision=1, by=act_as(cast.mia))
    with pytest.raises(NotAllowed):
        publication_workflow.approve(report, revision=2, by=act_as(cast.mia))
    publication_workflow.approve(report, revision=2, by=act_as(cast.mel))


# -- publishing --------------------------------------------------------------------------------------------------


def test_publishing_gives_a_number_and_makes_it_public(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    moment = datetime(2026, 9, 3, 9, 12, 33, 555, tzinfo=UTC)
    with recorded() as events, clock.pretend(moment):
        advisory = publication_workflow.publish(report, revision=1, by=act_as(cast.mel))
    published = Advisory.objects.published().get()
    assert published == advisory
    assert (published.psf_id, published.published_at) == ("PSF-2026-1", moment.replace(microsecond=0))
    assert fresh(report).phase is ReportPhase.PUBLISHED
    assert [(event.kind, event.target_id, event.data) for event in events] == [
        ("advisory:published", str(advisory.pk), {"report": str(report.pk)})
    ]


def test_an_admin_publishes_for_the_coordinator(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    assert publication_workflow.publish(report, revision=1, by=act_as(cast.ada)).psf_id


def test_only_coordinator_and_admins_publish(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    for stranger in (act_as(cast.mia), act_as(cast.sam), act_as(cast.emil), ANONYMOUS):
        with pytest.raises(NotAllowed):
            publication_workflow.publish(report, revision=1, by=stranger)
    assert not Advisory.objects.published().exists()


def test_nothing_is_published_without_approval(cast: Cast) -> None:
    report = factories.drafted(cast.mel)
    with pytest.raises(Conflict, match="still needs the approval of a second member"):
        publication_workflow.publish(report, revision=1, by=act_as(cast.mel))
    assert not PublishedNumber.objects.exists()


def test_nothing_is_published_that_was_not_confirmed(cast: Cast) -> None:
    report = factories.drafted(cast.mel)
    publication_workflow.edit_draft(report, OTHER, revision=1, by=act_as(cast.mel))
    publication_workflow.approve(report, revision=2, by=act_as(cast.mia))
    with pytest.raises(Conflict, match="has changed since you read it"):
        publication_workflow.publish(report, revision=1, by=act_as(cast.mel))


def test_an_advisory_is_published_once(cast: Cast) -> None:
    report = factories.published(cast.mel, cast.mia)
    with recorded() as events, pytest.raises(Conflict, match="published already"):
        publication_workflow.publish(report, revision=1, by=act_as(cast.mel))
    assert events == []


@pytest.mark.rule("PEP811-46", "CNA-5.1.12")
def test_nothing_is_published_of_which_a_record_cannot_be_made(cast: Cast) -> None:
    """The rules ask for less than a CVE record does; what it refuses stops everything."""
    report = factories.approved(cast.mel, cast.mia)
    rows = Advisory.objects.system("a test writes past the verbs").filter(report=report)
    rows.update(description="x" * 5_000)
    with recorded() as events, pytest.raises(Conflict, match="CVE record: description: has 5,000 characters"):
        publication_workflow.publish(report, revision=1, by=act_as(cast.mel))
    assert (events, next_number(clock.now().year)) == ([], 1)


@pytest.mark.rule("OSV-02")
def test_numbers_count_up_by_year_and_are_never_given_twice(cast: Cast) -> None:
    imported(content(7, year=2026), content(3, year=2025))
    given = []
    for number, year in enumerate((2026, 2026, 2027, 2025), start=1):
        report = factories.approved(cast.mel, cast.mia, draft=replace(DRAFT, cve_id=f"CVE-2099-20{number:02}"))
        with clock.pretend(datetime(year, 6, 1, tzinfo=UTC)):
            expected = next_number(year)
            advisory = publication_workflow.publish(report, revision=1, by=act_as(cast.mel))
        given.append(advisory.psf_id)
        assert advisory.psf_id == f"PSF-{year}-{expected}"
    assert given == ["PSF-2026-8", "PSF-2026-9", "PSF-2027-1", "PSF-2025-4"]
    assert [str(row) for row in PublishedNumber.objects.order_by("year")] == ["PSF-2025-4", "PSF-2026-9", "PSF-2027-1"]
