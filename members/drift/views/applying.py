"""Bringing channels in line with the roster: the dry run, the confirmation, and the ordered changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.drift import tasks, workflow
from members.drift.forms import ApplyForm, LookForm
from members.drift.models import Change, DriftCheck
from members.drift.pages.changes import changes_context
from members.drift.pages.sentences import change_as_text
from members.drift.policy import CHECKS, Action, CheckAction, require
from members.drift.queries import plans
from members.people.policy import Actor
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted, takes_many
from web.background import hint_on_commit
from web.views import FORM_METHODS, attempt, status


@require_http_methods(FORM_METHODS)
@fresh_factor
@takes_many(r"channel_\d+")
def apply(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Choose changes, see each of them once more, and order them."""
    CHECKS.require_any(CheckAction.APPLY, request.actor)
    check, now = get_object_or_404(DriftCheck, pk=pk), clock.now()
    plan = plans.plan(check, now)
    form = ApplyForm(posted(request), plan=plan)
    chosen: list[plans.Proposal] | None = None
    if "again" not in request.POST:
        chosen = attempt(form, lambda: _review(check, form, request.actor, now))
    if not chosen:
        context = {"check": check, "plan": plan, "form": form}
        obstacle = CHECKS.obstacle(CheckAction.APPLY, check, now)
        return render(request, "drift/apply.html", {**context, "obstacle": obstacle}, status=status(form))
    look = LookForm(request.POST if "confirmed" in request.POST else None, proposals=chosen)
    if look.is_bound and attempt(look, lambda: _order(check, form, look, request.actor)):
        messages.success(request, "The changes are being made. A check follows them, and this page shows its result.")
        return redirect("drift:changes", pk=check.pk)
    points = [change_as_text(proposal.act, proposal.finding) for proposal in chosen]
    context = {"check": check, "form": form, "look": look, "points": points}
    return render(request, "drift/confirm.html", context, status=status(look))


def _review(check: DriftCheck, form: ApplyForm, by: Actor, now: datetime) -> list[plans.Proposal]:
    CHECKS.require(CheckAction.APPLY, by, check, now)
    return plans.review(check, form.findings, now)


def _order(check: DriftCheck, form: ApplyForm, look: LookForm, by: Actor) -> list[Change]:
    changes = workflow.confirm_apply(check, form.findings, looked_at=look.looked_at, by=by)
    for change in changes:
        hint_on_commit(tasks.make_drift_change, str(change.pk))
    return changes


@require_safe
def changes(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show what was ordered because of a check, and how each change went."""
    require(Action.SEE_DRIFT, request.actor)
    return render(request, "drift/changes.html", changes_context(request, get_object_or_404(DriftCheck, pk=pk)))
