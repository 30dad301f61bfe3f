"""The decisions of the Steering Council on people: the list, and recording one more."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.people.requests import PortalRequest
from nominations import workflow
from nominations.forms.resolving import ResolutionForm
from nominations.models import Resolution
from nominations.pages import resolutions as pages
from nominations.policy import GENERAL, RESOLUTIONS, GeneralAction, ResolutionAction
from web.access import fresh_factor, posted
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, status


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """List every decision, newest first."""
    GENERAL.require(GeneralAction.LIST_RESOLUTIONS, request.actor)
    page = page_of(request, Resolution.objects.newest_first())
    return render(request, "nominations/resolutions.html", pages.resolutions(request.actor, page))


@require_http_methods(FORM_METHODS)
@fresh_factor
def resolve(request: PortalRequest) -> HttpResponse:
    """Record a decision; one that carries takes effect at once."""
    RESOLUTIONS.require_any(ResolutionAction.RECORD, request.actor)
    form = ResolutionForm(posted(request), actor=request.actor, now=clock.now())
    resolution = attempt(form, lambda: workflow.record_resolution(**form.arguments, by=request.actor), "person")
    if resolution:
        messages.success(request, f"The decision is recorded. {pages.effect(resolution)}")
        return redirect("nominations:resolutions")
    context = {"form": form, "may_return": settings.RETURN_BY_DECISION}
    return render(request, "nominations/resolve.html", context, status=status(form))
