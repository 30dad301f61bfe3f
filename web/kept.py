"""A typed form that waits in the answer until its sender has signed in or shown a factor, and nowhere else.

A form that arrives after its session has ended is answered with a page that sends it again. Signing in gives the
browser another CSRF token, so the page as it was cannot be sent: it comes back once more, with the new token. So that
another site cannot have such a page made with a form of its own, it carries a ticket: an HMAC of the form and of a
random cookie of this browser.
"""

from __future__ import annotations

import json
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

#: How long somebody may take to sign in again: a working day.
AGE = timedelta(hours=12)
_TICKET = "kept_ticket"
#: What a page adds to a form by itself.
_ADDED = frozenset({"csrfmiddlewaretoken", _TICKET})
Typed = list[tuple[str, str]]


def typed(request: HttpRequest) -> Typed:
    """Return the fields of a POST and their values, in order and without what a page adds by itself."""
    pairs = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    return [(name, value) for name, value in pairs if name not in _ADDED]


def may_be_kept(request: HttpRequest) -> bool:
    """Return whether what was posted may stand in an answer: there is something, no file, and no password."""
    names = [name for name, _ in typed(request)]
    return bool(names) and not request.FILES and not any("password" in name for name in names)


def signed_out(request: HttpRequest) -> HttpResponse:
    """Answer 403 to a form whose session has ended, with a page that keeps it."""
    browser = request.COOKIES.get(settings.KEPT_COOKIE_NAME) or get_random_string(32)
    response = _page(request, browser, is_signed_in=False)
    response.set_cookie(
        settings.KEPT_COOKIE_NAME,
        browser,
        max_age=AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def once_more(request: HttpRequest) -> HttpResponse | None:
    """Answer 403 to a kept form with an old CSRF token by the same page with a new one; None for any other form."""
    browser = request.COOKIES.get(settings.KEPT_COOKIE_NAME, "")
    ticket = request.POST.get(_TICKET, "")
    if not browser or not constant_time_compare(ticket, _ticket(request, browser)):
        return None
    return _page(request, browser, is_signed_in=request.user.is_authenticated)


def _page(request: HttpRequest, browser: str, *, is_signed_in: bool) -> HttpResponse:
    context = {
        "kept": [*typed(request), (_TICKET, _ticket(request, browser))],
        "action": request.get_full_path(),
        "is_signed_in": is_signed_in,
    }
    return render(request, "account/signed_out.html", context, status=403)


def _ticket(request: HttpRequest, browser: str) -> str:
    said = json.dumps([browser, request.get_full_path(), typed(request)])
    return salted_hmac("web.kept", said, algorithm="sha256").hexdigest()
