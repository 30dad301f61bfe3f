"""Facts of reports and advisories that hold for every row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from advisories.publication.models import Advisory, Credit
from advisories.records.content import AdvisoryContent
from advisories.records.parts import Affected, SeverityEntry
from advisories.records.parts import Credit as CreditPart
from advisories.records.vocabulary import CreditRole, SeverityType
from advisories.reports.models import Determination, Message, Phase, Report
from audit import clock
from tests.advisories import factories
from tests.advisories.factories import HIGH_VECTOR, VECTOR, content, fresh, fresh_advisory
from tests.cast import Cast

NOW = datetime(2026, 9, 3, 9, 12, tzinfo=UTC)


def refuses(constraint: str, act: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        act()


def change(row: Any, **values: Any) -> Callable[[], Any]:
    return lambda: type(row).objects.system("a test writes past the verbs").filter(pk=row.pk).update(**values)


# -- constraints, each named as the sentence it holds ----------------------------------------------------


def test_a_coordinated_report_says_since_when(cast: Cast) -> None:
    refuses("a_coordinated_report_says_since_when", change(factories.received(), coordinator=cast.mel))


def test_a_determination_says_who_and_when(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    refuses("a_determination_says_who_and_when", change(report, determination=Determination.INVALID))
    refuses("a_determination_says_who_and_when", change(report, determined_at=clock.now()))


def test_a_duplicate_names_its_original(cast: Cast) -> None:
    report = factories.determined(cast.mel, Determination.INVALID)
    refuses("a_duplicate_names_its_original", change(report, determination=Determination.DUPLICATE))
    refuses("a_duplicate_names_its_original", change(report, duplicate_of=factories.received()))


def test_no_report_is_its_own_duplicate(cast: Cast) -> None:
    report = factories.determined(cast.mel, Determination.DUPLICATE)
    refuses("no_report_is_its_own_duplicate", change(report, duplicate_of=report))


def test_a_forwarded_report_says_where_to(cast: Cast) -> None:
    report = factories.determined(cast.mel, Determination.INVALID)
    refuses("a_forwarded_report_says_where_to", change(report, determination=Determination.FORWARDED))
    refuses("a_forwarded_report_says_where_to", change(report, forwarded_to="somebody"))


def test_a_reference_and_a_submission_belong_to_one_report(cast: Cast) -> None:
    one, other = factories.received(), factories.received()
    refuses("reference", change(other, reference=one.reference))
    refuses("fingerprint", change(other, fingerprint=one.fingerprint))


def test_a_reporter_writes_no_internal_notes(cast: Cast) -> None:
    report = factories.received()
    note = Message(report=report, author=None, internal=True, body="x", sent_at=clock.now(), fingerprint="f")
    refuses("a_reporter_writes_no_internal_notes", note.save)


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


def test_a_cve_id_belongs_to_one_advisory_of_ours(cast: Cast) -> None:
    advisory = fresh_advisory(factories.drafted(cast.mel))
    other = fresh_advisory(factories.drafted(cast.mel, draft=replace(factories.DRAFT, cve_id="CVE-2099-2")))
    refuses("a_cve_id_belongs_to_one_advisory", change(other, cve_id=advisory.cve_id))


def test_credits_stand_in_an_order(cast: Cast) -> None:
    advisory = fresh_advisory(factories.drafted(cast.mel))
    refuses("credits_stand_in_an_order", Credit(advisory=advisory, position=0, name="x").save)


# -- phases and the 90 days ------------------------------------------------------------------------------


def test_the_phase_follows_from_the_facts(cast: Cast) -> None:
    assert {state: report.phase for state, report in factories.every_state(cast).items()} == {
        "received": Phase.RECEIVED,
        "triage": Phase.TRIAGE,
        "vulnerability": Phase.REMEDIATION,
        "drafted": Phase.REMEDIATION,
        "approved": Phase.REMEDIATION,
        "published": Phase.PUBLISHED,
        "closed": Phase.CLOSED,
    }


@pytest.mark.parametrize("determination", [kind for kind in Determination if kind is not Determination.VULNERABILITY])
def test_everything_but_a_vulnerability_closes_a_report(cast: Cast, determination: Determination) -> None:
    report = factories.determined(cast.mel, determination)
    assert (report.phase, report.finished_at) == (Phase.CLOSED, report.determined_at)


def test_open_and_finished_reports_are_all_of_them(cast: Cast) -> None:
    reports = factories.every_state(cast)
    every = Report.objects.system("a test")
    finished = {reports["published"], reports["closed"]}
    assert set(every.finished()) == finished
    assert set(every.open()) == set(reports.values()) - finished


@pytest.mark.parametrize(
    ("age", "day", "left", "is_urgent"),
    [
        (timedelta(0), 1, 90, False),
        (timedelta(hours=23, minutes=59), 1, 90, False),
        (timedelta(days=1), 2, 89, False),
        (timedelta(days=74, hours=23), 75, 16, False),
        (timedelta(days=75), 76, 15, True),
        (timedelta(days=89, hours=23), 90, 1, True),
        (timedelta(days=90), 91, 0, True),
        (timedelta(days=120), 121, -30, True),
    ],
)
def test_the_clock_of_90_days(age: timedelta, day: int, left: int, is_urgent: bool) -> None:
    report = Report(received_at=NOW - age)
    assert (report.day(NOW), report.days_left(NOW), report.is_urgent(NOW)) == (day, left, is_urgent)
    assert report.deadline == NOW - age + timedelta(days=90)


def test_the_clock_stands_still_when_a_report_is_finished(cast: Cast) -> None:
    with clock.pretend(NOW):
        report = factories.determined(cast.mel, Determination.INVALID, days_ago=10)
    assert report.day(NOW + timedelta(days=300)) == 11
    assert not report.is_urgent(NOW + timedelta(days=300))


@pytest.mark.parametrize(("age", "is_idle"), [(timedelta(days=2, hours=23), False), (timedelta(days=3), True)])
def test_a_report_is_idle_after_three_days_without_a_coordinator(age: timedelta, is_idle: bool, cast: Cast) -> None:
    report = Report(received_at=NOW - age)
    assert report.is_idle(NOW) is is_idle
    report.coordinator = cast.mel
    assert not report.is_idle(NOW)


# -- ids ------------------------------------------------------------------------------------------------------


def test_references_are_random_and_hard_to_misread() -> None:
    references = {Report().reference for _ in range(500)}
    assert len(references) == 500
    assert {len(reference) for reference in references} == {8}
    assert not set("01ILOU") & set("".join(reference.removeprefix("R-") for reference in references))


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


def stored(one: AdvisoryContent) -> Advisory:
    return factories.imported(one)[0]


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
    found = None if advisory.base_score is None else str(advisory.base_score)
    assert (found, advisory.rating, advisory.vector) == (score, rating, vector)


@pytest.mark.django_db
def test_a_severity_of_what_is_affected_counts_for_the_score() -> None:
    inner = Affected(severity=(SeverityEntry(SeverityType.CVSS_V4, HIGH_VECTOR),))
    assert stored(content(severity=(), affected=(inner,))).rating == "high"


def test_the_coordinators_own_credit_leads_to_their_page(cast: Cast) -> None:
    report = factories.published(cast.mel, cast.mia)
    people = {credit.name: credit.person_id for credit in fresh_advisory(report).credits.all()}
    assert people == {"R. Reporter": None, "Mel Member": cast.mel.pk}
    assert fresh(report).draft is not None
