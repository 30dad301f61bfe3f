"""Checks and readings: the newest ones, those of one check, and what stands out today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery

from members.channels.connectors import NEEDED, server_of
from members.channels.models import Channel, ChannelKind
from members.channels.registry import ChecksState, PastedList
from members.drift.models import Change, DriftCheck, Finding, FindingQuerySet, Reading


@dataclass(frozen=True)
class CheckOverview:
    """The checks that the first page of drift shows."""

    newest: DriftCheck | None
    """The newest finished check of the servers."""
    waiting: DriftCheck | None
    """The oldest check that is not finished."""
    has_history: bool
    """Whether any check has finished, that of a pasted list included."""


def overview() -> CheckOverview:
    """Return the newest and the waiting check. One query."""
    finished, lists = DriftCheck.objects.finished(), Reading.objects.filter(channel__kind=ChannelKind.LIST)
    checks: QuerySet[Any] = (
        DriftCheck.objects.filter(Q(finished_at=None) | Q(pk=finished.whole().first_key()) | Q(pk=finished.first_key()))
        .annotate(is_pasted=Exists(lists.filter(check_run=OuterRef("pk"))))
        .select_related("requested_by")
        .order_by("requested_at")
    )
    waiting = [check for check in checks if check.finished_at is None]
    servers = [check for check in checks if check.finished_at is not None and not check.is_pasted]
    newest = max(servers, key=lambda check: (check.finished_at, check.requested_at), default=None)
    if newest:
        newest.is_newest = True  # known by now, so the policy need not ask
    return CheckOverview(
        newest=newest,
        waiting=waiting[0] if waiting else None,
        has_history=len(checks) > len(waiting),
    )


def finished_checks() -> QuerySet[Any]:
    """Return every finished check, newest first, with the numbers of findings `found` and channels `unread`."""
    checks = DriftCheck.objects.finished().select_related("requested_by").prefetch_related("readings__channel")
    counted: QuerySet[Any] = checks.annotate(
        found=Count("readings__findings", distinct=True),
        unread=Count("readings", filter=~Q(readings__error=""), distinct=True),
    )
    return counted


def checks_state() -> ChecksState:
    """Return when the servers were last checked, and whether a check is under way. One query."""
    times = DriftCheck.objects.whole().aggregate(
        last=Max("finished_at"), asked=Min("requested_at", filter=Q(finished_at=None))
    )
    return ChecksState(any(server_of(kind) for kind in NEEDED), times["last"], times["asked"])


def look_after(check: DriftCheck) -> DriftCheck | None:
    """Return the first check of the servers that was asked for after the changes of `check`; None while there is none.

    One query.
    """
    made = Change.objects.filter(finding__reading__check_run=check).order_by("-done_at").values("done_at")
    last = Subquery(made.filter(done_at__isnull=False)[:1])
    return DriftCheck.objects.whole().filter(requested_at__gte=last).order_by("requested_at").first()


def readings_of(check: DriftCheck) -> list[Reading]:
    """Return the readings of one check with their findings, in the order of the channels. Two queries."""
    return list(_with_findings(check.readings.all()))


def newest_readings(check: DriftCheck | None) -> list[Reading]:
    """Return the readings of `check`, then the newest one of each pasted list in use. Two queries."""
    wanted = Q(pk__in=_newest_pasted().values("pk"))
    if check is not None:
        wanted |= Q(check_run=check)
    readings = list(_with_findings(Reading.objects.filter(wanted)))
    return sorted(readings, key=lambda reading: reading.channel.kind == ChannelKind.LIST)


def newest_lists() -> list[PastedList]:
    """Return when each list in use was last pasted, and by whom. One query."""
    return [
        PastedList(reading.channel_id, reading.server, reading.check_run.finished_at)
        for reading in _newest_pasted().select_related("check_run")
        if reading.check_run.finished_at
    ]


def _newest_pasted() -> QuerySet[Reading]:
    return Reading.objects.newest().filter(channel__kind=ChannelKind.LIST)


def _with_findings(readings: QuerySet[Reading]) -> QuerySet[Reading]:
    findings = Finding.objects.select_related("person", "change").order_by("pk")
    return readings.select_related("channel", "check_run").prefetch_related(Prefetch("findings", findings))


def has_been_read(channel: Channel) -> bool:
    """Return whether any finished check could read the channel."""
    return Reading.objects.filter(channel=channel, error="", check_run__finished_at__isnull=False).exists()


def connected_channels() -> list[Channel]:
    """Return the channels in use that have a server."""
    return [channel for channel in Channel.objects.in_use() if server_of(channel.kind)]


def standing_findings() -> FindingQuerySet:
    """Return everything that stands out in the channels that are read today: by a server, or as a pasted list."""
    kinds = [ChannelKind.LIST, *(kind for kind in NEEDED if server_of(kind))]
    return Finding.objects.standing().filter(reading__channel__kind__in=kinds)
