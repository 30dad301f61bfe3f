"""The parts of a view that several apps share: forms, conflicts, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from web.conflicts import Conflict


class HasPage(Protocol):
    """A row with a page of its own."""

    def get_absolute_url(self) -> str:
        """Return the path of the page."""


P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
View = Callable[Concatenate[R, P], HttpResponse]

#: The methods of a view that shows a form and takes it.
FORM_METHODS = ["GET", "HEAD", "POST"]


def status(form: Form | None) -> int:
    """Return 422 for a form that came back with errors, otherwise 200."""
    return 422 if form is not None and form.is_bound else 200


def attempt(form: Form, verb: Callable[[], Any], field: str | None = None) -> Any:
    """Return what `verb` returns if the form is valid; None when it is not, and when the verb raised a `Conflict`.

    The sentence of the conflict then stands beside `field`, or on top of the form.
    """
    if not form.is_valid():
        return None
    try:
        return verb()
    except Conflict as conflict:
        form.add_error(field, str(conflict))
        return None


def check_first(form: Form, check: Callable[[], Any]) -> None:
    """Ask `check` before `form` is shown or taken, and put the sentence of a `Conflict` on top of a form that was sent.

    What was typed then stays in the form. Raises the `Conflict` while nothing was sent, and whatever else `check`
    raises in any case.
    """
    try:
        check()
    except Conflict as conflict:
        if not form.is_bound:
            raise
        form.full_clean()
        form.add_error(None, str(conflict))


def next_or(request: HttpRequest, page: str, *args: Any) -> HttpResponse:
    """Redirect to the page of this portal that `next` in the address names; without one, to `page`."""
    target = request.GET.get("next", "")
    is_here = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return redirect(target if is_here else reverse(page, args=args))


def back_on_conflict(back: Callable[..., HasPage | str]) -> Callable[[View[R, P]], View[R, P]]:
    """Answer a `Conflict` with a redirect and its sentence: things have changed since the page was made.

    `back` gets the view's arguments without the request, and returns the row or the path to go to.
    """

    def decorate(view: View[R, P]) -> View[R, P]:
        @wraps(view)
        def guarded(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except Conflict as conflict:
                messages.error(request, str(conflict))
                return redirect(back(*args, **kwargs))

        return guarded

    return decorate
