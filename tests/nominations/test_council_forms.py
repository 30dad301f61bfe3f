"""The three forms by which a decision of the Steering Council is recorded ask for the same things alike."""

from __future__ import annotations

import pytest
from django.forms import Form
from django.test import Client

from audit import clock
from members.people.forms.council import _LINK, CouncilForm
from nominations.models import Phase
from tests.cast import Browse, Cast
from tests.members.inactivity.reviews import DAY, before_the_council, entry_of
from tests.nominations import factories

LABELS = {"decided_on": "Decided on", "link": "Where it is written", "abstained": "Abstained"}


@pytest.fixture
def paths(cast: Cast) -> dict[str, str]:
    """The address of each form."""
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    review = before_the_council(cast, at=clock.now() - 20 * DAY)
    return {
        "nomination": f"{nomination.get_absolute_url()}decide/",
        "resolution": "/nominations/council/record/",
        "inactivity": f"/manage/inactivity/entries/{entry_of(review, cast.mel).pk}/decide/",
    }


def form_of(client: Client, path: str, **typed: str) -> Form:
    """As it comes back, or as it is first."""
    answer = client.post(path, typed) if typed else client.get(path)
    form: Form = answer.context["form"]
    return form


def test_each_form_keeps_its_own_order_and_words(cast: Cast, browse: Browse, paths: dict[str, str]) -> None:
    client = browse(cast.sam)
    forms = {name: form_of(client, path) for name, path in paths.items()}
    assert {name: isinstance(form, CouncilForm) for name, form in forms.items()} == dict.fromkeys(paths, True)
    assert {name: list(form.fields) for name, form in forms.items()} == {
        "nomination": ["kind", "decided_on", "link", "reason", "in_favour", "against", "abstained"],
        "resolution": [
            "kind",
            "person",
            "decided_on",
            "link",
            "in_favour",
            "against",
            "abstained",
            "reason",
            "is_public",
        ],
        "inactivity": ["verdict", "decided_on", "link", "in_favour", "against", "abstained"],
    }
    assert {name: (form["in_favour"].label, form["against"].label) for name, form in forms.items()} == {
        "nomination": ("In favour of this decision", "Against"),
        "resolution": ("In favour", "Against"),
        "inactivity": ("In favour of this decision", "Against"),
    }
    for form in forms.values():
        assert {name: form[name].label for name in LABELS} == LABELS
    needed = {name: [form.fields[count].required for count in ("in_favour", "against")] for name, form in forms.items()}
    assert needed == {"nomination": [True, True], "resolution": [True, True], "inactivity": [True, True]}


@pytest.mark.parametrize("name", ["nomination", "resolution", "inactivity"])
def test_a_mistake_is_answered_alike_in_every_form(
    cast: Cast, browse: Browse, paths: dict[str, str], name: str
) -> None:
    client = browse(cast.sam)

    def said(**typed: str) -> list[str]:
        errors = form_of(client, paths[name], **typed).errors
        return [*errors.get("decided_on", []), *errors.get("link", [])]

    link, day = "https://example.org/1", clock.now().date().isoformat()
    assert said(decided_on="", link="") == ["Write the day of the decision.", "Say where the decision is written."]
    assert said(decided_on="yesterday", link=link) == ["Write the day as year-month-day, such as 2026-11-22."]
    assert said(decided_on="2999-01-01", link=link) == ["This day is still to come."]
    for wrong in ("ftp://example.org/x", "javascript:alert(1)"):
        assert said(decided_on=day, link=wrong) == [_LINK]


@pytest.mark.parametrize("name", ["nomination", "inactivity"])
def test_a_tally_without_majority_is_answered_alike_in_every_form(
    cast: Cast, browse: Browse, paths: dict[str, str], name: str
) -> None:
    form = form_of(browse(cast.sam), paths[name], in_favour="2", against="2", abstained="1")
    assert form.errors["in_favour"] == [
        "That is no majority of those who did not abstain (PEP 13), so nothing is decided."
    ]
