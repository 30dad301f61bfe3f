"""The adapter for allauth, and the one function of it that is not public."""

from __future__ import annotations

import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from django.test import RequestFactory

from members.accounts.adapters import note_password, note_second_factor
from members.accounts.models import User
from members.accounts.sessions import SessionStore
from members.people.requests import PortalRequest
from tests.cast import Cast
from web.access import has_fresh_factor, has_shown_factor


@pytest.fixture
def request_of_mel(cast: Cast) -> tuple[PortalRequest, User]:
    """A request of Mel in a session without a past."""
    user = User.objects.get(person=cast.mel)
    made = RequestFactory().get("/")
    made.session, made.user = SessionStore(), user
    return made, user  # type: ignore[return-value]


def test_a_factor_that_was_shown_is_noted_with_its_time(request_of_mel: tuple[PortalRequest, User]) -> None:
    request, user = request_of_mel
    assert not has_shown_factor(request)
    before = time.time()
    note_second_factor(request, user)
    (noted,) = request.session[AUTHENTICATION_METHODS_SESSION_KEY]
    assert (noted["method"], before <= noted["at"] <= time.time()) == ("mfa", True)
    assert get_authentication_records(request, user) == [noted]
    assert has_fresh_factor(request)


def test_a_password_that_was_typed_is_noted_and_is_no_second_factor(
    request_of_mel: tuple[PortalRequest, User],
) -> None:
    request, user = request_of_mel
    note_password(request, user)
    (noted,) = request.session[AUTHENTICATION_METHODS_SESSION_KEY]
    assert (noted["method"], noted["reauthenticated"]) == ("password", True)
    assert not has_shown_factor(request)
    note_second_factor(request, user)
    assert [one["method"] for one in request.session[AUTHENTICATION_METHODS_SESSION_KEY]] == ["password", "mfa"]
