"""Facts of advisories and credits that hold for every row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from advisories.publication import workflow as publication_workflow
from advisories.publication.enums import AdvisoryPhase
from advisories.publication.models import Advisory, Credit, draft_of
from advisories.records.content import AdvisoryContent
from advisories.records.parts import Affected, CreditPart, SeverityEntry
from advisories.records.vocabulary import CreditRole, SeverityType
from advisories.reports.models import Message
from audit import clock
from tests.advisories import factories
from tests.advisories.constraints import change, refuses
from tests.advisories.factories import HIGH_VECTOR, VECTOR, content, fresh, fresh_advisory, imported
from tests.cast import Cast, act_as

NOW = datetime(2026, 9, 3, 9, 12, tzinfo=UTC)


def test_a_psf_id_is_given_by_publishing(cast: Cast) -> None:
    advisory = fresh_advisory(factories.drafted(cast.mel))
    refuses("a_psf_id_is_given_by_publishing", change(advisory, psf_id="PSF-2026-1"))
    refuses("a_psf_id_is_given_by_publishing", change(advisory, published_at=clock.now()))


def test_an_approval_says_who_and_when_and_is_not_ones_own(cast: Cast) -> None:
    advisory = fresh_advisory(factories.drafted(cast.mel))
    refuses("an_approval_says_who_and_when", change(advisory, approved_by=cast.mia))
    own = change(advisory, approved_by=cast.mel, approved_at=clock.now())
    refuses("nobody_approves_their_own_words", own)


def test_only_what_is_public_is_withdrawn(cast: Cast) -> None:
    advisory = fresh_advisory(factories.drafted(cast.mel))
    refuses("only_what_is_public_is_withdrawn", change(advisory, withdrawn_at=clock.now()))


@pytest.mark.rule("CNA-4.2.6")
def test_a_cve_id_belongs_to_one_advisory_of_ours(cast: Cast) -> None:
    advisory = fresh_advisory(factories.drafted(cast.mel))
    other = fresh_advisory(factories.drafted(cast.mel, draft=replace(factories.DRAFT, cve_id="CVE-2099-2")))
    refuses("a_cve_id_belongs_to_one_advisory", change(other, cve_id=advisory.cve_id))


def test_credits_stand_in_an_order(cast: Cast) -> None:
    advisory = fresh_advisory(factories.drafted(cast.mel))
    refuses("credits_stand_in_an_order", Credit(advisory=advisory, position=0, name="x").save)


def test_rows_have_names_for_people(cast: Cast) -> None:
    report = factories.published(cast.mel, cast.mia)
    advisory = fresh_advisory(report)
    assert str(report) == report.reference
    assert str(advisory) == advisory.psf_id
    assert str(Advisory()) == "a draft"
    assert str(advisory.credits.all()[0]) == f"credit 0 of {advisory.pk}"
    assert str(Message(report=report, internal=False)) == f"message on {report.pk}"
    assert str(Message(report=report)) == f"note on {report.pk}"


# -- an advisory and its content ----------------------------------------------------------------------------------


def stored(content: AdvisoryContent) -> Advisory:
    return factories.imported(content)[0]


@pytest.mark.django_db
def test_an_advisory_keeps_all_of_its_content() -> None:
    moment = NOW.replace(microsecond=123_456)
    full = content(
        modified=moment,
        published=moment - timedelta(days=1),
        withdrawn=moment,
        aliases=("GHSA-aaaa-bbbb-cccc", "CVE-2024-10001", "CVE-2024-10002"),
        modules=("http.client",),
        credits=(CreditPart("A", CreditRole.TOOL, ("https://example.org/a",), {"x": 1}), CreditPart("B")),
        spelling={"modified": "2026-09-03T09:12:00.123456000Z"},
        extras={"related": ["CVE-2020-1"]},
    )
    assert stored(full).content() == full


@pytest.mark.django_db
def test_an_imported_record_may_leave_out_when_it_was_published() -> None:
    advisory = stored(content(published=None))
    assert advisory.published_at == advisory.modified_at
    assert advisory.content().published is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("severity", "score", "rating", "vector"),
    [
        ((), None, "", ""),
        ((SeverityEntry(SeverityType.UBUNTU, "low"),), None, "", ""),
        ((SeverityEntry(SeverityType.CVSS_V2, "AV:N/AC:L/Au:N/C:N/I:N/A:P"),), "5.0", "medium", ""),
        (
            (
                SeverityEntry(SeverityType.CVSS_V3, "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:H/A:N"),
                SeverityEntry(SeverityType.CVSS_V4, HIGH_VECTOR),
            ),
            "8.7",
            "high",
            HIGH_VECTOR,
        ),
        ((SeverityEntry(SeverityType.CVSS_V4, VECTOR),), "6.9", "medium", VECTOR),
    ],
)
def test_score_and_rating_come_from_the_newest_vector(
    severity: tuple[SeverityEntry, ...], score: str | None, rating: str, vector: str
) -> None:
    advisory = stored(content(severity=severity))
    base_score = None if advisory.base_score is None else str(advisory.base_score)
    assert (base_score, advisory.rating, advisory.vector) == (score, rating, vector)


@pytest.mark.django_db
def test_a_severity_of_what_is_affected_counts_for_the_score() -> None:
    inner = Affected(severity=(SeverityEntry(SeverityType.CVSS_V4, HIGH_VECTOR),))
    assert stored(content(severity=(), affected=(inner,))).rating == "high"


def test_the_coordinators_own_credit_leads_to_their_page(cast: Cast) -> None:
    report = factories.published(cast.mel, cast.mia)
    people = {credit.name: credit.person_id for credit in fresh_advisory(report).credits.all()}
    assert people == {"R. Reporter": None, "Mel Member": cast.mel.pk}
    assert draft_of(fresh(report)) is not None


# -- where an advisory stands ------------------------------------------------------------------------------


def test_the_phase_of_an_advisory_follows_from_its_facts(cast: Cast) -> None:
    withdrawn, public = imported(content(1, withdrawn=NOW), content(2))
    assert {
        "drafted": fresh_advisory(factories.in_state(cast, "drafted")).phase,
        "approved": fresh_advisory(factories.in_state(cast, "approved")).phase,
        "published": fresh_advisory(factories.in_state(cast, "published")).phase,
        "imported": public.phase,
        "withdrawn": withdrawn.phase,
    } == {
        "drafted": AdvisoryPhase.DRAFT,
        "approved": AdvisoryPhase.APPROVED,
        "published": AdvisoryPhase.PUBLISHED,
        "imported": AdvisoryPhase.PUBLISHED,
        "withdrawn": AdvisoryPhase.WITHDRAWN,
    }


def test_a_report_is_finished_at_the_moment_its_advisory_states(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    assert (report.published_at, report.finished_at) == (None, None)
    advisory = publication_workflow.publish(report, revision=1, by=act_as(cast.mel))
    assert advisory.published_at is not None
    assert fresh(report).published_at == fresh(report).finished_at == advisory.published_at
