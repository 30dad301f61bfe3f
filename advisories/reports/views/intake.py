"""Pages without an account: handing in a report, and following it by its private link."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advisories.projects.queries import offered_projects
from advisories.reports import links, workflow
from advisories.reports.doors import LinkHolder
from advisories.reports.enums import UNFINISHED, ReportPhase
from advisories.reports.forms.intake import ReplyForm, ReportForm
from advisories.reports.models import DEADLINE, Message, MessageVersion, Report
from advisories.reports.pages.progress import progress_of, timeline
from advisories.reports.queries import original_for_reporter, parts_of
from advisories.reports.registry import remediation
from audit import clock
from web.access import posted, public_form, within_limit
from web.views import FORM_METHODS

#: Ours: a person hands in a few, a flood stops at this. Counted per address.
REPORT_LIMIT = "20/h/ip"
REPLY_LIMIT = "20/h/ip"


class SeeOther(HttpResponseRedirect):
    """303: what was posted is done, and this is where to look; a reload posts nothing."""

    status_code = 303


def _too_often(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", status=429)


@public_form
@require_http_methods(FORM_METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """Explain what is no vulnerability, and take a report in."""
    if request.method == "POST" and not within_limit(request, "report", REPORT_LIMIT):
        return _too_often(request)
    offered = offered_projects()
    form = ReportForm(posted(request), offered=offered)
    if form.is_valid():
        report = workflow.hand_in(form.submission, once=form.cleaned_data["once"])
        return SeeOther(links.path_of(report))
    context = {
        "form": form,
        "days": DEADLINE.days,
        "security_address": settings.SECURITY_ADDRESS,
        "projects_on_github": [project for project in offered if project.advisory_form],
    }
    return render(request, "intake/new.html", context, status=422 if form.is_bound else 200)


def _find(token: str) -> tuple[Report, LinkHolder]:
    """Return the report behind a link in force; false, old and missing links are all the same 404."""
    holder = links.read(token)
    report = Report.objects.visible_to(holder).whole().filter(pk=holder.report_id).first() if holder else None
    if holder is None or report is None:
        raise Http404
    return report, holder


def _page(request: HttpRequest, report: Report, holder: LinkHolder, form: ReplyForm) -> HttpResponse:
    now = clock.now()
    phase = report.phase_for_reporter(now)
    original = original_for_reporter(report)
    context = {
        "report": report,
        "is_open": phase in UNFINISHED,
        "is_forwarded": phase in (ReportPhase.FORWARDED, ReportPhase.CLOSED),
        "progress": progress_of(report, now),
        "advisory": remediation().public_page(original or report),
        "issue": report.public_issue if phase is ReportPhase.CLOSED else "",
        "steps": timeline(report, phase),
        "conversation": _conversation(report, holder),
        "parts": [(part.reference, links.path_of(part)) for part in parts_of(report)],
        "form": form,
        "link": settings.SITE_URL + links.path_of(report),
        "reply_path": f"{links.path_of(report)}reply/",
    }
    return render(request, "intake/follow.html", context, status=422 if form.is_bound else 200)


def _conversation(report: Report, holder: LinkHolder) -> QuerySet[Message]:
    versions = Prefetch("versions", MessageVersion.objects.visible_to(holder), to_attr="earlier")
    return report.messages.visible_to(holder).select_related("author").prefetch_related(versions)


@public_form
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Show where the report stands, what happens next, and the conversation."""
    report, holder = _find(token)
    return _page(request, report, holder, ReplyForm())


@public_form
@require_POST
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """Send the reporter's answer."""
    report, holder = _find(token)
    if not within_limit(request, "reply", REPLY_LIMIT):
        return _too_often(request)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _page(request, report, holder, form)
    workflow.reply(report, form.cleaned_data["body"], by=holder, once=form.cleaned_data["once"])
    return SeeOther(f"{links.path_of(report)}#conversation")
