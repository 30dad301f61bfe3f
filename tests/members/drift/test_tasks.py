"""The tasks of drift: the nightly check, the sweep, and hints."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from audit import clock
from members.drift import tasks, workflow
from members.drift.models import Change, DriftCheck
from members.drift.queries import plans
from members.people.models import Person
from tests.cast import Browse, act_as
from tests.members.drift import services as three
from tests.members.drift.browsing import DRIFT, boxes
from tests.members.drift.services import Services, check_now, services
from tests.notifications.test_tasks import hints
from tests.workers import empty_broker

__all__ = ["services"]


@pytest.fixture
def disturbed(db: None, services: Services) -> list[Person]:
    """Twelve people and the six differences of the issue; the first two are the admins."""
    people = three.make_team(three.NAMES[:12])
    three.enrol(services, people)
    three.disturb(services, people)
    return people


@pytest.fixture
def admin(disturbed: list[Person], browse: Browse) -> Client:
    return browse(disturbed[0])


def test_a_worker_is_hinted_at_what_was_asked_for(
    admin: Client, disturbed: list[Person], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    empty_broker()
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(DRIFT + "check/")
    check = DriftCheck.objects.get()
    tasks.run_drift_check(str(check.pk))
    address = check.get_absolute_url() + "apply/"
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(address, {**boxes(admin, address), "confirmed": "yes"})
    ours = [hint for hint in hints() if hint[0].startswith("members.")]
    assert ours == [
        ("members.drift.tasks.run_drift_check", [str(check.pk)]),
        *(("members.drift.tasks.make_drift_change", [str(change.pk)]) for change in Change.objects.all()),
    ]


def test_the_night_asks_for_one_check_and_the_sweep_runs_it(disturbed: list[Person]) -> None:
    tasks.request_drift_check()
    tasks.request_drift_check()
    assert DriftCheck.objects.count() == 1
    tasks.work_on_drift()
    assert three.found(DriftCheck.objects.get()) != set()


def test_the_sweep_stops_when_it_has_worked_long_enough(
    disturbed: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.request_drift_check()
    monkeypatch.setattr(tasks, "_ENOUGH_SECONDS", -1.0)
    tasks.work_on_drift()
    assert DriftCheck.objects.waiting().count() == 1


def test_one_change_that_breaks_holds_up_no_other(
    disturbed: list[Person], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    check = check_now()
    wanted = [one.finding.pk for part in plans.plan(check, clock.now()) for one in part.proposals]
    changes = workflow.confirm_apply(check, wanted, by=act_as(disturbed[0]))
    settings.GITHUB_TEAM = 700  # not the text that the environment gives
    tasks.make_drift_change(str(changes[0].pk))
    tasks.work_on_drift()
    assert list(Change.objects.waiting()) == [changes[0]]
    assert f"make_change of {changes[0].pk} failed with TypeError" in caplog.text
    assert "example.net" not in caplog.text
