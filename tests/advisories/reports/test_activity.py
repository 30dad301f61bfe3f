"""Activity on reports within a span, to the second, for the inactivity review."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from advisories.publication import workflow as publication_workflow
from advisories.publication.events import AdvisoryEvent
from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Determination
from advisories.reports.events import ReportEvent
from advisories.reports.models import Report
from advisories.reports.queries import ACTIVITY, last_days
from advisories.reports.registry import remediation
from audit import clock
from members.people.models import Person
from members.people.registry import last_activity_of
from tests.advisories import factories as reports
from tests.cast import Cast, act_as

DAY = timedelta(days=1)
SINCE = datetime(2026, 1, 1, 12, tzinfo=UTC)
UNTIL = datetime(2026, 3, 1, 12, tzinfo=UTC)
INSIDE = datetime(2026, 2, 10, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def active(cast: Cast, since: datetime = SINCE, until: datetime = UNTIL) -> dict[str, date]:
    """By first names, of everybody there is."""
    days = last_days(Person.objects.values_list("pk", flat=True), since, until)
    names = dict(Person.objects.values_list("pk", "name"))
    return {names[pk].split()[0]: day for pk, day in days.items()}


def old_report(coordinator: Person | None = None, at: datetime = SINCE - 100 * DAY) -> Report:
    """One that was received, and perhaps taken, long before the span."""
    with clock.pretend(at):
        return reports.coordinated(coordinator) if coordinator else reports.received()


# -- what counts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comment", "day"),
    [
        (lambda report, by: reports_workflow.write_note(report, "Seen.", by=by), INSIDE.date()),
        (lambda report, by: reports_workflow.write_message(report, "Thank you.", by=by), INSIDE.date()),
        (lambda report, by: reports_workflow.coordinate(report, by=by), UNTIL.date()),  # and it is theirs from then on
    ],
    ids=["note", "message", "take"],
)
def test_commenting_counts_on_its_day_and_taking_from_it(cast: Cast, comment: Callable[..., object], day: date) -> None:
    report = old_report()
    with clock.pretend(INSIDE):
        comment(report, by=act_as(cast.mel))
    assert active(cast) == {"Mel": day}


def test_the_last_of_several_comments_counts(cast: Cast) -> None:
    report = old_report()
    for after in (0, 3, 1):
        with clock.pretend(INSIDE + after * DAY):
            reports_workflow.write_note(report, f"Seen {after}.", by=act_as(cast.mel))
    assert active(cast) == {"Mel": (INSIDE + 3 * DAY).date()}


def test_working_on_an_advisory_counts_for_writer_reader_and_publisher(cast: Cast) -> None:
    """Mel coordinates all the time; Mia only approves; Ada, an admin, only publishes."""
    with clock.pretend(SINCE - 20 * DAY):
        report = reports.drafted(cast.mel)
    with clock.pretend(INSIDE):
        publication_workflow.approve(report, revision=1, by=act_as(cast.mia))
    with clock.pretend(INSIDE + DAY):
        publication_workflow.publish(report, revision=1, by=act_as(cast.ada))
    assert active(cast) == {
        "Mia": INSIDE.date(),
        "Ada": (INSIDE + DAY).date(),
        "Mel": (INSIDE + DAY).date(),  # coordinator until it was published
    }


def test_an_admin_who_determines_reopens_and_sets_an_embargo_is_active(cast: Cast) -> None:
    report = old_report(cast.mel)
    ada = act_as(cast.ada)
    actions: list[Callable[[], object]] = [
        lambda: reports_workflow.set_embargo(report, INSIDE + 50 * DAY, by=ada),
        lambda: reports_workflow.determine(report, Determination.NOT_A_BUG, by=ada),
        lambda: reports_workflow.reopen(report, "Again.", by=ada),
    ]
    for after, action in enumerate(actions):
        moment = INSIDE + after * DAY
        with clock.pretend(moment):
            action()
        assert active(cast, until=moment + SECOND)["Ada"] == moment.date()


def test_coordinating_an_open_report_counts_every_day_without_any_event(cast: Cast) -> None:
    old_report(cast.mel)
    assert active(cast) == {"Mel": UNTIL.date()}
    assert active(cast, until=datetime(2026, 3, 1, tzinfo=UTC)) == {"Mel": date(2026, 2, 28)}


def test_coordinating_ends_with_the_report(cast: Cast) -> None:
    report = old_report(cast.mel)
    with clock.pretend(INSIDE):
        reports_workflow.determine(report, Determination.NOT_A_BUG, by=act_as(cast.mel))
    assert active(cast) == {"Mel": INSIDE.date()}
    assert active(cast, since=INSIDE + SECOND) == {}
    assert active(cast, until=INSIDE - DAY) == {"Mel": (INSIDE - DAY).date()}


def test_handing_over_counts_for_both_and_before_it_for_the_first(cast: Cast) -> None:
    """Ada, an admin, hands Mel's report to Mia."""
    report = old_report(cast.mel)
    with clock.pretend(INSIDE):
        reports.handed_over(report, cast.mia, cast.ada)
    assert active(cast) == {"Mel": INSIDE.date(), "Ada": INSIDE.date(), "Mia": UNTIL.date()}
    assert active(cast, until=INSIDE) == {"Mel": INSIDE.date()}
    assert active(cast, since=INSIDE + SECOND) == {"Mia": UNTIL.date()}
    with clock.pretend(UNTIL + DAY):
        reports.handed_over(report, cast.rita, cast.mia)
    assert active(cast, since=INSIDE + SECOND) == {"Mia": UNTIL.date()}


def test_being_handed_a_report_counts_even_if_it_was_handed_on(cast: Cast) -> None:
    report = old_report(cast.mel)
    for after, giver, taker in ((0, cast.mel, cast.mia), (1, cast.mia, cast.rita)):
        with clock.pretend(INSIDE + after * DAY):
            reports.handed_over(report, taker, giver)
    assert active(cast) == {"Mel": INSIDE.date(), "Mia": (INSIDE + DAY).date(), "Rita": UNTIL.date()}


# -- what does not -----------------------------------------------------------------------------------------


def test_reading_and_what_the_reporter_writes_do_not_count(cast: Cast) -> None:
    report = old_report()
    with clock.pretend(INSIDE):
        reports_workflow.note_reading(report, by=act_as(cast.mel))
        reports_workflow.reply(report, "Here is more.", by=reports.holder_of(report))
    assert active(cast) == {}


def test_every_kind_of_event_counts_as_activity_or_is_excluded() -> None:
    comments = {ReportEvent.MESSAGE_SENT, ReportEvent.NOTE_WRITTEN}  # counted by their rows
    nobody = {
        ReportEvent.REPORT_RECEIVED, ReportEvent.REPORTER_WROTE, ReportEvent.OFFER_ENDED, ReportEvent.OUTCOME_TOLD,
        ReportEvent.RELEASED,
    }  # fmt: skip
    nothing = {
        ReportEvent.REPORT_READ, ReportEvent.HANDOVER_DECLINED, ReportEvent.OFFER_TAKEN_BACK, ReportEvent.UNDONE,
        ReportEvent.MESSAGE_EDITED, AdvisoryEvent.IMPORTED,
    }  # fmt: skip
    assert ACTIVITY | remediation().activity | comments | nobody | nothing == {*ReportEvent, *AdvisoryEvent}
    assert not (ACTIVITY | remediation().activity) & (comments | nobody | nothing)


def test_the_span_begins_with_its_first_second_and_ends_before_its_last(cast: Cast) -> None:
    report = old_report()
    for person, moment in (
        (cast.mel, SINCE - SECOND),
        (cast.mia, SINCE),
        (cast.rita, UNTIL - SECOND),
        (cast.sara, UNTIL),
    ):
        with clock.pretend(moment):
            reports_workflow.write_note(report, f"Seen by {person.name}.", by=act_as(person))
    assert active(cast) == {"Mia": SINCE.date(), "Rita": UNTIL.date()}


def test_taking_a_report_after_the_span_does_not_count(cast: Cast) -> None:
    report = old_report()
    with clock.pretend(UNTIL):
        reports_workflow.coordinate(report, by=act_as(cast.mel))
    assert active(cast) == {}


def test_the_day_is_one_in_utc(cast: Cast) -> None:
    report = old_report()
    evening = datetime(2026, 2, 10, 23, 30, tzinfo=UTC).astimezone()
    with clock.pretend(evening):
        reports_workflow.write_note(report, "Late.", by=act_as(cast.mel))
    assert active(cast) == {"Mel": date(2026, 2, 10)}


# -- asking -------------------------------------------------------------------------------------------------


def test_only_those_who_are_asked_about_are_answered(cast: Cast) -> None:
    old_report(cast.mel)
    report = old_report(cast.mia)
    with clock.pretend(INSIDE):
        reports.handed_over(report, cast.rita, cast.mia)
    assert last_days([cast.rita.pk], SINCE, UNTIL) == {cast.rita.pk: UNTIL.date()}
    assert last_days([], SINCE, UNTIL) == {}


@pytest.mark.parametrize("count", [1, 8])
def test_the_answer_costs_four_queries_whatever_there_is(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        report = old_report(cast.mel)
        reports_workflow.write_note(report, "Seen.", by=act_as(cast.mia))
        reports.handed_over(report, cast.rita, cast.mel)
    people = [person.pk for person in cast.members]
    now = clock.now()
    with django_assert_num_queries(4):
        last_days(people, SINCE, now)


def test_activity_is_answered_through_the_registry_of_people(cast: Cast) -> None:
    old_report(cast.mel)
    assert last_activity_of([cast.mel.pk, cast.mia.pk], SINCE, UNTIL) == {cast.mel.pk: UNTIL.date()}
