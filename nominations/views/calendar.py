"""The private calendar address of a reader, and the calendar behind it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.people.policy import actor_of
from members.people.requests import PortalRequest
from nominations import links, workflow
from nominations.models import CalendarLink
from nominations.pages import calendar
from nominations.policy import GENERAL, GeneralAction
from web.access import fresh_factor, public_form
from web.views import FORM_METHODS


@require_http_methods(FORM_METHODS)
@fresh_factor
def page(request: PortalRequest) -> HttpResponse:
    """Show the reader's own address, and make a new one."""
    person = GENERAL.require(GeneralAction.LIST, request.actor)
    if request.method == "POST":
        workflow.make_calendar_link(by=request.actor)
        messages.success(request, "Your link is made. An earlier one no longer works.")
        return redirect("nominations:calendar")
    link = links.calendar_of(person)
    address = settings.SITE_URL + links.calendar_path(link) if link else ""
    had_one = link is None and CalendarLink.objects.filter(person=person).exists()
    context = {"link": link, "had_one": had_one, "address": address, "shows": calendar.contents_for(request.actor)}
    return render(request, "nominations/calendar.html", context)


@public_form
@require_safe
def feed(_request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar program; false, replaced and lapsed links are the same 404."""
    link = links.find_calendar(token)
    actor = actor_of(link.person if link else None, clock.now().date())
    if not GENERAL.allows(GeneralAction.LIST, actor):
        raise Http404
    return HttpResponse(calendar.feed(actor), content_type="text/calendar; charset=utf-8")
