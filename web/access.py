"""The doors of a view: who gets in without a login, who has shown a second factor, and how often somebody may try.

Every view is private unless one of the two public decorators says otherwise; the list of public views is pinned in
tests/architecture/test_doors.py.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from web import kept
from web.limits import count

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)


class CacheRule(StrEnum):
    """The rule for caching a page. A view that names none is private."""

    PRIVATE = "no-store, private"
    PUBLIC = "public"


def public_page(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Open a view to anybody: no login, the same bytes for everyone, and a proxy may keep them.

    The view must not look at the session, the user, messages or the CSRF token.
    """

    @wraps(view)
    def open_to_all(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(*args, **kwargs)

    open_to_all.cache_rule = CacheRule.PUBLIC  # type: ignore[attr-defined]
    return login_not_required(open_to_all)


def public_form(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Open a view to anybody whose authority is its link, or to anybody at all: kept nowhere, no CSRF token.

    Without a session there is no authority that a foreign page could borrow; a cross-site POST is refused all the same
    by `psrt_portal.middleware.BrowserIsolation`.
    """

    @wraps(view)
    def open_to_link(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(*args, **kwargs)

    return login_not_required(csrf_exempt(open_to_link))


def _factors_shown(request: HttpRequest) -> list[float]:
    """Return when this session showed a second factor, in seconds since 1970. Other sessions do not count."""
    records: list[dict[str, Any]] = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    return [record["at"] for record in records if record.get("method") == "mfa"]


def has_shown_factor(request: HttpRequest) -> bool:
    """Return whether this session has shown a second factor at all."""
    return bool(_factors_shown(request))


def has_fresh_factor(request: HttpRequest) -> bool:
    """Return whether this session showed a second factor within the last `FRESH_FACTOR_SECONDS`."""
    return time.time() - max(_factors_shown(request), default=0.0) < settings.FRESH_FACTOR_SECONDS


def ask_for_factor(request: HttpRequest) -> HttpResponse:
    """Redirect to the page that asks for a second factor, and from there back to the present address."""
    return HttpResponseRedirect(reverse("mfa_reauthenticate") + "?" + urlencode({"next": request.get_full_path()}))


def fresh_factor(view: Callable[Concatenate[R, P], HttpResponse]) -> Callable[Concatenate[R, P], HttpResponse]:
    """Ask for the second factor again before a grave act, unless it was shown within `FRESH_FACTOR_SECONDS`.

    What was posted is kept in the answer, to be sent again, and nowhere else; a file is not, so no view with one is
    decorated. A page whose form leads here carries this decorator on its GET as well where it can, so that few people
    are asked after they have typed.
    """

    @wraps(view)
    def guarded(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if has_fresh_factor(request):
            return view(request, *args, **kwargs)
        if request.method != "POST":
            return ask_for_factor(request)
        context = {
            "kept": kept.typed(request),
            "action": request.get_full_path(),
            "factor_url": ask_for_factor(request)["Location"],
            "minutes": settings.FRESH_FACTOR_SECONDS // 60,
        }
        return render(request, "account/factor_again.html", context, status=403)

    return guarded


def fresh_factor_for_ballot(
    view: Callable[Concatenate[R, P], HttpResponse],
) -> Callable[Concatenate[R, P], HttpResponse]:
    """Ask for the second factor as `fresh_factor` does, but keep nothing of a ballot, not even in the answer."""

    @wraps(view)
    def guarded(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, *args, **kwargs) if has_fresh_factor(request) else ask_for_factor(request)

    guarded.keeps_nothing = True  # type: ignore[attr-defined]
    return guarded


def takes_many(names: str) -> Callable[[Callable[P, HttpResponse]], Callable[P, HttpResponse]]:
    """Let a form have several values for the fields whose names match `names`, a regular expression.

    Any other field that is posted twice is refused (`psrt_portal.middleware.PlainInput`).
    """

    def decorate(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
        view.takes_many = re.compile(names)  # type: ignore[attr-defined]
        return view

    return decorate


def posted(request: HttpRequest) -> QueryDict | None:
    """Return the posted fields, for a form; None on GET. An empty POST is bound, so that it gets its errors."""
    return request.POST if request.method == "POST" else None


def within_limit(request: HttpRequest, action: str, rates: str) -> bool:
    """Count one try of `action`; return whether it is within `rates`, such as ``20/h/ip,5/m/ip``.

    A GET does not count. An address is what it is to the limits of signing in (`web.limits.network_of`).
    """
    return count(request, (action, rates, None)) is not None
