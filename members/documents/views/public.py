"""The public pages of the team's documents."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.documents.models import DocumentKind
from members.documents.queries import current
from members.documents.rendering import filled
from web.access import public_page


@public_page
@require_safe
def responsibilities(request: HttpRequest) -> HttpResponse:
    """Show what members and admins take on."""
    return _document(request, DocumentKind.RESPONSIBILITIES)


@public_page
@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """Show how somebody becomes a member, with the numbers of this portal."""
    return _document(request, DocumentKind.JOIN)


def _document(request: HttpRequest, kind: DocumentKind) -> HttpResponse:
    version = current(kind)
    context = {"version": version, "text": filled(version.text)}
    return render(request, f"documents/{kind}.html", context)
