"""Verbs: remember what to tell, and work out whom and how soon.

Each is a short transaction. Recipients are worked out when mail may go, not when the event happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from audit import clock
from audit.models import Event
from notifications.enums import Rhythm
from notifications.kinds import kind_of
from notifications.mails import Route
from notifications.models import Delivery, Notice
from notifications.queries import choices
from notifications.recipients import resolve
from notifications.routes import FROM_OUTSIDE, routes_of
from notifications.timing import next_morning
from notifications.workflow.locks import JOIN_LOCK, lock
from web import background

#: After so many mails within the window, to one person, about what strangers cause, the next ones are summed up.
FLOOD_MAILS = 5
FLOOD_WINDOW = timedelta(minutes=10)
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

    Later calls do nothing and return 0. Other notices of its event that stand before it in the table go first, because
    their recipients are left out of this one: nobody gets two mails about one event.
    """
    event = Event.objects.filter(notices__pk=pk).first()
    if event is None:
        return 0
    rows = Notice.objects.select_for_update(of=("self",)).filter(event=event).order_by("pk")
    notices = {notice.mail: notice for notice in rows}
    [asked] = [notice for notice in notices.values() if str(notice.pk) == pk]
    if asked.expanded_at is not None:
        return 0
    for route in routes_of(event):
        notice = notices.get(route.mail)
        if notice is asked:
            return _expand(asked, route, event)
        if notice is not None and notice.expanded_at is None:
            # One whose recipients cannot be worked out does not hold up the others.
            background.attempt(lambda one: _expand(*one), (notice, route, event))
    asked.expanded_at = clock.now()
    asked.save(update_fields=["expanded_at"])
    return 0


@transaction.atomic
def _expand(notice: Notice, route: Route, event: Event) -> int:
    at, kind = clock.now(), kind_of(route.mail, event.kind)
    keys = sorted({recipient.key for recipient in resolve(route.audience, event) if recipient.address})
    told = Delivery.objects.filter(notice__event=event, recipient__in=keys, dropped_at=None)
    wanted = choices.wanted(set(keys) - set(told.values_list("recipient", flat=True)), kind, event)
    mornings = _mornings(wanted, at)
    sums = _sums([key for key in wanted if key not in mornings], at) if route.is_from_outside else {}
    deliveries = [_delivery(notice, key, at, mornings.get(key), sums.get(key)) for key in sorted(wanted)]
    Delivery.objects.bulk_create(deliveries)
    notice.expanded_at = at
    notice.save(update_fields=["expanded_at"])
    return len(deliveries)


def _mornings(wanted: Mapping[str, Rhythm], at: datetime) -> dict[str, datetime]:
    """Return until when mail waits for those who want it once a day.

    One notice at a time: of two the second finds the digest that the first began.
    """
    daily = [key for key, rhythm in wanted.items() if rhythm is Rhythm.DAILY]
    if not daily:
        return {}
    lock(JOIN_LOCK)
    zones = choices.time_zones(daily)
    return {key: next_morning(at, zones.get(key, "UTC")) for key in daily}


def _sums(keys: Sequence[str], at: datetime) -> dict[str, datetime]:
    """Return until when news from outside waits, for those of `keys` who have got `FLOOD_MAILS` of it lately.

    The first mails go at once. After that one mail sums up what came within `FLOOD_WINDOW`, and the next such mail
    follows it for as long as the flood lasts. One notice at a time: the second finds the sum that the first began.
    """
    lock(JOIN_LOCK)
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
