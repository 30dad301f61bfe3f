"""Pages of a development portal only: every mail it sent, and how to sign in as the demo people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from members.http import public_form


@public_form
def mail(_request: HttpRequest) -> HttpResponse:
    """Every mail in `EMAIL_FILE_PATH`, newest first."""
    return HttpResponse("")


@public_form
def demo(_request: HttpRequest) -> HttpResponse:
    """The demo people with passwords and the codes of the moment."""
    return HttpResponse("")
