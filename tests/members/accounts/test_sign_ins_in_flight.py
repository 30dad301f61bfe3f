"""A sign-in that has typed its password and not yet shown its factor ends with the access and with the password."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.auth import SESSION_KEY
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import transaction
from django.test import Client, RequestFactory

from audit.models import Event
from members.accounts import workflow
from members.accounts.adapters import AccountAdapter
from members.accounts.events import AccountEvent
from members.accounts.models import User
from members.accounts.sessions import SIGN_IN, SessionStore, belongs_to, contents_of
from members.people.models import Suspension
from tests.cast import Browse, Cast, act_as, cookie_of
from tests.members.accounts.passkeys import Passkey
from tests.members.accounts.signing_in import CODE_PAGE, code, give_app, type_code, type_password

pytestmark = pytest.mark.attack

NEW = "another long password"


def suspend(cast: Cast) -> None:
    workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))


def close(cast: Cast) -> None:
    workflow.close(cast.mel)


def change_password(cast: Cast) -> None:
    workflow.change_password(cast.mel.user, NEW)


def end_sessions(cast: Cast) -> None:
    workflow.end_sessions(cast.mel.user)


ENDINGS = [suspend, close, change_password, end_sessions]


@pytest.fixture
def at_the_code(cast: Cast) -> Client:
    """A browser that has typed Mel's password and is asked for a code."""
    give_app(cast.mel)
    client = type_password(cast.mel)
    assert client.get(CODE_PAGE).status_code == 200
    return client


def signed_in_sessions() -> list[Session]:
    return [row for row in Session.objects.all() if SESSION_KEY in contents_of(row)]


@pytest.mark.parametrize("end", ENDINGS)
def test_it_ends_and_nothing_of_it_is_left(cast: Cast, at_the_code: Client, end: Callable[[Cast], None]) -> None:
    end(cast)
    assert type_code(at_the_code, code())["Location"] == "/accounts/login/"
    assert at_the_code.get("/dashboard/").status_code == 302
    assert signed_in_sessions() == []
    assert not Event.objects.filter(kind=AccountEvent.SIGNED_IN).exists()


def test_it_does_not_come_to_life_when_the_suspension_ends(cast: Cast, at_the_code: Client) -> None:
    suspend(cast)
    type_code(at_the_code, code())
    workflow.end_suspension(Suspension.objects.get(), "Found.", by=act_as(cast.abel))
    assert at_the_code.get("/dashboard/").status_code == 302
    assert not User.objects.get(person=cast.mel).is_active


def test_it_ends_with_a_password_that_is_changed_on_the_page(cast: Cast, at_the_code: Client, browse: Browse) -> None:
    form = {"oldpassword": "correct horse battery staple", "password1": NEW, "password2": NEW}
    assert browse(cast.mel).post("/accounts/password/change/", form).status_code == 302
    assert type_code(at_the_code, code())["Location"] == "/accounts/login/"
    assert at_the_code.get("/dashboard/").status_code == 302


def test_the_sign_ins_of_others_go_on(cast: Cast, at_the_code: Client) -> None:
    for end in ENDINGS:
        give_app(cast.mia)
        hers = type_password(cast.mia)
        end(cast)
        assert type_code(hers, code())["Location"] == "/dashboard/"
        User.objects.filter(person=cast.mel).update(is_active=True)
        Suspension.objects.all().delete()


# -- on the locked login, when the row of the session was not found ---------------------------------------------


def with_row_kept(end: Callable[[Cast], None], cast: Cast) -> None:
    """End the access, and put the rows of sessions back: as if they had been written just after."""
    rows = list(Session.objects.all())
    end(cast)
    Session.objects.bulk_create(rows, ignore_conflicts=True)


@pytest.mark.parametrize("end", [suspend, close, change_password])
def test_the_login_is_asked_again_at_the_end(cast: Cast, at_the_code: Client, end: Callable[[Cast], None]) -> None:
    with_row_kept(end, cast)
    answer = type_code(at_the_code, code())
    assert answer["Location"] == "/accounts/login/"
    assert signed_in_sessions() == []
    page = at_the_code.get("/accounts/login/").content.decode()
    assert "This sign-in has ended before it was complete." in page


def test_a_suspension_alone_is_enough(cast: Cast, at_the_code: Client) -> None:
    """A login that is active by mistake is not opened to somebody suspended."""
    with_row_kept(suspend, cast)
    User.objects.filter(person=cast.mel).update(is_active=True)
    assert type_code(at_the_code, code())["Location"] == "/accounts/login/"
    assert signed_in_sessions() == []


def test_a_passkey_opens_no_session_of_somebody_suspended(cast: Cast) -> None:
    passkey, client = Passkey(cast.mel.user), Client()
    suspend(cast)
    assert passkey.sign_in(client)["Location"] == "/accounts/inactive/"
    User.objects.filter(person=cast.mel).update(is_active=True)
    assert passkey.sign_in(client)["Location"] == "/accounts/login/"
    assert signed_in_sessions() == []


def test_the_password_is_that_under_which_it_began(cast: Cast) -> None:
    user = cast.mel.user
    begun = {"user": str(user.pk), "password": user.get_session_auth_hash()}
    with transaction.atomic():
        assert workflow.may_finish(user, begun)
        assert not workflow.may_finish(user, {})
        assert not workflow.may_finish(user, {**begun, "password": "another"})


def test_a_session_whose_row_went_meanwhile_is_not_opened(cast: Cast, at_the_code: Client) -> None:
    """A council seat keeps its login through an offboarding, and signs in anew."""
    request = RequestFactory().post(CODE_PAGE)
    request.session = SessionStore.behind(cookie_of(at_the_code))
    assert SIGN_IN in request.session
    request._messages = SessionStorage(request)  # type: ignore[attr-defined]
    Session.objects.all().delete()
    with pytest.raises(ImmediateHttpResponse) as refused:
        AccountAdapter(request).login(request, cast.mel.user)
    assert refused.value.response["Location"] == "/accounts/login/"
    assert SESSION_KEY not in request.session


def test_a_link_to_reset_a_password_ends_with_the_access_for_good(cast: Cast) -> None:
    Client().post("/accounts/password/reset/", {"email": "mel@example.org"})
    [path] = re.findall(r"(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert Client().get(path).status_code == 302
    suspension = workflow.suspend(cast.mel, "A mailbox in foreign hands.", by=act_as(cast.ada))
    assert Client().get(path).status_code == 200
    workflow.end_suspension(suspension, "It is theirs again.", by=act_as(cast.abel))
    assert Client().get(path).status_code == 200


def test_a_session_belongs_to_who_signed_in_or_began_to(cast: Cast, at_the_code: Client, browse: Browse) -> None:
    browse(cast.mia)
    Client().get("/accounts/login/")
    owners = sorted(
        person.name for row in Session.objects.all() for person in cast.members if belongs_to(row, person.user.pk)
    )
    assert owners == ["Mel Member", "Mia Member"]
