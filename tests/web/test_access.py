"""The decorators that give or refuse access to a view."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
import time_machine
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.http import HttpResponse
from pytest_django import Settings

from members.people.requests import PortalRequest
from tests.web.requests import request_of
from web.access import (
    CacheRule,
    ask_for_factor,
    fresh_factor,
    fresh_factor_for_ballot,
    has_fresh_factor,
    has_shown_factor,
    posted,
    public_form,
    public_page,
)

ASKED = "/accounts/2fa/reauthenticate/?next=%2Freports%2F%3Fpage%3D2"


def request_with(*records: dict[str, Any], method: str = "GET", data: dict[str, Any] | None = None) -> PortalRequest:
    """A request to ``/reports/?page=2`` of a session that signed in by these records."""
    request = request_of(method, "/reports/?page=2", data)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = list(records)
    return request


def factor(seconds_ago: float) -> dict[str, Any]:
    """The record of a second factor."""
    return {"method": "mfa", "type": "totp", "at": time.time() - seconds_ago}


NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PASSWORD = {"method": "password", "at": 4_000_000_000.0}


@fresh_factor
def grave(request: PortalRequest, pk: int) -> HttpResponse:
    """Do something grave."""
    return HttpResponse(f"done to {pk}")


@fresh_factor_for_ballot
def ballot(request: PortalRequest, pk: int) -> HttpResponse:
    """Cast a ballot."""
    return HttpResponse(f"cast in {pk}")


# -- without a login ------------------------------------------------------------------------------------------


def test_a_public_page_needs_no_login_and_may_be_kept() -> None:
    @public_page
    def view(request: PortalRequest) -> HttpResponse:
        """Show something public."""
        return HttpResponse("public")

    assert view(request_of()).content == b"public"
    assert (view.login_required, view.cache_rule) == (False, CacheRule.PUBLIC)  # type: ignore[attr-defined]
    assert not getattr(view, "csrf_exempt", False)
    assert (view.__name__, view.__doc__) == ("view", "Show something public.")


def test_a_public_form_needs_no_login_and_no_token_and_is_not_kept() -> None:
    @public_form
    def view(request: PortalRequest, token: str) -> HttpResponse:
        return HttpResponse(token)

    assert view(request_of("POST"), "abc").content == b"abc"
    assert (view.login_required, view.csrf_exempt) == (False, True)  # type: ignore[attr-defined]
    assert not hasattr(view, "cache_rule")


def test_a_decorator_marks_its_own_view_only() -> None:
    def view(request: PortalRequest) -> HttpResponse:
        return HttpResponse()

    public_page(view)
    public_form(view)
    assert [hasattr(view, name) for name in ("login_required", "csrf_exempt", "cache_rule")] == [False] * 3


# -- the second factor ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ages", "shown", "fresh"),
    [
        ([], False, False),
        ([10], True, True),
        ([899], True, True),
        ([900], True, False),
        ([9000], True, False),
        ([10, 9000], True, True),
        ([9000, 10], True, True),
    ],
)
@pytest.mark.parametrize("others", [[], [PASSWORD], [{"at": 4_000_000_000.0}]])
@time_machine.travel(NOON, tick=False)
def test_a_factor_is_fresh_for_a_quarter_of_an_hour(
    settings: Settings, ages: list[float], others: list[dict[str, Any]], *, shown: bool, fresh: bool
) -> None:
    settings.FRESH_FACTOR_SECONDS = 900
    request = request_with(*(factor(age) for age in ages), *others)
    assert (has_shown_factor(request), has_fresh_factor(request)) == (shown, fresh)


def test_a_session_without_records_has_no_fresh_factor() -> None:
    assert (has_shown_factor(request_of()), has_fresh_factor(request_of())) == (False, False)


def test_reauthentication_leads_back_to_the_requested_page() -> None:
    response = ask_for_factor(request_with())
    assert (response.status_code, response["Location"]) == (302, ASKED)


@pytest.mark.parametrize(("view", "content"), [(grave, b"done to 7"), (ballot, b"cast in 7")])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_fresh_factor_is_not_asked_for_again(view: Any, content: bytes, method: str) -> None:
    response = view(request_with(factor(10), method=method), pk=7)
    assert (response.status_code, response.content) == (200, content)


@pytest.mark.parametrize("view", [grave, ballot])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_that_needs_a_fresh_factor_asks_for_it_first(view: Any, method: str) -> None:
    response = view(request_with(factor(9000), method=method), 7)
    assert (response.status_code, response["Location"]) == (302, ASKED)


def test_posted_text_is_kept_for_after_reauthentication(settings: Settings) -> None:
    settings.FRESH_FACTOR_SECONDS = 900
    typed = {"text": 'a <b> & "c"', "step": ["one", "two"], "empty": "", "csrfmiddlewaretoken": "the token"}
    response = grave(request_with(factor(9000), method="POST", data=typed), 7)
    page = response.content.decode()
    kept = re.findall(r'<textarea name="([^"]*)" hidden>\n(.*?)</textarea>', page, flags=re.S)
    assert response.status_code == 403
    assert [(name, unescape(value)) for name, value in kept] == [
        ("text", 'a <b> & "c"'), ("step", "one"), ("step", "two"), ("empty", ""),
    ]  # fmt: skip
    assert "<b>" not in page
    assert "the token" not in page
    assert '<form method="post" action="/reports/?page=2"' in page
    assert "more than 15 minutes ago" in page


def test_a_posted_ballot_is_not_kept_for_after_reauthentication() -> None:
    response = ballot(request_with(factor(9000), method="POST", data={"choice": "yes"}), 7)
    assert (response.status_code, response["Location"], response.content) == (302, ASKED, b"")


def test_the_decorated_view_keeps_its_name() -> None:
    assert (grave.__name__, grave.__doc__) == ("grave", "Do something grave.")
    assert (ballot.__name__, ballot.__doc__) == ("ballot", "Cast a ballot.")


# -- forms ----------------------------------------------------------------------------------------------------


def test_a_form_is_bound_by_a_post_even_an_empty_one() -> None:
    assert posted(request_of("GET", "/?a=1")) is None
    assert posted(request_of("HEAD")) is None
    empty = posted(request_of("POST", data={}))
    assert empty is not None
    assert dict(empty) == {}
    filled = posted(request_of("POST", data={"a": "1"}))
    assert filled is not None
    assert filled.dict() == {"a": "1"}
