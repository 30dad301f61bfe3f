"""Pages for somebody who cannot get in, and to stop what somebody else asked for in their name."""

from __future__ import annotations

# allauth has no public function by which one reads who has typed the password and no second factor yet (65.21).
# tests/members/resets/test_resets.py holds what this one does.
from allauth.account.internal.stagekit import unstash_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit import clock
from members.people.models import Person
from members.resets import links, pages, queries, workflow
from members.resets.enums import ResetPhase
from web.access import public_form
from web.conflicts import Conflict
from web.views import FORM_METHODS


@login_not_required
@require_http_methods(FORM_METHODS)
def lost(request: HttpRequest) -> HttpResponse:
    """Show somebody who has typed their password, and has no second factor, the way on; take and stop their request."""
    person = _who_asks(request)
    if person is None:
        return render(request, "resets/without_password.html", status=200 if request.method != "POST" else 403)
    sentence = ""
    if request.method == "POST":
        try:
            _act(request, person)
        except Conflict as conflict:
            sentence = str(conflict)
        else:
            return redirect("resets:lost")
    now = clock.now()
    reset = queries.latest_of(person)
    phase = reset.phase(now) if reset else None
    context = {
        "reset": reset,
        "phase": phase,
        "waits": phase in {ResetPhase.ASKED, ResetPhase.PROPOSED},
        "steps": pages.steps(reset, now) if reset else [],
        "sentence": sentence,
    }
    return render(request, "resets/lost.html", context, status=409 if sentence else 200)


def _who_asks(request: HttpRequest) -> Person | None:
    """Return the person of the session: signed in, or between the password and the second factor; None for others."""
    login = unstash_login(request, peek=True)
    user = request.user if request.user.is_authenticated else login and login.user
    person: Person | None = user.person if user and user.is_active else None
    return person


def _act(request: HttpRequest, person: Person) -> None:
    """Ask for a reset, or stop the one that waits. Raises `Conflict`."""
    if request.POST.get("act") != "stop":
        workflow.ask_for_reset(person)
        return
    reset = queries.latest_of(person)
    if reset is None:
        raise Conflict("There is no request to stop.")
    workflow.stop_reset(reset)


@public_form
@require_http_methods(FORM_METHODS)
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a reset by the link that went to the address of the login."""
    reset = links.find(token)
    if reset is None:
        return render(request, "accounts/stop_closed.html", status=404)
    sentence = ""
    if request.method == "POST":
        try:
            workflow.stop_reset(reset)
        except Conflict as conflict:
            sentence = str(conflict)
        else:
            return redirect(request.path)
    context = {"reset": reset, "phase": reset.phase(clock.now()), "sentence": sentence}
    return render(request, "resets/stop.html", context, status=409 if sentence else 200)
