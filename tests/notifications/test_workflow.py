"""The verbs: from an event to notices, from a notice to deliveries, and their ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from advisories.reports.models import Report
from audit import clock
from audit.models import Event
from members.accounts.models import Invitation
from members.accounts.workflow import revoke
from members.people.models import Membership, MembershipEnded, Person
from members.people.workflow import add_person
from notifications import timing, workflow
from notifications.enums import Mail
from notifications.events import NotificationEvent
from notifications.models import Delivery, Notice, Reason
from notifications.silent import SILENT
from tests.advisories import factories as reports
from tests.cast import Cast, act_as
from tests.nominations import factories as votes
from tests.notifications.mailroom import deliver, invite
from web.conflicts import Conflict, NotAllowed


@pytest.fixture
def invitation(cast: Cast) -> Invitation:
    """Return an invitation of somebody without standing: one notice to one recipient, and two that reach nobody."""
    return invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))


@pytest.fixture
def delivery(invitation: Invitation) -> Delivery:
    """Return an expanded delivery that is due now."""
    for notice in Notice.objects.all():
        workflow.expand(str(notice.pk))
    return Delivery.objects.get()


def claimed() -> Delivery:
    """Return the only delivery, taken by a worker that has begun with it."""
    [delivery] = workflow.claim(50)
    assert workflow.begin(delivery)
    return delivery


def fresh(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def state(delivery: Delivery) -> dict[str, Any]:
    """Return the fields that say where it stands."""
    names = ("sent_at", "dropped_at", "failed_at", "claimed_until")
    now = fresh(delivery)
    return {name: getattr(now, name) for name in names if getattr(now, name)} | {
        "reason": now.reason,
        "error": now.error,
    }


# -- from an event to a notice -----------------------------------------------------------------------


def test_a_notice_is_written_with_its_act(invitation: Invitation) -> None:
    notices = [(notice.event.target_id, notice.mail, notice.expanded_at) for notice in Notice.objects.all()]
    assert notices == [(str(invitation.pk), Mail.INVITATION, None)]


def test_no_notice_is_left_of_an_act_that_was_undone(cast: Cast) -> None:
    with transaction.atomic():
        invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
        assert Notice.objects.count() == 1
        transaction.set_rollback(True)
    assert Notice.objects.count() == 0


def test_an_act_whose_notice_cannot_be_written_does_not_happen(cast: Cast, invitation: Invitation) -> None:
    with pytest.raises(IntegrityError, match=r"told_once|UNIQUE.*mail"), transaction.atomic():
        Notice.objects.create(
            event=Event.objects.latest("at"), mail=Mail.INVITATION, created_at=clock.now(), due_at=clock.now()
        )


def test_silent_and_unknown_events_leave_no_notice(cast: Cast) -> None:
    add_person("Pat Person", by=act_as(cast.ada))
    assert Event.objects.get().kind in SILENT
    assert not Notice.objects.exists()


# -- from a notice to deliveries -----------------------------------------------------------------------


def test_a_notice_becomes_one_delivery_for_each_recipient_once(cast: Cast) -> None:
    votes.open_vote(votes.proposed(cast), cast.ada)
    notice = Notice.objects.get(mail=Mail.VOTE_OPEN)
    assert [workflow.expand(str(notice.pk)) for _ in range(3)] == [7, 0, 0]
    assert {delivery.recipient for delivery in notice.deliveries.all()} == {
        f"people.person:{person.pk}" for person in cast.members
    }


def test_addresses_are_nowhere_in_notices_and_deliveries(cast: Cast, delivery: Delivery) -> None:
    reports.received()
    for notice in Notice.objects.all():
        workflow.expand(str(notice.pk))
    rows = [*Notice.objects.values_list(), *Delivery.objects.values_list()]
    assert len(rows) > 8
    assert not any("example.net" in str(value) or "example.org" in str(value) for row in rows for value in row)


def test_recipients_are_those_of_the_moment_the_notice_is_expanded(cast: Cast) -> None:
    reports.received()
    end_membership(cast.mia)
    cast.rita.user.is_active = False
    cast.rita.user.save()
    notice = Notice.objects.get(mail=Mail.ATTENTION)
    assert workflow.expand(str(notice.pk)) == 5


def end_membership(person: Person) -> None:
    Membership.objects.filter(person=person).update(until=clock.now().date(), ended=MembershipEnded.EMERITUS)


def test_a_notice_of_a_mail_that_no_longer_exists_reaches_nobody(invitation: Invitation) -> None:
    Notice.objects.filter(mail=Mail.INVITATION).update(mail="carrier-pigeon")
    assert workflow.expand(str(Notice.objects.get(mail="carrier-pigeon").pk)) == 0
    assert deliver() == []


def test_expanding_what_is_not_there_is_harmless(db: None) -> None:
    assert workflow.expand("00000000-0000-4000-8000-000000000000") == 0


def test_the_message_id_is_made_once_from_the_delivery_and_the_sites_name(
    invitation: Invitation, settings: Settings
) -> None:
    settings.SITE_URL = "https://portal.example.org:8443"
    workflow.expand(str(Notice.objects.get(mail=Mail.INVITATION).pk))
    delivery = Delivery.objects.get()
    assert delivery.message_id == f"<{delivery.pk}@portal.example.org>"


# -- access that ends between queue and send -----------------------------------------------------------


def drop_of(person: Person) -> dict[str, Any]:
    delivery = Delivery.objects.get(recipient=f"people.person:{person.pk}", notice__mail=Mail.ATTENTION)
    assert delivery.dropped_at is not None
    return {"reason": delivery.reason, "sent_at": delivery.sent_at, "claimed_until": delivery.claimed_until}


LOST = {"reason": Reason.LOST_ACCESS, "sent_at": None, "claimed_until": None}


def test_nothing_goes_out_to_somebody_whose_membership_ended_after_it_was_queued(cast: Cast) -> None:
    reports.received(reporter_email="")
    workflow.expand(str(Notice.objects.get(mail=Mail.ATTENTION).pk))
    end_membership(cast.mia)
    assert {message.to[0] for message in deliver()} == {
        f"{name}@example.org" for name in ("ada", "abel", "mel", "rita", "sara", "newt")
    }
    assert drop_of(cast.mia) == LOST


def test_nothing_goes_out_to_a_login_that_was_switched_off_after_it_was_queued(cast: Cast) -> None:
    reports.received(reporter_email="")
    workflow.expand(str(Notice.objects.get(mail=Mail.ATTENTION).pk))
    cast.rita.user.is_active = False
    cast.rita.user.save()
    assert len(deliver()) == 6
    assert drop_of(cast.rita) == LOST


def test_a_mail_goes_to_the_address_of_the_moment_it_is_sent(cast: Cast) -> None:
    votes.cast_ballots(votes.open_vote(votes.proposed(cast), cast.ada), {cast.mia: votes.NO}, at=clock.now())
    for notice in Notice.objects.all():
        workflow.expand(str(notice.pk))
    cast.mia.user.email = "mia@elsewhere.example.org"
    cast.mia.user.save()
    recipients = [message.to for message in deliver() if "ballot" in message.subject]
    assert recipients == [["mia@elsewhere.example.org"]]


def test_nothing_goes_out_for_an_invitation_that_was_revoked_after_it_was_queued(
    cast: Cast, invitation: Invitation, delivery: Delivery
) -> None:
    revoke(invitation, by=act_as(cast.ada))
    assert deliver() == []
    assert fresh(delivery).reason == Reason.LOST_ACCESS


def test_nothing_goes_out_to_a_reporter_who_took_the_address_back(cast: Cast) -> None:
    report = reports.received()
    workflow.expand(str(Notice.objects.get(mail=Mail.REPORT_RECEIVED).pk))
    Report.objects.system("a test").filter(pk=report.pk).update(reporter_email="")
    assert "remy@example.net" not in {message.to[0] for message in deliver()}
    dropped = Delivery.objects.get(notice__mail=Mail.REPORT_RECEIVED)
    assert (dropped.reason, dropped.sent_at) == (Reason.NO_ADDRESS, None)


# -- claims --------------------------------------------------------------------------------------------


def test_a_claimed_delivery_is_not_claimed_again_before_the_lease_ends(delivery: Delivery, settings: Settings) -> None:
    settings.NOTICE_LEASE_SECONDS = 60
    at = clock.now()
    with clock.pretend(at):
        assert workflow.claim(50) == [delivery]
        assert workflow.claim(50) == []
    with clock.pretend(at + timedelta(seconds=59)):
        assert workflow.claim(50) == []
    with clock.pretend(at + timedelta(seconds=60)):
        assert workflow.claim(50) == [delivery]


def test_those_that_waited_longest_are_claimed_first_and_no_more_than_asked(cast: Cast) -> None:
    reports.received(reporter_email="")
    workflow.expand(str(Notice.objects.get(mail=Mail.ATTENTION).pk))
    at = clock.now()
    order = list(Delivery.objects.order_by("recipient"))
    for hours, delivery in enumerate(order):
        Delivery.objects.filter(pk=delivery.pk).update(due_at=at - timedelta(hours=hours))
    assert workflow.claim(3) == order[:-4:-1]


def test_a_worker_whose_claim_was_taken_over_begins_nothing_and_notes_nothing(delivery: Delivery) -> None:
    at = clock.now()
    with clock.pretend(at):
        late = claimed()
    with clock.pretend(at + timedelta(hours=1)):
        [taken_over] = workflow.claim(50)
        assert workflow.begin(late) is False
        workflow.fail(late, "SMTPDataError 554")
        workflow.put_off(late, "TimeoutError")
        workflow.drop(late, Reason.LOST_ACCESS)
        workflow.release([late])
        assert state(delivery) == {"claimed_until": taken_over.claimed_until, "reason": "", "error": ""}
        assert workflow.begin(taken_over) is True


def test_a_mail_that_the_server_has_is_marked_under_any_claim(delivery: Delivery) -> None:
    at = clock.now()
    with clock.pretend(at):
        slow = claimed()
    with clock.pretend(at + timedelta(hours=1)):
        workflow.claim(50)
        workflow.mark_sent(slow)
        assert state(delivery) == {"sent_at": at + timedelta(hours=1), "reason": "", "error": ""}
        assert workflow.claim(50) == []


def test_beginning_renews_the_claim_and_counts_the_try(delivery: Delivery, settings: Settings) -> None:
    settings.NOTICE_LEASE_SECONDS = 60
    at = clock.now()
    with clock.pretend(at):
        [held] = workflow.claim(50)
    with clock.pretend(at + timedelta(seconds=50)):
        assert workflow.begin(held)
    assert (fresh(delivery).claimed_until, fresh(delivery).tries) == (at + timedelta(seconds=110), 1)


def test_a_claimed_delivery_not_begun_can_be_given_back(delivery: Delivery) -> None:
    workflow.release(workflow.claim(50))
    assert workflow.claim(50) == [delivery]
    workflow.release([])


# -- tries ---------------------------------------------------------------------------------------------


def put_off_at(at: datetime, delivery: Delivery) -> timedelta:
    """Put it off at `at`, and return for how long."""
    with clock.pretend(at):
        workflow.put_off(claimed(), "SMTPSenderRefused 451")
    return fresh(delivery).due_at - at


def test_the_wait_doubles_with_each_try_up_to_six_hours(delivery: Delivery, settings: Settings) -> None:
    settings.NOTICE_RETRY_SECONDS = 60
    at, waits = clock.now(), []
    for _ in range(11):
        waits.append(put_off_at(at, delivery))
        at = fresh(delivery).due_at
    expected = [60 * 2**number for number in range(9)] + [6 * 3600] * 2
    assert all(abs(wait.total_seconds() / wanted - 1) <= 0.1 for wait, wanted in zip(waits, expected, strict=True))
    assert fresh(delivery).error == "SMTPSenderRefused 451"


def test_waits_differ_by_chance_so_that_mails_do_not_come_in_step() -> None:
    assert len({timing.wait_after(3) for _ in range(20)}) > 10


def test_the_wait_stays_finite_after_any_number_of_tries() -> None:
    assert timing.wait_after(10**6) <= timing.LONGEST_WAIT * 1.1


def test_tries_end_after_five_days_and_not_before(delivery: Delivery) -> None:
    since = fresh(delivery).trying_since
    put_off_at(since + workflow.GIVE_UP_AFTER, delivery)
    assert fresh(delivery).failed_at is None
    late = since + workflow.GIVE_UP_AFTER + timedelta(days=1)
    put_off_at(late, delivery)
    assert state(delivery) == {"failed_at": late, "reason": Reason.GAVE_UP, "error": "SMTPSenderRefused 451"}


def test_a_refused_delivery_is_left_alone(delivery: Delivery) -> None:
    held = claimed()
    workflow.fail(held, "SMTPRecipientsRefused 550")
    assert state(delivery).keys() == {"failed_at", "reason", "error"}
    with clock.pretend(clock.now() + timedelta(days=30)):
        assert workflow.claim(50) == []


# -- trying again by hand ------------------------------------------------------------------------------


@pytest.fixture
def failed(delivery: Delivery) -> Delivery:
    workflow.fail(claimed(), "SMTPRecipientsRefused 550")
    return fresh(delivery)


def test_an_admin_starts_a_failed_delivery_over_as_the_same_message(cast: Cast, failed: Delivery) -> None:
    workflow.try_again(failed, by=act_as(cast.abel))
    now = fresh(failed)
    assert (now.failed_at, now.reason, now.error, now.tries) == (None, "", "", 0)
    event = Event.objects.latest("at")
    assert (event.kind, event.actor) == (NotificationEvent.DELIVERY_RETRIED, f"people.person:{cast.abel.pk}")
    [message] = deliver()
    assert message.extra_headers["Message-ID"] == failed.message_id


def test_only_admins_start_deliveries_over(cast: Cast, failed: Delivery) -> None:
    for person in (cast.mel, cast.sam, cast.emil, cast.olga):
        with pytest.raises(NotAllowed):
            workflow.try_again(failed, by=act_as(person))
    assert fresh(failed).failed_at is not None


def test_a_delivery_that_has_not_failed_is_not_started_over(cast: Cast, delivery: Delivery) -> None:
    with pytest.raises(Conflict, match="not among the failed"):
        workflow.try_again(delivery, by=act_as(cast.ada))
    assert Event.objects.filter(kind=NotificationEvent.DELIVERY_RETRIED).count() == 0


# -- what the database itself refuses --------------------------------------------------------------------


def test_the_database_refuses_contradictions(delivery: Delivery) -> None:
    at = clock.now()
    refused: dict[str, dict[str, Any]] = {
        "a_delivery_ends_one_way": {"sent_at": at, "failed_at": at, "reason": Reason.REFUSED},
        "an_unsent_delivery_says_why": {"dropped_at": at},
    }
    for name, fields in refused.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Delivery.objects.filter(pk=delivery.pk).update(**fields)
    with pytest.raises(IntegrityError, match=r"told_once|UNIQUE.*recipient"), transaction.atomic():
        Delivery.objects.create(
            notice=delivery.notice, recipient=delivery.recipient, message_id="<x@y>", trying_since=at, due_at=at
        )


def test_rows_are_named_without_their_content(delivery: Delivery) -> None:
    assert (str(delivery), str(delivery.notice)) == (f"delivery {delivery.pk}", f"notice {delivery.notice.pk}")
