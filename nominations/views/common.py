"""What these pages share: finding a nomination, and the shape of an act with a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from nominations.models import Nomination
from web import views
from web.access import PortalRequest
from web.confirmation import ActPage
from web.conflicts import Conflict

NominationView = Callable[[PortalRequest, UUID], HttpResponse]


def find(request: PortalRequest, pk: UUID) -> Nomination:
    """One query, whether the nomination is hidden or missing."""
    visible = Nomination.objects.visible_to(request.actor).select_related(
        "nominee", "nominator", "vote", "stop", "onboarding"
    )
    return get_object_or_404(visible, pk=pk)


def back_on_conflict(view: NominationView) -> NominationView:
    """Things have changed since the page was made: back to the nomination, with the sentence."""

    @wraps(view)
    def answered(request: PortalRequest, pk: UUID) -> HttpResponse:
        try:
            return view(request, pk)
        except Conflict as conflict:
            messages.error(request, str(conflict))
            return redirect("nominations:detail", pk=pk)

    return answered


def act_page(request: PortalRequest, nomination: Nomination, page: ActPage, form: Form | None = None) -> HttpResponse:
    """The page of one act, with the way back to the nomination."""
    back, label = nomination.get_absolute_url(), nomination.nominee.name
    return views.confirmation_page(request, page, back=back, back_label=label, form=form)


def done(request: PortalRequest, nomination: Nomination, said: str) -> HttpResponse:
    """Back to the nomination, with a sentence about what was done."""
    messages.success(request, said)
    return redirect(nomination)
