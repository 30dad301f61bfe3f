"""What these pages share: finding a nomination, and the shape of an act with a page of its own."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from members.people.requests import PortalRequest
from nominations.models import Nomination
from web import views
from web.confirmation import ConfirmationPage, confirmation_page


def find(request: PortalRequest, pk: UUID) -> Nomination:
    """One query, whether the nomination is hidden or missing."""
    visible = Nomination.objects.visible_to(request.actor).select_related(
        "nominee", "nominator", "vote", "stop", "onboarding"
    )
    return get_object_or_404(visible, pk=pk)


def _page_of(pk: UUID) -> str:
    return reverse("nominations:detail", args=[pk])


#: Answer a `Conflict` with the page of the nomination.
back_on_conflict = views.back_on_conflict(_page_of)


def act_page(
    request: PortalRequest, nomination: Nomination, page: ConfirmationPage, form: Form | None = None
) -> HttpResponse:
    """The page of one act, with the way back to the nomination."""
    back, label = nomination.get_absolute_url(), nomination.nominee.name
    return confirmation_page(request, page, back=back, back_label=label, form=form)


def done(request: PortalRequest, nomination: Nomination, said: str) -> HttpResponse:
    """Back to the nomination, with a sentence about what was done."""
    messages.success(request, said)
    return redirect(nomination)
