"""What the Steering Council decided on people: the list, and recording one more."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.people.requests import PortalRequest
from nominations import workflow
from nominations.forms.resolving import ResolutionForm
from nominations.models import Resolution, ResolutionKind
from nominations.policy import Action, check_general, general
from web.access import fresh_factor, posted
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, status

#: What a decision that carried has done, after the name.
_EFFECTS = {
    ResolutionKind.DESIGNATE_ADMIN: "became an admin",
    ResolutionKind.RELEASE_ADMIN: "stopped being an admin",
    ResolutionKind.REMOVE_MEMBER: "left the team",
    ResolutionKind.RETURN_MEMBER: "may come back; the onboarding began",
}


def _effect(resolution: Resolution) -> str:
    if not resolution.carries:
        return "It did not carry; nothing changed."
    return f"{resolution.person.name} {_EFFECTS[ResolutionKind(resolution.kind)]}."


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Every decision, newest first."""
    check_general(Action.LIST_RESOLUTIONS, request.actor)
    page = page_of(request, Resolution.objects.newest_first())
    context: dict[str, Any] = {
        "page": page,
        "rows": [(resolution, _effect(resolution)) for resolution in page],
        "may_resolve": Action.RESOLVE in general(request.actor),
    }
    return render(request, "nominations/resolutions.html", context)


@require_http_methods(FORM_METHODS)
@fresh_factor
def resolve(request: PortalRequest) -> HttpResponse:
    """Record a decision; one that carries takes effect at once."""
    check_general(Action.RESOLVE, request.actor)
    form = ResolutionForm(posted(request), actor=request.actor, now=clock.now())
    resolution = attempt(form, lambda: workflow.record_resolution(**form.said(), by=request.actor), "person")
    if resolution:
        messages.success(request, f"The decision is recorded. {_effect(resolution)}")
        return redirect("nominations:resolutions")
    context = {"form": form, "may_return": settings.RETURN_BY_DECISION}
    return render(request, "nominations/resolve.html", context, status=status(form))
