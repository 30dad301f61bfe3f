"""The public roster, its files, and one person's public page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.people.queries.roster import Roster, entry_of
from members.people.queries.roster import roster as team_on
from members.people.registry import credits_of
from members.roster import pages
from members.roster.forms import DayForm, TeamForm
from web.access import public_page
from web.pagination import page_of


@public_page
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Show the team, with a filter; ``?on=2025-12-04`` for the team on that day (UTC)."""
    form = TeamForm(request.GET, today=timezone.now().date())
    context = {"form": form, **pages.team_page(form.filter, team_on(form.day))}
    return render(request, "roster/team.html", context, status=200 if form.is_valid() else 422)


@public_page
@require_safe
def members_csv(request: HttpRequest) -> HttpResponse:
    """Send the file that the team's bot reads; of the day in ``?on=``."""
    return _on_day(request, lambda team: _csv(team.members_csv()))


@public_page
@require_safe
def emeritus_csv(request: HttpRequest) -> HttpResponse:
    """Send the second file of the developer's guide; of the day in ``?on=``."""
    return _on_day(request, lambda team: _csv(team.emeritus_csv()))


def _on_day(request: HttpRequest, answer: Callable[[Roster], HttpResponse]) -> HttpResponse:
    """Return the answer for the day in the address, or one sentence about what is wrong with it."""
    form = DayForm(request.GET, today=timezone.now().date())
    if form.is_valid():
        return answer(team_on(form.day))
    sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return HttpResponse(f"on: {sentence}\n", content_type="text/plain; charset=utf-8", status=422)


def _csv(text: str) -> HttpResponse:
    return HttpResponse(text.encode(), content_type="text/csv; charset=utf-8; header=absent")


@public_page
@require_safe
def members_json(request: HttpRequest) -> HttpResponse:
    """Send members and emeritus with ids, roles and dates; of the day in ``?on=``."""
    return _on_day(
        request, lambda team: JsonResponse(team.as_json(), json_dumps_params={"indent": 2, "ensure_ascii": False})
    )


@public_page
@require_safe
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one member or former member; anybody else is not found."""
    entry = entry_of(slug, timezone.now().date())
    if entry is None:
        raise Http404
    context = {**pages.person_page(entry), "page": page_of(request, credits_of(entry.person_id))}
    return render(request, "roster/person.html", context)
