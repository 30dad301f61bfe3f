"""The view of the audit log."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit import workflow
from members.people.policy import Action, require
from members.people.requests import PortalRequest
from psrt_portal.audit_log.forms import LogForm
from psrt_portal.audit_log.page import days_of, last_check
from psrt_portal.audit_log.reading import events_for
from web.pagination import uncounted_page_of


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Show the log to an admin, newest first; that they read it is recorded once a day."""
    reader = require(Action.READ_AUDIT_LOG, request.actor)
    workflow.note_reading(reader)
    form = LogForm(request.GET)
    is_valid = form.is_valid()
    page = uncounted_page_of(request, events_for(request.actor, form.wanted)) if is_valid else None
    asked = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    context = {
        "form": form,
        "page": page,
        "days": days_of(page, request.actor, request.now) if page else [],
        "is_filtered": bool(asked),
        "query": urlencode(asked),
        "check": last_check(request.now),
    }
    return render(request, "audit_log/page.html", context, status=200 if is_valid else 422)
