"""How the channels differ from the roster: the newest check, earlier ones, and asking for another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import clock
from members.channels.models import Channel, ChannelKind
from members.drift import pages, tasks, workflow
from members.drift.forms import PasteForm
from members.drift.models import DriftCheck, Reading
from members.drift.policy import Action, possible, require
from members.people.requests import PortalRequest
from web.access import posted
from web.background import hint_on_commit
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, back_on_conflict, status

#: So many strangers of a channel stand on the page of a check; all of them have a page of their own.
_STRANGERS_SHOWN = 10


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """The newest check with the newest of each pasted list, and what can be done now."""
    require(Action.SEE_DRIFT, request.actor)
    newest = DriftCheck.objects.finished().whole().first()
    readings = [*(pages.readings_of(newest) if newest else []), *pages.newest_lists()]
    context: dict[str, Any] = {
        **_shown(request, newest, readings, is_newest=True),
        "waiting": DriftCheck.objects.waiting().select_related("requested_by").first(),
        "unconnected": list(pages.unconnected()),
        "is_connected": bool(workflow.connected_channels()),
        "lists": Channel.objects.in_use().filter(kind=ChannelKind.LIST),
        "has_history": DriftCheck.objects.finished().exists(),
        "may_check": Action.CHECK_DRIFT in possible(request.actor),
    }
    return render(request, "drift/index.html", context)


def _shown(
    request: PortalRequest, ours: DriftCheck | None, readings: list[Reading], *, is_newest: bool
) -> dict[str, Any]:
    """What the newest and an earlier check show alike."""
    rows = pages.rows_of(readings, is_newest=is_newest)
    strangers = [(reading, pages.strangers_in(reading)) for reading in readings]
    return {
        "check": ours,
        "readings": readings,
        "unread": [reading for reading in readings if reading.error],
        "page": page_of(request, rows),
        "still_in": [row for row in rows if row.still_in],
        "differing": sum(1 for row in rows if row.differs),
        "people": len(rows),
        "strangers": [(one, found[:_STRANGERS_SHOWN], len(found)) for one, found in strangers if found],
        "obstacle": workflow.obstacle_to_apply(ours, clock.now()) if ours else "",
        "changes": sum(len(part.proposals) for part in workflow.plan(ours)) if ours else 0,
        "has_changes": ours is not None and ours.readings.filter(findings__change__isnull=False).exists(),
    }


@require_POST
@back_on_conflict(lambda: reverse("drift:index"))
def request_check(request: PortalRequest) -> HttpResponse:
    """Ask for a check; a worker runs it."""
    check = workflow.request_check(by=request.actor)
    hint_on_commit(tasks.run_drift_check, str(check.pk))
    messages.success(request, "The check has begun. It takes a few seconds for each channel.")
    return redirect("drift:index")


@require_safe
def history(request: PortalRequest) -> HttpResponse:
    """Every check, newest first."""
    require(Action.SEE_DRIFT, request.actor)
    checks = DriftCheck.objects.finished().select_related("requested_by").prefetch_related("readings__channel")
    counted = checks.annotate(
        found=Count("readings__findings", distinct=True),
        unread=Count("readings", filter=~Q(readings__error=""), distinct=True),
    )
    return render(request, "drift/history.html", {"page": page_of(request, counted)})


@require_safe
def detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    """One check, as it was."""
    require(Action.SEE_DRIFT, request.actor)
    ours = get_object_or_404(DriftCheck, pk=pk)
    if ours.finished_at is None:
        return redirect("drift:index")
    readings = pages.readings_of(ours)
    lists = [one.channel for one in readings if one.channel.kind == ChannelKind.LIST and not one.channel.retired_at]
    context = {**_shown(request, ours, readings, is_newest=False), "pasted": lists[0] if lists else None}
    return render(request, "drift/detail.html", context)


@require_safe
def strangers(request: PortalRequest, pk: UUID, channel: int) -> HttpResponse:
    """Every account of one channel that is on no roster."""
    require(Action.SEE_DRIFT, request.actor)
    get_object_or_404(Reading, check_run=pk, channel=channel)
    ours = DriftCheck.objects.get(pk=pk)
    reading = next(one for one in pages.readings_of(ours) if one.channel_id == channel)
    context = {"check": ours, "reading": reading, "page": page_of(request, pages.strangers_in(reading))}
    return render(request, "drift/strangers.html", context)


@require_http_methods(FORM_METHODS)
def paste(request: PortalRequest, channel: int) -> HttpResponse:
    """Compare a list that has no server."""
    require(Action.CHECK_DRIFT, request.actor)
    found = get_object_or_404(Channel.objects.in_use().filter(kind=ChannelKind.LIST), pk=channel)
    form = PasteForm(posted(request), request.FILES or None)
    ours = attempt(form, lambda: workflow.paste_list(found, form.said(), by=request.actor))
    if ours:
        messages.success(request, "The list is compared. Below is what differs.")
        return redirect(ours)
    return render(request, "drift/paste.html", {"channel": found, "form": form}, status=status(form))
