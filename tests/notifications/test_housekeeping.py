"""Deliveries and notices of long ago are deleted, and everything that is open or young stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from advisories.reports import workflow as reports_workflow
from audit import clock
from audit.models import Event
from notifications import tasks, workflow
from notifications.enums import Mail
from notifications.models import Delivery, Notice, Reason
from notifications.workflow import FLOOD_MAILS, KEEP_DELIVERIES
from tests.advisories import factories as reports
from tests.cast import Cast, act_as
from tests.factories import make_person
from tests.notifications.mailroom import deliver, invite, wants_daily
from web import background
from web.limits import MAILS_TO_ONE

DAY = timedelta(days=1)


def rows() -> tuple[int, int]:
    return Notice.objects.count(), Delivery.objects.count()


def invited(number: int) -> Delivery:
    invite(make_person(f"Number{number} Person", github=""), email=f"number{number}@example.net", by=None)
    deliver()
    # Of somebody without standing admins and council are told nothing: notices that reach nobody.
    Notice.objects.filter(deliveries=None, mail__in=(Mail.LOGIN_NEWS, Mail.LOGIN_WATCH)).delete()
    return Delivery.objects.latest("notice__created_at")


def end(delivery: Delivery, at: datetime, **ends: object) -> None:
    fields = {"sent_at": None, "dropped_at": None, "failed_at": None, **dict.fromkeys(ends, at)}
    Delivery.objects.filter(pk=delivery.pk).update(**fields, reason="" if "sent_at" in ends else Reason.GAVE_UP)
    Notice.objects.filter(pk=delivery.notice_id).update(expanded_at=at)


def test_what_ended_long_ago_goes_and_the_events_stay(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "BATCH_SIZE", 2)
    now = clock.now()
    old, young = now - KEEP_DELIVERIES - DAY, now - KEEP_DELIVERIES + DAY
    for number, (at, how) in enumerate(
        (at, how) for at in (old, young) for how in ("sent_at", "dropped_at", "failed_at")
    ):
        end(invited(number), at, **{how: at})
    events = Event.objects.count()
    assert (workflow.delete_old(now), rows()) == (6, (3, 3))
    assert (workflow.delete_old(now), rows()) == (0, (3, 3))
    assert Event.objects.count() == events


def test_an_open_delivery_stays_however_old(cast: Cast) -> None:
    delivery = invited(1)
    end(delivery, clock.now())
    Delivery.objects.update(reason="")
    assert (workflow.delete_old(clock.now() + 9 * KEEP_DELIVERIES), rows()) == (0, (1, 1))


def test_a_notice_stays_while_one_of_its_deliveries_does(cast: Cast) -> None:
    reports.received(reporter_email="", days_ago=0)
    deliver()
    Notice.objects.filter(deliveries=None).delete()
    notices, deliveries = rows()
    assert (notices, deliveries > 3) == (1, True)
    first, *others = Delivery.objects.all()
    for one in others:
        end(one, clock.now() - KEEP_DELIVERIES - DAY, sent_at=True)
    assert (workflow.delete_old(clock.now()), rows()) == (len(others), (1, 1))
    assert Delivery.objects.get() == first


def test_a_digest_goes_with_all_that_it_carried(cast: Cast) -> None:
    for person in cast.members:
        wants_daily(person)
    for _ in range(3):
        reports.received(reporter_email="", days_ago=0)
        deliver()
    assert Delivery.objects.exclude(carrier=None).count() > 0
    with clock.pretend(clock.now() + 2 * DAY):
        deliver()
    assert Delivery.objects.open().count() == 0
    assert workflow.delete_old(clock.now() + KEEP_DELIVERIES - DAY) == 0
    workflow.delete_old(clock.now() + KEEP_DELIVERIES + 3 * DAY)
    assert rows() == (0, 0)


def test_a_notice_that_told_nobody_goes_as_well(cast: Cast) -> None:
    reports.received(reporter_email="", days_ago=0)
    told, _ = rows()
    Notice.objects.update(expanded_at=clock.now() - KEEP_DELIVERIES - DAY)
    assert (workflow.delete_old(clock.now()), rows()) == (told, (0, 0))
    reports.received(reporter_email="", days_ago=0)
    assert (workflow.delete_old(clock.now() + 9 * KEEP_DELIVERIES), rows()) == (0, (told, 0))


def test_the_task_runs_every_night(cast: Cast) -> None:
    schedule = settings.CELERY_BEAT_SCHEDULE["delete-old-notices"]
    assert (schedule["task"], schedule["schedule"].hour) == ("notifications.tasks.delete_old_notices", {4})
    end(invited(1), clock.now() - KEEP_DELIVERIES - DAY, sent_at=True)
    tasks.delete_old_notices()
    assert rows() == (0, 0)


# -- a reporter's address is whatever somebody typed -----------------------------------------------------------------


def test_mails_to_one_reporters_mailbox_wait_when_there_are_too_many(cast: Cast) -> None:
    most = int(MAILS_TO_ONE.partition("/")[0])
    for number in range(most + 2):
        reports.received(reporter_email=f"somebody+{number}@example.net", days_ago=0)
    sent = [message for message in deliver() if message.to[0].startswith("somebody")]
    assert len(sent) == most
    waiting = Delivery.objects.open().filter(recipient__startswith="reporter:")
    assert [(one.error, one.failed_at) for one in waiting] == [("HeldBack", None)] * 2
    assert [one.due_at > clock.now() for one in waiting] == [True, True]


def test_what_the_team_writes_to_a_reporter_is_never_held_back(cast: Cast) -> None:
    most = int(MAILS_TO_ONE.partition("/")[0])
    for _ in range(most):
        report = reports.received(reporter_email="somebody@example.net", days_ago=0)
    deliver()
    reports_workflow.coordinate(report, by=act_as(cast.mel))
    assert [message.to for message in deliver() if message.to == ["somebody@example.net"]] != []


def test_mails_to_members_are_never_held_back(cast: Cast) -> None:
    most = int(MAILS_TO_ONE.partition("/")[0])
    for _ in range(most + 2):
        invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    assert [message.to for message in deliver() if message.to == ["nora@example.net"]] != []
    with clock.pretend(clock.now() + DAY):
        for _ in range(FLOOD_MAILS):
            reports.received(reporter_email="", days_ago=0)
        assert len([message for message in deliver() if message.to == ["mel@example.org"]]) == FLOOD_MAILS
