"""The parts that the views of a nomination share: finding it, confirmation pages, and the answer after a verb."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from members.people.requests import PortalRequest
from nominations import queries
from nominations.models import Nomination
from web import views
from web.confirmation import ConfirmationPage, confirmation_page


def find(request: PortalRequest, pk: UUID) -> Nomination:
    """Return the nomination; raises `Http404` for a hidden one as for a missing one, by one query."""
    nomination = queries.one_for_reader(pk, request.actor)
    if nomination is None:
        raise Http404
    return nomination


def _page_of(pk: UUID) -> str:
    return reverse("nominations:detail", args=[pk])


#: Answer a `Conflict` with the page of the nomination.
back_on_conflict = views.back_on_conflict(_page_of)


def confirm_first(
    request: PortalRequest, nomination: Nomination, page: ConfirmationPage, form: Form | None = None
) -> HttpResponse:
    """Return a confirmation page that leads back to the nomination."""
    back, label = nomination.get_absolute_url(), nomination.label
    return confirmation_page(request, page, back=back, back_label=label, form=form)


def done(request: PortalRequest, nomination: Nomination, said: str) -> HttpResponse:
    """Redirect to the nomination, with a sentence about what was done."""
    messages.success(request, said)
    return redirect(nomination)
