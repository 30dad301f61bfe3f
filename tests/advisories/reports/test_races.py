"""Two at once: the second waits for the first, and then sees what it did."""

from __future__ import annotations

from typing import Any

import pytest

from advisories.reports import workflow as reports_workflow
from advisories.reports.models import Report
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
