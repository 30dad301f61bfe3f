"""Somebody's own page: what they say of themselves, what is recorded about them, and the way out."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members import acceptance, documents, own_page, workflow
from members.forms.profile import LeaveForm, ProfileForm
from members.http import PortalRequest, fresh_factor, posted, public_page
from members.models import DocumentKind, DocumentVersion
from members.policy import Action, Conflict, check, check_accept
from members.views.common import FORM_METHODS


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """What the portal knows of the reader, and what they can do about it."""
    return render(request, "profile/index.html", own_page.contents(request.actor, clock.now()))


@require_http_methods(FORM_METHODS)
def edit(request: PortalRequest) -> HttpResponse:
    """Say who one is and what one wants."""
    actor = request.actor
    form = ProfileForm(
        posted(request),
        initial=own_page.as_typed(actor),
        today=clock.now().date(),
        is_member=actor.is_member,
        gets_mail=actor.is_member or actor.is_steering,
    )
    if form.is_valid():
        changed = workflow.change_profile(form.said(), by=actor)
        messages.success(request, "Your profile is saved." if changed else "Nothing was changed.")
        return redirect("profile:index")
    return render(request, "profile/edit.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(FORM_METHODS)
def responsibilities(request: PortalRequest) -> HttpResponse:
    """Read the version that holds, and accept it with one button."""
    person = check_accept(request.actor)
    if request.method == "POST":
        return _accept(request)
    standing = acceptance.standing_of(person)
    last = standing.last.version if standing.last else None
    context = {
        "standing": standing,
        "text": documents.filled(standing.version.text),
        "lines": documents.differences(last.text, standing.version.text) if last else [],
    }
    return render(request, "profile/responsibilities.html", context)


def _accept(request: PortalRequest) -> HttpResponse:
    number = request.POST.get("version", "")
    read = DocumentVersion.objects.filter(
        kind=DocumentKind.RESPONSIBILITIES, number=int(number) if number.isdecimal() and len(number) < 9 else 0
    ).first()
    if read is None:
        messages.error(request, "Press the button below the text. Nothing was recorded.")
        return redirect("profile:responsibilities")
    try:
        workflow.accept_responsibilities(read, by=request.actor)
    except Conflict as conflict:
        messages.error(request, str(conflict))
        return redirect("profile:responsibilities")
    messages.success(request, f"You have accepted version {read.number} of the responsibilities.")
    return redirect("profile:index")


@require_http_methods(FORM_METHODS)
@fresh_factor
def export(request: PortalRequest) -> HttpResponse:
    """Everything about the reader as one file; the page before it says what is in it."""
    if request.method != "POST":
        return render(request, "profile/export.html")
    data = workflow.export_own_data(by=request.actor)
    response = HttpResponse(json.dumps(data, indent=2, ensure_ascii=False) + "\n", content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="psrt-portal-my-data.json"'
    return response


@require_http_methods(FORM_METHODS)
@fresh_factor
def leave(request: PortalRequest) -> HttpResponse:
    """Leave the team by oneself, to emeritus; everything is closed at once."""
    check(Action.RESIGN, request.actor)
    form = LeaveForm(posted(request))
    context: dict[str, Any] = {"form": form, **own_page.leaving(request.actor, clock.now())}
    if not form.is_bound or context["refusal"] or not form.is_valid():
        refused = 409 if context["refusal"] else 422
        return render(request, "profile/leave.html", context, status=refused if form.is_bound else 200)
    try:
        workflow.resign(by=request.actor, reason=form.cleaned_data["reason"])
    except Conflict as conflict:
        context["refusal"] = str(conflict)
        return render(request, "profile/leave.html", context, status=409)
    logout(request)
    return redirect("profile:goodbye")


@public_page
@require_safe
def goodbye(request: HttpRequest) -> HttpResponse:
    """After leaving: the same words for everybody."""
    return render(request, "profile/goodbye.html")
