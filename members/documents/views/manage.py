"""The pages that are kept in the portal: their history for members, and a new version by an admin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.documents import workflow
from members.documents.forms import DocumentForm
from members.documents.models import DocumentKind, DocumentVersion
from members.documents.policy import Action, possible, require
from members.documents.queries import acceptance, documents
from members.documents.queries.acceptance import Accepted
from members.people.models import Person
from members.people.requests import PortalRequest
from web.access import ask_for_factor, has_fresh_factor, posted
from web.conflicts import Conflict
from web.pagination import page_of
from web.views import FORM_METHODS


def _kind(kind: str) -> DocumentKind:
    if kind not in DocumentKind.values:
        raise Http404
    return DocumentKind(kind)


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """The pages there are, each with the version that holds."""
    require(Action.SEE_DOCUMENTS, request.actor)
    rows = [documents.current(kind) for kind in DocumentKind]
    may_edit = Action.PUBLISH_DOCUMENTS in possible(request.actor)
    return render(request, "documents/index.html", {"rows": rows, "may_edit": may_edit})


@require_safe
def history(request: PortalRequest, kind: str) -> HttpResponse:
    """Every version of one page, newest first."""
    require(Action.SEE_DOCUMENTS, request.actor)
    versions = DocumentVersion.objects.newest_first(_kind(kind)).select_related("published_by")
    context = {
        "kind": _kind(kind),
        "page": page_of(request, versions),
        "may_edit": Action.PUBLISH_DOCUMENTS in possible(request.actor),
    }
    return render(request, "documents/history.html", context)


@require_safe
def version(request: PortalRequest, kind: str, number: int) -> HttpResponse:
    """One version, and how it differs from the one before."""
    require(Action.SEE_DOCUMENTS, request.actor)
    found = get_object_or_404(DocumentVersion.objects.select_related("published_by"), kind=_kind(kind), number=number)
    former = documents.before(found)
    context = {
        "kind": _kind(kind),
        "version": found,
        "former": former,
        "text": documents.filled(found.text),
        "lines": documents.differences(former.text, found.text) if former else [],
    }
    return render(request, "documents/version.html", context)


@require_http_methods(FORM_METHODS)
def edit(request: PortalRequest, kind: str) -> HttpResponse:
    """Write a new version: look at it, say yes to what it does, and it is out.

    The factor is asked for on coming in and again before publishing; a text that took an hour comes
    back instead of being lost to that question.
    """
    require(Action.PUBLISH_DOCUMENTS, request.actor)
    current = documents.current(_kind(kind))
    if request.method != "POST" and not has_fresh_factor(request):
        return ask_for_factor(request)
    start = {"text": current.text, "based_on": current.number}
    form = DocumentForm(posted(request), current=current, initial=start)
    step = request.POST.get("step", "")
    if form.is_outdated:
        return _form_page(request, form, 409)
    if not form.is_valid():
        return _form_page(request, form, 422 if form.is_bound else 200)
    if step == "publish" and has_fresh_factor(request):
        return _publish(request, form)
    if step in {"check", "publish"}:
        return _check_page(request, form)
    return _form_page(request, form, 200, shows_preview=step == "preview")


def _publish(request: PortalRequest, form: DocumentForm) -> HttpResponse:
    kind = DocumentKind(form.current.kind)
    try:
        version = workflow.publish(kind, **form.cleaned_data, by=request.actor)
    except Conflict:
        form.current = documents.current(kind)
        return _form_page(request, form, 409)
    messages.success(request, f"Version {version.number} of “{kind.label}” is published.")
    return redirect("documents:history", kind=kind)


def _form_page(request: PortalRequest, form: DocumentForm, status: int, *, shows_preview: bool = False) -> HttpResponse:
    """The form, with what was typed; beside it the text that came in between, or how the page would look."""
    yours = str(form.data.get("text", ""))
    context: dict[str, Any] = {"form": form, "kind": DocumentKind(form.current.kind), "current": form.current}
    if form.is_outdated:
        context |= {"lines": documents.differences(form.current.text, yours), "yours": yours}
    if shows_preview:
        context["preview"] = documents.filled(form.cleaned_data["text"])
    return render(request, "documents/edit.html", context, status=status)


def _check_page(request: PortalRequest, form: DocumentForm) -> HttpResponse:
    """What publishing does and to whom; nothing is done yet."""
    context = {
        "form": form,
        "kind": DocumentKind(form.current.kind),
        "asks_again": form.current.kind == DocumentKind.RESPONSIBILITIES,
        "members": Person.objects.members(clock.now().date()).distinct().count(),
        "number": form.current.number + 1,
        "lines": documents.differences(form.current.text, form.cleaned_data["text"]),
        "is_fresh": has_fresh_factor(request),
    }
    return render(request, "documents/check.html", context)


@require_safe
def acceptances(request: PortalRequest) -> HttpResponse:
    """Who has accepted which version of the responsibilities, and when."""
    require(Action.PUBLISH_DOCUMENTS, request.actor)
    current = documents.current(DocumentKind.RESPONSIBILITIES)
    asked = request.GET.get("accepted", "")
    chosen = Accepted(asked) if asked in set(Accepted) else None
    today = clock.now().date()
    context = {
        "current": current,
        "page": page_of(request, acceptance.team_standing(current, today, chosen)),
        "chosen": chosen,
        "choices": list(Accepted),
        "query": f"accepted={chosen}" if chosen else "",
        "missing": acceptance.who_has_not(current, today).distinct().count(),
    }
    return render(request, "documents/acceptances.html", context)
