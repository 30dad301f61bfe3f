"""The page on which a member accepts the responsibilities."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from members.documents import workflow
from members.documents.models import DocumentKind, DocumentVersion
from members.documents.policy import Action, require
from members.documents.queries import standing_of
from members.documents.rendering import differences, filled
from members.people.requests import PortalRequest
from web.validity import row_id
from web.views import FORM_METHODS, back_on_conflict


@require_http_methods(FORM_METHODS)
@back_on_conflict(lambda: "documents:accept")
def responsibilities(request: PortalRequest) -> HttpResponse:
    """Show the version in force, and accept it."""
    person = require(Action.ACCEPT, request.actor)
    if request.method == "POST":
        return _accept(request)
    standing = standing_of(person)
    last = standing.last.version if standing.last else None
    context = {
        "standing": standing,
        "text": filled(standing.version.text),
        "lines": differences(last.text, standing.version.text) if last else [],
    }
    return render(request, "documents/accept.html", context)


def _accept(request: PortalRequest) -> HttpResponse:
    number = request.POST.get("version", "")
    read = DocumentVersion.objects.filter(kind=DocumentKind.RESPONSIBILITIES, number=row_id(number) or 0).first()
    if read is None:
        messages.error(request, "Press the button below the text. Nothing was recorded.")
        return redirect("documents:accept")
    workflow.accept(read, by=request.actor)
    messages.success(request, f"You have accepted version {read.number} of the responsibilities.")
    return redirect("profile:own")
