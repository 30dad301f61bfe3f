"""Members' pages on which an advisory is written, read, approved and published."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advisories.publication import workflow
from advisories.publication.forms import DraftForm, RevisionForm
from advisories.publication.models import draft_of
from advisories.publication.pages import preview_page
from advisories.publication.policy import Action, require
from advisories.publication.queries import stored_draft
from advisories.reports.enums import ReportPhase
from advisories.reports.models import Report
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
        project=report.project,
        initial=DraftForm.initial_of(report, stored_draft(report)),
    )
    if form.is_valid() and "check" not in request.POST:
        try:
            _save(report, form, request)
        except workflow.CveIdTaken as taken:
            form.add_error("cve_id", str(taken))
        except workflow.Stale as stale:
            return _both_versions(request, report, str(stale))
        else:
            messages.success(request, "The draft is saved. This is what it would be when published.")
            return redirect("publication:preview", report.reference)
    context = {"report": report, "draft": draft_of(report), "form": form, "score": form.score}
    return render(request, "publication/advisory.html", context, status=422 if form.errors else 200)


def _save(report: Report, form: DraftForm, request: PortalRequest) -> None:
    if draft_of(report) is None:
        workflow.start_draft(report, form.draft, by=request.actor)
    else:
        workflow.edit_draft(report, form.draft, revision=form.cleaned_data["revision"], by=request.actor)


def _both_versions(request: PortalRequest, report: Report, sentence: str) -> HttpResponse:
    """Keep what was typed in the form, and show beside it what is stored; saving again replaces it knowingly."""
    newest = Report.objects.visible_to(request.actor).whole().get(pk=report.pk)
    draft, stored = draft_of(newest), stored_draft(newest)
    typed = request.POST.copy()
    typed["revision"] = str(draft.revision if draft else 0)
    form = DraftForm(typed, project=report.project)
    differences = form.differences(stored) if form.is_valid() and stored else []
    form.add_error(None, sentence)
    context = {
        "report": newest,
        "draft": draft,
        "form": form,
        "score": form.score,
        "differences": differences,
        "editor": draft.edited_by if draft else None,
    }
    return render(request, "publication/advisory.html", context, status=409)


@require_safe
@on_report
def preview(request: PortalRequest, report: Report) -> HttpResponse:
    """Show the page, the records and the mail that publishing would make, and what is still missing."""
    draft = draft_of(report)
    if draft is None:
        raise Conflict("There is no draft yet.")
    if report.phase is ReportPhase.PUBLISHED:
        return redirect(draft)
    return render(request, "publication/preview.html", preview_page(report, request.actor, clock.now()))


def _revision(request: PortalRequest) -> int:
    """Return the revision that the reader had in front of them; -1, which never is one, if the form does not say."""
    form = RevisionForm(request.POST)
    return form.cleaned_data["revision"] if form.is_valid() else -1


@require_POST
@on_report
def approve(request: PortalRequest, report: Report) -> HttpResponse:
    """Approve the draft as a second member."""
    workflow.approve(report, revision=_revision(request), by=request.actor)
    messages.success(request, "You have approved the draft. A later edit would void that.")
    return redirect("publication:preview", report.reference)


@require_http_methods(FORM_METHODS)
@fresh_factor
@on_report
def publish(request: PortalRequest, report: Report) -> HttpResponse:
    """Show what will happen and to whom; then publish."""
    require(Action.PUBLISH, request.actor, report)
    if request.method == "POST":
        published = workflow.publish(report, revision=_revision(request), by=request.actor)
        messages.success(request, f"{published.psf_id} is public.")
        return redirect(report)
    return render(request, "publication/publish.html", preview_page(report, request.actor, clock.now()))
