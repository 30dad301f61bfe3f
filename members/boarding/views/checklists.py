"""Shared by the views of both directions: the list, one checklist, and ticking a step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from audit import clock
from members.boarding import queries, workflow
from members.boarding.enums import Direction
from members.boarding.models import Checklist, ChecklistStep
from members.boarding.pages import checklists
from members.boarding.policy import CHECKLISTS, Action, ChecklistAction, require
from members.people.requests import PortalRequest
from web.pagination import page_of


def finder(direction: Direction) -> Callable[..., Checklist]:
    """Return a function that finds a checklist by the key in the address, or answers 404."""

    def find(pk: UUID, **_more: Any) -> Checklist:
        return get_object_or_404(queries.detailed(direction, clock.now()), pk=pk)

    return find


def checklist_for(action: ChecklistAction, request: PortalRequest, direction: Direction, pk: UUID) -> Checklist:
    """Return a checklist for somebody who may do this to some checklist; the verb asks again about its state."""
    CHECKLISTS.require_any(action, request.actor)
    return finder(direction)(pk)


def list_page(request: PortalRequest, direction: Direction, template: str) -> HttpResponse:
    """Show every checklist of one direction, newest first."""
    require(Action.SEE_BOARDING, request.actor)
    now = clock.now()
    page = page_of(request, queries.listed(direction, now))
    return render(request, template, {"page": page, "rows": [checklists.row_of(one, now) for one in page]})


def detail_page(request: PortalRequest, direction: Direction, pk: UUID, template: str) -> HttpResponse:
    """Show one checklist."""
    require(Action.SEE_BOARDING, request.actor)
    now = clock.now()
    checklist = get_object_or_404(queries.detailed(direction, now), pk=pk)
    return render(request, template, checklists.context_of(checklist, request.actor, now))


def tick(request: PortalRequest, direction: Direction, pk: UUID, step: int) -> HttpResponse:
    """Tick one step off, as done or as not needed, or take that back."""
    CHECKLISTS.require_any(ChecklistAction.TICK, request.actor)
    of_checklist = ChecklistStep.objects.filter(checklist=pk, checklist__direction=direction)
    ticked = get_object_or_404(of_checklist.select_related("checklist"), pk=step)
    state = request.POST.get("state")
    workflow.tick(ticked, done=state != "undone", not_needed=state == "not_needed", by=request.actor)
    return redirect(f"{ticked.checklist.get_absolute_url()}#step-{ticked.pk}")
