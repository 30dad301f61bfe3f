"""Correct the facts of a report, and read what they said before."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from advisories.reports import workflow
from advisories.reports.forms.facts import FactsForm, labels_of_facts
from advisories.reports.models import Report
from advisories.reports.pages.report import history_of
from advisories.reports.policy import Action, require
from advisories.reports.queries import by_reference, corrections_of
from advisories.reports.views.lookup import on_report
from members.people.requests import PortalRequest
from web.access import posted
from web.conflicts import Conflict
from web.pagination import page_of
from web.views import FORM_METHODS


@require_http_methods(FORM_METHODS)
@on_report
def correct(request: PortalRequest, report: Report) -> HttpResponse:
    """Correct the facts."""
    require(Action.CORRECT, request.actor, report)
    form = FactsForm(posted(request), initial=FactsForm.initial_of(report))
    if form.is_valid():
        typed = form.facts(report)
        try:
            workflow.correct(report, typed, revision=form.cleaned_data["revision"], by=request.actor)
        except workflow.StaleFacts as stale:
            return _both_versions(request, report, str(stale))
        except Conflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, "The facts are saved. What they said before is kept.")
            return redirect(report)
    return render(request, "reports/correct.html", {"report": report, "form": form}, status=422 if form.errors else 200)


def _both_versions(request: PortalRequest, report: Report, sentence: str) -> HttpResponse:
    """Keep what was typed in the form, and show beside it what is stored; saving again replaces it knowingly."""
    newest = by_reference(request.actor, report.reference) or report
    typed = request.POST.copy()
    typed["revision"] = str(newest.facts_revision)
    form = FactsForm(typed)
    differences = form.differences(newest) if form.is_valid() else []
    form.add_error(None, sentence)
    last = corrections_of(newest, request.actor).first()
    context = {"report": newest, "form": form, "differences": differences, "last": last}
    return render(request, "reports/correct.html", context, status=409)


@require_safe
@on_report
def history(request: PortalRequest, report: Report) -> HttpResponse:
    """Show what was corrected, when and by whom, and what it said before."""
    page = page_of(request, corrections_of(report, request.actor), 20)
    context = {"report": report, "page": page, "history": history_of(page, labels_of_facts())}
    return render(request, "reports/history.html", context)
