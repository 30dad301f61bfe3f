"""The error pages: short, plain, and with nothing of the request in them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from psrt_portal.context import portal
from web import kept


def _page(status: int, template: str = "") -> HttpResponse:
    """Render an error page without the request, so that no session, user or message can be in it."""
    return HttpResponse(render_to_string(template or f"{status}.html", portal(None)), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: no form of the portal sends such a request."""
    return _page(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403: the reader may know of it, and may not do it."""
    return _page(403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403: the form's token is missing or old. A form that was kept while its sender signed in is kept on."""
    return kept.once_more(request) or _page(403, "403_csrf.html")


def cross_site(_request: HttpRequest) -> HttpResponse:
    """Answer 403: another site made the browser send the request."""
    return _page(403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404, with the same bytes for what does not exist and for what the reader must not know of."""
    return _page(404)


def not_this_way(_request: HttpRequest) -> HttpResponse:
    """Answer 405: the address does not take this method."""
    return _page(405)


def too_large(_request: HttpRequest) -> HttpResponse:
    """Answer 413: the body is larger than a form may be."""
    return _page(413)


def too_often(_request: HttpRequest) -> HttpResponse:
    """Answer 429: too many requests within a limit's time."""
    return _page(429)


def server_error(_request: HttpRequest) -> HttpResponse:
    """Answer 500: an error in the portal."""
    return _page(500)
