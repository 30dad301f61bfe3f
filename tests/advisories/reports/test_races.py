"""Two at once: the second waits for the first, and then sees what it did."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Determination
from advisories.reports.models import UNDO, Facts, Report
from audit import clock
from audit.models import Event
from tests.advisories import factories
from tests.advisories.factories import SUBMISSION, fresh
from tests.cast import Cast, act_as
from tests.races import race
from web.conflicts import Conflict

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_form_sent_twice_at_once_is_one_report(db: None) -> None:
    def send() -> Report:
        return reports_workflow.hand_in(SUBMISSION, once="mark")

    first, second = race(send, send)
    assert first == second
    assert Report.objects.system("a test").count() == 1
    assert Event.objects.filter(kind="report:received").count() == 1


def test_two_readings_at_once_are_recorded_once(cast: Cast) -> None:
    report, actor = factories.received(), act_as(cast.mel)
    first, second = race(
        lambda: reports_workflow.note_reading(report, by=actor), lambda: reports_workflow.note_reading(report, by=actor)
    )
    assert (first.kind, second) == ("report:read", None)


def test_two_members_do_not_both_take_a_report(cast: Cast) -> None:
    report = factories.received()
    _, second = race(
        lambda: reports_workflow.coordinate(report, by=act_as(cast.mel)),
        lambda: reports_workflow.coordinate(report, by=act_as(cast.mia)),
    )
    assert isinstance(second, Conflict)
    assert fresh(report).coordinator == cast.mel


def test_a_note_sent_twice_at_once_is_one(cast: Cast) -> None:
    report, actor = factories.received(), act_as(cast.mel)

    def send() -> Any:
        return reports_workflow.write_note(report, "words", by=actor, once="mark")

    first, second = race(send, send)
    assert first == second
    assert Event.objects.filter(kind="note:written").count() == 1


def test_two_reports_do_not_become_duplicates_of_each_other(cast: Cast) -> None:
    """Both want both rows: the one that waits sees what the other did, and no chain or circle is left."""
    one, other = (factories.coordinated(cast.mel) for _ in range(2))

    def repeat(report: Report, original: Report) -> Report:
        return reports_workflow.determine(report, Determination.DUPLICATE, by=act_as(cast.mel), duplicate_of=original)

    _, second = race(lambda: repeat(one, other), lambda: repeat(other, one))
    assert isinstance(second, Conflict)
    assert (fresh(one).duplicate_of_id, fresh(other).duplicate_of_id) == (other.pk, None)


def test_a_duplicate_named_while_its_original_becomes_one_follows(cast: Cast) -> None:
    last, original, report = (factories.coordinated(cast.mel) for _ in range(3))

    def repeat(report: Report, original: Report) -> Report:
        return reports_workflow.determine(report, Determination.DUPLICATE, by=act_as(cast.mel), duplicate_of=original)

    race(lambda: repeat(original, last), lambda: repeat(report, original))
    assert [fresh(one).duplicate_of_id for one in (original, report)] == [last.pk, last.pk]


def test_two_corrections_at_once_are_one_and_a_refusal(cast: Cast) -> None:
    report = factories.received()

    def correct(platform: str) -> Report:
        facts = replace(Facts.of(report), platform=platform)
        return reports_workflow.correct(report, facts, revision=1, by=act_as(cast.mel))

    _, second = race(lambda: correct("Linux"), lambda: correct("Windows"))
    assert isinstance(second, reports_workflow.StaleFacts)
    assert fresh(report).platform == "Linux"


def test_two_sweeps_at_once_tell_the_reporter_once(cast: Cast) -> None:
    with clock.pretend(clock.now() - UNDO):
        report = factories.determined(cast.mel, Determination.INVALID)
    race(lambda: reports_workflow.tell_outcome(report), lambda: reports_workflow.tell_outcome(report))
    assert Event.objects.filter(kind="report:outcome_told").count() == 1


def test_an_offer_is_accepted_or_taken_back(cast: Cast) -> None:
    report = factories.offered(cast.mel, cast.mia)
    _, second = race(
        lambda: reports_workflow.accept_offer(report, by=act_as(cast.mia)),
        lambda: reports_workflow.take_offer_back(report, by=act_as(cast.ada)),
    )
    assert isinstance(second, Conflict)
    assert (fresh(report).coordinator, fresh(report).offered_to) == (cast.mia, None)
