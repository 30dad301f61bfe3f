"""Views of drift checks: the newest, earlier ones, and a request for another."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import clock
from members.channels.models import Channel, ChannelKind
from members.drift import tasks, workflow
from members.drift.forms import PasteForm
from members.drift.models import DriftCheck
from members.drift.pages.checks import earlier_context, newest_context
from members.drift.pages.strangers import strangers_in
from members.drift.policy import Action, possible, require
from members.drift.queries.checks import finished_checks, readings_of
from members.people.requests import PortalRequest
from web.access import posted
from web.background import hint_on_commit
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, back_on_conflict, next_or, status


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Show the newest check with the newest of each pasted list, and what can be done now."""
    require(Action.SEE_DRIFT, request.actor)
    context = {
        **newest_context(request, clock.now()),
        "may_check": Action.CHECK_DRIFT in possible(request.actor),
    }
    return render(request, "drift/index.html", context)


@require_POST
@back_on_conflict(lambda: "drift:index")
def request_check(request: PortalRequest) -> HttpResponse:
    """Ask for a check, which a worker runs, and go back to the page that asked for it."""
    check = workflow.request_check(by=request.actor)
    hint_on_commit(tasks.run_drift_check, str(check.pk))
    messages.success(request, "The check has begun. It takes a few seconds for each channel; reload the page then.")
    return next_or(request, "drift:index")


@require_safe
def history(request: PortalRequest) -> HttpResponse:
    """List every finished check, newest first."""
    require(Action.SEE_DRIFT, request.actor)
    return render(request, "drift/history.html", {"page": page_of(request, finished_checks())})


@require_safe
def detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show one check as it was found."""
    require(Action.SEE_DRIFT, request.actor)
    check = get_object_or_404(DriftCheck.objects.select_related("requested_by"), pk=pk)
    if check.finished_at is None:
        return redirect("drift:index")
    return render(request, "drift/detail.html", earlier_context(request, check, clock.now()))


@require_safe
def strangers(request: PortalRequest, pk: UUID, channel: int) -> HttpResponse:
    """List every account of one channel that is on no roster."""
    require(Action.SEE_DRIFT, request.actor)
    check = get_object_or_404(DriftCheck, pk=pk)
    reading = next((reading for reading in readings_of(check) if reading.channel_id == channel), None)
    if reading is None:
        raise Http404
    page = page_of(request, strangers_in([reading])[reading.pk])
    return render(request, "drift/strangers.html", {"check": check, "reading": reading, "page": page})


@require_http_methods(FORM_METHODS)
def paste(request: PortalRequest, channel: int) -> HttpResponse:
    """Compare a list that has no server."""
    require(Action.CHECK_DRIFT, request.actor)
    pasted = get_object_or_404(Channel.objects.in_use().filter(kind=ChannelKind.LIST), pk=channel)
    form = PasteForm(posted(request), request.FILES or None)
    check = attempt(form, lambda: workflow.paste_list(pasted, form.content, by=request.actor))
    if check:
        messages.success(request, "The list is compared. Below is what differs.")
        return redirect(check)
    return render(request, "drift/paste.html", {"channel": pasted, "form": form}, status=status(form))
