"""The pages on which an advisory is written, read, approved and published."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advisories.publication.forms.draft import DraftForm, RevisionForm
from advisories.publication.workflow import drafting, publication
from advisories.records.vocabulary import Project
from advisories.reports.models import Phase, Report
from advisories.reports.pages.report import draft_of, preview_page
from advisories.reports.policy import Action, require
from advisories.reports.views.lookup import on_report
from audit import clock
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.conflicts import Conflict
from web.views import FORM_METHODS


@require_http_methods(FORM_METHODS)
@on_report
def advisory(request: PortalRequest, report: Report) -> HttpResponse:
    """Write the advisory. “Check” computes the score and keeps everything typed, without saving."""
    require(Action.DRAFT, request.actor, report)
    form = DraftForm(
        posted(request),
        project=Project(report.project),
        initial=DraftForm.initial_of(report, draft_of(report)),
    )
    if form.is_valid() and "check" not in request.POST:
        try:
            _save(report, form, request)
        except drafting.CveIdTaken as taken:
            form.add_error("cve_id", str(taken))
        except drafting.Stale as stale:
            return _both_versions(request, report, str(stale))
        else:
            messages.success(request, "The draft is saved. This is what it would be when published.")
            return redirect("publication:preview", report.reference)
    context = {"report": report, "form": form, "score": form.score()}
    return render(request, "reports/advisory.html", context, status=422 if form.errors else 200)


def _save(report: Report, form: DraftForm, request: PortalRequest) -> None:
    if report.draft is None:
        drafting.start_draft(report, form.draft(), by=request.actor)
    else:
        drafting.edit_draft(report, form.draft(), revision=form.cleaned_data["revision"], by=request.actor)


def _both_versions(request: PortalRequest, report: Report, sentence: str) -> HttpResponse:
    """What was typed stays in the form, what is stored stands beside it; saving again replaces it knowingly."""
    newest = Report.objects.visible_to(request.actor).whole().get(pk=report.pk)
    theirs = draft_of(newest)
    typed = request.POST.copy()
    typed["revision"] = str(newest.draft.revision if newest.draft else 0)
    form = DraftForm(typed, project=Project(report.project))
    differences = form.differences(theirs) if form.is_valid() and theirs else []
    form.add_error(None, sentence)
    context = {
        "report": newest,
        "form": form,
        "score": form.score(),
        "differences": differences,
        "editor": newest.draft.edited_by if newest.draft else None,
    }
    return render(request, "reports/advisory.html", context, status=409)


@require_safe
@on_report
def preview(request: PortalRequest, report: Report) -> HttpResponse:
    """The page, the records and the mail that publishing would make, and what is still missing."""
    if report.draft is None:
        raise Conflict("There is no draft yet.")
    if report.phase is Phase.PUBLISHED:
        return redirect(report.draft)
    return render(request, "reports/preview.html", preview_page(report, request.actor, clock.now()))


def _revision(request: PortalRequest) -> int:
    """Which revision the reader had in front of them; one that never was when the form does not say."""
    form = RevisionForm(request.POST)
    return form.cleaned_data["revision"] if form.is_valid() else -1


@require_POST
@on_report
def approve(request: PortalRequest, report: Report) -> HttpResponse:
    """A second member has read the draft and stands by it."""
    drafting.approve(report, revision=_revision(request), by=request.actor)
    messages.success(request, "You have approved the draft. A later edit would void that.")
    return redirect("publication:preview", report.reference)


@require_http_methods(FORM_METHODS)
@fresh_factor
@on_report
def publish(request: PortalRequest, report: Report) -> HttpResponse:
    """Repeat what will happen and to whom; then do it."""
    require(Action.PUBLISH, request.actor, report)
    if request.method == "POST":
        published = publication.publish(report, revision=_revision(request), by=request.actor)
        messages.success(request, f"{published.psf_id} is public.")
        return redirect(report)
    return render(request, "reports/publish.html", preview_page(report, request.actor, clock.now()))
