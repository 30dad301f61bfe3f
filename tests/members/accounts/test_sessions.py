"""Sessions at rest: nothing in the database can be used as a cookie, or read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from pytest_django import Settings

from members.accounts.sessions import SessionStore, contents_of
from tests.cast import Browse, Cast, cookie_of
from tests.factories import PASSWORD
from tests.members.accounts.signing_in import give_app, sign_in_by_pages

pytestmark = pytest.mark.attack

TABLES = ["django_session", "usersessions_usersession"]


def cells() -> Iterator[str]:
    """Every value of both tables, as a reader of the database finds it."""
    for table in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables
            for row in cursor.fetchall():
                yield from (str(cell) for cell in row)


def with_cookie(value: str) -> Client:
    """A browser that holds this cookie."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = value
    return client


def test_no_value_of_the_tables_of_sessions_opens_one(cast: Cast) -> None:
    browsers = [sign_in_by_pages(person) for person in (cast.mel, cast.ada)]
    values = {*cells()}
    assert len(values) > 10
    assert [value for value in values if with_cookie(value).get("/dashboard/").status_code != 302] == []
    assert [browser.get("/dashboard/").status_code for browser in browsers] == [200, 200]
    assert [cookie_of(browser) for browser in browsers if cookie_of(browser) in " ".join(values)] == []


def test_a_row_is_found_by_the_hash_of_the_cookie(cast: Cast) -> None:
    client = sign_in_by_pages(cast.mel)
    key = hashlib.sha256(cookie_of(client).encode()).hexdigest()[:40]
    assert [row.session_key for row in UserSession.objects.all()] == [key]
    assert Session.objects.filter(session_key=key).exists()


def test_a_cookie_that_a_stranger_chose_never_becomes_a_session(cast: Cast) -> None:
    """Neither one that they know, nor the key of a row."""
    chosen = "a" * 32
    give_app(cast.mel)
    client = with_cookie(chosen)
    client.post("/accounts/login/", {"login": "mel@example.org", "password": PASSWORD})
    assert cookie_of(client) != chosen
    assert with_cookie(chosen).get("/dashboard/").status_code == 302


@pytest.mark.parametrize("cookie", ["x", "ä" * 40, "a" * 5000, ""])
def test_any_cookie_is_a_stranger_and_no_error(db: None, cookie: str) -> None:
    name = settings.SESSION_COOKIE_NAME
    assert Client(headers={"cookie": f"{name}={cookie}"}).get("/dashboard/").status_code == 302


def test_a_new_session_gets_a_new_secret_at_each_step_of_signing_in(cast: Cast) -> None:
    give_app(cast.mel)
    client = Client()
    client.post("/accounts/login/", {"login": "mel@example.org", "password": PASSWORD})
    first = cookie_of(client)
    sign_in_by_pages(cast.mel, client)
    assert cookie_of(client) != first
    assert with_cookie(first).get("/accounts/2fa/authenticate/")["Location"] == "/accounts/login/"


def test_signing_out_ends_the_session_and_its_row(cast: Cast) -> None:
    client = sign_in_by_pages(cast.mel)
    cookie = cookie_of(client)
    assert client.post("/accounts/logout/").status_code == 302
    assert with_cookie(cookie).get("/dashboard/").status_code == 302
    assert [row for row in Session.objects.all() if SESSION_KEY in contents_of(row)] == []


def test_the_list_of_sessions_shows_each_and_ends_the_others(cast: Cast) -> None:
    here, there, hers = (sign_in_by_pages(person) for person in (cast.mel, cast.mel, cast.mia))
    page = here.get("/accounts/sessions/")
    assert page.content.decode().count("This session") == 1
    assert page.context["session_count"] == 2
    assert here.post("/accounts/sessions/").status_code == 302
    assert [one.get("/profile/").status_code for one in (here, there, hers)] == [200, 302, 200]
    assert here.get("/accounts/sessions/").context["session_count"] == 1


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one_in_the_list(cast: Cast) -> None:
    here, there, hers = (sign_in_by_pages(person) for person in (cast.mel, cast.mel, cast.mia))
    new = "another long password"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert [one.get("/profile/").status_code for one in (here, there, hers)] == [200, 302, 200]
    assert here.get("/accounts/sessions/").context["session_count"] == 1
    assert Session.objects.count() == 2


# -- what is in a session ------------------------------------------------------------------------------------


def test_the_contents_of_a_session_cannot_be_read_from_the_database(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    session = client.session
    session["kept"] = "a canary in a session"
    session.save()
    assert "canary" not in " ".join(cells())
    assert client.session["kept"] == "a canary in a session"
    [row] = Session.objects.all()
    assert row.get_decoded() == {}


def test_a_seed_that_is_being_enrolled_is_not_in_the_database(cast: Cast) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "newt@example.org", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    seed = page.context["form"].secret
    assert client.session[SECRET_SESSION_KEY] == seed
    assert [cell for cell in cells() if seed in cell] == []
    assert not Authenticator.objects.filter(user=cast.newt.user).exists()


def test_a_link_to_reset_a_password_is_not_in_the_database(cast: Cast) -> None:
    Client().post("/accounts/password/reset/", {"email": "mel@example.org"})
    path = next(word for word in mail.outbox[0].body.split() if "/reset/key/" in word).partition("example.org")[2]
    path = path or next(word for word in mail.outbox[0].body.split() if "/reset/key/" in word)
    client = Client()
    token = path.rstrip("/").rpartition("/")[2]
    client.get("/accounts/password/reset/key/" + token + "/")
    assert token.partition("-")[2] in str(dict(client.session.items()))
    assert [cell for cell in cells() if token.partition("-")[2] in cell] == []


def test_a_session_under_a_key_that_is_gone_is_a_strangers(cast: Cast, browse: Browse, settings: Settings) -> None:
    client = browse(cast.mel)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-" * 10
    assert client.get("/dashboard/").status_code == 302
    settings.SECRET_KEY_FALLBACKS = [old]
    assert browse(cast.mia).get("/dashboard/").status_code == 200


def test_a_fallback_keeps_sessions(cast: Cast, browse: Browse, settings: Settings) -> None:
    client = browse(cast.mel)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" * 10
    assert client.get("/dashboard/").status_code == 200


def test_a_tampered_row_is_an_empty_session(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    [row] = Session.objects.all()
    for wrong in ("", "nonsense", row.session_data[:-4] + "AAA=", "ä"):
        Session.objects.update(session_data=wrong)
        assert client.get("/dashboard/").status_code == 302
        assert SessionStore(row.session_key).load() == {}
