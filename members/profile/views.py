"""Views of a person's own page, its form, and the file of their own data."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from members.people.requests import PortalRequest
from members.profile import pages, workflow
from members.profile.forms import ProfileForm
from web.access import fresh_factor, posted
from web.views import FORM_METHODS, attempt


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Show the readers what the portal holds about them, and what they can do about it."""
    return render(request, "profile/own.html", pages.contents(request.actor, request.now))


@require_http_methods(FORM_METHODS)
def edit(request: PortalRequest) -> HttpResponse:
    """Change name, affiliation and preferences."""
    actor = request.actor
    form = ProfileForm(
        posted(request),
        initial=pages.initial_of(actor),
        today=request.now.date(),
        is_member=actor.is_member,
        is_first=pages.has_no_preferences(actor),
    )
    changed = attempt(form, lambda: workflow.change_profile(workflow.Profile(**form.cleaned_data), by=actor), "name")
    if changed is not None:
        messages.success(request, "Your profile is saved." if changed else "Nothing was changed.")
        return redirect("profile:own")
    return render(request, "profile/edit.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(FORM_METHODS)
@fresh_factor
def export(request: PortalRequest) -> HttpResponse:
    """Download everything about the reader as one file; the page before it says what is in it."""
    if request.method != "POST":
        return render(request, "profile/export.html")
    data = workflow.export_own_data(by=request.actor)
    response = HttpResponse(json.dumps(data, indent=2, ensure_ascii=False) + "\n", content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="psrt-portal-my-data.json"'
    return response
