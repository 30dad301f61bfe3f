"""The confirmation page of an action: the question, what will happen, the form, and the button."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from web.views import status


@dataclass(frozen=True)
class ConfirmationPage:
    """The texts of one confirmation page; the page around it has the path and the way back."""

    here: str
    """The last entry of the breadcrumb."""
    heading: str
    """The question."""
    lead: str
    label: str
    """The label of the button that does it."""
    points: tuple[str, ...] = ()
    """One sentence for each thing that will happen."""
    tone: str = "primary"
    """The tone of that button."""
    keep: str = "Not now"
    """The label of the button that leads back."""


def confirmation_page(
    request: HttpRequest, page: ConfirmationPage, *, back: str, back_label: str, form: Form | None = None
) -> HttpResponse:
    """Show the page, with the form and the way back; 422 when the form came back with errors."""
    context = {"page": page, "form": form, "back": back, "back_label": back_label}
    return render(request, "confirmation.html", context, status=status(form))
