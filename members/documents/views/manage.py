"""Pages of the documents: their history for members, and a new version by an admin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members.documents import queries, workflow
from members.documents.forms import DocumentForm
from members.documents.models import Accepted, DocumentKind, DocumentVersion
from members.documents.pages import publication_check
from members.documents.policy import Action, possible, require
from members.documents.rendering import differences, filled
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
    """List the documents, each with the version in force."""
    require(Action.SEE_DOCUMENTS, request.actor)
    rows = [queries.current(kind) for kind in DocumentKind]
    may_edit = Action.PUBLISH_DOCUMENTS in possible(request.actor)
    return render(request, "documents/index.html", {"rows": rows, "may_edit": may_edit})


@require_safe
def history(request: PortalRequest, kind: str) -> HttpResponse:
    """List every version of one document, newest first."""
    require(Action.SEE_DOCUMENTS, request.actor)
    versions = DocumentVersion.objects.newest_first(_kind(kind)).select_related("published_by")
    context = {
        "kind": _kind(kind),
        "page": page_of(request, versions),
        "may_edit": Action.PUBLISH_DOCUMENTS in possible(request.actor),
    }
    return render(request, "documents/history.html", context)


@require_safe
def detail(request: PortalRequest, kind: str, number: int) -> HttpResponse:
    """Show one version, and how it differs from the one before."""
    require(Action.SEE_DOCUMENTS, request.actor)
    version = get_object_or_404(DocumentVersion.objects.select_related("published_by"), kind=_kind(kind), number=number)
    former = queries.before(version)
    context = {
        "kind": _kind(kind),
        "version": version,
        "former": former,
        "text": filled(version.text),
        "lines": differences(former.text, version.text) if former else [],
    }
    return render(request, "documents/version.html", context)


@require_http_methods(FORM_METHODS)
def edit(request: PortalRequest, kind: str) -> HttpResponse:
    """Write a new version: preview it, check what publishing does, publish it.

    The second factor is asked for when the page is opened and again before publishing. A text that took an hour to
    write is kept while the factor is asked for.
    """
    require(Action.PUBLISH_DOCUMENTS, request.actor)
    current = queries.current(_kind(kind))
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
        form.current = queries.current(kind)
        return _form_page(request, form, 409)
    messages.success(request, f"Version {version.number} of “{kind.label}” is published.")
    return redirect("documents:history", kind=kind)


def _form_page(request: PortalRequest, form: DocumentForm, status: int, *, shows_preview: bool = False) -> HttpResponse:
    """Show the form with what was typed; beside it the text that was published meanwhile, or a preview."""
    yours = str(form.data.get("text", ""))
    context: dict[str, Any] = {"form": form, "kind": DocumentKind(form.current.kind), "current": form.current}
    if form.is_outdated:
        context |= {"lines": differences(form.current.text, yours), "yours": yours}
    if shows_preview:
        context["preview"] = filled(form.cleaned_data["text"])
    return render(request, "documents/edit.html", context, status=status)


def _check_page(request: PortalRequest, form: DocumentForm) -> HttpResponse:
    """Show what publishing does and to whom, before anything is done."""
    context = {
        "form": form,
        "check": publication_check(form.current, form.cleaned_data["text"], clock.now()),
        "is_fresh": has_fresh_factor(request),
    }
    return render(request, "documents/check.html", context)


@require_safe
def acceptances(request: PortalRequest) -> HttpResponse:
    """List the members with the version of the responsibilities that they have accepted, and when."""
    require(Action.PUBLISH_DOCUMENTS, request.actor)
    current = queries.current(DocumentKind.RESPONSIBILITIES)
    wanted = request.GET.get("accepted", "")
    chosen = Accepted(wanted) if wanted in set(Accepted) else None
    today = clock.now().date()
    context = {
        "current": current,
        "page": page_of(request, queries.members_with_acceptance(current, today, chosen)),
        "chosen": chosen,
        "choices": list(Accepted),
        "query": f"accepted={chosen}" if chosen else "",
        "missing": queries.members_to_accept(current, today).distinct().count(),
    }
    return render(request, "documents/acceptances.html", context)
