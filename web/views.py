"""What pages share: the shape of an act with a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from web.access import PortalRequest
from web.conflicts import Conflict


class HasPage(Protocol):
    """A row with a page of its own."""

    def get_absolute_url(self) -> str:
        """The page's path."""


P = ParamSpec("P")
View = Callable[Concatenate[PortalRequest, P], HttpResponse]

#: The methods of a view that shows a form and takes it.
FORM_METHODS = ["GET", "HEAD", "POST"]


def status(form: Form | None) -> int:
    """422 for a form that came back with errors."""
    return 422 if form is not None and form.is_bound else 200


def attempt(form: Form, act: Callable[[], Any], field: str | None = None) -> Any:
    """What `act` gives if the form is valid; None when it is not, or the verb found a conflict.

    The conflict's sentence then stands beside `field`, or on top of the form.
    """
    if not form.is_valid():
        return None
    try:
        return act()
    except Conflict as conflict:
        form.add_error(field, str(conflict))
        return None


def next_or(request: HttpRequest, page: str, *args: Any) -> HttpResponse:
    """To the page of this portal that `next` in the address names; without one, to `page`."""
    wanted = request.GET.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return redirect(wanted if is_ours else reverse(page, args=args))


def back_on_conflict(back: Callable[..., HasPage | str]) -> Callable[[View[P]], View[P]]:
    """Answer a `Conflict` with a redirect and its sentence: things have changed since the page was made.

    `back` gets the view's arguments without the request, and returns the row or the path to go to.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: PortalRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except Conflict as conflict:
                messages.error(request, str(conflict))
                return redirect(back(*args, **kwargs))

        return guarded

    return decorate
