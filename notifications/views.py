"""Views of the link that a private mail carries, and of the mails that could not be sent."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from members.people.requests import PortalRequest
from notifications import workflow
from notifications.models import Delivery, Notice
from notifications.pages.failures import rows_of
from notifications.pages.waiting import state_of
from notifications.policy import NOTICES, POLICY, Action, NoticeAction
from notifications.routes import route_of
from web.pagination import page_of


@require_safe
def open_notice(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Redirect to the page that a mail is about; 404 for everybody it is not for."""
    if NoticeAction.OPEN not in NOTICES.possible(request.actor):
        raise Http404
    notice = get_object_or_404(Notice.objects.select_related("event"), pk=pk)
    route = route_of(notice)
    if route is None or not NOTICES.allows(NoticeAction.OPEN, request.actor, notice):
        raise Http404
    return redirect(route.link(notice.event))


@require_safe
def failures(request: PortalRequest) -> HttpResponse:
    """Show what waits and why, and the mails that could not be sent, newest first: to whom, why, and what to do."""
    POLICY.require(Action.SEE_FAILURES, request.actor)
    page = page_of(request, Delivery.objects.failed())
    context = {"state": state_of(request.now), "now": request.now, "page": page, "rows": rows_of(list(page))}
    return render(request, "notifications/failures.html", context)


@require_POST
def try_again(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Start over with one failed mail."""
    POLICY.require(Action.SEE_FAILURES, request.actor)
    workflow.try_again(get_object_or_404(Delivery, pk=pk), by=request.actor)
    messages.success(request, "The mail is tried again within a minute or so.")
    return redirect("notifications:failures")
