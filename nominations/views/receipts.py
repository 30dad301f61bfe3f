"""The page with the receipt of a ballot, shown once after the redirect that answers the ballot.

The receipt crosses the redirect in the voter's browser and nowhere else: sealed in a cookie that goes to this page
only, for `SECONDS` at most. The page deletes it. Neither session nor database nor log ever holds it.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from members.people.models import Person
from members.people.requests import PortalRequest
from nominations import sealing
from nominations.models import Nomination
from nominations.views.common import find
from web import keys

#: Long enough for a slow line and a second try, short enough for a browser that somebody else uses next.
SECONDS = int(timedelta(minutes=5).total_seconds())

_REPLACES, _IS_FIRST = "replaces", "is-first"
_SHOWN_ONCE = "A receipt is shown once, right after voting. If you lost yours, your vote counts all the same."


def _path(nomination: Nomination) -> str:
    return reverse("nominations:receipt", args=[nomination.pk])


@sensitive_variables()
def hand_over(receipt: str, nomination: Nomination, voter: Person, *, replaces: bool) -> HttpResponse:
    """Redirect to the page of the receipt, with the receipt in a sealed cookie of the voter's browser."""
    contents = " ".join([receipt, str(nomination.pk), str(voter.pk), _REPLACES if replaces else _IS_FIRST])
    response = redirect(_path(nomination))
    response.set_cookie(
        settings.RECEIPT_COOKIE_NAME,
        keys.seal_receipt(contents.encode()),
        max_age=SECONDS,
        path=_path(nomination),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@sensitive_variables()
def _carried(request: HttpRequest, nomination: Nomination, reader: Person | None) -> tuple[str, bool] | None:
    """Return the receipt that the browser carries for this reader and vote, and whether it replaces another one."""
    sealed = request.COOKIES.get(settings.RECEIPT_COOKIE_NAME, "")
    contents = keys.open_receipt(sealed, seconds=SECONDS) if sealed else None
    if contents is None or reader is None:
        return None
    receipt, its_nomination, its_voter, kind = contents.decode().split(" ")
    is_theirs = (its_nomination, its_voter) == (str(nomination.pk), str(reader.pk))
    return (receipt, kind == _REPLACES) if is_theirs else None


@require_safe
@sensitive_variables()
def page(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show the receipt that the reader's browser carries, once; without one, lead back to the nomination."""
    nomination = find(request, pk)
    carried = _carried(request, nomination, request.actor.person)
    if carried is None:
        messages.info(request, _SHOWN_ONCE)
        return redirect(nomination)
    receipt, replaces = sealing.grouped(carried[0]), carried[1]
    context = {
        "nomination": nomination,
        "vote": nomination.vote,
        "receipt": receipt,
        "replaces": replaces,
        "file_name": f"receipt-{nomination.reference}.txt",
        "file": "data:text/plain;charset=utf-8," + quote(_file(receipt, nomination)),
    }
    response = render(request, "nominations/receipt.html", context)
    response.delete_cookie(settings.RECEIPT_COOKIE_NAME, path=_path(nomination), samesite="Strict")
    return response


@sensitive_variables()
def _file(receipt: str, nomination: Nomination) -> str:
    """Return the text to be saved. The page itself carries it: the server does not see the receipt again."""
    return (
        f"Receipt for vote {nomination.reference}\n\n{receipt}\n\n"
        f"After the close, find it on the board: {settings.SITE_URL}{nomination.get_absolute_url()}\n"
        "Keep it to yourself: after the close, anybody who knows it knows how you voted.\n"
    )
