"""What members write about a report: notes, messages to the reporter, and changes of their own."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from advisories.reports import workflow
from advisories.reports.forms.triage import EditMessageForm, WriteForm
from advisories.reports.models import Message, Report
from advisories.reports.pages import confirmations
from advisories.reports.policy import Action, require
from advisories.reports.views.lookup import on_report, on_report_part, show
from members.people.requests import PortalRequest
from web.access import posted
from web.confirmation import confirmation_page
from web.conflicts import Conflict, NotAllowed
from web.views import FORM_METHODS


@require_POST
@on_report
def note(request: PortalRequest, report: Report) -> HttpResponse:
    """Save an internal note."""
    form = WriteForm(request.POST)
    if not form.is_valid():
        return show(request, report, form)
    workflow.write_note(report, form.cleaned_data["body"], by=request.actor, once=form.cleaned_data["once"])
    messages.success(request, "The note is saved. Only the team sees it.")
    return redirect(report)


@require_POST
@on_report
def message(request: PortalRequest, report: Report) -> HttpResponse:
    """Write to the reporter."""
    form = WriteForm(request.POST)
    if not form.is_valid():
        return show(request, report, form)
    workflow.write_message(report, form.cleaned_data["body"], by=request.actor, once=form.cleaned_data["once"])
    messages.success(request, "Sent: the reporter sees it on their page.")
    return redirect(report)


@require_http_methods(FORM_METHODS)
@on_report_part
def edit_message(request: PortalRequest, report: Report, pk: UUID) -> HttpResponse:
    """Change one's own message or note."""
    require(Action.EDIT_MESSAGE, request.actor, report)
    own = _own(request, report, pk)
    form = EditMessageForm(posted(request), initial={"body": own.body, "before": own.body})
    if form.is_valid() and _edit(request, report, own, form):
        return redirect(f"{report.get_absolute_url()}#message-{own.pk}")
    page = confirmations.edit_message(own)
    return confirmation_page(request, page, back=report.get_absolute_url(), back_label=report.reference, form=form)


def _own(request: PortalRequest, report: Report, pk: UUID) -> Message:
    """Return the message; one that is not there is a 404, another's is refused."""
    found = report.messages.visible_to(request.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    if not request.actor.is_person(found.author) or found.author_id is None:
        raise NotAllowed(Action.EDIT_MESSAGE)
    return found


def _edit(request: PortalRequest, report: Report, own: Message, form: EditMessageForm) -> bool:
    """Change the message; after a change in another window the form asks again, made from the newest text."""
    typed = form.cleaned_data
    try:
        workflow.edit_message(report, own, typed["body"], before=typed["before"], by=request.actor)
    except Conflict as conflict:
        form.add_error("body", f"{conflict} It says: {own.body}")
        form.data = {**form.data.dict(), "before": own.body}  # type: ignore[attr-defined]
        return False
    messages.success(request, "Changed. What it said before stays readable.")
    return True
