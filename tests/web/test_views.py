"""The shapes that the views of every app share."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from django import forms
from django.http import HttpResponse

from members.people.requests import PortalRequest
from tests.web.requests import messages_of, request_of
from web.conflicts import Conflict
from web.views import attempt, back_on_conflict, next_or, status


@dataclass
class Row:
    """A row with a page."""

    pk: int

    def get_absolute_url(self) -> str:
        return f"/rows/{self.pk}/"


class NameForm(forms.Form):
    """One field that must not stay empty."""

    name = forms.CharField()


@pytest.mark.parametrize(("back", "target"), [(Row, "/rows/7/"), (lambda pk: f"/lists/?from={pk}", "/lists/?from=7")])
def test_a_conflict_leads_back_with_its_sentence(back: object, target: str) -> None:
    @back_on_conflict(back)  # type: ignore[arg-type]
    def view(request: PortalRequest, pk: int) -> HttpResponse:
        raise Conflict(f"Row {pk} is closed.")

    request = request_of("POST")
    response = view(request, pk=7)
    assert (response.status_code, response["Location"]) == (302, target)
    assert messages_of(request) == [("error", "Row 7 is closed.")]


def test_the_way_back_gets_the_arguments_of_the_view_by_name_and_by_position() -> None:
    given: list[tuple[object, ...]] = []

    def back(*args: object, **kwargs: object) -> str:
        given.append((*args, kwargs))
        return "/"

    @back_on_conflict(back)
    def view(request: PortalRequest, pk: int, step: str) -> HttpResponse:
        raise Conflict("Closed.")

    view(request_of(), 7, step="second")
    assert given == [(7, {"step": "second"})]


def test_a_view_without_a_conflict_answers_by_itself() -> None:
    @back_on_conflict(lambda pk: pytest.fail("nothing to go back from"))
    def view(request: PortalRequest, pk: UUID) -> HttpResponse:
        """Show a row."""
        return HttpResponse(str(pk), status=201)

    request, pk = request_of(), UUID(int=1)
    response = view(request, pk)
    assert (response.status_code, response.content) == (201, str(pk).encode())
    assert messages_of(request) == []
    assert (view.__name__, view.__doc__) == ("view", "Show a row.")


def test_an_error_that_is_no_conflict_is_not_answered() -> None:
    @back_on_conflict(lambda: "/")
    def view(request: PortalRequest) -> HttpResponse:
        raise LookupError("a defect")

    with pytest.raises(LookupError, match="a defect"):
        view(request_of())


def test_an_attempt_returns_what_the_verb_returns() -> None:
    form = NameForm({"name": "Ada"})
    assert attempt(form, lambda: form.cleaned_data["name"]) == "Ada"
    assert form.errors == {}


def test_an_invalid_form_is_not_attempted() -> None:
    form = NameForm({"name": ""})
    assert attempt(form, lambda: pytest.fail("an invalid form")) is None
    assert form.errors == {"name": ["This field is required."]}
    unbound = NameForm()
    assert attempt(unbound, lambda: pytest.fail("an unbound form")) is None


@pytest.mark.parametrize(("field", "place"), [(None, "__all__"), ("name", "name")])
def test_a_conflict_stands_in_the_form(field: str | None, place: str) -> None:
    def verb() -> None:
        raise Conflict("Somebody has this name already.")

    form = NameForm({"name": "Ada"})
    assert attempt(form, verb, field) is None
    assert form.errors == {place: ["Somebody has this name already."]}


def test_only_a_form_that_came_back_is_unprocessable() -> None:
    assert [status(form) for form in (None, NameForm(), NameForm({"name": ""}))] == [200, 200, 422]


@pytest.mark.parametrize("path", ["/manage/", "/members/?page=2", "/a/b#c"])
def test_next_leads_to_a_page_of_this_portal(path: str) -> None:
    response = next_or(request_of(path="/", data={"next": path}), "home")
    assert (response.status_code, response["Location"]) == (302, path)


@pytest.mark.parametrize(
    "path",
    ["", "https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)", "example.org", "\n//e.org"],
)
def test_next_never_leads_elsewhere(path: str) -> None:
    response = next_or(request_of(path="/", data={"next": path}), "home")
    assert (response.status_code, response["Location"]) == (302, "/")


def test_without_next_the_named_page_gets_its_arguments() -> None:
    assert next_or(request_of(), "people:record", "ada-admin")["Location"].endswith("/people/ada-admin/")
