"""Bringing channels in line with the roster: the dry run, the confirmation, and how far it is."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.drift import tasks, workflow
from members.drift.forms import ApplyForm
from members.drift.models import Change, DriftCheck
from members.drift.pages import change_in_words
from members.drift.policy import Action, require
from members.drift.workflow import Proposal
from members.people.policy import Actor
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.background import hint_on_commit
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, status


@require_http_methods(FORM_METHODS)
@fresh_factor
def apply(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Choose changes, see each of them once more, and order them."""
    require(Action.APPLY_DRIFT, request.actor)
    ours = get_object_or_404(DriftCheck, pk=pk)
    plan = workflow.plan(ours)
    form = ApplyForm(posted(request), plan=plan)
    is_confirmed = "confirmed" in request.POST
    if is_confirmed and attempt(form, lambda: _order(ours, form, request.actor)):
        messages.success(request, "The changes are ordered and being made. Each line says how it went.")
        return redirect("drift:changes", pk=ours.pk)
    chosen: list[Proposal] | None = None
    if not is_confirmed and "again" not in request.POST:
        chosen = attempt(form, lambda: workflow.review_apply(ours, form.said()))
    if chosen:
        points = [change_in_words(one.act, one.finding) for one in chosen]
        return render(request, "drift/confirm.html", {"check": ours, "form": form, "points": points})
    context = {"check": ours, "plan": plan, "form": form, "obstacle": workflow.obstacle_to_apply(ours, clock.now())}
    return render(request, "drift/apply.html", context, status=status(form))


def _order(ours: DriftCheck, form: ApplyForm, by: Actor) -> list[Change]:
    changes = workflow.confirm_apply(ours, form.said(), by=by)
    for change in changes:
        hint_on_commit(tasks.make_drift_change, str(change.pk))
    return changes


@require_safe
def changes(request: PortalRequest, pk: UUID) -> HttpResponse:
    """What was ordered because of a check, and how each change went."""
    require(Action.SEE_DRIFT, request.actor)
    ours = get_object_or_404(DriftCheck, pk=pk)
    ordered = Change.objects.filter(finding__reading__check_run=ours)
    page = page_of(request, ordered.select_related("finding__reading__channel", "finding__person", "confirmed_by"))
    context = {
        "check": ours,
        "page": page,
        "rows": [(change, change_in_words(change.act, change.finding)) for change in page],
        "waiting": ordered.waiting().count(),
        "failed": ordered.filter(failed_at__isnull=False).count(),
        "total": ordered.count(),
    }
    return render(request, "drift/changes.html", context)
