"""The nominee's own page, behind a private link: the question, and where it stands."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit import clock
from nominations import links, workflow
from nominations.pages.nominee import NO_ANSWER, nominee
from nominations.policy import NomineeAction
from web.access import public_form, within_limit
from web.conflicts import Conflict
from web.views import FORM_METHODS

#: Ours: an answer takes one or two posts. Counted per address.
ANSWER_LIMIT = "20/h/ip"
_VERBS = {
    NomineeAction.ACCEPT: workflow.accept,
    NomineeAction.DECLINE: workflow.decline,
    NomineeAction.WITHDRAW: workflow.withdraw_as_nominee,
}


@public_form
@require_http_methods(FORM_METHODS)
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the nominee, and say where it stands; false and replaced links are the same 404."""
    nomination = links.find_nomination(token)
    if nomination is None:
        raise Http404
    context = {**nominee(nomination, clock.now()), "security_address": settings.SECURITY_ADDRESS}
    if request.method != "POST":
        return render(request, "nominations/nominee.html", context)
    if not within_limit(request, "nominee", ANSWER_LIMIT):
        return render(request, "429.html", status=429)
    if request.POST.get("answer") not in set(NomineeAction):
        return render(request, "nominations/nominee.html", {**context, "wrong": NO_ANSWER}, status=422)
    try:
        _VERBS[NomineeAction(request.POST["answer"])](nomination)
    except Conflict as conflict:
        return render(request, "nominations/nominee.html", {**context, "wrong": str(conflict)}, status=409)
    return redirect(links.nominee_path(nomination))
