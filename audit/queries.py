"""Reads of the log about the log itself."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models

from audit.events import LOG, AuditEvent
from audit.models import Event, label


def has_read(by: models.Model, at: datetime) -> bool:
    """Return whether it is recorded that somebody read the log on the day (UTC) of `at`."""
    today = datetime.combine(at.date(), datetime.min.time(), UTC)
    return Event.objects.filter(kind=AuditEvent.LOG_READ, target=LOG, actor=label(by), at__gte=today).exists()


def last_of(*kinds: AuditEvent) -> Event | None:
    """Return the latest event of these kinds about the log itself."""
    return Event.objects.filter(kind__in=kinds, target=LOG).order_by("-at", "-id").first()
