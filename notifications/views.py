"""Views of the link that a private mail carries, of one's own mail, and of the mails that could not be sent."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.people.requests import PortalRequest
from nominations.models import Nomination
from notifications import workflow
from notifications.forms import ChoicesForm
from notifications.models import Delivery, Notice
from notifications.pages import choices as choosing
from notifications.pages import muting
from notifications.pages.failures import rows_of
from notifications.pages.sent import LATELY, sent_to
from notifications.pages.sent import rows_of as sent_rows
from notifications.pages.waiting import state_of
from notifications.policy import MUTES, NOTICES, POLICY, Action, MuteAction, NoticeAction
from notifications.routes import route_of
from web.access import posted
from web.confirmation import ConfirmationPage, confirmation_page
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, status


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
def sent(request: PortalRequest) -> HttpResponse:
    """Show what was mailed to the reader, newest first."""
    page = page_of(request, sent_to(request.actor))
    context = {"page": page, "rows": sent_rows(list(page), request.actor), "keeps": workflow.KEEP_DELIVERIES}
    return render(request, "notifications/sent.html", context)


@require_http_methods(FORM_METHODS)
def choices(request: PortalRequest) -> HttpResponse:
    """Choose how soon mail of each topic comes; show what is muted, and what was sent lately."""
    actor = request.actor
    person = NOTICES.require_any(NoticeAction.CHOOSE, actor)
    form = ChoicesForm(
        posted(request), initial=choosing.initial_of(person, actor), possible=choosing.possible_for(actor)
    )
    changed = attempt(form, lambda: workflow.choose(form.wanted, by=actor))
    if changed is not None:
        messages.success(request, "Your choices are saved." if changed else "Nothing was changed.")
        return redirect("notifications:choices")
    context = choosing.contents(form, person, actor)
    lately = sent_to(actor)
    context |= {"sent": sent_rows(list(lately[:LATELY]), actor), "number": lately.count()}
    return render(request, "notifications/choices.html", context, status=status(form))


@require_http_methods(FORM_METHODS)
def mute(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Stop mail about a nomination that asks nothing of the reader; the page before it says what still comes."""
    nomination = _nomination(request, pk)
    if request.method == "POST":
        workflow.mute(nomination, by=request.actor)
        messages.success(request, f"Mail about the nomination of {nomination.nominee.name} is muted.")
        return redirect(nomination)
    MUTES.require(MuteAction.MUTE, request.actor, nomination)
    if muting.is_muted(nomination, request.actor):
        return redirect("notifications:unmute", pk)
    return _confirmation(request, muting.mute_page(nomination), nomination)


@require_http_methods(FORM_METHODS)
def unmute(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Let all mail about a nomination come again."""
    nomination = _nomination(request, pk)
    if request.method == "POST":
        workflow.unmute(nomination, by=request.actor)
        messages.success(request, f"Mail about the nomination of {nomination.nominee.name} comes again.")
        return redirect("notifications:choices")
    return _confirmation(request, muting.unmute_page(nomination), nomination)


def _nomination(request: PortalRequest, pk: UUID) -> Nomination:
    return get_object_or_404(Nomination.objects.visible_to(request.actor).select_related("nominee"), pk=pk)


def _confirmation(request: PortalRequest, page: ConfirmationPage, nomination: Nomination) -> HttpResponse:
    label = f"Nomination of {nomination.nominee.name}"
    return confirmation_page(request, page, back=nomination.get_absolute_url(), back_label=label)


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
