"""Taking, handing over, determining and reopening; and that reading is recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Determination, ReportPhase
from audit import clock
from members.people.policy import ANONYMOUS
from tests.advisories import factories
from tests.advisories.factories import fresh, holder_of
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


@pytest.mark.rule("PEP811-47", "PSRT-28")
def test_a_coordinator_hands_over(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    with recorded() as events:
        reports_workflow.hand_over(report, cast.mia, by=act_as(cast.mel))
    assert fresh(report).coordinator == cast.mia
    assert [(event.kind, event.data) for event in events] == [
        ("report:handed_over", {"before": str(cast.mel.pk), "after": str(cast.mia.pk)})
    ]


def test_an_admin_hands_over_for_somebody(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    assert reports_workflow.hand_over(report, cast.ada, by=act_as(cast.ada)).coordinator == cast.ada


@pytest.mark.rule("PEP811-47", "PSRT-28")
@pytest.mark.parametrize("name", ["sam", "emil", "olga"])
def test_only_members_take_over(cast: Cast, name: str) -> None:
    report = factories.coordinated(cast.mel)
    with pytest.raises(Conflict, match="is not a member now"):
        reports_workflow.hand_over(report, getattr(cast, name), by=act_as(cast.mel))
    assert fresh(report).coordinator == cast.mel


def test_handing_over_to_oneself_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict, match="coordinates this report already"):
        reports_workflow.hand_over(factories.coordinated(cast.mel), cast.mel, by=act_as(cast.mel))


def test_another_member_does_not_hand_over(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        reports_workflow.hand_over(factories.coordinated(cast.mel), cast.mia, by=act_as(cast.mia))


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


# -- determining -----------------------------------------------------------------------------------


@pytest.mark.rule("PSRT-30")
@pytest.mark.parametrize("determination", Determination)
def test_a_report_is_determined(cast: Cast, determination: Determination) -> None:
    with recorded() as events:
        report = factories.determined(cast.mel, determination)
    assert (report.determination, report.determined_by_id) == (determination, cast.mel.pk)
    assert events[-1].kind == "report:determined"
    assert events[-1].data == {}


def test_a_report_is_determined_once(cast: Cast) -> None:
    report = factories.determined(cast.mel, Determination.INVALID)
    with pytest.raises(Conflict, match=r"determined already: invalid\."):
        reports_workflow.determine(report, Determination.VULNERABILITY, by=act_as(cast.mel))


@pytest.mark.rule("PSRT-30")
def test_another_member_does_not_determine(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    for stranger in (act_as(cast.mia), act_as(cast.sam), ANONYMOUS):
        with pytest.raises(NotAllowed):
            reports_workflow.determine(report, Determination.INVALID, by=stranger)


@pytest.mark.parametrize(
    ("determination", "extra", "sentence"),
    [
        (Determination.DUPLICATE, {}, "A duplicate, and only a duplicate"),
        (Determination.FORWARDED, {}, "A forwarded report, and only that"),
        (Determination.INVALID, {"forwarded_to": "somebody"}, "A forwarded report, and only that"),
    ],
)
def test_a_determination_comes_with_what_belongs_to_it(
    cast: Cast, determination: Determination, extra: dict[str, Any], sentence: str
) -> None:
    report = factories.coordinated(cast.mel)
    with pytest.raises(Conflict, match=sentence):
        reports_workflow.determine(report, determination, by=act_as(cast.mel), **extra)
    with pytest.raises(Conflict, match="A duplicate, and only"):
        reports_workflow.determine(
            report, Determination.INVALID, by=act_as(cast.mel), duplicate_of=factories.received()
        )
    assert fresh(report).phase is ReportPhase.TRIAGE


def test_a_duplicate_repeats_another_original(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    duplicate = factories.determined(cast.mel, Determination.DUPLICATE)
    with pytest.raises(Conflict, match="a duplicate of itself"):
        reports_workflow.determine(report, Determination.DUPLICATE, by=act_as(cast.mel), duplicate_of=report)
    with pytest.raises(Conflict, match=f"{duplicate.reference} is a duplicate itself"):
        reports_workflow.determine(report, Determination.DUPLICATE, by=act_as(cast.mel), duplicate_of=duplicate)


# -- reopening -------------------------------------------------------------------------------------


@pytest.mark.parametrize("determination", Determination)
def test_a_determination_is_taken_back(cast: Cast, determination: Determination) -> None:
    report = factories.determined(cast.mel, determination)
    with recorded() as events:
        reopened = reports_workflow.reopen(report, by=act_as(cast.mel))
    assert (reopened.phase, reopened.duplicate_of_id, reopened.forwarded_to) == (ReportPhase.TRIAGE, None, "")
    assert kinds(events) == ["report:reopened"]


def test_a_published_report_is_not_reopened(cast: Cast) -> None:
    report = factories.published(cast.mel, cast.mia)
    with pytest.raises(Conflict, match="cannot be taken back"):
        reports_workflow.reopen(report, by=act_as(cast.mel))


def test_a_reporter_reopens_nothing(cast: Cast) -> None:
    report = factories.determined(cast.mel, Determination.INVALID)
    with pytest.raises(NotAllowed):
        reports_workflow.reopen(report, by=holder_of(report))  # type: ignore[arg-type]
