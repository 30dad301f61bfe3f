"""The page behind the two private links of a notice."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit import clock
from members.inactivity import links, workflow
from members.inactivity.enums import NoticeAnswer
from members.inactivity.forms import ActiveForm
from members.inactivity.links import AnswerLink
from members.inactivity.policy import OF_NAMED, NamedAction
from web.access import posted, public_form, within_limit
from web.conflicts import Conflict
from web.views import FORM_METHODS

#: Ours: an answer takes one or two posts. Counted per address.
ANSWER_LIMIT = "20/h/ip"


@public_form
@require_http_methods(FORM_METHODS)
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Take one of the two answers. GET changes nothing, because mail scanners follow links."""
    link = links.find(token)
    if link is None:
        return render(request, "inactivity/answer_closed.html", status=404)
    if request.method == "POST" and not within_limit(request, "activity", ANSWER_LIMIT):
        return render(request, "429.html", status=429)
    form = ActiveForm(posted(request))
    if request.method != "POST" or (link.answer == NoticeAnswer.ACTIVE and not form.is_valid()):
        return _page(request, link, form, status=422 if request.method == "POST" else 200)
    try:
        if link.answer == NoticeAnswer.ACTIVE:
            workflow.answer_active(token, form.cleaned_data["text"])
        else:
            workflow.answer_retire(token)
    except Conflict as conflict:
        return _page(request, link, form, wrong=str(conflict), status=409)
    return redirect("inactivity:answer", token)


def _page(request: HttpRequest, link: AnswerLink, form: ActiveForm, *, status: int, wrong: str = "") -> HttpResponse:
    now, review = clock.now(), link.entry.review
    obstacle = OF_NAMED.obstacle(NamedAction.ANSWER, link.entry, now)
    context = {
        "entry": link.entry,
        "review": review,
        "obstacle": obstacle,
        "is_over": not review.takes_answers(now),
        "retires": link.answer == NoticeAnswer.RETIRE,
        "form": form,
        "wrong": "" if wrong == obstacle else wrong,
    }
    return render(request, "inactivity/answer.html", context, status=status)
