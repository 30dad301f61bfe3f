"""Leaving the team by oneself."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.boarding import workflow
from members.boarding.forms import LeaveForm
from members.boarding.pages import leaving
from members.boarding.policy import Action, require
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted, public_page
from web.views import FORM_METHODS, attempt, status


@require_http_methods(FORM_METHODS)
@fresh_factor
def leave(request: PortalRequest) -> HttpResponse:
    """Leave the team by oneself, to emeritus; everything is closed at once."""
    require(Action.RESIGN, request.actor)
    form = LeaveForm(posted(request))
    if attempt(form, lambda: workflow.resign(by=request.actor, reason=form.cleaned_data["reason"])):
        logout(request)
        return redirect("boarding:goodbye")
    context: dict[str, Any] = {"form": form, **leaving.leaving(request.actor, clock.now())}
    is_refused = form.is_bound and context["refusal"]
    return render(request, "boarding/leave.html", context, status=409 if is_refused else status(form))


@public_page
@require_safe
def goodbye(request: HttpRequest) -> HttpResponse:
    """Say goodbye after leaving; the page is identical for every reader."""
    return render(request, "boarding/goodbye.html")
