"""Facts of reports and advisories that hold for every row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from advisories.reports.enums import Determination, ReportPhase
from advisories.reports.models import PHASE_IN_SQL, Message, Report
from audit import clock
from tests.advisories import factories
from tests.advisories.constraints import change, refuses
from tests.cast import Cast

NOW = datetime(2026, 9, 3, 9, 12, tzinfo=UTC)


#: Determinations after which a report stays open.
OPEN_KINDS = (Determination.VULNERABILITY, Determination.FORWARDED)


# -- constraints, each named as the sentence it holds ----------------------------------------------------


def test_a_coordinated_report_says_since_when(cast: Cast) -> None:
    refuses("a_coordinated_report_says_since_when", change(factories.received(), coordinator=cast.mel))


def test_a_determination_says_who_and_when(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    refuses(
        "a_determination_says_who_and_when", change(report, determination=Determination.INVALID, undo_until=clock.now())
    )
    refuses("a_determination_says_who_and_when", change(report, determined_at=clock.now()))


@pytest.mark.rule("ISO30111-03")
def test_a_duplicate_names_its_original(cast: Cast) -> None:
    report = factories.determined(cast.mel, Determination.INVALID)
    refuses("a_duplicate_names_its_original", change(report, determination=Determination.DUPLICATE))
    refuses("a_duplicate_names_its_original", change(report, duplicate_of=factories.received()))


def test_no_report_is_its_own_duplicate(cast: Cast) -> None:
    report = factories.determined(cast.mel, Determination.DUPLICATE)
    refuses("no_report_is_its_own_duplicate", change(report, duplicate_of=report))


@pytest.mark.rule("CNA-4.3.1")
def test_a_forwarded_report_says_where_to(cast: Cast) -> None:
    report = factories.determined(cast.mel, Determination.INVALID)
    refuses("a_forwarded_report_says_where_to", change(report, determination=Determination.FORWARDED))
    refuses("a_forwarded_report_says_where_to", change(report, forwarded_to="somebody"))


def test_only_what_was_forwarded_has_an_outcome_and_its_day(cast: Cast) -> None:
    name = "only_what_was_forwarded_has_an_outcome_and_its_day"
    closed, forwarded = factories.determined(cast.mel, Determination.INVALID), factories.forwarded(cast.mel)
    refuses(name, change(forwarded, forward_outcome="silent"))
    refuses(name, change(forwarded, forward_ended_at=clock.now()))
    refuses(name, change(closed, forward_outcome="silent", forward_ended_at=clock.now()))


@pytest.mark.rule("PSRT-18", "PSRT-35")
def test_what_goes_on_in_public_names_its_issue(cast: Cast) -> None:
    name = "what_goes_on_in_public_names_its_issue"
    bug, invalid = (
        factories.determined(cast.mel, kind) for kind in (Determination.ORDINARY_BUG, Determination.INVALID)
    )
    refuses(name, change(bug, public_issue=""))
    refuses(name, change(invalid, public_issue="https://example.org/1"))


def test_a_determination_can_be_undone_until_a_moment(cast: Cast) -> None:
    name = "a_determination_can_be_undone_until_a_moment"
    refuses(name, change(factories.determined(cast.mel, Determination.INVALID), undo_until=None))
    refuses(name, change(factories.received(), told_at=clock.now()))


def test_an_offer_says_whose_and_when(cast: Cast) -> None:
    refuses("an_offer_says_whose_and_when", change(factories.coordinated(cast.mel), offered_to=cast.mia))


def test_only_a_duplicate_is_released(cast: Cast) -> None:
    refuses("only_a_duplicate_is_released", change(factories.received(), released_at=clock.now()))


def test_a_note_for_the_team_waits_for_nothing(cast: Cast) -> None:
    message = Message(
        report=factories.received(), author=cast.mel, internal=True, is_held=True, body="x", sent_at=clock.now(),
        fingerprint="f",
    )  # fmt: skip
    refuses("a_note_for_the_team_waits_for_nothing", message.save)


def test_a_reference_and_a_submission_belong_to_one_report(cast: Cast) -> None:
    first, second = factories.received(), factories.received()
    refuses("reference", change(second, reference=first.reference))
    refuses("fingerprint", change(second, fingerprint=first.fingerprint))


def test_a_reporter_writes_no_internal_notes(cast: Cast) -> None:
    report = factories.received()
    note = Message(report=report, author=None, internal=True, body="x", sent_at=clock.now(), fingerprint="f")
    refuses("a_reporter_writes_no_internal_notes", note.save)


# -- phases and the 90 days ------------------------------------------------------------------------------


def test_only_a_vulnerability_is_published(cast: Cast) -> None:
    for report in (factories.coordinated(cast.mel), factories.determined(cast.mel, Determination.INVALID)):
        refuses("only_a_vulnerability_is_published", change(report, published_at=clock.now()))


def test_the_phase_follows_from_the_facts(cast: Cast) -> None:
    assert {state: report.phase for state, report in factories.every_state(cast).items()} == {
        "received": ReportPhase.RECEIVED,
        "triage": ReportPhase.TRIAGE,
        "offered": ReportPhase.TRIAGE,
        "vulnerability": ReportPhase.REMEDIATION,
        "drafted": ReportPhase.REMEDIATION,
        "approved": ReportPhase.REMEDIATION,
        "published": ReportPhase.PUBLISHED,
        "forwarded": ReportPhase.FORWARDED,
        "undoable": ReportPhase.CLOSED,
        "closed": ReportPhase.CLOSED,
    }


@pytest.mark.rule("PSRT-34", "ISO30111-05")
@pytest.mark.parametrize("determination", [kind for kind in Determination if kind not in OPEN_KINDS])
def test_most_determinations_close_a_report(cast: Cast, determination: Determination) -> None:
    report = factories.determined(cast.mel, determination)
    assert (report.phase, report.finished_at) == (ReportPhase.CLOSED, report.determined_at)


def test_the_phase_in_sql_is_the_phase_of_the_model(cast: Cast) -> None:
    factories.every_state(cast)
    for determination in Determination:
        factories.determined(cast.mel, determination)
    reports = Report.objects.system("a test").annotate(phase_in_sql=PHASE_IN_SQL)
    phases = [(report.phase, ReportPhase(vars(report)["phase_in_sql"])) for report in reports]
    assert {phase for phase, _ in phases} == set(ReportPhase)
    assert [in_sql for _, in_sql in phases] == [phase for phase, _ in phases]


@pytest.mark.rule("PEP811-39")
def test_open_and_finished_reports_are_all_of_them(cast: Cast) -> None:
    reports = factories.every_state(cast)
    every = Report.objects.system("a test")
    finished = {reports["published"], reports["undoable"], reports["closed"]}
    assert set(every.finished()) == finished
    assert set(every.open()) == set(reports.values()) - finished


@pytest.mark.rule("PEP811-12")
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


@pytest.mark.rule("ISO29147-03")
def test_references_are_random_and_hard_to_misread() -> None:
    references = {Report().reference for _ in range(500)}
    assert len(references) == 500
    assert {len(reference) for reference in references} == {8}
    assert not set("01ILOU") & set("".join(reference.removeprefix("R-") for reference in references))
