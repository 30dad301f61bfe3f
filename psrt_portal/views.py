"""Pages that belong to no app: the start, the dashboard and the health checks."""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from advisories.publication import queries as advisories
from members.accounts.queries.inviting import waits_for_second_person
from members.people.policy import Action, require
from members.people.requests import PortalRequest
from nominations.pages.office import offices_of
from psrt_portal.dashboard import contents, newcomer_of
from psrt_portal.manage import groups
from psrt_portal.metrics import page as metrics_page
from web.access import public_form, public_page

#: How a vulnerability becomes an advisory, as the start page tells it.
REPORT_STEPS = [
    {"label": "You report", "note": "A number and a private link go out at once", "state": "done"},
    {"label": "A coordinator takes it", "note": "Within three days, one member is responsible", "state": "done"},
    {"label": "Determination", "note": "With the people who know the code", "state": "done"},
    {"label": "Fix, severity, credits", "note": "Everybody who helped is named if they wish", "state": "done"},
    {"label": "Advisory", "note": "Page, CVE and OSV, within 90 days", "state": "current"},
]


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what the team is, and the two things to do."""
    context = {"latest": advisories.latest(3), "years": advisories.published_per_year(), "steps": REPORT_STEPS}
    return render(request, "home.html", context)


@require_safe
def dashboard(request: PortalRequest) -> HttpResponse:
    """Show everything that waits for the reader, in order of urgency."""
    actor = request.actor
    if actor.person is None or not actor.has_access:
        newcomer = newcomer_of(actor.person, request.now) if actor.person else None
        is_unconfirmed = request.user.is_authenticated and request.user.is_unconfirmed
        waits = is_unconfirmed and waits_for_second_person(actor.person, request.now)
        offices = offices_of(actor.person) if actor.person and not waits else []
        return render(request, "no_access.html", {"newcomer": newcomer, "waits": waits, "offices": offices})
    return render(request, "dashboard.html", contents(actor, actor.person, request.now))


@require_safe
def manage(request: PortalRequest) -> HttpResponse:
    """Show an admin everything there is to manage, and what waits there."""
    admin = require(Action.SEE_PEOPLE, request.actor)
    return render(request, "manage.html", {"groups": groups(admin, request.now)})


@require_safe
def moved_to_manage(request: PortalRequest, rest: str = "") -> HttpResponse:
    """Redirect an address below ``/membership/``, where these pages were before."""
    rest = re.sub(r"^yearly(?=/|$)", "inactivity", rest)
    rest = re.sub(r"^(inactivity/[^/]+)/report\.csv$", r"\1/review.csv", rest)
    query = request.GET.urlencode()
    return HttpResponsePermanentRedirect(reverse("manage") + rest + (f"?{query}" if query else ""))


@public_form
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process runs."""
    return HttpResponse("ok\n", content_type="text/plain")


@public_form
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 while the database answers as well, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")


@public_form
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer a Prometheus server that knows METRICS_TOKEN; everybody else is told that there is no such page."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(token, settings.METRICS_TOKEN):
        raise Http404
    return HttpResponse(metrics_page(), content_type=CONTENT_TYPE_LATEST)


@public_page
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Show security.txt (RFC 9116). `Expires` moves once a day, so that the page stays the same for a proxy."""
    expires = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=180)
    context = {"expires": expires, "site_url": settings.SITE_URL, "security_address": settings.SECURITY_ADDRESS}
    context["key_url"] = settings.SECURITY_KEY_URL
    return render(request, "security.txt", context, content_type="text/plain; charset=utf-8")
