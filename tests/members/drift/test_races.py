"""A check beside a change that another worker is making, with real transactions."""

from __future__ import annotations

import pytest

from members.boarding import workflow as boarding_workflow
from members.boarding.models import Checklist
from members.drift import workflow as drift_workflow
from members.drift.models import Change, DriftCheck, Finding
from tests.cast import act_as
from tests.members.drift import services as three
from tests.members.drift.services import Services, check_now, services
from tests.races import race

__all__ = ["services"]

pytestmark = pytest.mark.django_db(transaction=True)


def ordered(services: Services) -> tuple[Change, Checklist]:
    """Order that somebody who has left is taken out of the chat; return that and their checklist."""
    team = three.make_team(three.NAMES[:12])
    three.enrol(services, team)
    leaving = boarding_workflow.offboard(team[9], authority="their mail", reason="", by=act_as(team[0]))
    check = check_now()
    [wanted] = Finding.objects.filter(reading__check_run=check, reading__channel__kind="discord")
    [change] = drift_workflow.confirm_apply(check, [wanted.pk], by=act_as(team[0]))
    return change, leaving


@pytest.mark.parametrize("asked_first", [False, True])
def test_the_step_of_a_change_is_ticked_when_a_check_runs_beside_it(services: Services, asked_first: bool) -> None:
    change, leaving = ordered(services)
    asked = drift_workflow.request_check(by=None) if asked_first else None

    def check() -> DriftCheck:
        beside = asked or drift_workflow.request_check(by=None)
        drift_workflow.run_check(beside.pk)
        return beside

    race(lambda: drift_workflow.make_change(change.pk), check)
    after = drift_workflow.follow_up()
    assert (after is not None) == asked_first
    if after:
        drift_workflow.run_check(after.pk)
    assert leaving.steps.get(channel__kind="discord").done_at is not None


def test_of_two_workers_one_asks_for_the_check_after_a_change(services: Services) -> None:
    change, _leaving = ordered(services)
    drift_workflow.make_change(change.pk)
    asked, other = race(drift_workflow.follow_up, drift_workflow.follow_up)
    assert ([asked], other) == (list(DriftCheck.objects.waiting()), None)
