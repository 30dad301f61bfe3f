"""The decisions of the Steering Council on people: the list, recording one, and the word of a second seat."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.people.policy import Actor
from members.people.requests import PortalRequest
from nominations import workflow
from nominations.forms.resolving import AnswerForm, ResolutionForm
from nominations.models import Resolution
from nominations.pages import resolutions as pages
from nominations.policy import GENERAL, RECORDED, RESOLUTIONS, GeneralAction, RecordedAction, ResolutionAction
from web import views
from web.access import fresh_factor, posted
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, check_first, status


def _page_of(pk: int) -> str:
    return reverse("nominations:resolution", args=[pk])


_back_on_conflict = views.back_on_conflict(_page_of)


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """List every decision, newest first."""
    GENERAL.require(GeneralAction.LIST_RESOLUTIONS, request.actor)
    page = page_of(request, Resolution.objects.newest_first())
    return render(request, "nominations/resolutions.html", pages.resolutions(request.actor, page))


@require_safe
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    """Show one decision: what it does, who has spoken, and what it corrects."""
    RECORDED.require_any(RecordedAction.SEE, request.actor)
    resolution = get_object_or_404(Resolution.objects.whole(), pk=pk)
    return render(request, "nominations/resolution.html", pages.resolution(request.actor, resolution, clock.now()))


@require_http_methods(FORM_METHODS)
@fresh_factor
def resolve(request: PortalRequest) -> HttpResponse:
    """Record a decision, which then waits for a second seat; a link here can suggest `kind` and `person`."""
    RESOLUTIONS.require_any(ResolutionAction.RECORD, request.actor)
    return _record(request, None, request.GET)


@require_http_methods(FORM_METHODS)
@fresh_factor
@_back_on_conflict
def correct(request: PortalRequest, pk: int) -> HttpResponse:
    """Record a decision anew, in place of a mistaken record that has had no effect."""
    RESOLUTIONS.require_any(ResolutionAction.RECORD, request.actor)
    corrects = get_object_or_404(Resolution.objects.whole(), pk=pk)
    return _record(request, corrects)


def _record(
    request: PortalRequest, corrects: Resolution | None, suggested: Mapping[str, str] | None = None
) -> HttpResponse:
    form = ResolutionForm(posted(request), actor=request.actor, now=clock.now(), corrects=corrects, suggested=suggested)
    if corrects is not None:
        check_first(form, lambda: RECORDED.require(RecordedAction.CORRECT, request.actor, corrects))
    resolution = attempt(form, lambda: workflow.record_resolution(**form.arguments, by=request.actor), "person")
    if resolution:
        messages.success(request, f"The decision is recorded. {pages.effect(resolution)}")
        return redirect("nominations:resolution", resolution.pk)
    context = {"form": form, "may_return": settings.RETURN_BY_DECISION, "corrects": corrects}
    return render(request, "nominations/resolve.html", context, status=status(form))


@require_http_methods(FORM_METHODS)
@fresh_factor
@_back_on_conflict
def answer(request: PortalRequest, pk: int) -> HttpResponse:
    """Confirm a decision as the second seat, or object to it."""
    RECORDED.require_any(RecordedAction.OBJECT, request.actor)
    resolution, now = get_object_or_404(Resolution.objects.whole(), pk=pk), clock.now()
    context = pages.resolution(request.actor, resolution, now)
    form = AnswerForm(posted(request), effect=pages.title(resolution) + ".", may_confirm=context["may_confirm"])
    check_first(form, lambda: RECORDED.require(RecordedAction.OBJECT, request.actor, resolution, now))
    if answered := attempt(form, lambda: _answered(form, resolution, request.actor)):
        messages.success(request, pages.effect(answered))
        return redirect("nominations:resolution", pk)
    return render(request, "nominations/resolution.html", {**context, "form": form}, status=status(form))


def _answered(form: AnswerForm, resolution: Resolution, by: Actor) -> Resolution:
    if form.cleaned_data["answer"] == "confirm":
        return workflow.confirm_resolution(resolution, by=by)
    return workflow.object_to_resolution(resolution, form.cleaned_data["objection"], by=by)
