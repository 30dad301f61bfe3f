"""Verbs: remember what to tell, work out whom, claim, and note what became of each mail.

Each is a short transaction of its own; no mail server is spoken to inside any. What is
written in `claimed_until` is the claim itself: a worker whose claim was taken over changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Q

from audit import clock
from audit.log import record
from audit.models import Event
from members.people.models import Preferences
from members.people.policy import Actor
from notifications import queries
from notifications.events import NotificationEvent
from notifications.models import Delivery, DeliveryQuerySet, MailPause, Notice, Reason
from notifications.policy import POLICY, Action
from notifications.recipients import PERSON_PREFIX, Recipient, resolve
from notifications.routes import FROM_OUTSIDE, recipient_of, route_of, routes_of
from notifications.timing import next_morning, wait_after
from web.background import delete_in_batches
from web.conflicts import Conflict

#: Deliveries say who was told of what and when, among them who has voted; and the links in mails work as long as their
#: notices. A year reaches from one yearly review to the next.
KEEP_DELIVERIES = timedelta(days=366)
#: RFC 5321, 4.5.4.1: give up after "at least 4-5 days".
GIVE_UP_AFTER = timedelta(days=5)
#: After so many mails within the window, to one person, about what strangers cause, the next ones are summed up.
FLOOD_MAILS = 5
FLOOD_WINDOW = timedelta(minutes=10)
#: Numbers of PostgreSQL's advisory locks.
PAUSE_LOCK, FLOOD_LOCK = 778_821, 778_822
#: Until recipients are worked out again after that failed: a fault of ours, not of a mail server.
NOTICE_WAIT = timedelta(hours=1)


@transaction.atomic
def remember(event: Event) -> list[Notice]:
    """Write and return a notice for each kind of mail that tells of `event`; none for a silent one."""
    at = clock.now()
    return Notice.objects.bulk_create(
        [Notice(event=event, mail=route.mail, created_at=at, due_at=at) for route in routes_of(event)]
    )


@transaction.atomic
def expand(pk: str) -> int:
    """Turn a notice into one delivery for each recipient of this moment, once, and return how many.

    Later calls do nothing and return 0.
    """
    notice = Notice.objects.select_for_update(of=("self",)).select_related("event").filter(pk=pk).first()
    if notice is None or notice.expanded_at is not None:
        return 0
    at = clock.now()
    route = route_of(notice)
    recipients = resolve(route.audience, notice.event) if route else []
    keys = sorted({recipient.key for recipient in recipients if recipient.address})
    mornings = _mornings(keys, at) if route and route.may_wait else {}
    sums = _sums([key for key in keys if key not in mornings], at) if route and route.is_from_outside else {}
    deliveries = [_delivery(notice, key, at, mornings.get(key), sums.get(key)) for key in keys]
    Delivery.objects.bulk_create(deliveries)
    notice.expanded_at = at
    notice.save(update_fields=["expanded_at"])
    return len(deliveries)


def _mornings(keys: Sequence[str], at: datetime) -> dict[str, datetime]:
    """Return until when mail that can wait does, for those of `keys` who want it once a day.

    Their rows are locked: of two notices at a time the second finds the digest that the first began.
    """
    people = [UUID(key.removeprefix(PERSON_PREFIX)) for key in keys if key.startswith(PERSON_PREFIX)]
    wanted = Preferences.objects.select_for_update().filter(person__in=people, daily_digest=True).order_by("pk")
    return {f"{PERSON_PREFIX}{chosen.person_id}": next_morning(at, chosen.time_zone) for chosen in wanted}


def _sums(keys: Sequence[str], at: datetime) -> dict[str, datetime]:
    """Return until when news from outside waits, for those of `keys` who have got `FLOOD_MAILS` of it lately.

    The first mails go at once. After that one mail sums up what came within `FLOOD_WINDOW`, and the next such mail
    follows it for as long as the flood lasts. One notice at a time: the second finds the sum that the first began.
    """
    _lock(FLOOD_LOCK)
    theirs = Delivery.objects.filter(recipient__in=keys, carrier=None, notice__event__kind__in=FROM_OUTSIDE)
    begun = dict(theirs.joinable().filter(is_flood=True).order_by("due_at").values_list("recipient", "due_at"))
    lately = theirs.filter(trying_since__gt=at - FLOOD_WINDOW).order_by().values("recipient")
    counts = lately.annotate(mails=Count("pk", filter=Q(is_digest=False)), sums=Count("pk", filter=Q(is_flood=True)))
    flooded = [row["recipient"] for row in counts if row["mails"] >= FLOOD_MAILS or row["sums"]]
    return {key: begun.get(key, at + FLOOD_WINDOW) for key in flooded}


def _delivery(
    notice: Notice, recipient: str, at: datetime, morning: datetime | None, sum_at: datetime | None
) -> Delivery:
    key = uuid4()
    host = urlsplit(settings.SITE_URL).hostname
    waits_until = morning or sum_at
    # Locked, so that no worker takes it up between this look and the commit, and leaves ours behind.
    joinable = Delivery.objects.to_join(recipient, waits_until) if waits_until else Delivery.objects.none()
    carrier = joinable.filter(is_flood=sum_at is not None).select_for_update().first()
    return Delivery(
        id=key,
        notice=notice,
        recipient=recipient,
        message_id=f"<{key}@{host}>",
        trying_since=waits_until or at,
        due_at=waits_until or at,
        is_digest=waits_until is not None,
        is_flood=sum_at is not None,
        carrier=carrier,
    )


@transaction.atomic
def put_off_notice(pk: str) -> None:
    """Leave a notice alone for a while whose recipients could not be worked out."""
    Notice.objects.unexpanded().filter(pk=pk).update(due_at=clock.now() + NOTICE_WAIT)


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

    Deliveries that they are no longer to be told of are dropped; the recipient is None when nothing is left.
    """
    recipient, told = None, []
    for delivery in Delivery.objects.carried_by(carrier).select_related("notice__event").order_by("notice__created_at"):
        current = recipient_of(delivery)
        if current is not None:
            recipient = current
            told.append(delivery)
        elif delivery.pk != carrier.pk:
            Delivery.objects.open().filter(pk=delivery.pk).update(dropped_at=clock.now(), reason=Reason.LOST_ACCESS)
    return recipient, told


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


@transaction.atomic
def pause(reason: str, *, operator: str) -> MailPause:
    """Stop all mail of the workers until `resume`. Raises `Conflict` when it is paused already.

    `operator` is the name of who acts on the server. Nothing is lost: what comes up meanwhile waits as rows.
    """
    _lock(PAUSE_LOCK)
    if queries.pause_in_force():
        raise Conflict("Mail is paused already.")
    pause_ = MailPause.objects.create(begun_at=clock.now(), reason=reason)
    record(NotificationEvent.PAUSED, target=pause_, by=None, at=pause_.begun_at, operator=operator)
    return pause_


@transaction.atomic
def resume(*, operator: str) -> MailPause:
    """Let workers send again. Raises `Conflict` when mail is not paused.

    The time in which tries are not given up begins again for everything that waits: the pause was no failed try.
    """
    _lock(PAUSE_LOCK)
    pause_ = queries.pause_in_force()
    if pause_ is None:
        raise Conflict("Mail is not paused.")
    pause_.ended_at = clock.now()
    pause_.save(update_fields=["ended_at"])
    Delivery.objects.open().filter(trying_since__lt=pause_.ended_at).update(trying_since=pause_.ended_at)
    record(
        NotificationEvent.RESUMED,
        target=pause_,
        by=None,
        at=pause_.ended_at,
        operator=operator,
        paused_at=pause_.begun_at,
    )
    return pause_


def _lock(number: int) -> None:
    """Wait until no other transaction holds the lock of this number, and hold it until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def delete_old(at: datetime) -> int:
    """Delete deliveries that ended `KEEP_DELIVERIES` ago, then notices without any; return how many rows.

    Safe to run twice. What a digest carries goes before the delivery that carries it.
    """
    end = at - KEEP_DELIVERIES
    ended = Delivery.objects.filter(Q(sent_at__lt=end) | Q(dropped_at__lt=end) | Q(failed_at__lt=end))
    carried = delete_in_batches(ended.exclude(carrier=None))
    others = delete_in_batches(ended.filter(carried=None))
    return carried + others + delete_in_batches(Notice.objects.filter(expanded_at__lt=end, deliveries=None))
