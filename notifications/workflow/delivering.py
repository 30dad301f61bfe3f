"""Verbs: claim due mails, and note what became of each.

Each is a short transaction of its own; no mail server is spoken to inside any. What is
written in `claimed_until` is the claim itself: a worker whose claim was taken over changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from audit import clock
from audit.log import record
from members.people.policy import Actor
from notifications import queries
from notifications.events import NotificationEvent
from notifications.kinds import kind_of
from notifications.models import Delivery, DeliveryQuerySet, Notice, Reason
from notifications.policy import POLICY, Action
from notifications.queries import choices
from notifications.recipients import Recipient
from notifications.routes import recipient_of
from notifications.timing import wait_after
from web.background import delete_in_batches

#: Deliveries say who was told of what and when, among them who has voted; and the links in mails work as long as their
#: notices. A year reaches from one yearly review to the next.
KEEP_DELIVERIES = timedelta(days=366)
#: RFC 5321, 4.5.4.1: give up after "at least 4-5 days".
GIVE_UP_AFTER = timedelta(days=5)


@transaction.atomic
def claim(limit: int) -> list[Delivery]:
    """Take up to `limit` due deliveries for this worker, longest waiting first.

    Rows that another worker is just taking are skipped. None while mail is paused.
    """
    if queries.pause_in_force():
        return []
    at = clock.now()
    due = Delivery.objects.due(at).order_by("due_at", "id").select_for_update(skip_locked=True, of=("self",))
    batch = list(due.select_related("notice__event")[:limit])
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in batch]).update(claimed_until=_lease(at))
    for delivery in batch:
        delivery.claimed_until = _lease(at)
    return batch


def _lease(at: datetime) -> datetime:
    return at + timedelta(seconds=settings.NOTICE_LEASE_SECONDS)


def _held(*deliveries: Delivery) -> DeliveryQuerySet:
    """Return those of `deliveries`, claimed together, that this worker still holds."""
    claims = {delivery.claimed_until for delivery in deliveries}
    return Delivery.objects.open().filter(pk__in=[delivery.pk for delivery in deliveries], claimed_until__in=claims)


@transaction.atomic
def begin(delivery: Delivery) -> bool:
    """Renew the claim and count the try; False when another worker has taken the delivery over."""
    lease = _lease(clock.now())
    if not _held(delivery).update(claimed_until=lease, tries=F("tries") + 1):
        return False
    delivery.claimed_until, delivery.tries = lease, delivery.tries + 1
    return True


@transaction.atomic
def drop(delivery: Delivery, reason: Reason) -> None:
    """Note that a mail, and all that it carries, is not sent: it has no recipient any more, or no address."""
    at = clock.now()
    if _held(delivery).update(dropped_at=at, reason=reason, claimed_until=None):
        Delivery.objects.open().filter(carrier=delivery).update(dropped_at=at, reason=reason)


@transaction.atomic
def open_digest(carrier: Delivery) -> tuple[Recipient | None, list[Delivery]]:
    """Return the recipient of a digest and the deliveries it tells of, asked immediately before it is sent.

    Deliveries that they are no longer to be told of, or have switched off or muted since, are dropped; the recipient is
    None when nothing is left.
    """
    recipient, told = None, []
    for delivery in Delivery.objects.carried_by(carrier).select_related("notice__event").order_by("notice__created_at"):
        current = recipient_of(delivery)
        if current is not None and _is_still_wanted(delivery):
            recipient = current
            told.append(delivery)
        elif delivery.pk != carrier.pk:
            Delivery.objects.open().filter(pk=delivery.pk).update(dropped_at=clock.now(), reason=Reason.LOST_ACCESS)
    return recipient, told


def _is_still_wanted(delivery: Delivery) -> bool:
    event = delivery.notice.event
    return bool(choices.wanted({delivery.recipient}, kind_of(delivery.notice.mail, event.kind), event))


@transaction.atomic
def mark_sent(delivery: Delivery, told: Sequence[Delivery] = ()) -> None:
    """Note that the mail server has the mail, also if another worker holds the claim by now.

    `told` are the deliveries in a digest; when the one it began with is not among them, its reason says so.
    """
    at = clock.now()
    is_left_out = bool(told) and delivery.pk not in {row.pk for row in told}
    Delivery.objects.open().filter(pk=delivery.pk).update(
        sent_at=at, claimed_until=None, error="", reason=Reason.LOST_ACCESS if is_left_out else ""
    )
    Delivery.objects.open().filter(pk__in=[row.pk for row in told]).update(sent_at=at)


@transaction.atomic
def fail(delivery: Delivery, error: str) -> None:
    """Note that the mail server refused it for good; an admin is shown it."""
    _held(delivery).update(failed_at=clock.now(), reason=Reason.REFUSED, error=error, claimed_until=None)


@transaction.atomic
def put_off(delivery: Delivery, error: str) -> None:
    """Note that it could not be sent this time: it is tried again later, or given up after `GIVE_UP_AFTER`."""
    at = clock.now()
    if at - delivery.trying_since > GIVE_UP_AFTER:
        _held(delivery).update(failed_at=at, reason=Reason.GAVE_UP, error=error, claimed_until=None)
    else:
        _held(delivery).update(due_at=at + wait_after(delivery.tries), error=error, claimed_until=None)


@transaction.atomic
def release(deliveries: Sequence[Delivery]) -> None:
    """Give back what was claimed and not begun, so that any worker may take it at once."""
    _held(*deliveries).update(claimed_until=None)


@transaction.atomic
def try_again(delivery: Delivery, *, by: Actor) -> Delivery:
    """Start over with a failed delivery. Raises `NotAllowed`, or `Conflict` when it has not failed."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    POLICY.require(Action.TRY_AGAIN, by, delivery)
    at = clock.now()
    delivery.failed_at, delivery.reason, delivery.error = None, "", ""
    delivery.tries, delivery.trying_since, delivery.due_at = 0, at, at
    delivery.save()
    record(NotificationEvent.DELIVERY_RETRIED, target=delivery, by=by.person, at=at)
    return delivery


def delete_old(at: datetime) -> int:
    """Delete deliveries that ended `KEEP_DELIVERIES` ago, then notices without any; return how many rows.

    Safe to run twice. What a digest carries goes before the delivery that carries it.
    """
    end = at - KEEP_DELIVERIES
    ended = Delivery.objects.filter(Q(sent_at__lt=end) | Q(dropped_at__lt=end) | Q(failed_at__lt=end))
    carried = delete_in_batches(ended.exclude(carrier=None))
    others = delete_in_batches(ended.filter(carried=None))
    return carried + others + delete_in_batches(Notice.objects.filter(expanded_at__lt=end, deliveries=None))
