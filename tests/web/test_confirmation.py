"""The confirmation page of an action."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse

from audit import clock
from members.people.policy import actor_of
from members.people.requests import PortalRequest
from tests.web.requests import request_of
from web.confirmation import ConfirmationPage, confirmation_page

PAGE = ConfirmationPage(
    here="Close",
    heading="Close the list?",
    lead="Nobody gets in any more.",
    points=("Those inside stay.", "A & B are told."),
    label="Close it",
    tone="danger",
)


class ReasonForm(forms.Form):
    """One field."""

    reason = forms.CharField()


def request() -> PortalRequest:
    """A request of nobody in particular."""
    made = request_of()
    made.user = AnonymousUser()
    made.actor = actor_of(None, clock.now().date())
    return made


def shown(page: ConfirmationPage = PAGE, form: forms.Form | None = None) -> HttpResponse:
    return confirmation_page(request(), page, back="/lists/7/", back_label="List 7", form=form)


def main_of(response: HttpResponse) -> str:
    """The page's main part with white space folded."""
    found = re.search(r"<main.*?</main>", response.content.decode(), flags=re.S)
    assert found is not None
    return " ".join(found[0].split())


def buttons(main: str) -> dict[str, str]:
    """The class of each button by its label."""
    found = re.findall(r'<button[^>]*class="([^"]*)"[^>]*>\s*(.*?)\s*</button>', main)
    return {label: style for style, label in found}


def test_the_page_asks_says_what_happens_and_leads_back(db: None) -> None:
    response = shown()
    main = main_of(response)
    assert response.status_code == 200
    assert "<title>Close · List 7" in response.content.decode()
    assert re.findall(r"<h1[^>]*>\s*(.*?)\s*</h1>", main) == ["Close the list?"]
    assert "Nobody gets in any more." in main
    assert "<ul><li>Those inside stay.</li><li>A &amp; B are told.</li></ul>" in re.sub(r">\s+<", "><", main)
    assert '<form method="post"' in main
    assert list(buttons(main)) == ["Close it"]
    assert "danger" in buttons(main)["Close it"]
    assert re.findall(r'<a[^>]*href="/lists/7/"[^>]*>\s*(.*?)\s*</a>', main) == ["List 7", "Not now"]


def test_tone_list_and_way_back_have_defaults(db: None) -> None:
    page = ConfirmationPage(here="Close", heading="Close?", lead="It closes.", label="Close it")
    main = main_of(shown(page))
    assert "<ul>" not in main
    assert "danger" not in buttons(main)["Close it"]
    kept = main_of(shown(replace(page, keep="Keep it")))
    assert re.findall(r'<a[^>]*href="/lists/7/"[^>]*>\s*(.*?)\s*</a>', kept) == ["List 7", "Keep it"]


@pytest.mark.parametrize(
    ("form", "status"), [(None, 200), (ReasonForm(), 200), (ReasonForm({}), 422), (ReasonForm({"reason": "x"}), 422)]
)
def test_a_form_that_came_back_is_unprocessable(db: None, form: forms.Form | None, status: int) -> None:
    """A valid form comes back only when the verb refused what it says."""
    response = shown(form=form)
    assert response.status_code == status
    assert ('name="reason"' in main_of(response)) == (form is not None)
    assert ("This field is required." in main_of(response)) == (form is not None and bool(form.errors))
