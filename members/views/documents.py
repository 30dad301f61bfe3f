"""The pages that are kept in the portal: their history for members, and a new version by an admin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from members import acceptance, documents, workflow
from members.acceptance import Accepted
from members.forms.documents import DocumentForm
from members.http import PortalRequest, ask_for_factor, has_fresh_factor, posted
from members.models import DocumentKind, DocumentVersion, Person
from members.pagination import page_of
from members.policy import Action, Conflict, check, general
from members.views.common import FORM_METHODS


def _kind(kind: str) -> DocumentKind:
    if kind not in DocumentKind.values:
        raise Http404
    return DocumentKind(kind)


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """The pages there are, each with the version that holds."""
    check(Action.SEE_DOCUMENTS, request.actor)
    rows = [documents.current(kind) for kind in DocumentKind]
    may_edit = Action.PUBLISH_DOCUMENTS in general(request.actor)
    return render(request, "membership/documents/index.html", {"rows": rows, "may_edit": may_edit})


@require_safe
def history(request: PortalRequest, kind: str) -> HttpResponse:
    """Every version of one page, newest first."""
    check(Action.SEE_DOCUMENTS, request.actor)
    versions = DocumentVersion.objects.newest_first(_kind(kind)).select_related("published_by")
    context = {
        "kind": _kind(kind),
        "page": page_of(request, versions),
        "may_edit": Action.PUBLISH_DOCUMENTS in general(request.actor),
    }
    return render(request, "membership/documents/history.html", context)


@require_safe
def version(request: PortalRequest, kind: str, number: int) -> HttpResponse:
    """One version, and how it differs from the one before."""
    check(Action.SEE_DOCUMENTS, request.actor)
    found = get_object_or_404(DocumentVersion.objects.select_related("published_by"), kind=_kind(kind), number=number)
    former = documents.before(found)
    context = {
        "kind": _kind(kind),
        "version": found,
        "former": former,
        "text": documents.filled(found.text),
        "lines": documents.differences(former.text, found.text) if former else [],
    }
    return render(request, "membership/documents/version.html", context)


@require_http_methods(FORM_METHODS)
def edit(request: PortalRequest, kind: str) -> HttpResponse:
    """Write a new version: look at it, say yes to what it does, and it is out.

    The factor is asked for on coming in and again before publishing; a text that took an hour comes
    back instead of being lost to that question.
    """
    check(Action.PUBLISH_DOCUMENTS, request.actor)
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
    return redirect("membership:document", kind=kind)


def _form_page(request: PortalRequest, form: DocumentForm, status: int, *, shows_preview: bool = False) -> HttpResponse:
    """The form, with what was typed; beside it the text that came in between, or how the page would look."""
    yours = str(form.data.get("text", ""))
    context: dict[str, Any] = {"form": form, "kind": DocumentKind(form.current.kind), "current": form.current}
    if form.is_outdated:
        context |= {"lines": documents.differences(form.current.text, yours), "yours": yours}
    if shows_preview:
        context["preview"] = documents.filled(form.cleaned_data["text"])
    return render(request, "membership/documents/edit.html", context, status=status)


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
    return render(request, "membership/documents/check.html", context)


@require_safe
def acceptances(request: PortalRequest) -> HttpResponse:
    """Who has accepted which version of the responsibilities, and when."""
    check(Action.PUBLISH_DOCUMENTS, request.actor)
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
    return render(request, "membership/documents/acceptances.html", context)
