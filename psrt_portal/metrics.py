"""What a Prometheus server reads at /metrics (docs/operations.md, "Metrics").

Requests are counted in files that the processes of one web server share; everything else is read from the database and
the broker at the moment of the scrape, so it is the same whichever process answers. No label has a value that somebody
typed, and nothing tells who did what.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min, Q
from django.http import HttpRequest
from kombu.exceptions import KombuError
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from audit import clock
from audit.events import AuditEvent
from audit.queries import last_of
from nominations.models import Vote
from notifications.models import Delivery, MailPause, Notice
from psrt_portal.celery import app
from psrt_portal.heartbeats import BackgroundPart, last
from web.refusals import Refusal

#: A vote is counted by the next sweep, a minute or so after its end.
OVERDUE_AFTER = timedelta(minutes=10)
#: The ages by which waiting mails are told apart.
AGES = (("under_10m", timedelta(minutes=10)), ("under_1h", timedelta(hours=1)), ("under_6h", timedelta(hours=6)))
OLDEST_AGE = "over_6h"
#: When somebody votes is not to be read from a counter, so the pages of nominations are one.
SUMMED_UP = "nominations"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REQUESTS = Histogram(
    "portal_request_seconds",
    "Requests by route, method and status class, and the seconds that they took.",
    ["route", "method", "status"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=None,
)
REFUSALS = Counter(
    "portal_refused",
    "What was refused to somebody who may be guessing, by kind.",
    ["kind"],
    registry=None,
)


def count_request(request: HttpRequest, status: int, seconds: float) -> None:
    """Count one request that was answered."""
    REQUESTS.labels(route_of(request), method_of(request), f"{status // 100}xx").observe(seconds)


def count_refusal(kind: Refusal) -> None:
    """Count what somebody was refused who may be guessing."""
    REFUSALS.labels(kind).inc()


def method_of(request: HttpRequest) -> str:
    """Return the method if HTTP has it; anybody can send another word."""
    return request.method if request.method in _METHODS else "other"


def route_of(request: HttpRequest) -> str:
    """Return the name of the route that answered: one of those in the URLconf, never a part of the address."""
    match = request.resolver_match
    if match is None:
        return "static" if request.path.startswith(settings.STATIC_URL) else "none"
    return SUMMED_UP if SUMMED_UP in match.app_names else match.view_name


def page() -> bytes:
    """Return all metrics as text. Answers also while database or broker are away."""
    registry = CollectorRegistry()
    registry.register(_State())
    if settings.METRICS_DIR:
        MultiProcessCollector(registry, path=settings.METRICS_DIR)  # type: ignore[no-untyped-call]
    else:
        registry.register(REQUESTS)
        registry.register(REFUSALS)
    return generate_latest(registry)


class _State(Collector):
    """The state of the portal at the moment of a scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges; those that need the database are left out while it does not answer."""
        yield from _broker()
        try:
            # A list: what fails half way must not leave the half that was already sent.
            gauges = list(_of_database(clock.now()))
        except DatabaseError:
            gauges = []
        yield _gauge("portal_database_up", "Whether the database answers.", bool(gauges))
        yield from gauges


def _broker() -> Iterable[GaugeMetricFamily]:
    try:
        length = _queue_length()
    except (KombuError, RedisError, OSError):
        return [_gauge("portal_broker_up", "Whether Redis answers.", 0)]
    return [
        _gauge("portal_broker_up", "Whether Redis answers.", 1),
        _gauge("portal_queue_length", "Tasks that no worker has taken yet.", length),
    ]


def _queue_length() -> int:
    with closing(app.connection_for_read()) as connection:
        channel: Any = connection.default_channel
        return int(channel.client.llen(app.conf.task_default_queue))


def _of_database(now: datetime) -> Iterator[GaugeMetricFamily]:
    yield from _mail(now)
    votes = Vote.objects.due(now - OVERDUE_AFTER).countable().count()
    yield _gauge("portal_votes_overdue", "Votes that ended over ten minutes ago and are not counted.", votes)
    checkpoint = last_of(AuditEvent.CHECKPOINT_KEPT)
    kept_at = checkpoint.at if checkpoint else None
    yield _gauge("portal_checkpoint_age_seconds", "Since the audit log was verified.", _age(kept_at, now))
    beats = GaugeMetricFamily("portal_heartbeat_age_seconds", "Since a part was alive.", labels=["part"])
    for part in BackgroundPart:
        beats.add_metric([part], _age(last(part), now))
    yield beats


def _mail(now: datetime) -> Iterator[GaugeMetricFamily]:
    waiting = Delivery.objects.to_send().filter(trying_since__lte=now).order_by()
    notices = Notice.objects.unexpanded().order_by()
    mails = GaugeMetricFamily("portal_mail_waiting", "Mails that wait, by age.", labels=["age"])
    counts = waiting.aggregate(oldest=Min("trying_since"), **_by_age("trying_since", now))
    unexpanded = notices.aggregate(oldest=Min("created_at"), **_by_age("created_at", now))
    for age in [*(name for name, _ in AGES), OLDEST_AGE]:
        mails.add_metric([age], counts[age] + unexpanded[age])
    yield mails
    oldest = [moment for moment in (counts["oldest"], unexpanded["oldest"]) if moment]
    yield _gauge(
        "portal_mail_oldest_seconds", "How long the oldest mail has waited.", _age(min(oldest), now) if oldest else 0
    )
    failed = Delivery.objects.filter(failed_at__isnull=False).count()
    yield _gauge("portal_mail_failed", "Mails that could not be sent, which an admin can try again.", failed)
    paused = MailPause.objects.in_force().values_list("begun_at", flat=True).first()
    yield _gauge("portal_mail_paused_seconds", "How long mail has been paused.", _age(paused, now) if paused else 0)


def _by_age(field: str, now: datetime) -> dict[str, Count]:
    """Return a count for each age, of rows whose `field` is so long ago."""
    counts, younger = {}, now
    for name, age in AGES:
        counts[name] = Count("pk", filter=Q(**{f"{field}__lte": younger, f"{field}__gt": now - age}))
        younger = now - age
    return counts | {OLDEST_AGE: Count("pk", filter=Q(**{f"{field}__lte": younger}))}


def _age(moment: datetime | None, now: datetime) -> float:
    """Return the seconds since `moment`; infinity for what never was, which every alert counts as too long."""
    return max(0.0, (now - moment).total_seconds()) if moment else math.inf


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=float(value))
