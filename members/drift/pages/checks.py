"""Contexts of the newest check and of an earlier one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from members.channels.connectors import missing_settings, server_of
from members.channels.models import Channel, ChannelKind
from members.drift.models import DriftCheck, Reading
from members.drift.pages.strangers import strangers_in
from members.drift.pages.table import rows_of
from members.drift.policy import CHECKS, CheckAction
from members.drift.queries import checks
from members.drift.queries.plans import change_of, proposals_in
from web.pagination import page_of

#: So many strangers of a channel stand on the page of a check; all of them have a page of their own.
STRANGERS_SHOWN = 10


def newest_context(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return the newest check with the newest of each pasted list, and what can be done now."""
    overview = checks.overview()
    channels = list(Channel.objects.in_use())
    newest = overview.newest
    return {
        **_result(request, newest, checks.newest_readings(newest), is_newest=True, now=now),
        "obstacle": CHECKS.obstacle(CheckAction.APPLY, newest, now) if newest else "",
        "waiting": overview.waiting,
        "unconnected": [(channel, missing) for channel in channels if (missing := missing_settings(channel.kind))],
        "is_connected": any(server_of(channel.kind) for channel in channels),
        "lists": [channel for channel in channels if channel.kind == ChannelKind.LIST],
        "has_history": overview.has_history,
    }


def earlier_context(request: HttpRequest, check: DriftCheck, now: datetime) -> dict[str, Any]:
    """Return one finished check as it was found."""
    readings = checks.readings_of(check)
    lists = [
        reading.channel
        for reading in readings
        if reading.channel.kind == ChannelKind.LIST and reading.channel.retired_at is None
    ]
    return {
        **_result(request, check, readings, is_newest=False, now=now),
        "obstacle": CHECKS.obstacle(CheckAction.APPLY, check, now),
        "pasted": lists[0] if lists else None,
    }


def _result(
    request: HttpRequest, check: DriftCheck | None, readings: list[Reading], *, is_newest: bool, now: datetime
) -> dict[str, Any]:
    """Return what the newest and an earlier check show alike; pasted lists beside a check are no changes of it."""
    rows, strangers = rows_of(readings, is_newest=is_newest, now=now), strangers_in(readings)
    of_check = [reading for reading in readings if check is not None and reading.check_run_id == check.pk]
    return {
        "check": check,
        "readings": readings,
        "unread": [reading for reading in readings if reading.error],
        "page": page_of(request, rows),
        "still_in": [row for row in rows if row.still_in],
        "differing": sum(1 for row in rows if row.differs),
        "people": len(rows),
        "strangers": [
            (reading, strangers[reading.pk][:STRANGERS_SHOWN], len(strangers[reading.pk]))
            for reading in readings
            if strangers[reading.pk]
        ],
        "changes": sum(len(proposals_in(reading)) for reading in of_check),
        "has_changes": any(change_of(finding) for reading in of_check for finding in reading.findings.all()),
    }
