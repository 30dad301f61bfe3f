"""The pages for everything that goes wrong: short, plain, and with nothing of the request in them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from psrt_portal.context import portal


def _page(status: int, template: str = "") -> HttpResponse:
    """Rendered without the request, so that no session, user or message can be in it."""
    return HttpResponse(render_to_string(template or f"{status}.html", portal(None)), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: something no form of ours sends."""
    return _page(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: known to the reader, but not theirs to do."""
    return _page(403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token is missing or old."""
    return _page(403, "403_csrf.html")


def cross_site(_request: HttpRequest) -> HttpResponse:
    """403: another site made the browser ask."""
    return _page(403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same bytes for what does not exist and what must not be known to."""
    return _page(404)


def not_this_way(_request: HttpRequest) -> HttpResponse:
    """405: the address exists, the method does not."""
    return _page(405)


def too_large(_request: HttpRequest) -> HttpResponse:
    """413: more than a form may carry."""
    return _page(413)


def too_often(_request: HttpRequest) -> HttpResponse:
    """429: over a limit."""
    return _page(429)


def server_error(_request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    return _page(500)
