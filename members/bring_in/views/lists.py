"""Saving a list that was previewed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from members.accounts.policy import Action, require
from members.bring_in import workflow
from members.bring_in.forms.lists import ListForm
from members.bring_in.pages import overview as pages
from members.bring_in.pasted import keep
from members.bring_in.queries import lists
from members.people.requests import PortalRequest
from web.access import fresh_factor
from web.views import attempt

_CHANGED = "Something has changed since the preview. Look at the new one below, and save again."


@require_POST
@fresh_factor
def save(request: PortalRequest) -> HttpResponse:
    """Save the lines without a fault, exactly as the preview showed them; the rest goes back into the box."""
    require(Action.INVITE, request.actor)
    form = ListForm(request.POST)
    checked = []
    if form.is_valid():
        evidence = form.cleaned_data["evidence"]
        checked = lists.check(form.lines, request.now, request.actor, matched=form.matches, evidence=evidence)
        if request.POST.get("mark") != lists.mark_of(checked):
            form.add_error(None, _CHANGED)
    invitations = attempt(form, lambda: workflow.save_list(checked, by=request.actor))
    if invitations is None:
        context = pages.overview(request, form, checked)
        return render(request, "bring_in/overview.html", context, status=422)
    request.session[pages.REST] = keep(form.cleaned_data["text"], [each.line.number for each in checked if each.fault])
    messages.success(request, pages.saved(checked, invitations, request.now))
    return redirect("bring_in:overview")
