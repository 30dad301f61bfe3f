"""The public pages of the team's documents."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.documents.models import DocumentKind
from members.documents.queries import documents
from web.access import public_page


@public_page
@require_safe
def responsibilities(request: HttpRequest) -> HttpResponse:
    """What members and admins take on."""
    return _document(request, DocumentKind.RESPONSIBILITIES)


@public_page
@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """How somebody becomes a member, with the real numbers."""
    return _document(request, DocumentKind.JOIN)


def _document(request: HttpRequest, kind: DocumentKind) -> HttpResponse:
    version = documents.current(kind)
    context = {"version": version, "text": documents.filled(version.text)}
    return render(request, f"documents/{kind}.html", context)
