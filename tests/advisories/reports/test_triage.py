"""Taking a report, the embargo, and that reading is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import ReportPhase
from audit import clock
from members.people.policy import ANONYMOUS
from tests.advisories import factories
from tests.advisories.factories import fresh
from tests.cast import Cast, act_as
from tests.events import kinds, recorded
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.django_db


# -- reading ---------------------------------------------------------------------------------------


def test_reading_is_recorded_once_per_person_report_and_day(cast: Cast) -> None:
    report, other = factories.received(), factories.received()
    noon = clock.now().replace(hour=12)
    with recorded() as events, clock.pretend(noon):
        for _ in range(2):
            reports_workflow.note_reading(report, by=act_as(cast.mel))
            reports_workflow.note_reading(other, by=act_as(cast.mel))
            reports_workflow.note_reading(report, by=act_as(cast.mia))
        with clock.pretend(noon + timedelta(hours=12)):
            reports_workflow.note_reading(report, by=act_as(cast.mel))
    assert kinds(events) == ["report:read"] * 4
    assert {event.actor for event in events} == {f"people.person:{cast.mel.pk}", f"people.person:{cast.mia.pk}"}


def test_nobody_reads_what_they_may_not_see(cast: Cast) -> None:
    report = factories.received()
    for stranger in (ANONYMOUS, act_as(cast.sam), act_as(cast.emil)):
        with pytest.raises(NotAllowed):
            reports_workflow.note_reading(report, by=stranger)


def test_a_look_gives_the_one_before_and_is_ones_own(cast: Cast) -> None:
    report = factories.received()
    first, second = clock.now(), clock.now() + timedelta(hours=1)
    with recorded() as events:
        assert reports_workflow.look(report, by=act_as(cast.mel), at=first) is None
        assert reports_workflow.look(report, by=act_as(cast.mel), at=second) == first
        assert reports_workflow.look(report, by=act_as(cast.mia), at=second) is None
        assert reports_workflow.look(report, by=act_as(cast.mel), at=second) == second
    assert events == []


# -- coordinating ----------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-12", "PSRT-29")
def test_a_member_takes_a_report(cast: Cast) -> None:
    with recorded() as events:
        report = factories.coordinated(cast.mel)
    assert (report.coordinator, report.phase) == (cast.mel, ReportPhase.TRIAGE)
    assert kinds(events) == ["report:received", "report:coordinated"]


def test_a_report_is_taken_once(cast: Cast) -> None:
    report = factories.received()
    reports_workflow.coordinate(report, by=act_as(cast.mel))
    with recorded() as events, pytest.raises(Conflict, match="Mel Member coordinates this report already"):
        reports_workflow.coordinate(report, by=act_as(cast.mia))
    assert (events, fresh(report).coordinator) == ([], cast.mel)


def test_nobody_outside_the_team_takes_a_report(cast: Cast) -> None:
    report = factories.received()
    for stranger in (ANONYMOUS, act_as(cast.sam), act_as(cast.emil), act_as(cast.olga)):
        with pytest.raises(NotAllowed):
            reports_workflow.coordinate(report, by=stranger)
    assert fresh(report).coordinator is None


# -- the embargo -----------------------------------------------------------------------------------


def test_an_embargo_is_set_and_taken_back(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    until = clock.now() + timedelta(days=30)
    with recorded() as events:
        reports_workflow.set_embargo(report, until, by=act_as(cast.mel))
        assert fresh(report).embargo_until == until
        reports_workflow.set_embargo(report, None, by=act_as(cast.mel))
    assert fresh(report).embargo_until is None
    assert [(event.kind, event.data) for event in events] == [("report:embargo_set", {})] * 2


def test_an_embargo_ends_in_the_future(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    with pytest.raises(Conflict, match="ends in the future"):
        reports_workflow.set_embargo(report, clock.now() - timedelta(seconds=1), by=act_as(cast.mel))


def test_another_member_sets_no_embargo(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        reports_workflow.set_embargo(factories.coordinated(cast.mel), None, by=act_as(cast.mia))
