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
from web.views import FORM_METHODS, back_on_conflict


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(lambda: "boarding:leave")
def leave(request: PortalRequest) -> HttpResponse:
    """Leave the team by oneself, to emeritus; everything is closed at once."""
    require(Action.RESIGN, request.actor)
    form = LeaveForm(posted(request))
    context: dict[str, Any] = {"form": form, **leaving.leaving(request.actor, clock.now())}
    if not form.is_bound or context["refusal"] or not form.is_valid():
        refused = 409 if context["refusal"] else 422
        return render(request, "boarding/leave.html", context, status=refused if form.is_bound else 200)
    workflow.resign(by=request.actor, reason=form.cleaned_data["reason"])
    logout(request)
    return redirect("boarding:goodbye")


@public_page
@require_safe
def goodbye(request: HttpRequest) -> HttpResponse:
    """Say goodbye after leaving; the page is identical for every reader."""
    return render(request, "boarding/goodbye.html")
